"""People with other software: certificates of any kind under the trial authority, signed with pyHanko. 外部の署名者"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms as asn1_cms
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.pades import pki as pkis
from tests.pades import smithy
from trialpki import certificates, faults, revocations, timestamping

Token = Callable[[timestamping.Query], bytes]
PADES, ADOBE = fields.SigSeedSubFilter.PADES, fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
_NUMBERS = itertools.count(10_000)
_USES = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
_NO_USES = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")


def issue(
    pki: pkis.Pki,
    *,
    purposes: Sequence[str] = (),
    authority: bool = False,
    born: datetime = pkis.FOUNDED,
    days: int = 1095,
) -> certificates.Issued:
    """A certificate with these extended key usages, which the responder knows. 証明書"""
    issuer, key = pki.authority.issued("issuing"), smithy.fresh("p-256", next(_NUMBERS))
    uses = {name: authority or name in _USES[:2] for name in _USES} | dict.fromkeys(_NO_USES, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "outsider")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(born)
        .not_valid_after(born + timedelta(days=days))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.KeyUsage(**uses), critical=True)
        .add_extension(certificates._information_access("issuing"), critical=False)
        .add_extension(certificates._distribution_point("issuing"), critical=False)
    )
    if purposes:
        named = [x509.ObjectIdentifier(one) for one in purposes]
        builder = builder.add_extension(x509.ExtendedKeyUsage(named), critical=True)
    made = builder.sign(issuer.key, certificates.digest_for(issuer.key))
    service = pki.status.service
    assert isinstance(service, faults.RevocationService)
    responder = service.responders["issuing"]
    known = dataclasses.replace(responder, serials=responder.serials | {made.serial_number})
    service.responders = {**service.responders, "issuing": known}
    return certificates.Issued(made, key)


def revoke(pki: pkis.Pki, issued: certificates.Issued, at: datetime) -> None:
    reason = x509.ReasonFlags.key_compromise
    revocations.record(pki.directory, revocations.Revocation("outsider", issued.certificate.serial_number, at, reason))


class _Stamps(timestamps.TimeStamper):
    def __init__(self, answer: Token) -> None:
        initialise: Any = super().__init__
        initialise()
        self._answer = answer

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._answer(timestamping.read(req.dump())))


def stamped_at(pki: pkis.Pki, at: datetime, unit: timestamping.TimestampUnit | None = None) -> Token:
    """Tokens of the trial TSA, or of another unit, that name any moment. 任意時刻の応答"""
    service = pki.tsa.service
    assert isinstance(service, faults.TimestampService)
    return lambda asked: service.liar.grant_as(unit or service.liar.unit, asked, at)


def signed(
    pki: pkis.Pki,
    source: bytes,
    issued: certificates.Issued,
    *,
    token: Token | None,
    subfilter: fields.SigSeedSubFilter = PADES,
    without: str = "",
    field: str = "Stranger",
) -> bytes:
    """Signed with pyHanko, as Adobe would; `without` leaves a signed attribute away. 外部の署名"""
    new_store: Any = SimpleCertificateStore
    store = new_store()
    for name in ("issuing", "root"):
        store.register(_parsed(pki.authority.issued(name)))
    shape, nothing = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = asn1_keys.PrivateKeyInfo.load(issued.key.private_bytes(serialization.Encoding.DER, shape, nothing))
    signer: Any = signers.SimpleSigner(signing_cert=_parsed(issued), signing_key=key, cert_registry=store)
    attributes = signer.signed_attrs

    async def fewer(*positional: Any, **named: Any) -> asn1_cms.CMSAttributes:
        every = await attributes(*positional, **named)
        return asn1_cms.CMSAttributes([one for one in every if one["type"].native != without])

    signer.signed_attrs = fewer
    meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=subfilter, name="甲山 太郎")
    made = signers.PdfSigner(meta, signer, timestamper=_Stamps(token) if token else None)
    writer = IncrementalPdfFileWriter(io.BytesIO(source), strict=False)
    done: io.BytesIO = asyncio.run(made.async_sign_pdf(writer, bytes_reserved=30_000))
    return done.getvalue()


class Quiet(IncrementalPdfFileWriter):
    """Writes an incremental update and nothing beside it. 追記"""

    def _update_meta(self) -> None:
        """Document information of a later revision would be a change of its own."""


def document_stamped(data: bytes, token: Token) -> bytes:
    """One more document timestamp. 文書タイムスタンプ"""
    output = io.BytesIO(data)
    stamper = signers.PdfTimeStamper(_Stamps(token))
    asyncio.run(stamper.async_timestamp_pdf(Quiet(output), "sha256", bytes_reserved=30_000, in_place=True))
    return output.getvalue()


def _parsed(issued: certificates.Issued) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(issued.certificate.public_bytes(serialization.Encoding.DER))
