"""The import rules of the house as data, and the checker that reads a source tree against them.

A layer is a folder or a module directly below the package. `LAYERS` says which other layers each may import
and which third-party packages; everything that is not listed is forbidden. The checker only parses: nothing
of the tree under test is imported or run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

PACKAGE = "civitdock"
MAX_LINES = 400
MAX_ENTRY_LINES = 39

ANY = frozenset({"*"})
NONE: frozenset[str] = frozenset()
HTTP_CLIENTS = frozenset({"requests", "urllib3", "httpx", "pyrate_limiter", "tenacity"})
GRADIO = frozenset({"gradio", "gradio_client"})
HOST_MODULES = frozenset({"modules", "modules_forge", "launch"})

# Standard modules that do I/O, wait, or are not repeatable: the domain is pure.
IMPURE = frozenset(
    "asyncio glob http.client http.server logging multiprocessing os random secrets shutil socket sqlite3 "
    "ssl subprocess tempfile threading time urllib.request".split()
)

_CORE = frozenset({"errors", "settings", "domain"})
_EDGE = _CORE | {"ports", "services", "compat"}


class Lazy(Enum):
    """Which imports may stand inside a function."""

    NOTHING = "nothing"
    FOREIGN = "packages that may be absent or are slow to load, never our own modules"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Layer:
    """What one layer may import: other layers of ours, and third-party packages (`*`: any not reserved)."""

    ours: frozenset[str]
    third_party: frozenset[str] = NONE
    lazy: Lazy = Lazy.NOTHING


LAYERS: dict[str, Layer] = {
    "__init__": Layer(NONE),
    "errors": Layer(NONE),
    "settings": Layer(frozenset({"errors"})),
    "domain": Layer(_CORE),
    "ports": Layer(_CORE),
    "services": Layer(_CORE | {"ports"}),
    "adapters": Layer(_CORE | {"ports", "compat"}, ANY | HTTP_CLIENTS, Lazy.FOREIGN),
    "compat": Layer(NONE, ANY | GRADIO, Lazy.FOREIGN),
    "web": Layer(_EDGE, ANY),
    "ui": Layer(_EDGE, ANY | GRADIO),
    "cli": Layer(_EDGE, ANY),
    "host": Layer(_CORE | {"ports", "compat"}, ANY | GRADIO, Lazy.FOREIGN),
    "demo": Layer(frozenset({"domain"}), ANY),
    "app": Layer(ANY, ANY, Lazy.ANYTHING),
    "__main__": Layer(_CORE | {"app", "cli", "host"}),
}

_WORK_NAMES = frozenset({"open", "print", "input", "exec", "eval", "__import__"})
_WORK_MODULES = frozenset(
    "os subprocess socket requests urllib sqlite3 shutil tempfile time asyncio threading.Thread "
    "threading.Timer logging.basicConfig glob importlib.import_module importlib.resources "
    "importlib.metadata platform".split()
)
_PURE_CALLS = (
    "os.path.join",
    "os.fspath",
    "urllib.parse",
    "time.struct_time",
    "asyncio.Lock",
    "asyncio.Event",
)
_WORK_METHODS = frozenset(
    "read_text read_bytes write_text write_bytes exists is_file is_dir mkdir iterdir glob rglob stat unlink "
    "connect home cwd expanduser".split()
)


@dataclass(frozen=True)
class Finding:
    """One broken rule, with the place to look at."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class _Import:
    module: str
    line: int
    in_function: bool


def check_tree(package_dir: Path) -> list[Finding]:
    """Return every broken rule below `package_dir` (the folder `civitdock`), in path order."""
    findings: list[Finding] = []
    for path in sorted(package_dir.rglob("*.py")):
        findings += check_source(path.relative_to(package_dir), path.read_text(encoding="utf-8"))
    return findings


def check_source(relative: Path, source: str) -> list[Finding]:
    """Return the broken rules of one module; `relative` is its path below the package folder."""
    name = relative.as_posix()
    layer_name = relative.parts[0] if len(relative.parts) > 1 else relative.stem
    layer = LAYERS.get(layer_name)
    if layer is None:
        return [Finding(name, 1, f"unknown layer {layer_name!r}: add it to the rules or move the file")]
    tree = ast.parse(source, filename=name)
    messages = [*_import_messages(tree, relative, layer_name, layer), *_work_messages(tree)]
    return [Finding(name, line, message) for line, message in messages]


def long_files(paths: list[Path], limit: int = MAX_LINES) -> list[Finding]:
    """Return the files with more than `limit` lines."""
    counted = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in paths]
    return [Finding(path.as_posix(), n, f"{n} lines, at most {limit}") for path, n in counted if n > limit]


def _import_messages(tree: ast.Module, relative: Path, layer_name: str, layer: Layer) -> Iterator[tuple[int, str]]:
    for found in _imports(tree):
        if found.module.startswith("."):
            yield found.line, "relative import: write the absolute name"
            continue
        message = _direction_message(found.module, relative, layer_name, layer)
        if message is not None:
            yield found.line, message
        elif found.in_function and not _function_import_allowed(found.module, layer):
            yield found.line, f"import of {found.module} inside a function (only app.py loads our modules lazily)"


def _imports(tree: ast.Module) -> Iterator[_Import]:
    def visit(node: ast.AST, in_function: bool) -> Iterator[_Import]:
        for child in ast.iter_child_nodes(node):
            inside = in_function or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            if isinstance(child, ast.Import):
                yield from (_Import(alias.name, child.lineno, in_function) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield from _from_import(child, in_function)
            else:
                yield from visit(child, inside)

    yield from visit(tree, in_function=False)


def _from_import(node: ast.ImportFrom, in_function: bool) -> Iterator[_Import]:
    if node.level:
        yield _Import("." * node.level, node.lineno, in_function)
        return
    module = node.module or ""
    if module == PACKAGE or module in {"urllib", "http"}:  # the imported name is the module that counts
        yield from (_Import(f"{module}.{alias.name}", node.lineno, in_function) for alias in node.names)
    else:
        yield _Import(module, node.lineno, in_function)


def _direction_message(module: str, relative: Path, layer_name: str, layer: Layer) -> str | None:
    top, _, rest = module.partition(".")
    if top == PACKAGE:
        return _own_message(rest.partition(".")[0], layer_name, layer)
    if top in HOST_MODULES:
        allowed = relative.as_posix() == "host/webui.py"
        return None if allowed else f"{module}: the host's modules belong to host/webui.py alone"
    if top in sys.stdlib_module_names:
        impure = layer_name == "domain" and (top in IMPURE or module in IMPURE)
        return f"{module}: the domain is pure (no I/O, clock, chance or threads)" if impure else None
    return _third_party_message(top, layer_name, layer)


def _own_message(target: str, layer_name: str, layer: Layer) -> str | None:
    if target in ("", layer_name, "__version__"):
        return None
    if target == "app" and layer_name not in ("app", "__main__"):
        return f"{layer_name} must not import app: app sees all, nobody sees app"
    if layer.ours == ANY or target in layer.ours:
        return None
    return f"{layer_name} must not import {target}"


def _third_party_message(top: str, layer_name: str, layer: Layer) -> str | None:
    if top in layer.third_party:
        return None
    if top in GRADIO:
        return f"{top} belongs to ui, host and compat, not to {layer_name}"
    if top in HTTP_CLIENTS:
        return f"{top} belongs to adapters, not to {layer_name}"
    if "*" in layer.third_party:
        return None
    return f"{layer_name} uses the standard library only, not {top}"


def _function_import_allowed(module: str, layer: Layer) -> bool:
    top = module.partition(".")[0]
    foreign = top != PACKAGE and top not in sys.stdlib_module_names
    return layer.lazy is Lazy.ANYTHING or (layer.lazy is Lazy.FOREIGN and foreign)


def _work_messages(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in _import_time_nodes(tree):
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            if _does_work(name):
                yield node.lineno, f"{name}() runs at import time"


def _import_time_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs when the module is imported: function bodies and the main guard are skipped."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "__name__" in ast.dump(child.test):
            continue
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for part in _eager_parts(child):
                yield part
                yield from _import_time_nodes(part)
            continue
        yield child
        yield from _import_time_nodes(child)


def _eager_parts(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.expr]:
    defaults = [*function.args.defaults, *(d for d in function.args.kw_defaults if d is not None)]
    return defaults if isinstance(function, ast.Lambda) else [*function.decorator_list, *defaults]


def _dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; a chain that starts elsewhere keeps its last attribute as `?.c`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return "?"


def _does_work(name: str) -> bool:
    if name in _WORK_NAMES:
        return True
    if any(name == pure or name.startswith(pure + ".") for pure in _PURE_CALLS):
        return False
    if any(name == module or name.startswith(module + ".") for module in _WORK_MODULES):
        return True
    return "." in name and name.rpartition(".")[2] in _WORK_METHODS
