"""Which certificates a signature in a file rests on. 署名の証明書"""

from __future__ import annotations

from collections.abc import Sequence

from asn1crypto import x509
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

Wanted = tuple[x509.Certificate, Sequence[x509.Certificate], bool]


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
