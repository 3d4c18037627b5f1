"""The resume data beside a part file: one JSON object, and below it what arrived since it was written.

A line `start stop` is one write of a few bytes, so it costs nothing and outlives a killed process. After a power cut
it may claim bytes that never reached the disk; lines are therefore written only where a hash proves the file.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from civitdock.adapters.files.atomic import disk_error, write_atomic
from civitdock.domain.hashes import Hashes
from civitdock.domain.segments import Spans
from civitdock.domain.transfers import RESUME_SUFFIX, ResumeData, Validator

#: 2 where the part has gaps, so that a program that knows nothing of them starts over.
_SOLID, _WITH_GAPS = 1, 2


def resume_path(part: Path) -> Path:
    """Where the resume data of a part file lies."""
    return part.with_name(part.name + RESUME_SUFFIX)


def unfinished(path: Path) -> Path:
    """What `path` is called while it is written."""
    return path.with_name(path.name + ".tmp")


class ResumeFile:
    """Writes the resume data of one part. Not thread-safe."""

    def __init__(self, part: Path) -> None:
        self._path = resume_path(part)
        self._handle: int | None = None
        self.lines = 0

    def write(self, resume: ResumeData) -> None:
        """Replace it all; raises `DiskFull` or `NotWritable`."""
        self.close()
        format_ = _SOLID if resume.ranges is None else _WITH_GAPS
        facts = {"format": format_, **asdict(resume)}
        if resume.ranges is None:
            del facts["ranges"]
        write_atomic(self._path, json.dumps(facts, indent=1).encode() + b"\n", unfinished(self._path))
        self.lines = 0

    def note(self, start: int, stop: int) -> None:
        """Add bytes that are in the part; raises `DiskFull` or `NotWritable`."""
        try:
            if self._handle is None:
                flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
                self._handle = os.open(self._path, flags)
            os.write(self._handle, b"%d %d\n" % (start, stop))
        except OSError as error:
            raise disk_error(error, self._path) from error
        self.lines += 1

    def close(self) -> None:
        """Windows does not replace a file that is open."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def read_resume(path: Path) -> ResumeData | None:
    """The resume data, None where there is none that can be trusted: the file starts over."""
    try:
        text = path.read_text("utf-8")
        raw, end = json.JSONDecoder().raw_decode(text)
        if raw["format"] not in (_SOLID, _WITH_GAPS):
            return None
        ranges = None
        if raw["format"] == _WITH_GAPS:
            spans = Spans((int(start), int(stop)) for start, stop in raw["ranges"])
            _add_lines(spans, text[end:])
            ranges = tuple(spans)
        return ResumeData(
            source=str(raw["source"]),
            expected=Hashes(**raw["expected"]),
            total=None if raw["total"] is None else int(raw["total"]),
            validator=Validator(**raw["validator"]),
            synced=int(raw["synced"]),
            ranges=ranges,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _add_lines(spans: Spans, text: str) -> None:
    """A line that was cut off counts for nothing, nor does anything behind it."""
    for line in text.splitlines(keepends=True)[1:]:
        start, _, stop = line.rstrip("\n").partition(" ")
        if not (line.endswith("\n") and start.isdecimal() and stop.isdecimal() and int(start) <= int(stop)):
            return
        spans.add(int(start), int(stop))
