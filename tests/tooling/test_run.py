"""`run.py` as a person meets it: one clear line when it cannot work, and a start that hands everything over."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from civitdock.cli.work import COMMANDS
from tests.tooling.conftest import REPO

pytestmark = pytest.mark.timeout(90)


def _run(clone: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "run.py", *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)


def _run_after(clone: Path, first: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the clone's run.py in an interpreter that has executed `first`, and with no uv to be found."""
    code = f"import sys, runpy; {first}; sys.argv = ['run.py', *{arguments!r}]; sys.path.insert(0, '.')"
    command = [sys.executable, "-c", f"{code}; runpy.run_path('run.py', run_name='__main__')"]
    variables = {**os.environ, "PATH": str(clone / "no-tools")}
    return subprocess.run(command, cwd=clone, env=variables, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", ["(2, 7, 18)", "(3, 6, 15)", "(3, 9, 18)"])
def test_an_old_python_gets_one_clear_line(clone: Path, version: str) -> None:
    answer = _run_after(clone, f"sys.version_info = {version}", "--demo")
    assert answer.returncode == 2
    assert answer.stdout.startswith("CivitDock needs Python 3.10 or newer; this is Python ")
    assert answer.stdout.count("\n") == 1
    assert answer.stderr == ""


def test_run_py_keeps_to_a_syntax_that_old_pythons_parse() -> None:
    tree = ast.parse((REPO / "run.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Await)
    arguments = [node for node in ast.walk(tree) if isinstance(node, ast.arg)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    futures = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert not [node for node in ast.walk(tree) if isinstance(node, new)]
    assert all(node.annotation is None for node in arguments)
    assert all(node.returns is None for node in functions)
    assert not futures


def test_a_python_without_pip_gets_one_clear_line(clone: Path) -> None:
    answer = _run_after(clone, "sys.modules['ensurepip'] = None", "--demo")
    assert answer.returncode == 1
    assert answer.stderr.startswith("CivitDock needs Python's venv with pip")
    assert answer.stderr.count("\n") == 1
    assert not list((clone / ".venv-civitdock").glob("standalone*/*"))


def test_help_installs_nothing(clone: Path) -> None:
    answer = _run(clone, "--help")
    assert answer.returncode == 0
    flags = "--demo --host --port --data-dir --models-dir --civitai-url --no-browser --auth"
    assert all(flag in answer.stdout for flag in flags.split())
    assert not (clone / ".venv-civitdock").exists()


@pytest.mark.slow
def test_a_command_without_a_page_goes_to_the_package_whole(clone: Path, package: Path) -> None:
    package.write_text("import sys, civitdock; print(sys.argv[1:])\n", encoding="utf-8")
    for command in COMMANDS:
        answer = _run(clone, command, "--help")
        assert answer.returncode == 0, answer.stderr
        assert f"['{command}', '--help']" in answer.stdout


def test_a_malformed_flag_ends_before_anything_is_installed(clone: Path) -> None:
    answer = _run(clone, "--port", "eighty")
    assert answer.returncode == 2
    assert not (clone / ".venv-civitdock").exists()


@pytest.mark.slow
def test_the_package_gets_every_argument_and_its_exit_code_comes_back(clone: Path, package: Path) -> None:
    package.write_text("import sys, civitdock; print(sys.argv[1:], sys.prefix); sys.exit(7)\n", encoding="utf-8")
    answer = _run(clone, "--demo", "--port", "7999", "--no-browser")
    assert answer.returncode == 7, answer.stderr
    assert "['--demo', '--port', '7999', '--no-browser']" in answer.stdout
    assert str(clone / ".venv-civitdock" / "standalone-") in answer.stdout
    assert "Setting up CivitDock's private environment" in answer.stdout
    again = _run(clone)
    assert "Setting up" not in again.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals; on Windows the console sends Ctrl+C to both")
def test_signals_reach_the_package(clone: Path, package: Path) -> None:
    wait = "import signal, sys\nfor number in (signal.SIGTERM, signal.SIGINT):\n"
    wait += "    signal.signal(number, lambda got, _: sys.exit(100 + got))\n"
    package.write_text(wait + "print('ready', flush=True)\nsignal.pause()\n", encoding="utf-8")
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen([sys.executable, "run.py"], cwd=clone, stdout=subprocess.PIPE, text=True) as started:
            assert started.stdout is not None
            assert any(line == "ready\n" for line in started.stdout)
            started.send_signal(number)
            assert started.wait(30) == 100 + number
