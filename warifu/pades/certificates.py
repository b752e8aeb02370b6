"""Which certificates a signature in a file rests on. 署名の証明書"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from asn1crypto import cms, x509
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import errors

Wanted = tuple[x509.Certificate, Sequence[x509.Certificate], bool]

LEAST_RSA_BITS = 2048
_CURVES = tuple(("named", name) for name in ("secp256r1", "secp384r1", "secp521r1"))
_DIGESTS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")


def is_timestamp(signature: EmbeddedPdfSignature) -> bool:
    """Whether it is a document timestamp (ISO 32000-2, 12.8.5). 文書タイムスタンプ"""
    return bool(signature.sig_object_type == "/DocTimeStamp")


def relied_on(signature: EmbeddedPdfSignature) -> list[Wanted]:
    """End certificates, the others that came along, and whether each is a timestamp authority's. 依拠する証明書"""
    found: list[Wanted] = [(signature.signer_cert, list(signature.other_embedded_certs), is_timestamp(signature))]
    if not is_timestamp(signature):
        for token in generic_cms.extract_tst_data_iter(signature.signer_info, signed=False):
            held = generic_cms.extract_certs_for_validation(token)
            found.append((held.signer_cert, list(held.other_certs), True))
    return found


def held_in(signed: cms.SignedData) -> list[x509.Certificate]:
    """The certificate of the signer, then the others that came along. 格納された証明書"""
    held = generic_cms.extract_certs_for_validation(signed)
    return [held.signer_cert, *held.other_certs]


def only_for_timestamps(certificate: x509.Certificate) -> bool:
    """Whether the extended key usage is timeStamping, critical and alone (RFC 3161, 2.3). 時刻認証専用"""
    usage = certificate.extended_key_usage_value
    return (
        usage is not None
        and usage.native == ["time_stamping"]
        and "extended_key_usage" in certificate.critical_extensions
    )


def common_name(certificate: x509.Certificate) -> str:
    """CN of the subject, or its whole text without one. 証明書の名義"""
    name = certificate.subject.native.get("common_name")
    return str(name if name else certificate.subject.human_friendly)


def require_strong(chain: Iterable[x509.Certificate]) -> None:
    """Refuse a chain with RSA below 2048 bits, an unknown kind of key, or a signature by SHA-1 or older. 強度の確認

    CRYPTREC LS-0001 and ETSI TS 119 312. A root's signature over itself proves nothing and is not looked at. Raises
    `errors.CertificateUnusable`.
    """
    for certificate in chain:
        found = weakness(certificate)
        if found:
            raise errors.CertificateUnusable(f"{common_name(certificate)}: {found}")


def require_sealing(certificate: x509.Certificate, chain: Iterable[x509.Certificate] = ()) -> None:
    """Refuse a certificate that may not sign documents, or a weak chain. 署名用証明書の確認

    The key usage must hold nonRepudiation (ETSI EN 319 412-2, 4.3.2): validators ask for it. Raises
    `errors.CertificateUnusable`.
    """
    require_strong((certificate, *chain))
    usage = certificate.key_usage_value
    if usage is not None and "non_repudiation" not in usage.native:
        raise errors.CertificateUnusable(f"{common_name(certificate)}: key usage lacks nonRepudiation")
    if certificate.ca:
        raise errors.CertificateUnusable(
            f"{common_name(certificate)}: the certificate of an authority signs no document"
        )


def require_timestamping(certificate: x509.Certificate) -> None:
    """Refuse a certificate that is not for timestamps alone (RFC 3161, 2.3), or weak. 時刻認証用証明書の確認

    Raises `errors.CertificateUnusable`.
    """
    require_strong((certificate,))
    usage = certificate.key_usage_value
    if usage is not None and not {"digital_signature", "non_repudiation"} & set(usage.native):
        raise errors.CertificateUnusable(f"{common_name(certificate)}: key usage is not for signatures")
    if not only_for_timestamps(certificate):
        raise errors.CertificateUnusable(f"{common_name(certificate)}: not for timestamps alone")


def weakness(certificate: x509.Certificate, *, also_roots: bool = False) -> str:
    """What is weak about a certificate, "" for nothing; `also_roots` looks at a root's own signature too. 弱い暗号"""
    public = certificate.public_key
    if public.algorithm in ("rsa", "rsassa_pss"):
        if public.bit_size < LEAST_RSA_BITS:
            return f"RSA with {public.bit_size} bits"
    elif public.algorithm == "ec":
        if public.curve not in _CURVES:
            return f"curve {public.curve[1]}"
    else:
        return f"key of kind {public.algorithm}"
    # asn1crypto says "no", "maybe" or "yes"; only "no" means that somebody else vouched for it.
    vouched = also_roots or certificate.self_signed == "no"
    if vouched and _digest_of(certificate) not in _DIGESTS:
        return f"signed with {_digest_of(certificate)}"
    return ""


def _digest_of(certificate: x509.Certificate) -> str:
    algorithm = certificate["signature_algorithm"]
    if algorithm["algorithm"].native == "rsassa_pss":
        return str(algorithm["parameters"]["hash_algorithm"]["algorithm"].native)
    try:
        return str(algorithm.hash_algo)
    except ValueError:
        return str(algorithm["algorithm"].native)
