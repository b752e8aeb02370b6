"""A small identity provider with real keys: OpenID Connect and SAML 2.0, and told to be wrong 認証基盤の代役."""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
CLIENT, SECRET = "warifu", "a secret: with & odd % letters"
MFA = "https://refeds.org/profile/mfa"


@dataclass(frozen=True)
class SigningKey:
    """A key with its certificate, as SAML wants it, and its number, as OpenID wants it."""

    kid: str
    private: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, *, size: int = 2048, days: int = 365) -> "SigningKey":
        private = rsa.generate_private_key(65537, size)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in provider")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(now + timedelta(days=days))
            .sign(private, SHA256())
        )
        return cls(secrets.token_hex(4), private, made)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def jwk(self) -> RSAKey:
        private = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return RSAKey.import_key(private, {"kid": self.kid, "use": "sig", "alg": "RS256"})


@dataclass
class Person:
    """Somebody whom the provider knows."""

    subject: str
    claims: dict[str, Any] = field(default_factory=dict)
    contexts: tuple[str, ...] = ("pwd",)


@dataclass
class StandinProvider:
    """What it holds: one key, its people, what was asked, and whom it remembers as signed in."""

    people: dict[str, Person] = field(default_factory=dict)
    key: SigningKey = field(default_factory=SigningKey.new)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    """Claims of the next ID tokens that are to be otherwise; None takes one away."""
    asked: list[str] = field(default_factory=list)
    forgets_to_ask: bool = False
    """Whether it ignores that somebody is to be asked anew."""
    url: str = ""

    def rolled(self) -> None:
        """A new key; the old one is published no more."""
        self.key = SigningKey.new()

    # -- OpenID Connect ------------------------------------------------------------------------------------------------

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/logout",
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.key.jwk.as_dict(private=False)]}

    def claims(self, asked: dict[str, str], who: str) -> dict[str, Any]:
        person, now = self.people[who], int(time.time())
        since = now - 3600 if self.forgets_to_ask else now
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": person.subject,
            "iat": now,
            "exp": now + 300,
            "auth_time": since,
            "nonce": asked["nonce"],
            "amr": list(person.contexts),
            "sid": f"at-provider-{who}",
            **person.claims,
            **self.changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def token(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key.jwk)

    def logout_token(self, **claims: Any) -> str:
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_hex(8),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        return self.token({**said, **claims})

    def exchanged(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """The answer of the token endpoint, or None for a code, verifier or secret that is wrong."""
        asked = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if asked is None or pair != urlencode({CLIENT: SECRET}).replace("=", ":").replace("+", "%20"):
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked["code_challenge"] != proof or asked["redirect_uri"] != form["redirect_uri"]:
            return None
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token(self.claims(asked, asked["who"]))}

    # -- SAML ----------------------------------------------------------------------------------------------------------

    def metadata(self) -> bytes:
        text = "".join(self.key.pem.splitlines()[1:-1])
        return (
            f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.url}/saml">'
            f'<IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}"><KeyDescriptor use="signing">'
            f'<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{text}'
            "</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
            '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
            f'Location="{self.url}/saml"/></IDPSSODescriptor></EntityDescriptor>'
        ).encode()

    def response(
        self, *, audience: str, consumer: str, request_id: str, who: str, at: datetime, **otherwise: Any
    ) -> etree._Element:
        """A Response with a signed Assertion; `otherwise` says what is to be wrong (tests/access/test_saml.py)."""
        person = self.people[who]
        since = at - timedelta(hours=1) if self.forgets_to_ask else at
        stamp = "%Y-%m-%dT%H:%M:%SZ"
        ends = otherwise.get("ends", at + timedelta(minutes=5))
        reply = f' InResponseTo="{request_id}"' if request_id else ""
        attributes = "".join(
            f'<Attribute Name="{name}"><AttributeValue>{html.escape(str(value))}</AttributeValue></Attribute>'
            for name, value in person.claims.items()
        )
        context = person.contexts[0] if person.contexts else ""
        subject = otherwise.get("subject", html.escape(person.subject))
        assertion_id = otherwise.get("assertion_id", f"a{secrets.token_hex(16)}")
        text = (
            f'<Response xmlns="{PROTOCOL}" ID="r{secrets.token_hex(16)}" Version="2.0" IssueInstant="{at:{stamp}}"'
            f'{reply} Destination="{consumer}"><Issuer xmlns="{ASSERTION}">{self.url}/saml</Issuer>'
            '<Status><StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></Status>'
            f'<Assertion xmlns="{ASSERTION}" ID="{assertion_id}" Version="2.0" IssueInstant="{at:{stamp}}">'
            f"<Issuer>{otherwise.get('issuer', self.url + '/saml')}</Issuer><Subject><NameID>{subject}</NameID>"
            '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData'
            f'{reply} Recipient="{otherwise.get("recipient", consumer)}" NotOnOrAfter="{ends:{stamp}}"/>'
            f'</SubjectConfirmation></Subject><Conditions NotBefore="{otherwise.get("begins", at):{stamp}}"'
            f' NotOnOrAfter="{ends:{stamp}}"><AudienceRestriction><Audience>{audience}</Audience>'
            f'</AudienceRestriction></Conditions><AuthnStatement AuthnInstant="{since:{stamp}}"'
            f' SessionIndex="at-provider-{who}"><AuthnContext><AuthnContextClassRef>{context}'
            "</AuthnContextClassRef></AuthnContext></AuthnStatement>"
            f"<AttributeStatement>{attributes}</AttributeStatement></Assertion></Response>"
        )
        root = etree.fromstring(text)
        assertion = root.find(f"{{{ASSERTION}}}Assertion")
        assert assertion is not None
        if otherwise.get("signed", True):
            signed = sign(assertion, otherwise.get("key", self.key), sha1=otherwise.get("sha1", False))
            root.replace(assertion, signed)
        return root

    # -- pages ---------------------------------------------------------------------------------------------------------

    def asks(self, asked: dict[str, str], path: str) -> str:
        """The page where somebody says who they are."""
        held = "".join(f'<input type="hidden" name="{k}" value="{html.escape(v)}">' for k, v in asked.items())
        return (
            f'<form method="post" action="{path}">{held}'
            '<input name="username"><input name="password" type="password"></form>'
        )


def sign(assertion: etree._Element, key: SigningKey, *, sha1: bool = False) -> etree._Element:
    """The assertion with an enveloped signature, as providers make it."""

    class Lax(XMLSigner):
        def check_deprecated_methods(self) -> None:
            """A provider may still sign with SHA-1; we are to refuse it."""

    signer = (Lax if sha1 else XMLSigner)(
        signature_algorithm=SignatureMethod.RSA_SHA1 if sha1 else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA1 if sha1 else DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    alone = etree.fromstring(etree.tostring(deepcopy(assertion)))
    signed = signer.sign(alone, key=key.private, cert=[key.certificate], reference_uri=alone.get("ID"))
    return etree.fromstring(etree.tostring(signed))


def posted(response: etree._Element) -> str:
    """As a browser posts it."""
    return base64.b64encode(etree.tostring(response)).decode()


def unpacked(request: str) -> etree._Element:
    """An AuthnRequest as HTTP-Redirect carries it."""
    return etree.fromstring(zlib.decompress(base64.b64decode(request), -15))


@contextmanager
def running() -> Iterator[StandinProvider]:
    """The provider, reachable on this machine until the block ends."""
    provider = StandinProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(provider: StandinProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

        def answer(self, body: bytes, kind: str = "application/json", status: int = 200, to: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if to:
                self.send_header("Location", to)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.asked.append(parts.path)
            match parts.path:
                case "/.well-known/openid-configuration":
                    self.answer(json.dumps(provider.discovery()).encode())
                case "/keys":
                    self.answer(json.dumps(provider.keys()).encode())
                case "/elsewhere":
                    self.answer(b"", status=302, to="http://127.0.0.1:1/")
                case "/authorize" | "/saml":
                    self.answer(provider.asks(asked, parts.path).encode(), "text/html; charset=utf-8")
                case _:
                    self.answer(b"{}", status=404)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            provider.asked.append(self.path)
            match self.path:
                case "/token":
                    found = provider.exchanged(form, self.headers.get("Authorization", ""))
                    self.answer(json.dumps(found or {"error": "invalid_grant"}).encode(), status=200 if found else 400)
                case "/authorize":
                    code = secrets.token_urlsafe(16)
                    provider.codes[code] = form | {"who": form["username"]}
                    back = urlencode({"code": code, "state": form["state"], "iss": provider.url})
                    self.answer(b"", status=302, to=f"{form['redirect_uri']}?{back}")
                case "/saml":
                    request = unpacked(form["SAMLRequest"])
                    issuer, consumer = (
                        request.findtext(f"{{{ASSERTION}}}Issuer"),
                        request.get("AssertionConsumerServiceURL"),
                    )
                    response = provider.response(
                        audience=str(issuer),
                        consumer=str(consumer),
                        request_id=str(request.get("ID")),
                        who=form["username"],
                        at=datetime.now(UTC),
                    )
                    page = (
                        f'<form method="post" action="{consumer}"><input type="hidden" name="SAMLResponse" '
                        f'value="{posted(response)}"><input type="hidden" name="RelayState" '
                        f'value="{html.escape(form.get("RelayState", ""))}"></form>'
                    )
                    self.answer(page.encode(), "text/html; charset=utf-8")
                case _:
                    self.answer(b"{}", status=404)

    return Handler
