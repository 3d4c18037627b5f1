"""What callers send to move and delete files; see `bodies` for the common rules."""

from __future__ import annotations

from civitdock.compat.pydantic import ClosedModel, Field
from civitdock.web.bodies import Text, Word


class OrganisePlanBody(ClosedModel):
    """`POST organise/plan`: which models, and into which folder."""

    paths: list[Text] = Field([], description="Absolute model files; without paths and types all identified ones")
    types: list[Word] = Field([], description="Only models of these types")
    folder: Text | None = Field(
        None, description="As POST download takes it; absent: where template and content say that each belongs"
    )


class MoveItemBody(ClosedModel):
    """One model and its new path."""

    path: Text = Field(..., description="The model file, absolute")
    target: Text = Field(..., description="Its new path, absolute and inside a model folder")


class OrganiseBody(ClosedModel):
    """`POST organise`: what moves where, as a plan says or otherwise."""

    moves: list[MoveItemBody] = Field(..., description="1 to 10,000, each with `path` and `target`, both absolute")


class DeleteBody(ClosedModel):
    """`POST local-models/delete`: what goes into the trash."""

    paths: list[Text] = Field(..., description="1 to 10,000 absolute model files, or orphans as GET orphans lists them")


class EmptyBody(ClosedModel):
    """`POST trash/empty`: whose files are removed for good."""

    ids: list[Word] = Field([], description="Only these operations; nothing means all")
