"""Certificates: a company's own is trusted when a setting or the environment names it, and only then."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from civitdock.errors import Offline
from civitdock.ports import Patience
from tests.adapters.civitai.conftest import Bench


class _Lists(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"ModelType": ["LORA"], "ActiveBaseModel": ["SD 1.5"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> str:
    """What the certificate is for."""
    return "127.0.0.1"


@pytest.fixture
def certificate(tmp_path: Path, address: str) -> tuple[Path, Path]:
    """A self-signed certificate, and its private key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "ca.pem", tmp_path / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, secret


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[str]:
    """The API address of an https server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    web = ThreadingHTTPServer(("127.0.0.1", 0), _Lists)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{web.server_port}/api/v1"
    web.shutdown()
    web.server_close()
    thread.join(10)


@pytest.mark.timeout(60)
def test_an_unknown_certificate_is_refused_with_a_hint(make_bench: Callable[..., Bench], server: str) -> None:
    with pytest.raises(Offline) as caught:
        make_bench(server).client.enums(Patience(seconds=0.4))
    assert "civitai_ca_file" in caught.value.hint


@pytest.mark.timeout(60)
def test_the_setting_adds_a_certificate(
    make_bench: Callable[..., Bench], server: str, certificate: tuple[Path, Path]
) -> None:
    bench = make_bench(server)
    bench.values["civitai_ca_file"] = str(certificate[0])
    assert bench.client.enums(Patience()).model_types == ("LORA",)
    bench.values["civitai_ca_file"] = ""
    bench.values["civitai_cache_hours"] = 0
    with pytest.raises(Offline):
        bench.client.tags("a", 5, Patience(seconds=0.4))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("address", ["127.0.0.2"])
def test_a_trusted_certificate_for_another_host_is_refused(
    make_bench: Callable[..., Bench], server: str, certificate: tuple[Path, Path]
) -> None:
    bench = make_bench(server)
    bench.values["civitai_ca_file"] = str(certificate[0])
    with pytest.raises(Offline):
        bench.client.enums(Patience(seconds=0.4))


@pytest.mark.timeout(60)
def test_a_bundle_of_the_environment_is_honoured(
    make_bench: Callable[..., Bench],
    server: str,
    certificate: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    assert make_bench(server).client.enums(Patience()).base_models == ("SD 1.5",)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with pytest.raises(Offline):
        make_bench(server).client.tags("a", 5, Patience(seconds=0.4))
