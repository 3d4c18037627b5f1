"""How a ComfyUI workflow makes its picture, in the form of CivitAI's generation data, so that it can be sent on.

A workflow may make several pictures; what counts is the first sampler that makes one from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from civitdock.domain.generation import Mention
from civitdock.domain.workflow_graph import Graph, Link, Node

#: ComfyUI's samplers as WebUIs call them; the rest is passed on as it is.
_SAMPLERS: Mapping[str, str] = MappingProxyType(
    {
        "euler": "Euler",
        "euler_ancestral": "Euler a",
        "heun": "Heun",
        "dpm_2": "DPM2",
        "dpm_2_ancestral": "DPM2 a",
        "dpm_fast": "DPM fast",
        "dpm_adaptive": "DPM adaptive",
        "dpmpp_2s_ancestral": "DPM++ 2S a",
        "dpmpp_sde": "DPM++ SDE",
        "dpmpp_2m": "DPM++ 2M",
        "dpmpp_2m_sde": "DPM++ 2M SDE",
        "dpmpp_3m_sde": "DPM++ 3M SDE",
        "lms": "LMS",
        "ddim": "DDIM",
        "uni_pc": "UniPC",
        "lcm": "LCM",
    }
)
_SCHEDULERS: Mapping[str, str] = MappingProxyType({"ddim_uniform": "DDIM"})
#: The inputs behind each parameter, the likeliest first.
_INPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "steps": ("steps",),
        "cfgScale": ("cfg",),
        "sampler": ("sampler_name",),
        "scheduler": ("scheduler",),
        "seed": ("seed", "noise_seed"),
        "guidance": ("guidance",),
    }
)
_TEXTS = ("text", "text_g", "prompt", "wildcard_text", "string", "value")
_NUMBERS = ("value", "int", "float", "seed", "number", "Value")
#: Inputs behind which no prompt lies.
_NO_PROMPTS = frozenset({"model", "clip", "vae", "latent_image", "samples", "image", "pixels", "control_net", "mask"})
#: Nodes between a sampler and its prompt.
_MOST_STEPS = 50


def generation(graph: Graph, mentions: Iterable[Mention]) -> dict[str, object]:
    """The parameters that can be found, with what the workflow uses."""
    sampler = _sampler(graph)
    found: dict[str, object] = {}
    for role, name in (("positive", "prompt"), ("negative", "negativePrompt")):
        text = _prompt(graph, sampler, role) if sampler is not None else None
        if text:
            found[name] = text
    for name, inputs in _INPUTS.items():
        value = _value(graph, sampler, inputs)
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            found[name] = value
    for name, words in (("sampler", _SAMPLERS), ("scheduler", _SCHEDULERS)):
        value = found.get(name)
        if isinstance(value, str):
            found[name] = words.get(value.removesuffix("_gpu"), value)
    size = _size(graph)
    if size is not None:
        found["Size"] = size
    resources = [_resource(each) for each in mentions]
    return {**found, "resources": resources} if found or resources else {}


def _sampler(graph: Graph) -> Node | None:
    """The node whose parameters count: with prompts of its own, and no refinement of another's picture."""
    ranked = sorted(
        (node for node in graph.values() if "sampler" in node.type.casefold() or "cfg" in node.inputs),
        key=lambda node: (
            not isinstance(node.inputs.get("positive"), (Link, str)),
            "steps" not in node.inputs,
            node.inputs.get("denoise", 1) != 1,
        ),
    )
    return ranked[0] if ranked else None


def _value(graph: Graph, sampler: Node | None, names: tuple[str, ...]) -> object:
    """The first of these inputs: the sampler's own, else that of any node."""
    nodes = [sampler, *graph.values()] if sampler is not None else list(graph.values())
    for node in nodes:
        for name in names:
            value = node.inputs.get(name)
            if isinstance(value, Link):
                value = _constant(graph, value, (name, *_NUMBERS))
            if value is not None and not isinstance(value, (Mapping, list)):
                return value
    return None


def _constant(graph: Graph, link: Link, names: Iterable[str]) -> object:
    node = graph.get(link.node)
    values = (node.inputs.get(name) for name in (*names, "0")) if node is not None else ()
    return next((value for value in values if isinstance(value, (int, float, str))), None)


def _prompt(graph: Graph, sampler: Node, role: str) -> str | None:
    """The first text on the way that leads to a sampler's input."""
    begin = sampler.inputs.get(role)
    if isinstance(begin, str):
        return begin.strip() or None
    links = [begin] if isinstance(begin, Link) else _upwards(sampler, role) if role == "positive" else []
    seen: set[str] = set()
    while links and len(seen) < _MOST_STEPS:
        link = links.pop(0)
        node = graph.get(link.node)
        if node is None or link.node in seen:
            continue
        seen.add(link.node)
        text = next((value for name in _TEXTS if isinstance(value := node.inputs.get(name), str)), None)
        if text is not None and text.strip():
            return text.strip()
        links += _upwards(node, role)
    return None


def _upwards(node: Node, role: str) -> list[Link]:
    """The inputs behind which a prompt may lie; where a node passes both prompts on, that of this role."""
    own = node.inputs.get(role)
    if isinstance(own, Link):
        return [own]
    return list(_other_links(node))


def _other_links(node: Node) -> Iterator[Link]:
    for name, value in node.inputs.items():
        if isinstance(value, Link) and name not in _NO_PROMPTS and name not in ("positive", "negative"):
            yield value


def _size(graph: Graph) -> str | None:
    """The size of the empty picture that a workflow begins with."""
    for node in graph.values():
        if "latent" not in node.type.casefold() or "empty" not in node.type.casefold():
            continue
        sides = [node.inputs.get("width"), node.inputs.get("height")]
        whole = [_constant(graph, each, _NUMBERS) if isinstance(each, Link) else each for each in sides]
        if all(isinstance(each, int) and 0 < each < 100_000 for each in whole):
            return f"{whole[0]}x{whole[1]}"
    return None


def _resource(mention: Mention) -> dict[str, object]:
    """A resource as generation data have it."""
    said = {"type": mention.kind.value, "name": mention.name, "weight": mention.weight}
    more = {"modelVersionId": mention.version_id, "hash": mention.hash}
    return {name: value for name, value in {**said, **more}.items() if value is not None}
