"""What the buttons on the WebUI's own cards send; see `bodies` for the common rules."""

from __future__ import annotations

from civitdock.compat.pydantic import ClosedModel, Field
from civitdock.web.bodies import Text


class PreviewBody(ClosedModel):
    """`POST local-preview`: whose preview becomes which picture."""

    path: Text = Field(..., description="Absolute model file of the library")
    picture_url: Text = Field(..., description="The address of one of its version's pictures")
