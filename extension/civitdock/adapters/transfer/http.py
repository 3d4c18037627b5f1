"""Fetches one file over one connection; asks again, resumes and starts over as `domain.transfers` says."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3

from civitdock.adapters.files.atomic import disk_error
from civitdock.adapters.transfer.caller import Again, Caller, lower_headers, read_some
from civitdock.adapters.transfer.connection import guarded_session
from civitdock.adapters.transfer.digest import Digest
from civitdock.adapters.transfer.parts import PartFile, discard, is_foreign, kept, relocate
from civitdock.adapters.transfer.throttle import Throttle
from civitdock.domain.hashes import Hashes
from civitdock.domain.links import valid_api_base
from civitdock.domain.refusals import check_body
from civitdock.domain.storage import RedirectRule
from civitdock.domain.transfers import (
    PART_SUFFIX,
    Fetched,
    Progress,
    Reading,
    Step,
    Strikes,
    TransferOrder,
    Validator,
    read_answer,
)
from civitdock.errors import (
    BadAnswer,
    CivitaiDown,
    DiskFull,
    InvalidFile,
    NotFound,
    Truncated,
)
from civitdock.ports import (
    Clock,
    KeyVault,
    SettingsSource,
    Stop,
    TransferStopped,
)
from civitdock.settings import BY_KEY

_SLICE = 0.25


class HttpTransfers:
    """Implements `ports.Transfers`."""

    def __init__(self, settings: SettingsSource, vault: KeyVault, clock: Clock, user_agent: str) -> None:
        self._settings = settings
        self._vault = vault
        self._clock = clock
        self._user_agent = user_agent
        self._throttle = Throttle(settings, clock)
        self._opening = threading.Lock()
        self._open: dict[Path, PartFile] = {}

    def fetch(self, order: TransferOrder, report: Callable[[Progress], None], stop: Stop) -> Fetched:
        """See `ports.Transfers.fetch`."""
        settings = self._settings.current()
        base = settings.text("civitai_api_url").rstrip("/")
        base = base if valid_api_base(base) else str(BY_KEY["civitai_api_url"].default)
        rule = RedirectRule(base, settings.names("civitai_download_hosts"))
        known = order.expected.strongest()
        digest = Digest(
            blake3=settings.flag("civitai_hash_blake3") or (known is not None and known[0] == "blake3"),
            crc32=settings.flag("civitai_hash_crc32") or (known is not None and known[0] == "crc32"),
        )
        watch = _Watch(report, stop, self._clock, self._throttle)
        source = hashlib.sha256(order.url.encode("utf-8", "replace")).hexdigest()[:32]
        with (
            guarded_session(rule, settings.text("civitai_ca_file")) as session,
            self._opened(PartFile(order.part_path, source, order.expected, digest), watch) as part,
        ):
            caller = Caller(
                session, rule, self._vault.key(), self._user_agent, self._clock, settings.text("civitai_proxy")
            )
            return _Transfer(order, part, caller, watch).run()

    def discard(self, part_path: Path) -> None:
        """See `ports.Transfers.discard`."""
        with self._opening:
            part = self._open.pop(part_path, None)
            if part is not None:
                part.abandon()
            discard(part_path)

    def kept(self, part_path: Path) -> Progress | None:
        """See `ports.Transfers.kept`."""
        return kept(part_path)

    @contextmanager
    def _opened(self, part: PartFile, watch: _Watch) -> Iterator[PartFile]:
        """Open a part so that a discard either meets it or comes before a look at whether it is still wanted."""
        with self._opening:
            watch.check()
            part.open()
            self._open[part.path] = part
        try:
            with part:
                yield part
        finally:
            with self._opening:
                if self._open.get(part.path) is part:
                    del self._open[part.path]

    def relocate(self, part_path: Path, new_path: Path, stop: Stop) -> None:
        """See `ports.Transfers.relocate`."""

        def check() -> None:
            reason = stop()
            if reason is not None:
                raise TransferStopped(reason)

        relocate(part_path, new_path, check)

    def is_foreign(self, part_path: Path, expected: Hashes) -> bool:
        """See `ports.Transfers.is_foreign`."""
        return is_foreign(part_path, expected)


class _Watch:
    """The eyes of the caller on a transfer: progress out, stop in, waiting in slices."""

    def __init__(self, report: Callable[[Progress], None], stop: Stop, clock: Clock, throttle: Throttle) -> None:
        self.report = report
        self.clock = clock
        self._stop = stop
        self._throttle = throttle
        self._never = threading.Event()

    def check(self) -> None:
        """Raise `TransferStopped` where the transfer should end."""
        reason = self._stop()
        if reason is not None:
            raise TransferStopped(reason)

    def throttle(self, amount: int) -> None:
        """Wait as long as the bandwidth limit wants after `amount` bytes."""
        self.pause(self._throttle.take(amount))

    def read_size(self) -> int:
        """How many bytes to ask the connection for at once."""
        return self._throttle.read_size()

    def pause(self, seconds: float) -> None:
        """Wait, but hear a stop within a quarter of a second."""
        end = self.clock.monotonic() + seconds
        while (left := end - self.clock.monotonic()) > 0:
            self.check()
            self.clock.wait(self._never, min(left, _SLICE))


class _Transfer:
    """One file on its way into its part file."""

    def __init__(self, order: TransferOrder, part: PartFile, caller: Caller, watch: _Watch) -> None:
        self._order = order
        self._part = part
        self._caller = caller
        self._watch = watch
        self._name = order.part_path.name.removesuffix(PART_SUFFIX)
        self._url = order.url
        self._ended = False

    def run(self) -> Fetched:
        """Until the part is whole; a try that broke off is repeated while it brings bytes, then a few times more."""
        # Reading again what is here brings nothing new, so only its end is told.
        self._part.take_up(self._watch.check)
        if self._part.done:
            self._watch.report(Progress(self._part.done, self._part.resume.total))
        strikes = Strikes()
        while not self._whole():
            try:
                self._one_try()
            except TransferStopped:
                self._part.sync()
                raise
            except Again as again:
                self._url = self._order.url if isinstance(again.error, (CivitaiDown, NotFound)) else self._url
                wait = strikes.strike(self._part.done)
                if wait is None:
                    raise again.error from again
                self._watch.pause(wait)
        if self._part.done == 0:
            raise InvalidFile("An empty file came.")
        self._part.sync()
        self._check_unproven_size()
        return Fetched(self._part.done, self._part.hashes())

    def _whole(self) -> bool:
        return self._ended or (self._part.resume.total is not None and self._part.done == self._part.resume.total)

    def _one_try(self) -> None:
        self._watch.check()
        with self._caller.ask(self._url, self._range_headers) as response:
            reading = read_answer(
                response.status_code, lower_headers(response), self._part.done, self._part.resume.total
            )
            if reading.step is Step.REFUSED:
                self._refused(response)
            if reading.step is Step.RESTART:
                self._part.restart()
                raise Again(BadAnswer("The storage answers the request for the rest of the file with nonsense."))
            self._url = response.url
            if reading.step is Step.COMPLETE:
                self._part.describe(reading.total, self._validator(response))
                return
            self._receive(response, reading)

    def _range_headers(self, host: str) -> Mapping[str, str]:
        """Ask for the rest only where a hash or the server itself can tell that it is the same file."""
        if self._part.done == 0:
            return {}
        condition = self._part.resume.validator.condition(host)
        if condition is None and self._part.resume.expected.strongest() is None:
            return {}
        ranged = {"Range": f"bytes={self._part.done}-"}
        return ranged if condition is None else {**ranged, "If-Range": condition}

    def _refused(self, response: requests.Response) -> None:
        error = self._caller.refusal(response)
        if self._caller.is_storage(response) and response.status_code in (400, 401, 403):
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
            self._part.restart()
        self._check_space(reading.total)
        self._part.describe(reading.total, self._validator(response))
        received = 0
        while chunk:
            received += len(chunk)
            self._part.append(chunk)
            self._watch.report(Progress(self._part.done, reading.total))
            self._watch.throttle(len(chunk))
            self._watch.check()
            chunk = self._read(response)
        self._check_end(reading, received)

    def _read(self, response: requests.Response) -> bytes:
        try:
            return read_some(response, self._watch.read_size())
        except (urllib3.exceptions.HTTPError, HTTPException, OSError) as error:
            raise Again(Truncated()) from error

    def _check_end(self, reading: Reading, received: int) -> None:
        if reading.total is not None and self._part.done > reading.total:
            self._part.restart()
            raise Again(BadAnswer("The storage sent more bytes than it announced."))
        if reading.length is not None and received < reading.length:
            raise Again(Truncated())
        self._ended = reading.total is None

    def _check_space(self, total: int | None) -> None:
        folder = self._part.path.parent
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise disk_error(error, self._part.path) from error
        if total is not None and total - self._part.done > free:
            raise DiskFull(f"{total - self._part.done:,} bytes are needed in {folder}, and {free:,} are free.")

    def _check_unproven_size(self) -> None:
        """Without a hash and without the server's size there is no telling whether the file is whole."""
        unproven = self._part.resume.total is None and self._order.expected.strongest() is None
        if unproven and self._part.done != self._order.size_hint:
            raise Truncated("Nobody said how large the file is, so it cannot be known whether it is complete.")

    @staticmethod
    def _validator(response: requests.Response) -> Validator:
        headers = response.headers
        return Validator(urlsplit(response.url).netloc, headers.get("ETag"), headers.get("Last-Modified"))
