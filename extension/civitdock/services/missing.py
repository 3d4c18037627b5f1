"""Missing: everything that a dropped picture, an infotext or a workflow uses, and where it is to be had.

It only looks: nothing is changed and nothing downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from civitdock.domain import recipe
from civitdock.domain.base_models import family
from civitdock.domain.catalogue import ModelFile, Version
from civitdock.domain.facts import page_address
from civitdock.domain.generation import Kind, Mention
from civitdock.domain.name_search import files_named
from civitdock.domain.recipe import Recipe
from civitdock.domain.send import HostFields, stem_of
from civitdock.domain.versions import primary_file
from civitdock.domain.wanted import Candidate, Match, Missing, Wanted, WantedState, ranked, refusal
from civitdock.errors import CivitDockError, InvalidRequest
from civitdock.ports import Catalogue, Clock
from civitdock.ports.host import Host, SettingsSource
from civitdock.ports.library import ModelStore
from civitdock.ports.pictures import PictureTexts
from civitdock.services import missing_models
from civitdock.services.missing_names import Answers, Name, Named, NameFinder
from civitdock.services.page_links import page_base
from civitdock.services.send_resources import Identified, ResourceFinder

#: Single hashes that CivitAI is asked for; a picture seldom names so many.
MOST_HASHES = 24
#: Digits of AutoV1 and CRC32.
_SHORTEST = 8


@dataclass(frozen=True)
class LookRequest:
    """What is looked into: a text or the bytes of a picture."""

    text: str | None = None
    picture: bytes | None = None


class MissingService:
    """Lists what pictures use."""

    def __init__(
        self, catalogue: Catalogue, store: ModelStore, host: Host, settings: SettingsSource, clock: Clock,
        texts: PictureTexts,
    ) -> None:  # fmt: skip
        self._catalogue = catalogue
        self._host = host
        self._settings = settings
        self._clock = clock
        self._texts = texts
        self._finder = ResourceFinder(catalogue, store, MOST_HASHES)
        self._names = NameFinder(catalogue, clock)

    def look(self, request: LookRequest) -> Missing:
        """What the picture or text uses; raises as `read` does."""
        return self.find(self.read(request))

    def read(self, request: LookRequest) -> Recipe:
        """What the picture or text says.

        Raises `InvalidRequest` where not exactly one of text and picture is given, `TooLarge` and `UnreadablePicture`.
        """
        if (request.text is None) == (request.picture is None):
            raise InvalidRequest("Send one of text and image.")
        if request.picture is not None:
            return recipe.read_all(self._texts.texts(request.picture))
        return recipe.read(request.text or "")

    def find(self, made: Recipe) -> Missing:
        """What was read uses. While CivitAI does not answer, what is here is told and the rest is unknown."""
        fields = self._host.fields()
        mentions = [each for each in made.mentions if not _is_hosts_own(each, fields)]
        mentions += self._finder.embeddings(made.prompts)
        resolved = missing_models.resolve(mentions, self._catalogue, self._clock)
        known = self._finder.identify(resolved.mentions, fields)
        unsaid = resolved.failure or known.failure
        nameless = [each for each in known.items if each.path is None and each.version is None]
        names = [Name(each.mention.kind, stem) for each in nameless if (stem := _stem(each))]
        answers = Answers(failure=unsaid)
        if unsaid is None or not unsaid.transient:
            answers = self._names.find(names, self._settings.current().text("civitai_nsfw_level"))
        wanted = [self._wanted(each, answers, unsaid) for each in known.items]
        failure = unsaid or answers.failure
        return Missing(made.source, made.infotext, made.generation, _fitted(wanted), failure)

    # --- one resource ----------------------------------------------------------------------------

    def _wanted(self, found: Identified, answers: Answers, failure: CivitDockError | None) -> Wanted:
        wanted = Wanted(
            kind=found.mention.kind,
            name=_stem(found) or found.name,
            state=WantedState.UNKNOWN,
            weight=found.mention.weight,
            base_model=found.base_model,
        )
        if found.path is not None:
            return replace(wanted, state=WantedState.HERE, path=found.path)
        if found.version is not None:
            return _with([self._known(found, found.version)], wanted, WantedState.FOUND)
        stem = _stem(found)
        named = answers.by_name.get(Name(found.mention.kind, stem)) if stem else None
        if named is None:
            return replace(wanted, reason=_unasked(found, failure or answers.failure))
        return self._by_name(wanted, found.mention, named)

    def _by_name(self, wanted: Wanted, mention: Mention, named: Named) -> Wanted:
        """What has the name on CivitAI: one file is found, several or only models are to be chosen from."""
        files = [self._candidate(version, file, Match.FILE_NAME) for version, file in named.files]
        same = [each for each in files if not _is_other(each.file, mention.hash)]
        if len(same) == 1 and len(files) == 1:
            return _with(same, wanted, WantedState.FOUND)
        shown = {each.version.id for each in files}
        models = [each for each in named.models if each.id not in shown]
        alike = [self._candidate(version, primary_file(version), Match.NAME) for version in models]
        if not files and not alike:
            return replace(wanted, reason="CivitAI's search finds no file and no model of this name.")
        reason = "No file on CivitAI has exactly this name; these models have a similar one."
        if files:
            reason = "Several versions on CivitAI have a file of this name."
            if not same:
                reason = "The file of this name on CivitAI has another content than the one that was used."
            alike = []
        return replace(_with(ranked([*files, *alike]), wanted, WantedState.AMBIGUOUS), reason=reason)

    def _known(self, found: Identified, version: Version) -> Candidate:
        """The candidate behind a version that a hash or its id named."""
        values = [each.hash for each in found.places if each.hash]
        file = next((each for each in version.files if any(_has_hash(each, value) for value in values)), None)
        if file is not None:
            return self._candidate(version, file, Match.HASH)
        by_id = any(each.version_id == version.id for each in found.places)
        stem = _stem(found)
        named = files_named(version, stem) if stem else ()
        file = named[0] if named else primary_file(version)
        return self._candidate(version, file, Match.VERSION if by_id else Match.HASH)

    def _candidate(self, version: Version, file: ModelFile | None, match: Match) -> Candidate:
        page = page_address(page_base(self._settings.current()), version.model_id, version.id)
        return Candidate(version, file, match, page, refusal(version, file, self._clock.now()))


def _with(candidates: Sequence[Candidate], wanted: Wanted, state: WantedState) -> Wanted:
    """The same with its candidates; the base model is theirs where all have the same."""
    bases = {each.version.base_model for each in candidates}
    base = wanted.base_model or (bases.pop() if len(bases) == 1 else None)
    reason = candidates[0].refusal if state is WantedState.FOUND else None
    return replace(wanted, state=state, base_model=base, reason=reason, candidates=tuple(candidates))


def _fitted(wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """Each with whether its base model is that of the first checkpoint."""
    bases = (family(each.base_model) for each in wanted if each.kind is Kind.CHECKPOINT)
    base = next((each for each in bases if each is not None), None)

    def fits(each: Wanted) -> bool | None:
        own = family(each.base_model)
        return None if own is None or base is None or each.kind is Kind.CHECKPOINT else own == base

    return tuple(replace(each, fits=fits(each)) for each in wanted)


def _stem(found: Identified) -> str:
    """The name of the file as the picture has it, without folder and suffix."""
    return next((stem for name in found.names if (stem := stem_of(name).strip())), "")


def _unasked(found: Identified, failure: CivitDockError | None) -> str:
    """Why nothing is known of something that was not looked for by its name."""
    if failure is not None:
        return failure.message
    if _stem(found):
        return "The picture uses too many things to ask CivitAI for each of them."
    if found.mention.version_id is not None:
        return "CivitAI does not know this version, or no longer shows it."
    if found.mention.model_id is not None:
        return "CivitAI does not know this model, or no longer shows it."
    return "CivitAI knows no file with this content."


def _is_hosts_own(mention: Mention, fields: HostFields | None) -> bool:
    """Whether an upscaler is one that the host lists: nothing of it is missing."""
    if mention.kind is not Kind.UPSCALER or fields is None or mention.name is None:
        return False
    return mention.name.casefold() in {name.casefold() for name in fields.upscalers}


def _has_hash(file: ModelFile, value: str) -> bool:
    """Whether a file has this hash, in whole or as one of its short forms (`civitai-api.md 2`)."""
    known = file.hashes
    every = (known.sha256, known.autov1, known.autov2, known.autov3, known.blake3, known.crc32)
    return any(each is not None and each[: len(value)] == value[: len(each)] for each in every)


def _is_other(file: ModelFile | None, value: str | None) -> bool:
    """Whether a file is certainly not the one with this hash; the shortest are of kinds that CivitAI often lacks."""
    if file is None or value is None or len(value) <= _SHORTEST or _has_hash(file, value):
        return False
    known = file.hashes
    return known.sha256 is not None and (len(value) in (10, 64) or known.autov3 is not None)
