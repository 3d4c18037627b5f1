"""What callers send to steer the download queue; see `bodies` for the common rules."""

from __future__ import annotations

from enum import Enum

from pydantic import StrictBool

from civitdock.compat.pydantic import ClosedModel, Field
from civitdock.domain.downloads import OnConflict, Priority, State
from civitdock.domain.ordering import To
from civitdock.web.bodies import DownloadBody, Text, Word

MOST_ITEMS, MOST_IDS = 200, 1000


class Ended(str, Enum):
    """The states of a finished download."""

    DONE = State.DONE.value
    FAILED = State.FAILED.value
    CANCELLED = State.CANCELLED.value


class BatchItemBody(DownloadBody):
    """One line of a batch: what `POST download` takes, and more."""

    all_files: StrictBool = Field(False, description="Every file of the version except what it was trained with")


class BatchBody(ClosedModel):
    """`POST downloads/batch`: many files at once."""

    items: list[BatchItemBody] = Field(..., description="1 to 200, each with the keys of POST download and more")
    dry_run: StrictBool = Field(False, description="Only say what would be done")


class MoveBody(ClosedModel):
    """`POST downloads/{id}/move`: one of the three."""

    to: To | None = Field(None, description="top, up, down or bottom of its priority")
    before: Word | None = Field(None, description="The id of the waiting download that it goes before")
    after: Word | None = Field(None, description="The id of the waiting download that it goes behind")


class PriorityBody(ClosedModel):
    """`POST downloads/{id}/priority`: which waiting downloads begin first."""

    priority: Priority = Field(..., description="high, normal or low")


class RetryBody(ClosedModel):
    """`POST downloads/{id}/retry`: nothing, or what the user now wants otherwise."""

    folder: Text | None = Field(None, description="Another folder, as POST download takes it")
    filename: Word | None = Field(None, description="Another stem; the suffix stays")
    on_conflict: OnConflict | None = Field(None, description="Where the name is taken: rename or fail")
    allow_unsafe: StrictBool | None = Field(None, description="Take a pickle that has no clean scan")
    unpack: StrictBool | None = Field(None, description="Unpack a zip archive beside itself")


class ClearBody(ClosedModel):
    """`POST download-history/clear`: which finished downloads to forget; nothing means all."""

    ids: list[Word] = Field([], description="Only these jobs")
    states: list[Ended] = Field([], description="Only jobs that are done, failed or cancelled")
