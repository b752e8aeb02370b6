"""A seal with a throw-away key: trouble is found before 決裁, not after consent. 試験署名"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, tsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import errors, keys, sealing, statements, tokens, validation, visible
from . import trust as anchors

# The throw-away authority lives outside real time, so that a rehearsal gives the same answer on every day.
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_LIST = "http://rehearsal.invalid/list.crl"
_NAMED = tokens.Authority("rehearsal")
FIELDS = ("Consent1", "Consent2")
"""Those of the parties' consents: a name that is taken already is found here. 署名欄の名前"""


@dataclass(frozen=True)
class _Issued:
    certificate: pyca.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def asn1(self) -> x509.Certificate:
        return x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))


class Authority:
    """Root, sealing key and timestamp authority in memory; answers as `tokens.Timestamper`. 使い捨て認証局

    Its certificates name one list, which it hands out itself: nothing leaves the process.
    """

    def __init__(self) -> None:
        self._root = _issue("rehearsal root", None)
        self._signer = _issue("rehearsal signer", self._root)
        self._tsa = _issue("rehearsal timestamps", self._root, timestamps=True)
        self.trust = anchors.TrustAnchors(roots=(self._root.asn1,))

    def candidates(self, at: datetime) -> tuple[tokens.Authority, ...]:
        """Itself. 問合せ先"""
        return (_NAMED,)

    def note(
        self,
        authority: tokens.Authority,
        *,
        fault: errors.PadesError | None,
        at: datetime,
        token: tokens.Token | None = None,
    ) -> None:
        """Nothing to remember. 結果の記憶"""

    def ask(self, query: bytes, *, authority: tokens.Authority) -> bytes:
        """Grant a token. タイムスタンプ"""
        request = tsp.TimeStampReq.load(query)
        info = tsp.TSTInfo(
            {
                "version": 1,
                "policy": "1.3.6.1.4.1.32473.9",
                "message_imprint": request["message_imprint"],
                "serial_number": 1,
                "gen_time": MOMENT,
                "nonce": request["nonce"].native,
            }
        )
        return _granted(info, self._tsa)

    def ocsp(self, url: str, request: bytes) -> bytes:
        """Never asked. OCSP"""
        raise errors.RevocationUnavailable("a rehearsal has no responder")

    def crl(self, url: str) -> bytes:
        """The empty list of the root. CRL"""
        builder = (
            pyca.CertificateRevocationListBuilder()
            .issuer_name(self._root.certificate.subject)
            .last_update(MOMENT - timedelta(hours=1))
            .next_update(MOMENT + timedelta(days=1))
        )
        return builder.sign(self._root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def sealer(self) -> sealing.Sealer:
        """A sealer with the throw-away key. 封緘器"""
        key = keys.FileKey(self._signer.asn1, self._signer.key, (self._root.asn1,))
        return sealing.Sealer(keyring=keys.Keyring.of(key), trust=self.trust, timestamper=self, revocation=self)


def rehearse(source: bytes, *, seals: Sequence[str] = ()) -> bytes:
    """Seal twice, archive, and check each revision as those of a contract; raises an `errors.PadesError`. 試験署名

    `seals` are reserved fields of the file: then these are filled, with a drawing, instead of fields that show nothing.
    """
    authority = _authority()
    sealer = authority.sealer()
    sealed = source
    names = tuple(seals) or FIELDS

    def checked(before: bytes, after: bytes, fields: Sequence[str], *, final: bool) -> bytes:
        validation.check_revision(
            before,
            after,
            expected_fields=fields,
            trust=authority.trust,
            at=MOMENT,
            final=final,
            agreed_size=len(source),
        )
        return after

    for count, field in enumerate(names, start=1):
        party = _party(source)
        look = visible.Appearance.of(party) if seals else None
        signed = sealer.consent_revision(sealed, field=field, party=party, at=MOMENT, appearance=look)
        sealed = checked(sealed, signed, names[:count], final=False)
    sealed = checked(sealed, sealer.archive_revision(sealed, at=MOMENT), names, final=True)
    report = validation.validate(sealed, trust=authority.trust, at=MOMENT, agreed_size=len(source))
    validation.require_conclusive(report)
    return sealed


@functools.cache
def _authority() -> Authority:
    return Authority()


def _party(source: bytes) -> statements.PartyStatement:
    return statements.PartyStatement(
        party_name="試験　署名者",
        organisation="試験組織",
        title="試験役職",
        mail="rehearsal@example.test",
        agreement_id="rehearsal",
        agreement_number="試験",
        consented_at=MOMENT,
        document_digest=hashlib.sha256(source).hexdigest(),
        authenticated_by="試験",
    )


def _issue(name: str, issuer: _Issued | None, *, timestamps: bool = False) -> _Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        pyca.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(pyca.random_serial_number())
        .not_valid_before(MOMENT - timedelta(days=1))
        .not_valid_after(MOMENT + timedelta(days=3650))
        .add_extension(pyca.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(_usage(authority=issuer is None), critical=True)
    )
    if issuer is not None:
        point = pyca.DistributionPoint([pyca.UniformResourceIdentifier(_LIST)], None, None, None)
        builder = builder.add_extension(pyca.CRLDistributionPoints([point]), critical=False)
    if timestamps:
        builder = builder.add_extension(pyca.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return _Issued(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _usage(*, authority: bool) -> pyca.KeyUsage:
    return pyca.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _granted(info: tsp.TSTInfo, unit: _Issued) -> bytes:
    content = info.dump()
    certificate = unit.asn1
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            {
                "type": "signing_certificate_v2",
                "values": [{"certs": [{"cert_hash": hashlib.sha256(certificate.dump()).digest()}]}],
            },
        ]
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": unit.key.sign(attributes.untag().dump(), ec.ECDSA(hashes.SHA256())),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    token = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    response: bytes = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
    return response
