"""Reads and validates the header of a safetensors file; the tensors themselves are never read."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import BinaryIO, TypeGuard

from civitdock.domain.tensors import Content, Header, Tensor, content_of
from civitdock.errors import InvalidFile

#: Like the reference implementation: a longer header is refused.
MAX_HEADER = 100_000_000
SAFE_SUFFIXES = (".safetensors", ".sft")


def read_header(path: Path) -> Header:
    """The header of a safetensors file.

    The file begins with the header's length as 8 little-endian bytes, then JSON: names with `dtype`, `shape` and
    `data_offsets` from the end of the header, and `__metadata__`. Raises `InvalidFile` where anything of this does
    not hold or the file is shorter or longer than its tensors; `OSError` where it cannot be read.
    """
    with open(path, "rb") as file:
        return header_of(file, os.fstat(file.fileno()).st_size, path.name)


def header_of(file: BinaryIO, size: int, name: str) -> Header:
    """The same from an open file at its beginning; `size` in bytes, `name` for messages."""
    return _parsed(_header_bytes(file, size), size, name)


def header_or_none(path: Path) -> Header | None:
    """The header, whatever the file is called; None where the content is no sound safetensors. Raises `OSError`."""
    try:
        return read_header(path)
    except InvalidFile:
        return None


def inspect(path: Path) -> Content | None:
    """What a file is, judged by its tensors; None for other formats and where nothing is certain.

    Raises `InvalidFile`, `OSError`.
    """
    return content_of(read_header(path)) if path.suffix.lower() in SAFE_SUFFIXES else None


def _header_bytes(file: BinaryIO, size: int) -> bytes:
    head = file.read(8)
    if len(head) < 8:
        raise InvalidFile("The file is too short to be a safetensors file.")
    length = int(struct.unpack("<Q", head)[0])
    if length > MAX_HEADER or length < 2 or 8 + length > size:
        raise InvalidFile("The file does not begin with a safetensors header.")
    data = file.read(length)
    if len(data) < length:
        raise InvalidFile("The file changed while it was read.")
    return data


def _parsed(data: bytes, size: int, name: str) -> Header:
    try:
        root = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidFile(f"The safetensors header of {name} is broken.") from error
    if not isinstance(root, dict):
        raise InvalidFile(f"The safetensors header of {name} is broken.")
    metadata = root.pop("__metadata__", {})
    words = metadata if isinstance(metadata, dict) else {}
    tensors = {tensor: _tensor(entry) for tensor, entry in root.items()}
    end = max((tensor.end for tensor in tensors.values()), default=0)
    if 8 + len(data) + end != size:
        raise InvalidFile(f"{name} is not as long as its header says; it may be cut off.")
    return Header({str(key): str(value) for key, value in words.items()}, tensors)


def _tensor(entry: object) -> Tensor:
    shape, offsets = (entry.get("shape"), entry.get("data_offsets")) if isinstance(entry, dict) else (None, None)
    if not _numbers(shape) or not _numbers(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise InvalidFile("The safetensors header names a tensor without sound shape and place.")
    assert isinstance(entry, dict)
    return Tensor(str(entry.get("dtype", "")), tuple(shape), offsets[1])


def _numbers(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(
        isinstance(item, int) and not isinstance(item, bool) and item >= 0 for item in value
    )
