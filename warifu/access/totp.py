"""One-time passwords of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds) ワンタイムパスワード."""

import secrets
from base64 import b32decode, b32encode
from datetime import datetime

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
SECONDS = 30
SKEW = 1
"""Steps that a phone's clock may be off, to both sides (RFC 6238 §5.2)."""
KEY_BYTES = 20


def new_secret() -> str:
    """A secret of 160 random bits, in base32 as apps take it 秘密鍵."""
    return b32encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key(secret: str) -> bytes:
    return b32decode(secret)


def address(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth address that the QR code holds 登録用のアドレス."""
    # SHA-1 is what RFC 6238 has by default and what every app understands; HMAC does not rest on collisions.
    return TOTP(_key(secret), DIGITS, SHA1(), SECONDS).get_provisioning_uri(account, issuer)  # noqa: S303


def picture(text: str) -> str:
    """The QR code as SVG, without a script and without a style attribute QRコード."""
    drawn: str = segno.make(text, error="m").svg_inline(border=4, omitsize=True, svgclass="wf-qr", lineclass=None)
    return drawn


def matching_step(secret: str, typed: str, *, at: datetime, after: int) -> int | None:
    """The time step whose password was typed, or None; steps up to `after` were used already and never match 照合.

    Each password works once (RFC 6238 §5.2).
    """
    now = int(at.timestamp()) // SECONDS
    hotp = HOTP(_key(secret), DIGITS, SHA1())  # noqa: S303
    for step in range(now - SKEW, now + SKEW + 1):
        expected = hotp.generate(step)
        if step > after and secrets.compare_digest(expected, typed.encode()):
            return step
    return None
