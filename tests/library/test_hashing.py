"""Hashes of files, compared with the demo's, which are CivitAI's definitions."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from civitdock.adapters.files.hashing import CHUNK, autov3, hash_file
from civitdock.adapters.files.walk import ModelFolders
from civitdock.demo.blobs import PatternBlob
from civitdock.demo.contents import tensors
from civitdock.demo.digests import digest
from civitdock.domain.hashes import EMPTY_AUTOV3
from civitdock.domain.library import ModelRoot
from civitdock.domain.rescan import Seen
from civitdock.services.sync_scan import Target

EXTRA = frozenset({"blake3", "crc32"})


def ignore(_: int) -> None:
    """Nobody is told."""


@pytest.mark.parametrize("size", [1, 8, 100_000, 0x100000, 2 * 1024**2 - 1, 2 * 1024**2, 2 * CHUNK + 12_345])
def test_one_read_gives_the_hashes_of_civitai(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(PatternBlob(f"hashing{size}", size).read())
    seen: list[int] = []
    found = hash_file(path, EXTRA, seen.append)
    wanted = digest([path.read_bytes()], size)
    assert sum(seen) == size
    assert found.sha256 == wanted.sha256.lower() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.autov2 == wanted.autov2.lower()
    assert found.autov1 == (wanted.autov1.lower() if wanted.autov1 else None)
    assert found.crc32 == wanted.crc32.lower()
    assert found.blake3 == (wanted.blake3.lower() if wanted.blake3 else None)


def test_what_is_not_wanted_is_not_computed(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"hello world")
    assert hash_file(path, frozenset({"crc32"}), ignore).crc32 == "85114a0d"
    found = hash_file(path, frozenset(), ignore)
    assert (found.blake3, found.crc32) == (None, None)


def test_autov3_is_that_of_the_tensors(tmp_path: Path) -> None:
    content = tensors("x", "lora", "sdxl", "Title")
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    seen: list[int] = []
    assert autov3(path, seen.append) == digest([content], len(content)).autov3.lower()
    assert 0 < sum(seen) < len(content)
    odd = b"\xff" * 8 + b"what follows an impossible length"
    path.write_bytes(odd)
    assert autov3(path, ignore) == digest([odd], len(odd)).autov3.lower()
    path.write_bytes(b"")
    assert autov3(path, ignore) == EMPTY_AUTOV3


def test_whoever_is_told_may_end_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * (3 * CHUNK))
    seen: list[int] = []

    def stop(size: int) -> None:
        seen.append(size)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        hash_file(path, EXTRA, stop)
    assert seen == [CHUNK]


def test_each_file_belongs_to_the_innermost_root_and_comes_once(tmp_path: Path) -> None:
    outer, inner = tmp_path / "models", tmp_path / "models" / "Lora"
    for place in ("a.safetensors", "Lora/b.safetensors", "Lora/sub/c.CKPT", "Lora/d.txt"):
        (tmp_path / "models" / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "models" / place).write_bytes(b"x")
    roots = (ModelRoot("Checkpoint", outer), ModelRoot("LORA", inner), ModelRoot("DoRA", inner))
    problems: list[OSError] = []
    missing = ModelRoot("VAE", tmp_path / "missing")
    folders = ModelFolders().walk((*roots, missing), problems.append)
    found = [Target(folder.root, Seen(*row)).found for folder in folders for row in sorted(folder.files)]
    assert [(each.path.name, each.root.type) for each in found] == [
        ("a.safetensors", "Checkpoint"),
        ("b.safetensors", "LORA"),
        ("c.CKPT", "LORA"),
    ]
    assert problems == []
    files = ModelFolders()
    assert files.look(found[0]) == found[0]
    found[0].path.write_bytes(b"longer")
    assert files.look(found[0]) != found[0]
    found[0].path.unlink()
    assert files.look(found[0]) is None
    assert files.is_gone(found[0].path, outer)
    assert not files.is_gone(tmp_path / "missing" / "x.safetensors", tmp_path / "missing")
