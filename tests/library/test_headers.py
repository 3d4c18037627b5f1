"""What a file is, read from its header; what is no model is refused before anything believes it."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.adapters.files.headers import inspect, read_header
from civitdock.demo.contents import safe_pickle, tensors
from civitdock.demo.layouts import LAYOUTS
from civitdock.domain.tensors import CIVITAI_TYPES, Content, Header, Kind, Tensor, content_of
from civitdock.errors import InvalidFile

KINDS = {
    "checkpoint": Kind.CHECKPOINT,
    "diffusion": Kind.DIFFUSION,
    "lora": Kind.LORA,
    "locon": Kind.LOCON,
    "loha": Kind.LOHA,
    "lokr": Kind.LOKR,
    "dora": Kind.DORA,
    "vae": Kind.VAE,
    "embedding": Kind.EMBEDDING,
    "controlnet": Kind.CONTROLNET,
    "upscaler": Kind.UPSCALER,
    "text-encoder": Kind.TEXT_ENCODER,
    "clip-vision": Kind.CLIP_VISION,
    "motion": Kind.MOTION,
}
WITH_FAMILY = {"checkpoint", "diffusion", "lora", "locon", "loha", "lokr", "dora"}
FAMILIES = ("sd1", "sd2", "sdxl", "flux", "sd3", "wan")


def made(tmp_path: Path, kind: str, family: str) -> Path:
    path = tmp_path / f"{kind}.safetensors"
    path.write_bytes(tensors("seed", kind, family, "Title"))
    return path


def test_every_kind_of_the_demo_is_covered() -> None:
    assert set(KINDS) == set(LAYOUTS)
    assert set(CIVITAI_TYPES) == set(Kind)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", sorted(WITH_FAMILY))
def test_kind_and_family_of_models_and_networks(tmp_path: Path, kind: str, family: str) -> None:
    assert inspect(made(tmp_path, kind, family)) == Content(KINDS[kind], family)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", sorted(WITH_FAMILY))
def test_tensors_alone_are_enough(tmp_path: Path, kind: str, family: str) -> None:
    header = read_header(made(tmp_path, kind, family))
    assert content_of(Header({}, header.tensors)) == Content(KINDS[kind], family)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - WITH_FAMILY - {"controlnet"}))
def test_kinds_without_a_family_of_their_own(tmp_path: Path, kind: str) -> None:
    found = inspect(made(tmp_path, kind, "sd1"))
    assert found is not None
    assert found.kind is KINDS[kind]


@pytest.mark.parametrize("family", ["sd1", "sd2", "sdxl"])
def test_families_of_controlnets_and_embeddings(tmp_path: Path, family: str) -> None:
    assert inspect(made(tmp_path, "controlnet", family)) == Content(Kind.CONTROLNET, family)
    assert inspect(made(tmp_path, "embedding", family)) == Content(Kind.EMBEDDING, family)


def test_other_formats_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.ckpt"
    path.write_bytes(safe_pickle("x"))
    assert inspect(path) is None


def encoded(root: object, data: bytes = b"") -> bytes:
    text = root if isinstance(root, bytes) else json.dumps(root).encode()
    return struct.pack("<Q", len(text)) + text + data


GOOD = {"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}
BROKEN = {
    "empty": b"",
    "short": b"\x05\0",
    "html": b"\xef\xbb\xbf \n<!DOCTYPE html><html>",
    "no header": b"\xff" * 64,
    "longer than the file": struct.pack("<Q", 1000) + b"{}",
    "over the cap": struct.pack("<Q", 2**62) + b"{}" * 50,
    "no JSON": encoded(b'{"w": '),
    "no UTF-8": encoded(b'{"\xff": 1}'),
    "a list": encoded([1]),
    "deep": encoded(b"[" * 100_000),
    "cut": encoded(GOOD, b"123"),
    "too long": encoded(GOOD, b"12345"),
    "no shape": encoded({"w": {"dtype": "F16", "data_offsets": [0, 4]}}, b"1234"),
    "negative": encoded({"w": {"dtype": "F16", "shape": [2], "data_offsets": [-4, 4]}}, b"1234"),
    "backwards": encoded({"w": {"dtype": "F16", "shape": [2], "data_offsets": [4, 0]}}, b"1234"),
    "no object": encoded({"w": 5}),
    "true": encoded({"w": {"dtype": "F16", "shape": [True], "data_offsets": [0, 4]}}, b"1234"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_no_model_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(BROKEN[name])
    with pytest.raises(InvalidFile):
        read_header(path)


def test_a_sound_file_passes_and_odd_metadata_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.SafeTensors"
    path.write_bytes(encoded({"__metadata__": {"steps": 5}, **GOOD}, b"1234"))
    assert read_header(path) == Header({"steps": "5"}, {"w": Tensor("F16", (2,), 4)})


@given(st.dictionaries(st.text(max_size=30), st.lists(st.integers(0, 4096), max_size=4).map(tuple), max_size=6))
def test_any_tensors_give_an_answer(shapes: dict[str, tuple[int, ...]]) -> None:
    found = content_of(Header({}, {name: Tensor("F16", shape) for name, shape in shapes.items()}))
    assert found is None or isinstance(found, Content)
