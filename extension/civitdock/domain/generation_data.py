"""Reads generation data: CivitAI's `meta` and the pairs of an infotext, which name the same things differently.

Keys are compared without case, spaces and underscores, since CivitAI stores `cfgScale` beside `CFG scale` and
`Clip skip` (`civitai-api.md 1.9`). Numbers may be texts. Nothing here raises: what cannot be read is not there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping

from civitdock.domain import hashes, infotext, prompt_tags
from civitdock.domain.base_models import family
from civitdock.domain.generation import Generation, Kind, Mention
from civitdock.domain.kinds import airs, kind_of

_SIZE = re.compile(r"\s*(\d{1,5})\s*[xX×]\s*(\d{1,5})\s*\Z")
_MODULE = re.compile(r"module(\d+)\Z")
_HIRES_MODULE = re.compile(r"hiresmodule(\d+)\Z")
_TITLE = re.compile(r"(.+?)\s*\[([0-9a-fA-F]{8,64})\]\Z")
_ADDNET = re.compile(r"(.+?)\s*\(([0-9a-fA-F]{8,64})\)\Z")
_BIGGEST = 2**53 - 1
_MOST_MENTIONS = 100
#: Characters of a name with its hash; longer ones are taken as they are.
_LONGEST_TITLE = 500
#: Samplers that CivitAI's generator names and that are none.
_NO_SAMPLER = frozenset({"undefined", "none", "null", ""})
#: What hosts write for a choice of Hires fix or a refiner that is none.
_AS_BEFORE = frozenset({"use same checkpoint", "use same sampler", "use same scheduler", "use same choices", "none"})
#: What Forge writes as the first module of Hires fix where it uses what its checkpoint brings.
_BUILT_IN = "built-in"


def from_infotext(text: str) -> Generation:
    """The parameters in a text such as WebUIs write into pictures."""
    return from_meta(infotext.parse(text))


def from_meta(meta: Mapping[str, object]) -> Generation:
    """The parameters in CivitAI's generation data, flat or wrapped (`meta.meta`), or in the pairs of an infotext."""
    inner = meta.get("meta")
    source = inner if isinstance(inner, Mapping) else meta
    said = {_key(name): value for name, value in source.items() if isinstance(name, str) and _key(name) != "comfy"}
    prompt = prompt_tags.unquoted(_text(said.get("prompt")) or "")
    negative = prompt_tags.unquoted(_text(said.get("negativeprompt")) or "")
    width, height = _size(said)
    sampler = _text(said.get("sampler")) or ""
    cfg, distilled = _cfg(said, sampler)
    hires_prompt, hires_negative = _text(said.get("hiresprompt")), _text(said.get("hiresnegativeprompt"))
    prompts = "\n".join((prompt, negative, hires_prompt or "", hires_negative or ""))
    mentions = tuple(_mentions(source, said, prompts))[:_MOST_MENTIONS]
    return Generation(
        prompt=prompt,
        negative=negative,
        steps=_whole(said.get("steps"), 1, 1000),
        sampler=None if sampler.casefold() in _NO_SAMPLER else sampler,
        scheduler=_text(_first(said, "scheduletype", "scheduler")),
        cfg=cfg,
        distilled_cfg=distilled,
        seed=_whole(said.get("seed"), -1, _BIGGEST),
        width=width,
        height=height,
        clip_skip=_whole(said.get("clipskip"), 1, 24),
        denoising=_number(_first(said, "denoisingstrength", "denoise", "denoising"), 0, 1),
        hires_upscaler=_text(said.get("hiresupscaler")),
        hires_scale=_number(said.get("hiresupscale"), 1, 16),
        hires_steps=_whole(said.get("hiressteps"), 0, 1000),
        hires_checkpoint=_titled(said.get("hirescheckpoint")),
        hires_modules=_hires_modules(said),
        hires_cfg=_number(said.get("hirescfgscale"), 0, 1000),
        hires_distilled_cfg=_number(said.get("hiresdistilledcfgscale"), 0, 1000),
        hires_sampler=_own(said.get("hiressampler")),
        hires_scheduler=_own(said.get("hiresscheduletype")),
        hires_prompt=hires_prompt,
        hires_negative=hires_negative,
        refiner=_titled(said.get("refiner")),
        refiner_switch=_number(said.get("refinerswitchat"), 0, 1),
        model=_model(said, mentions),
        vae=_vae(said, mentions),
        modules=_modules(said, _MODULE),
        mentions=mentions,
    )


# --- single values -------------------------------------------------------------------------------


def _key(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).casefold()


def _first(said: Mapping[str, object], *names: str) -> object:
    return next((said[name] for name in names if said.get(name) is not None), None)


def _text(value: object) -> str | None:
    """A text that is not empty."""
    return value.strip() or None if isinstance(value, str) else None


def _own(value: object) -> str | None:
    """A choice of Hires fix or a refiner; None where it is that of the first pass."""
    text = _text(value)
    return None if text is None or text.casefold() in _AS_BEFORE else text


def _titled(value: object) -> Mention | None:
    """A checkpoint as hosts show it: `name [first of its hash]`."""
    text = _own(value)
    found = _TITLE.match(text or "") if len(text or "") <= _LONGEST_TITLE else None
    if found is not None:
        return Mention(Kind.CHECKPOINT, found[1], hashes.clean(found[2]))
    return Mention(Kind.CHECKPOINT, text) if text is not None else None


def _number(value: object, low: float, high: float) -> float | None:
    """A number, or its text, within bounds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and low <= number <= high else None


def _whole(value: object, low: int, high: int) -> int | None:
    """A whole number, or its text, within bounds; a large seed keeps every digit."""
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal() and len(value.strip()) <= 20:
        number = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        real = _number(value, low, high)
        if real is None or real != int(real):
            return None
        number = int(real)
    return number if low <= number <= high else None


def _id(value: object) -> int | None:
    return _whole(value, 1, _BIGGEST)


def _size(said: Mapping[str, object]) -> tuple[int | None, int | None]:
    """What the picture was generated at: `Size`, which is before Hires fix, wins over `width` and `height`."""
    found = _SIZE.match(_text(said.get("size")) or "")
    if found is not None:
        return _whole(found[1], 1, 16384), _whole(found[2], 1, 16384)
    return _whole(said.get("width"), 1, 16384), _whole(said.get("height"), 1, 16384)


def _cfg(said: Mapping[str, object], sampler: str) -> tuple[float | None, float | None]:
    """CFG and distilled CFG. CivitAI's generator calls Flux's distilled guidance `cfgScale`, and no sampler there."""
    cfg = _number(_first(said, "cfgscale", "cfg"), 0, 1000)
    distilled = _number(_first(said, "distilledcfgscale", "guidance"), 0, 1000)
    is_flux = _text(said.get("basemodel")) == "Flux1" or family(_text(said.get("basemodel"))) == "flux1"
    if distilled is None and is_flux and sampler.casefold() == "undefined":
        return (1.0, cfg) if cfg is not None else (None, None)
    return cfg, distilled


def _modules(said: Mapping[str, object], key: re.Pattern[str]) -> tuple[str, ...]:
    """The texts under these keys in the order of their numbers."""
    numbered = sorted((int(found[1]), _text(value)) for name, value in said.items() if (found := key.match(name)))
    return tuple(text for _number, text in numbered if text is not None)


def _hires_modules(said: Mapping[str, object]) -> tuple[str, ...] | None:
    """Forge's VAE and text encoders of Hires fix."""
    named = _modules(said, _HIRES_MODULE)
    if not named or named[0].casefold() in _AS_BEFORE:
        return None
    return () if named[0].casefold() == _BUILT_IN else named


# --- resources -----------------------------------------------------------------------------------


def _model(said: Mapping[str, object], mentions: Iterable[Mention]) -> Mention | None:
    """The checkpoint: what several places say of it put together."""
    own = Mention(Kind.CHECKPOINT, _text(said.get("model")), hashes.clean(said.get("modelhash")))
    return _joined(own, (each for each in mentions if each.kind is Kind.CHECKPOINT))


def _vae(said: Mapping[str, object], mentions: Iterable[Mention]) -> Mention | None:
    own = Mention(Kind.VAE, _text(said.get("vae")), hashes.clean(said.get("vaehash")))
    return _joined(own, (each for each in mentions if each.kind is Kind.VAE))


def _joined(own: Mention, others: Iterable[Mention]) -> Mention | None:
    name, value, version_id = own.name, own.hash, own.version_id
    for each in others:
        name, value, version_id = name or each.name, value or each.hash, version_id or each.version_id
    return Mention(own.kind, name, value, version_id) if name or value or version_id else None


def _mentions(source: Mapping[str, object], said: Mapping[str, object], prompts: str) -> Iterator[Mention]:
    """Everything that the data name, the same resource perhaps several times."""
    yield from _civitai_resources(_listed(_first(said, "civitairesources", "additionalresources")))
    yield from _resources(_listed(said.get("resources")))
    yield from _hash_table(_object(said.get("hashes")))
    for name, kind in (("lorahashes", Kind.LORA), ("tihashes", Kind.EMBEDDING)):
        for each in (_text(said.get(name)) or "").split(","):
            before, _, value = each.rpartition(":")
            named, known = before.rpartition(":")[2].strip(), hashes.clean(value)
            if named and known:
                yield Mention(kind, named, known)
    yield from _broken_lora_hashes(source)
    yield from _additional_networks(said)
    for tag in prompt_tags.tags(prompts):
        yield Mention(Kind.HYPERNETWORK if tag.kind == "hypernet" else Kind.LORA, tag.name, weight=tag.weight)


def _civitai_resources(items: Iterable[Mapping[str, object]]) -> Iterator[Mention]:
    for item in items:
        version_id, kind = _id(item.get("modelVersionId")), _kind(item.get("type"))
        air = next(airs(_text(item.get("air")) or ""), None)
        if air is not None:
            version_id, kind = version_id or air.version_id, air.kind if air.kind is not Kind.OTHER else kind
        if version_id is not None:
            yield Mention(kind, None, None, version_id, _weight(_first(item, "weight", "strength")))


def _resources(items: Iterable[Mapping[str, object]]) -> Iterator[Mention]:
    for item in items:
        name, value = _text(item.get("name")), hashes.clean(item.get("hash"))
        version_id = _id(item.get("modelVersionId"))
        if name or value or version_id:
            yield Mention(_kind(item.get("type")), name, value, version_id, _weight(item.get("weight")))


def _hash_table(table: Mapping[str, object]) -> Iterator[Mention]:
    """`{"model": .., "vae": .., "lora:name": .., "embed:name": ..}`, as CivitAI's own WebUI extension writes it."""
    for key, value in table.items():
        word, _, name = key.partition(":")
        found = hashes.clean(value)
        kind = kind_of(word)
        if found and kind is not None:
            yield Mention(kind, name.strip() or None, found)


def _broken_lora_hashes(source: Mapping[str, object]) -> Iterator[Mention]:
    """`Lora hashes: "a: 1, b: 2"` that CivitAI cut at its commas: pairs with a quote left at one end."""
    for name, value in source.items():
        if isinstance(value, str) and (name.startswith('"') or value.endswith('"')):
            found = hashes.clean(value.strip().strip('"'))
            if found:
                yield Mention(Kind.LORA, name.strip().strip('"') or None, found)


def _additional_networks(said: Mapping[str, object]) -> Iterator[Mention]:
    """`AddNet Model 1: name(hash)` with `AddNet Weight A 1`, of an old extension."""
    for number in range(1, 6):
        found = _ADDNET.match((_text(said.get(f"addnetmodel{number}")) or "")[:_LONGEST_TITLE])
        if found is not None and _text(said.get(f"addnetmodule{number}")) in ("LoRA", None):
            weight = _weight(said.get(f"addnetweighta{number}"))
            yield Mention(Kind.LORA, found[1], hashes.clean(found[2]), weight=weight)


def _kind(word: object) -> Kind:
    return kind_of(word) or Kind.OTHER


def _weight(value: object) -> float | None:
    return _number(value, -100, 100)


def _listed(value: object) -> list[Mapping[str, object]]:
    """A list of objects, which may come as its text."""
    value = _decoded(value)
    return [item for item in value if isinstance(item, Mapping)][:_MOST_MENTIONS] if isinstance(value, list) else []


def _object(value: object) -> Mapping[str, object]:
    value = _decoded(value)
    return {name: each for name, each in value.items() if isinstance(name, str)} if isinstance(value, Mapping) else {}


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        decoded: object = json.loads(value)
        return decoded
    except (ValueError, RecursionError):
        return None
