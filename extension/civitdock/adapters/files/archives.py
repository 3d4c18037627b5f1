"""Zip archives: their list of members, read with care, and members written under names that were checked before."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from civitdock.adapters.files.atomic import disk_error, sync_folder, temporary_name
from civitdock.domain.archives import Entry, Limits, Member
from civitdock.errors import BrokenArchive, NameConflict, UnsafeArchive
from civitdock.ports import TransferStopped
from civitdock.ports.archives import Watch

_CHUNK = 1024 * 1024
#: Others can claim gigabytes of memory for a few bytes; CivitAI's archives do without them.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_END, _END64, _END64_LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _END64_SIZE, _MAX_COMMENT = 22, 20, 56, 65_535
_BROKEN = "The archive is broken; the file itself is as CivitAI has it."


class ZipArchives:
    """Implements `ports.archives.Archives` with Python's zipfile."""

    @contextmanager
    def open(self, path: Path, limits: Limits) -> Iterator[OpenZip]:
        """See `ports.archives.Archives.open`."""
        with ExitStack() as stack:
            try:
                file = stack.enter_context(open(path, "rb"))
            except OSError as error:
                raise disk_error(error, path) from error
            yield OpenZip(_read(file, path, limits))

    @contextmanager
    def gather(self, parent: Path) -> Iterator[Path]:
        """See `ports.archives.Archives.gather`."""
        folder = parent / temporary_name()
        try:
            folder.mkdir()
        except OSError as error:
            raise disk_error(error, folder) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, gathered: Path, final: Path) -> None:
        """See `ports.archives.Archives.publish`.

        POSIX lets a folder replace an empty one, so there the name is first taken by an empty folder of our own.
        """
        try:
            _settle(gathered)
            if os.name == "nt":
                os.rename(gathered, final)
            else:
                _rename_onto_own(gathered, final)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                raise NameConflict(f"{final.name} exists in {final.parent}.") from error
            raise disk_error(error, final) from error
        sync_folder(final.parent)

    def has(self, folder: Path, files: tuple[str, ...]) -> bool:
        """See `ports.archives.Archives.has`."""
        return folder.is_dir() and all(folder.joinpath(*file.split("/")).is_file() for file in files)


class OpenZip:
    """Implements `ports.archives.OpenArchive`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = archive.infolist()
        self.members = tuple(map(_member, self._infos))

    def extract(self, entry: Entry, folder: Path, budget: int, watch: Watch) -> str:
        """See `ports.archives.OpenArchive.extract`."""
        info = self._infos[entry.index]
        if info.compress_type not in _METHODS:
            raise BrokenArchive(f"{entry.name} is packed in a way that CivitDock does not unpack.")
        path = folder.joinpath(*entry.parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._archive.open(info) as source, open(path, "xb") as target:
                digest = _copy(source, target, budget, watch)
                target.flush()
                os.fsync(target.fileno())
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error) as error:
            raise BrokenArchive(f"{entry.name} in the archive is broken.") from error
        except OSError as error:
            raise disk_error(error, path) from error
        return digest


def _rename_onto_own(gathered: Path, final: Path) -> None:
    final.mkdir()
    try:
        os.rename(gathered, final)
    except OSError:
        with suppress(OSError):  # what another program has put into it by now stays
            final.rmdir()
        raise


def _settle(folder: Path) -> None:
    """Remove folders that are empty, and make the names in the others durable."""
    for path, _folders, _files in os.walk(folder, topdown=False):
        if path != os.fspath(folder) and not os.listdir(path):
            os.rmdir(path)
        else:
            sync_folder(Path(path))


def _copy(source: object, target: BinaryIO, budget: int, watch: Watch) -> str:
    digest, written = hashlib.sha256(), 0
    assert isinstance(source, zipfile.ZipExtFile)
    while chunk := source.read(_CHUNK):
        written += len(chunk)
        if written > budget:
            raise UnsafeArchive("The archive unpacks to far more than its size can hold.")
        target.write(chunk)
        digest.update(chunk)
        watch.wrote(len(chunk))
        reason = watch.stop()
        if reason is not None:
            raise TransferStopped(reason)
    return digest.hexdigest()


def _member(info: zipfile.ZipInfo) -> Member:
    # The name before zipfile cuts it at a NUL and turns separators around.
    return Member(
        name=info.orig_filename,
        size_bytes=info.file_size,
        mode=info.external_attr >> 16,
        dos_attributes=info.external_attr & 0xFFFF,
        encrypted=bool(info.flag_bits & 0x1),
    )


def _read(file: BinaryIO, path: Path, limits: Limits) -> zipfile.ZipFile:
    """The archive with its list, which zipfile reads as a whole whatever its length, so that is looked at first."""
    try:
        if _directory_bytes(file) > limits.directory_bytes:
            raise UnsafeArchive("The archive's list of members is larger than any honest one.")
        file.seek(0)
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError, EOFError) as error:
        raise BrokenArchive(_BROKEN) from error
    except OSError as error:
        raise disk_error(error, path) from error


def _directory_bytes(file: BinaryIO) -> int:
    """The length of the list as the end record says it, found in the places where zipfile looks for it."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _END_SIZE - _MAX_COMMENT - _LOCATOR_SIZE - _END64_SIZE)
    file.seek(start)
    tail = file.read()
    at = len(tail) - _END_SIZE
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        raise BrokenArchive(_BROKEN)
    (length,) = struct.unpack_from("<L", tail, at + 12)
    locator, record = at - _LOCATOR_SIZE, at - _LOCATOR_SIZE - _END64_SIZE
    if record >= 0 and tail[locator : locator + 4] == _END64_LOCATOR and tail[record : record + 4] == _END64:
        (length,) = struct.unpack_from("<Q", tail, record + 40)
    return int(length)
