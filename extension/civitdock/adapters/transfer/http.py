"""Fetches one file into its part file: see `lead` for the first connection and `crew` for further ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from civitdock.adapters.transfer.behind import Behind
from civitdock.adapters.transfer.caller import Caller
from civitdock.adapters.transfer.connection import guarded_session
from civitdock.adapters.transfer.crew import Address, Crew
from civitdock.adapters.transfer.digest import Digest
from civitdock.adapters.transfer.lead import Lead
from civitdock.adapters.transfer.parts import PartFile, discard, is_foreign
from civitdock.adapters.transfer.throttle import Throttle
from civitdock.adapters.transfer.watch import Watch
from civitdock.domain.hashes import Hashes
from civitdock.domain.links import valid_api_base
from civitdock.domain.segments import Ramp
from civitdock.domain.storage import RedirectRule
from civitdock.domain.transfers import Fetched, Progress, TransferOrder
from civitdock.ports import Clock, KeyVault, SettingsSource, Stop
from civitdock.settings import BY_KEY


class HttpTransfers:
    """Implements `ports.Transfers`."""

    def __init__(self, settings: SettingsSource, vault: KeyVault, clock: Clock, user_agent: str) -> None:
        self._settings = settings
        self._vault = vault
        self._clock = clock
        self._user_agent = user_agent
        self._throttle = Throttle(settings, clock)

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
        watch = Watch(report, stop, self._clock, self._throttle)
        source = hashlib.sha256(order.url.encode("utf-8", "replace")).hexdigest()[:32]
        with (
            guarded_session(rule, settings.text("civitai_ca_file")) as session,
            PartFile(order.part_path, source, order.expected) as part,
        ):
            part.take_up()
            caller = Caller(
                session, rule, self._vault.key(), self._user_agent, self._clock, settings.text("civitai_proxy")
            )
            ramp = Ramp(settings.number("civitai_connections_per_download"))
            crew = Crew(part, caller, watch, Address(order.url), ramp)
            with Behind(part, digest) as behind:
                return Lead(order, crew, behind).run()

    def discard(self, part_path: Path) -> None:
        """See `ports.Transfers.discard`."""
        discard(part_path)

    def is_foreign(self, part_path: Path, expected: Hashes) -> bool:
        """See `ports.Transfers.is_foreign`."""
        return is_foreign(part_path, expected)
