"""What of a zip archive may be unpacked, and where: names, kinds and amounts, decided before a byte is written.

What only an attack has (paths that lead out, drive letters, absolute names, a bomb) refuses the whole archive; what
an honest archive can have too (links, twice the same name) is left out with a reason.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from civitdock.domain import names
from civitdock.errors import BrokenArchive, EncryptedArchive, UnsafeArchive

_MIB = 1024 * 1024
_DRIVE = re.compile(r"^[A-Za-z]:")
_SEPARATORS = re.compile(r"[/\\]")
#: What systems put into archives for themselves.
_JUNK_FOLDERS, _JUNK = frozenset({"__macosx"}), frozenset({".ds_store", "thumbs.db", "desktop.ini"})
#: In the attributes of a member: MS-DOS device, and a Windows link (reparse point).
_DOS_SPECIAL = 0x40 | 0x400


@dataclass(frozen=True)
class Limits:
    """What no honest archive of models reaches. `ratio` is unpacked to packed; below `free_of_ratio` bytes any will do.

    `directory_bytes` is the size of the archive's list of members, which is read as a whole.
    """

    members: int = 10_000
    total_bytes: int = 200 * 1024 * _MIB
    ratio: int = 100
    free_of_ratio: int = 64 * _MIB
    depth: int = 12
    directory_bytes: int = 4 * _MIB

    def budget(self, archive_bytes: int) -> int:
        """How many bytes an archive of this size may become."""
        return min(self.total_bytes, max(self.ratio * archive_bytes, self.free_of_ratio))


@dataclass(frozen=True)
class Member:
    """A member as the archive's list has it; nothing of it is to be believed. `mode` is its Unix mode or 0."""

    name: str
    size_bytes: int
    mode: int = 0
    dos_attributes: int = 0
    encrypted: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is only a folder."""
        return self.name.endswith(("/", "\\")) or stat.S_ISDIR(self.mode)


@dataclass(frozen=True)
class Skipped:
    """A member that was left out, by its name in the archive, and why, in plain words."""

    name: str
    reason: str


@dataclass(frozen=True)
class Unpacked:
    """What became of an archive: an absolute folder, the files below it with forward slashes, and what was left out."""

    folder: str
    files: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A member to unpack: its place in the archive's list, and its sanitized path below the folder."""

    index: int
    name: str
    parts: tuple[str, ...]
    size_bytes: int

    @property
    def path(self) -> str:
        """With forward slashes."""
        return "/".join(self.parts)


@dataclass(frozen=True)
class Plan:
    """What will be unpacked, and what not."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]
    total_bytes: int


def plan(members: Sequence[Member], archive_bytes: int, limits: Limits) -> Plan:
    """Raises `UnsafeArchive` for what only an attack has, `EncryptedArchive`, `BrokenArchive` for an empty one."""
    if len(members) > limits.members:
        raise UnsafeArchive(f"The archive has {len(members):,} members; {limits.members:,} are the limit.")
    total = sum(member.size_bytes for member in members)
    if total > limits.budget(archive_bytes):
        raise UnsafeArchive(f"The archive of {archive_bytes:,} bytes would become {total:,} bytes.")
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    taken = _Taken()
    for index, member in enumerate(members):
        parts = _parts(member.name, limits.depth)
        if member.is_folder and not _is_special(member):
            continue
        reason = _reason(member, parts) or taken.claim(parts)
        if reason:
            skipped.append(Skipped(shown(member.name), reason))
        else:
            entries.append(Entry(index, shown(member.name), parts, member.size_bytes))
    if any(members[entry.index].encrypted for entry in entries):
        raise EncryptedArchive
    if not entries:
        raise BrokenArchive("The archive holds nothing that could be unpacked.")
    return Plan(tuple(entries), tuple(skipped), sum(entry.size_bytes for entry in entries))


def shown(name: str) -> str:
    """A member's name as it may be shown: no control characters, no endless text."""
    return "".join(char if char.isprintable() else "�" for char in name[:200])


def folder_names(archive_name: str, version_id: int, file_id: int | None) -> tuple[str, ...]:
    """Names for the folder of an archive, the best first: its stem, then with ids of CivitAI behind it."""
    stem = names.component(names.split(archive_name)[0], "archive")
    tails = [f"-{version_id}", *([f"-{version_id}-{file_id}"] if file_id is not None else [])]
    with_ids = (names.component(stem, "archive", names.LIMIT - len(tail)) + tail for tail in tails)
    return (stem, *with_ids)


def summary(skipped: Iterable[Skipped], most: int = 3) -> str:
    """The first of what was left out, with reasons."""
    listed = list(skipped)
    text = " ".join(f"{each.name}: {each.reason}" for each in listed[:most])
    return f"{text} And {len(listed) - most} more." if len(listed) > most else text


def _parts(name: str, depth: int) -> tuple[str, ...]:
    """The sanitized path of a member; raises `UnsafeArchive` where the name leads out of the folder."""
    raw = _SEPARATORS.split(name)
    if not name.strip() or "\0" in name or name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in raw:
        raise UnsafeArchive(f"The archive has a member that leads out of its folder: {shown(name)!r}.")
    wanted = [part for part in raw if part not in ("", ".")]
    if len(wanted) > depth:
        raise UnsafeArchive(f"The archive has folders more than {depth} deep.")
    folders = tuple(names.component(part, "unnamed") for part in wanted[:-1])
    return (*folders, names.file_name(wanted[-1], "unnamed")) if wanted else ()


def _is_special(member: Member) -> bool:
    kind = stat.S_IFMT(member.mode)
    return kind not in (0, stat.S_IFREG, stat.S_IFDIR) or bool(member.dos_attributes & _DOS_SPECIAL)


def _reason(member: Member, parts: tuple[str, ...]) -> str:
    if _is_special(member):
        return "a link or device, not a file."
    if not parts:
        return "it has no name."
    raw = [part.lower() for part in _SEPARATORS.split(member.name)]
    if raw[-1] in _JUNK or _JUNK_FOLDERS.intersection(raw[:-1]):
        return "a system file of the machine on which the archive was made."
    return ""


class _Taken:
    """The paths of an archive, as a file system that ignores case sees them."""

    def __init__(self) -> None:
        self._files: set[tuple[str, ...]] = set()
        self._folders: set[tuple[str, ...]] = set()

    def claim(self, parts: tuple[str, ...]) -> str:
        """Take a path for a file; answers why that is not possible, or nothing."""
        folded = tuple(names.fold(part) for part in parts)
        above = [folded[:length] for length in range(1, len(folded))]
        if folded in self._files or folded in self._folders or self._files.intersection(above):
            return "another file or folder of the archive has the same name."
        self._files.add(folded)
        self._folders.update(above)
        return ""
