"""Logins of Gradio 3 and later, and the host's API credentials."""

from __future__ import annotations

from types import SimpleNamespace

from civitdock.host.access import GradioAccess


def access(app: object | None, api: str | None = None) -> GradioAccess:
    return GradioAccess(app, lambda: api)


def test_gradio_3_cookies() -> None:
    app = SimpleNamespace(auth={"ann": "pw"}, tokens={"t1": "ann"})
    assert access(app).cookie_user({"access-token-unsecure": "t1"}) == "ann"
    assert access(app).cookie_user({"access-token": "wrong"}) is None


def test_later_cookies_carry_the_id_of_the_app() -> None:
    app = SimpleNamespace(auth={"ann": "pw"}, tokens={"t1": "ann"}, cookie_id="xyz")
    assert access(app).cookie_user({"access-token-xyz": "t1"}) == "ann"
    assert access(app).cookie_user({"access-token": "t1"}) is None


def test_a_login_may_be_a_table_or_a_function() -> None:
    assert access(SimpleNamespace(auth={"ann": "pw"})).login_accepts("ann", "pw")
    assert not access(SimpleNamespace(auth={"ann": "pw"})).login_accepts("ann", "")
    assert not access(SimpleNamespace(auth={"ann": "pw"})).login_accepts("bob", "pw")
    assert access(SimpleNamespace(auth=lambda user, password: user == password)).login_accepts("x", "x")


def test_an_app_without_gradio_has_no_login() -> None:
    assert not access(object()).has_login()
    assert not access(None).has_login()
    assert access(None).cookie_user({"access-token": "x"}) is None


def test_api_credentials_are_a_comma_list() -> None:
    both = access(None, "ann:one, bob:t:wo")
    assert both.has_api_auth()
    assert both.api_accepts("ann", "one")
    assert both.api_accepts("bob", "t:wo")
    assert not both.api_accepts("ann", "t:wo")
    assert not access(None).has_api_auth()
    assert not access(None, "").api_accepts("", "")
