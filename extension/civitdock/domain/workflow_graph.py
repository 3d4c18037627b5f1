"""ComfyUI's workflows in one form: nodes with named inputs, whether they come as the API's graph or as the editor's.

The API's graph is `{id: {class_type, inputs}}`; the editor's has `nodes` with `widgets_values` in the order of their
widgets, `links`, and `definitions.subgraphs`. What cannot be read is left out; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

#: Nodes that are read of one workflow; the largest that people share have some hundred.
MOST_NODES = 5000
#: The editor's modes of a node that does nothing: muted and bypassed.
_IDLE_MODES = frozenset({2, 4})
#: What the editor adds behind a seed.
_SEED_CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize"})
_SEEDS = frozenset({"seed", "noise_seed"})
#: The widgets of known nodes in their order; newer editors name them in the file.
_WIDGETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("CheckpointLoaderSimple", "ImageOnlyCheckpointLoader", "unCLIPCheckpointLoader", "CheckpointLoaderNF4"),
            ("ckpt_name",),
        ),
        "CheckpointLoader": ("config_name", "ckpt_name"),
        "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
        "LoraLoaderModelOnly": ("lora_name", "strength_model"),
        "VAELoader": ("vae_name",),
        **dict.fromkeys(("UNETLoader", "UnetLoaderGGUF", "UnetLoaderGGUFAdvanced"), ("unet_name",)),
        **dict.fromkeys(("CLIPLoader", "CLIPLoaderGGUF"), ("clip_name",)),
        **dict.fromkeys(("DualCLIPLoader", "DualCLIPLoaderGGUF"), ("clip_name1", "clip_name2")),
        **dict.fromkeys(("TripleCLIPLoader", "TripleCLIPLoaderGGUF"), ("clip_name1", "clip_name2", "clip_name3")),
        "QuadrupleCLIPLoader": ("clip_name1", "clip_name2", "clip_name3", "clip_name4"),
        "CLIPVisionLoader": ("clip_name",),
        **dict.fromkeys(("ControlNetLoader", "DiffControlNetLoader"), ("control_net_name",)),
        "UpscaleModelLoader": ("model_name",),
        "HypernetworkLoader": ("hypernetwork_name", "strength"),
        "CLIPTextEncode": ("text",),
        "KSampler": ("seed", "steps", "cfg", "sampler_name", "scheduler", "denoise"),
        "KSamplerAdvanced": ("add_noise", "noise_seed", "steps", "cfg", "sampler_name", "scheduler"),
        "KSamplerSelect": ("sampler_name",),
        "BasicScheduler": ("scheduler", "steps", "denoise"),
        "RandomNoise": ("noise_seed",),
        "FluxGuidance": ("guidance",),
        "CFGGuider": ("cfg",),
        **dict.fromkeys(("EmptyLatentImage", "EmptySD3LatentImage"), ("width", "height")),
        "Efficient Loader": (
            "ckpt_name", "vae_name", "clip_skip", "lora_name", "lora_model_strength", "lora_clip_strength", "positive",
            "negative",
        ),
        "Lora Loader Stack (rgthree)": tuple(
            name for number in range(1, 5) for name in (f"lora_0{number}", f"strength_0{number}")
        ),
        "CR LoRA Stack": tuple(
            name
            for number in range(1, 4)
            for name in (f"switch_{number}", f"lora_name_{number}", f"model_weight_{number}", f"clip_weight_{number}")
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Link:
    """An input that comes from another node."""

    node: str


@dataclass(frozen=True)
class Node:
    """A node that does something. `addresses` maps names of files to where the workflow says they come from."""

    type: str
    inputs: Mapping[str, object] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)


Graph = Mapping[str, Node]


def read(value: object) -> Graph | None:
    """The nodes of a decoded workflow in any of its wrappings; None where it is none."""
    if not isinstance(value, Mapping):
        return None
    for inner in (value, value.get("prompt"), value.get("workflow")):
        if isinstance(inner, Mapping):
            found = _from_api(inner) or _from_editor(inner)
            if found:
                return found
    return None


# --- the API's graph -----------------------------------------------------------------------------


def _from_api(value: Mapping[object, object]) -> Graph:
    nodes: dict[str, Node] = {}
    for name, each in value.items():
        if len(nodes) == MOST_NODES:
            break
        if isinstance(each, Mapping) and isinstance(each.get("class_type"), str):
            inputs = each.get("inputs")
            read_inputs = (
                {str(key): _value(item) for key, item in inputs.items()} if isinstance(inputs, Mapping) else {}
            )
            nodes[str(name)] = Node(str(each["class_type"]), read_inputs)
    return nodes


def _value(item: object) -> object:
    """A link where it is one (`["4", 0]`), else the value."""
    if isinstance(item, list) and len(item) == 2 and isinstance(item[0], (str, int)) and type(item[1]) is int:
        return Link(str(item[0]))
    return item


# --- the editor's graph --------------------------------------------------------------------------


def _from_editor(value: Mapping[object, object]) -> Graph:
    if not isinstance(value.get("nodes"), list):
        return {}
    nodes: dict[str, Node] = {}
    subgraphs = _subgraphs(value)
    waiting: list[tuple[str, Mapping[object, object]]] = [("", value)]
    entered: set[str] = set()
    while waiting:
        prefix, graph = waiting.pop(0)
        links = _links(graph.get("links"), prefix)
        for each in _objects(graph.get("nodes")):
            type_name = each.get("type")
            if len(nodes) >= MOST_NODES or not isinstance(type_name, str) or _is_idle(each):
                continue
            nodes[f"{prefix}{each.get('id')}"] = _editor_node(type_name, each, links)
            inner = subgraphs.get(type_name)
            if inner is not None and type_name not in entered:
                entered.add(type_name)
                waiting.append((f"{type_name}:", inner))
    return nodes


def _is_idle(node: Mapping[object, object]) -> bool:
    mode = node.get("mode")
    return isinstance(mode, int) and mode in _IDLE_MODES


def _editor_node(type_name: str, each: Mapping[object, object], links: Mapping[object, Link]) -> Node:
    sockets = _objects(each.get("inputs"))
    inputs = dict(_widgets(type_name, each.get("widgets_values"), sockets))
    for socket in sockets:
        link = _at(links, socket.get("link"))
        if link is not None:
            inputs[str(socket.get("name"))] = link
    properties = each.get("properties")
    models = _objects(properties.get("models")) if isinstance(properties, Mapping) else []
    addresses = {str(model["name"]): str(model["url"]) for model in models if "name" in model and "url" in model}
    return Node(type_name, inputs, addresses)


def _widgets(
    type_name: str, values: object, sockets: Sequence[Mapping[object, object]]
) -> Iterator[tuple[str, object]]:
    """The values of a node's widgets by name, or by place where nobody says their names."""
    if isinstance(values, Mapping):
        yield from ((str(name), value) for name, value in values.items())
        return
    if not isinstance(values, list):
        return
    told = [str(each.get("name")) for each in sockets if isinstance(each.get("widget"), Mapping)]
    names = iter(_WIDGETS.get(type_name) or (told if _is_whole(told, values) else ()))
    last = ""
    for place, value in enumerate(values):
        if last in _SEEDS and isinstance(value, str) and value in _SEED_CONTROLS:
            last = ""
            continue
        last = next(names, str(place))
        yield last, value


def _is_whole(names: Sequence[str], values: Sequence[object]) -> bool:
    """Whether every value has its name; older editors name only what was made an input."""
    controls = sum(isinstance(value, str) and value in _SEED_CONTROLS for value in values)
    return len(names) in (len(values), len(values) - controls)


def _subgraphs(value: Mapping[object, object]) -> dict[str, Mapping[object, object]]:
    definitions = value.get("definitions")
    if not isinstance(definitions, Mapping):
        return {}
    return {str(each.get("id")): each for each in _objects(definitions.get("subgraphs"))}


def _links(value: object, prefix: str) -> dict[object, Link]:
    """Where each link begins; the editor writes them as lists, in subgraphs as objects."""
    found: dict[object, Link] = {}
    for each in value if isinstance(value, list) else ():
        if isinstance(each, list) and len(each) >= 2:
            number, origin = each[0], each[1]
        elif isinstance(each, Mapping):
            number, origin = each.get("id"), each.get("origin_id")
        else:
            continue
        if isinstance(number, (int, str)) and isinstance(origin, (int, str)):
            found[number] = Link(f"{prefix}{origin}")
    return found


def _at(links: Mapping[object, Link], number: object) -> Link | None:
    return links.get(number) if isinstance(number, (int, str)) else None


def _objects(value: object) -> list[Mapping[object, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
