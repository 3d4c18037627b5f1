"""Starts the contract host: the same steps in the same order as a real host's launch (`hosts.md 2 to 4`)."""

import os
import sys
import threading

ROOT = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, ROOT)
os.chdir(ROOT)

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
