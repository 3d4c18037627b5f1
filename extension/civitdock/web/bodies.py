"""What callers send, checked strictly: no unknown keys, no text for a number, limits as the contract has them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import StrictBool, conint, constr

from civitdock.compat.pydantic import ClosedModel, Field
from civitdock.domain.downloads import OnConflict, Priority
from civitdock.domain.query import CheckpointKind, EarlyAccessChoice, FileFormat
from civitdock.domain.send import Target

MAX_SEARCH = 100
MAX_LOCAL = 1000
#: The largest whole number that every JSON reader holds exactly; ids lie far below.
MAX_ID = 2**53 - 1

if TYPE_CHECKING:
    Limit = int
    Id = int
    Text = str
    LongText = str
    Word = str
else:
    Limit = conint(strict=True, ge=1, le=MAX_SEARCH)
    Id = conint(strict=True, ge=1, le=MAX_ID)
    Text = constr(strict=True, max_length=4096)
    LongText = constr(strict=True, max_length=65_536)
    Word = constr(strict=True, min_length=1, max_length=200)


class LevelWord(str, Enum):
    """The four words of the NSFW level (design section 8)."""

    NONE = "None"
    SOFT = "Soft"
    MATURE = "Mature"
    X = "X"


class SearchBody(ClosedModel):
    """`POST search`: text, pasted link, AIR, id or hash, and filters in CivitAI's own words."""

    query: Text = Field("", description="Text, a CivitAI address, an AIR, a model id or a hash")
    types: list[Word] = Field([], description="Model types; GET enums lists them")
    base_models: list[Word] = Field([], description="Base models; GET enums lists them")
    tag: Word | None = Field(None, description="One tag")
    creator: Word | None = Field(None, description="A creator's user name")
    sort: Word | None = Field(None, description="CivitAI's word; GET enums lists them")
    period: Word | None = Field(None, description="CivitAI's word; GET enums lists them")
    nsfw_level: LevelWord | None = Field(None, description="At most this level; the setting is the upper bound")
    early_access: EarlyAccessChoice = Field(
        EarlyAccessChoice.SHOW, description="Versions that must still be bought: show, hide, or only these"
    )
    checkpoint_kind: CheckpointKind | None = Field(
        None, description="Of checkpoints only trained or merged ones; without types nothing but checkpoints"
    )
    file_formats: list[FileFormat] = Field([], description="Only versions with a file of one of these formats")
    hide_installed: StrictBool = Field(False, description="Leave out models that are here already")
    limit: Limit = Field(20, description="1 to 100")
    cursor: Text | None = Field(None, description="next_cursor of the page before")


class DownloadBody(ClosedModel):
    """`POST download`: one file of a version, the primary one unless `file_id` says otherwise."""

    version_id: Id = Field(..., description="CivitAI's version id")
    file_id: Id | None = Field(None, description="A file of that version")
    folder: Text | None = Field(
        None, description="Relative to the first root of the type, or absolute inside any root of that type"
    )
    filename: Word | None = Field(None, description="Replaces the stem; the suffix stays")
    allow_unsafe: StrictBool = Field(False, description="Take a pickle that has no clean scan")
    on_conflict: OnConflict = Field(OnConflict.RENAME, description="Where the name is taken: rename or fail")
    unpack: StrictBool = Field(False, description="Unpack a .zip archive beside itself once it is here")
    priority: Priority | None = Field(None, description="high, normal or low; absent: normal, or what it has already")


class UnpackBody(ClosedModel):
    """`POST downloads/{id}/unpack`."""

    allow_unsafe: StrictBool = Field(False, description="Take pickles that have no clean scan")


class SendBody(ClosedModel):
    """`POST send/plan`: one of `image_meta`, `infotext`, `words` and `path`."""

    image_meta: dict[str, Any] | None = Field(None, description="Generation data of a picture, as `image.meta` has it")
    infotext: LongText | None = Field(None, description="Generation data as WebUIs write them into pictures")
    words: list[Word] = Field([], description="Trigger words")
    model_id: Id | None = Field(None, description="CivitAI's model that it belongs to")
    version_id: Id | None = Field(None, description="CivitAI's version that it belongs to")
    path: Text | None = Field(None, description="A checkpoint here that is to be the WebUI's")
    target: Target = Field(Target.TXT2IMG, description="Which of the WebUI's tabs is meant")


class SyncBody(ClosedModel):
    """`POST sync-metadata`: everything, or only some types or paths."""

    types: list[Word] = Field([], description="Only these model types")
    paths: list[Text] = Field([], description="Only these files or folders, absolute or relative to a model folder")
    force: StrictBool = Field(False, description="Ask again for what is known already")
    dry_run: StrictBool = Field(False, description="Only say what would be done")


class IgnoreBody(ClosedModel):
    """`POST updates/ignore`: a version, or without one the whole model."""

    model_id: Id = Field(..., description="CivitAI's model id; a file of it must be here")
    version_id: Id | None = Field(None, description="Only this version; absent for the whole model")


class RestoreBody(ClosedModel):
    """`POST restore`: whose metadata and previews become what they were before CivitDock changed them."""

    paths: list[Text] = Field(..., description="Absolute model files or folders inside the model folders")
