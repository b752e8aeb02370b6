"""The bytes that no signature covers: the container of the last one itself. 署名容器の検査

Everything before is under the last byte range, but its own /Contents is not. A changed bit there could hide in the
padding, in the case of a hexadecimal digit, or in an accompanying certificate that the path does not need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from asn1crypto import parser, x509
from cryptography import exceptions
from cryptography import x509 as pyca
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from .reading import Bytes

_HEX = re.compile(rb"<(?:[0-9a-f]*|[0-9A-F]*)>")


def is_sound(signature: EmbeddedPdfSignature, source: Bytes, known: Iterable[x509.Certificate]) -> bool:
    """Whether the container holds one ASN.1 value, zero padding and no damaged certificate. 署名容器の健全性"""
    start, length = int(signature.byte_range[0]), int(signature.byte_range[1])
    gap = source[start + length : int(signature.byte_range[2])]
    if not _HEX.fullmatch(gap):
        return False
    content = bytes.fromhex(gap[1:-1].decode("ascii"))
    size = _size(content)
    if size is None or content[size:].strip(b"\x00"):
        return False
    held = [signature.signer_cert, *signature.other_embedded_certs]
    return all(_verifies(certificate, [*held, *known]) for certificate in held)


def _size(content: bytes) -> int | None:
    """Of the one value at the front; older signers write lengths that end by a mark (X.690, 8.1.3.6)."""
    try:
        return int(parser.peek(content)) if content[:1] == b"\x30" else None
    except ValueError:
        return None


def _verifies(certificate: x509.Certificate, issuers: Sequence[x509.Certificate]) -> bool:
    candidates = [one for one in issuers if one.subject == certificate.issuer]
    if not candidates:
        return True  # nobody here can tell; the path validation decides whether it is needed
    child = pyca.load_der_x509_certificate(certificate.dump())
    for issuer in candidates:
        try:
            child.verify_directly_issued_by(pyca.load_der_x509_certificate(issuer.dump()))
        except (ValueError, TypeError, exceptions.InvalidSignature):
            continue
        return True
    return False
