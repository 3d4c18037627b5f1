"""The host's own routes: those behind `--api-auth`, and those that nothing guards (`hosts.md 8`)."""

import json
import secrets
import sys

from fastapi import Depends, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from modules import shared, ui


class Api:
    """`/sdapi/v1`, guarded when there are credentials."""

    def __init__(self, app):
        pairs = (shared.cmd_opts.api_auth or "").split(",")
        self.credentials = dict(pair.split(":", 1) for pair in pairs if ":" in pair)
        if shared.demo is None:
            ui.create_ui()  # the real one does so to learn its defaults
        self._add(app, "/sdapi/v1/options", self.get_options, ["GET"])
        self._add(app, "/sdapi/v1/options", self.set_options, ["POST"])
        self._add(app, "/sdapi/v1/cmd-flags", lambda: vars(shared.cmd_opts), ["GET"])

    def _add(self, app, path, endpoint, methods):
        guards = [Depends(self.check)] if self.credentials else []
        app.add_api_route(path, endpoint, methods=methods, dependencies=guards)

    def check(self, given: HTTPBasicCredentials = Depends(HTTPBasic())):
        expected = self.credentials.get(given.username)
        if expected is None or not secrets.compare_digest(given.password, expected):
            raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Basic"})
        return True

    def get_options(self):
        return dict(shared.opts.data)

    def set_options(self, request: dict):
        for key, value in request.items():
            shared.opts.set(key, value, is_api=True)
        shared.opts.save(shared.config_filename)


def add_open_routes(app):
    @app.get("/internal/ping")
    def ping():
        return {}

    @app.get("/internal/sysinfo")
    def sysinfo():
        with open(shared.config_filename, encoding="utf8") as file:
            return {"Config": json.load(file), "Commandline": sys.argv}

    @app.get("/sdapi/v1/loras")
    def loras():
        networks = sys.modules.get("networks")
        return [{"name": name, "path": path} for name, path in networks.available_networks.items()]
