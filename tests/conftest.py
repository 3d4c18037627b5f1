"""Isolation for every test, the pin-set filter, and the fixtures that all test folders share."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.support import secondtry
from tests.support.clock import FakeClock
from tests.support.isolation import SocketGuard, apply_variables, isolated_variables
from tools.pinsets import EDGE_MARKERS, PIN_SETS, Scope, pin_set

if TYPE_CHECKING:
    from civitdock.demo.server import DemoCivitai

TESTS = Path(__file__).resolve().parent
FOLDER_MARKERS = {"contract": "contract", "hosts": "contract", "routes": "routes", "wire": "wire", "browser": "browser"}

_session_home = pytest.StashKey[Path]()
_guard = pytest.StashKey[SocketGuard]()
_patch = pytest.StashKey[pytest.MonkeyPatch]()


def pytest_addoption(parser: pytest.Parser) -> None:
    names = [each.name for each in PIN_SETS]
    parser.addoption("--pin-set", choices=names, help="run only what this pin set runs (default: everything)")


def pytest_configure(config: pytest.Config) -> None:
    """Isolate the process before anything of ours or of gradio is imported, for wider-scoped fixtures too."""
    strict = os.environ.get("CI") == "true"
    hypothesis.settings.register_profile("civitdock", deadline=None, derandomize=strict, print_blob=True)
    hypothesis.settings.load_profile("civitdock")
    home = Path(tempfile.mkdtemp(prefix="civitdock-tests-"))
    apply_variables(isolated_variables(home))
    patch, guard = pytest.MonkeyPatch(), SocketGuard()
    guard.install(patch)
    config.stash[_session_home], config.stash[_guard], config.stash[_patch] = home, guard, patch


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_patch].undo()
    shutil.rmtree(config.stash[_session_home], ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    secondtry.tell(terminalreporter)


def pytest_report_header(config: pytest.Config) -> str:
    names = ("gradio", "fastapi", "starlette", "pydantic", "requests", "urllib3", "Pillow")
    versions = [f"{name} {_version(name)}" for name in names]
    return ", ".join([*versions, f"sqlite {sqlite3.sqlite_version}", f"set {config.getoption('--pin-set')}"])


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder (and `wire` by file name), then keep what the pin set runs."""
    for item in items:
        markers = _place_markers(item.path)
        for marker in markers:
            item.add_marker(marker)
        if "browser" in markers:  # a real browser on a busy machine; the summary names each second try
            item.add_marker(pytest.mark.flaky(reruns=1))
    name = config.getoption("--pin-set")
    if name is None:
        return
    scope = pin_set(name).scope
    kept = [item for item in items if in_scope({marker.name for marker in item.iter_markers()}, scope)]
    dropped = [item for item in items if item not in set(kept)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def _place_markers(path: Path) -> set[str]:
    if TESTS not in path.parents:
        return set()
    found = {FOLDER_MARKERS[part] for part in path.relative_to(TESTS).parts[:-1] if part in FOLDER_MARKERS}
    return found | ({"wire"} if "wire" in path.stem.split("_") else set())


def in_scope(markers: set[str], scope: Scope) -> bool:
    """Whether a test with these markers runs in a pin set of that scope."""
    if scope is Scope.EVERYTHING:
        return True
    return "once" not in markers and (scope is Scope.ALL_BUT_ONCE or not markers.isdisjoint(EDGE_MARKERS))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own; the environment says nothing else about this machine."""
    folder = tmp_path_factory.mktemp("home")
    for name, value in isolated_variables(folder).items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return folder


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest) -> Iterator[SocketGuard]:
    """Fails a test that tried to reach another machine, also where the code under test hid the refusal.

    A test of such a refusal empties `no_network.refused` itself.
    """
    guard = request.config.stash[_guard]
    guard.refused.clear()
    yield guard
    if guard.refused:
        pytest.fail("the test tried to " + "; ".join(guard.refused))


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture(scope="session")
def demo_server() -> Iterator[DemoCivitai]:
    """One demo CivitAI for the whole session; tests take `demo`, wider fixtures may take this one."""
    from civitdock.demo.server import DemoCivitai

    with DemoCivitai() as server:
        yield server


@pytest.fixture(scope="module")
def demo_of_module(demo_server: DemoCivitai) -> Iterator[DemoCivitai]:
    """The same server; models that the module adds are gone after it. For fixtures that live as long as the module."""
    from tests.support.demo import models_lent

    with models_lent(demo_server) as server:
        yield server


@pytest.fixture
def demo(demo_of_module: DemoCivitai) -> Iterator[DemoCivitai]:
    """The running demo CivitAI with an empty log and no faults; what the test changes is undone after it."""
    from tests.support.demo import lent

    with lent(demo_of_module) as server:
        yield server


@pytest.fixture
def make_demo() -> Iterator[Callable[..., DemoCivitai]]:
    """Starts demo servers of the test's own, with `DemoCivitai`'s arguments (ports, host names, clock, throttle)."""
    from civitdock.demo.server import DemoCivitai

    with ExitStack() as servers:

        def make(**arguments: Any) -> DemoCivitai:
            return servers.enter_context(DemoCivitai(**arguments))

        yield make
