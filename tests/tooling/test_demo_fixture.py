"""The shared demo server comes back clean to every test, and a test can have one of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from civitdock.demo.faults import Match, overloaded
from civitdock.demo.server import DemoCivitai
from tests.support.demo import lent, models_lent

pytestmark = pytest.mark.timeout(30)


def _status(server: DemoCivitai) -> int:
    return requests.get(f"{server.api_base}/models?limit=1", timeout=10).status_code


def test_what_a_borrower_changes_is_undone(make_demo: Callable[..., DemoCivitai]) -> None:
    server = make_demo()
    with lent(server) as borrowed:
        borrowed.faults.add(match=Match(where="api"), fault=overloaded(), times=None)
        borrowed.keys["mine"] = "me"
        borrowed.rules.login_for_all = True
        borrowed.rules.banned_agents.append("requests")
        borrowed.throttle = 10
        assert _status(borrowed) == 503
    with lent(server) as again:
        assert again.requests == []
        assert _status(again) == 200
        assert "mine" not in again.keys
        assert not again.rules.login_for_all
        assert "requests" not in again.rules.banned_agents
        assert again.throttle is None


def test_models_that_a_module_adds_are_taken_out_again(make_demo: Callable[..., DemoCivitai]) -> None:
    server = make_demo()
    before, old = server.catalogue.models, server.catalogue.models[0]
    versions = list(old.versions)
    with models_lent(server) as borrowed:
        added = borrowed.catalogue.add("Only here", b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
        digest = added.versions[0].files[0].blob.digests().sha256
        old.versions.append(added.versions[0])
        assert borrowed.catalogue.by_hash(digest)
    assert server.catalogue.models == before
    assert old.versions == versions
    assert server.catalogue.by_hash(digest) == []
    assert _status(server) == 200


def test_tests_share_one_server_and_start_with_an_empty_log(demo: DemoCivitai, demo_server: DemoCivitai) -> None:
    assert demo is demo_server
    assert demo.requests == []
    assert _status(demo) == 200


def test_own_servers_stand_apart(demo: DemoCivitai, make_demo: Callable[..., DemoCivitai]) -> None:
    own = make_demo(throttle=1000)
    assert own.api_base != demo.api_base
    assert _status(own) == 200
    assert demo.requests == []
