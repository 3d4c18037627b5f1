"""`install.py` beside a host: brings only what is missing, moves nothing, never stops the start (design section 14)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from civitdock.domain.packages import PACKAGES
from tests.install.installing import MODULES, Bare, bundled_pip

needs_pip = pytest.mark.skipif(bundled_pip() is None, reason="this Python comes without a pip of its own")

#: `install.py` with so much time that a busy machine cannot run out of it.
PATIENT = "import install; install.SECONDS_IN_ALL = 100.0; install.run()"

RECORDING = """
import json, os, sys
with open(os.environ["CALLS"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
names = [part for part in sys.argv if part.endswith("constraints.txt")]
with open(os.environ["CALLS"] + ".constraints", "w") as file:
    file.write(open(names[0]).read())
"""


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    return Bare(tmp_path)


@pytest.fixture
def recording(bare: Bare) -> Path:
    """Stands in for pip and only writes down how it was called."""
    bare.pip = "recording"
    (bare.fakes / "pip").mkdir()
    (bare.fakes / "pip" / "__init__.py").write_text("")
    (bare.fakes / "pip" / "__main__.py").write_text(RECORDING)
    calls = bare.folder / "calls"
    bare.variables["CALLS"] = str(calls)
    return calls


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What was printed; whatever happened, the exit code is 0 and there is no traceback."""
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout.splitlines()


def test_nothing_missing_starts_nothing(bare: Bare, recording: Path) -> None:
    for module in MODULES.values():
        (bare.fakes / f"{module}.py").write_text("")
    assert said(bare.run()) == []
    assert not recording.exists()
    assert not bare.failures.exists()


def test_the_user_can_forbid_it(bare: Bare, recording: Path) -> None:
    bare.variables["COMMANDLINE_ARGS"] = "--api --skip-install"
    assert said(bare.run()) == []
    assert not recording.exists()


def test_how_the_installer_is_called(bare: Bare, recording: Path) -> None:
    bare.distribution("numpy-1.26.4", b"Metadata-Version: 2.1\nName: numpy\nVersion: 1.26.4\n")
    bare.distribution("torch-2.11.0+cpu", b"Metadata-Version: 2.1\nName: torch\nVersion: 2.11.0+cpu\n")
    said(bare.run(PATIENT))
    calls = [json.loads(line) for line in recording.read_text().splitlines()]
    assert [call[-1] for call in calls] == [package.requirement for package in PACKAGES], "one call per package"
    for call in calls:
        assert call[0] == "install"
        assert call[call.index("--only-binary") + 1] == ":all:"
        assert call[call.index("--retries") + 1] == "0"
        assert "--upgrade" not in call
        assert "-U" not in call
    constraints = Path(f"{recording}.constraints").read_text().splitlines()
    assert {"numpy==1.26.4", "torch==2.11.0+cpu"} <= set(constraints)


def test_damaged_packages_of_the_host_spoil_nothing(bare: Bare, recording: Path) -> None:
    bare.distribution("numpy-1.26.4", b"Metadata-Version: 2.1\nName: numpy\nVersion: 1.26.4\n")
    bare.distribution("~umpy-1.26.3", b"Metadata-Version: 2.1\nName: ~umpy\nVersion: 1.26.3\n")
    bare.distribution("nothing-1.0", b"")
    bare.distribution("noversion-1.0", b"Metadata-Version: 2.1\nName: noversion\n")
    bare.distribution("bytes-1.0", b"Metadata-Version: 2.1\nName: bytes\nVersion: 1.0\nAuthor: \xff\xfe\n")
    bare.distribution("strange-1", b"Metadata-Version: 2.1\nName: strange\nVersion: 1.0 (local build)\n")
    (bare.site / "empty-1.0.dist-info").mkdir()
    said(bare.run())
    constraints = Path(f"{recording}.constraints").read_text().splitlines()
    assert "numpy==1.26.4" in constraints
    assert all(line.count("==") == 1 and " " not in line for line in constraints)
    assert not any(line.startswith(("~", "noversion", "None", "strange")) for line in constraints)


@needs_pip
def test_what_is_missing_is_installed(bare: Bare) -> None:
    for package in PACKAGES:
        bare.wheel(package.name)
    lines = said(bare.run(PATIENT))
    assert lines == [f"CivitDock: installed {package.name}." for package in PACKAGES]
    assert {package.name: "99.0" for package in PACKAGES}.items() <= bare.installed().items()
    assert not bare.failures.exists()
    assert said(bare.run()) == [], "and the next start has nothing to do"


@needs_pip
def test_a_package_that_would_move_one_of_the_hosts_is_left_out(bare: Bare) -> None:
    bare.distribution("hostlib-1.0", b"Metadata-Version: 2.1\nName: hostlib\nVersion: 1.0\n")
    bare.wheel("hostlib", "2.0")
    for package in PACKAGES:
        bare.wheel(package.name, requires="hostlib>=2" if package.name == "nh3" else "")
    before = time.time()
    lines = said(bare.run(PATIENT))
    assert [line for line in lines if "installed nh3" in line] == []
    assert any("nh3 could not be installed" in line and "plain text" in line for line in lines)
    there = bare.installed()
    assert there["hostlib"] == "1.0"
    assert "nh3" not in there
    assert {package.name for package in PACKAGES} - there.keys() == {"nh3"}
    remembered = json.loads(bare.failures.read_text())
    assert remembered.keys() == {"nh3"}
    assert before - 1 <= remembered["nh3"] <= time.time()


@needs_pip
def test_a_failure_is_tried_again_after_a_day(bare: Bare) -> None:
    for package in PACKAGES[1:]:
        (bare.fakes / f"{package.module}.py").write_text("")
    assert any("blake3 could not be installed" in line for line in said(bare.run()))
    bare.wheel("blake3")
    assert said(bare.run()) == [], "not so soon"
    assert "blake3" not in bare.installed()
    bare.failures.write_text(json.dumps({"blake3": time.time() - 86_401}))
    assert said(bare.run()) == ["CivitDock: installed blake3."]
    assert not bare.failures.exists()


@needs_pip
def test_nothing_is_built_from_source(bare: Bare) -> None:
    for package in PACKAGES[1:]:
        (bare.fakes / f"{package.module}.py").write_text("")
    source = bare.folder / "blake3-99.0"
    source.mkdir()
    (source / "setup.py").write_text(f"open({str(bare.folder / 'ran')!r}, 'w')")
    (source / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: blake3\nVersion: 99.0\n")
    shutil.make_archive(str(bare.wheels / "blake3-99.0"), "gztar", bare.folder, "blake3-99.0")
    assert any("blake3 could not be installed" in line for line in said(bare.run()))
    assert not (bare.folder / "ran").exists()


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"blake3": "yesterday"}', '{"blake3": 99999999999}'])
def test_a_strange_record_of_failures_counts_as_none(bare: Bare, recording: Path, text: str) -> None:
    bare.failures.write_text(text)
    said(bare.run(PATIENT))
    assert len(recording.read_text().splitlines()) == len(PACKAGES)


def test_an_installer_that_hangs_is_left_after_its_time(bare: Bare, recording: Path) -> None:
    (bare.fakes / "pip" / "__main__.py").write_text("import threading; threading.Event().wait(60)")
    code = "import install; install.SECONDS_IN_ALL, install.LEAST_SECONDS = 1.5, 1.0; install.run()"
    began = time.monotonic()
    lines = said(bare.run(code))
    assert time.monotonic() - began < 20
    assert any("blake3 could not be installed (it took too long)" in line for line in lines)
    assert sum("left for the next start" in line for line in lines) == len(PACKAGES) - 1
    assert json.loads(bare.failures.read_text()).keys() == {"blake3"}, "what was not tried has not failed"


def test_without_any_installer_it_says_so(bare: Bare) -> None:
    bare.pip = "none"
    lines = said(bare.run())
    assert len(lines) == len(PACKAGES)
    assert all("neither pip nor uv" in line for line in lines)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a script with a first line")
def test_uv_does_it_where_pip_is_absent(bare: Bare, recording: Path) -> None:
    shutil.rmtree(bare.fakes / "pip")
    uv = bare.fakes / "uv"
    uv.write_text(f"#!{bare.python}\n{RECORDING}")
    uv.chmod(0o755)
    lines = said(bare.run(PATIENT))
    assert lines == [f"CivitDock: installed {package.name}." for package in PACKAGES]
    calls = [json.loads(line) for line in recording.read_text().splitlines()]
    assert [call[-1] for call in calls] == [package.requirement for package in PACKAGES]
    for call in calls:
        assert call[:2] == ["pip", "install"]
        assert Path(call[call.index("--python") + 1]) == bare.python
        assert call[call.index("--only-binary") + 1] == ":all:"


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on this machine")
def test_the_real_uv_takes_these_arguments(bare: Bare) -> None:
    bare.pip = "none"
    bare.distribution("hostlib-1.0", b"Metadata-Version: 2.1\nName: hostlib\nVersion: 1.0\n")
    bare.wheel("hostlib", "2.0")
    for package in PACKAGES:
        bare.wheel(package.name, requires="hostlib>=2" if package.name == "nh3" else "")
    bare.variables |= {
        "PATH": os.environ["PATH"],
        "UV_OFFLINE": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(bare.wheels),
        "UV_CACHE_DIR": str(bare.folder / "cache"),
        "UV_NO_CONFIG": "1",
    }
    lines = said(bare.run(PATIENT))
    there = bare.installed()
    assert {package.name for package in PACKAGES} - there.keys() == {"nh3"}, lines
    assert there["hostlib"] == "1.0"


def test_an_installer_that_cannot_be_printed_is_no_failure_of_the_start(bare: Bare, recording: Path) -> None:
    (bare.fakes / "pip" / "__main__.py").write_text("import sys; sys.exit('\\u2014 kein Zugriff auf \\u00fc \\u4e2d')")
    bare.variables["PYTHONIOENCODING"] = "ascii"
    assert any("could not be installed" in line for line in said(bare.run()))


def test_half_an_extension_folder_does_not_stop_the_host(bare: Bare) -> None:
    shutil.rmtree(bare.extension / "extension")
    (line,) = said(bare.run())
    assert line.startswith("CivitDock: the check of its packages failed (ModuleNotFoundError")
