"""Metadata of SAML: read from a provider's file, written about ourselves SAMLのメタデータ."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from . import saml
from .errors import ProviderRefused, Why

METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
NAMES = {"m": METADATA, "s": saml.SIGNATURE}
LARGEST = 512 * 1024
SHORTEST_RSA = 2048


@dataclass(frozen=True, slots=True)
class Described:
    """What a provider's metadata say about it; certificates as PEM 認証基盤の情報."""

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]


def read(octets: bytes) -> Described:
    """A provider's metadata file (SAML Metadata §2.4.3); raises `ProviderRefused` メタデータの読取り.

    Its own signature is not looked at: an administrator brings the file and answers for where it is from.
    """
    if len(octets) > LARGEST:
        raise ProviderRefused(Why.MALFORMED, "too long")
    root = saml.parsed(octets)
    found = [root] if root.tag == f"{{{METADATA}}}EntityDescriptor" else root.findall("m:EntityDescriptor", NAMES)
    providers = [one for one in found if one.find("m:IDPSSODescriptor", NAMES) is not None]
    if len(providers) != 1:
        raise ProviderRefused(Why.MALFORMED, "not one identity provider")
    descriptor = providers[0].find("m:IDPSSODescriptor", NAMES)
    services = descriptor.findall("m:SingleSignOnService", NAMES) if descriptor is not None else []
    urls = [one.get("Location") or "" for one in services if one.get("Binding") == REDIRECT]
    keys = descriptor.findall("m:KeyDescriptor", NAMES) if descriptor is not None else []
    certificates = [
        _certificate("".join(str(part) for part in text.itertext()))
        for key in keys
        if key.get("use") in (None, "signing")
        for text in key.iterfind(".//s:X509Certificate", NAMES)
    ]
    entity_id = providers[0].get("entityID") or ""
    if not entity_id or not urls or not certificates:
        raise ProviderRefused(Why.MALFORMED, "no sign-in address by HTTP-Redirect, or no certificate")
    return Described(entity_id, urls[0], tuple(dict.fromkeys(certificates)))


def written(place: saml.Place) -> bytes:
    """Our own metadata, to hand to the provider: both sides sign, answers come by POST メタデータの作成."""
    root = etree.Element(f"{{{METADATA}}}EntityDescriptor", {"entityID": place.entity_id}, nsmap={"md": METADATA})
    descriptor = etree.SubElement(
        root,
        f"{{{METADATA}}}SPSSODescriptor",
        {
            "AuthnRequestsSigned": "true" if place.certificate else "false",
            "WantAssertionsSigned": "true",
            "protocolSupportEnumeration": saml.PROTOCOL,
        },
    )
    if place.certificate:
        key = etree.SubElement(descriptor, f"{{{METADATA}}}KeyDescriptor", {"use": "signing"})
        info = etree.SubElement(key, f"{{{saml.SIGNATURE}}}KeyInfo", nsmap={"ds": saml.SIGNATURE})
        data = etree.SubElement(info, f"{{{saml.SIGNATURE}}}X509Data")
        octets = x509.load_pem_x509_certificate(place.certificate.encode()).public_bytes(Encoding.DER)
        etree.SubElement(data, f"{{{saml.SIGNATURE}}}X509Certificate").text = base64.b64encode(octets).decode()
    etree.SubElement(
        descriptor,
        f"{{{METADATA}}}AssertionConsumerService",
        {"Binding": saml.POST, "Location": place.consumer, "index": "0", "isDefault": "true"},
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def end_of(pem: str) -> datetime:
    """When this certificate ends 証明書の期限."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc


def fingerprint(pem: str) -> str:
    """SHA-256 of the certificate's DER in hex, to compare by eye 証明書の指紋."""
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA256()).hex()


def _certificate(text: str) -> str:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
        key = certificate.public_key()
    except (ValueError, binascii.Error) as wrong:
        raise ProviderRefused(Why.MALFORMED, "certificate") from wrong
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= SHORTEST_RSA) or isinstance(
        key, ec.EllipticCurvePublicKey
    )
    if not strong:
        raise ProviderRefused(Why.ALGORITHM, "key of the certificate")
    return certificate.public_bytes(Encoding.PEM).decode()
