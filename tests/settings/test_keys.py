"""The API key at rest."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from civitdock.adapters.keys import PREFIX, EncryptedVault, config_dir

KEY = "0123456789abcdef0123456789abcdef"


class Held:
    """What the settings hold."""

    def __init__(self) -> None:
        self.text = ""

    def __call__(self) -> str:
        return self.text


def vault(held: Held, folder: Path, environ: dict[str, str] | None = None) -> EncryptedVault:
    return EncryptedVault(held, environ or {}, folder / "config" / "secret.key")


def test_a_typed_key_is_stored_as_ciphertext_and_comes_back(tmp_path: Path) -> None:
    held = Held()
    held.text = vault(held, tmp_path).seal(f"  {KEY}\n")
    assert held.text.startswith(PREFIX)
    assert KEY not in held.text
    assert vault(held, tmp_path).key() == KEY


def test_the_clear_key_is_in_no_file(tmp_path: Path) -> None:
    held = Held()
    held.text = vault(held, tmp_path).seal(KEY)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


def test_a_sealed_text_is_left_alone(tmp_path: Path) -> None:
    held = Held()
    held.text = vault(held, tmp_path).seal(KEY)
    assert vault(held, tmp_path).seal(held.text) == held.text


def test_a_ciphertext_of_another_machine_counts_as_no_key_with_a_hint(tmp_path: Path) -> None:
    held = Held()
    held.text = vault(held, tmp_path / "one").seal(KEY)
    other = vault(held, tmp_path / "two")
    assert other.key() is None
    assert "cannot be read here" in str(other.hint())


def test_a_clear_text_in_the_settings_is_never_used_as_a_key(tmp_path: Path) -> None:
    held = Held()
    held.text = KEY
    assert vault(held, tmp_path).key() is None


def test_the_environment_wins(tmp_path: Path) -> None:
    held = Held()
    held.text = vault(held, tmp_path).seal(KEY)
    with_environment = vault(held, tmp_path, {"CIVITAI_API_KEY": "from-the-environment"})
    assert with_environment.key() == "from-the-environment"
    assert "CIVITAI_API_KEY" in str(with_environment.hint())


def test_removing_the_key_removes_it(tmp_path: Path) -> None:
    held = Held()
    one = vault(held, tmp_path)
    held.text = one.seal(KEY)
    held.text = one.seal("")
    assert one.key() is None
    assert one.hint() is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes; the folder is the user's own")
def test_the_key_file_is_the_users_alone(tmp_path: Path) -> None:
    one = vault(Held(), tmp_path)
    one.seal(KEY)
    assert stat.S_IMODE(os.stat(one.key_file).st_mode) == 0o600


def test_without_a_writable_config_folder_the_key_lasts_for_this_run_only(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    held = Held()
    one = vault(held, tmp_path)
    held.text = one.seal(KEY)
    assert held.text == ""
    assert one.key() == KEY
    assert "this run only" in str(one.hint())


@pytest.mark.timeout(30)
def test_of_processes_that_make_the_key_file_at_once_all_use_the_same(tmp_path: Path) -> None:
    vaults = [vault(Held(), tmp_path) for _ in range(8)]
    start = threading.Barrier(len(vaults))
    sealed: list[str] = []

    def work(each: EncryptedVault) -> None:
        start.wait()
        sealed.append(each.seal(KEY))

    threads = [threading.Thread(target=work, args=(each,)) for each in vaults]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text in sealed:
        held = Held()
        held.text = text
        assert vault(held, tmp_path).key() == KEY
    assert [path.name for path in (tmp_path / "config").iterdir()] == ["secret.key"]


def test_the_config_folder_follows_the_platform(tmp_path: Path) -> None:
    folder = config_dir({"XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path)}, tmp_path)
    assert folder.name.lower() == "civitdock"
