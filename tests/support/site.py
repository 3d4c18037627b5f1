"""The page that browser tests open: the standalone program, or a contract host where the Gradio is a WebUI's."""

from __future__ import annotations

import inspect
from pathlib import Path

import gradio

from civitdock.demo.server import DemoCivitai
from tests.support.standalone import Standalone
from tests.support.webui.process import Caller, Order, WebUi, build
from tests.support.webui.variants import Variant

#: No background sync: it would race with what a test looks at.
QUIET = {"CIVITAI_AUTO_SYNC": "0"}
TAB_HEADERS = {"X-CivitDock": "1"}


class Site:
    """A running page with our tab. `url` ends in a slash; `models` holds Lora, Stable-diffusion and so on."""

    def __init__(self, program: Standalone | WebUi, models: Path) -> None:
        self._program = program
        self.models = models

    @property
    def url(self) -> str:
        """The address of the page."""
        return self._program.url

    @property
    def is_webui(self) -> bool:
        """Whether other tabs of a host stand beside ours."""
        return isinstance(self._program, WebUi)

    def api(self) -> Caller:
        """Speaks with the routes."""
        return self._program

    def change(self, **settings: object) -> None:
        """Change settings by the tab's own route."""
        answer = self._program.post("civitdock/api/settings", settings, headers=TAB_HEADERS)
        assert answer.status_code == 200, answer.text

    def stop(self) -> None:
        """End it."""
        self._program.stop()

    def restart(self) -> None:
        """Come back under the same address: a new process, or in a WebUI what "Reload UI" does."""
        if isinstance(self._program, WebUi):
            self._program.reload()
        else:
            self._program.stop()
            self._program = self._program.again()


def standalone_fits() -> bool:
    """Whether this Gradio is one that the standalone program is made for: its page takes a head at launch."""
    return "head" in inspect.signature(gradio.Blocks.launch).parameters


def start_site(folder: Path, demo: DemoCivitai, variant: Variant) -> Site:
    """Start the standalone program where the installed Gradio is its own, else that host, on that CivitAI."""
    variables = {"CIVITAI_API_URL": demo.api_base, "CIVITAI_PAGE_URL": demo.page_base, **QUIET}
    if standalone_fits():
        program = Standalone(folder / "standalone", ["--civitai-url", demo.api_base], variables)
        return Site(program, program.data / "models")
    host = WebUi(build(folder / variant.name, variant), Order(variant, ("--api",), variables))
    return Site(host, host.models)
