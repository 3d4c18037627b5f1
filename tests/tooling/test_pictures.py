"""Pictures for README and docs are small, and the tour shows every frame for as long as it was meant to."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image

from tools.pictures import store
from tools.pictures.store import Frame

ROOT = Path(__file__).resolve().parent.parent.parent
SIZE = (64, 48)


def test_equal_frames_become_one_that_is_shown_longer() -> None:
    red, blue = Image.new("RGB", SIZE, "red"), Image.new("RGB", SIZE, "blue")
    made = Image.open(io.BytesIO(store.moving([Frame(red, 100), Frame(red.copy(), 50), Frame(blue, 70)])))
    durations = []
    for number in range(made.n_frames):  # type: ignore[attr-defined]
        made.seek(number)
        made.load()
        durations.append(made.info["duration"])
    assert durations == [150, 70]
    assert made.info["loop"] == 0


def test_what_no_quality_makes_small_enough_is_refused() -> None:
    width = height = 1200
    noise = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    with pytest.raises(ValueError, match="bytes"):
        store.still(noise)


@pytest.mark.parametrize("page", ["README.md", "docs/tour.md"])
def test_every_picture_of_a_page_is_there_and_small(page: str) -> None:
    path = ROOT / page
    named = re.findall(r"[\w/.-]+\.(?:webp|png)", path.read_text(encoding="utf-8"))
    assert named
    for name in named:
        most = store.LARGEST_TOUR if name.endswith("/tour.webp") else store.LARGEST_STILL
        assert 0 < (path.parent / name).stat().st_size <= most, name
