"""SAML 2.0: the question at a provider, and what its answer proves SAML.

Web Browser SSO profile (SAML Profiles §4.1) with the checks of §4.1.4.3. Signatures are signxml's work: it returns the
bytes that were signed, and nothing else of the answer is ever read, so what is wrapped around a signed assertion, or
put into it as a comment, is never seen.
"""

import base64
import binascii
import re
import secrets
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from . import identity, own_key, tables
from .errors import ProviderRefused, Why
from .identity import SKEW, Identity

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
NAMES = {"p": PROTOCOL, "a": ASSERTION, "s": SIGNATURE}
LARGEST = 512 * 1024
SIGNED_BY = frozenset(
    method
    for method in SignatureMethod
    if method.name.startswith(("RSA_", "ECDSA_", "SHA")) and not re.search("SHA1|SHA224", method.name)
)
DIGESTED_BY = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})


@dataclass(frozen=True, slots=True)
class Place:
    """Who we are to the provider, where its answers go, and with what we sign, "" for nothing 自らのエンティティ."""

    entity_id: str
    consumer: str
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified assertion: whom it vouches for, its own identifier, and until when a replay must be known 応答."""

    identity: Identity
    assertion_id: str
    until: datetime


def new_request_id() -> str:
    """An identifier of 160 bits; XML wants it to begin with a letter 要求の識別子."""
    return f"w{secrets.token_hex(20)}"


def question(
    provider: tables.IdentityProvider, place: Place, *, request_id: str, fresh: bool, at: datetime, key: str = ""
) -> str:
    """Where the browser is sent: an AuthnRequest by HTTP-Redirect (SAML Bindings §3.4), signed by `key` 認証の要求."""
    request = etree.Element(
        f"{{{PROTOCOL}}}AuthnRequest",
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "Destination": provider.sso_url,
            "AssertionConsumerServiceURL": place.consumer,
            "ProtocolBinding": POST,
            **({"ForceAuthn": "true"} if fresh else {}),
        },
        nsmap={"samlp": PROTOCOL, "saml": ASSERTION},
    )
    etree.SubElement(request, f"{{{ASSERTION}}}Issuer").text = place.entity_id
    packed = zlib.compress(etree.tostring(request))[2:-4]
    query = urlencode({"SAMLRequest": base64.b64encode(packed).decode(), "RelayState": request_id})
    if key:
        query = own_key.signed(query, key)
    return f"{provider.sso_url}{'&' if '?' in provider.sso_url else '?'}{query}"


def answered_request(posted: str) -> str:
    """Which question a posted answer says it answers, "" for none; unverified, only to find the row 応答の要求先."""
    return str(_response(posted).get("InResponseTo") or "")


def answer(posted: str, provider: tables.IdentityProvider, place: Place, *, request_id: str, at: datetime) -> Answer:
    """What a posted SAMLResponse proves; `request_id` is the question's, "" where none was asked 応答の検証.

    Raises `ProviderRefused`. Whether the assertion was used before is the caller's to know.
    """
    response = _response(posted)
    status = response.find("p:Status/p:StatusCode", NAMES)
    if status is None or status.get("Value") != SUCCESS:
        raise ProviderRefused(Why.DENIED)
    found = response.findall("a:Assertion", NAMES)
    if len(found) != 1:
        raise ProviderRefused(Why.MALFORMED, "not one assertion")
    assertion = _verified(found[0], provider.certificates, at=at)
    if _text(assertion.find("a:Issuer", NAMES)) != provider.entity_id:
        raise ProviderRefused(Why.ISSUER)
    subject = assertion.find("a:Subject", NAMES)
    if subject is None:
        raise ProviderRefused(Why.NO_SUBJECT)
    until = _require_confirmed(subject, place, request_id=request_id, at=at)
    _require_conditions(assertion, place, at=at)
    return Answer(
        identity=_identity(assertion, subject, provider, at=at),
        assertion_id=identity.subject_of(assertion.get("ID")),
        until=until,
    )


def _response(posted: str) -> etree._Element:
    """The parsed answer; no DTD, so no entities either."""
    if len(posted) > LARGEST:
        raise ProviderRefused(Why.MALFORMED, "too long")
    try:
        octets = base64.b64decode("".join(posted.split()), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise ProviderRefused(Why.MALFORMED, "not base64") from wrong
    root = parsed(octets)
    if root.tag != f"{{{PROTOCOL}}}Response":
        raise ProviderRefused(Why.MALFORMED, "no response")
    return root


def parsed(octets: bytes) -> etree._Element:
    """The root of a small XML document of somebody else; raises `ProviderRefused`, also for any DTD XMLの読取り."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(octets, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise ProviderRefused(Why.MALFORMED, "not XML") from wrong
    document = root.getroottree()
    if document.docinfo.internalDTD is not None or document.docinfo.doctype:
        raise ProviderRefused(Why.MALFORMED, "DTD")
    return root


def _verified(assertion: etree._Element, certificates: Collection[str], *, at: datetime) -> etree._Element:
    """The assertion as it was signed, by any of the certificates that the municipality has registered."""
    signatures = assertion.findall("s:Signature", NAMES)
    if len(signatures) != 1:
        raise ProviderRefused(Why.SIGNATURE, "assertion not signed")
    # Alone in a document of its own, it can refer to nothing but itself.
    alone = parsed(etree.tostring(assertion, with_tail=False))
    methods = {element.get("Algorithm") for element in signatures[0].iter(f"{{{SIGNATURE}}}SignatureMethod")}
    digests = {element.get("Algorithm") for element in signatures[0].iter(f"{{{SIGNATURE}}}DigestMethod")}
    if not methods <= {method.value for method in SIGNED_BY} or not digests <= {way.value for way in DIGESTED_BY}:
        raise ProviderRefused(Why.ALGORITHM)
    expected = SignatureConfiguration(
        location="./", signature_methods=SIGNED_BY, digest_algorithms=DIGESTED_BY, verification_time=at
    )
    detail = "no certificate"
    for pem in certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        try:
            result = XMLVerifier().verify(alone, x509_cert=certificate, id_attribute="ID", expect_config=expected)
        except (SignXMLException, etree.LxmlError, ValueError, TypeError, KeyError, AttributeError) as wrong:
            detail = type(wrong).__name__
            continue
        signed = None if isinstance(result, list) else result.signed_xml
        if signed is None or signed.tag != f"{{{ASSERTION}}}Assertion" or signed.get("ID") != assertion.get("ID"):
            raise ProviderRefused(Why.SIGNATURE, "something else is signed")
        return signed
    raise ProviderRefused(Why.SIGNATURE, detail)


def _require_confirmed(subject: etree._Element, place: Place, *, request_id: str, at: datetime) -> datetime:
    """SAML Profiles §4.1.4.3: one bearer confirmation that is meant for us, now; returns until when it counts."""
    refused = ProviderRefused(Why.MALFORMED, "no bearer confirmation")
    for confirmation in subject.findall("a:SubjectConfirmation", NAMES):
        data = confirmation.find("a:SubjectConfirmationData", NAMES)
        if confirmation.get("Method") != BEARER or data is None:
            continue
        try:
            return _confirmed(data, place, request_id=request_id, at=at)
        except ProviderRefused as this:
            refused = this
    raise refused


def _confirmed(data: etree._Element, place: Place, *, request_id: str, at: datetime) -> datetime:
    if data.get("Recipient") != place.consumer:
        raise ProviderRefused(Why.RECIPIENT)
    if (data.get("InResponseTo") or "") != request_id:
        raise ProviderRefused(Why.NOT_ASKED)
    until = moment(data.get("NotOnOrAfter"))
    if until is None or data.get("NotBefore") is not None:
        raise ProviderRefused(Why.MALFORMED, "confirmation")
    if at >= until + SKEW:
        raise ProviderRefused(Why.EXPIRED)
    return until + SKEW


def _require_conditions(assertion: etree._Element, place: Place, *, at: datetime) -> None:
    """SAML Core §2.5.1: the time, and an audience that is us."""
    conditions = assertion.find("a:Conditions", NAMES)
    if conditions is None:
        raise ProviderRefused(Why.AUDIENCE, "no conditions")
    begins, ends = moment(conditions.get("NotBefore")), moment(conditions.get("NotOnOrAfter"))
    if begins is not None and at < begins - SKEW:
        raise ProviderRefused(Why.NOT_YET)
    if ends is not None and at >= ends + SKEW:
        raise ProviderRefused(Why.EXPIRED)
    restrictions = conditions.findall("a:AudienceRestriction", NAMES)
    named = [{_text(one) for one in each.findall("a:Audience", NAMES)} for each in restrictions]
    if not named or not all(place.entity_id in names for names in named):
        raise ProviderRefused(Why.AUDIENCE)


def _identity(
    assertion: etree._Element, subject: etree._Element, provider: tables.IdentityProvider, *, at: datetime
) -> Identity:
    statement = assertion.find("a:AuthnStatement", NAMES)
    if statement is None:
        raise ProviderRefused(Why.MALFORMED, "no statement of authentication")
    ends = moment(statement.get("SessionNotOnOrAfter"))
    if ends is not None and at >= ends + SKEW:
        raise ProviderRefused(Why.EXPIRED)
    values: dict[str, str] = {}
    for attribute in assertion.iterfind("a:AttributeStatement/a:Attribute", NAMES):
        text = _text(attribute.find("a:AttributeValue", NAMES))
        for name in (attribute.get("Name"), attribute.get("FriendlyName")):
            if name:
                values.setdefault(name, text)
    context = _text(statement.find("a:AuthnContext/a:AuthnContextClassRef", NAMES))
    found = Identity(
        subject=identity.subject_of(_text(subject.find("a:NameID", NAMES))),
        contexts=(context,) if context else (),
        authenticated_at=moment(statement.get("AuthnInstant")),
        index=(statement.get("SessionIndex") or "")[: identity.LONGEST],
    )
    return identity.with_attributes(found, provider, values)


def _text(element: etree._Element | None) -> str:
    """All the text of an element, so that nothing put between its words can cut it short."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def moment(text: str | None) -> datetime | None:
    """A dateTime of SAML, which is in UTC (SAML Core §1.3.3); raises `ProviderRefused` for another text 日時."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ProviderRefused(Why.MALFORMED, "time") from wrong
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
