"""What each certificate of the trial authority is for, as one table 証明書プロファイル.

RFC 5280, RFC 6960 clause 4.2.2.2 (delegated responders), RFC 3161 clause 2.3 (timestamping), RFC 9336 (signing
documents).
"""

from dataclasses import dataclass
from enum import StrEnum

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

OCSP_HOST = "http://ocsp.trial-ca.test"
CRL_HOST = "http://crl.trial-ca.test"

# RFC 5612 reserves enterprise number 32473 for examples, so these identifiers can never collide with a real policy.
CERTIFICATE_POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1.1")
TIMESTAMP_POLICY = "1.3.6.1.4.1.32473.2.1"

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ADOBE_AUTHENTIC_DOCUMENTS = x509.ObjectIdentifier("1.2.840.113583.1.1.5")


class KeyKind(StrEnum):
    """Key types in use 鍵の種類."""

    RSA_4096 = "rsa-4096"
    RSA_3072 = "rsa-3072"
    P_256 = "p-256"
    P_384 = "p-384"


class Role(StrEnum):
    """What a certificate may do 証明書の用途."""

    AUTHORITY = "authority"
    SIGNER = "signer"
    TIMESTAMP = "timestamp"
    RESPONDER = "responder"


@dataclass(frozen=True)
class Profile:
    """One certificate to issue: file name, subject, issuer, key, lifetime in years, role 証明書プロファイル."""

    name: str
    common_name: str
    issuer: str
    key: KeyKind
    years: int
    role: Role

    @property
    def organisation(self) -> str:
        """Return the O of the subject 組織名."""
        return "割符 試験用署名者" if self.role is Role.SIGNER else "割符 試験用認証局"

    @property
    def extended_key_usages(self) -> tuple[x509.ObjectIdentifier, ...]:
        """Return the EKU object identifiers, empty for certification authorities 拡張鍵用途."""
        return {
            Role.AUTHORITY: (),
            # NSS, on which poppler's pdfsig stands, knows document signing only as a use of mail certificates.
            Role.SIGNER: (DOCUMENT_SIGNING, ADOBE_AUTHENTIC_DOCUMENTS, ExtendedKeyUsageOID.EMAIL_PROTECTION),
            Role.TIMESTAMP: (ExtendedKeyUsageOID.TIME_STAMPING,),
            Role.RESPONDER: (ExtendedKeyUsageOID.OCSP_SIGNING,),
        }[self.role]


# An issuer comes before what it issues. Responders live as long as the evidence must be checked (over ten years),
# because the trial authority has nobody who would renew them.
PROFILES = (
    Profile("root", "割符 試験用ルート認証局", "root", KeyKind.RSA_4096, 25, Role.AUTHORITY),
    Profile("issuing", "割符 試験用発行認証局", "root", KeyKind.RSA_3072, 20, Role.AUTHORITY),
    Profile("tsa-ca", "割符 試験用タイムスタンプ認証局", "root", KeyKind.RSA_3072, 20, Role.AUTHORITY),
    Profile("signer", "割符 試験用署名者", "issuing", KeyKind.RSA_3072, 3, Role.SIGNER),
    Profile("tsa", "割符 試験用タイムスタンプ局", "tsa-ca", KeyKind.RSA_3072, 11, Role.TIMESTAMP),
    Profile("root-ocsp", "割符 試験用ルートOCSP応答局", "root", KeyKind.P_256, 20, Role.RESPONDER),
    Profile("issuing-ocsp", "割符 試験用発行OCSP応答局", "issuing", KeyKind.P_256, 15, Role.RESPONDER),
    Profile("tsa-ca-ocsp", "割符 試験用タイムスタンプOCSP応答局", "tsa-ca", KeyKind.P_256, 15, Role.RESPONDER),
)

AUTHORITIES = tuple(profile.name for profile in PROFILES if profile.role is Role.AUTHORITY)


def ocsp_url(authority: str) -> str:
    """Return where the status of certificates issued by `authority` is asked OCSP応答局のURL."""
    return f"{OCSP_HOST}/ocsp/{authority}"


def crl_url(authority: str) -> str:
    """Return where the revocation list of `authority` is fetched 失効リストのURL."""
    return f"{CRL_HOST}/crl/{authority}.crl"


def certificate_url(authority: str) -> str:
    """Return where the certificate of `authority` is fetched 認証局証明書のURL."""
    return f"{CRL_HOST}/certs/{authority}.crt"
