"""The same in a real WebUI, where `CIVITDOCK_WEBUI_DIR` names one (design section 13); collected only then.

It is started by its own `launch.py` with a data folder of the test's, so nothing of the user's is touched. Its Python
is `CIVITDOCK_WEBUI_PYTHON`, else the one in its `venv`. Packages that CivitDock lacks there are not installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.settings import API_KEY
from tests.contract.picking import ROUTES, finished, open_file, submit
from tests.support.isolation import isolated_variables
from tests.support.webui.process import Caller, free_port, install_extension

FOLDER = os.environ.get("CIVITDOCK_WEBUI_DIR")
START_SECONDS = 240
pytestmark = pytest.mark.timeout(600)


class RealWebUi(Caller):
    """A real WebUI in a process of its own, all of its output in `log`."""

    def __init__(self, data: Path, api_url: str) -> None:
        self.root = Path(str(FOLDER))
        self.data = data
        self.log: list[str] = []
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/"
        self._ready = threading.Event()
        install_extension(data / "extensions" / "civitdock")
        self._process = subprocess.Popen(
            [str(self._python()), "-u", "launch.py", *self._flags(), "--data-dir", str(data), "--port", str(port)],
            cwd=self.root,
            env=self._environ(data, api_url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(START_SECONDS) or self._process.poll() is not None:
            self.stop()
            raise TimeoutError("the WebUI did not start; it said:\n" + self.tail())

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(30)
        self._reader.join(30)

    def _python(self) -> Path:
        given = os.environ.get("CIVITDOCK_WEBUI_PYTHON")
        inside = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
        return Path(given) if given else self.root / "venv" / inside

    def _flags(self) -> list[str]:
        if (self.root / "modules_forge" / "presets.py").is_file():  # Forge Neo
            own = ["--cpu"]
        elif (self.root / "modules_forge").is_dir():
            own = ["--always-cpu", "--no-download-sd-model"]
        else:
            own = ["--use-cpu", "all", "--no-half", "--no-download-sd-model"]
        skipped = ["--skip-prepare-environment", "--skip-torch-cuda-test", "--skip-python-version-check"]
        return [*skipped, *own, "--api", "--gradio-allowed-path", str(self.root)]

    def _environ(self, data: Path, api_url: str) -> dict[str, str]:
        environ = dict(os.environ)
        for name, value in isolated_variables(data.parent / "home").items():
            if value is None:
                environ.pop(name, None)
            else:
                environ[name] = value
        environ.pop("PYTHONPATH", None)
        return {**environ, "CIVITAI_API_URL": api_url, "CIVITAI_AUTO_SYNC": "0", "CUDA_VISIBLE_DEVICES": ""}

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.log.append(line.rstrip("\n"))
            if line.startswith("Startup time:"):
                self._ready.set()
        self._ready.set()


@pytest.fixture(scope="module")
def webui(tmp_path_factory: pytest.TempPathFactory, demo_of_module: DemoCivitai) -> Iterator[RealWebUi]:
    host = RealWebUi(tmp_path_factory.mktemp("real") / "data", demo_of_module.api_base)
    yield host
    host.stop()


def test_it_starts_with_us_and_without_a_traceback_of_ours(webui: RealWebUi) -> None:
    assert not any("civitdock" in line.lower() for line in webui.log if "File " in line), webui.tail()
    labels = [part["props"].get("label") for part in webui.get("config").json()["components"]]
    assert labels.count("CivitAI Browser") == 1
    for mount in (ROUTES, "civitdock/api/"):
        assert webui.get(f"{mount}status").status_code == 200
    plain = webui.data / "plain.txt"
    plain.write_text("x", encoding="utf-8")
    assert webui.get(f"file={plain}").status_code == 200, "the host does serve files of its data folder"
    ours = [path for path in (webui.data / "civitdock").rglob("*") if path.is_file()]
    assert {webui.get(f"file={path}").status_code for path in ours} == {403}


def test_a_download_arrives_in_its_folder(webui: RealWebUi, civitai: DemoCivitai) -> None:
    job = finished(webui, submit(webui, open_file(civitai, "LORA", "SD 1.5"))["id"])
    assert job["state"] == "done", job
    path = Path(job["target_path"])
    assert path.parent == webui.data / "models" / "Lora"
    sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert sidecar["civitai"]["version_id"] == job["version_id"]
    listed = webui.get("sdapi/v1/loras").json()
    assert path.stem in [lora["name"] for lora in listed], "listed without a refresh by the user"


def test_a_key_is_stored_encrypted(webui: RealWebUi, civitai: DemoCivitai) -> None:
    planted = "planted-0123456789abcdef"
    civitai.keys[planted] = "ann"
    assert webui.post("sdapi/v1/options", {API_KEY: planted}).status_code == 200
    assert webui.post(f"{ROUTES}settings/test-key", {}).json() == {"account": "ann"}
    for place in ("", "config", "internal/sysinfo", "sdapi/v1/options", f"file={webui.data / 'config.json'}"):
        assert planted not in webui.get(place).text, place
    assert "civitdock:1:" in (webui.data / "config.json").read_text(encoding="utf-8")
