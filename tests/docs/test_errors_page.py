"""docs/errors.md lists exactly the errors of the code, with status, message and hint."""

from __future__ import annotations

import json
import re
from pathlib import Path

from civitdock.errors import CivitDockError, NotFound, all_errors

PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"


def rows() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| `")]


def test_every_error_is_listed_as_the_code_has_it_and_no_other() -> None:
    expected = [
        [f"`{error.code}`", str(error.status), "yes" if error.transient else "no", error.message, error.hint]
        for error in all_errors()
    ]
    assert [row[:5] for row in rows()] == expected


def test_every_error_says_more_than_its_hint() -> None:
    for row in rows():
        assert len(row) == 6
        assert len(row[5]) > 10
        assert row[5] != row[4]


def test_codes_are_unique_and_the_tree_is_flat() -> None:
    kinds = list(all_errors())
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert not [kind for kind in kinds if kind is not CivitDockError and kind.__subclasses__()]


def test_the_example_is_what_a_route_answers() -> None:
    (example,) = re.findall(r"```json\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert json.loads(example) == {"error": NotFound().as_dict()}
