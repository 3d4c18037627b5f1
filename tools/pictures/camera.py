"""Films a tab: frames with a pointer, and below them a line that says what happens."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page

from tests.support.browser import Tab
from tools.pictures.store import Frame
from tools.pictures.studio import screen, settle

#: How the frames are shown: a step of the pointer, a typed letter, and a look at something.
STEP_MS, LETTER_MS, LOOK_MS = 50, 70, 900
MOVES = 5
CAPTION_HEIGHT = 52
#: An arrow, its tip at the origin.
ARROW = ((0, 0), (0, 19), (5, 15), (8, 22), (11, 21), (8, 14), (14, 14))
CAPTION = """<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; height: 100vh; display: flex; align-items: center; justify-content: center; background: #111827;
         color: #f9fafb; font: 600 19px Inter, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
</style><body>"""


class Camera:
    """Takes frames of one tab; the pointer stays where it last was."""

    def __init__(self, tab: Tab) -> None:
        self.frames: list[Frame] = []
        self._tab = tab
        size = tab.page.viewport_size
        assert size is not None
        self._width = size["width"]
        self._captions: Page = tab.context.new_page()
        self._captions.set_viewport_size({"width": self._width, "height": CAPTION_HEIGHT})
        self._captions.set_content(CAPTION)
        self._caption = self._drawn_caption("")
        self._pointer = (self._width * 0.62, size["height"] * 0.55)

    def say(self, caption: str) -> None:
        """What stands below the frames from now on."""
        self._caption = self._drawn_caption(caption)

    def look(self, milliseconds: int = LOOK_MS) -> None:
        """One frame of what is there, complete."""
        settle(self._tab)
        self._take(milliseconds)

    def glance(self, milliseconds: int) -> None:
        """One frame of what is there, whatever has arrived."""
        self._take(milliseconds)

    @contextmanager
    def thinned(self, most: int) -> Iterator[None]:
        """Of the frames that the block takes at most so many are kept, evenly."""
        start = len(self.frames)
        yield
        taken = self.frames[start:]
        every = max(1, -(-len(taken) // most))
        self.frames[start:] = taken[::every]

    def point(self, at: Locator) -> None:
        """Move the pointer there."""
        at.scroll_into_view_if_needed()
        box = at.bounding_box()
        assert box is not None
        start = self._pointer
        end = (box["x"] + min(box["width"] / 2, 90), box["y"] + box["height"] / 2)
        before = screen(self._tab)
        for step in range(1, MOVES + 1):
            part = 1 - (1 - step / MOVES) ** 2  # slower towards the end
            self._pointer = (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
            self.frames.append(Frame(self._composed(before), STEP_MS))
        self._tab.page.mouse.move(*self._pointer)
        self._take(120)

    def click(self, at: Locator) -> None:
        """Move there and press where the pointer is."""
        self.point(at)
        self._tab.page.mouse.click(*self._pointer)

    def type(self, into: Locator, words: str) -> None:
        """Write letter by letter."""
        for letter in words:
            into.press_sequentially(letter)
            self._take(LETTER_MS)

    def _take(self, milliseconds: int) -> None:
        self.frames.append(Frame(self._composed(screen(self._tab)), milliseconds))

    def _composed(self, picture: Image.Image) -> Image.Image:
        whole = Image.new("RGB", (picture.width, picture.height + CAPTION_HEIGHT))
        whole.paste(picture, (0, 0))
        whole.paste(self._caption, (0, picture.height))
        x, y = self._pointer
        arrow = [(x + dx, y + dy) for dx, dy in ARROW]
        ImageDraw.Draw(whole).polygon(arrow, fill="white", outline="black")
        return whole

    def _drawn_caption(self, words: str) -> Image.Image:
        self._captions.evaluate("words => { document.body.textContent = words; }", words)
        return Image.open(io.BytesIO(self._captions.screenshot())).convert("RGB")
