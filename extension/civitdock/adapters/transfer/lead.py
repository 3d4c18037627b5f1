"""The first connection of a transfer, in the caller's thread: it asks, judges the answers, reports and hears a stop.

It alone may start over, and its errors are the transfer's. It decides by what it measures how many others there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import urlsplit

import requests
import urllib3

from civitdock.adapters.transfer.behind import Behind
from civitdock.adapters.transfer.caller import Again, lower_headers, read_some
from civitdock.adapters.transfer.crew import LEAD, MOST_READ, Crew, belongs, ranged, validator_of
from civitdock.domain.refusals import check_body
from civitdock.domain.segments import MIN_FILE, Advice, Claim
from civitdock.domain.transfers import (
    PART_SUFFIX,
    Fetched,
    Reading,
    Step,
    Strikes,
    TransferOrder,
    read_answer,
)
from civitdock.errors import (
    BadAnswer,
    CivitaiDown,
    CivitDockError,
    DiskFull,
    InvalidFile,
    NotFound,
    NotWritable,
    Offline,
    Truncated,
)
from civitdock.ports import TransferStopped

_NEWS = 0.05
#: A storage that sends the whole file for a part of it may be one of many that do not all know ranges.
_MOST_IGNORED = 2
_ENDLESS = 1 << 62


class Lead:
    """One file on its way into its part file."""

    def __init__(self, order: TransferOrder, crew: Crew, behind: Behind) -> None:
        self._order = order
        self._crew = crew
        self._part = crew.part
        self._watch = crew.watch
        self._behind = behind
        self._name = order.part_path.name.removesuffix(PART_SUFFIX)
        self._ended = False
        self._ended_at: int | None = None
        self._ignored = 0

    def run(self) -> Fetched:
        """Until the part is whole; a try that broke off is repeated while it brings bytes, then a few times more."""
        strikes = Strikes()
        try:
            with self._crew.guarded():
                while not self._whole():
                    try:
                        self._one_try()
                    except Again as again:
                        self._after(again, strikes)
            self._crew.close()
            self._crew.line.paid[self._part.resume.validator.host] = self._crew.ramp.count
            return self._finish()
        except TransferStopped:
            self._crew.close()
            self._part.sync()
            raise
        finally:
            self._crew.close()
            self._part.release(LEAD)

    def _after(self, again: Again, strikes: Strikes) -> None:
        """A broken try: ask CivitAI again where the storage or its address was to blame, and wait a little."""
        self._crew.disturbed()
        address = self._crew.address
        if isinstance(again.error, (CivitaiDown, NotFound)):
            address.url = address.order_url
        wait = strikes.strike(self._part.done)
        if wait is None:
            raise again.error from again
        self._watch.pause(wait)

    def _finish(self) -> Fetched:
        if self._part.done == 0:
            raise InvalidFile("An empty file came.")
        self._part.sync()
        while self._behind.hashed(_NEWS) != self._part.done:
            self._news()
        self._news()
        self._check_unproven_size()
        return Fetched(self._part.done, self._behind.hashes())

    def _whole(self) -> bool:
        return self._ended or self._part.whole()

    def _news(self) -> None:
        self._crew.check()
        self._watch.tell(self._part.progress)
        self._watch.check()

    def _one_try(self) -> None:
        self._crew.check()
        self._watch.check()
        claim = self._claim()
        if claim is None:
            self._wait_for_others()
            return
        try:
            with self._crew.caller.ask(self._crew.address.url, lambda host: self._headers(host, claim)) as response:
                self._answered(response, claim)
        except TransferStopped:
            raise
        except Again:
            self._watch.check()  # it may have been cut for that
            raise
        except CivitDockError as error:
            self._watch.check()
            self._crew.check()
            if self._is_final(error):
                raise
            raise Again(error) from error
        finally:
            self._part.release(LEAD)

    def _is_final(self, error: CivitDockError) -> bool:
        """Whether an error ends the transfer: not where the network was away for a moment, nor where this connection
        is refused although others still bring bytes."""
        if isinstance(error, (DiskFull, NotWritable)):
            return True
        if isinstance(error, (CivitaiDown, Offline)):
            return self._part.done == 0
        if self._crew.working():
            self._crew.objected()
            return False
        return True

    def _claim(self) -> Claim | None:
        alone = not self._crew.working()
        with self._part.lock:
            most = _ENDLESS if alone else self._crew.ramp.segment()
            return self._part.board.claim(LEAD, most, self._watch.clock.monotonic())

    def _wait_for_others(self) -> None:
        """Nothing is left to ask for; others are at the last bytes."""
        self._crew.cut_slow(LEAD)
        self._news()
        with self._part.lock:
            if not self._part.whole():
                self._part.lock.wait(_NEWS)

    def _headers(self, host: str, claim: Claim) -> Mapping[str, str]:
        """The range headers for a host; none while nothing is there yet."""
        if self._part.done == 0 and claim.at == 0 and not self._crew.working():
            return {}
        return ranged(self._part, claim, host) or {}

    def _answered(self, response: requests.Response, claim: Claim) -> None:
        reading = read_answer(response.status_code, lower_headers(response), claim.at, self._part.total)
        if reading.step is Step.REFUSED:
            self._refused(response)
        if reading.step is Step.RESTART:
            self._restart()
            raise Again(BadAnswer("The storage answers the request for the rest of the file with nonsense."))
        if reading.step is Step.APPEND and not belongs(self._part, response):
            self._restart()
            raise Again(BadAnswer("The file has changed on the storage while it was fetched."))
        self._check_ignored(response, reading)
        self._crew.address.url = response.url
        if reading.step is Step.COMPLETE:
            self._part.describe(reading.total, validator_of(response))
            return
        self._crew.touch(LEAD)
        self._receive(response, reading)

    def _check_ignored(self, response: requests.Response, reading: Reading) -> None:
        """Ask again before all is thrown away for a storage that sends the very same file from the beginning."""
        whole_again = reading.step is Step.FRESH and self._part.done > 0 and reading.total == self._part.total
        same = self._part.resume.validator.is_same(validator_of(response))
        if whole_again and same and self._ignored < _MOST_IGNORED:
            self._ignored += 1
            raise Again(CivitaiDown("The storage does not give the rest of the file."))

    def _restart(self) -> None:
        self._crew.close()
        self._part.restart()

    def _refused(self, response: requests.Response) -> None:
        error = self._crew.caller.refusal(response)
        if self._crew.caller.is_storage(response) and response.status_code in (400, 401, 403):
            raise Again(CivitaiDown("The storage refuses the address that CivitAI gave for the file."))
        if isinstance(error, NotFound):
            raise Again(error)
        raise error

    def _receive(self, response: requests.Response, reading: Reading) -> None:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise BadAnswer(f"The storage sent the file packed as {encoding}, although that was declined.")
        chunk = self._read(response)
        head = chunk if reading.step is Step.FRESH else b""
        check_body(self._name, response.headers.get("Content-Type"), head)
        if reading.step is Step.FRESH:
            self._restart()
            with self._part.lock:
                self._part.board.claim(LEAD, _ENDLESS, self._watch.clock.monotonic())
        if not self._crew.working():
            self._crew.ramp.begin(self._crew.line.paid.get(urlsplit(response.url).netloc, 1))
        self._part.describe(reading.total, validator_of(response))
        self._pour(response, reading, self._part.board.claims[LEAD], chunk)

    def _pour(self, response: requests.Response, reading: Reading, claim: Claim, chunk: bytes) -> None:
        start, received = claim.at, 0
        while chunk:
            received += len(chunk)
            if reading.length is not None and received > reading.length:
                self._restart()
                raise Again(BadAnswer("The storage sent more bytes than it announced."))
            self._keep(memoryview(chunk), start, reading)
            if claim.at >= claim.stop:
                self._crew.caller.give_back(response)
                return
            chunk = self._read(response)
        self._end(reading, received)

    def _end(self, reading: Reading, received: int) -> None:
        """The body is over. Where nobody announced its length, CivitAI's size tells whether it broke off, but that is
        not always exact: a second end at the same byte is the end."""
        if self._crew.caller.wires.mine().was_cut or (reading.length is not None and received < reading.length):
            raise self._broken()
        hint, done = self._order.size_hint, self._part.done
        if reading.total is None and hint is not None and done < hint and done != self._ended_at:
            self._ended_at = done
            raise Again(Truncated())
        self._ended = reading.total is None

    def _keep(self, chunk: memoryview, start: int, reading: Reading) -> None:
        now = self._watch.clock.monotonic
        while chunk:
            with self._part.lock:
                if reading.length is not None:
                    self._extend(start + reading.length)
            taken = self._part.write(LEAD, chunk, self._part.first(), now())
            self._news_of(taken)
            chunk = chunk[taken:]
            if not taken:
                return

    def _extend(self, limit: int) -> None:
        """Go on past the end of the claim while nobody else has what follows and the answer brings it."""
        claim = self._part.board.claims[LEAD]
        if claim.stop - claim.at < MOST_READ and claim.stop < limit:
            alone = not self._crew.working()
            most = limit if alone else min(limit, claim.stop + self._crew.ramp.segment())
            self._part.board.extend(LEAD, most)

    def _news_of(self, taken: int) -> None:
        self._news()
        self._watch.pause(self._watch.share.take(taken))
        self._crew.touch(LEAD)
        self._watch.check()
        self._steer()

    def _steer(self) -> None:
        """More connections while they bring more, fewer where they do not."""
        total = self._part.total
        if total is None or total < MIN_FILE or self._crew.ramp.limit < 2:
            return
        if not self._part.proven and self._part.resume.validator.condition(self._part.resume.validator.host) is None:
            return
        with self._part.lock:
            board, ramp = self._part.board, self._crew.ramp
            now = self._watch.clock.monotonic()
            advice = ramp.look(board.done.count, board.rest(), now, self._crew.caller.latency)
        if advice is not Advice.SHRINK:
            self._crew.adjust()

    def _read(self, response: requests.Response) -> bytes:
        most = self._watch.share.read_size()
        try:
            return read_some(response, most if self._part.resume.ranges is None else min(most, MOST_READ))
        except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            raise self._broken() from error

    def _broken(self) -> Again:
        """What to say of a body that is over too early."""
        if self._crew.caller.wires.mine().was_cut:
            return Again(CivitaiDown("The storage has stopped sending."))
        return Again(Truncated())

    def _check_unproven_size(self) -> None:
        """Without a hash and without the server's size there is no telling whether the file is whole."""
        unproven = self._part.total is None and not self._part.proven
        if unproven and self._part.done != self._order.size_hint:
            raise Truncated("Nobody said how large the file is, so it cannot be known whether it is complete.")
