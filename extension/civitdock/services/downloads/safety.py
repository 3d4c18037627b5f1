"""Whether a fetched file may get its name: hashes, content, and for formats that can run code two scans."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from civitdock.domain import names
from civitdock.domain.catalogue import ModelFile
from civitdock.domain.downloads import Unsafe
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.pickles import scanned_as
from civitdock.domain.plaintext import shortened
from civitdock.domain.transfers import Fetched
from civitdock.errors import HashMismatch, MissingPackage, UnsafeFile
from civitdock.ports import Disk, PickleScanner

#: Characters of a hash in a message: enough to tell two apart.
_TOLD = 13
UNVERIFIED = "CivitAI gives no hash for this file, so only its size and form could be checked."


@dataclass(frozen=True)
class Proof:
    """How the content was proved: `sha256`, `blake3`, `crc32`, or None; and what the user should know."""

    verified_by: str | None
    warnings: tuple[str, ...] = ()


def prove(fetched: Fetched, expected: Hashes) -> Proof:
    """Compare the strongest hash that both sides have; raises `HashMismatch`."""
    for name in ("sha256", "blake3", "crc32"):
        wanted, found = getattr(expected, name), getattr(fetched.hashes, name)
        if wanted and found:
            if wanted != found:
                ours, theirs = (shortened(digits, _TOLD) for digits in (found, wanted))
                raise HashMismatch(f"The file's {name.upper()} is {ours}, CivitAI says {theirs}.")
            return Proof(name)
    return Proof(None, (UNVERIFIED,))


def refuse_known_danger(file: ModelFile, unsafe: Unsafe) -> None:
    """Raise `UnsafeFile` before a byte is fetched where CivitAI's own scans found something."""
    if unsafe is Unsafe.REFUSE and "Danger" in (file.pickle_scan, file.virus_scan):
        raise UnsafeFile("CivitAI's scan found something dangerous in this file.")


class Inspector:
    """Looks at a complete file that has not got its name yet."""

    def __init__(self, disk: Disk, scanner: PickleScanner) -> None:
        self._disk = disk
        self._scanner = scanner

    def check(self, part: Path, name: str, file: ModelFile, unsafe: Unsafe) -> None:
        """Raises `InvalidFile`, and `UnsafeFile` for a pickle without two clean scans that nobody agreed to."""
        suffix = names.split(name)[1].lower()
        self._disk.check_model(part, suffix)
        claimed = suffix if file.format == "PickleTensor" and suffix != ".zip" else None
        self._check_pickle(part, scanned_as(suffix, self._disk.head(part)) or claimed, file, unsafe)

    def check_member(self, path: Path, name: str, archive: ModelFile | None, unsafe: Unsafe) -> None:
        """The same for a file of an archive that CivitAI scanned as a whole; None where CivitAI does not answer."""
        suffix = names.split(name)[1].lower()
        if suffix in MODEL_SUFFIXES:
            self._disk.check_model(path, suffix)
        self._check_pickle(path, scanned_as(suffix, self._disk.head(path)), archive, unsafe)

    def _check_pickle(self, path: Path, suffix: str | None, file: ModelFile | None, unsafe: Unsafe) -> None:
        if suffix is None or unsafe is Unsafe.ALLOW:
            return
        if file is None or file.pickle_scan != "Success":
            raise UnsafeFile("This file can run code when it is loaded, and CivitAI has no clean scan of it.")
        try:
            verdict = self._scanner.scan(path, suffix)
        except MissingPackage as error:
            raise UnsafeFile(
                "This file can run code when it is loaded, and picklescan is not installed to look into it.",
                hint="Prefer a .safetensors file, or restart the WebUI so that CivitDock can install picklescan.",
            ) from error
        if not verdict.clean:
            raise UnsafeFile(f"This file can run code when it is loaded: {', '.join(verdict.findings)}.")
