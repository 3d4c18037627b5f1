"""The Gradio side of the CivitAI Browser tab: one element that draws itself, and a few named endpoints.

Everything rich is drawn by our own script, because Gradio's components differ from version to version and are slow in
a page as large as a WebUI's (`ui.md 1`). The endpoints are for users of `gradio_client`.
"""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import gradio as gr

from civitdock import __version__
from civitdock.compat import gradio as compat
from civitdock.errors import CivitDockError, ForbiddenOrigin

log = logging.getLogger(__name__)

#: Hidden by `style.css`, not by `visible=False`: newer Gradio leaves invisible components out of the page (`ui.md 3`).
ENDPOINTS_ID = "civitdock_endpoints"

_FALLBACK = (
    "CivitDock draws this tab with a script that has not started. Reload the page. If this text stays, look whether "
    "the extension folder is complete and whether the WebUI was started under a name that CivitDock knows: other names "
    "must stand in the setting civitai_allowed_hosts."
)


class Endpoints(Protocol):
    """What stands behind the named endpoints."""

    def call(
        self, name: str, caller: tuple[Iterable[tuple[str, str]], Mapping[str, str]], values: dict[str, object]
    ) -> dict[str, object]:
        """Run one endpoint for a caller (header pairs and cookies); raises `CivitDockError`."""


def build_tab(endpoints: Endpoints, digest: str, localization: str = "") -> gr.Blocks:
    """The Blocks for a host's `on_ui_tabs`; `digest` is that of the tab's files, which lie below it.

    `localization` is the host's own: it takes effect with a new page, so this page's element can name it.
    """
    tab = compat.blocks()
    with tab:
        gr.HTML(element(digest, localization), elem_id="civitdock_root")
        with gr.Row(elem_id=ENDPOINTS_ID):
            _add_endpoints(endpoints)
    return tab


def element(digest: str, localization: str = "") -> str:
    """The element that the entry module brings to life. Addresses are relative, so they work below a sub-path."""
    attributes = {
        "data-static": f"civitdock/static/{digest}/",
        "data-api": "civitdock/api/",
        "data-version": __version__,
        "data-localization": localization,
    }
    text = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<civitdock-app {text}><p>{html.escape(_FALLBACK)}</p></civitdock-app>"


def _add_endpoints(endpoints: Endpoints) -> None:
    """The endpoints: inputs that every `gradio_client` can send (empty or 0 counts as not given), answers as JSON."""

    def search(query: str, filters: str, limit: int, cursor: str, request: gr.Request) -> str:
        values = {"query": query, "filters": filters, "limit": limit, "cursor": cursor}
        return _run(endpoints, "search", request, values)

    def download(
        version_id: int, file_id: int, folder: str, filename: str, allow_unsafe: bool, request: gr.Request
    ) -> str:
        values = {"version_id": version_id, "file_id": file_id, "folder": folder, "filename": filename}
        return _run(endpoints, "download", request, {**values, "allow_unsafe": allow_unsafe})

    def local_models(query: str, model_type: str, state: str, limit: int, cursor: str, request: gr.Request) -> str:
        values = {"query": query, "type": model_type, "state": state, "limit": limit, "cursor": cursor}
        return _run(endpoints, "local_models", request, values)

    def sync_all(force: bool, request: gr.Request) -> str:
        return _run(endpoints, "sync_all", request, {"force": force})

    _expose(search, [_text("query"), _text("filters"), _number("limit", 20), _text("cursor")])
    _expose(
        download,
        [_number("version_id"), _number("file_id"), _text("folder"), _text("filename"), _switch("allow_unsafe")],
    )
    _expose(local_models, [_text("query"), _text("model_type"), _text("state"), _number("limit", 100), _text("cursor")])
    _expose(sync_all, [_switch("force")])


def _expose(function: Callable[..., str], inputs: list[Any]) -> None:
    """Make a function an endpoint under its own name."""
    button = gr.Button(function.__name__)
    output = _text("answer")
    compat.keep_out_of_ui_config([*inputs, button, output])
    arguments = compat.event_arguments(button.click, function.__name__)
    button.click(function, inputs, [output], **arguments)


def _run(endpoints: Endpoints, name: str, request: gr.Request, values: dict[str, object]) -> str:
    """The answer as JSON text: clients take an object with a key `path` for a file and try to fetch it."""
    try:
        real = compat.real_request(request)
        if real is None:
            raise ForbiddenOrigin("The call does not show where it comes from.")
        given = {key: value for key, value in values.items() if value not in ("", 0, None)}
        return json.dumps(endpoints.call(name, (real.headers.items(), real.cookies), given))
    except CivitDockError as error:
        raise _refusal(error) from error
    except Exception as error:
        log.exception("The endpoint %s failed in a way that nobody foresaw.", name)
        raise _refusal(CivitDockError()) from error


def _refusal(error: CivitDockError) -> Exception:
    return compat.endpoint_error(f"{error.code}: {error.message} — {error.hint}")


def _text(label: str) -> Any:
    return gr.Textbox(value="", label=label)


def _number(label: str, value: int = 0) -> Any:
    return gr.Number(value=value, label=label, precision=0)


def _switch(label: str) -> Any:
    return gr.Checkbox(value=False, label=label)
