"""Modules joined into one: in a browser's order, with their own names inside; what is not understood is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from civitdock.web.assets import ROOTS, SHEET, read_assets
from civitdock.web.pack import PackError, pack, pack_sheets

TAB = Path(__file__).resolve().parents[2] / "javascript" / "tab"
FILES = {
    "main.mjs": b"import { two, twice as times } from './parts/two.mjs';\nimport { one } from './one.mjs';\n"
    b"export const sum = times(one) + two;\n",
    "one.mjs": b"export const one = 1;\nexport async function wait() {}\n",
    "parts/two.mjs": b"import {\n  one,\n} from '../one.mjs';\nconst $ = 1;\nexport const two = one + $;\n"
    b"export function twice(n) {\n  return 2 * n;\n}\n",
    "types.mjs": b"/** @typedef {import('./one.mjs').One} One */\nexport {};\n",
}
JOINED = """// one.mjs
const $0 = (() => {
const one = 1;
async function wait() {}

return { one, wait };
})();
// parts/two.mjs
const $1 = (() => {
const {
  one,
} = $0;
const $ = 1;
const two = one + $;
function twice(n) {
  return 2 * n;
}

return { two, twice };
})();
// main.mjs
const { two, twice: times } = $1;
const { one } = $0;
export const sum = times(one) + two;
"""


def test_a_module_is_joined_with_all_it_imports() -> None:
    assert pack(FILES, ["main.mjs"]) == {"main.mjs": JOINED.encode()}


def test_ends_of_lines_as_windows_writes_them_change_nothing() -> None:
    files = {name: content.replace(b"\n", b"\r\n") for name, content in FILES.items()}
    assert pack(files, ["main.mjs"]) == {"main.mjs": JOINED.encode()}


def test_a_file_of_types_leaves_nothing() -> None:
    files = {**FILES, "main.mjs": b"import './types.mjs';\nexport class A {}\n"}
    text = pack(files, ["main.mjs"])["main.mjs"].decode()
    assert "export {}" not in text
    assert text.endswith("const {} = $0;\nexport class A {}\n")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("import * as one from './one.mjs';", "main.mjs: import * as"),
        ("import one from './one.mjs';", "main.mjs: import one"),
        ("import { a } from 'library';", "main.mjs: import { a }"),
        ("export default class {}", "main.mjs: export default"),
        ("export let changes = 1;", "main.mjs: export let"),
        ("export { a } from './one.mjs';", "main.mjs: export { a }"),
        ("export * from './one.mjs';", "main.mjs: export *"),
        ("import { a } from './none.mjs';", "main.mjs imports none.mjs, which is not there"),
        ("import { a } from '../one.mjs';", "main.mjs imports ../one.mjs, which is not there"),
        ("import { a } from './main.mjs';", "a circle: main.mjs > main.mjs"),
    ],
)
def test_what_is_not_understood_is_refused(line: str, told: str) -> None:
    with pytest.raises(PackError, match=re.escape(told)):
        pack({**FILES, "main.mjs": f"{line}\n".encode()}, ["main.mjs"])


def test_the_tabs_modules_come_as_three_files_each_once() -> None:
    assets = read_assets(TAB)
    names = [re.findall(r"^// (\S+\.mjs)$", (assets.content(root) or b"").decode(), re.MULTILINE) for root in ROOTS]
    modules = [name for name in assets.files if name.endswith(".mjs") and b"\nexport {};" not in assets.files[name]]
    assert sorted(name for part in names for name in part) == sorted(modules)


def test_what_is_loaded_later_is_loaded_by_a_name_that_is_known() -> None:
    modules = {name: content.decode("utf-8") for name, content in read_assets(TAB).files.items() if name[-4:] == ".mjs"}
    code = {name: re.sub(r"(?s)/\*\*.*?\*/", "", text) for name, text in modules.items()}
    loaded = {found for text in code.values() for found in re.findall(r"\bimport\('\./([^']+)'\)", text)}
    assert loaded == set(ROOTS) - {"mount.mjs"}
    assert sum(text.count("import(") for text in code.values()) == len(loaded)


def test_sheets_take_the_place_of_the_lines_that_import_them() -> None:
    files = {
        "all.css": b'/* All. */\n@import url("a.css");\r\n@import url("b.css");\n',
        "a.css": b".a {\r\n}\n",
        "b.css": b".b {}\n",
    }
    assert pack_sheets(files, "all.css") == b"/* All. */\n/* a.css */\n.a {\n}\n\n/* b.css */\n.b {}\n\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'@import url("gone.css");\n', "gone.css, which is not there"),
        (b'@import url("a.css") print;\n', "of another kind"),
        (b'@import "a.css";\n', "of another kind"),
        (b'@import url("nested.css");\n', "of another kind"),
    ],
)
def test_an_import_of_a_sheet_that_is_not_understood_is_refused(text: bytes, told: str) -> None:
    files = {"all.css": text, "a.css": b".a {}\n", "nested.css": b'@import url("a.css");\n'}
    with pytest.raises(PackError, match=told):
        pack_sheets(files, "all.css")


def test_every_sheet_of_the_tab_is_imported_once_or_loaded_by_name() -> None:
    files = read_assets(TAB).files
    imported = re.findall(r'@import url\("([^"]+)"\)', files[SHEET].decode())
    by_name = {name for module in files.values() for name in re.findall(r"loadSheet\('([^']+)'\)", module.decode())}
    assert sorted([*imported, *by_name, SHEET]) == sorted(name for name in files if name.endswith(".css"))
