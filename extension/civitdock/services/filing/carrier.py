"""Carries one item of an operation from place to place, forth or back: all of it, or none.

The thing itself goes first and what belongs to it after it, so that after a crash its place says how far it came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from civitdock.domain.downloads import Failure
from civitdock.domain.filing import Entry, EntryState, Role, Way, is_trash
from civitdock.domain.transfers import PART_SUFFIX
from civitdock.errors import CivitDockError, DiskFull, NameConflict, NotFound, WrongState
from civitdock.ports import Disk
from civitdock.ports.filing import OtherVolume, Places
from civitdock.services.in_use import InUse

#: Keeps what is done with an entry in the journal.
Note = Callable[[Entry], None]


class Direction(Enum):
    """Which way an operation runs."""

    FORTH = "forth"
    BACK = "back"

    def ends(self, entry: Entry) -> tuple[Path, Path]:
        """Where a file lies now and where it goes."""
        assert entry.target is not None
        return (entry.source, entry.target) if self is Direction.FORTH else (entry.target, entry.source)

    @property
    def due(self) -> EntryState:
        """The state of files that are to go."""
        return EntryState.WAITING if self is Direction.FORTH else EntryState.DONE

    @property
    def arrived(self) -> EntryState:
        """The state of files that have gone."""
        return EntryState.DONE if self is Direction.FORTH else EntryState.BACK

    @property
    def failed(self) -> EntryState:
        """The state of files that could not go."""
        return EntryState.FAILED if self is Direction.FORTH else EntryState.DONE

    @property
    def opposite(self) -> Direction:
        """The other way."""
        return Direction.BACK if self is Direction.FORTH else Direction.FORTH


@dataclass(frozen=True)
class Carrier:
    """`busy` says why a path must be left alone at the moment, `stop` raises where the program ends."""

    places: Places
    disk: Disk
    in_use: InUse
    busy: Callable[[Path], str | None]
    stop: Callable[[], None] = lambda: None

    def carry(self, operation: str, item: Sequence[Entry], way: Direction, note: Note) -> list[Entry]:
        """The entries of an item after it was carried, or put back where it could not be.

        `note` makes an entry durable before a second copy of it could be met. Raises what `stop` raises, and then
        nothing of the item has gone.
        """
        due = [entry for entry in item if entry.target is not None and entry.state is way.due]
        rest = [entry for entry in item if entry not in due]
        done: list[Entry] = []
        try:
            with self.in_use.moved(*(path for entry in due if entry.is_head for path in way.ends(entry))):
                self._free(due, way)
                for entry in due:
                    done.append(self._one(operation, entry, way, note))  # noqa: PERF401 - each counts when one fails
        except CivitDockError as error:
            back = self._put_back(operation, done, way, note)
            ended = {entry.number: entry for entry in back}
            left = [ended.get(entry.number, replace(entry, state=way.failed)) for entry in due]
            done = [replace(entry, error=_failure(error)) if entry.is_head else entry for entry in left]
        return sorted((*rest, *done), key=lambda entry: entry.number)

    def finish(self, operation: str, item: Sequence[Entry], way: Direction, note: Note) -> list[Entry]:
        """The entries of an item after a crash: where its head has arrived the rest follows, else all stays."""
        seen = [self._seen(operation, entry, way) for entry in item]
        if not any(entry.is_head and entry.state is way.arrived for entry in seen):
            return seen
        ended: list[Entry] = []
        for entry in seen:
            if entry.state is way.due and entry.target is not None:
                try:
                    ended.append(self._one(operation, entry, way, note))
                except CivitDockError as error:
                    ended.append(replace(entry, state=way.failed, error=_failure(error)))
            else:
                ended.append(entry)
        return ended

    def dropped(self, path: Path) -> int | None:
        """Remove a file of the trash for good; answers its bytes, None where somebody took it out by hand.

        Raises `NotFound` where its drive is away, and `NotWritable`.
        """
        look = self.places.look(path)
        if look is None and self.places.is_away(path):
            raise _gone(path)
        self.places.remove(path)
        return None if look is None else look.size_bytes

    def _free(self, due: Sequence[Entry], way: Direction) -> None:
        """Raise where somebody else works with one of the names."""
        for entry in due:
            for path in way.ends(entry) if entry.role is Role.MODEL else ():
                reason = self.busy(path)
                if reason is not None:
                    raise WrongState(reason, hint="Try again when that has ended.")

    def _one(self, operation: str, entry: Entry, way: Direction, note: Note) -> Entry:
        origin, goal = way.ends(entry)
        found = self.places.look(origin)
        if found is None:
            if entry.is_head:
                raise _gone(origin)
            return replace(entry, state=EntryState.BACK)  # it vanished by itself, and nothing else hangs on it
        if entry.is_head and way is Direction.FORTH and found != entry.look:
            raise WrongState(f"{origin.name} has changed since.", hint="Sync it, then try again.")
        if not entry.is_head and way is Direction.BACK and self.places.look(goal) is not None:
            return self._met(entry, origin, goal)
        if entry.way is Way.MOVE or way is Direction.BACK:
            try:
                self.places.rename(origin, goal)
                return replace(entry, state=way.arrived)
            except OtherVolume:
                pass
        return self._copy(operation, replace(entry, look=found), way, note)

    def _copy(self, operation: str, entry: Entry, way: Direction, note: Note) -> Entry:
        """To another drive: copied, checked, named in one step, and only then the source goes."""
        origin, goal = way.ends(entry)
        if self.places.look(goal) is not None:
            raise NameConflict(f"{goal.name} exists in {goal.parent}.")
        if self.disk.free_bytes(goal.parent) < entry.look.size_bytes:
            raise DiskFull(f"There is not enough free space for {origin.name} on the drive of {goal.parent}.")
        part = part_of(operation, entry, goal)
        try:
            digest = self.places.copy(origin, part, self.stop if entry.is_head else _to_its_end)
            copied = replace(entry, digest=digest)
            note(copied)
            self.places.rename(part, goal)
        except BaseException:
            with suppress(CivitDockError):
                self.places.remove(part)
            raise
        if entry.way is Way.MOVE or way is Direction.BACK:
            self.places.keep([goal.parent])
            self.places.remove(origin)
        return replace(copied, state=way.arrived)

    def _met(self, entry: Entry, here: Path, there: Path) -> Entry:
        """Undo where a sidecar's old name is taken: what says the same goes, nothing else does.

        In the trash another content stays and is told, for it must not keep its model there; else it is an error.
        """
        taken = NameConflict(f"{there.name} exists in {there.parent}.")
        if not self._say_the_same(there, here):
            if not is_trash(here):
                raise taken
            hint = "Its former content stays in the trash. Undo again once the name is free."
            return replace(entry, error=_failure(NameConflict(taken.message, hint=hint)))
        self.places.remove(here)
        return replace(entry, way=Way.COPY, state=EntryState.BACK)

    def _say_the_same(self, one: Path, other: Path) -> bool:
        looks = [self.places.look(path) for path in (one, other)]
        if any(look is None or look.is_link for look in looks):
            return False
        return self.places.digest(one) == self.places.digest(other)

    def _put_back(self, operation: str, done: Sequence[Entry], way: Direction, note: Note) -> list[Entry]:
        """An item goes whole or not at all; what cannot even go back stays told as it lies."""
        back: list[Entry] = []
        for entry in reversed(done):
            if entry.state is not way.arrived:
                back.append(replace(entry, state=way.failed))
                continue
            if entry.way is Way.COPY and way is Direction.BACK:
                back.append(entry)  # the copy said the same as the original, so nothing is lost
                continue
            try:
                look = self.places.look(way.ends(entry)[1]) or entry.look
                went = self._one(operation, replace(entry, look=look), way.opposite, note)
                back.append(replace(entry, state=way.failed) if went.state is way.opposite.arrived else went)
            except CivitDockError as error:
                back.append(replace(entry, error=_failure(error)))
        return back

    def _seen(self, operation: str, entry: Entry, way: Direction) -> Entry:
        """An entry as the disk shows it after a crash."""
        if entry.target is None or entry.state is not way.due:
            return entry
        origin, goal = way.ends(entry)
        self.places.remove(part_of(operation, entry, goal))
        here, there = self.places.look(origin), self.places.look(goal)
        if here is None and there is None and way is Direction.FORTH:
            # Perhaps its drive is away: only a file that counts as gone can be undone once it is back.
            return replace(entry, state=way.arrived, error=_failure(_gone(origin)) if entry.is_head else None)
        if there is None or (entry.way is Way.COPY and way is Direction.BACK):
            return entry
        if here is None:
            return replace(entry, state=way.arrived) if there.size_bytes == entry.look.size_bytes else entry
        if self.places.is_half_renamed(origin, goal):
            self.places.remove(origin)
            return replace(entry, state=way.arrived)
        if entry.digest is None or there.size_bytes != here.size_bytes or self.places.digest(goal) != entry.digest:
            return entry
        if entry.way is Way.MOVE:
            if self.places.digest(origin) != entry.digest:
                return entry
            self.places.keep([goal.parent])
            self.places.remove(origin)
        return replace(entry, state=way.arrived)


def _to_its_end() -> None:
    """What goes along with a model is small."""


def part_of(operation: str, entry: Entry, goal: Path) -> Path:
    """Where a copy for another drive is gathered: a hidden name of its own that a crash leaves known."""
    return goal.with_name(f".civitdock-{operation}-{entry.number}{PART_SUFFIX}")


def _failure(error: CivitDockError) -> Failure:
    return Failure(**error.as_dict())


def _gone(path: Path) -> NotFound:
    return NotFound(f"{path.name} is no longer there.", hint="Look at the folder, then try again.")
