"""How far the host around us is open to others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exposure:
    """How far the host is open to others.

    `locked`: changes that design section 10 names are refused. `folders_locked`: the host hides its folder settings,
    so ours cannot be changed either.
    """

    exposed: bool = False
    locked: bool = False
    share_host: str | None = None
    folders_locked: bool = False
