"""Entry point for the WebUI: registers CivitDock's callbacks and does nothing else."""

import sys
from pathlib import Path

_PACKAGES = str(Path(__file__).resolve().parents[1] / "extension")
if _PACKAGES not in sys.path:
    sys.path.insert(0, _PACKAGES)

from civitdock import app  # noqa: E402  the path must be set first
from civitdock.host import webui  # noqa: E402

webui.register(app.build)
