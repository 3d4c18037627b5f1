"""The index database: a page at a time, any name, and nothing that a rescan could not bring back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civitdock.adapters.sqlite.index import INDEX_FILE, SqliteModelStore, open_index
from civitdock.domain.hashes import Hashes
from civitdock.domain.library import LocalFilter, LocalModel, LocalState, Update
from civitdock.domain.rescan import COUNTERS, INODE_BITS, SETTLED, Moment, need_of
from civitdock.domain.sync import Need
from civitdock.domain.times import iso
from civitdock.errors import InvalidRequest

ROOT = Path("models").absolute()
FULL = LocalModel(
    path=ROOT / "sub" / "Film Look.safetensors",
    root=ROOT,
    type="LORA",
    size_bytes=2**40,
    mtime_ns=2**62,
    inode=2**127,
    state=LocalState.IDENTIFIED,
    hashes=Hashes("a" * 64, "b" * 8, "a" * 10, "c" * 12, "d" * 64, "e" * 8),
    model_id=1,
    version_id=2,
    file_id=3,
    model_name="Warm Look",
    version_name="v1.0",
    base_model="SDXL 1.0",
    trained_words=("grain", "film"),
    preview_url="https://image.civitai.com/a/b/width=450/1.jpeg",
    preview_level=1,
    update=Update(4, "v2"),
    synced_at="2026-11-20T12:00:00Z",
    first_seen="2026-11-19T12:00:00Z",
)
PLAIN = LocalModel(path=ROOT / "x.ckpt", root=ROOT, type="Checkpoint", size_bytes=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteModelStore]:
    with closing(open_index(tmp_path)) as database:
        yield SqliteModelStore(database)


@pytest.mark.parametrize("model", [FULL, PLAIN])
def test_a_row_comes_back_as_it_was(store: SqliteModelStore, model: LocalModel) -> None:
    store.put(model)
    assert store.get(model.path) == model
    assert store.all() == (model,)
    store.put(replace(model, state=LocalState.UNKNOWN))
    assert store.all() == (replace(model, state=LocalState.UNKNOWN),)
    store.remove(model.path)
    assert store.get(model.path) is None


def test_rows_outlive_the_process_and_the_file_may_go(tmp_path: Path) -> None:
    with closing(open_index(tmp_path)) as database:
        SqliteModelStore(database).put(FULL)
    with closing(open_index(tmp_path)) as database:
        assert SqliteModelStore(database).all() == (FULL,)
    for left in tmp_path.glob(f"{INDEX_FILE}*"):
        left.unlink()
    with closing(open_index(tmp_path)) as database:
        assert SqliteModelStore(database).all() == ()


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_a_name_that_is_no_unicode_survives(store: SqliteModelStore) -> None:
    path = Path(os.fsdecode(os.fsencode(ROOT) + b"/caf\xe9.safetensors"))
    store.put(replace(PLAIN, path=path))
    assert store.get(path) == replace(PLAIN, path=path)
    assert store.page(LocalFilter(text="caf")).total == 1


def test_look_ups_by_model_and_by_hash(store: SqliteModelStore) -> None:
    many = [replace(PLAIN, path=ROOT / f"{number}.ckpt", model_id=number) for number in range(1200)]
    for model in (*many, FULL):
        store.put(model)
    assert len(store.of_models(range(1200))) == 1201
    assert store.of_models([]) == ()
    assert store.of_hash("A" * 64) == (FULL,)


def test_filters(store: SqliteModelStore) -> None:
    other = replace(
        FULL, path=ROOT / "Ärger.safetensors", model_name="100%_sure", trained_words=(), state=LocalState.UNKNOWN
    )
    for model in (FULL, PLAIN, other):
        store.put(model)

    def names(wanted: LocalFilter) -> list[str]:
        return [model.path.name for model in store.page(wanted).items]

    assert names(LocalFilter(type="LORA")) == ["Film Look.safetensors", "Ärger.safetensors"]
    assert names(LocalFilter(state=LocalState.PENDING)) == ["x.ckpt"]
    assert names(LocalFilter(text="look GRAIN")) == ["Film Look.safetensors"]
    assert names(LocalFilter(text="ärger")) == ["Ärger.safetensors"]
    assert names(LocalFilter(text="100%_")) == ["Ärger.safetensors"]
    assert names(LocalFilter(text="100x_")) == []
    assert names(LocalFilter(text="'; DROP TABLE model; --")) == []
    assert store.page(LocalFilter()).total == 3


FILE_NAMES = st.text(alphabet="aAäÄbZ1_ .\n", min_size=1, max_size=4).filter(lambda name: name not in (".", ".."))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sets(FILE_NAMES, max_size=12),
    st.integers(1, 5),
)
def test_pages_together_are_the_whole_list_once(store: SqliteModelStore, names: set[str], limit: int) -> None:
    for row in store.all():
        store.remove(row.path)
    for name in names:
        store.put(replace(PLAIN, path=ROOT / name))
    seen: list[Path] = []
    wanted = LocalFilter(limit=limit)
    while True:
        page = store.page(wanted)
        assert page.total == len(names)
        assert len(page.items) <= limit
        seen += [model.path for model in page.items]
        if page.next_cursor is None:
            break
        wanted = replace(wanted, cursor=page.next_cursor)
    assert len(seen) == len(names)
    assert {path.name for path in seen} == names
    assert [path.name.casefold() for path in seen] == sorted(path.name.casefold() for path in seen)


@pytest.mark.parametrize("cursor", ["", "nonsense", "ÄÖ", "////", "YQ=="])
def test_a_foreign_cursor_is_refused(store: SqliteModelStore, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        store.page(LocalFilter(cursor=cursor))


TIMES = st.none() | st.sampled_from(range(-40, 41, 5)).map(lambda days: iso(1_795_000_000.0 + days * 86_400))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(LocalState), TIMES, TIMES, st.booleans())
def test_the_quick_answer_of_the_index_is_the_rule(
    store: SqliteModelStore, state: LocalState, synced: str | None, ask: str | None, missing: bool
) -> None:
    moment = Moment.at(1_795_000_000.0, 7 * 86_400)
    store.put(replace(FULL, state=state, synced_at=synced, ask_after=ask))
    path = os.fsencode(FULL.path)
    if missing:
        store.remove(FULL.path)
    row, mark = store.marks(moment)[path], store.mark(path)
    assert mark is not None
    quiet = not missing and need_of(mark, moment) is Need.NOTHING
    assert SETTLED[row[4]] == (COUNTERS[state.value] if quiet else "")
    assert (path in store.gone()) is missing
    assert row[:4] == (path, FULL.size_bytes, FULL.mtime_ns, FULL.inode & INODE_BITS)
