"""Which text encoders and VAE go with a base model, as a table."""

from __future__ import annotations

import pytest

from civitdock.domain.text_encoders import Guess, guessed, part_of

FLUX = ("clip_l", "t5xxl", "ae")
HERE = {
    name: name.rpartition(".")[0]
    for name in (
        "clip_l.safetensors",
        "clip_g.safetensors",
        "t5xxl_fp16.safetensors",
        "ae.safetensors",
        "sdxl_vae.safetensors",
        "qwen_3_4b.safetensors",
        "qwen_2.5_vl_7b_fp8_scaled.safetensors",
        "qwen_image_vae.safetensors",
        "gemma_2_2b_fp16.safetensors",
        "umt5_xxl_fp8_e4m3fn_scaled.safetensors",
        "wan_2.1_vae.safetensors",
    )
}


@pytest.mark.parametrize(
    ("stem", "part"),
    [
        ("clip_l", "clip_l"),
        ("CLIP-L", "clip_l"),
        ("ViT-L-14-TEXT-detail-improved", "clip_l"),
        ("my_clip_large", None),
        ("clip_g", "clip_g"),
        ("t5xxl_fp8_e4m3fn", "t5xxl"),
        ("t5-v1_1-xxl-encoder-Q8_0", "t5xxl"),
        ("umt5_xxl_fp8_e4m3fn_scaled", None),
        ("ae", "ae"),
        ("flux1-ae", "ae"),
        ("flux_vae", "ae"),
        ("flux2-vae", None),
        ("vae", None),
        ("kodae", None),
        ("qwen_2.5_vl_7b_fp8_scaled", "qwen_2.5_vl_7b"),
        ("qwen_3_4b_fp8_mixed", "qwen_3_4b"),
        ("qwen_3_8b", None),
        ("gemma_2_2b_fp16", "gemma_2_2b"),
        ("qwen_image_vae", "qwen_image_vae"),
        ("", None),
    ],
)
def test_a_files_name_says_what_it_is_or_nothing(stem: str, part: str | None) -> None:
    assert part_of(stem) == part


@pytest.mark.parametrize(
    ("base_model", "files"),
    [
        ("SD 1.5", ()),
        ("SDXL 1.0", ()),
        ("Pony", ()),
        ("SD 3.5 Large", ("clip_l.safetensors", "clip_g.safetensors", "t5xxl_fp16.safetensors")),
        ("Flux.1 D", ("clip_l.safetensors", "t5xxl_fp16.safetensors", "ae.safetensors")),
        ("Qwen", ("qwen_2.5_vl_7b_fp8_scaled.safetensors", "qwen_image_vae.safetensors")),
        ("Lumina", ("gemma_2_2b_fp16.safetensors", "ae.safetensors")),
        ("ZImageTurbo", ("qwen_3_4b.safetensors", "ae.safetensors")),
    ],
)
def test_each_base_model_gets_what_it_needs(base_model: str, files: tuple[str, ...]) -> None:
    guess = guessed(base_model, False, HERE, ())
    assert guess is not None
    assert (guess.files, guess.missing, guess.unclear) == (files, (), ())


@pytest.mark.parametrize("base_model", ["Wan Video 14B t2v", "Flux.2 Klein 4B", "Chroma", "Other", None])
def test_nothing_is_guessed_where_it_is_not_certain(base_model: str | None) -> None:
    assert guessed(base_model, False, HERE, ("ae.safetensors",)) is None


def test_a_checkpoint_with_parts_of_its_own_is_left_alone() -> None:
    assert guessed("Flux.1 D", True, HERE, ()) is None
    assert guessed("SDXL 1.0", True, HERE, ()) == Guess((), ())


def test_what_is_missing_and_what_is_several_files_is_said() -> None:
    here = {"t5xxl_fp16.safetensors": "t5xxl_fp16", "t5xxl_fp8.safetensors": "t5xxl_fp8", "ae.sft": "ae"}
    assert guessed("Flux.1 D", False, here, ()) == Guess(FLUX, ("ae.sft",), ("clip_l",), ("t5xxl",))
    held = ("t5xxl_fp8.safetensors",)
    assert guessed("Flux.1 D", False, here, held) == Guess(FLUX, (*held, "ae.sft"), ("clip_l",))


def test_what_is_chosen_and_fits_stays() -> None:
    sdxl = guessed("SDXL 1.0", False, HERE, ("sdxl_vae.safetensors", "clip_l.safetensors", "ae.safetensors"))
    assert sdxl == Guess((), ("sdxl_vae.safetensors",))
    flux = guessed("Flux.1 D", False, HERE, ("sdxl_vae.safetensors", "ae.safetensors"))
    assert flux is not None
    assert "sdxl_vae.safetensors" not in flux.files


def test_the_pictures_vae_wins() -> None:
    guess = guessed("Flux.1 D", False, HERE, (), "mine.safetensors")
    assert guess == Guess(FLUX, ("clip_l.safetensors", "t5xxl_fp16.safetensors", "mine.safetensors"))
