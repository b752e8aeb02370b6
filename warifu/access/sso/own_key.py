"""Our own key towards a SAML provider: it signs our questions, so that nobody can change them 要求の署名鍵.

A question travels through the browser of whoever asks. Somebody at a browser that was left alone could take out of it
that the person is to be asked anew, and a provider that remembers them would answer as if it had (Keycloak calls each
answer's own moment the moment of authentication). A provider that wants signed questions refuses such a one.
"""

import base64
from datetime import datetime, timedelta
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

BITS = 2048
"""It guards a question for the minutes that its answer may take."""
LASTS = timedelta(days=3653)
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def made(*, at: datetime) -> tuple[str, str]:
    """A new key and its certificate, which only carries it; both as PEM 署名鍵の生成."""
    key = rsa.generate_private_key(65537, BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Warifu SAML requests")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + LASTS)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), certificate.public_bytes(Encoding.PEM).decode()


def signed(query: str, pem: str) -> str:
    """A query of HTTP-Redirect with its signature (SAML Bindings §3.4.4.1), by the key in `pem` 要求の署名."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of a provider's row is RSA")
    whole = f"{query}&{urlencode({'SigAlg': RSA_SHA256})}"
    signature = key.sign(whole.encode(), padding.PKCS1v15(), SHA256())
    return f"{whole}&{urlencode({'Signature': base64.b64encode(signature).decode()})}"
