"""The second try of a test begins where the first one did, not with what the failed one left behind."""

from __future__ import annotations

import pytest


def begin_anew(item: pytest.Item) -> None:
    """End the item's module fixtures before a further try, so that it gets them anew; nothing at the first try.

    pytest-rerunfailures keeps them, with each model, job and file that the failed try added.
    """
    if getattr(item, "execution_count", 1) == 1 or not isinstance(item, pytest.Function):
        return
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        if definitions[-1].scope == "module":
            definitions[-1].finish(item._request)


def tell(reporter: pytest.TerminalReporter) -> None:
    """Print why each first try failed: a green run hides it otherwise."""
    for report in reporter.stats.get("rerun", []):
        reporter.section(f"the first try of {report.nodeid}")
        reporter.line(report.longreprtext)
