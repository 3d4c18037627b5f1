"""The standalone program's page: Gradio with the same tab and the same routes as in a WebUI."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from civitdock.compat import gradio as compat
from civitdock.host.standalone import Options, StandaloneHost
from civitdock.ports.host import Dock

#: A wait without end cannot be interrupted on Windows, so signals are looked for this often.
_SIGNAL_PAUSE_S = 0.5
#: The page is ours alone here, so the tab gets all of it. Gradio 6 ships a semi-bold font file that lacks most letters,
#: hence the system's font.
_PAGE_STYLE = """
:root, body, .gradio-container {
  --font: Inter, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif !important;
}
.gradio-container > .main, .gradio-container .main.app { padding: 0 8px !important; max-width: none !important; }
.gradio-container { overflow: visible !important; }
footer { display: none !important; }
/* The element touches the strip from the first frame on, not only once its script has moved it up (`place.mjs`). */
#tabs > .tab-wrapper { margin-bottom: -4px !important; }
"""


def check_start(options: Options) -> None:
    """See that the program can listen and write; raises `OSError` with a line that says what to change."""
    for folder, flag in ((options.data_dir, "--data-dir"), (options.models_dir, "--models-dir")):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, prefix=".civitdock-")
            os.close(handle)
            os.unlink(name)
        except OSError as error:
            raise OSError(f"the folder {folder} cannot be used ({error.strerror}). Name another by {flag}.") from error
    if options.port == 0:
        return
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise OSError(
                f"port {options.port} of {options.host} cannot be used ({error.strerror}). Name another by --port."
            ) from error


def serve(host: StandaloneHost, dock: Dock, head: str, opened: Callable[[str], None]) -> None:
    """Serve the page until the process is asked to end; calls `opened` with the address once it listens."""
    check_start(host.options)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: ended.set())
    page = compat.page("CivitDock", dock.tab(), head)
    options = host.options
    app, url = compat.launch(page, options.host, options.port, options.auth, head)
    try:
        host.attach(app)
        dock.mount(app, page)
        dock.start()
        opened(url)
        while not ended.wait(_SIGNAL_PAUSE_S):
            pass
    finally:
        dock.stop()
        compat.close(page)


def read_head(extension_root: Path) -> str:
    """What the page's head carries: the entry module and the style sheet that a WebUI loads from the extension folder.

    The sheet stands in the page itself, since Gradio's `css` comes only after its components have been seen.
    """
    module = (extension_root / "javascript" / "civitdock.mjs").read_text(encoding="utf-8")
    style = (extension_root / "style.css").read_text(encoding="utf-8")
    return (
        '<meta name="referrer" content="no-referrer">\n'
        f"<style>\n{style}\n{_PAGE_STYLE}</style>\n"
        f'<script type="module">\n{module}\n</script>'
    )
