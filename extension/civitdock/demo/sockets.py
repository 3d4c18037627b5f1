"""The socket side: one listening server, and the handler that lets faults happen on the wire."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from civitdock.demo.blobs import PIECE
from civitdock.demo.wire import Answer, Ending, LoggedRequest, Request, Where, Wire, text_answer

MAX_BODY = 1024 * 1024
LOGGED_HEADERS = (
    "accept", "accept-encoding", "authorization", "content-type", "cookie", "host", "if-none-match", "if-range",
    "origin", "proxy-authorization", "range", "referer", "user-agent",
)  # fmt: skip


class DemoServer(ThreadingHTTPServer):
    """One listening socket. `app` answers; `observe` sees each request first and returns its log line,
    which `finish` gets when the answer has left or failed."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        app: Callable[[Request], Answer],
        locate: Callable[[str], Where],
        observe: Callable[[Request], LoggedRequest],
        finish: Callable[[LoggedRequest], None],
    ) -> None:
        super().__init__(address, Handler)
        self.app = app
        self.locate = locate
        self.observe = observe
        self.finish = finish
        self.throttle: int | None = None
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """The bound port."""
        return int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if isinstance(sys.exc_info()[1], OSError):
            return  # the client went away, as clients under test do
        super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Break every open connection, so that no thread waits for a client."""
        self.stopping.set()
        with self._lock:
            sockets = list(self._open)
        for sock in sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """Reads one request, asks the app, sends the answer as the fault's wire says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: DemoServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Silent: the request log of the demo is the record."""

    def version_string(self) -> str:
        """What stands before CivitAI's own servers."""
        return "cloudflare"

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._serve()

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            return
        line = self.server.observe(request)
        try:
            self._answer(request, line)
        finally:
            self.server.finish(line)

    def _answer(self, request: Request, line: LoggedRequest) -> None:
        fault = request.fault
        if fault is not None and fault.before is not None:
            fault.before.hold()
        if fault is not None and fault.answer is not None:
            answer = fault.answer(request)
        else:
            answer = self.server.app(request)
        if fault is not None and fault.edit is not None:
            answer = fault.edit(answer)
        line.status = answer.status
        wire = fault.wire if fault is not None else Wire()
        if wire.bytes_per_second is None and request.where is Where.STORAGE:
            wire = replace(wire, bytes_per_second=self.server.throttle)
        if wire.ending is Ending.RESET and wire.cut_after is None:
            self._reset()
            return
        self._send(answer, wire, line)

    def _request(self) -> Request | None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            self._send(text_answer("Body exceeded 1mb limit", 413, "text/plain"), Wire(), None)
            return None
        body = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        host = self.headers.get("Host") or f"127.0.0.1:{self.server.port}"
        return Request(
            where=self.server.locate(parts.path),
            method=self.command,
            path=unquote(parts.path),
            raw_query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            origin=f"http://{host}",
        )

    def _send(self, answer: Answer, wire: Wire, line: LoggedRequest | None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        bodiless = answer.status in (204, 304)
        if wire.hide_length:
            self.close_connection = True
            self.send_header("Connection", "close")
        elif "Content-Length" not in answer.headers and not bodiless:
            self.send_header("Content-Length", str(answer.length))
        if wire.ending is not Ending.KEEP:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD" and not bodiless:
            self._send_body(answer, wire, line)

    def _send_body(self, answer: Answer, wire: Wire, line: LoggedRequest | None) -> None:
        began, sent = time.monotonic(), 0
        for piece in self._metered(answer, wire):
            self.wfile.write(piece)
            sent += len(piece)
            if line is not None:
                line.sent = sent
            if wire.bytes_per_second and sent < answer.length:
                ahead = sent / wire.bytes_per_second - (time.monotonic() - began)
                if ahead > 0 and self.server.stopping.wait(ahead):
                    self.close_connection = True
                    return
        if wire.cut_after is not None and wire.ending is Ending.RESET:
            self._reset()

    def _metered(self, answer: Answer, wire: Wire) -> Iterator[bytes]:
        """The body cut at the wire's marks; waits at its gate."""
        step = PIECE if not wire.bytes_per_second else max(1024, min(PIECE, wire.bytes_per_second // 32))
        end = answer.length if wire.cut_after is None else min(wire.cut_after, answer.length)
        marks = [end] if wire.gate_after is None else sorted({min(wire.gate_after, end), end})
        at = 0
        for whole in answer.pieces():
            piece = whole
            while piece:
                if wire.gate is not None and at == wire.gate_after:
                    wire.gate.hold()
                if at >= end:
                    return
                room = next(mark for mark in marks if mark > at) - at
                part, piece = piece[: min(room, step)], piece[min(room, step) :]
                yield part
                at += len(part)
        if wire.gate is not None and wire.gate_after is not None and at <= wire.gate_after:
            wire.gate.hold()

    def _reset(self) -> None:
        """Close with RST, so that the peer sees a reset and not an end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())
