"""A reverse proxy that takes a prefix off the path, as people put before a WebUI started with `--subpath`."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import requests

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"}


class PrefixProxy:
    """`<url>` is the prefix's address, without a slash at its end; use it as a context manager."""

    def __init__(self, prefix: str, target: str) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(f"/{prefix.strip('/')}", target.rstrip("/")))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/{prefix.strip('/')}"

    def __enter__(self) -> PrefixProxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def _handler(prefix: str, target: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
            pass

        def _pass_on(self) -> None:
            if not self.path.startswith(prefix + "/"):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(
                    self.command,
                    target + self.path[len(prefix) :],
                    data=body,
                    headers=dict(self.headers.items()),
                    allow_redirects=False,
                    timeout=30,
                )
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

    return Handler
