"""Plans for sending Hires fix and refiner."""

from __future__ import annotations

from dataclasses import replace

from civitdock.domain.sampling import Choice
from civitdock.domain.send import (
    FieldName,
    FieldValue,
    HostFile,
    Plan,
    Problem,
    SecondPass,
    Target,
)
from tests.support.send_bench import Bench, values

SECOND_PASS: dict[str, object] = {
    "Denoising strength": 0.4,
    "Hires upscale": 2,
    "Hires checkpoint": "theirs [0123456789]",
    "Hires sampler": "Euler a",
    "Hires schedule type": "Karras",
    "Hires prompt": "a sharp cat <lora:Alias:1>",
    "Hires negative prompt": "soft",
    "Refiner": "refine [fedcba9876]",
    "Refiner switch at": 0.8,
}
SECOND_FIELDS = tuple(name for name in FieldName if name.value.startswith(("hires_", "refiner")))


def has_second_pass(bench: Bench, **changes: object) -> None:
    """Give the host two checkpoints, a LoRA and the fields of A1111 1.9 or Forge."""
    folder = bench.folder / "Stable-diffusion"
    one = HostFile("sub/mine.safetensors", folder / "sub" / "mine.safetensors", ("0123456789", "mine"))
    two = HostFile("refine.safetensors", folder / "refine.safetensors", ("fedcba9876", "refine"))
    second = SecondPass(
        checkpoints=(replace(one, title="mine [0123456789]"), replace(two, title="refine [fedcba9876]")),
        samplers=(Choice("DPM++ 2M"), Choice("Euler a")),
        schedulers=(Choice("Automatic"), Choice("Karras")),
        refiners=(one, two),
        has_prompts=True,
    )
    lora = HostFile("file", bench.folder / "LORA" / "file.safetensors", ("alias",))
    bench.offers(checkpoints=(one, two), loras=(lora,), second=replace(second, **changes))  # type: ignore[arg-type]


def test_a_second_pass_is_sent_in_the_words_of_its_own_fields(bench: Bench) -> None:
    has_second_pass(bench)
    plan = bench.plan(SECOND_PASS)
    assert {name: value for name, value in values(plan).items() if name in SECOND_FIELDS} == {
        FieldName.HIRES_SCALE: 2.0,
        FieldName.HIRES_CHECKPOINT: "mine [0123456789]",
        FieldName.HIRES_SAMPLER: "Euler a",
        FieldName.HIRES_SCHEDULER: "Karras",
        FieldName.HIRES_PROMPT: "a sharp cat <lora:file:1>",
        FieldName.HIRES_NEGATIVE: "soft",
        FieldName.REFINER: "refine.safetensors",
        FieldName.REFINER_SWITCH: 0.8,
    }
    assert plan.infotext.endswith(
        "Hires upscale: 2, Hires checkpoint: mine [0123456789], Hires sampler: Euler a, Hires schedule type: Karras, "
        'Hires prompt: "a sharp cat <lora:file:1>", Hires negative prompt: soft, Refiner: refine.safetensors, '
        "Refiner switch at: 0.8"
    )
    assert "Hires checkpoint: theirs [0123456789]" in plan.copy_text
    assert "Refiner: refine [fedcba9876], Refiner switch at: 0.8" in plan.copy_text


def test_a_sampler_with_its_scheduler_in_one_word_is_two_fields_in_the_second_pass(bench: Bench) -> None:
    has_second_pass(bench)
    found = values(bench.plan({"Hires sampler": "DPM++ 2M Karras"}))
    assert (found[FieldName.HIRES_SAMPLER], found[FieldName.HIRES_SCHEDULER]) == ("DPM++ 2M", "Karras")


FORGE: dict[str, object] = {"Hires CFG Scale": 4.5, "Hires Distilled CFG Scale": 3, "Hires Module 1": "ae"}
FORGE_FIELDS = (FieldName.HIRES_MODULES, FieldName.HIRES_CFG, FieldName.HIRES_DISTILLED_CFG)


def of_forge(plan: Plan) -> dict[FieldName, tuple[FieldValue | None, Problem | None]]:
    return {each.name: (each.value, each.problem) for each in plan.fields if each.name in FORGE_FIELDS}


def test_scales_and_modules_of_the_second_pass_go_where_forge_has_fields_for_them(bench: Bench) -> None:
    vae, encoder = bench.listed("VAE", "ae.safetensors"), bench.listed("text_encoder", "clip_l.safetensors")
    has_second_pass(bench, modules=(vae, encoder), has_cfg=True, has_distilled_cfg=True)
    plan = bench.plan({**FORGE, "Hires Module 2": "clip_l"})
    assert of_forge(plan) == {
        FieldName.HIRES_MODULES: (("ae.safetensors", "clip_l.safetensors"), None),
        FieldName.HIRES_CFG: (4.5, None),
        FieldName.HIRES_DISTILLED_CFG: (3.0, None),
    }
    written = "Hires Module 1: ae, Hires Module 2: clip_l, Hires CFG Scale: 4.5, Hires Distilled CFG Scale: 3"
    assert written in plan.infotext
    assert written in plan.copy_text

    part = bench.plan({"Hires Module 1": "ae", "Hires Module 2": "t5xxl"})
    assert of_forge(part) == {FieldName.HIRES_MODULES: (("ae.safetensors",), Problem.NOT_HERE)}
    none = bench.plan({"Hires Module 1": "Built-in"})
    assert of_forge(none) == {FieldName.HIRES_MODULES: ((), None)}
    assert "Hires Module 1: Built-in" in none.infotext
    assert "Hires Module 1: Built-in" in none.copy_text
    assert of_forge(bench.plan({"Hires Module 1": "Use same choices"})) == {}


def test_a_host_without_scales_and_modules_of_the_second_pass_says_so_where_they_differ(bench: Bench) -> None:
    has_second_pass(bench)
    assert of_forge(bench.plan(FORGE)) == dict.fromkeys(FORGE_FIELDS, (None, Problem.NO_FIELD))
    same = {"cfgScale": 7, "Hires CFG Scale": 7, "Distilled CFG Scale": 3, "Hires Distilled CFG Scale": 3}
    assert of_forge(bench.plan({**same, "Hires Module 1": "Built-in"})) == {}


def test_what_is_as_in_the_first_pass_sets_nothing(bench: Bench) -> None:
    has_second_pass(bench)
    same = {"Hires checkpoint": "Use same checkpoint", "Hires sampler": "Use same sampler", "Refiner": "None"}
    plan = bench.plan({**same, "Hires schedule type": "Use same scheduler"})
    assert not set(SECOND_FIELDS) & set(values(plan))
    assert "Hires" not in plan.copy_text


def test_a_host_says_which_of_the_second_pass_it_lacks(bench: Bench) -> None:
    has_second_pass(bench, schedulers=(), has_prompts=False, refiners=(), samplers=(Choice("DPM++ 2M"),))
    meta = {**SECOND_PASS, "Hires checkpoint": "nobody"}
    problems = {each.name: each.problem for each in bench.plan(meta).fields if each.problem}
    assert problems == {
        FieldName.HIRES_CHECKPOINT: Problem.NOT_HERE,
        FieldName.HIRES_SAMPLER: Problem.NOT_HERE,
        FieldName.HIRES_SCHEDULER: Problem.NO_FIELD,
        FieldName.HIRES_PROMPT: Problem.NO_FIELD,
        FieldName.HIRES_NEGATIVE: Problem.NO_FIELD,
        FieldName.REFINER: Problem.NO_FIELD,
    }
    has_second_pass(bench)
    plan = bench.plan(SECOND_PASS, target=Target.IMG2IMG)
    assert {each.name for each in plan.fields if each.problem} == set(values(plan)) & {
        name for name in FieldName if name.value.startswith("hires_")
    }
    assert values(plan)[FieldName.REFINER] == "refine.safetensors"


def test_the_checkpoint_of_the_second_pass_is_not_that_of_the_first(bench: Bench) -> None:
    has_second_pass(bench)
    found = values(bench.plan({**SECOND_PASS, "Model": "refine"}))
    assert (found[FieldName.CHECKPOINT], found[FieldName.HIRES_CHECKPOINT]) == (
        "refine.safetensors",
        "mine [0123456789]",
    )
    assert FieldName.CHECKPOINT not in values(bench.plan(SECOND_PASS))
