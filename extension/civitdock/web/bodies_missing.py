"""What callers send to have a picture or text looked into; see `bodies` for the common rules."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from pydantic import constr

from civitdock.compat.pydantic import ClosedModel, Field, ValidationError
from civitdock.errors import InvalidRequest
from civitdock.services.missing import LookRequest
from civitdock.web import body
from civitdock.web.problems import faults

#: Characters of a text; the largest workflows have some hundred thousand.
MAX_TEXT = 8 * 1024 * 1024

if TYPE_CHECKING:
    SourceText = str
    Base64 = str
else:
    SourceText = constr(strict=True, max_length=MAX_TEXT)
    Base64 = constr(strict=True, max_length=body.MAX_PICTURE_BODY_BYTES)


class MissingBody(ClosedModel):
    """`POST missing`: one of `text` and `image`."""

    text: SourceText | None = Field(None, description="An infotext, a ComfyUI workflow as JSON, or CivitAI's data")
    image: Base64 | None = Field(None, description="A PNG, JPEG or WebP of at most 32 MiB, in Base64")


def look_request(raw: bytes) -> LookRequest:
    """A body as the service takes it; raises `InvalidRequest`. It takes long: never on the loop."""
    value = body.check_json(raw) if raw.strip() else {}
    try:
        sent = MissingBody.load(value)
    except ValidationError as error:
        raise InvalidRequest(faults([{**each, "loc": ("body", *each["loc"])} for each in error.errors()])) from error
    if sent.image is None:
        return LookRequest(text=sent.text)
    try:
        picture = base64.b64decode(sent.image, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest("image: this is no Base64.") from error
    return LookRequest(text=sent.text, picture=picture)
