"""How a test talks to the host: one JSON line in, one JSON line out, beside whatever the host prints."""

import json
import os
import sys
import threading
import traceback

ended = threading.Event()
_lock = threading.Lock()
MARK = "@@host "


def say(message):
    with _lock:
        sys.stdout.write(MARK + json.dumps(message) + "\n")
        sys.stdout.flush()


def listen():
    threading.Thread(target=_serve, name="control", daemon=True).start()


def _serve():
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"id": order["id"], "value": _DO[order["do"]](**order["with"])}
        except Exception:  # noqa: BLE001  the test is told
            answer = {"id": order["id"], "error": traceback.format_exc()}
        say(answer)
    os._exit(0)  # whoever started us is gone


def _reload():
    from modules import webui

    webui.commands.put("reload")


def _calls():
    from modules import calls

    return calls.taken()


def _apply(typed):
    from modules import ui

    return ui.shown[-1].apply_typed(typed)


def _job(name):
    from modules import shared

    shared.state.job = name


def _option(key):
    from modules import shared

    info = shared.opts.data_labels[key]
    return {"type": type(info.default).__name__, "section": info.section, "label": info.label}


def _cards(page):
    from modules import ui_extra_networks

    found = next(each for each in ui_extra_networks.extra_pages if each.name == page)
    return {name: found.card(name) for name in found.listed()}


def _loaded():
    """What of ours and of the host is in this process."""
    from modules import webui
    from modules.variant import ROOT

    app = webui.apps[-1]
    return {
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "routes": sorted(str(getattr(route, "path", "")) for route in app.routes),
        "apps": len(webui.apps),
        "paths": [path for path in sys.path if path.startswith(ROOT)],
        "modules": sorted(name for name in sys.modules if name.split(".")[0] == "civitdock"),
    }


def _page():
    from modules import shared

    return {"blocked": [str(path) for path in shared.demo.blocked_paths]}


def _model_loaded(loaded):
    from modules import sd_models

    sd_models.model_data.sd_model = object() if loaded else None


_DO = {
    "reload": _reload,
    "calls": _calls,
    "apply": _apply,
    "job": _job,
    "option": _option,
    "cards": _cards,
    "loaded": _loaded,
    "page": _page,
    "model_loaded": _model_loaded,
}
