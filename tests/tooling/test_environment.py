"""The private environment: made once, used again, remade when it is stale, half-made or broken."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.environment import READY, Environment, EnvironmentFailed, prepare

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    packages = tmp_path / "packages.txt"
    packages.write_text("# nothing\n", encoding="utf-8")
    return Environment(tmp_path / "envs", "made", (packages,))


def _stamp(environment: Environment) -> Path:
    """A file that only lives as long as this very environment."""
    return environment.folder / "stamp"


def test_a_new_environment_runs_its_own_python(environment: Environment) -> None:
    made = prepare(environment)
    command = [str(made.python), "-c", "import sys; print(sys.prefix)"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert Path(answer.stdout.strip()) == made.folder
    assert (made.folder / READY).read_text(encoding="utf-8") == made.digest()


def test_a_ready_environment_is_used_again(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    _stamp(prepare(environment)).touch()
    capsys.readouterr()
    prepare(environment)
    assert _stamp(environment).exists()
    assert capsys.readouterr().out == ""


def _half_make(environment: Environment) -> None:
    (environment.folder / READY).unlink()


def _change_the_list(environment: Environment) -> None:
    environment.lists[0].write_text("# something else\n", encoding="utf-8")


def _break_the_python(environment: Environment) -> None:
    environment.python.unlink()


@pytest.mark.parametrize("spoil", [_half_make, _change_the_list, _break_the_python])
def test_a_spoilt_environment_is_made_anew(environment: Environment, spoil: object) -> None:
    _stamp(prepare(environment)).touch()
    assert callable(spoil)
    spoil(environment)
    prepare(environment)
    assert not _stamp(environment).exists()
    assert environment.python.exists()


def test_a_failed_install_says_why_and_is_not_ready(environment: Environment) -> None:
    environment.lists[0].write_text("./no-such-package.whl\n", encoding="utf-8")
    with pytest.raises(EnvironmentFailed, match=r"(?s)no-such-package.*did not work.*start again"):
        prepare(environment)
    assert not (environment.folder / READY).exists()
    _change_the_list(environment)
    prepare(environment)
    assert (environment.folder / READY).exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_one_message(environment: Environment) -> None:
    environment.parent.mkdir()
    environment.parent.chmod(0o500)
    with pytest.raises(EnvironmentFailed, match="cannot write its private environment"):
        prepare(environment)


def test_a_file_in_the_way_is_one_message(environment: Environment) -> None:
    environment.parent.write_text("", encoding="utf-8")
    with pytest.raises(EnvironmentFailed, match="cannot write its private environment"):
        prepare(environment)


def test_two_starts_make_it_once(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    starts = [threading.Thread(target=prepare, args=(environment,)) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(60)
    assert capsys.readouterr().out.count("Setting up") == 1
    assert (environment.folder / READY).exists()


@pytest.mark.slow
def test_without_uv_the_standard_venv_and_pip_do_it(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(environment.parent))
    made = prepare(environment)
    command = [str(made.python), "-m", "pip", "--version"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert made.folder.name.endswith("-{}.{}".format(*sys.version_info[:2]))
