"""What the standalone program says when it cannot start, and what it says only once."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from civitdock.adapters.files.atomic import write_atomic
from civitdock.host.page import check_start
from civitdock.host.standalone import Options, StandaloneHost
from tests.support.webui.process import CHECKOUT

pytestmark = pytest.mark.timeout(90)


def options(folder: Path, port: int = 0) -> Options:
    return Options("127.0.0.1", port, folder / "data", folder / "models")


def test_a_taken_port_is_named_with_the_flag_that_helps(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=rf"port {port} .*--port"):
            check_start(options(tmp_path, port))


def test_a_file_in_place_of_a_folder_is_named_with_its_flag(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("not a folder", encoding="utf-8")
    with pytest.raises(OSError, match=r"models .*--models-dir"):
        check_start(options(tmp_path))


def test_a_good_start_leaves_nothing_behind(tmp_path: Path) -> None:
    check_start(options(tmp_path))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data", "models"]


def test_the_program_ends_with_one_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "civitdock", "--no-browser", "--data-dir", str(tmp_path / "data")],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "extension")},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1].startswith("CivitDock cannot start: the folder ")
    assert "Traceback" not in ended.stderr


def test_a_broken_settings_file_is_told_once_and_again_when_it_changed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    host = StandaloneHost(options(tmp_path), write_atomic)
    path = host.data_dir() / "settings.json"
    path.write_text("{broken", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            assert host.stored_settings() == {}
        assert len(caplog.records) == 1
        os.utime(path, ns=(1, 1))
        host.stored_settings()
        assert len(caplog.records) == 2
