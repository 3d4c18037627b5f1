"""`docs/demo.md` names every trap and every fault, and its example runs."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from civitdock.demo import faults
from civitdock.demo.catalogue import Catalogue

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "demo.md").read_text(encoding="utf-8")


def test_every_trap_is_listed_and_no_other() -> None:
    listed = set(re.findall(r"`([a-z0-9-]+)`", PAGE.partition("## Traps")[2]))
    assert listed == set(Catalogue().traps)


def test_every_fault_is_listed_with_its_parameters() -> None:
    section = PAGE.partition("## Scripting faults")[2].partition("## Traps")[0]
    listed = dict(re.findall(r"`(\w+)\(([^)`]*)\)`", section))
    made = {
        name: inspect.signature(function).parameters
        for name, function in vars(faults).items()
        if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == faults.__name__
    }
    assert made.keys() <= listed.keys()
    for name, parameters in made.items():
        assert set(re.findall(r"\w+", listed[name])) <= set(parameters), name


def test_the_example_runs() -> None:
    found = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert found
    for example in found:
        exec(compile(example, "docs/demo.md", "exec"), {})
