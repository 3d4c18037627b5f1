"""Sending a picture's parameters to the host: which fields can be set, what the picture uses and what of it is here.

Only plans are made here: nothing is changed and nothing is downloaded (design section 9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from civitdock.domain import generation_data, tensors
from civitdock.domain.base_models import NEO_WORDS, family
from civitdock.domain.generation import Generation, Kind, Mention
from civitdock.domain.library import LocalModel
from civitdock.domain.prompt_tags import renamed
from civitdock.domain.send import (
    TYPES,
    FieldName,
    Held,
    HostFields,
    Plan,
    Resource,
    ResourceState,
    Target,
)
from civitdock.domain.send_fields import Chosen, infotexts, planned_fields
from civitdock.errors import InvalidRequest, NotFound
from civitdock.ports import Catalogue
from civitdock.ports.host import Host
from civitdock.ports.library import ModelStore
from civitdock.services.send_resources import Identified, ResourceFinder

MOST_WORDS = 100
#: Forge's presets by base-model family; Forge Neo has its own words for them.
_FORGE_PRESETS: Mapping[str, str] = {"sd1": "sd", "sd2": "sd", "sdxl": "xl", "flux1": "flux"}
#: What a checkpoint alone sets.
_OF_A_CHECKPOINT = frozenset({FieldName.PRESET, FieldName.CHECKPOINT, FieldName.MODULES})
#: Forge's preset that shows every field, whatever the model.
_EVERYTHING = "all"


@dataclass(frozen=True)
class SendRequest:
    """What is to be sent: generation data, an infotext, words, or the checkpoint at `path`. Model and version are those
    it belongs to."""

    target: Target = Target.TXT2IMG
    image_meta: Mapping[str, object] | None = None
    infotext: str | None = None
    words: tuple[str, ...] = ()
    model_id: int | None = None
    version_id: int | None = None
    path: Path | None = None


class SendService:
    """Makes plans."""

    def __init__(self, catalogue: Catalogue, store: ModelStore, host: Host) -> None:
        self._store = store
        self._host = host
        self._finder = ResourceFinder(catalogue, store)

    def plan(self, request: SendRequest) -> Plan:
        """What sending would do; raises `InvalidRequest` where there is nothing to send, or several things at once, and
        `NotFound` where no checkpoint that CivitDock knows lies at the path.

        CivitAI is asked for what is not here; while it does not answer those resources are `unknown`.
        """
        given = [request.image_meta is not None, request.infotext is not None, bool(request.words), bool(request.path)]
        if sum(given) != 1:
            raise InvalidRequest("Send one of image_meta, infotext, words and path.")
        fields = self._host.fields()
        made = self._checkpoint(request.path) if request.path is not None else _generation(request)
        mentions = self._mentions(made, request)
        found = self._finder.identify(mentions, fields).items
        chosen = self._chosen(made, found, fields)
        resources = tuple(self._resource(each, made, family(chosen.base_model)) for each in found)
        local = _local_prompts(made, resources)
        planned = planned_fields(local, chosen, fields, request.target) if not request.words else ()
        if request.path is not None:
            planned, resources = tuple(each for each in planned if each.name in _OF_A_CHECKPOINT), ()
        paste, copied = infotexts(made, planned)
        return Plan(request.target, fields is not None, planned, resources, request.words, paste, copied)

    def held(self) -> Held:
        """What the host has chosen now; nothing where it has no fields."""
        fields = self._host.fields()
        return fields.held if fields is not None else Held()

    # --- what is named ---------------------------------------------------------------------------

    def _mentions(self, made: Generation, request: SendRequest) -> tuple[Mention, ...]:
        """All places that name a resource: the data's, embeddings by their words, and the page's own version."""
        found = [*made.named, *self._finder.embeddings(made.prompts)]
        version_id = request.version_id or self._only_version(request.model_id)
        if version_id is not None:
            found.append(Mention(Kind.OTHER, version_id=version_id))
        return tuple(found)

    def _only_version(self, model_id: int | None) -> int | None:
        """The version of a model that is here; None where there are several, or none."""
        rows = self._store.of_models([model_id]) if model_id is not None else ()
        versions = {row.version_id for row in rows if row.version_id is not None}
        return versions.pop() if len(versions) == 1 else None

    # --- what is chosen --------------------------------------------------------------------------

    def _checkpoint(self, path: Path) -> Generation:
        """A checkpoint here as if a picture named it."""
        row = self._store.get(path)
        if row is None or row.type not in TYPES[Kind.CHECKPOINT]:
            raise NotFound("There is no such model here.", hint="GET local-models lists the models.")
        return Generation(model=Mention(Kind.CHECKPOINT, row.path.name, row.hashes.sha256, row.version_id))

    def _chosen(self, made: Generation, found: Sequence[Identified], fields: HostFields | None) -> Chosen:
        """Which of the host's entries, which base model and which preset go with the picture."""
        model, vae = _of(made.model, found), _of(made.vae, found)
        hires, refiner = _of(made.hires_checkpoint, found), _of(made.refiner, found)
        row = model.row if model is not None else None
        if made.model is None:
            row = self._held_checkpoint(fields)
        base_model = model.base_model if model is not None else row.base_model if row is not None else None
        is_used = made.model is None or (model is not None and model.listed is not None)
        return Chosen(
            checkpoint=model.listed if model else None,
            vae=vae.listed if vae else None,
            base_model=base_model,
            preset=_preset(family(base_model), fields),
            modules_for=base_model if is_used else None,
            whole=row is not None and row.kind == tensors.Kind.CHECKPOINT.value,
            hires=hires.path if hires else None,
            refiner=refiner.path if refiner else None,
        )

    def _held_checkpoint(self, fields: HostFields | None) -> LocalModel | None:
        """What is known of the checkpoint that the host has chosen."""
        held = fields.held.checkpoint if fields is not None else None
        return self._store.get(held.path) if held is not None else None

    def _resource(self, found: Identified, made: Generation, base: str | None) -> Resource:
        own = family(found.base_model)
        fits = None if own is None or base is None or found.mention.kind is Kind.CHECKPOINT else own == base
        resource = found.resource(made.prompts, fits)
        if resource.state is ResourceState.HERE and fits is False:
            return replace(resource, state=ResourceState.WRONG_BASE)
        return resource


def _of(mention: Mention | None, found: Sequence[Identified]) -> Identified | None:
    """What a mention was found to be."""
    return next((each for each in found if mention in each.places), None)


def _generation(request: SendRequest) -> Generation:
    if request.image_meta is not None:
        return generation_data.from_meta(request.image_meta)
    if request.infotext is not None:
        return generation_data.from_infotext(request.infotext)
    return Generation()


def _local_prompts(made: Generation, resources: Sequence[Resource]) -> Generation:
    """The same with its LoRA tags naming the files here."""
    names = {name.lower(): each.tag for each in resources if each.tag and each.path for name in each.names}
    return replace(
        made,
        prompt=renamed(made.prompt, names),
        negative=renamed(made.negative, names),
        hires_prompt=renamed(made.hires_prompt, names) if made.hires_prompt else None,
        hires_negative=renamed(made.hires_negative, names) if made.hires_negative else None,
    )


def _preset(base: str | None, fields: HostFields | None) -> str | None:
    """The host's preset for a family; None where it has none, or shows everything already."""
    if fields is None or base is None or fields.held.preset == _EVERYTHING:
        return None
    words = (_FORGE_PRESETS.get(base), NEO_WORDS.get(base))
    return next((word for word in words if word in fields.presets), None)
