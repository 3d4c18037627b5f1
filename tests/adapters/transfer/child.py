"""A transfer in a process of its own that says how far it is."""

from __future__ import annotations

from pathlib import Path

from civitdock.adapters.clock import SystemClock
from civitdock.adapters.transfer.http import HttpTransfers
from civitdock.domain.hashes import Hashes
from civitdock.domain.transfers import Progress, TransferOrder
from tests.adapters.transfer.conftest import Knobs, Vault


def main(api: str, url: str, part: str, sha256: str, size: str) -> None:
    """Fetch the file, a line per report."""

    def report(progress: Progress) -> None:
        print(progress.done, flush=True)

    transfers = HttpTransfers(Knobs({"civitai_api_url": api}), Vault(), SystemClock(), "civitdock-tests/1")
    transfers.fetch(TransferOrder(url, Path(part), Hashes(sha256=sha256), int(size)), report, lambda: None)
