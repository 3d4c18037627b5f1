"""The eyes of the caller on a transfer."""

from __future__ import annotations

import threading
from collections.abc import Callable

from civitdock.adapters.transfer.throttle import Share
from civitdock.domain.transfers import Progress
from civitdock.ports import Clock, Stop, TransferStopped

_SLICE = 0.25


class Watch:
    """Progress out, stop in, waiting in slices, and the transfer's share of the bandwidth."""

    def __init__(self, report: Callable[[Progress], None], stop: Stop, clock: Clock, share: Share) -> None:
        self._report = report
        self._telling = threading.Lock()
        self.clock = clock
        self.share = share
        self._stop = stop
        self._never = threading.Event()

    def tell(self, seen: Callable[[], Progress]) -> None:
        """Report how far it is, one thread after another, so it never goes backwards; raises what `report` does."""
        with self._telling:
            self._report(seen())

    def stopped(self) -> bool:
        """Whether the transfer should end."""
        return self._stop() is not None

    def check(self) -> None:
        """Raise `TransferStopped` where the transfer should end."""
        reason = self._stop()
        if reason is not None:
            raise TransferStopped(reason)

    def pause(self, seconds: float) -> None:
        """Wait, but hear a stop within a quarter of a second."""
        end = self.clock.monotonic() + seconds
        while (left := end - self.clock.monotonic()) > 0:
            self.check()
            self.clock.wait(self._never, min(left, _SLICE))
