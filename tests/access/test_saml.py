"""What a SAML answer must be before anybody believes it."""

import base64
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from tests.standins import provider as standins
from warifu.access.sso import metadata, own_key, saml, tables
from warifu.access.sso.errors import ProviderRefused, Why
from warifu.access.sso.identity import require_fresh

AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
PLACE = saml.Place("https://warifu.example.jp/metadata", "https://warifu.example.jp/acs")
REQUEST = "w1234"


@pytest.fixture(scope="module")
def standin() -> standins.StandinProvider:
    made = standins.StandinProvider(url="https://idp.example.jp")
    made.people["sato"] = standins.Person("sato@idp", {"employee_number": "S-0001", "email": "Sato@Morioka.example.jp"})
    return made


def trusted(standin: standins.StandinProvider, **fields: Any) -> tables.IdentityProvider:
    values = {
        "kind": tables.Kind.SAML,
        "entity_id": f"{standin.url}/saml",
        "sso_url": f"{standin.url}/saml",
        "certificates": [standin.key.pem],
        "number_attribute": "employee_number",
        "mail_attribute": "email",
    }
    return tables.IdentityProvider(**(values | fields))


def made(standin: standins.StandinProvider, **otherwise: Any) -> etree._Element:
    values: dict[str, Any] = {
        "audience": PLACE.entity_id,
        "consumer": PLACE.consumer,
        "request_id": REQUEST,
        "who": "sato",
        "at": AT,
    }
    return standin.response(**(values | otherwise))


def read(standin: standins.StandinProvider, response: etree._Element | bytes, **asked: Any) -> saml.Answer:
    octets = response if isinstance(response, bytes) else etree.tostring(response)
    provider = asked.pop("provider", None) or trusted(standin)
    values: dict[str, Any] = {"request_id": REQUEST, "at": AT} | asked
    return saml.answer(base64.b64encode(octets).decode(), provider, PLACE, **values)


def refusal(standin: standins.StandinProvider, response: etree._Element | bytes, **asked: Any) -> Why:
    with pytest.raises(ProviderRefused) as refused:
        read(standin, response, **asked)
    return refused.value.why


def test_a_signed_answer_says_who_it_is(standin: standins.StandinProvider) -> None:
    found = read(standin, made(standin)).identity
    assert (found.subject, found.number, found.mail) == ("sato@idp", "S-0001", "sato@morioka.example.jp")
    assert found.contexts == ("pwd",)
    assert found.index == "at-provider-sato"


@pytest.mark.parametrize(
    ("why", "otherwise"),
    [
        (Why.SIGNATURE, {"signed": False}),
        (Why.ALGORITHM, {"sha1": True}),
        (Why.AUDIENCE, {"audience": "https://other.example.jp/metadata"}),
        (Why.RECIPIENT, {"recipient": "https://other.example.jp/acs"}),
        (Why.ISSUER, {"issuer": "https://other.example.jp/saml"}),
        (Why.NOT_ASKED, {"request_id": "w9999"}),
        (Why.NOT_ASKED, {"request_id": ""}),
        (Why.EXPIRED, {"ends": AT - timedelta(minutes=3)}),
        (Why.NOT_YET, {"begins": AT + timedelta(minutes=3)}),
        (Why.NO_SUBJECT, {"subject": " "}),
    ],
)
def test_what_is_wrong_is_refused(standin: standins.StandinProvider, why: Why, otherwise: dict[str, Any]) -> None:
    assert refusal(standin, made(standin, **otherwise)) is why


def test_another_key_is_refused(standin: standins.StandinProvider) -> None:
    assert refusal(standin, made(standin, key=standins.SigningKey.new())) is Why.SIGNATURE


def test_an_ended_certificate_is_refused(standin: standins.StandinProvider) -> None:
    key = standins.SigningKey.new(days=-30)
    answered = made(standin, key=key, at=datetime.now(UTC), ends=datetime.now(UTC) + timedelta(minutes=5))
    provider = trusted(standin, certificates=[key.pem])
    assert refusal(standin, answered, provider=provider, at=datetime.now(UTC)) is Why.SIGNATURE


def test_either_of_two_certificates_will_do_while_a_provider_changes_its_key(
    standin: standins.StandinProvider,
) -> None:
    coming = standins.SigningKey.new()
    provider = trusted(standin, certificates=[standin.key.pem, coming.pem])
    assert read(standin, made(standin, key=coming), provider=provider).identity.subject == "sato@idp"


def test_a_forged_assertion_beside_or_around_the_signed_one_is_not_read(standin: standins.StandinProvider) -> None:
    """XML signature wrapping: eight places for the forged one, as Somorovsky et al. (2012) list them."""
    forged_says = {"subject": "chida@idp", "signed": False}
    for place in range(8):
        response = made(standin)
        signed = response.find(f"{{{saml.ASSERTION}}}Assertion")
        forged = made(standin, **forged_says).find(f"{{{saml.ASSERTION}}}Assertion")
        assert signed is not None and forged is not None
        _wrap(place, response, signed, forged)
        try:
            found = read(standin, response).identity.subject
        except ProviderRefused as refused:
            assert refused.why in {Why.MALFORMED, Why.SIGNATURE}, place
        else:
            assert found == "sato@idp", place


def _wrap(place: int, response: etree._Element, signed: etree._Element, forged: etree._Element) -> None:
    signature = signed.find(f"{{{saml.SIGNATURE}}}Signature")
    assert signature is not None
    bare = deepcopy(signed)
    bare.remove(bare.find(f"{{{saml.SIGNATURE}}}Signature"))  # type: ignore[arg-type]  # it is there
    match place:
        case 0:
            response.insert(0, forged)
        case 1:
            response.append(forged)
        case 2:  # the signed one inside the forged one
            response.replace(signed, forged)
            forged.append(signed)
        case 3:  # the signature moved to the forged one, the signed one beside it
            response.append(forged)
            forged.append(signature)
        case 4:  # the signed one inside its own signature, which the forged one bears
            response.replace(signed, forged)
            forged.append(signature)
            etree.SubElement(signature, f"{{{saml.SIGNATURE}}}Object").append(bare)
        case 5:  # the same identifier twice
            forged.set("ID", str(signed.get("ID")))
            response.append(forged)
        case 6:  # the same identifier, and the signature with it
            forged.set("ID", str(signed.get("ID")))
            forged.append(signature)
            response.replace(signed, forged)
        case 7:  # in an extension before it
            extension = etree.Element(f"{{{saml.PROTOCOL}}}Extensions")
            extension.append(signed)
            response.append(extension)
            response.append(forged)


def test_a_comment_cuts_no_name_short(standin: standins.StandinProvider) -> None:
    response = made(standin, subject="chida@idp.evil.example.jp")
    name = response.find(f".//{{{saml.ASSERTION}}}NameID")
    assert name is not None
    name.text = "chida@idp"
    comment = etree.Comment("")
    comment.tail = ".evil.example.jp"
    name.append(comment)
    assert read(standin, response).identity.subject == "chida@idp.evil.example.jp"


def test_a_changed_word_breaks_the_signature(standin: standins.StandinProvider) -> None:
    response = made(standin)
    name = response.find(f".//{{{saml.ASSERTION}}}NameID")
    assert name is not None
    name.text = "chida@idp"
    assert refusal(standin, response) is Why.SIGNATURE


@pytest.mark.parametrize(
    "octets",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b"<!DOCTYPE x><x/>",
        b"<x/>",
        b"<x",
        b"",
    ],
)
def test_other_documents_are_refused_unread(standin: standins.StandinProvider, octets: bytes) -> None:
    assert refusal(standin, octets) is Why.MALFORMED


def test_an_answer_of_more_than_half_a_megabyte_is_refused(standin: standins.StandinProvider) -> None:
    assert refusal(standin, b"<x>" + b" " * saml.LARGEST) is Why.MALFORMED


def test_a_refusal_of_the_provider_is_one(standin: standins.StandinProvider) -> None:
    response = made(standin)
    code = response.find(f".//{{{saml.PROTOCOL}}}StatusCode")
    assert code is not None
    code.set("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
    assert refusal(standin, response) is Why.DENIED


def test_the_question_names_us_and_may_ask_anew(standin: standins.StandinProvider) -> None:
    address = saml.question(trusted(standin), PLACE, request_id=REQUEST, fresh=True, at=AT)
    packed = address.partition("SAMLRequest=")[2].partition("&")[0]
    request = standins.unpacked(packed.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
    assert request.get("ForceAuthn") == "true"
    assert request.get("AssertionConsumerServiceURL") == PLACE.consumer
    assert request.findtext(f"{{{saml.ASSERTION}}}Issuer") == PLACE.entity_id


def test_a_question_is_signed_by_our_key_and_our_metadata_say_so(standin: standins.StandinProvider) -> None:
    key, certificate = own_key.made(at=AT)
    place = saml.Place(PLACE.entity_id, PLACE.consumer, certificate)
    address = saml.question(trusted(standin), place, request_id=REQUEST, fresh=True, at=AT, key=key)
    query = address.partition("?")[2]
    signed, _, signature = query.rpartition("&Signature=")
    assert parse_qs(query)["SigAlg"] == [own_key.RSA_SHA256]
    public = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    octets = base64.b64decode(unquote(signature))
    public.verify(octets, signed.encode(), padding.PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        public.verify(octets, signed.replace("SAMLRequest=", "SAMLRequest=A", 1).encode(), padding.PKCS1v15(), SHA256())
    root = etree.fromstring(metadata.written(place))
    descriptor = root[0]
    assert descriptor.get("AuthnRequestsSigned") == "true"
    told = root.findtext(f".//{{{saml.SIGNATURE}}}X509Certificate")
    assert told is not None
    assert x509.load_der_x509_certificate(base64.b64decode(told)).public_key() == public
    assert etree.fromstring(metadata.written(PLACE))[0].get("AuthnRequestsSigned") == "false", "without a key of ours"


def test_who_was_not_asked_anew_is_not_fresh(standin: standins.StandinProvider) -> None:
    standin.forgets_to_ask = True
    try:
        found = read(standin, made(standin)).identity
    finally:
        standin.forgets_to_ask = False
    with pytest.raises(ProviderRefused) as refused:
        require_fresh(found, asked_at=AT)
    assert refused.value.why is Why.NOT_FRESH


def test_metadata_are_read_and_ours_are_written(standin: standins.StandinProvider) -> None:
    described = metadata.read(standin.metadata())
    assert described.entity_id == f"{standin.url}/saml"
    assert described.certificates == (standin.key.pem,)
    root = etree.fromstring(metadata.written(PLACE))
    assert root.get("entityID") == PLACE.entity_id
    consumer = root.find(f".//{{{metadata.METADATA}}}AssertionConsumerService")
    assert consumer is not None and consumer.get("Location") == PLACE.consumer


def test_metadata_with_a_weak_key_are_refused() -> None:
    weak = standins.StandinProvider(url="https://idp.example.jp", key=standins.SigningKey.new(size=1024))
    with pytest.raises(ProviderRefused) as refused:
        metadata.read(weak.metadata())
    assert refused.value.why is Why.ALGORITHM
