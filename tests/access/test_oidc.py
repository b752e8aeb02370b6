"""What an ID token must be before anybody believes it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from tests.standins import provider as standins
from warifu.access.sso import oidc, tables
from warifu.access.sso.errors import ProviderRefused, Why

AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
NOW = int(AT.timestamp())
NONCE = "nonce-of-this-round"


@pytest.fixture(scope="module")
def standin() -> standins.StandinProvider:
    return standins.StandinProvider(url="https://idp.example.jp")


def trusted(standin: standins.StandinProvider) -> tables.IdentityProvider:
    return tables.IdentityProvider(
        kind=tables.Kind.OIDC,
        issuer=standin.url,
        client_id=standins.CLIENT,
        metadata=standin.discovery(),
        number_attribute="employee_number",
    )


def claims(standin: standins.StandinProvider, **otherwise: Any) -> dict[str, Any]:
    values = {
        "iss": standin.url,
        "aud": standins.CLIENT,
        "sub": "someone",
        "iat": NOW,
        "exp": NOW + 300,
        "nonce": NONCE,
        "employee_number": 1234,
        "amr": ["pwd", "mfa"],
    }
    return {name: value for name, value in (values | otherwise).items() if value is not None}


def keys(standin: standins.StandinProvider) -> KeySet:
    return oidc.usable_keys(standin.keys())


def read(standin: standins.StandinProvider, token: str) -> Any:
    return oidc.identity_in(token, trusted(standin), keys(standin), nonce=NONCE, at=AT)


def refusal(standin: standins.StandinProvider, token: str) -> Why:
    with pytest.raises(ProviderRefused) as refused:
        read(standin, token)
    return refused.value.why


def test_a_good_token_says_who_it_is(standin: standins.StandinProvider) -> None:
    found = read(standin, standin.token(claims(standin)))
    assert (found.subject, found.number, found.contexts) == ("someone", "1234", ("pwd", "mfa"))


@pytest.mark.parametrize(
    ("why", "otherwise"),
    [
        (Why.ISSUER, {"iss": "https://other.example.jp"}),
        (Why.AUDIENCE, {"aud": "another"}),
        (Why.AUDIENCE, {"aud": [standins.CLIENT, "another"]}),
        (Why.AUDIENCE, {"aud": [standins.CLIENT, "another"], "azp": "another"}),
        (Why.AUDIENCE, {"azp": "another"}),
        (Why.EXPIRED, {"exp": NOW - 121}),
        (Why.EXPIRED, {"iat": NOW - 721, "exp": NOW + 9000}),
        (Why.NOT_YET, {"iat": NOW + 121}),
        (Why.NOT_YET, {"nbf": NOW + 121}),
        (Why.MALFORMED, {"exp": None}),
        (Why.MALFORMED, {"iat": "yesterday"}),
        (Why.NOT_ASKED, {"nonce": "another"}),
        (Why.NOT_ASKED, {"nonce": None}),
        (Why.NO_SUBJECT, {"sub": None}),
        (Why.NO_SUBJECT, {"sub": "x" * 301}),
    ],
)
def test_what_is_wrong_is_refused(standin: standins.StandinProvider, why: Why, otherwise: dict[str, Any]) -> None:
    assert refusal(standin, standin.token(claims(standin, **otherwise))) is why


def test_two_minutes_between_the_clocks_are_forgiven(standin: standins.StandinProvider) -> None:
    assert read(standin, standin.token(claims(standin, iat=NOW + 119))).subject == "someone"
    assert read(standin, standin.token(claims(standin, exp=NOW - 119))).subject == "someone"


def test_another_key_is_refused(standin: standins.StandinProvider) -> None:
    other = standins.SigningKey.new()
    forged = jwt.encode({"alg": "RS256", "kid": standin.key.kid}, claims(standin), other.jwk)
    assert refusal(standin, forged) is Why.SIGNATURE
    elsewhere = jwt.encode({"alg": "RS256", "kid": "another"}, claims(standin), other.jwk)
    assert refusal(standin, elsewhere) is Why.SIGNATURE


def test_no_signature_and_a_shared_secret_are_refused(standin: standins.StandinProvider) -> None:
    """RFC 8725 §3.1; joserfc itself refuses to take a public key for a secret."""
    shared = OctKey.generate_key(256, {"kid": standin.key.kid})
    assert refusal(standin, jwt.encode({"alg": "HS256", "kid": standin.key.kid}, claims(standin), shared)) in {
        Why.ALGORITHM,
        Why.SIGNATURE,
    }
    bare = "eyJhbGciOiJub25lIn0." + standin.token(claims(standin)).split(".")[1] + "."
    assert refusal(standin, bare) in {Why.ALGORITHM, Why.SIGNATURE, Why.MALFORMED}
    assert refusal(standin, "x.y.z") is Why.MALFORMED


def test_keys_that_must_not_verify_are_left_out(standin: standins.StandinProvider) -> None:
    weak = standins.SigningKey.new(size=1024).jwk.as_dict(private=False)
    shared = OctKey.generate_key(256).as_dict(private=True)
    elliptic = ECKey.generate_key("P-256", {"kid": "ec"}).as_dict(private=False)
    encrypting = standin.key.jwk.as_dict(private=False) | {"use": "enc"}
    found = oidc.usable_keys({"keys": [weak, shared, elliptic, encrypting, "nonsense", {"kty": "RSA"}]})
    assert [key.kid for key in found.keys] == ["ec"]


def test_an_answer_that_names_another_issuer_is_refused(standin: standins.StandinProvider) -> None:
    """RFC 9207 §2.4: mix-up; where the provider promises to name itself, silence is refused too."""
    for answer in ({"code": "x", "iss": "https://other.example.jp"}, {"code": "x"}):
        with pytest.raises(ProviderRefused) as refused:
            oidc.code_in(answer, trusted(standin))
        assert refused.value.why is Why.ISSUER
    assert oidc.code_in({"code": "x", "iss": standin.url}, trusted(standin)) == "x"


def test_the_question_carries_a_challenge_and_not_its_answer(standin: standins.StandinProvider) -> None:
    round_ = oidc.Round.new()
    address = oidc.question(trusted(standin), round_, redirect_uri="https://warifu.example.jp/back", fresh=True)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert round_.verifier not in address
    assert (asked["state"], asked["nonce"]) == ([round_.state], [round_.nonce])
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


def test_a_logout_token_is_no_id_token_and_the_other_way_round(standin: standins.StandinProvider) -> None:
    now = datetime.now(UTC)
    told = oidc.signed_out(standin.logout_token(sub="someone"), trusted(standin), keys(standin), at=now)
    assert told[:2] == ("someone", "")
    wrong = (
        standin.token(claims(standin, iat=int(now.timestamp()))),
        standin.logout_token(sub="someone", nonce="x"),
        standin.logout_token(sub="someone", events={}),
        standin.logout_token(sub="someone", aud="another"),
        standin.logout_token(),
    )
    for token in wrong:
        with pytest.raises(ProviderRefused):
            oidc.signed_out(token, trusted(standin), keys(standin), at=now)
    with pytest.raises(ProviderRefused):
        later = now + timedelta(minutes=13)
        oidc.signed_out(standin.logout_token(sub="someone"), trusted(standin), keys(standin), at=later)
