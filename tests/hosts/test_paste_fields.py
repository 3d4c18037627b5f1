"""What the fields for Hires fix and refiner can take, as hosts register them with their paste."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from civitdock.domain.sampling import Choice
from civitdock.domain.send import HostFile, SecondPass
from civitdock.host.paste_fields import second_pass

ONE = HostFile("sub/one.safetensors", Path("/m/sub/one.safetensors"), ("0123456789", "one", "sub/one.safetensors"))
TWO = HostFile("two.safetensors", Path("/m/two.safetensors"), ("two", "two.safetensors"))
SAMPLERS, SCHEDULERS = (Choice("Euler"),), (Choice("Karras"),)
MODULES = (HostFile("ae.safetensors", Path("/m/VAE/ae.safetensors")),)


def field(name: str, *choices: object) -> tuple[SimpleNamespace, str]:
    return SimpleNamespace(elem_id=name, choices=list(choices)), name


def taken(*fields: object) -> SecondPass:
    return second_pass({"txt2img": {"fields": list(fields)}}, (ONE, TWO), SAMPLERS, SCHEDULERS, MODULES)


def test_titles_are_those_of_each_list() -> None:
    found = taken(
        field("hr_checkpoint", "Use same checkpoint", "one [0123456789]", "two"),
        field("txt2img_checkpoint", ("", ""), ("sub/one.safetensors", "sub/one.safetensors")),
        field("hr_sampler"),
        field("hr_scheduler"),
        field("hires_prompt"),
    )
    assert [(each.title, each.path) for each in found.checkpoints] == [
        ("one [0123456789]", ONE.path),
        ("two", TWO.path),
    ]
    assert [each.title for each in found.refiners] == ["sub/one.safetensors"]
    assert (found.samplers, found.schedulers, found.has_prompts) == (SAMPLERS, SCHEDULERS, True)


def test_a_host_without_these_fields_takes_nothing() -> None:
    assert taken(field("hr_sampler")) == SecondPass(samplers=SAMPLERS)
    forge = taken(field("hr_vae_te"), field("txt2img_hr_cfg"), field("txt2img_hr_distilled_cfg"))
    assert forge == SecondPass(modules=MODULES, has_cfg=True, has_distilled_cfg=True)
    for registered in (None, {}, {"txt2img": {"fields": None}}, {"img2img": {}}):
        assert second_pass(registered, (ONE,), SAMPLERS, SCHEDULERS, MODULES) == SecondPass()


def test_a_name_that_two_files_share_is_none_of_them() -> None:
    other = HostFile("b/two.safetensors", Path("/m/b/two.safetensors"), ("two", "b/two.safetensors"))
    listed = {"txt2img": {"fields": [field("hr_checkpoint", "two")]}}
    assert second_pass(listed, (TWO, other), (), (), ()).checkpoints == ()
