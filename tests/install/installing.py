"""A bare Python environment in which `install.py` runs as a host would run it, with wheels made by hand."""

from __future__ import annotations

import ensurepip
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from civitdock.domain.packages import PACKAGES
from tests.support.webui.process import install_extension

MODULES = {package.name: package.module for package in PACKAGES}


@dataclass
class Bare:
    """An environment without anything; `pip` is the one that comes with Python, run from its own wheel."""

    folder: Path
    pip: str = "bundled"
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        make = [sys.executable, "-m", "venv", "--without-pip", str(self.folder / "env")]
        subprocess.run(make, check=True, timeout=60, capture_output=True)
        self.wheels.mkdir()
        self.fakes.mkdir()
        install_extension(self.extension)

    @property
    def python(self) -> Path:
        return self.folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def wheels(self) -> Path:
        return self.folder / "wheels"

    @property
    def fakes(self) -> Path:
        return self.folder / "fakes"

    @property
    def extension(self) -> Path:
        return self.folder / "extensions" / "civitdock"

    @property
    def failures(self) -> Path:
        return self.extension / ".civitdock-install.json"

    @property
    def site(self) -> Path:
        code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
        done = subprocess.run([str(self.python), "-c", code], check=True, timeout=60, capture_output=True, text=True)
        return Path(done.stdout.strip())

    def wheel(self, name: str, version: str = "99.0", requires: str = "") -> None:
        """Put a wheel into the folder that serves as the index."""
        stem, module = f"{name.replace('-', '_')}-{version}", MODULES.get(name, name)
        info = f"{stem}.dist-info"
        meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        files = {
            f"{module}.py": f"version = {version!r}\n",
            f"{info}/METADATA": meta + (f"Requires-Dist: {requires}\n" if requires else ""),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        with zipfile.ZipFile(self.wheels / f"{stem}-py3-none-any.whl", "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
            archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"]))

    def distribution(self, name: str, metadata: bytes) -> None:
        """An installed package of the host, with whatever its metadata file holds."""
        info = self.site / f"{name}.dist-info"
        info.mkdir()
        (info / "METADATA").write_bytes(metadata)

    def run(self, code: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `install.py`, or a piece of code that imports it, in a process as the host does."""
        paths = [str(self.fakes), str(self.extension)] if code else [str(self.fakes)]
        if self.pip == "bundled":
            paths.append(str(bundled_pip()))
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))},
            "PYTHONPATH": os.pathsep.join(paths),
            "PATH": str(self.fakes),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            **self.variables,
        }
        environ.pop("VIRTUAL_ENV", None)
        arguments = ["-c", code] if code else [str(self.extension / "install.py")]
        command = [str(self.python), *arguments]
        return subprocess.run(
            command, check=False, env=environ, cwd=self.folder, timeout=110, capture_output=True, text=True
        )

    def installed(self) -> dict[str, str]:
        """Names and versions in the environment."""
        code = (
            "import importlib.metadata as m, json;"
            "print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
        )
        command = [str(self.python), "-I", "-c", code]
        done = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
        found: dict[str, str] = json.loads(done.stdout)
        return found


def bundled_pip() -> Path | None:
    """The wheel of pip inside Python; some distributions leave it out."""
    folder = Path(ensurepip.__file__).parent / "_bundled"
    return next(iter(sorted(folder.glob("pip-*.whl"))), None)
