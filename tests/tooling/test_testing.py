"""The test command's own rules: which sessions, which tests, what counts as success."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from civitdock.domain.packages import PACKAGES
from tests.conftest import TESTS, _place_markers, in_scope
from tests.support.webui.variants import available
from tools.interpreters import find_interpreter
from tools.pinsets import HOSTS, PIN_SETS, Scope
from tools.results import Counts, Outcome, SessionResult, load_counts, load_result, summary
from tools.testing import NO_TEST_RAN, SESSIONS, _parse, exit_code

PASSED = SessionResult("newest-3.11", Outcome.PASSED)
FAILED = SessionResult("newest-3.11", Outcome.FAILED)
NOT_RUN = SessionResult("a1111-3.10", Outcome.NOT_RUN, "no Python 3.10 was found on this machine")


def test_everything_runs_without_arguments() -> None:
    assert _parse([]) == (list(SESSIONS), [])


def test_pytest_arguments_run_in_every_pin_set_and_nowhere_else() -> None:
    chosen, rest = _parse(["tests/unit", "-k", "names"])
    assert chosen == [each.name for each in PIN_SETS]
    assert rest == ["tests/unit", "-k", "names"]


def test_named_sets_run_alone() -> None:
    assert _parse(["--set", "js", "--set", "neo-3.11"]) == (["js", "neo-3.11"], [])


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(SystemExit):
        _parse(["--set", "sdnext"])


def test_the_design_s_sets_and_scopes() -> None:
    scopes = {each.name: each.scope for each in PIN_SETS}
    edge = {"forge-3.11": Scope.EDGE, "classic-3.11": Scope.EDGE, "neo-3.11": Scope.EDGE}
    assert scopes == {"newest-3.11": Scope.EVERYTHING, "a1111-3.10": Scope.ALL_BUT_ONCE, **edge}


def test_every_host_is_tested_with_its_own_versions() -> None:
    hosts = {each.name.partition("-")[0]: [host.name for host in available(each.name)] for each in PIN_SETS}
    assert hosts == {
        "newest": ["a1111", "neo"],
        "a1111": ["a1111", "reforge"],
        "forge": ["forge"],
        "classic": ["classic"],
        "neo": ["neo"],
    }


@pytest.mark.parametrize("pins", PIN_SETS, ids=lambda pins: pins.name)
def test_every_list_of_a_set_is_there(pins: object) -> None:
    names = [*getattr(pins, "lists"), getattr(pins, "overrides") or "ours.txt", "ours.txt", "tools.txt"]  # noqa: B009
    assert [name for name in names if not (HOSTS / name).is_file()] == []


@pytest.mark.parametrize("name", ["ours.txt", "standalone.txt"])
def test_what_people_install_has_no_exact_pin(name: str) -> None:
    assert "==" not in (HOSTS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("markers", "everything", "all_but_once", "edge"),
    [
        (set(), True, True, False),
        ({"once"}, True, False, False),
        ({"browser"}, True, True, True),
        ({"browser", "once"}, True, False, False),
        ({"wire", "slow"}, True, True, True),
    ],
)
def test_scopes(markers: set[str], everything: bool, all_but_once: bool, edge: bool) -> None:
    found = [in_scope(markers, scope) for scope in (Scope.EVERYTHING, Scope.ALL_BUT_ONCE, Scope.EDGE)]
    assert found == [everything, all_but_once, edge]


@pytest.mark.parametrize(
    ("path", "markers"),
    [
        ("routes/test_search.py", {"routes"}),
        ("browser/deep/test_tab.py", {"browser"}),
        ("hosts/test_webui.py", {"contract"}),
        ("adapters/test_wire_models.py", {"wire"}),
        ("adapters/test_wired.py", set()),
        ("unit/test_routes.py", set()),
    ],
)
def test_places_mark_tests(path: str, markers: set[str]) -> None:
    assert _place_markers(TESTS / path) == markers


def test_a_failed_session_fails_the_run() -> None:
    assert exit_code(1, [(FAILED, Counts(5, 1))], strict=False) == 1
    assert exit_code(0, [(FAILED, Counts(5))], strict=False) == 1
    assert exit_code(0, [(PASSED, Counts(5, 1))], strict=False) == 1


def test_a_set_that_was_not_run_fails_ci_alone() -> None:
    rows = [(PASSED, Counts(5)), (NOT_RUN, Counts())]
    assert exit_code(0, rows, strict=False) == 0
    assert exit_code(0, rows, strict=True) == 1


def test_a_run_without_tests_is_no_success() -> None:
    assert exit_code(0, [(PASSED, Counts())], strict=False) == NO_TEST_RAN
    assert exit_code(0, [(SessionResult("lint", Outcome.PASSED), Counts())], strict=False) == 0


def test_the_summary_ends_in_the_plain_line_and_says_what_was_not_run() -> None:
    text = summary([(PASSED, Counts(5, 1, 2)), (NOT_RUN, Counts()), (PASSED, Counts(1))])
    assert text.splitlines()[-1] == "6 passed, 1 failed, 2 skipped"
    assert "a1111-3.10 not run: no Python 3.10 was found on this machine" in text


def test_results_survive_the_disk(tmp_path: Path) -> None:
    NOT_RUN.save(tmp_path)
    assert load_result(tmp_path, NOT_RUN.name) == NOT_RUN
    assert load_result(tmp_path, "neo-3.11").outcome is Outcome.FAILED


def test_counts_are_read_from_both_runners(tmp_path: Path) -> None:
    case = "<testcase name='a'>{}</testcase>"
    inside = ["", "", "<failure/>", "<error/>", "<skipped/>"]
    cases = "".join(case.format(each) for each in inside)
    (tmp_path / "js.xml").write_text(f"<testsuites>{cases}</testsuites>", encoding="utf-8")
    (tmp_path / "neo.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
    assert load_counts(tmp_path, "js") == load_counts(tmp_path, "neo") == Counts(2, 2, 1)
    assert load_counts(tmp_path, "lint") == Counts()


def test_this_interpreter_is_found_and_an_unknown_one_is_not() -> None:
    version = "{}.{}".format(*sys.version_info[:2])
    found = find_interpreter(version)
    assert found is not None
    assert Path(found).exists()
    assert find_interpreter("3.99") is None


def _requirements(*names: str) -> list[str]:
    lines = [line for name in names for line in (HOSTS / name).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _name(requirement: str) -> str:
    return re.split(r"[<>=]", requirement)[0].lower()


@pytest.mark.parametrize("name", sorted(path.name for path in HOSTS.glob("*.txt")))
def test_a_list_names_each_package_once(name: str) -> None:
    names = [_name(line) for line in _requirements(name)]
    assert len(names) == len(set(names))


def test_standalone_installs_what_the_extension_brings_into_a_host() -> None:
    assert sorted(_requirements("ours.txt")) == sorted(package.requirement for package in PACKAGES)


def test_every_floor_is_run_by_a_pin_set() -> None:
    floors = {_name(line): line.partition("==")[2] for line in _requirements("floors.txt")}
    promised = {_name(line): line.partition(">=")[2] for line in _requirements("ours.txt")}
    assert {name: floors[name][: len(floor)] for name, floor in promised.items()} == promised
    assert any("floors.txt" in pins.lists for pins in PIN_SETS)
