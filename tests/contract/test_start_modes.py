"""Other ways to start a host: without a page, with its data elsewhere, below a prefix."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import requests

from civitdock.demo.server import DemoCivitai
from tests.contract.conftest import Starter
from tests.contract.picking import finished, open_file, submit
from tests.support.webui.proxy import PrefixProxy
from tests.support.webui.variants import Variant


def test_without_a_page_only_programs_are_served(start: Starter, variant: Variant, civitai: DemoCivitai) -> None:
    host = start(variant, "--nowebui")
    assert host.troubles() == [], host.tail()
    assert host.get("sdapi/v1/civitai/status").json()["host"]["name"] == variant.title
    assert host.get("civitdock/api/status").status_code == 404
    answer = host.post("sdapi/v1/civitai/settings", {"civitai_cache_hours": 5})
    assert answer.status_code == 200, answer.text
    assert finished(host, submit(host, open_file(civitai, "LORA"))["id"])["state"] == "done"


def test_without_a_page_the_api_credentials_count(start: Starter, any_variant: Variant) -> None:
    host = start(any_variant, "--nowebui", "--api-auth", "bot:pw2")
    assert host.get("sdapi/v1/civitai/status").status_code == 401
    assert host.get("sdapi/v1/civitai/status", auth=("bot", "pw2")).status_code == 200


def test_data_elsewhere(start: Starter, any_variant: Variant, tmp_path: Path) -> None:
    elsewhere = tmp_path / "data of ann"

    def prepare(root: Path) -> None:
        elsewhere.mkdir()
        (root / "extensions").rename(elsewhere / "extensions")

    host = start(any_variant, "--api", "--data-dir", str(elsewhere), prepare=prepare)
    assert host.troubles() == []
    roots = {root["type"]: root["path"] for root in host.get("sdapi/v1/civitai/status").json()["roots"]}
    assert roots["LORA"] == str(elsewhere / "models" / "Lora")
    assert (elsewhere / "civitdock").is_dir()
    assert not host.data.exists()
    assert str(elsewhere / "civitdock") in host.ask("page")["blocked"]


def test_the_page_names_the_localisation_of_the_host(start: Starter, any_variant: Variant) -> None:
    def prepare(root: Path) -> None:
        (root / "config.json").write_text(json.dumps({"localization": 'de_DE "x'}), encoding="utf-8")

    host = start(any_variant, "--api", prepare=prepare)
    page = html.unescape(host.get("").text.replace("\\u0026", "&"))
    assert re.search(r'data-localization=\\*"de_DE ', page)
    assert host.troubles() == []


def test_below_a_prefix(start: Starter, variant: Variant) -> None:
    host = start(variant, "--api", "--subpath", "sd")
    with PrefixProxy("sd", host.url) as proxy, requests.Session() as session:
        session.trust_env = False
        page = session.get(f"{proxy.url}/", timeout=30)
        assert page.status_code == 200
        found = re.search(r'src=\\?"([^"\\]*civitdock\.mjs[^"\\]*)', page.text)
        assert found is not None
        assert session.get(f"{proxy.url}/{found[1]}", timeout=30).status_code == 200
        assert session.get(f"{proxy.url}/civitdock/api/status", timeout=30).status_code == 200
        assert session.get(f"{proxy.url}/sdapi/v1/civitai/status", timeout=30).status_code == 200


def test_the_encryption_key_is_kept_from_the_host_too(start: Starter, any_variant: Variant, tmp_path: Path) -> None:
    """A portable installation can have the user's config folder where the host serves files."""
    config = tmp_path / "portable-config"
    host = start(any_variant, XDG_CONFIG_HOME=str(config), APPDATA=str(config))
    host.ask("apply", typed={"civitai_api_key": "some-key-of-mine"})
    blocked = host.ask("page")["blocked"]
    secrets = list(config.rglob("secret.key")) or list(host.home.rglob("secret.key"))
    assert len(secrets) == 1
    assert str(secrets[0].parent) in blocked
