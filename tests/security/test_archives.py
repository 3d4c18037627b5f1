"""Attacks by zip archives: what a stranger's archive may try, and that nothing of it reaches the disk."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitdock.adapters.files.archives import ZipArchives
from civitdock.domain.archives import Limits, Member, Plan, plan
from civitdock.domain.exposure import Exposure
from civitdock.domain.names import fold, is_inside
from civitdock.errors import BrokenArchive, CivitDockError, EncryptedArchive, NameConflict, UnsafeArchive
from civitdock.ports import TransferStopped
from civitdock.ports.archives import Watch
from tests.support.archives import TENSORS, Made, encrypted, lying, named, pairs, zipped
from tests.support.stage import API, TAB, Stage

SMALL = Limits(members=5, total_bytes=10_000, ratio=10, free_of_ratio=2000, depth=3)


def unpack(folder: Path, content: bytes, limits: Limits = SMALL) -> tuple[Plan, Path]:
    """Plan and write an archive as the service does; answers the plan and where everything stands."""
    path, target = folder / "a.zip", folder / "inside"
    path.write_bytes(content)
    target.mkdir()
    with ZipArchives().open(path, limits) as opened:
        planned = plan(opened.members, len(content), limits)
        left = limits.budget(len(content))
        for entry in planned.entries:
            opened.extract(entry, target, left, Watch(lambda: None, lambda _count: None))
            left -= target.joinpath(*entry.parts).stat().st_size
    return planned, target


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


LEADING_OUT = [
    "../evil.safetensors",
    "a/../../evil",
    "a/..",
    "..\\evil",
    "a\\..\\..\\evil",
    "/etc/evil",
    "\\evil",
    "\\\\server\\share\\evil",
    "C:\\evil",
    "c:evil",
    "C:/evil",
    "good.safetensors\0.txt",
    "",
    " ",
]


@pytest.mark.parametrize("name", LEADING_OUT)
def test_a_name_that_leads_out_refuses_the_archive(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafeArchive):
        unpack(tmp_path, zipped(*pairs(["good.safetensors"]), (named(name), TENSORS)))
    assert everything(tmp_path) == {"a.zip", "inside"}


@pytest.mark.parametrize(
    "info",
    [
        named("link", stat.S_IFLNK | 0o777),
        named("device", stat.S_IFCHR | 0o666),
        named("disk", stat.S_IFBLK | 0o666),
        named("pipe", stat.S_IFIFO | 0o666),
        named("socket", stat.S_IFSOCK | 0o666),
        named("link/", stat.S_IFLNK | 0o777),
        named("junction", 0, dos_attributes=0x400),
        named("printer", 0, dos_attributes=0x40),
    ],
    ids=lambda info: info.filename,
)
def test_a_link_or_device_is_left_out(tmp_path: Path, info: zipfile.ZipInfo) -> None:
    planned, folder = unpack(tmp_path, zipped((info, b"../../etc/passwd"), ("good.txt", b"x")))
    assert everything(folder) == {"good.txt"}
    assert [each.name for each in planned.skipped] == [info.filename]


def test_a_link_and_a_file_through_it_write_nothing_outside(tmp_path: Path) -> None:
    link = named("out", stat.S_IFLNK | 0o777)
    _planned, folder = unpack(tmp_path, zipped((link, b".."), ("out/evil.txt", b"x")))
    assert everything(folder) == {"out", "out/evil.txt"}
    assert not (folder / "out").is_symlink()


def test_names_of_windows_devices_streams_and_armed_files_are_made_harmless(tmp_path: Path) -> None:
    names = ["CON", "aux.safetensors", "ab:stream.txt", "run.exe", "page.html"]
    _planned, folder = unpack(tmp_path, zipped(*pairs(names, b"x")))
    assert everything(folder) == {"_CON", "_aux.safetensors", "ab_stream.txt", "run.exe_", "page.html_"}


@pytest.mark.parametrize(
    "names",
    [
        ["a.txt", "a.txt"],
        ["a.txt", "A.TXT"],
        ["ß.txt", "SS.txt"],
        ["e\u0301.txt", "\u00e9.txt"],
        ["a.txt", "a.txt. "],
        ["a?.txt", "a*.txt"],
        ["a", "A/b.txt"],
        ["a/b.txt", "A"],
    ],
)
def test_two_members_never_become_one_file(tmp_path: Path, names: list[str]) -> None:
    made: list[Made] = [(name, str(index).encode()) for index, name in enumerate(names)]
    planned, folder = unpack(tmp_path, zipped(*made))
    assert [path.read_bytes() for path in folder.rglob("*") if path.is_file()] == [b"0"]
    assert len(planned.skipped) == 1


BOMBS = {
    "one member that is larger than its archive can hold": zipped(("a.txt", b"\0" * 5000)),
    "many small members": zipped(*pairs([f"{number}.txt" for number in range(5)], b"\0" * 1900)),
    "too many members": zipped(*pairs([f"{number}.txt" for number in range(6)], b"")),
    "too many folders": zipped(("a/b/c/d.txt", b"")),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_before_a_byte_is_written(tmp_path: Path, bomb: str) -> None:
    with pytest.raises(UnsafeArchive):
        unpack(tmp_path, BOMBS[bomb])
    assert everything(tmp_path) == {"a.zip", "inside"}


def test_what_is_written_counts_and_not_what_the_list_says(tmp_path: Path) -> None:
    members = (Member("a.bin", 10),)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.bin", b"\0" * 1_000_000)))
    with ZipArchives().open(path, Limits()) as opened:
        entry = plan(members, 100, SMALL).entries[0]
        with pytest.raises(UnsafeArchive):
            opened.extract(entry, tmp_path, 2000, Watch(lambda: None, lambda _count: None))


def test_a_stop_is_heard_between_two_chunks(tmp_path: Path) -> None:
    path, written = tmp_path / "a.zip", [0]
    path.write_bytes(zipped(("a.bin", b"\0" * 5_000_000)))

    def wrote(count: int) -> None:
        written[0] += count

    with ZipArchives().open(path, Limits()) as opened:
        entry = plan(opened.members, path.stat().st_size, Limits()).entries[0]
        with pytest.raises(TransferStopped):
            opened.extract(entry, tmp_path, 10_000_000, Watch(lambda: "enough", wrote))
    assert written[0] <= 1024 * 1024


@pytest.mark.parametrize("claimed", [0, 10, 1999])
def test_a_member_that_lies_about_its_size_is_no_whole_file(tmp_path: Path, claimed: int) -> None:
    with pytest.raises(CivitDockError):
        unpack(tmp_path, lying(b"\0" * 100_000, claimed))
    written = sum(path.stat().st_size for path in (tmp_path / "inside").rglob("*"))
    assert written <= 1999


def test_a_list_of_members_larger_than_any_honest_one_is_not_read(tmp_path: Path) -> None:
    content = bytearray(zipped(("a.txt", b"x")))
    at = content.rfind(b"PK\x05\x06") + 12
    content[at : at + 4] = struct.pack("<L", 100_000_000)
    with pytest.raises(UnsafeArchive):
        unpack(tmp_path, bytes(content))
    path = tmp_path / "many.zip"
    path.write_bytes(zipped(*pairs([f"{number}.txt" for number in range(2000)], b"")))
    with pytest.raises(UnsafeArchive), ZipArchives().open(path, Limits(directory_bytes=50_000)):
        raise AssertionError("it was read")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_can_claim_any_memory_are_not_unpacked(tmp_path: Path, method: int) -> None:
    with pytest.raises(BrokenArchive):
        unpack(tmp_path, zipped(("a.txt", b"x" * 100), method=method))


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    with pytest.raises(EncryptedArchive):
        unpack(tmp_path, encrypted("a.safetensors"))


SOUND = zipped(("a.safetensors", TENSORS), ("b/c.txt", b"words"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"Rar!" + b"\0" * 100,
        SOUND[:-1],
        SOUND[: len(SOUND) // 2],
        SOUND.replace(b"PK\x03\x04", b"PK\0\0"),
        SOUND.replace(b"PK\x01\x02", b"PK\0\0"),
        zipped(),
        zipped(("only/", b"")),
    ],
)
def test_a_broken_archive_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BrokenArchive):
        unpack(tmp_path, content)


@given(st.integers(0, len(SOUND) - 1), st.integers(0, 255))
def test_no_changed_byte_ends_in_anything_but_a_named_failure(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    folder = tmp_path_factory.mktemp("mangled")
    mangled = bytearray(SOUND)
    mangled[at] = byte
    try:
        _planned, inside = unpack(folder, bytes(mangled))
    except CivitDockError:
        inside = folder / "inside"
    assert everything(folder) - {"a.zip", "inside"} == {f"inside/{name}" for name in everything(inside)}


@given(st.lists(st.text(alphabet="aA./\\:\0 ~*é\u0301", max_size=12), max_size=6))
def test_no_names_lead_out_or_meet(names: list[str]) -> None:
    root = Path.cwd() / "inside"
    try:
        planned = plan([Member(name, 1) for name in names], 1000, Limits())
    except CivitDockError:
        return
    paths = [root.joinpath(*entry.parts) for entry in planned.entries]
    assert all(is_inside(path, root) and path != root for path in paths)
    folded = [fold(str(path)) for path in paths]
    assert len(set(folded)) == len(folded)


def test_a_published_folder_replaces_nothing(tmp_path: Path) -> None:
    archives = ZipArchives()
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "empty", "link"):
        with archives.gather(tmp_path) as gathered:
            (gathered / "a.txt").write_text("x")
            with pytest.raises(NameConflict):
                archives.publish(gathered, tmp_path / name)
    assert everything(tmp_path) == {"file", "empty", "link"}


def test_a_locked_host_lets_nobody_unpack_pickles_unseen(stage: Stage) -> None:
    stage.host.open = Exposure(exposed=True, locked=True)
    for base in (API, TAB):
        answer = stage.post(base + "downloads/job1/unpack", {"allow_unsafe": True})
        assert stage.error(answer) == (403, "locked_by_host")
        assert stage.error(stage.post(base + "downloads/job1/unpack")) == (404, "not_found")
