"""`python -m civitdock`: the standalone program, and its commands."""

from __future__ import annotations

import sys

from civitdock.app import opened, run_standalone
from civitdock.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], run_standalone, opened))
