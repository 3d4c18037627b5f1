"""One row per figure: ours, a rival's from the same run, and their ratio."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure of ours in `unit`; `theirs` is the rival's in the same unit, `most` the budget in that unit or None.

    `most_ratio` is a budget for ours divided by theirs.
    """

    what: str
    ours: float
    unit: str
    rival: str = ""
    theirs: float | None = None
    most: float | None = None
    most_ratio: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by theirs."""
        return self.ours / self.theirs if self.theirs else None

    def budget(self) -> str:
        """The budget in words and whether it is met."""
        parts = []
        if self.most is not None:
            parts.append(f"< {self.most:g} {self.unit}: {_word(self.ours < self.most)}")
        if self.most_ratio is not None and self.ratio is not None:
            parts.append(f"<= {self.most_ratio:g}x: {_word(self.ratio <= self.most_ratio)}")
        return ", ".join(parts)


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


def alternate(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure; they take turns, so that a busy moment of the machine hits all of them."""
    values: list[list[float]] = [[] for _ in measures]
    for number in range(rounds):
        order = list(enumerate(measures))
        for index, measure in order if number % 2 == 0 else reversed(order):
            values[index].append(measure())
    return [statistics.median(each) for each in values]


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    head = ("what", "ours", "rival", "rival's figure", "ours / rival", "budget", "note")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    texts.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(texts)


def _cells(row: Row) -> tuple[str, ...]:
    theirs = "" if row.theirs is None else f"{row.theirs:,.1f} {row.unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return (row.what, f"{row.ours:,.1f} {row.unit}", row.rival, theirs, ratio, row.budget(), row.note)
