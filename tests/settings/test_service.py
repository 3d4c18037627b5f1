"""Changing settings through our routes: checked, durable, and nothing secret shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import certifi
import pytest

from civitdock.adapters.files.atomic import write_atomic
from civitdock.adapters.keys import EncryptedVault
from civitdock.domain.exposure import Exposure
from civitdock.errors import InvalidRequest, LockedByHost, NoApiKey
from civitdock.host.standalone import Options, StandaloneHost
from civitdock.services.settings import SettingsService
from civitdock.settings import API_KEY

KEY = "0123456789abcdef0123456789abcdef"


class HiddenFolders(StandaloneHost):
    """A host that was started with hidden folder settings."""

    def fields(self) -> None:
        return None

    def exposure(self) -> Exposure:
        return Exposure(folders_locked=True)


def host(folder: Path, kind: type[StandaloneHost] = StandaloneHost) -> StandaloneHost:
    return kind(Options("127.0.0.1", 0, folder / "data", folder / "models"), write_atomic)


def service(home: StandaloneHost, environ: Mapping[str, str] | None = None) -> SettingsService:
    folder = home.options.data_dir.parent
    vault = EncryptedVault(lambda: str(home.stored_settings().get(API_KEY) or ""), environ or {}, folder / "key")
    return SettingsService(home, vault, environ or {}, lambda key: f"account of {key}")


def test_a_change_is_there_for_the_next_process(tmp_path: Path) -> None:
    service(host(tmp_path)).change({"civitai_cache_hours": "3", "civitai_nsfw_level": "Soft"})
    shown = service(host(tmp_path)).view()
    assert (shown["civitai_cache_hours"], shown["civitai_nsfw_level"]) == (3, "Soft")


def test_without_a_webui_nothing_is_offered_that_only_one_makes_useful(tmp_path: Path) -> None:
    class Forge(StandaloneHost):
        name = "Forge"

    alone, inside = (
        {row["key"] for row in service(host(tmp_path, kind)).descriptors()} for kind in (StandaloneHost, Forge)
    )
    assert inside - alone == {
        "civitai_card_buttons",
        "civitai_card_blur",
        "civitai_generating_limit",
        "civitai_pause_while_generating",
    }
    assert alone < inside


def test_one_bad_value_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest):
        service(host(tmp_path)).change({"civitai_cache_hours": 3, "civitai_nsfw_level": "all"})
    assert service(host(tmp_path)).view()["civitai_cache_hours"] == 24


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="civitai_nothing"):
        service(host(tmp_path)).change({"civitai_nothing": 1})


def test_the_key_is_sealed_tested_and_never_shown(tmp_path: Path) -> None:
    one = service(host(tmp_path))
    one.change({API_KEY: KEY})
    assert one.view()[API_KEY] == {"set": True}
    assert one.test_key() == f"account of {KEY}"
    assert KEY not in str(one.view()) + str(one.descriptors())
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


def test_without_a_key_there_is_nothing_to_test(tmp_path: Path) -> None:
    with pytest.raises(NoApiKey):
        service(host(tmp_path)).test_key()


@pytest.mark.parametrize("address", ["https://evil.example/api/v1", "http://civitai.com/api/v1", "file:///etc", ""])
def test_the_api_address_must_be_civitai_or_this_machine(tmp_path: Path, address: str) -> None:
    with pytest.raises(InvalidRequest):
        service(host(tmp_path)).change({"civitai_api_url": address})


@pytest.mark.parametrize(
    ("proxy", "fits"),
    [
        ("http://127.0.0.1:8080", True),
        ("socks5h://proxy.lan:1080", True),
        ("proxy.lan:3128", True),
        ("http://[::1]:8080", True),
        ("", True),
        ("nonsense", False),
        ("ftp://proxy.lan:21", False),
        ("http://", False),
        ("http://proxy lan:1", False),
        ("http://proxy:99999", False),
    ],
)
def test_a_proxy_must_be_an_address(tmp_path: Path, proxy: str, fits: bool) -> None:
    one = service(host(tmp_path))
    if fits:
        one.change({"civitai_proxy": proxy})
        return
    with pytest.raises(InvalidRequest, match="such as http"):
        one.change({"civitai_proxy": proxy})


def test_a_certificate_file_must_be_one(tmp_path: Path) -> None:
    words = tmp_path / "words.pem"
    words.write_text("no certificates", encoding="utf-8")
    one = service(host(tmp_path))
    for path, trouble in (
        (tmp_path / "none.pem", "no such file"),
        (words, "no certificates"),
        (tmp_path, "no such file"),
    ):
        with pytest.raises(InvalidRequest, match=trouble):
            one.change({"civitai_ca_file": str(path)})
    one.change({"civitai_ca_file": certifi.where()})
    one.change({"civitai_ca_file": ""})


def test_a_proxy_with_a_password_is_neither_stored_nor_shown(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="environment"):
        service(host(tmp_path)).change({"civitai_proxy": "http://ann:secret@proxy:8080"})
    shown = service(host(tmp_path), {"CIVITAI_PROXY": "http://ann:secret@proxy:8080"})
    assert shown.current().text("civitai_proxy") == "http://ann:secret@proxy:8080"
    assert "secret" not in str(shown.view())


def test_a_password_typed_into_the_hosts_own_page_is_not_used_and_the_user_is_told(tmp_path: Path) -> None:
    home = host(tmp_path)
    home.store_settings({"civitai_proxy": "http://ann:secret@proxy:8080"})
    one = service(home)
    assert one.current().text("civitai_proxy") == ""
    (row,) = [each for each in one.descriptors() if each["key"] == "civitai_proxy"]
    assert "not used" in str(row["note"])


def test_what_the_environment_decides_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="CIVITAI_CACHE_HOURS"):
        service(host(tmp_path), {"CIVITAI_CACHE_HOURS": "1"}).change({"civitai_cache_hours": 5})


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("civitai_folder_templates", "LORA = {creator}\nVAE = {nope}", r"line 2: \{nope\}"),
        ("civitai_folder_templates", "LORA = {creator.__class__}", "line 1: .*__class__"),
        ("civitai_folder_templates", "LORA {creator}", "line 1"),
        ("civitai_folder_templates", "Lorra = {creator}", "Lorra"),
        ("civitai_folder_templates", "LORA = {creator", "line 1: .*brace"),
        ("civitai_download_hosts", "files.example.org, *", r"'\*'"),
        ("civitai_download_hosts", "*.example.org", "example"),
        ("civitai_download_hosts", "http://x", "http://x"),
        ("civitai_download_hosts", "169.254.169.254", "169.254.169.254"),
        ("civitai_download_hosts", "0xa9fea9fe", "0xa9fea9fe"),
        ("civitai_download_hosts", "2852039166", "2852039166"),
        ("civitai_download_hosts", "[fd00::1]", "fd00"),
        ("civitai_download_hosts", "localhost", "localhost"),
        ("civitai_download_hosts", "a.example:443", "443"),
        ("civitai_download_hosts", "a.example b.example", "a.example b.example"),
        ("civitai_allowed_hosts", "*", r"'\*'"),
        ("civitai_allowed_hosts", "http://x", "http://x"),
        ("civitai_allowed_hosts", "x/y", "x/y"),
    ],
)
def test_bad_lines_and_host_names_are_refused_by_name(tmp_path: Path, key: str, value: str, named: str) -> None:
    one = service(host(tmp_path))
    with pytest.raises(InvalidRequest, match=f"{key}: .*{named}"):
        one.change({key: value})
    assert one.view()[key] == ""


def test_good_templates_and_host_names_are_kept(tmp_path: Path) -> None:
    good = {
        "civitai_folder_templates": "# mine\nLORA = {base_model}/{creator}\nvae = all",
        "civitai_download_hosts": "files.example.org; B.example.net",
        "civitai_allowed_hosts": "my.host, nas, 192.168.1.4, [fd00::1]",
    }
    one = service(host(tmp_path))
    one.change(good)
    assert {key: one.view()[key] for key in good} == good


def test_a_bad_line_typed_into_the_hosts_own_page_is_told(tmp_path: Path) -> None:
    home = host(tmp_path)
    home.store_settings({"civitai_folder_templates": "LORA = {nope}"})
    (row,) = [each for each in service(home).descriptors() if each["key"] == "civitai_folder_templates"]
    assert "{nope}" in str(row["note"])


def test_hidden_folder_settings_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(LockedByHost):
        service(host(tmp_path, HiddenFolders)).change({"civitai_folder_templates": "LORA = {creator}"})


def test_an_unreadable_settings_file_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    home = host(tmp_path)
    path = home.data_dir() / "settings.json"
    path.write_text("[1, 2", encoding="utf-8")
    service(home).change({"civitai_cache_hours": 2})
    assert service(host(tmp_path)).view()["civitai_cache_hours"] == 2
    assert (home.data_dir() / "settings.json.unreadable").read_text(encoding="utf-8") == "[1, 2"
