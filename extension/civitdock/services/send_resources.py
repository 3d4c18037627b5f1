"""What a picture's generation data mean: local files, models of CivitAI that are not here, or nothing anybody knows."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from civitdock.domain import prompt_tags
from civitdock.domain.catalogue import ModelFile, Version
from civitdock.domain.generation import Kind, Mention
from civitdock.domain.library import LocalFilter, LocalModel
from civitdock.domain.send import (
    TYPES,
    HostFields,
    HostFile,
    Resource,
    ResourceState,
    contradicts,
    groups,
    host_file,
    insert_text,
    joined,
    local_file,
    named_host_file,
    stem_of,
)
from civitdock.domain.versions import primary_file
from civitdock.errors import CivitDockError, NotFound
from civitdock.ports import Catalogue, Patience
from civitdock.ports.library import ModelStore

log = logging.getLogger(__name__)

_T = TypeVar("_T")

#: A person waits for the plan, so CivitAI gets this many seconds in all, and single hashes are asked for only so often.
PATIENCE_S = 8.0
MOST_HASHES = 8
#: Embeddings that are looked for in prompts.
MOST_EMBEDDINGS = 5000


@dataclass(frozen=True)
class Identified:
    """What several places name, and what is known of it: a local file, the host's entry for it, CivitAI's version."""

    mention: Mention
    names: tuple[str, ...]
    places: tuple[Mention, ...] = ()
    row: LocalModel | None = None
    listed: HostFile | None = None
    version: Version | None = None

    @property
    def base_model(self) -> str | None:
        """CivitAI's word for its base model."""
        known = self.row.base_model if self.row is not None else None
        return known or (self.version.base_model if self.version is not None else None)

    @property
    def path(self) -> Path | None:
        """Where it lies here."""
        if self.row is not None:
            return self.row.path
        return self.listed.path if self.listed is not None else None

    def resource(self, prompts: str, fits: bool | None) -> Resource:
        """How it is shown; `names` are those under which the prompts name it."""
        kind, path = self.mention.kind, self.path
        file = primary_file(self.version) if self.version is not None else None
        tag = stem_of(path.name) if path is not None else _future_tag(file)
        in_prompts = {each.name.lower(): each.weight for each in prompt_tags.tags(prompts)}
        names = tuple(name for name in self.names if name.lower() in in_prompts)
        if kind is Kind.EMBEDDING:
            names = tuple(name for name in self.names if prompt_tags.has_word(prompts, name))
        weight = next((in_prompts[name.lower()] for name in names if kind is Kind.LORA), None)
        weight = self.mention.weight if weight is None else weight
        row, version = self.row, self.version
        return Resource(
            kind=kind,
            name=self.name,
            state=_state(path, version),
            weight=weight,
            tag=tag if kind in (Kind.LORA, Kind.EMBEDDING) else None,
            insert=insert_text(kind, tag, weight) if tag else None,
            path=path,
            names=names,
            fits=fits,
            model_id=(row.model_id if row else None) or (version.model_id if version else None),
            version_id=(row.version_id if row else None) or (version.id if version else self.mention.version_id),
            file_id=file.id if file else None,
            size_bytes=row.size_bytes if row else file.size_bytes if file else None,
            base_model=self.base_model,
            words=row.trained_words if row else version.trained_words if version else (),
        )

    @property
    def name(self) -> str:
        """What people call it."""
        if self.row is not None and self.row.model_name:
            return self.row.model_name
        if self.version is not None and self.version.model_name:
            return self.version.model_name
        path = self.path
        known = stem_of(path.name) if path is not None else self.mention.name or self.mention.hash
        return known or f"#{self.mention.version_id or self.mention.model_id}"


@dataclass(frozen=True)
class Findings:
    """One entry per resource, in the order in which they are named first; `failure` is why CivitAI said less than it
    could have."""

    items: tuple[Identified, ...]
    failure: CivitDockError | None = None


class ResourceFinder:
    """Finds what mentions mean: first among the local files, then at CivitAI, in one request where that is possible."""

    def __init__(self, catalogue: Catalogue, store: ModelStore, most_hashes: int = MOST_HASHES) -> None:
        """`most_hashes`: how many single hashes CivitAI is asked for at most."""
        self._catalogue = catalogue
        self._store = store
        self._most_hashes = most_hashes

    def embeddings(self, prompts: str) -> tuple[Mention, ...]:
        """Local embeddings whose words stand in prompts."""
        if not prompts.strip():
            return ()
        folded = prompts.casefold()
        rows = self._store.page(LocalFilter(type="TextualInversion", limit=MOST_EMBEDDINGS)).items
        stems = [stem_of(row.path.name) for row in rows]
        return tuple(
            Mention(Kind.EMBEDDING, stem)
            for stem in stems
            if stem.casefold() in folded and prompt_tags.has_word(prompts, stem)
        )

    def identify(self, mentions: Sequence[Mention], fields: HostFields | None) -> Findings:
        """What the mentions mean; never raises because of CivitAI."""
        rows = self._store.candidates(
            sorted({stem_of(each.name) for each in mentions if each.name}),
            sorted({each.hash for each in mentions if each.hash}),
            sorted({each.version_id for each in mentions if each.version_id}),
        )
        local = [local_file(each, rows) for each in mentions]
        listed = [_listed(each, row, rows, fields) for each, row in zip(mentions, local, strict=True)]
        absent = [each for each, row, entry in zip(mentions, local, listed, strict=True) if row is None and not entry]
        versions, failure = self._versions(absent)
        known = [None if row else versions.get(each) for each, row in zip(mentions, local, strict=True)]
        tokens = [_tokens(*each) for each in zip(mentions, local, listed, known, strict=True)]
        found = []
        for members in groups(tokens):
            said = [mentions[at] for at in members]
            version = _first(known[at] for at in members)
            row, entry = _first(local[at] for at in members), _first(listed[at] for at in members)
            if row is None and entry is not None:
                row = self._store.get(entry.path)
            mention = joined([Mention(_kind(version, row)), *said])
            names = tuple(dict.fromkeys(each.name for each in said if each.name))
            found.append(Identified(mention, names, tuple(said), row, entry, version))
        return Findings(tuple(found), failure)

    def _versions(self, mentions: Sequence[Mention]) -> tuple[Mapping[Mention, Version], CivitDockError | None]:
        """CivitAI's versions behind mentions that name a version or a hash; fewer, and why, while it does not
        answer."""
        patience = Patience(seconds=PATIENCE_S)
        found: dict[Mention, Version] = {}
        try:
            self._by_id([each for each in mentions if each.version_id], patience, found)
            self._by_hash([each for each in mentions if each.hash and each not in found], patience, found)
        except CivitDockError as error:
            log.info("CivitAI could not say what a picture uses (%s).", error.code)
            return found, error
        return found, None

    def _by_id(self, mentions: Sequence[Mention], patience: Patience, found: dict[Mention, Version]) -> None:
        ids = sorted({each.version_id for each in mentions if each.version_id})
        if not ids:
            return
        models = self._catalogue.models_by_versions(ids[:100], patience)
        known = {version.id: version for model in models for version in model.versions}
        found.update({each: known[each.version_id] for each in mentions if each.version_id in known})

    def _by_hash(self, mentions: Sequence[Mention], patience: Patience, found: dict[Mention, Version]) -> None:
        values = list(dict.fromkeys(each.hash for each in mentions if each.hash))[: self._most_hashes]
        for value in values:
            try:
                version = self._catalogue.version_by_hash(value, patience)
            except NotFound:
                continue
            found.update({each: version for each in mentions if each.hash == value})


def _listed(
    mention: Mention, row: LocalModel | None, rows: Iterable[LocalModel], fields: HostFields | None
) -> HostFile | None:
    """The host's own entry for it: of the local file, else by the names that the host has for files that are not known
    to be something else."""
    if fields is None:
        return None
    lists = {Kind.CHECKPOINT: fields.checkpoints, Kind.VAE: fields.vaes or fields.modules, Kind.LORA: fields.loras}
    files = lists.get(mention.kind, ())
    if row is not None:
        return host_file(row.path, files)
    others = {each.path for each in rows if contradicts(each, mention)}
    return named_host_file(mention, [each for each in files if each.path not in others])


def _tokens(mention: Mention, row: LocalModel | None, entry: HostFile | None, version: Version | None) -> set[Hashable]:
    """By what two places are known to name the same thing."""
    kind = mention.kind
    found: set[Hashable] = {("version", each) for each in (mention.version_id,) if each}
    if mention.hash:
        found.add(("hash", mention.hash[:10]))
    if mention.name:
        found.add(("name", kind, stem_of(mention.name).casefold()))
    if row is not None:
        found |= {("path", row.path), ("version", row.version_id)} - {("version", None)}
    if entry is not None:
        found.add(("path", entry.path))
    if version is not None:
        found.add(("version", version.id))
        found |= {("name", kind, stem_of(file.name).casefold()) for file in version.files}
    if mention.model_id and not mention.version_id:
        found.add(("model", mention.model_id))
    if not found:
        found.add(("alone", mention))
    return found


def _kind(version: Version | None, row: LocalModel | None) -> Kind:
    """The kind of what CivitAI or a folder tells the type of."""
    type_name = row.type if row is not None else version.type if version is not None else ""
    return next((kind for kind, types in TYPES.items() if type_name in types), Kind.OTHER)


def _state(path: Path | None, version: Version | None) -> ResourceState:
    if path is not None:
        return ResourceState.HERE
    return ResourceState.MISSING if version is not None and version.downloadable else ResourceState.UNKNOWN


def _future_tag(file: ModelFile | None) -> str | None:
    """The name that a file would have in a prompt once it is here."""
    return stem_of(file.name) if file is not None else None


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value is not None), None)
