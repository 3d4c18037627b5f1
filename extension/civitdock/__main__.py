"""`python -m civitdock`: the standalone program, and its commands."""

from __future__ import annotations

import sys

from civitdock import app
from civitdock.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], app.run_standalone, app.opened))
