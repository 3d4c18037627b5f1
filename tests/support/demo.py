"""Lends one running demo CivitAI to many tests and puts it back as it was in between."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from civitdock.demo.server import DemoCivitai


@contextmanager
def lent(server: DemoCivitai) -> Iterator[DemoCivitai]:
    """The server with an empty log and no faults; what the borrower changed but the models is undone at the end."""
    keys, rules = dict(server.keys), copy.deepcopy(vars(server.rules))
    server.requests.clear()
    try:
        yield server
    finally:
        server.faults.clear()
        server.throttle = None
        server.keys.clear()
        server.keys.update(keys)
        vars(server.rules).update(rules)


@contextmanager
def models_lent(server: DemoCivitai) -> Iterator[DemoCivitai]:
    """Models that the borrower adds are gone at the end: the same bytes may be another model's in the next module."""
    put_back = server.catalogue.keep()
    try:
        yield server
    finally:
        put_back()
