"""The download route and the storage behind it (`civitai-api.md` section 3)."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import pytest
import requests

from civitdock.demo.catalogue import stored_hashes
from civitdock.demo.server import DemoCivitai
from civitdock.demo.trap_names import HOSTILE_FILE_NAMES, ODD_DISPOSITIONS
from tests.demo.conftest import Get

pytestmark = pytest.mark.timeout(60)

BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/130.0"}


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_download_goes_to_a_second_host_and_gives_the_true_bytes(demo: DemoCivitai, download: Get) -> None:
    first = download("png-as-jpeg", follow=False)
    assert first.status_code == 307
    assert first.headers["Cache-Control"] == "no-store"
    assert urlsplit(first.headers["Location"]).netloc != urlsplit(demo.page_base).netloc
    file = demo.catalogue.trap("png-as-jpeg").versions[0].files[0]
    whole = download("png-as-jpeg", key="demo-key")
    assert hashlib.sha256(whole.content).hexdigest().upper() == stored_hashes(file)["SHA256"]
    assert int(whole.headers["Content-Length"]) == file.blob.size
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{file.name}"'


def test_every_file_is_served_as_it_is_hashed(demo: DemoCivitai, session: requests.Session) -> None:
    checked = 0
    for version, file in list(demo.catalogue.files())[::9]:
        url = f"{demo.page_base}/api/download/models/{version.id}?fileId={file.id}"
        answer = session.get(url, headers={"Authorization": "Bearer demo-supporter-key"}, timeout=20)
        if answer.status_code == 200 and file.served is None:
            assert hashlib.sha256(answer.content).hexdigest().upper() == file.blob.digests().sha256, file.name
            checked += 1
    assert checked > 50


@pytest.mark.parametrize(
    ("trap", "status", "words"),
    [
        ("archived", 410, "archived"),
        ("unpublished", 404, "not found"),
        ("poi-flag", 404, "not found"),
        ("lost-file", 404, "not found"),
        ("no-public-file", 404, "not found"),
        ("download-disabled", 401, "disabled downloads"),
        ("login-required", 401, "logged in"),
        ("early-access", 403, "early access"),
        ("paid-permanent", 403, "early access"),
    ],
)
def test_who_may_not_download(download: Get, trap: str, status: int, words: str) -> None:
    answer = download(trap)
    assert answer.status_code == status
    assert words in answer.text.lower()
    assert answer.headers["Content-Type"].startswith("application/json")


def test_what_a_key_cures_and_what_it_does_not(download: Get) -> None:
    assert download("login-required", key="demo-key").status_code == 200
    assert download("download-disabled", key="demo-key").status_code == 401
    assert download("early-access", key="demo-key").status_code == 403
    assert download("early-access", key="demo-supporter-key").status_code == 200
    assert download("early-access-over").status_code == 200
    assert download("early-access").json()["deadline"].startswith("2099")
    assert "deadline" not in download("paid-permanent").json()


def test_a_global_switch_asks_everybody_to_log_in(demo: DemoCivitai, download: Get) -> None:
    demo.rules.login_for_all = True
    assert download("no-words").status_code == 401
    assert download("no-words", key="demo-key").status_code == 200


def test_browsers_get_pages_instead_of_errors(demo: DemoCivitai, download: Get, session: requests.Session) -> None:
    session.headers.update(BROWSER)
    login = download("login-required")
    assert (login.status_code, login.headers["Content-Type"][:9]) == (200, "text/html")
    assert download("early-access").headers["Content-Type"].startswith("text/html")
    assert download("archived").headers["Content-Type"].startswith("text/plain")


def test_the_default_agent_of_urllib_is_banned(download: Get, session: requests.Session) -> None:
    session.headers["User-Agent"] = "Python-urllib/3.11"
    assert download("no-words").status_code == 403


def test_head_is_refused_on_both_hosts(demo: DemoCivitai, download: Get, session: requests.Session) -> None:
    version = demo.catalogue.trap("no-words").versions[0]
    url = f"{demo.page_base}/api/download/models/{version.id}"
    assert session.head(url, headers={"Authorization": "Bearer demo-key"}, timeout=10).status_code == 401
    assert session.head(download("no-words", follow=False).headers["Location"], timeout=10).status_code == 403


def test_choosing_a_file_without_its_id(demo: DemoCivitai, download: Get) -> None:
    files = {file.type: file for file in demo.catalogue.trap("multi-file").versions[0].files}

    def name(**query: object) -> str:
        answer = download("multi-file", follow=False, **query)
        return answer.headers["Location"] if answer.status_code == 307 else str(answer.status_code)

    assert f".{files['Pruned Model'].id:x}." in name(size="pruned")
    assert f".{files['VAE'].id:x}." in name(type="VAE")
    assert name(type="VAE", fp="bf16") == "404"
    assert name(type="Nonsense") == "400"
    assert name(fileId=files["Other"].id) == "404"
    assert name(fileId=300_001) == "404"
    assert download("linked-vae", follow=False, type="VAE").status_code == 307
    assert download("linked-vae", follow=False, type="Config").status_code == 404


def test_the_bare_url_gives_each_account_what_it_likes(demo: DemoCivitai, download: Get) -> None:
    demo.rules.preferences["demo"] = {"size": "full", "fp": "fp32"}
    url = {
        key: download("multi-file", follow=False, key=key, token="x").headers["Location"] for key in (None, "demo-key")
    }
    files = {file.size: file for file in demo.catalogue.trap("multi-file").versions[0].files if file.size}
    assert f".{files['pruned'].id:x}." in url[None]
    assert f".{files['full'].id:x}." in url["demo-key"]


def test_the_storage_refuses_credentials(download: Get, session: requests.Session) -> None:
    url = download("no-words", follow=False).headers["Location"]
    answer = session.get(url, headers={"Authorization": "Bearer demo-key"}, timeout=10)
    assert answer.status_code == 400
    assert "InvalidRequest" in answer.text


def test_signed_urls_expire_and_cannot_be_changed(make_demo: type[DemoCivitai], session: requests.Session) -> None:
    clock = Clock()
    own = make_demo(clock=clock)
    version = own.catalogue.trap("no-words").versions[0]
    asked = f"{own.page_base}/api/download/models/{version.id}"
    url = session.get(asked, allow_redirects=False, timeout=10).headers["Location"]
    assert session.get(url, timeout=10).status_code == 200
    assert session.get(url.replace("86400", "99999"), timeout=10).status_code == 403
    clock.now += 86_401
    expired = session.get(url, timeout=10)
    assert expired.status_code == 403
    assert "expired" in expired.text
    assert session.get(asked, timeout=10).status_code == 200


def test_the_storage_may_have_several_names(make_demo: type[DemoCivitai], session: requests.Session) -> None:
    own = make_demo(storage_names=("127.0.0.1", "localhost"))
    asked = f"{own.page_base}/api/download/models/{own.catalogue.trap('no-words').versions[0].id}"
    names = {
        urlsplit(session.get(asked, allow_redirects=False, timeout=10).headers["Location"]).hostname for _ in range(2)
    }
    assert names == {"127.0.0.1", "localhost"}


def test_ranges(demo: DemoCivitai, download: Get, session: requests.Session) -> None:
    url = download("big", follow=False).headers["Location"]
    blob = demo.catalogue.trap("big").versions[0].files[0].blob
    size = blob.size

    def part(text: str, **more: str) -> requests.Response:
        return session.get(url, headers={"Range": text, **more}, timeout=20)

    middle = part("bytes=1000000-1199999")
    assert (middle.status_code, middle.headers["Content-Range"]) == (206, f"bytes 1000000-1199999/{size}")
    assert middle.content == blob.read(1_000_000, 1_200_000)
    assert part(f"bytes={size - 5}-").content == blob.read(size - 5)
    assert part("bytes=-7").content == blob.read(size - 7)
    assert part("bytes=0-0").content == blob.read(0, 1)
    beyond = part(f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    tag, date = middle.headers["ETag"], middle.headers["Last-Modified"]
    tail = f"bytes={size - 10}-"
    assert part(tail, **{"If-Range": tag}).status_code == 206
    assert part(tail, **{"If-Range": date}).status_code == 206
    other = session.get(url, headers={"Range": tail, "If-Range": '"other"'}, stream=True, timeout=10)
    assert (other.status_code, other.headers["Content-Length"]) == (200, str(size))
    other.close()


@pytest.mark.parametrize("trap", [*HOSTILE_FILE_NAMES, *ODD_DISPOSITIONS])
def test_hostile_names_come_through_in_one_header(download: Get, trap: str) -> None:
    answer = download(trap)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if trap in ODD_DISPOSITIONS:
        assert answer.headers["Content-Disposition"] == ODD_DISPOSITIONS[trap]


def test_replaced_bytes_have_the_old_size_but_not_the_old_hash(demo: DemoCivitai, download: Get) -> None:
    file = demo.catalogue.trap("replaced-bytes").versions[0].files[0]
    content = download("replaced-bytes").content
    assert len(content) == file.blob.size
    assert hashlib.sha256(content).hexdigest().upper() != stored_hashes(file)["SHA256"]


def test_the_log_tells_what_was_asked(demo: DemoCivitai, download: Get) -> None:
    download("no-words", key="demo-key")
    demo.wait_idle()
    api, storage = demo.asked(where="api"), demo.asked(where="storage")
    assert [line.headers["authorization"] for line in api] == ["Bearer demo-key"]
    assert "authorization" not in storage[0].headers
    assert storage[0].sent == demo.catalogue.trap("no-words").versions[0].files[0].blob.size
    assert (api[0].status, storage[0].status) == (307, 200)
