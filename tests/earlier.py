"""Contracts that somebody signed before us, with certificates that nobody here knows 先行署名のある契約書."""

import asyncio
import functools
import io
from datetime import timedelta
from typing import Any

from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests import samples
from warifu.pades import rehearsal, statements, trust

KINDS = ("B-B", "adobe", "B-T", "B-LTA", "certified", "two", "seen")
FIELD = "Architect"
WHO = "設計 次郎"


@functools.cache
def signed(kind: str, content: bytes | None = None) -> bytes:
    """`content` signed in one of `KINDS` by an architect's office; the same bytes within a test run 先行署名."""
    source = content or samples.contract()
    if kind in ("B-T", "B-LTA"):
        party = statement()
        stamped = authority().sealer().consent_revision(source, field=FIELD, party=party, at=rehearsal.MOMENT)
        return stamped if kind == "B-T" else authority().sealer().archive_revision(stamped, at=rehearsal.MOMENT)
    if kind == "two":
        return by_pyhanko(by_pyhanko(source), field="Second")
    if kind == "seen":
        return by_pyhanko(source, box=(40, 40, 240, 100))
    if kind == "certified":
        return by_pyhanko(source, permits=fields.MDPPerm.FILL_FORMS)
    return by_pyhanko(source, filter_=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED if kind == "adobe" else None)


class Office(rehearsal.Authority):
    """Root, key and timestamps of the office, under names of their own 設計事務所の認証局."""

    def __init__(self) -> None:
        self._root = rehearsal._issue("Sekkei Root CA", None)
        self._signer = rehearsal._issue("架空設計事務所", self._root)
        self._tsa = rehearsal._issue("Sekkei TSA", self._root, timestamps=True)
        self.trust = trust.TrustAnchors(roots=(self._root.asn1,))


@functools.cache
def authority() -> Office:
    """One office for all tests 設計事務所."""
    return Office()


def by_pyhanko(
    source: bytes,
    *,
    field: str = FIELD,
    permits: fields.MDPPerm | None = None,
    filter_: fields.SigSeedSubFilter | None = None,
    box: tuple[int, int, int, int] | None = None,
    lock: fields.FieldMDPSpec | None = None,
) -> bytes:
    """What another program writes: B-B, perhaps certifying or with a stamp on the page 他のソフトによる署名."""
    issued = authority()._signer
    key = issued.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store: Any = SimpleCertificateStore  # pyHanko types it in part
    store = store()
    store.register(authority().trust.roots[0])
    signer = signers.SimpleSigner(
        signing_cert=issued.asn1, signing_key=asn1_keys.PrivateKeyInfo.load(key), cert_registry=store
    )
    named = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=filter_ or fields.SigSeedSubFilter.PADES,
        name=WHO,
        certify=permits is not None,
        docmdp_permissions=permits or fields.MDPPerm.FILL_FORMS,
    )
    place = fields.SigFieldSpec(field, box=box, field_mdp_spec=lock) if box or lock else None
    writer = IncrementalPdfFileWriter(io.BytesIO(source))
    made = signers.PdfSigner(named, signer, new_field_spec=place).async_sign_pdf(writer, bytes_reserved=20000)
    return bytes(asyncio.run(made).getvalue())


def statement() -> statements.PartyStatement:
    """What the office says 署名の表示."""
    return statements.PartyStatement(
        party_name=WHO,
        organisation="架空設計事務所",
        title="所長",
        mail="jiro@sekkei.example",
        agreement_id="-",
        agreement_number="-",
        consented_at=rehearsal.MOMENT - timedelta(minutes=1),
        document_digest="0" * 64,
        authenticated_by="-",
    )
