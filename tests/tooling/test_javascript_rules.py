"""What no linter rule covers: our JavaScript never turns text into markup or code, and loads nothing foreign."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.tooling.conftest import REPO

FORBIDDEN = {
    "markup from text": r"\b((inner|outer)HTML|insertAdjacentHTML|(set|parse)HTMLUnsafe|document\.write(ln)?)\b",
    "code from text": r"\beval\s*\(|\bnew\s+Function\s*\(|\bset(Timeout|Interval)\s*\(\s*['\"`]",
    "a script from elsewhere": r"\b(import|from)\s*\(?\s*['\"](https?:)?//",
    "a frame with scripts": r"allow-scripts",
}


def broken_rules(source: str) -> list[str]:
    """The rules that a source breaks; comments do not count."""
    code = re.sub(r"/\*.*?\*/|(?<![:'\"`/])//[^\n]*", "", source, flags=re.DOTALL)
    return [rule for rule, pattern in FORBIDDEN.items() if re.search(pattern, code)]


def test_our_javascript_keeps_the_rules() -> None:
    files = [*(REPO / "javascript").rglob("*.mjs"), *(REPO / "javascript").rglob("*.js")]
    broken = {path.name: broken_rules(path.read_text(encoding="utf-8")) for path in files}
    assert files
    assert {name: rules for name, rules in broken.items() if rules} == {}


@pytest.mark.parametrize(
    "source",
    [
        "root.innerHTML = text;",
        "node.insertAdjacentHTML('beforeend', text)",
        "eval (text)",
        "const f = new Function('a', text);",
        "setTimeout('go()', 1)",
        "import x from 'https://example.org/x.mjs';",
        "await import('//example.org/x.mjs')",
        "frame.sandbox = 'allow-scripts';",
    ],
)
def test_each_rule_can_fail(source: str) -> None:
    assert broken_rules(source) != []


@pytest.mark.parametrize(
    "source", ["// innerHTML is never used", "/* eval() */ node.textContent = text;", "evaluate(x)"]
)
def test_harmless_code_passes(source: str) -> None:
    assert broken_rules(source) == []


def test_the_lock_names_no_download_address() -> None:
    lock = json.loads((REPO / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert Path(REPO / ".npmrc").read_text(encoding="utf-8").startswith("omit-lockfile-registry-resolved=true")
