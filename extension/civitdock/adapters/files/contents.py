"""A first look into a model file: is it what its suffix says, and what does its header tell."""

from __future__ import annotations

import os
from pathlib import Path

from civitdock.adapters.files.headers import SAFE_SUFFIXES, header_of
from civitdock.domain.refusals import check_content
from civitdock.domain.sniffing import HEAD_BYTES
from civitdock.domain.tensors import Header
from civitdock.errors import InvalidFile


def examine(path: Path, suffix: str | None = None) -> Header | None:
    """The header of a safetensors file, None for other formats.

    `suffix` stands for the path's own where the file still has another name. Raises `InvalidFile` where the content is
    not what the suffix says (empty, markup, JSON, a broken header, cut off), `OSError` where it cannot be read.
    """
    wanted = (path.suffix if suffix is None else suffix).lower()
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(HEAD_BYTES)
        if size == 0:
            raise InvalidFile("The file is empty.")
        check_content(f"file{wanted}", head)
        _check_magic(head, wanted)
        if wanted not in SAFE_SUFFIXES:
            return None
        file.seek(0)
        return header_of(file, size, path.name)


def _check_magic(head: bytes, suffix: str) -> None:
    if suffix == ".gguf" and not head.startswith(b"GGUF"):
        raise InvalidFile("The file is no GGUF file.")
    if suffix == ".zip" and not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise InvalidFile("The file is no zip archive.")
