"""Writes small, valid safetensors files whose tensors look like a real model's."""

from __future__ import annotations

import hashlib
import json
import random
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

_WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "I64": 8, "U8": 1}


@dataclass(frozen=True)
class Tensor:
    """Name, element type and shape of one tensor."""

    name: str
    shape: tuple[int, ...]
    dtype: str = "F16"

    @property
    def size(self) -> int:
        """Length of its data in bytes."""
        return prod(self.shape) * _WIDTHS[self.dtype]


def header(tensors: Sequence[Tensor], metadata: Mapping[str, str]) -> bytes:
    """The 8-byte length and the JSON header, padded to a multiple of 8 bytes."""
    table: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    at = 0
    for tensor in tensors:
        offsets = [at, at + tensor.size]
        table[tensor.name] = {"dtype": tensor.dtype, "shape": list(tensor.shape), "data_offsets": offsets}
        at += tensor.size
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def encode(tensors: Sequence[Tensor], metadata: Mapping[str, str], seed: str) -> bytes:
    """A whole file. Metadata keys that name a hash of the tensor data get its true value."""
    data = random.Random(f"tensors:{seed}").randbytes(sum(tensor.size for tensor in tensors))
    filled = dict(metadata)
    if "sshs_model_hash" in filled:
        filled["sshs_model_hash"] = hashlib.sha256(data).hexdigest()
        filled["sshs_legacy_hash"] = filled["sshs_model_hash"][:8]
    if "modelspec.hash_sha256" in filled:
        filled["modelspec.hash_sha256"] = "0x" + hashlib.sha256(data).hexdigest()
    return header(tensors, filled) + data
