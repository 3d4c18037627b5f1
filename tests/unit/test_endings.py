"""The ending of a file name: completed from the format where CivitAI's name has none that a WebUI lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.domain.endings import completed, is_usual
from civitdock.domain.library import MODEL_SUFFIXES
from civitdock.domain.names import LIMIT, file_name


@pytest.mark.parametrize(
    ("name", "file_format", "model_type", "expected"),
    [
        ("a.safetensors", "SafeTensor", "LORA", "a.safetensors"),
        ("a.SFT", "SafeTensor", "LORA", "a.SFT"),
        ("a.ckpt", "SafeTensor", "LORA", "a.ckpt"),
        ("justaname", "SafeTensor", "LORA", "justaname.safetensors"),
        ("model v1.5", "SafeTensor", "LORA", "model v1.5.safetensors"),
        ("model.safetensors_hidden", "SafeTensor", "LORA", "model.safetensors_hidden.safetensors"),
        ("safetensors", "SafeTensor", "LORA", "civitai-1-2.safetensors"),
        ("page.html_", "SafeTensor", "LORA", "page.html_.safetensors"),
        ("quant.q8_0", "GGUF", "Checkpoint", "quant.q8_0.gguf"),
        ("old", "PickleTensor", "TextualInversion", "old.pt"),
        ("old", "PickleTensor", "Checkpoint", "old.ckpt"),
        ("setup.yaml", "SafeTensor", "Checkpoint", "setup.yaml"),
        ("justaname", "Other", "LORA", "justaname"),
        ("justaname", None, "LORA", "justaname"),
    ],
)
def test_known_names(name: str, file_format: str | None, model_type: str, expected: str) -> None:
    assert completed(name, file_format, model_type, "civitai-1-2") == expected


@given(st.text(max_size=300), st.sampled_from(["SafeTensor", "GGUF", "PickleTensor"]))
def test_with_a_known_format_every_name_ends_usually_and_stays_in_the_limit(text: str, file_format: str) -> None:
    name = completed(file_name(text), file_format, "LORA", "civitai-1-2")
    assert is_usual(name)
    assert len(name.encode("utf-8")) <= LIMIT
    assert completed(name, file_format, "LORA", "civitai-1-2") == name
    if not is_usual(file_name(text)):
        assert name.endswith(tuple(MODEL_SUFFIXES))
