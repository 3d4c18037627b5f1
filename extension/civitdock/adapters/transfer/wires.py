"""What each thread of a transfer waits on, so that another thread can wake it: a stop is heard at once, a stalled
connection is asked again, whether it waits for the connection, for the headers, or for the next bytes.
"""

from __future__ import annotations

import contextlib
import socket
import threading


class Plug:
    """A second handle on a connection's socket. Pulling it ends the connection for whoever waits on the first one.

    The handle below TLS is shut down, not the TLS one, which would then hand out what is still encrypted.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.holder: Wire | None = None
        self._socket = sock.dup()
        self._lock = threading.Lock()  # else a number that was closed meanwhile could be another connection's

    def pull(self) -> None:
        """Shut the connection down."""
        with self._lock, contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the handle up. As long as it is open, so is the connection."""
        with self._lock:
            self._socket.close()


class Wire:
    """What one thread waits on at present. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plug: Plug | None = None
        self._cut = False

    def hold(self, plug: Plug) -> None:
        """The thread waits on this connection from now on."""
        with self._lock:
            self._plug, self._cut = plug, False
            plug.holder = self

    def free(self) -> None:
        """It waits no more."""
        with self._lock:
            self._plug = None

    def cut(self) -> None:
        """Wake the thread: it sees the end of the connection. One that another thread took over is left alone."""
        with self._lock:
            if self._plug is not None and self._plug.holder is self:
                self._plug.pull()
                self._cut = True

    @property
    def was_cut(self) -> bool:
        """Whether we and not the server ended the last connection."""
        with self._lock:
            return self._cut


class Wires:
    """Every thread's own wire."""

    def __init__(self) -> None:
        self._local = threading.local()

    def mine(self) -> Wire:
        """The wire of the thread that asks."""
        wire: Wire | None = getattr(self._local, "wire", None)
        if wire is None:
            wire = self._local.wire = Wire()
        return wire
