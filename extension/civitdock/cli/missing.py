"""`python -m civitdock missing`: what a picture, an infotext or a workflow uses, and where it is to be had.

Exit codes: 0 everything is here or was found, 1 nothing was found in it, 2 wrong arguments, 3 something is to be chosen
or unknown, 130 interrupted; with `--download` those of `download`, or 3.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from civitdock.cli import download
from civitdock.cli.output import FAILED, OK, PARTLY, show
from civitdock.domain.downloads import OnConflict
from civitdock.domain.recipe import Source
from civitdock.domain.sizes import size_text
from civitdock.domain.wanted import Candidate, Missing, Wanted, WantedState
from civitdock.services.downloads.service import DownloadService
from civitdock.services.links import LinkService
from civitdock.services.missing import LookRequest, MissingService

_STDIN = "-"
#: Bytes of a file that are read; no picture and no workflow is larger.
_MOST = 48 * 1024 * 1024
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
#: What `download` takes besides its items.
_PLAIN = {
    "file_id": None, "all_files": False, "folder": None, "filename": None, "allow_unsafe": False,
    "on_conflict": OnConflict.RENAME.value, "unpack": False, "dry_run": False, "quiet": False,
}  # fmt: skip


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser = commands.add_parser(
        "missing",
        parents=[common],
        help="list what a picture, an infotext or a workflow uses",
        description="List every model behind a picture (PNG, JPEG, WebP), an infotext, a ComfyUI workflow, AIR names "
        "or links: here, found on CivitAI, ambiguous, or unknown. What is here is known since the last sync.",
    )
    parser.add_argument("file", metavar="FILE", help="a picture or a text; - reads the input")
    parser.add_argument("--download", action="store_true", help="fetch what was found")


def check(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    """Read the file into `given.request`; ends the program where it cannot be read."""
    try:
        content = _content(given.file)
        is_picture = content.startswith(_PICTURES)
        given.request = LookRequest(picture=content) if is_picture else LookRequest(text=_decoded(content))
    except UnicodeDecodeError:
        parser.error(f"{given.file} is neither a picture that is read nor a text")
    except OSError as error:
        parser.error(f"{given.file} cannot be read ({error})")


def _decoded(content: bytes) -> str:
    """A text in UTF-8, or in UTF-16 with its mark, as Windows' shell writes it; raises `UnicodeDecodeError`."""
    return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")


def _content(name: str) -> bytes:
    if name == _STDIN:
        return sys.stdin.buffer.read(_MOST)
    with Path(name).open("rb") as file:
        return file.read(_MOST)


def run(service: MissingService, downloads: DownloadService, links: LinkService, given: argparse.Namespace) -> int:
    """List what is used, and fetch what was found where that is wanted; answers the exit code."""
    found = service.look(given.request)
    addresses = [_address(best) for each in found.resources if (best := _to_fetch(each)) is not None]
    is_fetched = given.download and bool(addresses)
    if not (given.json and is_fetched):
        show(_result(found), list(_lines(found)), as_json=given.json)
    if not found.resources:
        print(_NOTHING[found.source is Source.NONE], file=sys.stderr)
        return FAILED
    code = OK
    if is_fetched:
        wanted = argparse.Namespace(**_PLAIN, json=given.json, items=list(dict.fromkeys(addresses)))
        code = download.run(downloads, links, wanted)
    open_ends = found.totals.ambiguous + found.totals.unknown
    return PARTLY if code == OK and open_ends else code


_NOTHING = {
    True: "Nothing was found in it: no infotext, no workflow, no data of CivitAI, no AIR name and no link.",
    False: "It names no models.",
}


def _to_fetch(wanted: Wanted) -> Candidate | None:
    """The one file that was found, where it can be had."""
    if wanted.state is not WantedState.FOUND or wanted.candidates[0].refusal is not None:
        return None
    return wanted.candidates[0]


def _address(candidate: Candidate) -> str:
    """As `download` understands it."""
    address = f"https://civitai.com/api/download/models/{candidate.version.id}"
    return f"{address}?fileId={candidate.file.id}" if candidate.file is not None else address


# --- what is printed -----------------------------------------------------------------------------


def _lines(found: Missing) -> Iterator[str]:
    for each in found.resources:
        weight = f" ({each.weight:g})" if each.weight is not None else ""
        misfit = "  does not fit the checkpoint" if each.fits is False else ""
        yield f"{each.state.value:9}  {each.kind.value}  {each.name}{weight}{misfit}"
        if each.path is not None:
            yield f"    {each.path}"
        yield from (f"    {_candidate(one)}" for one in each.candidates)
        if each.reason is not None:
            yield f"    {each.reason}"
    totals = found.totals
    if found.resources:
        counts = f"{totals.here} here, {totals.found} found, {totals.ambiguous} ambiguous, {totals.unknown} unknown"
        yield f"{counts}; {size_text(totals.size_bytes)} to download"


def _candidate(one: Candidate) -> str:
    size = size_text(one.file.size_bytes if one.file is not None else None)
    name = f"{one.version.model_name} {one.version.name}".strip()
    return f"civitai:{one.version.model_id}@{one.version.id}  {name}  {one.version.base_model or ''}  {size}"


def _result(found: Missing) -> object:
    """For programs: the list, with what a download of each candidate needs."""
    items = [each.as_dict() for each in found.resources]
    failure = found.failure.as_dict() if found.failure is not None else None
    return {"source": found.source, "items": items, "totals": found.totals, "failure": failure}
