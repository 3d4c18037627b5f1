"""A program of its own that moves files until it is killed, and says so for each file."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any, cast

from civitdock.adapters.clock import SystemClock
from civitdock.adapters.files.disk import LocalDisk
from civitdock.adapters.files.places import LocalPlaces
from civitdock.adapters.files.sidecars import FileSidecars
from civitdock.adapters.sqlite.index import SqliteModelStore, open_index
from civitdock.adapters.sqlite.memory import SqliteOriginals
from civitdock.adapters.sqlite.operations import SqliteOperationStore
from civitdock.adapters.sqlite.state import open_state
from civitdock.ports.filing import OtherVolume
from civitdock.services.filing.desk import FilingDesk, FilingTools, open_desk
from civitdock.services.in_use import InUse
from tests.library.support import FixedSettings, RecordingHost


class FarPlaces(LocalPlaces):
    """Every move of a model leads to another drive."""

    def rename(self, source: Path, target: Path) -> None:
        if target.name.endswith(".safetensors") and not source.name.endswith(".civitdock-part"):
            raise OtherVolume
        super().rename(source, target)


def desk_of(home: Path, far: bool) -> tuple[FilingDesk, RecordingHost, SqliteModelStore]:
    """The real services over one folder."""
    host, state = RecordingHost(home), open_state(home / "data")
    models, originals = SqliteModelStore(open_index(host.data_dir())), SqliteOriginals(state)
    tools = FilingTools(
        models, FileSidecars(originals), originals, LocalDisk(), FarPlaces() if far else LocalPlaces(),
        SqliteOperationStore(state), host, FixedSettings({}), cast("Any", SystemClock()), InUse(), lambda _path: None,
    )  # fmt: skip
    return open_desk(tools), host, models


def main(home: str, far: str, verb: str, argument: str) -> None:
    """Do one thing: `delete` or `move` with JSON, `undo` with an id, or `settle` what was left."""
    desk = desk_of(Path(home), far == "far")[0]
    print("ready", flush=True)
    desk.operations.start()
    if verb == "delete":
        desk.operations.delete(json.loads(argument))
    elif verb == "move":
        desk.operations.move([(old, new) for old, new in json.loads(argument)])
    elif verb == "undo":
        desk.operations.undo(argument)
    print("answered", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
