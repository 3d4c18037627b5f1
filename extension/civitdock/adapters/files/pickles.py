"""Looking into pickles without running them, with the package picklescan."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civitdock.errors import MissingPackage

_SHOWN = 5


@dataclass(frozen=True)
class Examined:
    """Implements `ports.Verdict`."""

    clean: bool
    findings: tuple[str, ...] = ()


class PicklescanScanner:
    """Implements `ports.PickleScanner`. Clean means: every import in the file is on picklescan's list of known ones."""

    def scan(self, path: Path, suffix: str) -> Examined:
        """Examine a pickle, bare or inside a zip as PyTorch writes it; raises `MissingPackage`, `OSError`."""
        scanner = _scanner()
        with open(path, "rb") as file:
            try:
                result = scanner.scan_bytes(file, path.name, suffix.lower())
            except Exception as error:  # noqa: BLE001  a hostile file can make a parser fail in any way: then it is not clean
                return Examined(clean=False, findings=(f"it could not be examined ({type(error).__name__})",))
        found = [f"{item.module}.{item.name}" for item in result.globals if item.safety.value != "innocuous"]
        if result.scan_err:
            found.append("a part that is no sound pickle")
        return Examined(clean=not found, findings=tuple(sorted(found)[:_SHOWN]))


def _scanner() -> Any:
    try:
        return importlib.import_module("picklescan.scanner")
    except ImportError as error:
        raise MissingPackage("The package picklescan, which looks into pickle files, is not installed.") from error
