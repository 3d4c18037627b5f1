"""Which names models of an archive get where another model has theirs."""

from __future__ import annotations

from civitdock.domain.archive_names import with_free_names
from civitdock.domain.archives import Entry, Plan


def plan_of(*paths: str) -> Plan:
    entries = [Entry(index, path, tuple(path.split("/")), 10) for index, path in enumerate(paths)]
    return Plan(tuple(entries), (), 10 * len(paths))


def paths(planned: Plan) -> list[str]:
    return [entry.path for entry in planned.entries]


TAGS = ["7", "7-9"]


def test_a_free_name_stays() -> None:
    assert paths(with_free_names(plan_of("a.safetensors", "a.txt"), lambda stem: False, TAGS)) == [
        "a.safetensors",
        "a.txt",
    ]


def test_a_taken_name_gets_a_tag_and_takes_along_what_belongs_to_it() -> None:
    before = plan_of("x/Ink.safetensors", "x/ink.preview.png", "x/inky.txt", "ink.json", "x/read.me")
    found = with_free_names(before, {"ink", "ink-7"}.__contains__, TAGS)
    assert paths(found) == ["x/Ink-7-9.safetensors", "x/Ink-7-9.preview.png", "x/inky.txt", "ink.json", "x/read.me"]
    assert [entry.index for entry in found.entries] == [0, 1, 2, 3, 4]


def test_two_of_the_archive_do_not_get_the_same_name() -> None:
    before = plan_of("high/a.safetensors", "low/a.safetensors", "low/a-7.txt", "also/A.pt")
    found = with_free_names(before, lambda stem: False, TAGS)
    assert paths(found) == ["high/a.safetensors", "low/a-7-9.safetensors", "low/a-7.txt", "also/A-7.pt"]


def test_without_a_free_name_it_is_left_out_with_what_belongs_to_it() -> None:
    found = with_free_names(plan_of("a.safetensors", "a.png", "b.safetensors"), lambda stem: stem == "a", [])
    assert paths(found) == ["b.safetensors"]
    assert [each.name for each in found.skipped] == ["a.safetensors", "a.png"]
    assert found.total_bytes == 10
