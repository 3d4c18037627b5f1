"""A library whose files can be moved, and helpers to look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from civitdock.domain.filing import ENDED, Operation
from tests.library.bench import Library
from tests.support.clock import FakeClock


class Room(Library):
    """A library and its desk."""

    def begin(self) -> None:
        """Start the worker of operations."""
        self.desk.operations.start()

    def ended_operation(self, operation: Operation) -> Operation:
        """The operation once it has ended; answers wait two seconds at most, a busy machine may need more."""
        pause = threading.Event()
        for _ in range(1000):
            if operation.state in ENDED:
                return operation
            pause.wait(0.02)
            operation = self.desk.operations.operation(operation.id)
        raise AssertionError(f"the operation stays at {operation}")

    def delete(self, *paths: Path) -> Operation:
        return self.ended_operation(self.desk.operations.delete([str(path) for path in paths]))

    def move(self, *pairs: tuple[Path, Path]) -> Operation:
        return self.ended_operation(self.desk.operations.move([(str(old), str(new)) for old, new in pairs]))

    def undo(self, operation: Operation) -> Operation:
        return self.ended_operation(self.desk.operations.undo(operation.id))

    def tree(self) -> dict[str, bytes]:
        """Every file below the model folders with its content, links as where they lead."""
        home = self.host._home / "models"
        files = (path for path in home.rglob("*") if path.is_symlink() or path.is_file())
        return {
            path.relative_to(home).as_posix(): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
            for path in files
        }

    def shown(self) -> set[str]:
        """The names of the tree without what lies in a trash."""
        return {name for name in self.tree() if ".civitdock-trash" not in name}


@pytest.fixture
def room(demo: DemoCivitai, tmp_path: Path, clock: FakeClock) -> Iterator[Room]:
    made = Room(demo, tmp_path, clock)
    made.begin()
    yield made
    made.close()
