"""Plans for sending where a picture does not name what its checkpoint needs, and for a checkpoint alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from civitdock.domain.library import LocalModel
from civitdock.domain.send import (
    FieldName,
    Held,
    HostFile,
    Plan,
    Problem,
)
from civitdock.errors import NotFound
from civitdock.services.send import SendRequest
from tests.support.send_bench import Bench, values


def has_flux(bench: Bench, *modules: str, **held: object) -> LocalModel:
    """A Flux checkpoint and these VAEs and text encoders on Forge."""
    model, version = bench.find("Checkpoint", "Flux.1 D")
    row = bench.install(model, version, "flux.safetensors", kind="diffusion model")
    file = HostFile("flux.safetensors", row.path)
    bench.offers(
        checkpoints=(file,),
        modules=tuple(bench.listed("VAE", name) for name in modules),
        presets=("sd", "xl", "flux", "all"),
        vaes=(),
        held=Held(**{"preset": "sd", **held}),  # type: ignore[arg-type]
    )
    return row


def guesses(plan: Plan, name: FieldName) -> list[tuple[object, ...]]:
    fields = [each for each in plan.fields if each.name is name]
    return [(each.wanted, each.value, each.problem, each.guessed_for) for each in fields]


FLUX_PARTS = ("clip_l", "t5xxl", "ae")
FLUX_FILES = ("clip_l.safetensors", "t5xxl_fp16.safetensors", "ae.safetensors")


def test_text_encoders_that_the_picture_does_not_name_are_guessed_and_said(bench: Bench) -> None:
    has_flux(bench, *FLUX_FILES, "sdxl_vae.safetensors")
    plan = bench.plan({"Model": "flux"})
    assert guesses(plan, FieldName.PRESET) == [("flux", "flux", None, "Flux.1 D")]
    assert guesses(plan, FieldName.MODULES) == [(FLUX_PARTS, FLUX_FILES, None, "Flux.1 D")]
    assert "Module" not in plan.copy_text


def test_what_fits_already_is_no_guess(bench: Bench) -> None:
    has_flux(bench, *FLUX_FILES, preset="flux", modules=FLUX_FILES)
    plan = bench.plan({"Model": "flux"})
    assert guesses(plan, FieldName.PRESET) == [("flux", "flux", None, None)]
    assert guesses(plan, FieldName.MODULES) == [(FLUX_PARTS, FLUX_FILES, None, None)]


def test_what_is_missing_for_a_guess_is_said_and_what_is_unclear_is_not_chosen(bench: Bench) -> None:
    has_flux(bench, "t5xxl_fp16.safetensors", "t5xxl_fp8.safetensors", "ae.safetensors")
    assert guesses(bench.plan({"Model": "flux"}), FieldName.MODULES) == [
        (("clip_l",), None, Problem.NOT_HERE, "Flux.1 D"),
        (("t5xxl",), None, Problem.UNCLEAR, "Flux.1 D"),
        (FLUX_PARTS, ("ae.safetensors",), None, "Flux.1 D"),
    ]


def test_without_any_text_encoder_each_part_is_missing_and_nothing_is_set(bench: Bench) -> None:
    has_flux(bench, modules=("gone.safetensors",))
    fields = [each for each in bench.plan({"Model": "flux"}).fields if each.name is FieldName.MODULES]
    assert [(each.wanted, each.value) for each in fields] == [((part,), None) for part in FLUX_PARTS]


def test_nothing_is_guessed_for_a_checkpoint_that_is_not_here_or_brings_its_own(bench: Bench) -> None:
    row = has_flux(bench, *FLUX_FILES)
    assert guesses(bench.plan({"Model": "another"}), FieldName.MODULES) == []
    bench.store.put(replace(row, kind="checkpoint"))
    assert guesses(bench.plan({"Model": "flux"}), FieldName.MODULES) == []


def test_a_picture_without_a_checkpoint_gets_what_the_chosen_one_needs(bench: Bench) -> None:
    row = has_flux(bench, *FLUX_FILES)
    bench.offers(held=Held(HostFile("flux.safetensors", row.path), preset="flux"))
    assert guesses(bench.plan(), FieldName.MODULES) == [(FLUX_PARTS, FLUX_FILES, None, "Flux.1 D")]


def test_flux_text_encoders_leave_an_sdxl_checkpoint(bench: Bench) -> None:
    has_flux(bench, *FLUX_FILES, "sdxl_vae.safetensors", modules=("sdxl_vae.safetensors", *FLUX_FILES))
    model, version = bench.find("Checkpoint", "SDXL 1.0")
    row = bench.install(model, version, "xl.safetensors", kind="checkpoint")
    bench.offers(checkpoints=(HostFile("xl.safetensors", row.path),))
    assert guesses(bench.plan({"Model": "xl"}), FieldName.MODULES) == [
        ((), ("sdxl_vae.safetensors",), None, "SDXL 1.0")
    ]
    bench.offers(held=Held(modules=("sdxl_vae.safetensors",)))
    assert guesses(bench.plan({"Model": "xl"}), FieldName.MODULES) == []


def test_a_host_that_chooses_a_vae_alone_is_left_alone(bench: Bench) -> None:
    has_flux(bench)
    bench.offers(presets=(), vaes=(bench.listed("VAE", "ae.safetensors"),))
    assert guesses(bench.plan({"Model": "flux"}), FieldName.MODULES) == []


# --- a checkpoint of the library -----------------------------------------------------------------


def test_a_checkpoint_of_the_library_sets_only_what_goes_with_it(bench: Bench) -> None:
    row = has_flux(bench, *FLUX_FILES)
    plan = bench.service.plan(SendRequest(path=row.path))
    assert values(plan) == {
        FieldName.PRESET: "flux",
        FieldName.CHECKPOINT: "flux.safetensors",
        FieldName.MODULES: FLUX_FILES,
    }
    assert (plan.infotext, plan.resources) == ("", ())


def test_what_is_no_checkpoint_here_is_not_sent_as_one(bench: Bench) -> None:
    model, version = bench.find("LORA", "SDXL 1.0")
    lora = bench.install(model, version, "x.safetensors")
    for path in (lora.path, bench.folder / "nothing.safetensors"):
        with pytest.raises(NotFound):
            bench.service.plan(SendRequest(path=path))
