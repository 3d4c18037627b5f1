"""Gradio 3.41 to 6 behind one face: what a version does not know is left out (`ui.md 4`, `stack.md 1`).

Features are asked for, not version numbers, because hosts patch their Gradio.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import gradio as gr

Auth = tuple[str, str]

_QUEUE_PAUSE_S = 0.05


def supported(target: Callable[..., object], **wanted: Any) -> dict[str, Any]:
    """The keyword arguments that `target` names in its signature; an unnamed `**kwargs` counts for nothing."""
    known = inspect.signature(target).parameters
    return {name: value for name, value in wanted.items() if name in known}


def event_arguments(listener: Callable[..., object], api_name: str) -> dict[str, Any]:
    """Arguments of a named endpoint for `Button.click` and its like.

    Where there is no limit per function (Gradio 3) the event skips the queue: that queue tells the function about the
    request in a form that a caller of its HTTP route could make up, and only a direct call carries the real one.
    Elsewhere the event is queued and no call waits for another.
    """
    limits = supported(listener, concurrency_limit=None)
    queue: dict[str, Any] = {} if limits else {"queue": False}
    return {"api_name": api_name, "show_progress": "hidden", **limits, **queue}


def real_request(request: object) -> Any | None:
    """The HTTP request behind a `gr.Request`, or None where there is only a description of one."""
    return getattr(request, "request", None)


def keep_out_of_ui_config(components: Iterable[object]) -> None:
    """WebUIs write the value of every visible input into ui-config.json and restore it for ever (`hosts.md 3`)."""
    for component in components:
        component.do_not_save_to_config = True  # type: ignore[attr-defined]


def blocks(**wanted: Any) -> gr.Blocks:
    """`gr.Blocks` with those of the arguments that it knows, without statistics."""
    return gr.Blocks(**supported(gr.Blocks.__init__, analytics_enabled=False, **wanted))


def page(title: str, tab: object, head: str) -> gr.Blocks:
    """A page of its own with the Blocks of the tab, under the names and ids that a WebUI gives it.

    Where `head` belongs to `launch` it is left out here.
    """
    assert isinstance(tab, gr.Blocks)
    outer = blocks(title=title, head=head, fill_width=True)
    with outer, gr.Tabs(elem_id="tabs"), gr.TabItem("CivitAI Browser", id="civitdock", elem_id="tab_civitdock"):
        tab.render()  # type: ignore[no-untyped-call]
    return outer


def launch(outer: gr.Blocks, host: str, port: int, auth: Auth | None, head: str) -> tuple[Any, str]:
    """Serve a page without blocking; answers its FastAPI app and its address.

    `/docs` is on, so that the routes for programs can be read there.
    """
    outer.queue()
    wanted: dict[str, Any] = {
        "server_name": host,
        "server_port": port,
        "auth": auth,
        "prevent_thread_lock": True,
        "quiet": True,
        "inbrowser": False,
        "share": False,
        "show_error": True,
        "ssr_mode": False,
        "run_history": False,
        "enable_monitoring": False,
        "app_kwargs": {"docs_url": "/docs"},
        "head": head,
    }
    app, url, _share = outer.launch(**supported(gr.Blocks.launch, **wanted))
    _calm(outer)
    return app, url


def _calm(outer: gr.Blocks) -> None:
    """Let the idle queue sleep: Gradio 6 looks for work a thousand times a second, which costs 4 % of a core."""
    queue = getattr(outer, "_queue", None)
    if queue is not None and hasattr(queue, "sleep_when_free"):
        queue.sleep_when_free = _QUEUE_PAUSE_S


def endpoint_error(text: str) -> Exception:
    """What an endpoint raises for its caller to read; not a line of it goes to the log, which any page could fill."""
    return gr.Error(text, **supported(gr.Error.__init__, print_exception=False))


def close(outer: gr.Blocks) -> None:
    """End the server of a launched page."""
    outer.close()
