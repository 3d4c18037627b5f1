"""The preview route gives away previews of indexed models and nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest

from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.domain.library import LocalModel
from civitdock.services.library import LibraryService
from tests.support.memory_host import MemoryHost, MemorySettings
from tests.support.stage import API, TAB, Stage

ROUTE = TAB + "local-preview?path="


@pytest.fixture
def root(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model folder with one indexed model, its preview, a model without one, and things that are none."""
    root = tmp_path / "Lora"
    root.mkdir()
    for name in ("known.safetensors", "known.preview.png", "known.json", "bare.safetensors", "other.safetensors"):
        (root / name).write_bytes(name.encode())
    (root / "other.png").write_bytes(b"other")
    (tmp_path / "secret.png").write_bytes(b"secret")
    store = SqliteModelStore(open_index(tmp_path))
    for name in ("known.safetensors", "bare.safetensors"):
        store.put(LocalModel(path=root / name, root=root, type="LORA", size_bytes=1))
    library = LibraryService(store, MemorySettings(MemoryHost(tmp_path)))
    monkeypatch.setattr(stage.library, "preview_of", library.preview_of)
    return root


def at(path: object) -> str:
    return ROUTE + quote(str(path), safe="")


def test_a_model_without_a_preview_can_answer_with_nothing(stage: Stage, root: Path) -> None:
    answer = stage.get(at(root / "bare.safetensors") + "&absent=empty")
    assert (answer.status_code, answer.content) == (204, b"")
    assert stage.error(stage.get(at(root / "bare.safetensors"))) == (404, "not_found")
    assert stage.get(at(root / "known.safetensors") + "&absent=empty").content == b"known.preview.png"


def test_a_preview_is_served_and_kept_until_it_changes(stage: Stage, root: Path) -> None:
    answer = stage.get(at(root / "known.safetensors"))
    assert (answer.status_code, answer.content) == (200, b"known.preview.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert stage.get(at(root / "known.safetensors"), headers=known).status_code == 304
    (root / "known.preview.png").write_bytes(b"another picture")
    assert stage.get(at(root / "known.safetensors"), headers=known).content == b"another picture"


@pytest.mark.parametrize(
    "path",
    [
        "{root}/bare.safetensors",
        "{root}/other.safetensors",
        "{root}/known.preview.png",
        "{root}/known.json",
        "{root}/../secret.safetensors",
        "{root}/sub/../../secret.png",
        "{root}/known.safetensors\0.png",
        "known.safetensors",
        "/etc/passwd",
        "\\\\server\\share\\x.safetensors",
        "..",
        " ",
    ],
)
def test_everything_else_is_not_found(stage: Stage, root: Path, path: str) -> None:
    assert stage.error(stage.get(at(path.format(root=root)))) == (404, "not_found")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_under_the_name_of_a_preview_is_not_read(stage: Stage, root: Path) -> None:
    os.mkfifo(root / "bare.png")
    assert stage.error(stage.get(at(root / "bare.safetensors"))) == (404, "not_found")


def test_pictures_need_the_login_and_an_own_page(stage: Stage, root: Path) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert stage.error(stage.get(at(root / "known.safetensors"), headers=foreign)) == (403, "forbidden_origin")
    stage.host.doors.login = frozenset({"user:password"})
    assert stage.error(stage.get(at(root / "known.safetensors"))) == (401, "unauthorized")
    stage.host.doors.sessions = {"known": "user"}
    assert stage.get(at(root / "known.safetensors"), headers={"Cookie": "session=known"}).status_code == 200


def test_programs_have_no_such_route(stage: Stage) -> None:
    assert stage.error(stage.get(API + "local-preview?path=x")) == (404, "not_found")
