"""Makes the contents of the demo's files: tensors, pickles, archives, texts."""

from __future__ import annotations

import functools
import io
import json
import pickle
import random
import struct
import zipfile

from civitdock.demo.blobs import Blob, MadeBlob, PatternBlob
from civitdock.demo.layouts import layout
from civitdock.demo.safetensors import Tensor, encode, header

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)


def _zip(members: dict[str, bytes]) -> bytes:
    """A zip whose bytes depend on nothing but its members: no time, no system, no compressor's version."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.create_system = 3
            packed.writestr(info, content)
    return target.getvalue()


def _torch_zip(pickled: bytes, seed: str, size: int) -> bytes:
    """The zip shape of `torch.save`: a pickle beside raw storages."""
    data = random.Random(f"storage:{seed}").randbytes(size)
    members = {"archive/data.pkl": pickled, "archive/version": b"3\n", "archive/data/0": data}
    return _zip(members)


def safe_pickle(seed: str, size: int = 24_000) -> bytes:
    """A `.pt` or `.ckpt` whose pickle holds plain values only."""
    record = {"state_dict": {"weight": "storage:0"}, "step": 1000, "name": seed}
    return _torch_zip(pickle.dumps(record, protocol=2), seed, size)


def hostile_pickle(seed: str, size: int = 24_000) -> bytes:
    """A `.pt` whose pickle would call `os.system` when loaded. Nothing of ours ever loads it."""
    return _torch_zip(b"cos\nsystem\n(S'echo civitdock-demo'\ntR.", seed, size)


def gguf(seed: str, architecture: str) -> bytes:
    """A GGUF version 3 file with two keys and one F32 tensor."""

    def text(value: str) -> bytes:
        raw = value.encode()
        return struct.pack("<Q", len(raw)) + raw

    pairs = text("general.architecture") + struct.pack("<I", 8) + text(architecture)
    pairs += text("general.name") + struct.pack("<I", 8) + text(seed)
    tensor = text("token_embd.weight") + struct.pack("<IQQIQ", 2, 64, 128, 0, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + pairs + tensor
    head += b"\0" * (-len(head) % 32)
    return head + random.Random(f"gguf:{seed}").randbytes(64 * 128 * 4)


def workflow(seed: str) -> bytes:
    """A small ComfyUI workflow as JSON."""
    nodes = [
        {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": [f"{seed}.safetensors"]},
        {"id": 2, "type": "CLIPTextEncode", "widgets_values": ["a stone bridge at dawn"]},
        {"id": 3, "type": "KSampler", "widgets_values": [42, "fixed", 20, 7, "euler", "normal", 1]},
    ]
    return json.dumps({"version": 0.4, "nodes": nodes, "links": []}, indent=2).encode()


def config(seed: str) -> bytes:
    """A YAML inference configuration."""
    return (
        f"# {seed}\nmodel:\n  target: ldm.models.diffusion.ddpm.LatentDiffusion\n"
        "  params:\n    parameterization: v\n    linear_start: 0.00085\n    linear_end: 0.0120\n"
    ).encode()


def archive(seed: str, kind: str) -> bytes:
    """A zip of texts, as wildcards, poses and training data come."""
    rng = random.Random(f"archive:{seed}")
    if kind == "hostile":
        return _zip({"../../outside.txt": b"outside\n", "inside.txt": b"inside\n"})
    lines = "\n".join(f"{kind} {number} {rng.randrange(10**6)}" for number in range(200)).encode()
    return _zip({f"{kind}/one.txt": lines, f"{kind}/two.txt": lines[::-1], "readme.txt": seed.encode()})


def tensors(seed: str, kind: str, family: str, title: str) -> bytes:
    """A safetensors file of a `kind` for a base `family`."""
    plan = layout(kind, family, title)
    return encode(plan.tensors, plan.metadata, seed)


def tensor_blob(seed: str, kind: str, family: str, title: str) -> Blob:
    """The same, made when read."""
    return MadeBlob(f"{kind}:{family}:{seed}", functools.partial(tensors, seed, kind, family, title))


def large_tensor_blob(seed: str, kind: str, family: str, title: str, size: int) -> Blob:
    """A safetensors file of exactly `size` bytes, streamed; a byte tensor fills it up."""
    plan = layout(kind, family, title)
    metadata = {key: value for key, value in plan.metadata.items() if value}
    small = sum(tensor.size for tensor in plan.tensors)
    rest = size - small
    head = b""
    for _ in range(4):  # the header's length depends on the digits of the filler's size
        head = header([*plan.tensors, Tensor("model_ema.padding", (rest,), "U8")], metadata)
        if len(head) + small + rest == size:
            break
        rest = size - len(head) - small
    return PatternBlob(f"large:{kind}:{seed}:{size}", size, head)


def other_blob(seed: str, kind: str) -> Blob:
    """A file that is no safetensors: pickle, hostile-pickle, gguf, workflow, config or an archive."""
    makers = {
        "pickle": functools.partial(safe_pickle, seed),
        "hostile-pickle": functools.partial(hostile_pickle, seed),
        "gguf": functools.partial(gguf, seed, "flux"),
        "gguf-llm": functools.partial(gguf, seed, "llama"),
        "workflow": functools.partial(workflow, seed),
        "config": functools.partial(config, seed),
        "wildcards": functools.partial(archive, seed, "wildcards"),
        "poses": functools.partial(archive, seed, "poses"),
        "training": functools.partial(archive, seed, "training"),
        "bundle": functools.partial(archive, seed, "bundle"),
        "hostile-archive": functools.partial(archive, seed, "hostile"),
    }
    return MadeBlob(f"{kind}:{seed}", makers[kind])
