"""The tab's files: served from memory under a digest, with types that no registry can spoil."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import pytest

from civitdock.web import pack
from civitdock.web.assets import digest_of, read_assets
from tests.support.stage import FILES, Stage

STATIC = "/civitdock/static/"


def test_a_file_is_served_for_ever_with_its_type(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_args, **_more: ("text/plain", None))
    digest = stage.services.assets.digest
    script = stage.get(f"{STATIC}{digest}/parts/b.mjs")
    assert (script.status_code, script.content) == (200, FILES["parts/b.mjs"])
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in script.headers["Cache-Control"]
    assert stage.get(f"{STATIC}{digest}/tab.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert stage.ask("HEAD", f"{STATIC}{digest}/tab.css").status_code == 200


@pytest.mark.parametrize("path", ["0123456789abcdef/app.mjs", "{digest}/none.mjs", "{digest}/", "{digest}/parts"])
def test_another_digest_or_name_is_not_found(stage: Stage, path: str) -> None:
    answer = stage.get(STATIC + path.format(digest=stage.services.assets.digest))
    assert stage.error(answer) == (404, "not_found")
    assert answer.headers["Cache-Control"] == "no-store"


def test_files_need_no_login_and_no_origin(stage: Stage) -> None:
    stage.host.doors.login = frozenset({"user:password"})
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "null"}
    assert stage.get(f"{STATIC}{stage.services.assets.digest}/app.mjs", headers=headers).status_code == 200


def test_reading_takes_files_of_known_types_from_all_folders(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for name in ("a.mjs", "parts/b.css", "notes.txt", "c.mjs.orig"):
        (tmp_path / name).write_bytes(name.encode())
    assets = read_assets(tmp_path)
    assert dict(assets.files) == {"a.mjs": b"a.mjs", "parts/b.css": b"parts/b.css"}
    assert len(assets.digest) == 16
    (tmp_path / "a.mjs").write_bytes(b"changed")
    assert assets.files["a.mjs"] == b"a.mjs"
    assert read_assets(tmp_path).digest != assets.digest


def test_what_joins_modules_counts_as_one_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mount.mjs").write_bytes(b"export const a = 1;\n")
    before = read_assets(tmp_path).digest
    (other := tmp_path / "pack.py").write_text("# joins otherwise", encoding="utf-8")
    monkeypatch.setattr(pack, "__file__", str(other))
    assert read_assets(tmp_path).digest != before


def test_the_digest_depends_on_every_name_and_byte_and_on_nothing_else() -> None:
    one = digest_of({"a": b"1", "b": b"2"})
    assert one == digest_of({"b": b"2", "a": b"1"})
    others = [{"a": b"1", "b": b"3"}, {"a": b"1", "c": b"2"}, {"a": b"1"}, {"ab": b"12"}, {"a": b"1b", "": b"2"}]
    assert len({one, *map(digest_of, others)}) == len(others) + 1
