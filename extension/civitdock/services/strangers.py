"""What other tools wrote about files: taken over where CivitAI does not know it, and reported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from civitdock.domain.facts import activation_text
from civitdock.domain.library import LocalModel
from civitdock.domain.sidecar import HostValue, SidecarFacts
from civitdock.domain.times import iso
from civitdock.domain.told import Taken
from civitdock.ports import Clock
from civitdock.ports.host import Host
from civitdock.ports.library import Originals, Sidecars


class Strangers:
    """Describes files by what lies beside them."""

    def __init__(self, sidecars: Sidecars, originals: Originals, host: Host, clock: Clock) -> None:
        self._sidecars = sidecars
        self._originals = originals
        self._host = host
        self._clock = clock

    def described(self, row: LocalModel) -> LocalModel:
        """The row with what other tools say; what we wrote beside the file about another content is taken out.

        Raises `NotWritable`, `DiskFull`.
        """
        sha256 = row.hashes.sha256
        if sha256 is None:
            return row
        self._sidecars.disown(row.path, sha256, iso(self._clock.now()))
        told = self._sidecars.told(row.path, sha256)
        if not told.says_something:
            return row
        base_model = told.base_model or row.base_model
        words = activation_text(told.trained_words)
        host: dict[str, HostValue] = {
            "description": told.description or None,
            "sd version": self._host.sd_version(base_model) if base_model else None,
            "activation text": words or None,
            "notes": told.notes or None,
        }
        local = {"sha256": sha256, "autov2": row.hashes.autov2 or "", "file_size": row.size_bytes}
        self._sidecars.write(row.path, SidecarFacts(host, {}, local, iso(self._clock.now())))
        self._originals.taken(row.path.with_suffix(".json"), told.sources)
        return replace(
            row,
            model_name=told.model_name or row.model_name,
            version_name=told.version_name or row.version_name,
            base_model=base_model,
            trained_words=told.trained_words or row.trained_words,
        )

    def take_notes(self, path: Path, sha256: str) -> None:
        """The user's notes from other tools' files, for a model that CivitAI knows; raises `NotWritable`, `DiskFull`.

        Everything else comes from CivitAI itself.
        """
        told = self._sidecars.told(path, sha256)
        if told.notes:
            self._sidecars.write(path, SidecarFacts({"notes": told.notes}, {}, {}, iso(self._clock.now())))
            sources = [Taken(each.source, ("notes",)) for each in told.sources if "notes" in each.fields]
            self._originals.taken(path.with_suffix(".json"), sources)
