"""Launch and Reload UI, step by step as the hosts do it (`hosts.md 3 and 4`)."""

import asyncio
import os
import queue
import socket

import gradio as gr
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from modules import (
    api,
    calls,
    control,
    script_callbacks,
    scripts,
    sd_models,
    sd_vae,
    shared,
    ui,
    ui_extra_networks,
    ui_gradio_extensions,
)
from modules.variant import FACTS, ROOT

if FACTS["module_list"]:
    from modules_forge import main_entry

commands = queue.Queue()
apps = []


class AnyThreadPolicy(asyncio.DefaultEventLoopPolicy):
    """A loop for every thread that asks, as the hosts have it: Gradio 4 off the main thread cannot close without."""

    def get_event_loop(self):
        try:
            return super().get_event_loop()
        except RuntimeError:
            loop = self.new_event_loop()
            self.set_event_loop(loop)
            return loop


def run():
    asyncio.set_event_loop_policy(AnyThreadPolicy())
    if shared.cmd_opts.nowebui:
        _api_only()
        return
    while True:
        _load()
        shared.demo = ui.create_ui()
        _launch()
        if commands.get() == "stop":
            control.ended.set()
            return
        shared.demo.close()
        script_callbacks.run("before_reload")
        script_callbacks.run("script_unloaded")


def _load():
    scripts.load_all()
    sd_models.list_models()
    (main_entry.list_modules if FACTS["module_list"] else sd_vae.list_vaes)()
    ui_extra_networks.register_pages()
    script_callbacks.run("before_ui")
    calls.taken()


def _launch():
    flags = shared.cmd_opts
    if not flags.no_gradio_queue:
        shared.demo.queue(64)
    pairs = [tuple(pair.split(":", 1)) for pair in (flags.gradio_auth or "").split(",") if ":" in pair]
    named = {"head": ui_gradio_extensions.head() + ui_gradio_extensions.styles()} if _modern() else {}
    app, url, _ = shared.demo.launch(
        server_name=flags.server_name or ("0.0.0.0" if flags.listen else None),
        server_port=flags.port,
        auth=pairs or None,
        prevent_thread_lock=True,
        allowed_paths=[*flags.gradio_allowed_path, *([ROOT] if _modern() else [])],
        app_kwargs={"docs_url": "/docs", "redoc_url": "/redoc"},
        root_path=f"/{flags.subpath}" if flags.subpath else "",
        **named,
    )
    apps.append(app)
    app.user_middleware = [each for each in app.user_middleware if each.cls.__name__ != "CORSMiddleware"]
    _middleware(app)
    api.add_open_routes(app)
    if flags.api:
        api.Api(app)
    ui_extra_networks.add_routes(app)
    script_callbacks.run("app_started", shared.demo, app)
    control.say({"event": "ready", "url": url})


def _modern():
    return int(gr.__version__.split(".")[0]) > 4


def _middleware(app):
    """A1111 clears the stack first, so that middleware can be added; Forge does not (`hosts.md 3`)."""
    zipped = Middleware(GZipMiddleware, minimum_size=1000)
    origins = (shared.cmd_opts.cors_allow_origins or "").split(",") if shared.cmd_opts.cors_allow_origins else []
    cors = Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["*"], allow_credentials=True)
    if FACTS["strips_cors"]:
        app.middleware_stack = None
    app.user_middleware[:0] = [cors, zipped]


def _api_only():
    import uvicorn
    from fastapi import FastAPI

    _load()
    app = FastAPI()
    apps.append(app)
    _middleware(app)
    api.Api(app)
    script_callbacks.run("app_started", None, app)
    listener = socket.create_server(("127.0.0.1", shared.cmd_opts.port or 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    control.say({"event": "ready", "url": f"http://127.0.0.1:{listener.getsockname()[1]}/"})
    server.run(sockets=[listener])
    os._exit(0)
