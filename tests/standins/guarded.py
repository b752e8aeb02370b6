"""A stand-in for a timestamp authority behind a password or a client certificate 認証付きの代役.

It answers over TLS with certificates of an authority of its own, made for one test run in `directory`.
"""

import base64
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from trialpki import serving
from trialpki.services import TIMESTAMP_QUERY, TIMESTAMP_REPLY, TimestampService

KEY_PASSWORD = "open sesame"


class _Handler(serving.Handler):
    server: "GuardedTsa"

    def exchange(self, request: serving.Request) -> None:
        self.server.hits += 1
        if self.server.pair and self.headers.get("Authorization") != self.server.pair:
            self.deliver(serving.Reply(401, headers=(("WWW-Authenticate", 'Basic realm="tsa"'),)))
        else:
            super().exchange(request)


class GuardedTsa(serving.Server):
    """A timestamp authority over https; `user` and `password` for basic, `clients` for certificates 認証付きの代役."""

    def __init__(
        self, service: TimestampService, directory: Path, *, user: str = "", password: str = "", clients: bool = False
    ) -> None:
        self.pair = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""
        self.hits = 0
        super().__init__(
            lambda request: (
                serving.Reply(200, TIMESTAMP_REPLY, service.answer(request.body))
                if request.content_type == TIMESTAMP_QUERY
                else serving.UNSUPPORTED_MEDIA_TYPE
            ),
            handler=_Handler,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "server.pem", directory / "server.key")
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(directory / "ca.pem")
        # The handshake happens in the connection's own thread: a client that fails it must not stop the listener.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        """Return the address 待受けURL."""
        return f"https://{serving.ADDRESS}:{self.port}/tsa"


def make_certificates(directory: Path) -> None:
    """Write ca.pem, server.pem/.key, client.pem/.key (encrypted), stranger.pem/.key 通信用の証明書の作成."""
    authority_key, authority = _issue("tls authority", None, None)
    stranger_key, stranger = _issue("another tls authority", None, None)
    _write(directory, "ca", authority, authority_key)
    _write(directory, "other-ca", stranger, stranger_key)
    for name, issuer, issuer_key, password in (
        ("server", authority, authority_key, ""),
        ("client", authority, authority_key, KEY_PASSWORD),
        ("stranger", stranger, stranger_key, ""),
    ):
        key, certificate = _issue(name, issuer, issuer_key)
        _write(directory, name, certificate, key, password)
    (directory / "client.password").write_text(KEY_PASSWORD + "\n", encoding="utf-8")


def _issue(
    name: str, issuer: x509.Certificate | None, issuer_key: ec.EllipticCurvePrivateKey | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(serving.ADDRESS))]), critical=False)
    )
    return key, builder.sign(issuer_key or key, hashes.SHA256())


def _write(
    directory: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, password: str = ""
) -> None:
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        protection = serialization.BestAvailableEncryption(password.encode())
    pem = serialization.Encoding.PEM
    (directory / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    (directory / f"{name}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, protection))
