"""Every sentence that the server may show in the tab has its German words, by the English text in the code.

The sentences are read from the source: whoever words one anew finds here that its translation has gone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from civitdock.errors import all_errors
from civitdock.settings import SETTINGS
from tests.tooling.conftest import REPO

PACKAGE = REPO / "extension" / "civitdock"
TAB = REPO / "javascript" / "tab"
TABLES = ("servererrors", "serverfiling", "servermessages", "serversettings")

#: Modules whose sentences reach programs, logs or the terminal only.
UNSEEN = {
    "cli",
    "demo",
    "web/endpoints.py",
    "web/body.py",
    "web/routes",
    "web/description.py",
    "ui/tab.py",
    "host/page.py",
}
#: Sentences that the tab never gets, because it never sends what they refuse.
FOR_PROGRAMS = {
    "At most {1} ids fit into one request.",
    "At most {1} hashes fit into one request.",
    "Only SHA256 hashes can be looked up together.",
    "cursor: this is not a cursor of this list.",
    "cursor: not one that CivitDock gave.",
    "Begin again without a cursor.",
    "move: the other download does not wait.",
    "move: give one of to, before and after.",
    "{1}: CivitAI's ids lie between 1 and {2}.",
    "paths: each must lie in one of the model folders.",
    "paths: each must be absolute and lie in one of the model folders.",
    "{1}: each must be absolute and lie in one of the model folders.",
    "{1}: 1 to {2} are needed.",
    "moves: each target must be absolute and lie in one of the model folders.",
    "moves: {1} cannot be the name of this file.",
    "GET file-operations lists them.",
    "file_id: version {1} has no file {2}.",
    "limit: must lie between 1 and {1}.",
    "model_version_id or model_id: one of them is needed.",
    "nsfw_level: choose one of {1}.",
    "GET local-models lists the models.",
    "GET sync-progress names the present one.",
    "Send one of text and image.",
    "image: this is no Base64.",
    "Send one of image_meta, infotext, words and path.",
    "The request does not say properly under which name it called.",
    "The header {1} is missing.",
    "These routes are the tab's own. Programs use the ones below /sdapi/v1/civitai/.",
    "This WebUI asks for the user and password of its API.",
    "There is no such route.",
    "docs/routes.md lists every route.",
}
_LOGS = ("log.", "_LOG.", "logging.", "logger.")
_NOT_SHOWN = {
    "ValueError",
    "TypeError",
    "RuntimeError",
    "OSError",
    "KeyError",
    "AssertionError",
    "Query",
    "Field",
    "Body",
}


def sentences(source: str) -> set[str]:
    """The texts of a module that read like a sentence, `{1}` for what is filled in; no docstrings, no log lines."""
    tree = ast.parse(source)
    apart = {id(part) for node in ast.walk(tree) for part in _apart(node)}
    found = (_template(node) for node in ast.walk(tree) if id(node) not in apart)
    return {text for text in found if text and re.fullmatch(r"(\w+: )?[A-Z{].* .*[^.]\.", text)}


def _apart(node: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a text around it, or is no text for a user."""
    if isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from (line.value for line in node.body if isinstance(line, ast.Expr))
    elif isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name.startswith(_LOGS) or name in _NOT_SHOWN:
            yield from (part for given in (*node.args, *node.keywords) for part in ast.walk(given))


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    numbers = iter(range(1, 10))
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}" for part in node.values
    )


def table(name: str) -> set[str]:
    """The English texts that a German file lists."""
    source = (TAB / "lang" / "de" / f"{name}.mjs").read_text(encoding="utf-8")
    found = re.findall(r"""^  (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\w+)):""", source, flags=re.MULTILINE)
    return {"".join(parts).replace("\\'", "'") for parts in found}


def translated() -> set[str]:
    """All that the German files list."""
    return set().union(*(table(name) for name in TABLES))


def test_every_sentence_of_the_server_is_translated() -> None:
    missing: dict[str, set[str]] = {}
    listed = translated() | FOR_PROGRAMS
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if not any(place == each or place.startswith(f"{each}/") for each in UNSEEN):
            lacking = sentences(path.read_text(encoding="utf-8")) - listed
            missing.update({place: lacking} if lacking else {})
    assert missing == {}


def test_every_setting_and_error_is_translated() -> None:
    texts = {text for setting in SETTINGS for text in (setting.label, setting.help)}
    texts |= {text for error in all_errors() for text in (error.message, error.hint)}
    assert texts - translated() == set()


def test_no_translation_outlives_its_sentence() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    code = _plain(sources)
    gone = []
    for text in translated():
        parts = re.split(r"\{\d\}", text)
        if not all(_plain(part) in code for part in parts):
            gone.append(text)
    assert gone == []


def _plain(text: str) -> str:
    """Letters only: lines of the source are broken, quoted and escaped as the formatter likes."""
    return re.sub(r"[^A-Za-z]", "", text)


def test_the_tab_knows_the_sentence_of_every_code() -> None:
    source = (TAB / "servercodes.mjs").read_text(encoding="utf-8")
    known = dict(re.findall(r"""^  (\w+): ['"](.*)['"],$""", source, flags=re.MULTILINE))
    assert known == {error.code: error.message for error in all_errors()}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise Odd(f"{name} is not {kind.value} here.")', {"{1} is not {2} here."}),
        ('X = "A plain sentence."', {"A plain sentence."}),
        ('"""A docstring of it."""', set()),
        ('log.warning("A line for the log.")', set()),
        ('raise ValueError("Never seen by anybody.")', set()),
    ],
)
def test_sentences_are_found_in_code(source: str, found: set[str]) -> None:
    assert sentences(source) == found
