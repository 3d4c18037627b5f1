"""The API key in a host: typed once, stored encrypted, found in clear nowhere, and it works (design section 4)."""

from __future__ import annotations

import json
from pathlib import Path

import gradio
import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.settings import API_KEY
from tests.contract.conftest import Starter
from tests.support.webui.process import WebUi
from tests.support.webui.variants import Variant

KEY = "0123456789abcdef-planted-key"
SEALED = "civitdock:1:"
TEST_KEY = "/sdapi/v1/civitai/settings/test-key"


@pytest.fixture
def known(civitai: DemoCivitai) -> DemoCivitai:
    civitai.keys[KEY] = "ann"
    return civitai


def assert_nowhere(host: WebUi) -> None:
    """Look for the planted key wherever a host shows or keeps its options, and in every file."""
    served = "gradio_api/file=" if gradio.__version__ >= "5" else "file="
    open_places = ["", "config", "internal/sysinfo", "sdapi/v1/options", f"{served}{host.root / 'config.json'}"]
    ours = ["sdapi/v1/civitai/settings", "civitdock/api/settings", "sdapi/v1/civitai/status", "openapi.json"]
    for place in open_places + ours:
        answer = host.get(place)
        assert answer.status_code == 200, place
        assert KEY not in answer.text, place
    for folder in (host.root, host.home):
        for path in folder.rglob("*"):
            assert KEY.encode() not in path.name.encode()
            if path.is_file():
                assert KEY.encode() not in path.read_bytes(), path
    assert not any(KEY in line for line in host.log)


def option(host: WebUi) -> str:
    return str(json.loads((host.root / "config.json").read_text(encoding="utf-8")).get(API_KEY, ""))


def test_a_key_typed_in_the_hosts_settings(start: Starter, variant: Variant, known: DemoCivitai) -> None:
    host = start(variant)
    host.ask("apply", typed={API_KEY: KEY})
    assert option(host).startswith(SEALED)
    answer = host.post(TEST_KEY, {})
    assert answer.json() == {"account": "ann"}, host.tail()
    assert_nowhere(host)
    host.reload()
    assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
    assert_nowhere(host)


def test_a_key_typed_in_the_tab(start: Starter, any_variant: Variant, known: DemoCivitai) -> None:
    host = start(any_variant)
    answer = host.post("civitdock/api/settings", {API_KEY: KEY}, headers={"X-CivitDock": "1"})
    assert answer.status_code == 200, answer.text
    assert KEY not in answer.text
    assert option(host).startswith(SEALED)
    assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
    assert_nowhere(host)


def test_a_key_sent_to_the_hosts_own_options_route(start: Starter, any_variant: Variant, known: DemoCivitai) -> None:
    host = start(any_variant)
    assert host.post("sdapi/v1/options", {API_KEY: KEY}).status_code == 200
    assert option(host).startswith(SEALED)
    assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
    assert_nowhere(host)


def test_a_key_that_lay_in_the_hosts_file_in_clear_is_sealed_at_the_start(
    start: Starter, any_variant: Variant, known: DemoCivitai
) -> None:
    def prepare(root: Path) -> None:
        (root / "config.json").write_text(json.dumps({API_KEY: KEY, "theirs": 1}), encoding="utf-8")

    host = start(any_variant, prepare=prepare)
    assert option(host).startswith(SEALED)
    assert json.loads((host.root / "config.json").read_text(encoding="utf-8"))["theirs"] == 1
    assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
    assert_nowhere(host)


def test_the_key_survives_a_restart_and_can_be_taken_back(
    start: Starter, any_variant: Variant, known: DemoCivitai
) -> None:
    first = start(any_variant)
    first.ask("apply", typed={API_KEY: KEY})
    first.stop()
    again = WebUi(first.root, first.order)
    try:
        assert again.post(TEST_KEY, {}).json() == {"account": "ann"}
        again.ask("apply", typed={API_KEY: ""})
        assert option(again) == ""
        refused = again.post(TEST_KEY, {})
        assert refused.json()["error"]["code"] == "no_api_key"
    finally:
        again.stop()


def test_without_cryptography_the_key_lasts_for_this_run(
    start: Starter, any_variant: Variant, known: DemoCivitai
) -> None:
    host = start(any_variant, HIDDEN_PACKAGES="cryptography")
    (missing,) = host.get("sdapi/v1/civitai/status").json()["missing_packages"]
    assert missing.startswith("cryptography")
    host.ask("apply", typed={API_KEY: KEY})
    assert option(host) == ""
    assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
    assert_nowhere(host)


FOREIGN = """
from modules import script_callbacks, shared

def options():
    section = ("their", "Their extension")
    shared.opts.add_option("civitai_api_key", shared.OptionInfo("", "Their key", section=section))

script_callbacks.on_ui_settings(options)
"""


def foreign(name: str, stored: str | None = None) -> object:
    def prepare(root: Path) -> None:
        scripts = root / "extensions" / name / "scripts"
        scripts.mkdir(parents=True)
        (scripts / "theirs.py").write_text(FOREIGN, encoding="utf-8")
        if stored is not None:
            (root / "config.json").write_text(json.dumps({API_KEY: stored}), encoding="utf-8")

    return prepare


@pytest.mark.parametrize("name", ["a_before_us", "z_after_us"])
class TestAnOptionOfAnotherExtension:
    """Theirs stays theirs, whichever of us is loaded first."""

    def test_is_left_as_it_is_and_copied_encrypted(
        self, start: Starter, any_variant: Variant, known: DemoCivitai, name: str
    ) -> None:
        host = start(any_variant, prepare=foreign(name, KEY))
        assert host.ask("option", key=API_KEY)["label"] == "Their key"
        assert option(host) == KEY
        assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
        copies = [path for path in host.data.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
        assert copies == []

    def test_a_key_typed_with_us_stays_with_us(
        self, start: Starter, any_variant: Variant, known: DemoCivitai, name: str
    ) -> None:
        host = start(any_variant, prepare=foreign(name, "their-own-key"))
        answer = host.post("sdapi/v1/civitai/settings", {API_KEY: KEY})
        assert answer.status_code == 200, answer.text
        assert option(host) == "their-own-key"
        assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
        host.reload()
        assert host.post(TEST_KEY, {}).json() == {"account": "ann"}
        assert option(host) == "their-own-key"
        for path in (*host.data.rglob("*"), *host.home.rglob("*")):
            assert not path.is_file() or KEY.encode() not in path.read_bytes(), path
