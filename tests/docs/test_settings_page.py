"""docs/settings.md lists exactly the settings of the code, with their defaults, choices and help."""

from __future__ import annotations

import re
from pathlib import Path

from civitdock.settings import SETTINGS, Guard

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def rows() -> dict[str, list[str]]:
    text = PAGE.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `civitai_")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("| `"): row for row in cells}


def test_the_page_lists_every_setting_and_no_other_in_the_order_of_the_code() -> None:
    assert list(rows()) == [setting.key for setting in SETTINGS]


def test_defaults_choices_and_help_are_those_of_the_code() -> None:
    for key, row in rows().items():
        setting = next(each for each in SETTINGS if each.key == key)
        default = str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default)
        assert row[1] == (f"`{default}`" if default else "empty")
        assert row[3].rstrip(" |").replace("\\|", "|") == setting.help
        for choice in setting.choices:
            assert f"`{choice}`" in row[2]


def test_the_page_names_every_setting_that_a_locked_host_refuses() -> None:
    sentence = PAGE.read_text(encoding="utf-8").rsplit("**On a WebUI that others can reach**", 1)[1]
    assert set(re.findall(r"`(civitai_\w+)`", sentence)) == {
        setting.key for setting in SETTINGS if setting.guard is Guard.LOCKABLE
    }
