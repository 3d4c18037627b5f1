"""Screenshots as small files: WebP, still or moving, never beyond a size."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

#: The best that fits is kept.
QUALITIES = (88, 80, 70, 60, 50, 40)
LARGEST_STILL = 250_000
LARGEST_TOUR = 3_000_000


@dataclass(frozen=True)
class Frame:
    """One picture of the tour and how long it is shown, in milliseconds."""

    picture: Image.Image
    milliseconds: int


def still(picture: Image.Image) -> bytes:
    """The picture as WebP below 250 KB; raises `ValueError` where no quality is low enough."""
    file = io.BytesIO()
    for quality in QUALITIES:
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=quality, method=6)
        if file.tell() <= LARGEST_STILL:
            return file.getvalue()
    raise ValueError(f"the picture needs {file.tell()} bytes")


def moving(frames: Sequence[Frame]) -> bytes:
    """The frames as one animated WebP below 3 MB that begins again for ever; raises `ValueError` where none fits."""
    shown = _merged(frames)
    first, *rest = [frame.picture for frame in shown]
    file = io.BytesIO()
    for quality in QUALITIES[1:]:
        file = io.BytesIO()
        first.save(
            file,
            "WEBP",
            save_all=True,
            append_images=rest,
            duration=[frame.milliseconds for frame in shown],
            loop=0,
            quality=quality,
            method=4,
            kmin=30,
            kmax=60,
        )
        if file.tell() <= LARGEST_TOUR:
            return file.getvalue()
    raise ValueError(f"the tour needs {file.tell()} bytes")


def _merged(frames: Sequence[Frame]) -> list[Frame]:
    """Equal pictures in a row become one that is shown for longer."""
    shown: list[Frame] = []
    for frame in frames:
        if shown and shown[-1].picture.tobytes() == frame.picture.tobytes():
            shown[-1] = Frame(frame.picture, shown[-1].milliseconds + frame.milliseconds)
        else:
            shown.append(frame)
    return shown
