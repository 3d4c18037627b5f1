"""The host pin sets in which the tests run, and which tests each gets (design section 13)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

HOSTS = Path(__file__).resolve().parent.parent / "tests" / "hosts"


class Scope(Enum):
    """Which tests a pin set runs."""

    EVERYTHING = "everything"
    ALL_BUT_ONCE = "all but once"
    EDGE = "contract, routes, wire models and browser"


# What makes a test part of Scope.EDGE.
EDGE_MARKERS = ("contract", "routes", "wire", "browser")


@dataclass(frozen=True)
class PinSet:
    """One host's versions: `lists` are requirement files in tests/hosts, `overrides` beat gradio's own caps.

    `hosts` are the contract hosts that really have these versions (tests/support/webui/variants.py).
    """

    name: str
    python: str
    scope: Scope
    lists: tuple[str, ...]
    hosts: tuple[str, ...]
    overrides: str | None = None

    def install_arguments(self) -> list[str]:
        """The arguments of `uv pip install` for this set, tools and our own packages included."""
        files = [*self.lists, "ours.txt", "tools.txt"]
        arguments = [part for name in files for part in ("-r", str(HOSTS / name))]
        if self.overrides is not None:
            arguments += ["--overrides", str(HOSTS / self.overrides)]
        return ["--only-binary", ":all:", *arguments]


#: Nothing but standalone has the newest Gradio today, so there the two hosts that differ most stand for those to come.
PIN_SETS = (
    PinSet("newest-3.11", "3.11", Scope.EVERYTHING, ("standalone.txt",), ("a1111", "neo")),
    PinSet("a1111-3.10", "3.10", Scope.ALL_BUT_ONCE, ("a1111.txt", "host-common.txt"), ("a1111", "reforge")),
    PinSet("forge-3.11", "3.11", Scope.EDGE, ("forge.txt", "host-common.txt", "floors.txt"), ("forge",)),
    PinSet(
        "classic-3.11", "3.11", Scope.EDGE, ("classic.txt", "host-common.txt"), ("classic",), "classic.overrides.txt"
    ),
    PinSet("neo-3.11", "3.11", Scope.EDGE, ("neo.txt", "host-common.txt"), ("neo",), "neo.overrides.txt"),
)


def pin_set(name: str) -> PinSet:
    """The pin set of that name. Raises KeyError."""
    return {each.name: each for each in PIN_SETS}[name]
