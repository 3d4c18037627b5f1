"""`python -m civitdock sync|library|updates|download|queue|missing|organise|undo|trash`: the work without a page.

Exit codes: 0 done, 1 it could not be done, 2 wrong arguments, 3 done but not for every file, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from civitdock.cli import download, filing, missing, queue
from civitdock.cli.output import FAILED, INTERRUPTED, INTERRUPTED_LINE, OK, PARTLY, show
from civitdock.cli.progress import follow
from civitdock.domain.library import LocalFilter, LocalModel, LocalState
from civitdock.domain.links import valid_api_base
from civitdock.domain.sync import FINISHED, Sync, SyncRequest, SyncState
from civitdock.domain.updates import Ignored, IgnoreRule, LineVersion, Newer
from civitdock.errors import CivitDockError, WrongState
from civitdock.services.downloads.service import DownloadService
from civitdock.services.filing.desk import FilingDesk
from civitdock.services.library import LibraryService
from civitdock.services.links import LinkService
from civitdock.services.missing import MissingService
from civitdock.services.restore import RestoreService
from civitdock.services.sync import SyncService
from civitdock.services.updates import UpdateService

_PAGE = 500
_ALL = 1_000_000


@dataclass(frozen=True)
class Offer:
    """The use cases that the commands need."""

    sync: SyncService
    library: LibraryService
    updates: UpdateService
    restore: RestoreService
    downloads: DownloadService
    links: LinkService
    filing: FilingDesk
    missing: MissingService


@dataclass(frozen=True)
class Place:
    """Where the program keeps its data and finds the models; None means the default."""

    data_dir: Path | None
    models_dir: Path | None
    civitai_url: str | None


Open = Callable[[Place, Mapping[str, str]], AbstractContextManager[Offer]]


def parser() -> argparse.ArgumentParser:
    """The arguments of the commands."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", type=Path, help="folder for databases and settings")
    common.add_argument("--models-dir", type=Path, help="folder that holds Stable-diffusion, Lora and so on")
    common.add_argument("--civitai-url", help="API address, such as https://civitai.com/api/v1")
    common.add_argument("--json", action="store_true", help="print the result as JSON and no progress")
    result = argparse.ArgumentParser(prog="civitdock", description="CivitDock without a page.")
    commands = result.add_subparsers(dest="command", required=True)
    sync = commands.add_parser("sync", parents=[common], help="find, identify and describe local models")
    sync.add_argument("paths", nargs="*", help="only these files or folders inside the model folders")
    sync.add_argument("--type", action="append", default=[], help="only models of this type; may be repeated")
    sync.add_argument("--force", action="store_true", help="ask again for what is known already")
    sync.add_argument("--dry-run", action="store_true", help="only say what would be done")
    library = commands.add_parser("library", parents=[common], help="list local models, or take changes back")
    library.add_argument("--type", help="only models of this type")
    library.add_argument("--state", choices=[state.value for state in LocalState], help="only files in this state")
    library.add_argument("--query", help="part of a file or model name")
    library.add_argument("--base-model", help="only models for this base model")
    library.add_argument("--restore", nargs="+", metavar="PATH", help="make metadata files what they were before")
    library.add_argument("--report", action="store_true", help="what was taken from other tools' files")
    updates = commands.add_parser("updates", parents=[common], help="newer versions of local models")
    updates.add_argument("--cached", action="store_true", help="do not ask CivitAI first")
    updates.add_argument("--ignored", action="store_true", help="list what is ignored too")
    updates.add_argument("--ignore", metavar="MODEL[:VERSION]", type=_rule, help="hear no more of this")
    updates.add_argument("--unignore", metavar="MODEL[:VERSION]", type=_rule, help="hear of this again")
    download.add_parser(commands, common)
    queue.add_parser(commands, common)
    missing.add_parser(commands, common)
    filing.add_parsers(commands, common)
    return result


COMMANDS = ("sync", "library", "updates", "download", "queue", "missing", *filing.COMMANDS)


def main(arguments: Sequence[str], opened: Open) -> int:
    """Carry one command out; answers the exit code."""
    checker = parser()
    given = checker.parse_args(arguments)
    if given.civitai_url and not valid_api_base(given.civitai_url):
        checker.error("--civitai-url must be an address of civitai.com, .red or .green, or of this machine")
    if given.command == "download":
        download.check(checker, given)
    if given.command == "missing":
        missing.check(checker, given)
    acts = {
        "sync": _sync, "library": _library, "updates": _updates, "download": _download, "queue": _queue,
        "missing": _missing,
    }  # fmt: skip
    acts |= dict.fromkeys(filing.COMMANDS, lambda offer, given: filing.run(offer.filing, given))
    try:
        with opened(Place(given.data_dir, given.models_dir, given.civitai_url), os.environ) as offer:
            return acts[given.command](offer, given)
    except CivitDockError as error:
        if given.json:
            print(json.dumps({"error": error.as_dict()}))
        print(f"{error.message} {error.hint}", file=sys.stderr)
    except KeyboardInterrupt:
        print(INTERRUPTED_LINE, file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        print(f"CivitDock cannot use its folders: {error}", file=sys.stderr)
    return FAILED


def _sync(offer: Offer, given: argparse.Namespace) -> int:
    paths = tuple(os.path.abspath(path) if os.path.exists(path) else path for path in given.paths)
    request = SyncRequest(tuple(given.type), paths, given.force)
    if given.dry_run:
        plan = offer.sync.plan(request)
        _show(given, {"plan": plan}, [
            f"{plan.files} files to look at, {plan.bytes_to_hash / 1e9:.1f} GB to read, {plan.requests} requests"
        ])  # fmt: skip
        return OK
    job = _run(offer, request, given)
    counts = f"{job.matched} known, {job.unmatched} unknown to CivitAI, {job.invalid} invalid, {job.failed} failed"
    errors = [f"{error['path']}: {error['message']}" for error in job.errors]
    _show(given, {"job": job}, [f"{job.files_done} of {job.files_total} files: {counts}", *errors])
    if given.paths and job.files_total == 0 and job.state is SyncState.DONE:
        print("There is no model file at " + ", ".join(given.paths) + ".", file=sys.stderr)
        return FAILED
    return _code(job)


def _run(offer: Offer, request: SyncRequest, given: argparse.Namespace) -> Sync:
    offer.sync.start()
    job = offer.sync.submit(request)
    try:
        return follow(offer.sync, job, visible=not given.json)
    except KeyboardInterrupt:
        print("The sync was interrupted; what it found stays.", file=sys.stderr)
        with suppress(WrongState):  # it may just have ended by itself
            offer.sync.cancel(job.id)  # so that the next start does not take it up
        offer.sync.stop()
        ended = offer.sync.progress()
        return ended if ended is not None and ended.state in FINISHED else replace(job, state=SyncState.CANCELLED)


def _code(job: Sync) -> int:
    if job.state is SyncState.CANCELLED:
        return INTERRUPTED
    if job.state is SyncState.FAILED:
        return FAILED
    return PARTLY if job.failed else OK


def _library(offer: Offer, given: argparse.Namespace) -> int:
    if given.restore:
        done = offer.restore.restore([os.path.abspath(path) for path in given.restore])
        lines = [f"{done.files} files restored", *(f"{path}: {error.message}" for path, error in done.errors)]
        errors = [{"path": str(path), **error.as_dict()} for path, error in done.errors]
        _show(given, {"files": done.files, "errors": errors}, lines)
        return PARTLY if done.errors else OK
    if given.report:
        report = offer.restore.report()
        items = [{"path": path, "taken": taken} for path, taken in report]
        _show(given, {"items": items}, [
            f"{path}: " + "; ".join(f"{', '.join(each.fields)} from {each.source}" for each in taken)
            for path, taken in report
        ])  # fmt: skip
        return OK
    wanted = LocalFilter(
        type=given.type, text=given.query, state=LocalState(given.state) if given.state else None,
        limit=_PAGE, base_model=given.base_model,
    )  # fmt: skip
    rows = list(_rows(offer.library, wanted))
    _show(given, {"items": rows}, [_line(row) for row in rows])
    return OK


def _rows(library: LibraryService, wanted: LocalFilter) -> Iterator[LocalModel]:
    while True:
        page = library.local_models(wanted)
        yield from page.items
        if page.next_cursor is None:
            return
        wanted = replace(wanted, cursor=page.next_cursor)


def _line(row: LocalModel) -> str:
    name = f"{row.model_name} {row.version_name or ''}".strip() if row.model_name else row.state.value
    update = f"  -> {row.update.name}" if row.update is not None else ""
    misplaced = f"  (a {row.kind}, belongs to {row.belongs})" if row.belongs else ""
    return f"{row.path}  {row.type}  {name}  {row.base_model or ''}{update}{misplaced}".rstrip()


def _updates(offer: Offer, given: argparse.Namespace) -> int:
    if given.ignore or given.unignore:
        if given.ignore:
            offer.updates.ignore(given.ignore)
        if given.unignore:
            offer.updates.heed(given.unignore)
        _show(given, {"ignored": sorted(map(_key, offer.updates.rules()))}, [])
        return OK
    code = OK if given.cached else _code(_run(offer, SyncRequest(force=True), given))
    if code in (FAILED, INTERRUPTED):
        print("CivitAI could not be asked; these are the updates found before.", file=sys.stderr)
    found = offer.updates.page(0, _ALL, given.ignored).items
    _show(given, {"items": found}, [line for newer in found for line in _newer(newer)])
    return code


def _newer(newer: Newer) -> Iterator[str]:
    yield f"{newer.local.model_name or newer.local.path.stem} {newer.local.version_name or ''}  {newer.local.path}"
    if newer.update is not None:
        yield f"    update: {_version(newer.update)}" + ("" if newer.ignored is Ignored.NONE else "  (ignored)")
    for version in newer.early_access:
        yield f"    early access: {_version(version)}, free {version.early_access_until or 'never'}"
    for version in newer.other_base:
        yield f"    for {version.base_model}: {_version(version)}"


def _version(version: LineVersion) -> str:
    return f"{version.name} ({version.id}, {(version.published_at or '')[:10]})"


def _download(offer: Offer, given: argparse.Namespace) -> int:
    return download.run(offer.downloads, offer.links, given)


def _queue(offer: Offer, given: argparse.Namespace) -> int:
    return download.try_now(offer.downloads, given) if given.try_now else queue.run(offer.downloads, given)


def _missing(offer: Offer, given: argparse.Namespace) -> int:
    return missing.run(offer.missing, offer.downloads, offer.links, given)


def _rule(text: str) -> IgnoreRule:
    model, colon, version = text.partition(":")
    if not model.isdecimal() or (colon and not version.isdecimal()):
        raise argparse.ArgumentTypeError("a model id, or model id:version id")
    return IgnoreRule(int(model), int(version) if colon else None)


def _key(rule: IgnoreRule) -> str:
    return f"{rule.model_id}:{rule.version_id}" if rule.version_id else str(rule.model_id)


def _show(given: argparse.Namespace, result: object, lines: Sequence[str]) -> None:
    show(result, lines, as_json=given.json)
