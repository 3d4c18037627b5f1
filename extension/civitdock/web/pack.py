"""Joins the tab's files into few: a browser asks for three instead of 210, each after the one that names it.

What it reads is the house style of `javascript/tab` alone: named imports and exports at the beginning of a line, no
circles, nothing exported that changes. Anything else is refused, so that no file can mean something else when joined.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_IMPORT = re.compile(r"^import (?:\{(?P<names>[^}]*)\} from )?'(?P<place>\.[^']*)';$", re.MULTILINE)
_EXPORT = re.compile(r"^export (?P<kind>(?:async )?function\*?|class|const) (?P<name>[\w$]+)", re.MULTILINE)
_NOTHING = re.compile(r"^export \{\};$", re.MULTILINE)  # what makes a file of types a module
_SHEET = re.compile(r'^@import url\("(?P<place>[^"]*)"\);$', re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class PackError(ValueError):
    """A file has what this cannot join."""


def pack(files: Mapping[str, bytes], roots: Sequence[str]) -> dict[str, bytes]:
    """For each root module one module with all that it imports, in the order in which a browser would run them.

    `files` are contents by path with forward slashes. A root stays where it is, and so do modules that are loaded
    later with `import()`; what is relative to `import.meta.url` is relative to the root. Raises `PackError`.
    """
    return {root: _joined(list(_in_order(files, root, [], set()))).encode("utf-8") for root in roots}


def pack_sheets(files: Mapping[str, bytes], name: str) -> bytes:
    """The style sheet with those it imports in their place, which lie beside it. Raises `PackError`."""

    def sheet(found: re.Match[str]) -> str:
        if found["place"] not in files:
            raise PackError(f"{name} imports {found['place']}, which is not there")
        return f"/* {found['place']} */\n{_text(files[found['place']])}"

    text = _SHEET.sub(sheet, _text(files[name]))
    if "@import" in text:
        raise PackError(f"{name}: an @import of another kind, or in a sheet that is imported")
    return text.encode("utf-8")


def _text(content: bytes) -> str:
    return content.decode("utf-8").replace("\r\n", "\n")  # an editor on Windows may save so


def _joined(modules: list[_Module]) -> str:
    number = {module.name: index for index, module in enumerate(modules)}
    parts = [module.as_function(number) for module in modules[:-1]]
    return "\n".join([*parts, modules[-1].as_module(number)])


@dataclass(frozen=True)
class _Module:
    name: str
    text: str

    @property
    def imports(self) -> list[str]:
        """The modules it imports, by their paths."""
        return [self._path(found["place"]) for found in _IMPORT.finditer(self.text)]

    def as_function(self, number: Mapping[str, int]) -> str:
        """A constant with what it exports; its own names stay inside."""
        exported = [found["name"] for found in _EXPORT.finditer(self.text)]
        body = _EXPORT.sub(r"\g<kind> \g<name>", self._linked(number))
        return (
            f"// {self.name}\nconst ${number[self.name]} = (() => {{\n{body}\n"
            f"return {{ {', '.join(exported)} }};\n}})();"
        )

    def as_module(self, number: Mapping[str, int]) -> str:
        """Itself, with its exports."""
        return f"// {self.name}\n{self._linked(number)}"

    def _linked(self, number: Mapping[str, int]) -> str:
        def constant(found: re.Match[str]) -> str:
            names = (found["names"] or "").replace(" as ", ": ")
            return f"const {{{names}}} = ${number[self._path(found['place'])]};"

        text = _NOTHING.sub("", _IMPORT.sub(constant, self.text))
        strange = next((line[0] for line in _LEFT.finditer(text) if not _EXPORT.match(line[0])), None)
        if strange is not None:
            raise PackError(f"{self.name}: {strange}")
        return text

    def _path(self, place: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.name), place))


def _in_order(files: Mapping[str, bytes], name: str, above: list[str], done: set[str]) -> Iterator[_Module]:
    """Each module after those it imports."""
    if name in above:
        raise PackError(f"a circle: {' > '.join([*above, name])}")
    if name in done:
        return
    if name not in files:
        raise PackError(f"{above[-1] if above else 'nothing'} imports {name}, which is not there")
    module = _Module(name, _text(files[name]))
    for place in module.imports:
        yield from _in_order(files, place, [*above, name], done)
    done.add(name)
    yield module
