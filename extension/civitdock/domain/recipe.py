"""What a text says about how a picture was made: an infotext, a ComfyUI workflow, CivitAI's data, or nothing.

Pictures hold several texts at once; the one that says most comes first, and what the others name is added. Nothing
here raises: what cannot be read says nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from civitdock.domain import generation_data, hashes, infotext, links, workflow, workflow_graph, workflow_parameters
from civitdock.domain.generation import Generation, Kind, Mention
from civitdock.domain.kinds import airs, model_airs

#: Resources of one picture.
MOST_MENTIONS = 200
#: Characters of a name; and of an infotext, since a longer text that is no JSON is something else.
LONGEST_NAME = 300
LONGEST_INFOTEXT = 256 * 1024
#: What hosts bring with them, besides everything that begins with "Latent".
_OWN_UPSCALERS = frozenset({"none", "lanczos", "nearest", "esrgan_4x", "ldsr", "swinir 4x", "scunet", "scunet psnr"})
_CONTROLNET = re.compile(r"\bModel:([^,\[]+)(?:\[([0-9a-fA-F]{8,64})\])?")
_ADDRESS = re.compile(r"(?:https?://|(?<![\w./@-])(?:www\.)?civitai\.(?:com|red|green)/)[^\s<>\"']{1,500}")
#: Keys of CivitAI's generation data that no other JSON has.
_META_KEYS = frozenset(
    {"civitairesources", "additionalresources", "resources", "hashes", "negativeprompt", "cfgscale", "modelhash"}
    | {"meta", "sampler", "steps"}
)


class Source(str, Enum):
    """What kind of text it was."""

    INFOTEXT = "infotext"
    WORKFLOW = "workflow"
    CIVITAI = "civitai"
    NONE = "none"


@dataclass(frozen=True)
class Recipe:
    """What a picture was made with. `infotext` or `generation` (CivitAI's form) is what sending takes; `prompts` are
    those in which bare words name embeddings, which in ComfyUI's they do not."""

    source: Source = Source.NONE
    infotext: str | None = None
    generation: Mapping[str, object] | None = None
    mentions: tuple[Mention, ...] = ()
    prompts: str = ""


#: The sources in the order in which one is preferred where a picture has several.
_RANK = (Source.INFOTEXT, Source.WORKFLOW, Source.CIVITAI, Source.NONE)


def read(text: str) -> Recipe:
    """What one text says."""
    cleaned = text.replace("\0", "").strip()
    value = _json(cleaned)
    if isinstance(value, (Mapping, list)):
        found = _from_json(value, cleaned)
    else:
        found = _from_text(cleaned) if len(cleaned) <= LONGEST_INFOTEXT else Recipe()
    mentions = dict.fromkeys(_clean(each) for each in found.mentions[: 4 * MOST_MENTIONS])
    named = tuple(each for each in mentions if each.name or each.hash or each.version_id or each.model_id)
    return replace(found, mentions=named[:MOST_MENTIONS])


def _clean(mention: Mention) -> Mention:
    """The same with a name that can be asked for: JSON may hold halves of characters that nothing else can."""
    name = (mention.name or "")[:LONGEST_NAME].encode("utf-8", "ignore").decode("utf-8").strip()
    return replace(mention, name=name or None)


def read_all(texts: Sequence[str]) -> Recipe:
    """What the texts of one picture say together.

    Of the two forms of a workflow the first counts: what was run, where both are there, since only the editor's has
    nodes that nothing came of.
    """
    found = [read(each) for each in texts]
    workflows = [each for each in found if each.source is Source.WORKFLOW]
    kept = [each for each in found if each not in workflows[1:]]
    kept.sort(key=lambda each: _RANK.index(each.source))
    if not kept:
        return Recipe()
    mentions = tuple(dict.fromkeys(mention for each in kept for mention in each.mentions))
    prompts = "\n".join(each.prompts for each in kept if each.prompts)
    return replace(kept[0], mentions=mentions[:MOST_MENTIONS], prompts=prompts)


# --- JSON ----------------------------------------------------------------------------------------


def _json(text: str) -> object:
    if not text.startswith(("{", "[")):
        return None
    try:
        value: object = json.loads(text)
        return value
    except (ValueError, RecursionError):
        return None


def _from_json(value: object, text: str) -> Recipe:
    said = value if isinstance(value, Mapping) else {}
    meta = _meta(said)
    graph = workflow_graph.read(said) or workflow_graph.read(_comfy(said))
    made = generation_data.from_meta(meta) if meta is not None else Generation()
    named = (*_named(made, meta or {}), *airs(text))
    if graph is None:
        recipe = Recipe(Source.CIVITAI, None, meta, named, made.prompts)
        return recipe if meta is not None or named else Recipe()
    used = workflow.mentions(graph)
    run = workflow_parameters.generation(graph, used)
    return Recipe(Source.WORKFLOW, None, {**run, **(meta or {})} or None, (*used, *named))


def _comfy(said: Mapping[object, object]) -> object:
    """The workflow that CivitAI's generation data of a picture hold as text."""
    inner = said.get("meta")
    text = (inner if isinstance(inner, Mapping) else said).get("comfy")
    return _json(text) if isinstance(text, str) else text


def _meta(said: Mapping[object, object]) -> Mapping[str, object] | None:
    """Generation data in CivitAI's form: these themselves, or what its generator writes beside a workflow."""
    extra = said.get("extraMetadata")
    extra = _json(extra) if isinstance(extra, str) else extra
    if isinstance(extra, Mapping):
        return _flat(extra)
    keys = {re.sub(r"[\s_]+", "", name).casefold() for name in said if isinstance(name, str)}
    has_prompt = isinstance(said.get("prompt"), str)
    return _flat(said) if has_prompt or keys & _META_KEYS else None


def _flat(said: Mapping[object, object]) -> dict[str, object]:
    """Generation data without what is nested deeper than any of CivitAI's."""
    inner = said.get("meta")
    source = inner if isinstance(inner, Mapping) else said
    return {str(name): _plain(each, 2) for name, each in source.items() if name not in ("comfy", "extraMetadata")}


def _plain(value: object, depth: int) -> object:
    if isinstance(value, list):
        return [_plain(each, depth - 1) for each in value[: 4 * MOST_MENTIONS]] if depth else None
    if isinstance(value, Mapping):
        return {str(name): _plain(each, depth - 1) for name, each in value.items()} if depth else None
    return value


# --- text ----------------------------------------------------------------------------------------


def _from_text(text: str) -> Recipe:
    pairs = infotext.parse(text)
    made = generation_data.from_meta(pairs)
    named = (*_named(made, pairs), *airs(text), *_linked(text))
    if len(pairs) > 2 or any(each.name or each.hash for each in named):
        return Recipe(Source.INFOTEXT, text, None, (*named, *workflow.in_text(made.prompts)), made.prompts)
    embeddings = tuple(each for each in workflow.in_text(text) if each.kind is Kind.EMBEDDING)
    if embeddings:
        return Recipe(Source.INFOTEXT, text, None, (*named, *embeddings), made.prompts)
    return Recipe(Source.CIVITAI, None, None, named, "") if named else Recipe()


def _linked(text: str) -> Iterator[Mention]:
    """Versions that addresses of CivitAI in a text name, and models that they or AIR names name without a version."""
    for found in _ADDRESS.finditer(text):
        link = links.parse(found[0].rstrip(".,;)"))
        if link is not None and link.version_id is not None:
            yield Mention(Kind.OTHER, version_id=link.version_id)
        elif link is not None and link.model_id is not None:
            yield Mention(Kind.OTHER, model_id=link.model_id)
    yield from model_airs(text)


def _named(made: Generation, pairs: Mapping[str, object]) -> Iterator[Mention]:
    """What generation data name, with what only a host's own fields say: upscaler, modules, ControlNet."""
    yield from made.named
    upscaler = made.hires_upscaler or ""
    if upscaler and upscaler.casefold() not in _OWN_UPSCALERS and not _is_own(upscaler):
        yield Mention(Kind.UPSCALER, upscaler)
    for name in (*made.modules, *(made.hires_modules or ())):
        yield Mention(Kind.OTHER, name)
    yield from _controlnets(pairs.items())


def _is_own(upscaler: str) -> bool:
    return upscaler.casefold().startswith(("latent", "r-esrgan", "realesrgan", "dat ", "dat_", "antialias"))


def _controlnets(pairs: Iterable[tuple[str, object]]) -> Iterator[Mention]:
    """`ControlNet 0: "Module: canny, Model: control_v11p_sd15_canny [d14c016b], …"`."""
    for name, value in pairs:
        found = _CONTROLNET.search(value) if name.startswith("ControlNet") and isinstance(value, str) else None
        if found is not None and found[1].strip().casefold() not in ("", "none"):
            yield Mention(Kind.CONTROLNET, found[1].strip(), hashes.clean(found[2]))
