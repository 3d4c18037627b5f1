"""Lends one running demo CivitAI to many tests and puts it back as it was in between."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from civitdock.demo.server import DemoCivitai


@contextmanager
def lent(server: DemoCivitai) -> Iterator[DemoCivitai]:
    """The server with an empty log and no faults; whatever the borrower changed is undone at the end."""
    keys, rules, put_back = dict(server.keys), copy.deepcopy(vars(server.rules)), server.catalogue.keep()
    server.requests.clear()
    try:
        yield server
    finally:
        put_back()
        server.faults.clear()
        server.throttle = None
        server.keys.clear()
        server.keys.update(keys)
        vars(server.rules).update(rules)
