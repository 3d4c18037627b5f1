"""Where a download may lead: exact hosts, https, public addresses; the key to CivitAI alone."""

from __future__ import annotations

import pytest

from civitdock.domain.storage import STORAGE_HOSTS, RedirectRule
from civitdock.errors import UnsafeRedirect

PUBLIC = RedirectRule("https://civitai.com/api/v1", ("my.mirror.example",))
LOCAL = RedirectRule("http://127.0.0.1:8000/api/v1")
R2 = "https://civitai-delivery-worker-prod.5ac0637cfd0766c97916cefa3764fbdf.r2.cloudflarestorage.com"


@pytest.mark.parametrize(
    "url",
    [
        f"{R2}/model/1/x.safetensors?sig=1",
        "https://b2.civitai.com/file/civitai-modelfiles/model/1/x",
        "https://b2.civitai.com:443/file/civitai-modelfiles/model/1/x",
        "https://s3.us-west-004.backblazeb2.com/civitai-modelfiles/x",
        "https://civitai.red/api/download/models/1",
        "https://MY.mirror.example/anything",
    ],
)
def test_known_addresses_pass(url: str) -> None:
    PUBLIC.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://b2.civitai.com/file/civitai-modelfiles/x",
        "https://b2.civitai.com/file/other-bucket/x",
        "https://s3.us-west-004.backblazeb2.com/evil/civitai-modelfiles/x",
        "https://b2.civitai.com:8443/file/civitai-modelfiles/x",
        "https://b2.civitai.com@evil.example/file/civitai-modelfiles/x",
        "https://b2.civitai.com.evil.example/file/civitai-modelfiles/x",
        "https://evil.example/b2.civitai.com",
        "https://sub.my.mirror.example/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "http://[::1]/x",
        "ftp://b2.civitai.com/x",
        "https://",
        "//",
        "https://b2.civitai.com:port/x",
        "https://[::1/x",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UnsafeRedirect):
        PUBLIC.check(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:192.168.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b:1::1",
        "64:ff9b::192.168.0.1",
        "2002:c0a8:1::1",
        "no address",
    ],
)
def test_private_addresses_are_never_used(address: str) -> None:
    for host in (*STORAGE_HOSTS, "civitai.com", "my.mirror.example"):
        assert not PUBLIC.address_allowed(host, address)


def test_public_addresses_are() -> None:
    assert PUBLIC.address_allowed("b2.civitai.com", "104.16.0.1")
    assert PUBLIC.address_allowed("civitai.com", "2606:4700::1")
    assert PUBLIC.address_allowed("civitai.com", "64:ff9b::104.16.0.1")
    assert not PUBLIC.address_allowed("evil.example", "104.16.0.1")


def test_loopback_only_beside_a_local_base() -> None:
    LOCAL.check("http://localhost:9999/model/x")
    LOCAL.check("http://storage.localhost:9999/model/x")
    assert LOCAL.address_allowed("localhost", "127.0.0.1")
    assert not LOCAL.address_allowed("storage.localhost", "192.168.0.1")
    for url in ("http://192.168.0.1/x", "http://evil.example/x", "https://localhost.evil.example/x"):
        with pytest.raises(UnsafeRedirect):
            LOCAL.check(url)


def test_the_key_goes_to_civitai_and_the_exact_local_base_only() -> None:
    for url in ("https://civitai.com/api/download/models/1", "https://civitai.red/x", "https://api.civitai.com/x"):
        assert PUBLIC.gets_key(url)
    for url in ("http://civitai.com/x", "https://civitai.com:444/x", "https://b2.civitai.com/x", f"{R2}/x"):
        assert not PUBLIC.gets_key(url)
        assert not LOCAL.gets_key(url)
    assert LOCAL.gets_key("http://127.0.0.1:8000/api/download/models/1")
    assert not LOCAL.gets_key("http://127.0.0.1:8001/model/x")
