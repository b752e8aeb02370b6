"""Which certificates a signature in a file rests on. 署名の証明書"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable, Sequence

from asn1crypto import cms, x509
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import errors

Wanted = tuple[x509.Certificate, Sequence[x509.Certificate], bool]

LEAST_RSA_BITS = 2048
# Document signing, Adobe's and Microsoft's own for it, mail, any purpose.
_FOR_DOCUMENTS = {
    "1.3.6.1.5.5.7.3.36",
    "1.2.840.113583.1.1.5",
    "1.3.6.1.4.1.311.10.3.12",
    "1.3.6.1.5.5.7.3.4",
    "2.5.29.37.0",
}
# Qualified certificates for signatures often name it, too.
_CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
_CURVES = tuple(("named", name) for name in ("secp256r1", "secp384r1", "secp521r1"))
_DIGESTS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")


_PARSED = (
    "critical_extensions",
    "ca",
    "key_identifier",
    "authority_key_identifier",
    "ocsp_urls",
    "issuer_serial",
    "self_signed",
    "not_valid_before",
    "not_valid_after",
    "sha256",
)


def fully_parsed(certificate: x509.Certificate) -> x509.Certificate:
    """The same certificate, with every part of it parsed now. 証明書の全解析

    asn1crypto parses at first use, and two threads that do so at once find parts missing: extensions that read as
    None, fields that raise KeyError. Nothing may be kept for several callers before this. Raises ValueError for a
    certificate that cannot be parsed; an extension that nobody here asks for may stay unread.
    """
    try:
        _parse(certificate)
    except Exception as error:  # what asn1crypto raises depends on which octet is wrong
        raise ValueError(f"certificate unreadable: {type(error).__name__}: {error}") from error
    return certificate


@functools.lru_cache(maxsize=256)
def of_der(encoded: bytes) -> x509.Certificate:
    """A certificate, parsed in full and kept: the same few come along with every signature and token. 証明書の読取

    Raises ValueError for what is no certificate.
    """
    return fully_parsed(x509.Certificate.load(encoded, strict=True))


def _parse(certificate: x509.Certificate) -> None:
    body = certificate["tbs_certificate"]
    _ = certificate["signature_algorithm"].native, certificate["signature_value"].native
    _ = [body[name].native for name in body if name != "extensions"]
    for one in body["extensions"]:
        name, _critical = one["extn_id"].native, one["critical"].native
        asked = hasattr(certificate, f"_{name}_value")
        # National statements about qualified certificates come in forms that no table describes.
        with contextlib.suppress(*(() if asked else (Exception,))):
            _ = one["extn_value"].parsed.native
    for name in _PARSED:
        getattr(certificate, name)
    _ = certificate.public_key.algorithm
    for party in (certificate.subject, certificate.issuer):
        _ = party.human_friendly, party.hashable, party.chosen.dump()
    _ = [point.url for point in certificate.crl_distribution_points]


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


def for_documents(certificate: x509.Certificate) -> bool:
    """Whether a stranger's certificate may sign documents by its extended key usage (RFC 9336). 文書署名への使用可否

    Wider than `require_sealing`, which is about our own. The certificate of an authority never may, nor one that is
    for servers, programs, timestamps or revocation answers alone.
    """
    purposes = certificate.extended_key_usage_value
    if certificate.ca:
        return False
    return purposes is None or not (_FOR_DOCUMENTS | {_CLIENT_AUTHENTICATION}).isdisjoint(
        purpose.dotted for purpose in purposes
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

    The key usage must hold nonRepudiation (ETSI EN 319 412-2, 4.3.2): validators ask for it. An extended key usage,
    where there is one, must name documents, mail or anything (RFC 9336). Raises `errors.CertificateUnusable`.
    """
    require_strong((certificate, *chain))
    usage = _key_usage(certificate)
    if usage is not None and "non_repudiation" not in usage:
        raise errors.CertificateUnusable(f"{common_name(certificate)}: key usage lacks nonRepudiation")
    purposes = certificate.extended_key_usage_value
    if purposes is not None and not _FOR_DOCUMENTS & {purpose.dotted for purpose in purposes}:
        raise errors.CertificateUnusable(f"{common_name(certificate)}: extended key usage is not for documents")
    if certificate.ca:
        raise errors.CertificateUnusable(
            f"{common_name(certificate)}: the certificate of an authority signs no document"
        )


def require_timestamping(certificate: x509.Certificate) -> None:
    """Refuse a certificate that is not for timestamps alone (RFC 3161, 2.3), or weak. 時刻認証用証明書の確認

    Raises `errors.CertificateUnusable`.
    """
    require_strong((certificate,))
    usage = _key_usage(certificate)
    if usage is not None and not {"digital_signature", "non_repudiation"} & usage:
        raise errors.CertificateUnusable(f"{common_name(certificate)}: key usage is not for signatures")
    if not only_for_timestamps(certificate):
        raise errors.CertificateUnusable(f"{common_name(certificate)}: not for timestamps alone")


def _key_usage(certificate: x509.Certificate) -> set[str] | None:
    """None only where the certificate has no such extension; one that does not read as what it is forbids."""
    usage = certificate.key_usage_value
    if usage is not None:
        return set(usage.native)
    extensions = certificate["tbs_certificate"]["extensions"]
    if any(one["extn_id"].native == "key_usage" for one in extensions):
        raise errors.CertificateUnusable(f"{common_name(certificate)}: key usage unreadable")
    return None


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
