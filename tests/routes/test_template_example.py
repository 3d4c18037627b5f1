"""`GET template-example`: the live example of the settings panel."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.support.stage import API, TAB, Stage


def ask(stage: Stage, base: str = TAB, **query: str) -> dict[str, object]:
    answer = stage.get(f"{base}template-example?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_one_template_shows_where_a_sample_lands(stage: Stage) -> None:
    for base in (API, TAB):
        found = ask(stage, base, type="lora", template="{base_model}/{creator|x}")
        root = next(root.path for root in stage.host.roots() if root.type in ("LORA", "Other"))
        assert found == {
            "example": "SDXL 1.0/inkpainter/inkAndWater_v2.safetensors",
            "folder": (root / "SDXL 1.0" / "inkpainter").as_posix(),
            "error": None,
            "examples": [],
            "errors": [],
        }


def test_a_wrong_template_says_why(stage: Stage) -> None:
    found = ask(stage, template="{nope}/x")
    assert found["example"] is None
    assert found["folder"] is None
    assert "{nope}" in str(found["error"])


def test_the_whole_setting_is_shown_by_line(stage: Stage) -> None:
    found = ask(stage, templates="* = {year}/{month}\nlora =\nLorra = x\nLORA = {")
    assert found["examples"] == [
        {"type": "*", "template": "{year}/{month}", "example": "2026/11/inkAndWater_v2.safetensors"},
        {"type": "LORA", "template": "", "example": "inkAndWater_v2.safetensors"},
    ]
    errors = found["errors"]
    assert isinstance(errors, list)
    assert [each["line"] for each in errors] == [3, 4]
    assert "Lorra" in errors[0]["reason"]


def test_no_template_leads_out_of_the_folder(stage: Stage) -> None:
    found = ask(stage, template="../../{creator}/..\\C:/x")
    assert found["example"] == "inkpainter/C_/x/inkAndWater_v2.safetensors"


def test_unknown_types_and_endless_texts_are_refused(stage: Stage) -> None:
    assert stage.error(stage.get(API + "template-example?type=Lorra")) == (422, "invalid_request")
    assert stage.error(stage.get(API + "template-example?template=" + "x" * 4001)) == (422, "invalid_request")
