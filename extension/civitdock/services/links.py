"""What a pasted text stands for: the files of CivitAI that it means."""

from __future__ import annotations

from dataclasses import dataclass

from civitdock.domain import links
from civitdock.domain.catalogue import Version
from civitdock.domain.links import Link
from civitdock.domain.versions import files_of_model, newest_to_have
from civitdock.errors import CivitDockError, InvalidRequest, NotFound
from civitdock.ports import Catalogue, Clock, Patience
from civitdock.ports.host import SettingsSource


@dataclass(frozen=True)
class Meant:
    """A file to fetch; `file_id` None is the version's primary file."""

    version_id: int
    file_id: int | None = None


class LinkService:
    """Turns links, AIR names, ids and hashes into versions and files."""

    def __init__(self, catalogue: Catalogue, settings: SettingsSource, clock: Clock) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._clock = clock

    def files(self, text: str, *, all_files: bool = False, patience: Patience | None = None) -> tuple[Meant, ...]:
        """The files that a text means: the primary one of a version, the one that a link names, or with `all_files`
        every file of the version that belongs to the model.

        A bare number is a version's; where CivitAI knows no such version, a model's. A model without a version means
        its newest version that can be had, a hash the version that owns the file. Raises `InvalidRequest` for a text
        that names no file, what `newest_to_have` raises, and the errors of `ports.Catalogue`.
        """
        patience = patience or Patience()
        link = self._parse(text)
        if text.strip().isdecimal() and link.model_id is not None:
            link = self._numbered(link.model_id, patience)
        version = self._version(link, patience, whole=all_files)
        if isinstance(version, int):
            return (Meant(version, link.file_id),)
        if all_files:
            return tuple(Meant(version.id, file.id) for file in files_of_model(version))
        return (Meant(version.id, link.file_id or _file_of_hash(version, link.hash)),)

    def _parse(self, text: str) -> Link:
        settings = self._settings.current()
        link = links.parse(text, (settings.text("civitai_page_url"), settings.text("civitai_api_url")))
        if link is None or link.creator or link.tag:
            raise InvalidRequest(
                "This names no model, version or file of CivitAI.",
                hint="Give a link to a model or a download, an AIR, a version id, civitai:MODEL@VERSION or a hash.",
            )
        return link

    def _numbered(self, number: int, patience: Patience) -> Link:
        try:
            self._catalogue.version(number, patience)
        except NotFound:
            return Link(model_id=number)
        except CivitDockError:  # no answer: the queue asks again about a version, and says what it waits for
            pass
        return Link(version_id=number)

    def _version(self, link: Link, patience: Patience, *, whole: bool) -> Version | int:
        """The version, or only its id where nothing more is needed: the queue looks it up by itself."""
        if link.version_id is not None:
            return self._catalogue.version(link.version_id, patience) if whole else link.version_id
        if link.hash is not None:
            return self._catalogue.version_by_hash(link.hash, patience)
        assert link.model_id is not None
        return newest_to_have(self._catalogue.model(link.model_id, patience), self._clock.now())


def _file_of_hash(version: Version, value: str | None) -> int | None:
    """The file that has this hash, whole or as its beginning (AutoV2 is that of the SHA256); None for no hash."""
    if value is None:
        return None
    for file in version.files:
        own = file.hashes
        if value in (own.sha256, own.autov1, own.autov2, own.autov3, own.blake3, own.crc32):
            return file.id
    return None
