"""Imports run one way, nothing works at import time, files stay small.

The rules stand in `tests/support/architecture.py`. The second half proves on made-up sources that each rule
can fail: a checker that finds nothing would pass every tree.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.architecture import (
    LAYERS,
    MAX_ENTRY_LINES,
    PACKAGE,
    check_source,
    check_tree,
    long_files,
)

REPO = Path(__file__).resolve().parent.parent
PACKAGE_DIR = REPO / "extension" / PACKAGE


def _report(findings: list[object]) -> str:
    return "\n".join(map(str, findings))


def test_the_package_keeps_the_rules() -> None:
    findings = check_tree(PACKAGE_DIR)
    assert not findings, _report([*findings])


def test_every_module_was_read() -> None:
    layers = {p.relative_to(PACKAGE_DIR).parts[0].removesuffix(".py") for p in PACKAGE_DIR.rglob("*.py")}
    assert {"errors", "settings", "domain", "ports"} <= layers <= set(LAYERS)


def test_files_stay_small() -> None:
    folders = ["extension", "scripts", "javascript", "tests", "tools", "benchmarks", "docs"]
    files = [p for folder in folders for ext in ("py", "mjs") for p in (REPO / folder).rglob(f"*.{ext}")]
    findings = long_files([*files, *REPO.glob("*.py")])
    assert not findings, _report([*findings])


def test_the_entry_script_only_registers() -> None:
    findings = long_files(sorted((REPO / "scripts").glob("*.py")), MAX_ENTRY_LINES)
    assert not findings, _report([*findings])


GOOD = [
    ("errors.py", "from enum import Enum\n"),
    ("settings/table.py", "from civitdock.errors import CivitDockError\n"),
    ("domain/names.py", "import re\nfrom civitdock.errors import X\nPATTERN = re.compile('a')\n"),
    ("ports.py", "from civitdock.domain.files import File\n"),
    ("services/search.py", "from civitdock.ports import Host\nfrom civitdock.services.x import y\n"),
    ("adapters/civitai/client.py", "import requests\nfrom civitdock.compat.pydantic import Model\n"),
    ("compat/pydantic.py", "def before():\n    from pydantic import field_validator\n"),
    ("web/routes.py", "import fastapi\nfrom civitdock.services.search import Search\n"),
    ("ui/mount.py", "import gradio as gr\n"),
    ("host/webui.py", "def roots():\n    from modules import shared\n"),
    ("adapters/keys.py", "def f():\n    from cryptography.fernet import Fernet\n"),
    ("host/webui.py", "def f():\n    import modules_forge.config\n"),
    ("demo/server.py", "import http.server\nfrom civitdock.domain.hashes import sha256\n"),
    ("app.py", "def build():\n    from civitdock.adapters.sqlite.store import Store\n"),
    ("__main__.py", "from civitdock import app\nif __name__ == '__main__':\n    print(app)\n"),
    ("domain/x.py", "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: int = 1\n"),
    ("adapters/files.py", "import os\ndef f() -> None:\n    os.replace('a', 'b')\n"),
    ("adapters/files.py", "import os\nROOT = os.path.join('a', 'b')\n"),
]

BAD = [
    ("errors.py", "from civitdock.settings import SETTINGS\n", "errors must not import settings"),
    ("settings/table.py", "import civitdock.domain.names\n", "settings must not import domain"),
    ("domain/names.py", "from civitdock import ports\n", "domain must not import ports"),
    ("domain/names.py", "import pathvalidate\n", "standard library only"),
    ("domain/names.py", "import os\n", "domain is pure"),
    ("domain/names.py", "from urllib import request\n", "domain is pure"),
    ("domain/names.py", "import time\n", "domain is pure"),
    ("ports.py", "from civitdock.services.search import Search\n", "ports must not import services"),
    ("services/a.py", "from civitdock.adapters.hashing import sha\n", "services must not import adapters"),
    ("services/a.py", "import requests\n", "requests belongs to adapters"),
    ("services/a.py", "import pydantic\n", "standard library only"),
    ("adapters/a.py", "from civitdock.services.search import Search\n", "adapters must not import services"),
    ("compat/a.py", "from civitdock.errors import X\n", "compat must not import errors"),
    ("web/a.py", "from civitdock.adapters.sqlite import store\n", "web must not import adapters"),
    ("web/a.py", "import gradio\n", "gradio belongs to"),
    ("web/a.py", "import httpx\n", "httpx belongs to adapters"),
    ("web/a.py", "from modules import shared\n", "belong to host/webui.py alone"),
    ("ui/a.py", "from civitdock.adapters import images\n", "ui must not import adapters"),
    ("cli/a.py", "from civitdock.app import build\n", "cli must not import app"),
    ("host/standalone.py", "from modules import shared\n", "belong to host/webui.py alone"),
    ("host/webui.py", "import civitdock.app\n", "host must not import app"),
    ("host/webui.py", "def f():\n    from civitdock.ports import Host\n", "inside a function"),
    ("demo/a.py", "from civitdock.services.search import Search\n", "demo must not import services"),
    ("demo/a.py", "import requests\n", "requests belongs to adapters"),
    ("app.py", "import gradio\n", "gradio belongs to"),
    ("services/a.py", "def f():\n    from civitdock.ports import Host\n", "inside a function"),
    ("adapters/a.py", "def f():\n    from civitdock.ports import Host\n", "inside a function"),
    ("adapters/a.py", "def f():\n    import json\n", "inside a function"),
    ("web/a.py", "def f():\n    import fastapi\n", "inside a function"),
    ("services/a.py", "class A:\n    def f(self):\n        import json\n", "inside a function"),
    ("services/a.py", "if True:\n    from civitdock.web import routes\n", "services must not import web"),
    ("services/a.py", "from .other import x\n", "relative import"),
    ("helpers/a.py", "", "unknown layer"),
    ("helpers.py", "", "unknown layer"),
    ("services/a.py", "DATA = open('x').read()\n", "open() runs at import time"),
    ("adapters/a.py", "import os\nHOME = os.environ.get('HOME')\n", "os.environ.get() runs at import time"),
    ("adapters/a.py", "from pathlib import Path\nclass A:\n    HOME = Path.home()\n", "runs at import time"),
    ("adapters/a.py", "import time\ndef f(now=time.time()): ...\n", "runs at import time"),
    ("adapters/a.py", "import subprocess\n@subprocess.run(['x'])\ndef f(): ...\n", "runs at import time"),
    ("adapters/a.py", "from pathlib import Path\nX = Path('a').read_text()\n", "runs at import time"),
    ("ui/a.py", "import threading\nthreading.Thread(target=print).start()\n", "runs at import time"),
]


@pytest.mark.parametrize(("path", "source"), GOOD)
def test_allowed_sources_pass(path: str, source: str) -> None:
    assert check_source(Path(path), source) == []


@pytest.mark.parametrize(("path", "source", "message"), BAD)
def test_each_rule_can_fail(tmp_path: Path, path: str, source: str, message: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(source, encoding="utf-8")
    findings = check_tree(tmp_path)
    assert any(message in str(finding) for finding in findings), _report([*findings])


def test_a_long_file_is_found(tmp_path: Path) -> None:
    short, long = tmp_path / "short.py", tmp_path / "long.py"
    short.write_text("x = 1\n" * 400, encoding="utf-8")
    long.write_text("x = 1\n" * 401, encoding="utf-8")
    assert [Path(finding.path).name for finding in long_files([short, long])] == ["long.py"]
