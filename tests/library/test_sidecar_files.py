"""Sidecars on disk: nothing of the user's is destroyed, whatever lies there."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civitdock.adapters.files import sidecars
from civitdock.adapters.files.sidecars import FileSidecars
from civitdock.domain.sidecar import SidecarFacts
from civitdock.errors import NotWritable
from tests.library.support import FreshOriginals

SHA = "ab" * 32
FACTS = SidecarFacts(
    host={"description": "Short.", "activation text": "word", "preferred weight": 0, "notes": ""},
    civitai={"model_id": 1, "version_id": 2, "creator": "ada"},
    local={"sha256": SHA, "file_size": 5},
    now="2026-11-20T12:00:00Z",
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "Über 花.v1.safetensors"
    path.write_bytes(b"model")
    return path


def sidecar(model: Path) -> Path:
    return model.with_suffix(".json")


def test_a_sidecar_is_what_the_host_reads(model: Path) -> None:
    assert FileSidecars(FreshOriginals()).write(model, FACTS) == ()
    text = sidecar(model).read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["description"] == "Short."
    assert found["civitai"]["creator"] == "ada"
    assert sorted(path.name for path in model.parent.iterdir()) == ["Über 花.v1.json", model.name]


def test_an_unchanged_sidecar_is_not_written_again(model: Path) -> None:
    files = FileSidecars(FreshOriginals())
    files.write(model, FACTS)
    os.utime(sidecar(model), ns=(1, 1))
    files.write(model, replace(FACTS, now="2027-01-01T00:00:00Z"))
    assert sidecar(model).stat().st_mtime_ns == 1


def test_a_byte_order_mark_and_letters_of_all_kinds_survive(model: Path) -> None:
    sidecar(model).write_bytes(b"\xef\xbb\xbf" + '{"notes": "花 \\ud800 Ü", "x": 1}'.encode())
    assert FileSidecars(FreshOriginals()).write(model, FACTS) == ()
    found = json.loads(sidecar(model).read_bytes())
    assert found["notes"] == "花 \ud800 Ü"
    assert list(found)[:2] == ["notes", "x"]


@pytest.mark.parametrize(
    "content",
    [
        b'["a", "list"]',
        b'{"notes": "half',
        b'{"notes": "\xff\xfe\xfa"}',
        b"",
        b"[" * 200_000,
        b'{"big": ' + b"9" * 5000 + b"}",
        b'{"weight": 1e400}',
        '{"notes": "wide"}'.encode("utf-16"),
    ],
    ids=["list", "truncated", "broken UTF-8", "empty", "deep", "huge number", "number beyond JSON", "UTF-16"],
)
def test_what_is_no_object_is_set_aside_byte_for_byte(model: Path, content: bytes) -> None:
    sidecar(model).write_bytes(content)
    taken = sidecar(model).with_name(sidecar(model).name + ".civitdock-aside")
    taken.write_bytes(b"an earlier one")
    warnings = FileSidecars(FreshOriginals()).write(model, FACTS)
    found = json.loads(sidecar(model).read_bytes())
    assert found["description"] == "Short."
    if sys.version_info < (3, 11) and b"999" in content and "big" in found:
        pytest.skip("this Python reads numbers of any length")
    kept = sidecar(model).with_name(sidecar(model).name + ".civitdock-aside-2")
    assert kept.read_bytes() == content
    assert taken.read_bytes() == b"an earlier one"
    assert len(warnings) == 1
    assert kept.name in warnings[0]


@pytest.mark.parametrize(
    "content",
    [b'{"notes":"FIRST","notes":"SECOND"}', b'{"notes": "SECOND", "civitai": {"creator": "a", "creator": "b"}}'],
    ids=["root", "inside"],
)
def test_of_a_key_named_twice_the_last_counts_and_the_file_is_kept_as_it_was(model: Path, content: bytes) -> None:
    sidecar(model).write_bytes(content)
    files = FileSidecars(FreshOriginals())
    warnings = files.write(model, FACTS)
    kept = sidecar(model).with_name(sidecar(model).name + ".civitdock-aside")
    assert json.loads(sidecar(model).read_bytes())["notes"] == "SECOND"
    assert kept.read_bytes() == content
    assert len(warnings) == 1
    assert kept.name in warnings[0]
    assert files.write(model, FACTS) == ()
    assert len(list(model.parent.iterdir())) == 3


def test_a_file_too_large_to_be_metadata_is_left_alone(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecars, "MAX_BYTES", 1000)
    content = b'{"x": "' + b"y" * 2000 + b'"}'
    sidecar(model).write_bytes(content)
    with pytest.raises(NotWritable, match="left alone"):
        FileSidecars(FreshOriginals()).write(model, FACTS)
    assert sidecar(model).read_bytes() == content
    assert len(list(model.parent.iterdir())) == 2


def test_a_folder_in_the_sidecars_place_is_left_alone(model: Path) -> None:
    sidecar(model).mkdir()
    with pytest.raises(NotWritable):
        FileSidecars(FreshOriginals()).write(model, FACTS)
    assert sidecar(model).is_dir()


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder in which the test may read but not write, also when the tests run as root."""
    if sys.platform == "win32":
        pytest.skip("folder modes do not bind on Windows")
    folder = Path(tempfile.mkdtemp(prefix="civitdock-locked-"))
    (folder / "a.safetensors").write_bytes(b"model")
    (folder / "a.json").write_bytes(b'{"notes": "mine"}')
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_an_unwritable_folder_is_said_and_nothing_changes(locked_folder: Path) -> None:
    with pytest.raises(NotWritable):
        FileSidecars(FreshOriginals()).write(locked_folder / "a.safetensors", FACTS)
    assert sorted(path.name for path in locked_folder.iterdir()) == ["a.json", "a.safetensors"]
    assert (locked_folder / "a.json").read_bytes() == b'{"notes": "mine"}'


@pytest.mark.parametrize("name", ["workflow.json", "wildcards.yaml", "notes.txt"])
def test_files_that_are_no_models_get_no_sidecar(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"content")
    assert FileSidecars(FreshOriginals()).write(path, FACTS) == ()
    assert [found.name for found in tmp_path.iterdir()] == [name]
    assert path.read_bytes() == b"content"


def test_the_sidecar_of_a_shared_stem_describes_the_preferred_file(model: Path) -> None:
    twin = model.with_suffix(".ckpt")
    twin.write_bytes(b"twin")
    assert FileSidecars(FreshOriginals()).write(twin, FACTS) != ()
    assert not sidecar(model).exists()
    assert FileSidecars(FreshOriginals()).write(model, FACTS) == ()
    assert sidecar(model).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_linked_sidecar_stays_a_link(model: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    real = elsewhere / "real.json"
    real.write_text('{"notes": "mine"}')
    real.chmod(0o640)
    sidecar(model).symlink_to(real)
    FileSidecars(FreshOriginals()).write(model, FACTS)
    assert sidecar(model).is_symlink()
    assert json.loads(real.read_bytes())["notes"] == "mine"
    assert real.stat().st_mode & 0o777 == 0o640


def test_the_hosts_words_that_come_while_we_merge_count(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sidecar(model).write_bytes(b'{"notes": "old"}')
    real, calls = sidecars.merge, []

    def slow_merge(existing: dict[str, object] | None, facts: SidecarFacts) -> dict[str, object]:
        if not calls:
            sidecar(model).write_bytes(b'{"notes": "typed just now"}')
        calls.append(1)
        return real(existing, facts)

    monkeypatch.setattr(sidecars, "merge", slow_merge)
    FileSidecars(FreshOriginals()).write(model, FACTS)
    assert json.loads(sidecar(model).read_bytes())["notes"] == "typed just now"


@pytest.mark.parametrize("before", [b'{"notes": "old"}', b"[broken", None], ids=["sidecar", "broken", "none"])
def test_the_hosts_words_that_come_while_we_write_count(
    model: Path, monkeypatch: pytest.MonkeyPatch, before: bytes | None
) -> None:
    """Until the last moment: a slow drive takes its time before the new file can get its name."""
    if before is not None:
        sidecar(model).write_bytes(before)
    real, typed = os.fsync, []

    def slow(handle: int) -> None:
        real(handle)
        if not typed and any(model.parent.glob(".civitdock-*.tmp")):
            typed.append(1)
            sidecar(model).write_bytes(b'{"notes": "typed just now"}')

    monkeypatch.setattr(os, "fsync", slow)
    originals = FreshOriginals()
    FileSidecars(originals).write(model, FACTS)
    assert typed
    assert json.loads(sidecar(model).read_bytes())["notes"] == "typed just now"
    assert "local" in json.loads(sidecar(model).read_bytes())
    FileSidecars(originals).restore(sidecar(model))
    assert sidecar(model).read_bytes() == b'{"notes": "typed just now"}'


def test_civitai_info_is_added_where_none_lies(model: Path) -> None:
    facts = replace(FACTS, civitai_info={"id": 2, "modelId": 1})
    info = model.with_suffix(".civitai.info")
    FileSidecars(FreshOriginals()).write(model, facts)
    assert json.loads(info.read_bytes()) == {"id": 2, "modelId": 1}
    info.write_bytes(b"theirs")
    FileSidecars(FreshOriginals()).write(model, facts)
    assert info.read_bytes() == b"theirs"


FOREIGN = [
    (".metadata.json", {"sha256": SHA, "civitai": {"id": 7, "modelId": 5}}),
    (".cm-info.json", {"ModelId": 5, "VersionId": 7, "Hashes": {"SHA256": SHA.upper()}}),
    (".civitai.info", {"id": 7, "modelId": 5, "files": [{"hashes": {"SHA256": SHA.upper()}}]}),
    (".civitai.info", {"id": 5, "modelVersions": [{"id": 7, "files": [{"hashes": {"SHA256": SHA}}]}, {"id": 6}]}),
    (".api_info.json", {"id": 7, "modelId": 5, "files": [{"hashes": {"SHA256": SHA}}]}),
    (".civitai.json", {"id": 5, "modelVersions": [{"id": 7, "files": [{"hashes": {"SHA256": SHA}}]}]}),
    (".json", {"sha256": SHA.upper(), "modelId": 5, "modelVersionId": "7"}),
    (".json", {"id": 7, "modelId": 5, "images": [], "files": [{"hashes": {"SHA256": SHA}}]}),
    (".json", {"civitai": {"model_id": 5, "version_id": 7}, "local": {"sha256": SHA}}),
]


@pytest.mark.parametrize(("suffix", "content"), FOREIGN)
def test_sidecars_of_other_tools_are_read_and_not_touched(model: Path, suffix: str, content: dict[str, object]) -> None:
    path = model.with_suffix(suffix)
    path.write_text(json.dumps(content), encoding="utf-8")
    before = path.read_bytes()
    hint = FileSidecars(FreshOriginals()).hint(model)
    assert (hint.sha256, hint.model_id, hint.version_id) == (SHA, 5, 7)
    assert path.read_bytes() == before


def test_a_dump_of_several_versions_does_not_say_which_one(model: Path) -> None:
    sidecar(model).write_text(json.dumps({"id": 5, "modelVersions": [{"id": 7}, {"id": 6}]}))
    hint = FileSidecars(FreshOriginals()).hint(model)
    assert (hint.model_id, hint.version_id, hint.sha256) == (5, None, None)


@pytest.mark.parametrize(
    "content", ['{"modelId": "Model not found", "sha256": 5}', "[]", "{", '{"civitai": {"id": true}}']
)
def test_hints_of_broken_sidecars_are_none(model: Path, content: str) -> None:
    sidecar(model).write_text(content)
    model.with_suffix(".metadata.json").write_text(content)
    hint = FileSidecars(FreshOriginals()).hint(model)
    assert (hint.sha256, hint.model_id, hint.version_id) == (None, None, None)
