"""Starts the contract host: the same steps in the same order as a real host's launch (`hosts.md 2 to 4`).

Packages named in the variable HIDDEN_PACKAGES are as if they were not installed.
"""

import os
import sys
import threading

ROOT = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, ROOT)
os.chdir(ROOT)


def hide(names):
    """Let nothing find these packages."""
    from importlib.machinery import PathFinder

    class Finder(PathFinder):
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            return None if name.split(".")[0] in names else super().find_spec(name, path, target)

    sys.meta_path[:] = [Finder if finder is PathFinder else finder for finder in sys.meta_path]


if os.environ.get("HIDDEN_PACKAGES"):
    hide(os.environ["HIDDEN_PACKAGES"].split(","))

from modules import control, variant, webui  # noqa: E402  the host's root must lead the path


def main():
    control.listen()
    if not variant.FACTS["worker"]:
        webui.run()
        return
    threading.Thread(target=webui.run, name="webui_worker", daemon=True).start()
    control.ended.wait()


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # as the real hosts end: no atexit, no joined threads
