"""What a file brings along to prove itself, and what must be asked or assumed beyond it. 検証用証拠"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, policy_decl
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import errors as path_errors
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, NonRevokedStatusAssertion, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from . import chains, constraints, errors, sunsets
from . import trust as anchors

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
ASSUMED_LAST_TIMESTAMP = "last_timestamp_not_revoked"


@dataclass(frozen=True)
class Evidence:
    """Certificates and revocation data at hand. 証拠"""

    certificates: tuple[x509.Certificate, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    stored: bool = False
    not_revoked: tuple[tuple[bytes, datetime], ...] = ()

    def plus(self, found: Iterable[chains.Chain]) -> Evidence:
        """With the proven chains that were fetched now. 追加"""
        chosen = list(found)
        return replace(
            self,
            certificates=(*self.certificates, *(c for chain in chosen for c in chain.certificates)),
            ocsps=(*self.ocsps, *(response for chain in chosen for response in chain.ocsps)),
            crls=(*self.crls, *(listed for chain in chosen for listed in chain.crls)),
        )

    def together(self, other: Evidence) -> Evidence:
        """With all that another one holds. 併合"""
        return replace(
            self,
            certificates=(*self.certificates, *other.certificates),
            ocsps=(*self.ocsps, *other.ocsps),
            crls=(*self.crls, *other.crls),
        )

    def asserting(self, certificates: Iterable[x509.Certificate], at: datetime) -> Evidence:
        """With the statement that these certificates are not revoked at a moment. 非失効の表明"""
        return replace(self, not_revoked=(*self.not_revoked, *((c.sha256, at) for c in certificates)))

    def specification(
        self, trust: anchors.TrustAnchors, *, algorithms: constraints.Dated, check_revocation: bool = True
    ) -> policy_decl.PdfSignatureValidationSpec:
        """pyHanko's form of it: never online, clock tolerance five minutes. 検証条件"""
        mode = "hard-fail" if check_revocation else "soft-fail"
        signers, stamps = (
            CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=list(anchored.roots)),
                revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy(mode)),
                time_tolerance=chains.CLOCK_TOLERANCE,
                algorithm_usage_policy=algorithms,
            )
            for anchored in (trust, trust.for_timestamps())
        )
        knowledge = policy_decl.LocalKnowledge(
            known_ocsps=[held for response in self.ocsps for held in OCSPContainer.load_multi(response)],
            known_crls=[CRLContainer(listed) for listed in self.crls],
            known_certs=[*trust.intermediates, *self.certificates],
            nonrevoked_assertions=[NonRevokedStatusAssertion(digest, at=moment) for digest, moment in self.not_revoked],
        )
        gathering = policy_decl.RevocationInfoGatheringSpec(
            online_fetching_rule=policy_decl.RevinfoOnlineFetchingRule.LOCAL_ONLY,
            certificate_fetching_rule=policy_decl.CertificateFetchingRule.NEVER_FETCH,
        )
        # The differences between revisions are judged once, in `revisions`; here they would be computed for each
        # signature again and decide nothing.
        return policy_decl.PdfSignatureValidationSpec(
            policy_decl.SignatureValidationSpec(
                cert_validation_policy=signers,
                ts_cert_validation_policy=stamps,
                revinfo_gathering_policy=gathering,
                local_knowledge=knowledge,
            ),
            diff_policy=None,
        )


def stored_in(reader: PdfFileReader) -> Evidence:
    """The document security store of a file (ISO 32000-2, 12.8.4.3). DSSの読取"""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    return Evidence(
        certificates=tuple(store.load_certs()),
        ocsps=tuple(ocsp.OCSPResponse.load(stream.get_object().data) for stream in store.ocsps),
        crls=tuple(crl.CertificateList.load(stream.get_object().data) for stream in store.crls),
        stored=True,
    )


@dataclass(frozen=True)
class LastTimestamp:
    """The last document timestamp: its path, whether revocation data still counts, algorithms. 最終タイムスタンプ"""

    path: ValidationPath
    fresh: bool
    algorithms: tuple[str, ...]


async def last_timestamp(
    signature: EmbeddedPdfSignature, known: Evidence, *, trust: anchors.TrustAnchors, at: datetime
) -> LastTimestamp | None:
    """Look at the end of the timestamp chain; None when no valid path exists at `at`. 最終タイムスタンプの確認"""
    others = [*known.certificates, *signature.other_embedded_certs]
    certificate, trust = signature.signer_cert, trust.for_timestamps()
    strict = chains.context(trust, at=at, others=others, ocsps=known.ocsps, crls=known.crls)
    try:
        path = await chains.path_to_root(certificate, within=strict, others=others, timestamping=True)
        return LastTimestamp(path, True, sunsets.used_by(signature.signed_data, path.iter_certs(include_root=True)))
    except path_errors.InsufficientRevinfoError:
        pass
    except (path_errors.PathError, path_errors.ValidationError):
        return None
    loose = chains.context(trust, at=at, others=others, revocation_mode="soft-fail")
    try:
        path = await chains.path_to_root(certificate, within=loose, others=others, timestamping=True)
    except (path_errors.PathError, path_errors.ValidationError):
        return None
    return LastTimestamp(path, False, sunsets.used_by(signature.signed_data, path.iter_certs(include_root=True)))


@dataclass(frozen=True)
class Revoked:
    """Since when (aware UTC) a chain is revoked, and whether it is an authority of it and not its end. 失効の回答"""

    at: datetime
    authority: bool


@dataclass(frozen=True)
class Asked:
    """What authorities said now: proven chains, and by SHA-256 the certificates whose chain is revoked. 照会の結果"""

    proven: tuple[chains.Chain, ...] = ()
    revoked: Mapping[bytes, Revoked] = field(default_factory=dict)

    def proves(self, certificate: x509.Certificate) -> bool:
        """Whether the chain of this very certificate was proven now. 証明の有無"""
        return any(chain.certificates[-1].sha256 == certificate.sha256 for chain in self.proven)


async def asked_now(
    wanted: Sequence[tuple[x509.Certificate, Sequence[x509.Certificate], bool]],
    *,
    trust: anchors.TrustAnchors,
    source: chains.RevocationSource,
    at: datetime,
) -> Asked:
    """Ask for the revocation state of certificates; those that cannot be proven are left out. 失効情報の照会

    What a revoked signer's certificate means is for the judge, who knows the signature's timestamp: its data is given.
    """
    about_signers = chains.RevocationLedger(trust=trust, source=source)
    about_stamps = chains.RevocationLedger(trust=trust.for_timestamps(), source=source)
    found: list[chains.Chain] = []
    revoked: dict[bytes, Revoked] = {}
    for certificate, others, timestamping in wanted:
        ledger = about_stamps if timestamping else about_signers
        try:
            since = None if timestamping else _LONG_AGO
            chain = await ledger.chain(certificate, others=others, at=at, timestamping=timestamping, signed_at=since)
            found.append(chain)
        except errors.CertificateRevoked as error:
            revoked[certificate.sha256] = _revoked(error.__cause__, at)
        except errors.PadesError:
            continue
    return Asked(tuple(found), revoked)


def _revoked(cause: BaseException | None, at: datetime) -> Revoked:
    if not isinstance(cause, path_errors.RevokedError):
        return Revoked(at, authority=False)
    return Revoked(cause.revocation_dt.astimezone(UTC), authority=not cause.is_ee_cert or cause.is_side_validation)
