"""The further connections of one file: each fetches segments that nobody else does, until the file is whole.

The first connection, in the caller's own thread, decides how many there are. Whatever goes wrong in one of these ends
that one only: its bytes are free again, and the server's objection lowers the number for the rest of the file.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlsplit

import requests
import urllib3

from civitdock.adapters.transfer.caller import Again, Caller, lower_headers, read_some
from civitdock.adapters.transfer.handles import Handle
from civitdock.adapters.transfer.parts import PartFile
from civitdock.adapters.transfer.watch import Watch
from civitdock.adapters.transfer.wires import Wire
from civitdock.domain.segments import Claim, Ramp
from civitdock.domain.transfers import Step, Validator, read_answer
from civitdock.errors import CivitaiDown, CivitDockError, Offline, Truncated
from civitdock.ports import TransferStopped

LEAD = 0
#: A chunk under way is lost in a crash, so with several connections it is half of what may be.
MOST_READ = 512 * 1024
_SLICE = 0.25
_IDLE = 0.1
#: Real seconds between two looks of the guard.
_LOOK_EVERY = 0.5
#: A helper that gets nothing so often while others do is not wanted; by its waits that takes seconds.
_FAILURES = 4
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0
_EXPIRED = (400, 401, 403)


class _Objection(Exception):
    """The server gives this connection no segment."""


class Address:
    """Where the storage has the file at present; one connection that asks anew does it for all."""

    def __init__(self, order_url: str) -> None:
        self.order_url = order_url
        self.url = order_url
        self.lock = threading.Lock()


@dataclass(frozen=True)
class Line:
    """The most connections for one file, and how many paid at each storage host before."""

    limit: int
    paid: dict[str, int] = field(default_factory=dict)


def ranged(part: PartFile, claim: Claim, host: str) -> Mapping[str, str] | None:
    """Range headers for a claim; None where neither a hash nor the server could tell that it is the same file."""
    condition = part.resume.validator.condition(host)
    if condition is None and not part.proven:
        return None
    last = "" if claim.stop == part.board.end else str(claim.stop - 1)
    wanted = {"Range": f"bytes={claim.at}-{last}"}
    return wanted if condition is None else {**wanted, "If-Range": condition}


def validator_of(response: requests.Response) -> Validator:
    """What an answer says of the file's identity."""
    headers = response.headers
    return Validator(urlsplit(response.url).netloc, headers.get("ETag"), headers.get("Last-Modified"))


def belongs(part: PartFile, response: requests.Response) -> bool:
    """Whether an answer is of the file whose bytes the part holds; what its marks cannot tell a hash must prove."""
    same = part.resume.validator.is_same(validator_of(response))
    return part.proven if same is None else same


class Crew:
    """The helpers of one transfer. `close` ends them all. Made in the thread of the first connection."""

    def __init__(self, part: PartFile, caller: Caller, watch: Watch, address: Address, line: Line) -> None:
        self.part = part
        self.caller = caller
        self.watch = watch
        self.address = address
        self.line = line
        self.ramp = Ramp(line.limit)
        self.halt = threading.Event()
        self._wires: dict[int, Wire] = {LEAD: caller.wires.mine()}
        self._threads: dict[int, threading.Thread] = {}
        self._last = LEAD
        self._trouble: CivitDockError | None = None

    def working(self) -> int:
        """How many helpers there are now."""
        with self.part.lock:
            return len(self._threads)

    def adjust(self) -> None:
        """Start helpers up to the ramp's number; those too many end by themselves at their next chunk."""
        with self.part.lock:
            missing = self.ramp.count - 1 - len(self._threads)
            if missing <= 0:
                return
            self.part.allow_gaps()
            self.part.board.shorten(LEAD, self.ramp.segment())
            for _ in range(missing):
                self._last += 1
                helper = _Helper(self, self._last)
                thread = threading.Thread(target=helper.run, name="civitdock-segment", daemon=True)
                self._threads[self._last] = thread
                thread.start()

    def joined(self, number: int) -> None:
        """A helper's thread has begun; what it waits on can be cut."""
        with self.part.lock:
            self._wires[number] = self.caller.wires.mine()

    def surplus(self, number: int) -> bool:
        """Whether this helper is one too many."""
        with self.part.lock:
            return number not in sorted(self._threads)[: self.ramp.count - 1]

    def ended(self, number: int, trouble: CivitDockError | None) -> None:
        """A helper is gone; trouble with the disk ends the transfer."""
        with self.part.lock:
            self._threads.pop(number, None)
            self._wires.pop(number, None)
            self._trouble = self._trouble or trouble
            self.part.lock.notify_all()

    def disturbed(self) -> None:
        """A connection broke."""
        with self.part.lock:
            self.ramp.disturbed()

    def objected(self) -> None:
        """The server wants fewer."""
        with self.part.lock:
            self.ramp.objected(min(self.ramp.count - 1, len(self._threads)))

    def check(self) -> None:
        """Raise what ended a helper and ends us all."""
        if self._trouble is not None:
            raise self._trouble

    def cut_stalled(self, by: int | None) -> None:
        """Let segments that get no bytes be asked for again; `by` is idle."""
        now = self.watch.clock.monotonic()
        with self.part.lock:
            self._cut(self.part.board.stalled(now, by, self.caller.latency))

    def cut_slow(self, by: int) -> None:
        """The same where nothing is left to do for `by`: then also segments that it would have much sooner."""
        self.cut_stalled(by)
        now = self.watch.clock.monotonic()
        with self.part.lock:
            self._cut(self.part.board.slow(now, by, self.ramp.each()))

    def _cut(self, workers: Iterable[int]) -> None:
        for number in workers:
            if number in self._wires:
                self._wires[number].cut()

    def touch(self, number: int) -> None:
        """A connection waits for bytes from now on."""
        with self.part.lock:
            self.part.board.touch(number, self.watch.clock.monotonic())

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """While the block lasts nobody waits in vain for its time-out: a stop is heard, and a stalled answer is asked
        for again."""
        ended = threading.Event()
        thread = threading.Thread(target=self._guard, args=(ended,), name="civitdock-guard", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _guard(self, ended: threading.Event) -> None:
        while not ended.wait(_LOOK_EVERY):
            self.cut_stalled(by=None)
            if self.watch.stopped() or not self._all_well():
                with self.part.lock:
                    self._cut([LEAD])

    def _all_well(self) -> bool:
        """Tell what the helpers bring while the first connection waits, and whether the part still has its name."""
        try:
            self.watch.tell(self.part.progress)
            self.part.check_still_there()
        except TransferStopped:
            return True  # it is being closed
        except CivitDockError as error:
            with self.part.lock:
                self._trouble = self._trouble or error
            return False
        return True

    def close(self) -> None:
        """End all helpers and wait for them."""
        self.halt.set()
        with self.part.lock:
            threads = list(self._threads.values())
            self.part.lock.notify_all()
        for thread in threads:
            while thread.is_alive():
                with self.part.lock:
                    self._cut(set(self._wires) - {LEAD})
                thread.join(_SLICE)
        self.halt.clear()


class _Helper:
    """One further connection."""

    def __init__(self, crew: Crew, number: int) -> None:
        self._crew = crew
        self._part = crew.part
        self._number = number
        self._wait = _FIRST_WAIT
        self._failures = 0
        self._broke_at: int | None = None

    def run(self) -> None:
        """Segment after segment."""
        trouble: CivitDockError | None = None
        handle: Handle | None = None
        self._crew.joined(self._number)
        try:
            handle = self._part.another()
            while not self._over():
                self._turn(handle)
        except _Objection:
            self._crew.objected()
        except TransferStopped:
            pass  # the part was abandoned, as the first connection will notice
        except CivitDockError as error:
            trouble = error
        finally:
            if handle is not None:
                handle.close()
            self._part.release(self._number)
            self._crew.ended(self._number, trouble)

    def _over(self) -> bool:
        return self._crew.halt.is_set() or self._part.whole() or self._crew.surplus(self._number)

    def _turn(self, handle: Handle) -> None:
        with self._part.lock:
            now = self._crew.watch.clock.monotonic()
            claim = self._part.board.claim(self._number, self._crew.ramp.segment(), now)
            if claim is None:
                self._crew.cut_slow(self._number)
                self._part.lock.wait(_IDLE)
                return
        try:
            with self._asked(claim) as response:
                self._receive(response, claim, handle)
        except Again:
            self._part.release(self._number)
            self._broke()
        finally:
            self._part.release(self._number)

    def _broke(self) -> None:
        """Ask again after a while. What hits all connections says nothing of this one, so it counts only as a failure
        where others have had bytes since the last time."""
        self._crew.disturbed()
        done = self._part.done
        self._failures += self._broke_at is not None and done > self._broke_at
        self._broke_at = done
        if self._failures >= _FAILURES:
            raise _Objection
        self._crew.watch.clock.wait(self._crew.halt, self._wait)
        self._wait = min(2 * self._wait, _LONGEST_WAIT)

    def _asked(self, claim: Claim) -> requests.Response:
        url = self._crew.address.url
        response = self._ask(url, claim)
        if response.status_code not in _EXPIRED:
            return response
        response.close()
        with self._crew.address.lock:
            if self._crew.address.url != url:
                return self._ask(self._crew.address.url, claim)
            response = self._ask(self._crew.address.order_url, claim)
            if response.status_code == 206:
                self._crew.address.url = response.url
            return response

    def _ask(self, url: str, claim: Claim) -> requests.Response:
        def headers(host: str) -> Mapping[str, str]:
            wanted = ranged(self._part, claim, host)
            # CivitAI's own address only forwards, so what it is asked for does not matter there.
            return {"Range": f"bytes={claim.at}-{claim.stop - 1}"} if wanted is None else wanted

        try:
            return self._crew.caller.ask(url, headers)
        except (CivitaiDown, Offline) as error:
            raise Again(error) from error
        except CivitDockError as error:
            raise _Objection from error

    def _receive(self, response: requests.Response, claim: Claim, handle: Handle) -> None:
        reading = read_answer(response.status_code, lower_headers(response), claim.at, self._part.total)
        packed = response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity")
        if reading.step is not Step.APPEND or packed or not belongs(self._part, response):
            raise _Objection
        self._crew.touch(self._number)
        while claim.at < claim.stop and not self._crew.halt.is_set() and not self._crew.surplus(self._number):
            self._chunk(response, handle)
        self._crew.caller.give_back(response)

    def _chunk(self, response: requests.Response, handle: Handle) -> None:
        watch = self._crew.watch
        try:
            chunk = read_some(response, min(MOST_READ, watch.share.read_size()))
        except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            raise Again(Truncated()) from error
        if not chunk:
            raise Again(Truncated())
        self._wait, self._failures, self._broke_at = _FIRST_WAIT, 0, None
        self._part.write(self._number, memoryview(chunk), handle, watch.clock.monotonic())
        left = watch.share.take(len(chunk))
        while left > 0 and not self._crew.halt.is_set():
            watch.clock.wait(self._crew.halt, min(left, _SLICE))
            left -= _SLICE
        self._crew.touch(self._number)
