"""Sealing keys that never leave a hardware security module (PKCS #11 v2.40). HSMの署名鍵

python-pkcs11 initialises the module without operating-system locks and lets other threads run during calls, so two
sessions used at once crash the process. Hence one session per token and process, and one lock per process around every
call; more throughput comes from more processes. A forked child initialises the module again and logs in by itself.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pkcs11
from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from pkcs11 import exceptions

from warifu.pades import errors, keys

T = TypeVar("T")

_LOST = (
    exceptions.SessionHandleInvalid,
    exceptions.SessionClosed,
    exceptions.ObjectHandleInvalid,
    exceptions.KeyHandleInvalid,
    exceptions.UserNotLoggedIn,
    exceptions.DeviceRemoved,
    exceptions.DeviceError,
    exceptions.TokenNotPresent,
)
_WRONG_PIN = (exceptions.PinIncorrect, exceptions.PinLocked, exceptions.PinExpired, exceptions.PinInvalid)
_PROOF = b"warifu: does this key belong to its certificate?"


@dataclass(frozen=True)
class Place:
    """Where a key lies: module, token label, and the key's label or hexadecimal CKA_ID. 鍵の所在"""

    module: Path
    token: str
    label: str = ""
    key_id: str = ""

    def __str__(self) -> str:
        return f"{self.token} / {self.label or self.key_id}"


@dataclass
class _Token:
    """The one session of this process with one token."""

    pin: str = field(repr=False)
    process: int = 0
    session: Any = None
    keys: dict[tuple[str, str], Any] = field(default_factory=dict)
    refused: str = field(default="", repr=False)


_LOCK = threading.RLock()
_TOKENS: dict[tuple[Path, str], _Token] = {}
_MODULES: dict[Path, int] = {}


def _after_fork() -> None:
    # Whoever held the lock does not exist in the child.
    global _LOCK
    _LOCK = threading.RLock()


os.register_at_fork(after_in_child=_after_fork)


class HsmKey(keys.Certified):
    """A private key inside a token. HSMの署名鍵

    Raises `errors.KeyUnusable` when the PIN is refused, the key is not there or does not belong to the certificate, and
    `errors.KeyUnavailable` when the module or the device does not answer. A PIN that was refused once is not tried
    again in this process: tokens lock themselves after a few wrong ones.
    """

    def __init__(
        self, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...] = (), *, place: Place, pin: str
    ) -> None:
        super().__init__(certificate, chain)
        self.place = place
        self._pin = pin
        public = pyca.load_der_x509_certificate(certificate.dump()).public_key()
        self._digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[self.digest_algorithm]
        try:
            _verify(public, self.sign(_PROOF), self._digest)
        except (InvalidSignature, ValueError) as error:
            raise errors.KeyUnusable(f"{place}: the certificate belongs to another key") from error

    def sign(self, data: bytes) -> bytes:
        """Sign inside the token; raises `errors.KeyUnavailable` when it does not answer. 署名"""
        if self.signature_algorithm.endswith("_ecdsa"):
            digest = hashlib.new(self.digest_algorithm, data).digest()
            # Few tokens know a mechanism that hashes for ECDSA; all know the raw one, which answers r and s in a row.
            raw = self._signed(digest, pkcs11.Mechanism.ECDSA)
            half = len(raw) // 2
            return utils.encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
        return self._signed(data, pkcs11.Mechanism.SHA256_RSA_PKCS)

    def _signed(self, data: bytes, mechanism: pkcs11.Mechanism) -> bytes:
        def once() -> bytes:
            return bytes(_private_key(self.place, self._pin).sign(data, mechanism=mechanism))

        return _guarded(self.place, once)


def _guarded(place: Place, call: Callable[[], T]) -> T:
    """One call at a time; a session that was lost is opened anew, once."""
    with _LOCK:
        try:
            try:
                return call()
            except _LOST:
                _forget(place)
                return call()
        except errors.PadesError:
            raise
        except (exceptions.NoSuchKey, exceptions.MultipleObjectsReturned, exceptions.NoSuchToken) as error:
            raise errors.KeyUnusable(f"{place}: {type(error).__name__}") from error
        except (exceptions.PKCS11Error, RuntimeError, OSError) as error:
            _forget(place)
            raise errors.KeyUnavailable(f"{place}: {type(error).__name__} {error}") from error


def _private_key(place: Place, pin: str) -> Any:
    token = _TOKENS.setdefault((place.module, place.token), _Token(pin))
    if token.refused and token.refused == pin:
        raise errors.KeyUnusable(f"{place}: the PIN was refused before and is not tried again")
    token.pin = pin
    if token.session is None or token.process != os.getpid():
        _open(place, token)
    wanted = (place.label, place.key_id)
    if wanted not in token.keys:
        search: dict[str, Any] = {"object_class": pkcs11.ObjectClass.PRIVATE_KEY}
        if place.label:
            search["label"] = place.label
        if place.key_id:
            search["id"] = bytes.fromhex(place.key_id)
        token.keys[wanted] = token.session.get_key(**search)
    return token.keys[wanted]


def _open(place: Place, token: _Token) -> None:
    library = pkcs11.lib(str(place.module))
    if _MODULES.get(place.module, os.getpid()) != os.getpid():
        # C_Initialize counts for the process that called it; after a fork the child calls it for itself.
        library.reinitialize()
        # A stale session says good-bye when it goes, and its number may be that of a new one: all go before one comes.
        for (module, _), other in _TOKENS.items():
            if module == place.module:
                other.session, other.keys = None, {}
    _MODULES[place.module] = os.getpid()
    token.keys, token.session, token.process = {}, None, os.getpid()
    found = library.get_token(token_label=place.token)
    try:
        token.session = found.open(user_pin=token.pin)
    except exceptions.UserAlreadyLoggedIn:
        token.session = found.open()
    except _WRONG_PIN as error:
        token.refused = token.pin
        raise errors.KeyUnusable(f"{place}: {type(error).__name__}") from error
    token.refused = ""


def _forget(place: Place) -> None:
    token = _TOKENS.get((place.module, place.token))
    if token is None:
        return
    session, token.session, token.keys = token.session, None, {}
    if session is not None and token.process == os.getpid():
        try:
            session.close()
        except (exceptions.PKCS11Error, RuntimeError):
            return  # it is gone already


def _verify(public: object, signature: bytes, digest: hashes.HashAlgorithm) -> None:
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, _PROOF, padding.PKCS1v15(), digest)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, _PROOF, ec.ECDSA(digest))
    else:
        raise ValueError("unknown kind of key")
