"""Fetches one file into its part file: see `lead` for the first connection and `crew` for further ones."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from civitdock.adapters.transfer.behind import Behind
from civitdock.adapters.transfer.caller import Caller
from civitdock.adapters.transfer.connection import GuardedSession
from civitdock.adapters.transfer.crew import Address, Crew, Line
from civitdock.adapters.transfer.digest import Digest
from civitdock.adapters.transfer.lead import Lead
from civitdock.adapters.transfer.parts import PartFile, discard, is_foreign, kept, relocate
from civitdock.adapters.transfer.throttle import Throttle
from civitdock.adapters.transfer.watch import Watch
from civitdock.domain.hashes import Hashes
from civitdock.domain.links import valid_api_base
from civitdock.domain.storage import RedirectRule
from civitdock.domain.transfers import Fetched, Progress, TransferOrder
from civitdock.ports import Clock, Stop, TransferStopped
from civitdock.ports.host import KeyVault, SettingsSource
from civitdock.settings import BY_KEY, Settings


class HttpTransfers:
    """Implements `ports.Transfers`. `generates` tells whether the host generates at this moment."""

    def __init__(
        self,
        settings: SettingsSource,
        vault: KeyVault,
        clock: Clock,
        user_agent: str,
        generates: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._clock = clock
        self._user_agent = user_agent
        self._throttle = Throttle(settings, clock, generates)
        self._opening = threading.Lock()
        self._open: dict[Path, PartFile] = {}
        self._paid: dict[str, int] = {}

    def fetch(self, order: TransferOrder, report: Callable[[Progress], None], stop: Stop) -> Fetched:
        """See `ports.Transfers.fetch`."""
        settings = self._settings.current()
        base = settings.text("civitai_api_url").rstrip("/")
        base = base if valid_api_base(base) else str(BY_KEY["civitai_api_url"].default)
        rule = RedirectRule(base, settings.names("civitai_download_hosts"))
        source = hashlib.sha256(order.url.encode("utf-8", "replace")).hexdigest()[:32]
        with self._throttle.share() as share:
            watch = Watch(report, stop, self._clock, share)
            with (
                GuardedSession(rule, settings.text("civitai_ca_file")) as session,
                self._opened(PartFile(order.part_path, source, order.expected), watch) as part,
            ):
                part.take_up()
                proxy = settings.text("civitai_proxy")
                caller = Caller(session, rule, self._vault.key(), self._user_agent, self._clock, proxy)
                line = Line(settings.number("civitai_connections_per_download"), self._paid)
                crew = Crew(part, caller, watch, Address(order.url), line)
                with Behind(part, _digest(settings, order.expected)) as behind:
                    return Lead(order, crew, behind).run()

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
    def _opened(self, part: PartFile, watch: Watch) -> Iterator[PartFile]:
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


def _digest(settings: Settings, expected: Hashes) -> Digest:
    known = expected.strongest()
    return Digest(
        blake3=settings.flag("civitai_hash_blake3") or (known is not None and known[0] == "blake3"),
        crc32=settings.flag("civitai_hash_crc32") or (known is not None and known[0] == "crc32"),
    )
