"""Operations on files as the edges see them: one at a time on a thread of their own, each with a way back."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from civitdock.domain.downloads import Failure
from civitdock.domain.filing import (
    Entry,
    EntryState,
    Kind,
    Operation,
    State,
    Trash,
    Way,
    by_item,
    ended,
    ended_undo,
)
from civitdock.domain.times import iso
from civitdock.errors import CivitDockError, Interrupted, NotFound, WrongState
from civitdock.ports import Clock
from civitdock.ports.filing import OperationStore
from civitdock.services.filing.carrier import Carrier, Direction, Note
from civitdock.services.filing.followup import Followup
from civitdock.services.filing.intake import Intake
from civitdock.services.filing.pad import Pad

log = logging.getLogger(__name__)
#: An answer waits so long for the end of an operation, in seconds.
ANSWER_SECONDS = 2.0
_SHOWN = 50
_JOIN_SECONDS = 10.0


class Stopped(Exception):
    """The program ends."""


@dataclass(frozen=True)
class Overview:
    """The last operations, newest first, and what lies in the trash."""

    operations: tuple[Operation, ...]
    trash: Trash


class OperationService:
    """Takes wishes, journals them whole, and works them off; what a crash left is settled at the next start."""

    def __init__(
        self, store: OperationStore, intake: Intake, carrier: Carrier, followup: Followup, clock: Clock
    ) -> None:
        self._store = store
        self._intake = intake
        self._carrier = replace(carrier, stop=self._check_stop)
        self._followup = followup
        self._clock = clock
        self._changed = threading.Condition()
        self._submitting = threading.Lock()
        self._waiting: deque[tuple[str, Direction]] = deque()
        self._busy: set[str] = set()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    # --- life ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Settle what a crash left, and begin to work; a second call does nothing."""
        with self._changed:
            if self._thread is None:
                self._ending.clear()
                self._thread = threading.Thread(target=self._work, name="civitdock-filing", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the worker; files that have not gone stay where they are. A second call does nothing."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._ending.set()
            self._changed.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN_SECONDS)
        with self._changed:
            self._waiting.clear()
            self._busy.clear()
        self._store.release()

    # --- wishes ----------------------------------------------------------------------------------

    def delete(self, paths: Sequence[str]) -> Operation:
        """Move models, or orphans, with all that belongs to them into the trash; raises what `Intake` raises."""
        return self._submit(Kind.DELETE, lambda operation: self._intake.deletion(operation, paths))

    def move(self, moves: Sequence[tuple[str, str]]) -> Operation:
        """Move models (path, target) with all that belongs to them; raises what `Intake` raises."""
        return self._submit(Kind.MOVE, lambda _operation: self._intake.moves(moves))

    def undo(self, operation_id: str) -> Operation:
        """Put back what an operation moved; raises `NotFound`, `WrongState`."""
        with self._submitting:
            with self._changed:
                operation = self._known(operation_id)
                if not operation.can_undo or operation_id in self._busy:
                    raise WrongState("This operation cannot be undone now.", hint="Look at its state in the list.")
                self._claimed()
                self._busy.add(operation_id)
            with self._given_up(operation_id):
                entries = self._store.entries(operation_id)
                fresh = [replace(entry, error=None) for entry in entries]
                added = self._intake.also(entries) if operation.kind is Kind.MOVE else []
                self._store.save(operation_id, [*fresh, *added], State.UNDOING)
            self._enqueue(operation_id, Direction.BACK)
        return self.awaited(operation_id)

    def overview(self) -> Overview:
        """The last operations and the trash."""
        return Overview(self._store.newest(_SHOWN), self._store.trash())

    def operation(self, operation_id: str) -> Operation:
        """One operation as it stands; raises `NotFound`."""
        return self._known(operation_id)

    def empty(self, ids: Sequence[str]) -> Trash:
        """Remove deleted files for good, of these deletions or of all; answers what is gone.

        The only place where a byte of the user's is really removed. Raises `NotFound` for an unknown id, `WrongState`
        for one that has no trash, and what `Places.remove` raises where nothing could be removed.
        """
        with self._changed:
            self._claimed()
            there = self._store.with_trash()
            for each in ids:
                if self._known(each).kind is not Kind.DELETE or each not in there or each in self._busy:
                    raise WrongState("There is nothing of this operation in the trash.", hint="Look at its state.")
            chosen = [each for each in there if (not ids or each in ids) and each not in self._busy]
            self._busy.update(chosen)
        errors: list[CivitDockError] = []
        try:
            removed = [self._emptied(each, errors) for each in chosen]
        finally:
            with self._changed:
                self._busy.difference_update(chosen)
            self._let_go()
        if errors and not any(each.files for each in removed):
            raise errors[0]
        return Trash(sum(each.files for each in removed), sum(each.size_bytes for each in removed))

    # --- inside ----------------------------------------------------------------------------------

    def _submit(self, kind: Kind, judged: Callable[[str], list[Entry]]) -> Operation:
        operation = Operation(uuid.uuid4().hex[:16], kind, State.RUNNING, iso(self._clock.now()))
        with self._submitting:
            with self._changed:
                self._claimed()
                self._busy.add(operation.id)
            with self._given_up(operation.id):
                self._store.begin(operation, judged(operation.id))
            self._enqueue(operation.id, Direction.FORTH)
        return self.awaited(operation.id)

    @contextmanager
    def _given_up(self, operation_id: str) -> Iterator[None]:
        """What cannot be journaled is not begun."""
        try:
            yield
        except BaseException:
            with self._changed:
                self._busy.discard(operation_id)
            self._let_go()
            raise

    def _enqueue(self, operation_id: str, way: Direction) -> None:
        with self._changed:
            self._waiting.append((operation_id, way))
            self._changed.notify_all()

    def awaited(self, operation_id: str) -> Operation:
        """The operation once it has ended, or as it stands after two seconds; raises `NotFound`."""
        with self._changed:
            self._changed.wait_for(lambda: operation_id not in self._busy, ANSWER_SECONDS)
        return self._known(operation_id)

    def _known(self, operation_id: str) -> Operation:
        found = self._store.get(operation_id)
        if found is None:
            raise NotFound("There is no such operation.", hint="GET file-operations lists them.")
        return found

    def _claimed(self) -> None:
        if not self._store.claim():
            raise WrongState("Another CivitDock moves files at the moment.", hint="Try again when it has ended.")

    def _let_go(self) -> None:
        with self._changed:
            if not self._busy:
                self._store.release()

    def _check_stop(self) -> None:
        if self._ending.is_set():
            raise Stopped

    def _work(self) -> None:
        try:
            self._recover()
        except CivitDockError as error:
            log.warning("What was left of moving files could not be settled: %s", error.message)
        except Exception:
            log.exception("What was left of moving files could not be settled")
        while (job := self._next()) is not None:
            operation_id, way = job
            try:
                self._carry_out(operation_id, way)
            except Stopped:
                return
            except Exception:
                log.exception("Moving files failed")
                self._settle(operation_id, way)
            finally:
                with self._changed:
                    self._busy.discard(operation_id)
                    self._changed.notify_all()
                self._let_go()

    def _next(self) -> tuple[str, Direction] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_dismissed() or bool(self._waiting))
            return None if self._is_dismissed() else self._waiting.popleft()

    def _is_dismissed(self) -> bool:
        return self._thread is not threading.current_thread()

    def _carry_out(self, operation_id: str, way: Direction) -> None:
        operation, entries = self._known(operation_id), self._store.entries(operation_id)
        items = by_item(entries)
        if way is Direction.BACK:
            items.reverse()
        pad = Pad(self._store, operation, self._followup, way, self._clock)
        try:
            for item in items:
                self._check_stop()
                pad.add(self._carrier.carry(operation_id, item, way, self._noter(operation_id)))
        finally:
            pad.flush()
        self._end(operation, way)

    def _noter(self, operation_id: str) -> Note:
        return lambda entry: self._store.save(operation_id, [entry])

    def _end(self, operation: Operation, way: Direction) -> None:
        entries = self._store.entries(operation.id)
        self._followup.tidy(operation.kind, entries, way)
        self._store.save(operation.id, [], ended(entries) if way is Direction.FORTH else ended_undo(entries))

    def _recover(self) -> None:
        """What a crash left under way: what is done is done, the rest stays; another program's work is its own."""
        if not self._store.claim():
            return
        try:
            for operation_id in self._store.open():
                with self._changed:
                    if operation_id in self._busy:
                        continue
                    self._busy.add(operation_id)
                state = self._known(operation_id).state
                try:
                    self._settle(operation_id, Direction.BACK if state is State.UNDOING else Direction.FORTH)
                finally:
                    with self._changed:
                        self._busy.discard(operation_id)
                        self._changed.notify_all()
        finally:
            self._let_go()

    def _settle(self, operation_id: str, way: Direction) -> None:
        operation = self._known(operation_id)
        pad = Pad(self._store, operation, self._followup, way, self._clock)
        for item in by_item(self._store.entries(operation_id)):
            try:
                after = self._carrier.finish(operation_id, item, way, self._noter(operation_id))
            except CivitDockError as error:  # a drive that cannot be looked at must not keep the others from their end
                log.warning("An item could not be settled: %s", error.message)
                after = item
            pad.add([_interrupted(entry, way) for entry in after])
        pad.flush()
        self._end(operation, way)

    def _emptied(self, operation_id: str, errors: list[CivitDockError]) -> Trash:
        """Remove one deletion's files; what cannot be removed stays and can be tried again."""
        files = size = 0
        entries: list[Entry] = []
        for entry in self._store.entries(operation_id):
            if entry.state is not EntryState.DONE or entry.target is None:
                continue
            try:
                freed = self._carrier.dropped(entry.target)
            except CivitDockError as error:
                errors.append(error)
                entries.append(replace(entry, error=Failure(**error.as_dict())))
                continue
            entries.append(replace(entry, state=EntryState.REMOVED, error=None))
            files, size = files + (freed is not None), size + (freed or 0)
        left = any(entry.state is EntryState.DONE for entry in entries)
        self._followup.tidy_trash(entry.target for entry in entries if entry.target is not None)
        self._store.save(operation_id, entries, None if left else State.EMPTIED)
        return Trash(files, size)


def _interrupted(entry: Entry, way: Direction) -> Entry:
    """A file that did not go any more: it stays, and its item says why."""
    if entry.state is not way.due or entry.target is None or (way is Direction.BACK and entry.way is Way.COPY):
        return entry
    failure = Failure(**Interrupted().as_dict()) if entry.is_head else entry.error
    return replace(entry, state=way.failed, error=failure)
