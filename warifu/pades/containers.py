"""The bytes that no signature covers: the container of the last one itself. 署名容器の検査

Everything before is under the last byte range, but its own /Contents is not. A changed bit there could hide in the
padding, in the case of a hexadecimal digit, in an accompanying certificate that the path does not need, or in a version
or algorithm of the CMS that is only read again elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from asn1crypto import algos, cms, parser, x509
from cryptography import exceptions
from cryptography import x509 as pyca
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from .reading import Bytes

# X.690, 8.1.3.6: the length of a value that ends by a mark.
_UNTIL_MARK = 0x80
_HEX = re.compile(rb"<(?:[0-9a-f]*|[0-9A-F]*)>")


ALTERED = "container_altered"
ODD = "container_odd"
"""Not as RFC 5652 wants it: by a careless program, or by a hand that changed what nothing covers. 規格外の署名容器"""


def problem_of(signature: EmbeddedPdfSignature, source: Bytes, known: Iterable[x509.Certificate]) -> str | None:
    """What is wrong with a container: `ALTERED`, `ODD`, or None when nothing is. 署名容器の問題

    It must hold one ASN.1 value, zero padding and no damaged certificate, and keep to the rules of its kind.
    """
    start, length = int(signature.byte_range[0]), int(signature.byte_range[1])
    gap = source[start + length : int(signature.byte_range[2])]
    if not _HEX.fullmatch(gap):
        return ALTERED
    content = bytes.fromhex(gap[1:-1].decode("ascii"))
    size = _size(content)
    if size is None or content[size:].strip(b"\x00"):
        return ALTERED
    held = [signature.signer_cert, *signature.other_embedded_certs]
    if not all(_verifies(certificate, [*held, *known]) for certificate in held):
        return ALTERED
    return None if _by_the_rules(cms.ContentInfo.load(content[:size], strict=True)) else ODD


def _by_the_rules(container: Any) -> bool:
    """Versions and digest algorithms as RFC 5652 (5.1, 5.3) wants them, in the signature timestamps too."""
    signed = container["content"]
    signers = signed["signer_infos"]
    if container["content_type"].native != "signed_data" or len(signers) != 1:
        return False
    signer = signers[0]
    sequences = (container, signed, signed["encap_content_info"], signer)
    if container.dump()[1] != _UNTIL_MARK and not all(_exact(one) for one in sequences):
        return False
    by_key = signer["sid"].name == "subject_key_identifier"
    newer = by_key or signed["encap_content_info"]["content_type"].native != "data"
    if signer["version"].native != ("v3" if by_key else "v1") or signed["version"].native != ("v3" if newer else "v1"):
        return False
    used = signer["digest_algorithm"]
    listed = list(signed["digest_algorithms"])
    if used["algorithm"].native not in [one["algorithm"].native for one in listed]:
        return False
    return all(_plain(one) for one in [used, *listed]) and all(_by_the_rules(one) for one in _tokens(signer))


def _exact(sequence: Any) -> bool:
    """Whether the members fill their sequence: a longer length would swallow what follows."""
    return bool(b"".join(sequence[index].dump() for index in range(len(sequence))) == sequence.contents)


def _plain(algorithm: Any) -> bool:
    """A name with NULL or without parameters (RFC 5754, 2)."""
    with_null: bytes = algos.DigestAlgorithm({"algorithm": algorithm["algorithm"].native}).dump()
    without = bytes([0x30, with_null[1] - 2]) + with_null[2:-2]
    return algorithm.dump() in (with_null, without)


def _tokens(signer: Any) -> list[Any]:
    attributes = signer["unsigned_attrs"]
    stamps = [one for one in attributes or () if one["type"].native == "signature_time_stamp_token"]
    return [cms.ContentInfo.load(value.dump(), strict=True) for one in stamps for value in one["values"]]


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
