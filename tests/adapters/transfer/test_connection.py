"""Connections go to checked addresses only, and TLS still proves the name."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from civitdock.adapters.transfer.caller import read_some
from civitdock.adapters.transfer.connection import GuardedSession
from civitdock.demo import faults
from civitdock.demo.faults import Match
from civitdock.domain.hashes import Hashes
from civitdock.domain.storage import RedirectRule
from civitdock.errors import Offline, UnsafeRedirect
from tests.adapters.transfer.conftest import Rig

BODY = b"some bytes of a model"
LONG = b"m" * (8 * 1024 * 1024)


class _File(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = LONG if self.path == "/long" else BODY
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for one DNS name or address, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
    builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem, secret = folder / "ca.pem", folder / "key.pem"
    pem.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return pem, secret


@pytest.fixture
def name() -> str:
    """What the certificate is for."""
    return "localhost"


@pytest.fixture
def pem(tmp_path: Path, name: str) -> Path:
    return certificate(tmp_path, name)[0]


@pytest.fixture
def port(pem: Path) -> Iterator[int]:
    """An https server on the loopback address with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, pem.with_name("key.pem"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _File)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_tls_by_name_works_although_the_connection_goes_to_the_checked_address(rig: Rig, port: int, pem: Path) -> None:
    rig.knobs.values["civitai_ca_file"] = str(pem)
    rig.demo.faults.add(match=Match(where="api"), fault=faults.redirect(f"https://localhost:{port}/x"))
    assert rig.fetch(Hashes()).size_bytes == len(BODY)


def test_an_answer_that_is_cut_off_never_hands_out_what_is_still_encrypted(port: int, pem: Path) -> None:
    rule = RedirectRule(f"https://localhost:{port}/api/v1", ())
    with GuardedSession(rule, "") as session:
        response = session.get(f"https://localhost:{port}/long", stream=True, verify=str(pem), timeout=10)
        got = read_some(response, 64 * 1024)
        session.wires.mine().cut()
        with contextlib.suppress(OSError, urllib3.exceptions.HTTPError, HTTPException):
            while chunk := read_some(response, 1024 * 1024):
                got += chunk
    assert set(got) == set(b"m")
    assert len(got) < len(LONG)


def test_an_unknown_certificate_is_refused(rig: Rig, port: int) -> None:
    rig.demo.faults.add(match=Match(where="api"), fault=faults.redirect(f"https://localhost:{port}/x"), times=None)
    with pytest.raises(Offline) as caught:
        rig.fetch(Hashes())
    assert "civitai_ca_file" in caught.value.hint


@pytest.mark.parametrize("name", ["other.example"])
def test_a_certificate_for_another_name_is_refused(rig: Rig, port: int, pem: Path) -> None:
    rig.knobs.values["civitai_ca_file"] = str(pem)
    rig.demo.faults.add(match=Match(where="api"), fault=faults.redirect(f"https://localhost:{port}/x"), times=None)
    with pytest.raises(Offline):
        rig.fetch(Hashes())


def test_an_unusable_certificate_file_says_so(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    rig.knobs.values["civitai_ca_file"] = str(tmp_path / "no.pem")
    with pytest.raises(Offline) as caught:
        rig.fetch()
    assert "civitai_ca_file" in caught.value.hint


class Names:
    """A name service that answers a list of addresses in turn, and counts; an address stands for itself."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: Any, port: Any, *_args: Any, **_kwargs: Any) -> Any:
        if str(host)[0].isdigit():
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (str(host), port))]
        self.asked.append(str(host))
        answer = self._answers[min(len(self.asked), len(self._answers)) - 1]
        family = socket.AF_INET6 if ":" in answer else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (answer, port))]


@pytest.mark.parametrize("address", ["192.168.1.10", "169.254.169.254", "10.0.0.1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_known_name_that_leads_to_a_private_address_is_refused(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    rig.knobs.values["civitai_api_url"] = "https://civitai.com/api/v1"
    names = Names(address)
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with pytest.raises(UnsafeRedirect, match=re.escape(address)):
        rig.fetch(url="https://b2.civitai.com/file/civitai-modelfiles/x")
    assert names.asked == ["b2.civitai.com"]


def test_a_second_look_up_cannot_lead_elsewhere(
    rig: Rig, port: int, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is allowed, a later one would not be; there is no later one."""
    rig.knobs.values |= {"civitai_ca_file": str(pem), "civitai_api_url": f"https://localhost:{port}/api/v1"}
    names = Names("127.0.0.1", "192.168.1.10")
    monkeypatch.setattr(socket, "getaddrinfo", names)
    assert rig.fetch(Hashes(), url=f"https://localhost:{port}/x").size_bytes == len(BODY)
    assert names.asked == ["localhost"]


def test_a_public_base_never_leads_to_this_machine(rig: Rig) -> None:
    rig.knobs.values["civitai_api_url"] = "https://civitai.com/api/v1"
    for url in (rig.demo.storage_base + "/x", "https://localhost/x", "https://127.0.0.1/x"):
        with pytest.raises(UnsafeRedirect):
            rig.fetch(url=url)
    assert rig.demo.requests == []
