"""The roots that we believe, and the intermediate certificates that help to reach them. トラストアンカー"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from asn1crypto import pem, x509

from . import certificates, errors

CONFIGURED = "設定した認証局"


def certificates_in(data: bytes) -> tuple[x509.Certificate, ...]:
    """All certificates of a PEM bundle, or the one of a DER file. 証明書の読込

    Raises `errors.KeyUnusable` when there is none.
    """
    try:
        if pem.detect(data):
            found = [
                x509.Certificate.load(der, strict=True)
                for name, _, der in pem.unarmor(data, multiple=True)
                if name == "CERTIFICATE"
            ]
        else:
            found = [x509.Certificate.load(data, strict=True)]
        # Parsed now, so that a broken file is found at start and not at a seal.
        found = [certificates.fully_parsed(certificate) for certificate in found]
    except (ValueError, TypeError, KeyError) as error:
        raise errors.KeyUnusable(f"certificate file: {error}") from error
    if not found:
        raise errors.KeyUnusable("certificate file holds no certificate")
    return tuple(found)


@dataclass(frozen=True)
class TrustAnchors:
    """Root certificates that end a chain, with optional intermediates. トラストアンカー

    `roots` are believed about signers; `timestamp_roots` about timestamp authorities, None for the same ones. `names`
    says by SHA-256 which list an anchor came from (`trustlists`). All are parsed to their end, since every thread looks
    at them. Raises ValueError for a certificate that cannot be.
    """

    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    timestamp_roots: tuple[x509.Certificate, ...] | None = None
    names: Mapping[bytes, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for certificate in (*self.roots, *self.intermediates, *(self.timestamp_roots or ())):
            certificates.fully_parsed(certificate)

    @classmethod
    def load(cls, files: Iterable[Path], intermediates: Sequence[Path] = ()) -> TrustAnchors:
        """Read PEM or DER files: each certificate of `files` becomes an anchor. トラストアンカー読込"""
        roots = tuple(certificate for file in files for certificate in certificates_in(file.read_bytes()))
        others = tuple(certificate for file in intermediates for certificate in certificates_in(file.read_bytes()))
        return cls(roots=roots, intermediates=others)

    def for_timestamps(self) -> TrustAnchors:
        """The anchors that a timestamp authority's chain may end in. 時刻認証のアンカー"""
        return self if self.timestamp_roots is None else replace(self, roots=self.timestamp_roots)

    def list_of(self, certificate: x509.Certificate) -> str | None:
        """Name of the list that holds this anchor, `CONFIGURED` without one; None for no anchor. 収載リスト"""
        return self._lists.get(certificate.sha256)

    @functools.cached_property
    def _lists(self) -> Mapping[bytes, str]:
        every = (*self.roots, *(self.timestamp_roots or ()))
        return {one.sha256: self.names.get(one.sha256, CONFIGURED) for one in every}
