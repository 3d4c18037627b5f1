"""Start CivitDock on its own (`python run.py [--demo]`), or run its tests (`python run.py test`).

This file alone keeps to a syntax that every Python understands, so that an old one prints a line, not a
traceback; the work is in the folder `tools`.
"""

import sys


def main():  # type: ignore[no-untyped-def]
    if sys.version_info < (3, 10):
        found = ".".join(str(part) for part in sys.version_info[:3])
        print("CivitDock needs Python 3.10 or newer; this is Python %s." % found)  # noqa: UP031
        return 2
    from tools.commands import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())  # type: ignore[no-untyped-call]
