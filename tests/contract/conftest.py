"""Contract hosts and a demo CivitAI to lend to tests; a host is shared wherever a test leaves it as it was."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from civitdock.demo.server import DemoCivitai
from tests.support.demo import lent
from tests.support.webui.process import Order, WebUi, build
from tests.support.webui.variants import Variant, available

Starter = Callable[..., WebUi]

#: Collected only where somebody names a real WebUI.
collect_ignore = [] if os.environ.get("CIVITDOCK_WEBUI_DIR") else ["test_real_webui.py"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a variant on every host that the pin set stands for."""
    if "variant" in metafunc.fixturenames:
        hosts = available(metafunc.config.getoption("--pin-set"))
        metafunc.parametrize("variant", hosts, ids=lambda each: each.name, scope="module")


@pytest.fixture
def civitai(demo_of_module: DemoCivitai) -> Iterator[DemoCivitai]:
    """The demo CivitAI that hosts of these tests talk to."""
    with lent(demo_of_module) as server:
        yield server


@pytest.fixture(scope="module")
def any_variant(pytestconfig: pytest.Config) -> Variant:
    """The first host: for what does not differ between hosts."""
    return available(pytestconfig.getoption("--pin-set"))[0]


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory, demo_of_module: DemoCivitai) -> Iterator[Starter]:
    """Starts hosts that all end with the module."""
    yield from _starter(tmp_path_factory.mktemp("hosts"), demo_of_module)


@pytest.fixture
def start(tmp_path: Path, demo_of_module: DemoCivitai) -> Iterator[Starter]:
    """Starts hosts that end with the test."""
    yield from _starter(tmp_path, demo_of_module)


def _starter(folder: Path, demo: DemoCivitai) -> Iterator[Starter]:
    numbers = itertools.count(1)
    with ExitStack() as ends:

        def begin(
            variant: Variant,
            *flags: str,
            prepare: Callable[[Path], None] | None = None,
            **environ: str,
        ) -> WebUi:
            root = build(folder / f"{variant.name}-{next(numbers)}", variant)
            if prepare is not None:
                prepare(root)
            order = Order(variant, flags or ("--api",), {"CIVITAI_API_URL": demo.api_base, **QUIET, **environ})
            host = WebUi(root, order)
            ends.callback(host.stop)
            return host

        yield begin


#: No background sync unless a test asks for one: it would race with what the test looks at.
QUIET = {"CIVITAI_AUTO_SYNC": "0"}


@pytest.fixture(scope="module")
def host(launcher: Starter, variant: Variant) -> WebUi:
    """One host per variant, shared by the tests of a module that only look."""
    return launcher(variant)
