"""What a sealed file is made of: byte ranges, CMS, tokens, certificates, revocation data. 署名の取出し

Only takes apart; whether anything of it holds is said by `validation`. Positions are told so that a person can cut the
same bytes out of the file with no tool but a shell. For a stranger's file: `boxed`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from asn1crypto import cms, ocsp, pem, tsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import certificates, evidence


@dataclass(frozen=True)
class Stamp:
    """An RFC 3161 token: whose, when, which. タイムスタンプトークン

    `serial` is the token's serial number in hexadecimal, `policy` an OID, `generated_at` its genTime and `valid_until`
    the end of the authority's certificate, both aware UTC. `offset` is where the token begins in the CMS around it, 0
    for a document timestamp.
    """

    der: bytes
    offset: int
    authority: str
    serial: str
    policy: str
    generated_at: datetime
    valid_until: datetime


@dataclass(frozen=True)
class Piece:
    """One signature or document timestamp of a file. 署名の部品

    `byte_range` as in ISO 32000-2, 12.8.1; `cms` the DER value in /Contents without its padding, `value` the octets of
    the signature that begin at `value_offset` of it, `digest_algorithm` that of the signer ("sha256").
    """

    field: str
    kind: str
    byte_range: tuple[int, int, int, int]
    cms: bytes
    value: bytes
    value_offset: int
    digest_algorithm: str
    stamp: Stamp | None

    @property
    def first_digit(self) -> int:
        """How many bytes of the file stand before the first hexadecimal digit of /Contents. 署名値の位置"""
        return self.byte_range[0] + self.byte_range[1] + 1


@dataclass(frozen=True)
class Anatomy:
    """A whole file, taken apart; certificates and revocation data in DER, each once, by their digests. 解剖結果"""

    pieces: tuple[Piece, ...]
    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]


def dissect(file: BinaryIO) -> Anatomy:
    """Take an open file apart without reading it into memory. 取出し

    Raises whatever pyHanko and asn1crypto raise for a file that is not sound: call it for files that were validated, or
    in the box.
    """
    reader = PdfFileReader(file, strict=True)
    signatures: list[EmbeddedPdfSignature] = list(reader.embedded_signatures)
    known = evidence.stored_in(reader)
    held = [certificate.dump() for certificate in known.certificates]
    for signature in signatures:
        for certificate, others, _ in certificates.relied_on(signature):
            held += [one.dump() for one in (certificate, *others)]
    return Anatomy(
        pieces=tuple(_piece(signature) for signature in signatures),
        certificates=_once(held),
        ocsps=_once(response.dump() for response in known.ocsps),
        crls=_once(listed.dump() for listed in known.crls),
    )


def last_stamp(file: BinaryIO) -> Stamp | None:
    """The token of the last signature or document timestamp of an open file, None without one. 最後のタイムスタンプ

    Raises as `dissect` does.
    """
    signatures: list[EmbeddedPdfSignature] = list(PdfFileReader(file, strict=True).embedded_signatures)
    return _piece(signatures[-1]).stamp if signatures else None


def summary(found: Anatomy) -> dict[str, Any]:
    """The parts by their SHA-256, as plain values; `end` is where the covered bytes of a piece end. 要約"""

    def digest(content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    return {
        "pieces": [
            {
                "kind": piece.kind,
                "end": piece.byte_range[2] + piece.byte_range[3],
                "cms": digest(piece.cms),
                "value": digest(piece.value),
                "token": digest(piece.stamp.der) if piece.stamp else "",
            }
            for piece in found.pieces
        ],
        "certificates": [digest(one) for one in found.certificates],
        "revocation": [digest(one) for one in (*found.ocsps, *found.crls)],
    }


def as_pem(der: bytes) -> bytes:
    """A certificate as other programs like it. PEM形式"""
    return bytes(pem.armor("CERTIFICATE", der))


def issuing(certificates: Iterable[bytes], roots: Iterable[bytes]) -> list[bytes]:
    """Those of `roots` that issued one of `certificates`, by name (all in DER). 発行元"""
    issuers = {x509.Certificate.load(der).issuer.dump() for der in certificates}
    return [root for root in roots if x509.Certificate.load(root).subject.dump() in issuers]


@dataclass(frozen=True)
class Answer:
    """Whose state an OCSP response tells: indexes into the certificates it was matched with. OCSP応答の対象"""

    certificate: int
    issuer: int
    produced_at: datetime


def answers(response: bytes, among: list[bytes]) -> list[Answer]:
    """Match a response with certificates in DER (RFC 6960, 4.1.1). OCSP応答の対応"""
    loaded = [x509.Certificate.load(der) for der in among]
    basic = ocsp.OCSPResponse.load(response).basic_ocsp_response["tbs_response_data"]
    found = []
    for single in basic["responses"]:
        wanted = single["cert_id"]
        hashed = getattr(hashlib, wanted["hash_algorithm"]["algorithm"].native)
        for place, certificate in enumerate(loaded):
            if certificate.serial_number != wanted["serial_number"].native:
                continue
            if hashed(certificate.issuer.dump()).digest() != wanted["issuer_name_hash"].native:
                continue
            issuers = [one for one, issuer in enumerate(loaded) if issuer.subject == certificate.issuer]
            if issuers:
                found.append(Answer(place, issuers[0], basic["produced_at"].native))
    return found


def _once(values: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(set(values), key=lambda value: hashlib.sha256(value).digest()))


def _piece(signature: EmbeddedPdfSignature) -> Piece:
    stamped = certificates.is_timestamp(signature)
    der = _without_padding(bytes(signature.pkcs7_content))
    info = signature.signer_info
    value = bytes(info["signature"].native)
    start, length, second, rest = (int(number) for number in signature.byte_range)
    return Piece(
        field=str(signature.field_name),
        kind="timestamp" if stamped else "signature",
        byte_range=(start, length, second, rest),
        cms=der,
        value=value,
        value_offset=der.index(value),
        digest_algorithm=str(info["digest_algorithm"]["algorithm"].native),
        stamp=_stamp(der, 0) if stamped else _first_stamp(info, der),
    )


def _first_stamp(info: cms.SignerInfo, der: bytes) -> Stamp | None:
    for attribute in info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0].dump()
            return _stamp(token, der.index(token))
    return None


def _stamp(token: bytes, offset: int) -> Stamp:
    signed = cms.ContentInfo.load(token)["content"]
    info: Any = signed["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise ValueError("not a timestamp token")
    signer = _signer(signed)
    return Stamp(
        der=token,
        offset=offset,
        authority=certificates.common_name(signer),
        serial=format(info["serial_number"].native, "x"),
        policy=str(info["policy"].dotted),
        generated_at=info["gen_time"].native.astimezone(UTC),
        valid_until=signer.not_valid_after.astimezone(UTC),
    )


def _signer(signed: cms.SignedData) -> x509.Certificate:
    wanted = signed["signer_infos"][0]["sid"].chosen
    for choice in signed["certificates"]:
        one = choice.chosen
        if one.serial_number == wanted["serial_number"].native and one.issuer == wanted["issuer"]:
            return one
    raise ValueError("the token does not hold its authority's certificate")


def _without_padding(content: bytes) -> bytes:
    if content[1] < 0x80:
        return content[: 2 + content[1]]
    octets = content[1] & 0x7F
    return content[: 2 + octets + int.from_bytes(content[2 : 2 + octets], "big")]
