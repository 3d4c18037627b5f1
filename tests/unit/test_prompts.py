"""Network tags in prompts, quotes around them, and samplers in a host's own words."""

from __future__ import annotations

import pytest

from civitdock.domain.prompt_tags import Tag, has_word, lora, renamed, tags, unquoted
from civitdock.domain.sampling import Choice, Sampling, split

SAMPLERS = (
    *map(Choice, ("DPM++ 2M", "DPM++ SDE", "Euler a", "Euler", "LCM")),
    Choice("DPM++ 2M SDE", ("k_dpmpp_2m_sde",)),
)
SCHEDULERS = (
    Choice("Automatic", ("automatic",)),
    Choice("Karras", ("karras",)),
    Choice("SGM Uniform", ("sgm_uniform", "SGMUniform")),
    Choice("Uniform", ("uniform",)),
    Choice("Align Your Steps", ("align_your_steps",)),
)
#: A host before schedulers had a list of their own.
JOINED = tuple(map(Choice, ("DPM++ 2M Karras", "DPM++ 2M", "Euler a")))


def test_tags_are_read() -> None:
    prompt = "a <lora:one:0.8>, < lora : two words:te=0.5:unet=1 >, <hypernet:h:1>, <lyco:old>, <lora:odd:x>, a < b > c"
    assert tags(prompt) == (
        Tag("lora", "one", 0.8),
        Tag("lora", "two words", 0.5),
        Tag("hypernet", "h", 1.0),
        Tag("lora", "old", None),
        Tag("lora", "odd", None),
    )


def test_tags_are_renamed_and_keep_their_weights() -> None:
    prompt = "a <lora:One:0.8:1>, <lora:other:1>, <lyco:ONE>, <hypernet:one:1>"
    expected = "a <lora:local one:0.8:1>, <lora:other:1>, <lora:local one:1>, <hypernet:one:1>"
    assert renamed(prompt, {"one": "local one"}) == expected
    assert (lora("x", 1), lora("x", 0.65)) == ("<lora:x:1>", "<lora:x:0.65>")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('"a cat, (dog:1.2)"', "a cat, (dog:1.2)"),
        (r'"a \"big\" cat"', 'a "big" cat'),
        (r'"a \(b\) cat"', r"a \(b\) cat"),
        ("'a cat'", "a cat"),
        ('"a" and "b"', '"a" and "b"'),
        ('"', '"'),
        ("a cat", "a cat"),
    ],
)
def test_quotes_around_the_whole_prompt_go(given: str, expected: str) -> None:
    assert unquoted(given) == expected


@pytest.mark.parametrize(
    ("prompt", "there"),
    [
        ("bad, EasyNegative", True),
        ("(easynegative:1.2)", True),
        ("easynegative", True),
        ("easynegativeV2", False),
        ("not-easynegative", False),
        ("easynegative.v2", False),
    ],
)
def test_a_word_counts_alone(prompt: str, there: bool) -> None:
    assert has_word(prompt, "easynegative") is there


@pytest.mark.parametrize(
    ("sampler", "scheduler", "expected"),
    [
        ("DPM++ 2M Karras", None, Sampling("DPM++ 2M", "Karras")),
        ("DPM++ 2M", "Karras", Sampling("DPM++ 2M", "Karras")),
        ("dpm++ 2m sgm_uniform", None, Sampling("DPM++ 2M", "SGM Uniform")),
        ("DPM++ 2M SGM Uniform", None, Sampling("DPM++ 2M", "SGM Uniform")),
        ("DPM++ 2M Karras", "Uniform", Sampling("DPM++ 2M", "Uniform")),
        ("k_dpmpp_2m_sde karras", None, Sampling("DPM++ 2M SDE", "Karras")),
        ("euler A", None, Sampling("Euler a", None)),
        ("UniPC Karras", None, Sampling(None, None)),
        ("Karras", None, Sampling(None, None)),
        (None, "karras", Sampling(None, "Karras")),
        (None, None, Sampling(None, None)),
    ],
)
def test_sampler_and_scheduler_of_a_host_with_both(
    sampler: str | None, scheduler: str | None, expected: Sampling
) -> None:
    assert split(sampler, scheduler, SAMPLERS, SCHEDULERS) == expected


def test_a_host_without_schedulers_has_them_in_the_names() -> None:
    assert split("DPM++ 2M", "Karras", JOINED, ()) == Sampling("DPM++ 2M Karras", None)
    assert split("DPM++ 2M Karras", None, JOINED, ()) == Sampling("DPM++ 2M Karras", None)
    assert split("Euler a", "Automatic", JOINED, ()) == Sampling("Euler a", None)


def test_a_host_that_lists_the_whole_name_keeps_it() -> None:
    assert split("DPM++ 2M Karras", None, JOINED, SCHEDULERS) == Sampling("DPM++ 2M Karras", None)
