"""`python -m civitdock organise|undo|trash`: moving models where they belong, and the way back."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

from civitdock.cli.output import FAILED, INTERRUPTED, INTERRUPTED_LINE, OK, PARTLY, show
from civitdock.domain.filing import ENDED, Operation, State
from civitdock.domain.placement import Action
from civitdock.domain.sizes import size_text
from civitdock.services.filing.desk import FilingDesk
from civitdock.services.filing.organise import Move, OrganisePlan, OrganiseRequest
from civitdock.services.filing.service import OperationService

COMMANDS = ("organise", "undo", "trash")


def add_parsers(commands: Any, common: argparse.ArgumentParser) -> None:
    """The arguments of the commands."""
    organise = commands.add_parser("organise", parents=[common], help="say where models belong, or move them there")
    organise.add_argument("paths", nargs="*", help="only these model files; else all that CivitAI knows")
    organise.add_argument("--type", action="append", default=[], help="only models of this type; may be repeated")
    organise.add_argument("--folder", help="into this folder: relative to that of the type, or absolute")
    organise.add_argument("--apply", action="store_true", help="move them; without it nothing changes")
    undo = commands.add_parser("undo", parents=[common], help="put back what was moved or deleted last")
    undo.add_argument("id", nargs="?", help="another operation than the last; trash lists them")
    trash = commands.add_parser("trash", parents=[common], help="what was moved and deleted, and what is in the trash")
    trash.add_argument("--empty", action="store_true", help="remove what is in the trash for good")


def run(desk: FilingDesk, given: argparse.Namespace) -> int:
    """Carry one command out; answers the exit code."""
    acts = {"organise": _organise, "undo": _undo, "trash": _trash}
    return acts[given.command](desk, given)


def _organise(desk: FilingDesk, given: argparse.Namespace) -> int:
    paths = tuple(os.path.abspath(path) for path in given.paths)
    plan = desk.organise.plan(OrganiseRequest(paths, tuple(given.type), given.folder))
    moves = [move for move in plan.moves if move.action is Action.MOVE and move.target is not None]
    if not given.apply or not moves:
        show(plan, _diff(plan), as_json=given.json)
        return _left(plan, given) if given.apply else OK
    if not given.json:
        show(plan, _diff(plan), as_json=False)
    pairs = [(str(move.path), str(move.target)) for move in moves]
    return _followed(desk, given, lambda: desk.operations.move(pairs), _moved) or _left(plan, given)


def _left(plan: OrganisePlan, given: argparse.Namespace) -> int:
    """The exit code for what stays although it was named, or a folder for it was."""
    if not given.paths and given.folder is None:
        return OK
    left = sum(move.action in (Action.TAKEN, Action.UNKNOWN) for move in plan.moves)
    return OK if not left else FAILED if left == len(plan.moves) else PARTLY


def _diff(plan: OrganisePlan) -> list[str]:
    """What would move, by target folder, then what cannot, then the sums."""
    going = [move for move in plan.moves if move.action is Action.MOVE and move.target is not None]
    lines: list[str] = []
    for folder, moves in groupby(sorted(going, key=_folder), key=_folder):
        lines.append(f"{folder}")
        lines += [f"  <- {move.path}" + ("  (copied to another drive)" if move.other_volume else "") for move in moves]
    for move in plan.moves:
        if move.action in (Action.TAKEN, Action.UNKNOWN):
            free = f" {move.target.name} would be free." if move.target is not None else ""
            lines.append(f"{move.path} stays: {move.reason or ''}{free}")
    stay = sum(move.action is Action.STAY for move in plan.moves)
    sums = f"{len(going)} of {len(plan.moves)} models would move, {plan.files_total} files"
    return [*lines, f"{sums}, {size_text(plan.bytes_total)}; {stay} are where they belong."]


def _folder(move: Move) -> Path:
    assert move.target is not None
    return move.target.parent


def _undo(desk: FilingDesk, given: argparse.Namespace) -> int:
    chosen = given.id or next((each.id for each in desk.operations.overview().operations if each.can_undo), None)
    if chosen is None:
        print("There is nothing to undo.", file=sys.stderr)
        return FAILED
    return _followed(desk, given, lambda: desk.operations.undo(chosen), _put_back)


def _trash(desk: FilingDesk, given: argparse.Namespace) -> int:
    if given.empty:
        gone = desk.operations.empty(())
        show(gone, [f"{gone.files} files removed, {size_text(gone.size_bytes)}"], as_json=given.json)
        return OK
    found = desk.operations.overview()
    lines = [_line(each) for each in found.operations]
    lines.append(f"In the trash: {found.trash.files} files, {size_text(found.trash.size_bytes)}")
    show(found, lines, as_json=given.json)
    return OK


def _line(operation: Operation) -> str:
    first = f"  {operation.items[0][0]}" if operation.items else ""
    more = f" and {operation.items_total - 1} more" if operation.items_total > 1 else ""
    return f"{operation.id}  {operation.created_at}  {operation.kind.value}  {operation.state.value}{first}{more}"


def _followed(
    desk: FilingDesk, given: argparse.Namespace, begin: Callable[[], Operation], told: Callable[[Operation], str]
) -> int:
    """Begin an operation and wait for its end."""
    desk.operations.start()
    operation = begin()
    try:
        operation = _ended(desk.operations, operation, visible=not given.json)
    except KeyboardInterrupt:
        desk.operations.stop()
        print(INTERRUPTED_LINE, file=sys.stderr)
        return INTERRUPTED
    errors = [f"{path}: {error.message} {error.hint}" for path, error in operation.errors]
    show({"operation": operation}, [*errors, told(operation)], as_json=given.json)
    if not errors:
        return OK
    return PARTLY if operation.files_done else FAILED


def _ended(service: OperationService, operation: Operation, *, visible: bool) -> Operation:
    while operation.state not in ENDED:
        if visible:
            print(f"{operation.files_done} of {operation.files_total} files", file=sys.stderr, flush=True)
        operation = service.awaited(operation.id)
    return operation


def _moved(operation: Operation) -> str:
    ending = f"; python -m civitdock undo {operation.id} takes it back" if operation.can_undo else ""
    return f"{operation.files_done} files moved{ending}."


def _put_back(operation: Operation) -> str:
    if operation.state is State.UNDONE:
        return f"{operation.files_done} files put back."
    left, again = operation.files_done, f"python -m civitdock undo {operation.id}"
    return f"{left} files could not be put back; {again} tries it again."
