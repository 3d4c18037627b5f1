"""What every host must get at its start: tab, routes, options, scripts, and nothing of the host's disturbed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from civitdock.settings import SETTINGS, Kind
from tests.contract.conftest import Starter
from tests.support.webui.process import WebUi
from tests.support.webui.variants import Variant

PROGRAMS, TAB = "/sdapi/v1/civitai/", "/civitdock/api/"


def test_the_start_leaves_no_traceback(host: WebUi) -> None:
    assert host.troubles() == [], host.tail()


def test_the_tab_is_there(host: WebUi) -> None:
    labels = [part["props"].get("label") for part in host.get("config").json()["components"]]
    assert labels.count("CivitAI Browser") == 1
    assert "<civitdock-app" in host.get("config").text


@pytest.mark.parametrize("mount", [PROGRAMS, TAB])
def test_both_mounts_answer_with_the_hosts_name(host: WebUi, variant: Variant, mount: str) -> None:
    answer = host.get(f"{mount}status")
    assert answer.status_code == 200, answer.text
    said = answer.json()["host"]
    assert said["name"] == variant.title
    assert "1.10.1" in said["version"] or said["version"] == "classic"


def test_no_route_stands_twice(host: WebUi) -> None:
    routes = [path for path in host.ask("loaded")["routes"] if path.startswith((PROGRAMS, TAB))]
    assert routes
    assert host.get("openapi.json").status_code == 200
    documented = [path for path in host.get("openapi.json").json()["paths"] if "civit" in path]
    assert documented
    assert all(path.startswith(PROGRAMS) for path in documented)


def test_the_package_comes_from_the_extension_and_the_path_is_the_hosts(host: WebUi, variant: Variant) -> None:
    loaded = host.ask("loaded")
    assert "civitdock.app" in loaded["modules"]
    own = [path for path in loaded["paths"] if path.startswith(str(host.root / "extensions"))]
    assert bool(own) == variant.keeps_paths


def test_the_page_loads_our_module_and_style_from_the_extension(host: WebUi) -> None:
    page = host.get("").text.replace("\\u003c", "<").replace("\\u003e", ">").replace('\\"', '"')
    module = re.search(r'<script type="module" src="([^"]*civitdock\.mjs[^"]*)"', page)
    style = re.search(r'href="([^"]*civitdock/style\.css[^"]*)"', page)
    assert module is not None
    assert style is not None
    for found in (module, style):
        assert not found[1].startswith("/"), "the host's addresses are relative"
        assert host.get(found[1]).status_code == 200


def test_only_one_module_is_offered_to_the_page(host: WebUi) -> None:
    assert len(re.findall(r"file=[^\"'\\]*extensions/civitdock/javascript/", host.get("").text)) == 1


def test_every_setting_is_an_option_of_its_type(host: WebUi) -> None:
    kinds = {Kind.BOOL: "bool", Kind.INT: "int", Kind.FLOAT: "float"}
    for setting in SETTINGS:
        option = host.ask("option", key=setting.key)
        assert option == {
            "type": kinds.get(setting.kind, "str"),
            "section": ["civitdock", "CivitAI"],
            "label": setting.label,
        }


def test_apply_without_a_change_changes_nothing_of_ours(host: WebUi) -> None:
    assert "civitai_" not in host.ask("apply", typed={})


def other_value(key: str) -> object:
    setting = next(each for each in SETTINGS if each.key == key)
    if setting.kind is Kind.CHOICE:
        return next(word for word in setting.choices if word != setting.default)
    if setting.kind is Kind.BOOL:
        return not setting.default
    if setting.kind in (Kind.INT, Kind.FLOAT):
        return int(setting.default) + 1
    return {"civitai_api_url": "https://civitai.red/api/v1"}.get(key, "one.example")


def test_apply_works_for_every_setting(start: Starter, variant: Variant) -> None:
    host = start(variant)
    typed = {setting.key: other_value(setting.key) for setting in SETTINGS if setting.kind is not Kind.SECRET}
    said = host.ask("apply", typed=typed)
    assert all(key in said for key in typed)
    shown = host.get(f"{PROGRAMS}settings").json()
    from_outside = {"civitai_api_url", "civitai_auto_sync"}  # the test's environment decides these
    assert {key: shown[key] for key in typed if key not in from_outside} == {
        key: value for key, value in typed.items() if key not in from_outside
    }


def test_a_change_in_the_tab_is_an_option_of_the_host(start: Starter, any_variant: Variant) -> None:
    host = start(any_variant)
    answer = host.post(f"{PROGRAMS}settings", {"civitai_cache_hours": 7, "civitai_nsfw_level": "Soft"})
    assert answer.status_code == 200, answer.text
    held = host.get("sdapi/v1/options").json()
    assert (held["civitai_cache_hours"], held["civitai_nsfw_level"]) == (7, "Soft")
    assert '"civitai_cache_hours": 7' in (host.root / "config.json").read_text(encoding="utf-8")


def test_values_of_a_wrong_type_in_the_hosts_file_do_not_block_apply(start: Starter, any_variant: Variant) -> None:
    wrong = '{"civitai_cache_hours": "12", "civitai_nsfw_level": "PG", "civitai_auto_sync": 1, "civitai_proxy": null}'

    def prepare(root: Path) -> None:
        (root / "config.json").write_text(wrong, encoding="utf-8")

    host = start(any_variant, prepare=prepare)
    host.ask("apply", typed={"civitai_preview_width": 300})
    held = host.get("sdapi/v1/options").json()
    assert held["civitai_cache_hours"] == 12
    assert held["civitai_nsfw_level"] == "None"
    assert held["civitai_auto_sync"] is True
    assert held["civitai_proxy"] == ""
    assert held["civitai_preview_width"] == 300


def test_our_data_is_not_served_by_the_host(host: WebUi, variant: Variant) -> None:
    ours = sorted(path for path in host.data.rglob("*") if path.is_file())
    assert ours, "the databases lie here"
    plain = host.root / "models" / "plain.txt"
    plain.parent.mkdir(exist_ok=True)
    plain.write_text("x", encoding="utf-8")
    prefixes = [each for each in ("file=", "gradio_api/file=") if host.get(f"{each}{plain}").status_code == 200]
    assert prefixes, "the host does serve files of its data folder"
    for path in ours:
        assert [host.get(f"{each}{path}").status_code for each in prefixes] == [403] * len(prefixes)


def test_an_extension_that_fails_beside_us_changes_nothing(start: Starter, any_variant: Variant) -> None:
    def prepare(root: Path) -> None:
        scripts = root / "extensions" / "a_broken" / "scripts"
        scripts.mkdir(parents=True)
        (scripts / "broken.py").write_text("raise RuntimeError('meant')", encoding="utf-8")

    host = start(any_variant, prepare=prepare)
    assert any("broken.py" in line for line in host.troubles())
    assert host.get(f"{PROGRAMS}status").status_code == 200
