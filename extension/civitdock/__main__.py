"""`python -m civitdock`: the standalone program, and its commands."""

from __future__ import annotations

import sys

try:
    # Loading these takes most of a short command's time, so a Ctrl+C is heard here too.
    from civitdock.app import opened, run_standalone
    from civitdock.cli.main import main

    if __name__ == "__main__":
        sys.exit(main(sys.argv[1:], run_standalone, opened))
except KeyboardInterrupt:
    sys.stderr.write("Interrupted; what is here stays.\n")
    sys.exit(130)
