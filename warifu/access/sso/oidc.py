"""OpenID Connect: the question at a provider, and what its answer proves OpenID Connect.

Authorization code flow with PKCE (RFC 7636, S256), state, nonce and the issuer in the answer (RFC 9207); the checks of
the ID token carry the numbers of OpenID Connect Core §3.1.3.7. Signatures are joserfc's work, never ours.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from joserfc import errors as jose
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from . import identity, outside, tables
from .errors import ProviderRefused, Why
from .identity import SKEW, Identity

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Public keys only: with a shared secret whoever reads our database could sign, and `none` is no signature."""
OLDEST = timedelta(minutes=10)
REFETCH = timedelta(minutes=1)
"""Unknown keys make us ask for the provider's keys again, no more often than this."""
SHORTEST_RSA = 2048
NAMED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
KEPT = (
    *NAMED,
    "end_session_endpoint",
    "token_endpoint_auth_methods_supported",
    "authorization_response_iss_parameter_supported",
)


@dataclass(frozen=True, slots=True)
class Round:
    """What one sign-in keeps until its answer comes, in the session of the browser that began it 認証の往復."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Round":
        """Three new secrets of 256 bits 認証の開始."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


def discovered(issuer: str, *, outside_: outside.Outside) -> dict[str, Any]:
    """What the provider says about itself (OpenID Connect Discovery §4.3); raises `ProviderRefused` 情報の取得."""
    found = outside.fetched(outside_, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ProviderRefused(Why.ISSUER, "discovery")
    if not all(isinstance(found.get(name), str) for name in NAMED):
        raise ProviderRefused(Why.MALFORMED, "discovery")
    return {name: found[name] for name in KEPT if name in found}


def question(provider: tables.IdentityProvider, round_: Round, *, redirect_uri: str, fresh: bool) -> str:
    """Where the browser is sent; `fresh` wants the person asked again, whatever the provider remembers 認証の要求."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(round_.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid profile email",
        "state": round_.state,
        "nonce": round_.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if fresh:
        asked |= {"prompt": "login", "max_age": "0"}
    return _joined(str(provider.metadata["authorization_endpoint"]), asked)


def code_in(answer: Mapping[str, str], provider: tables.IdentityProvider) -> str:
    """The code of an answer whose state was ours; raises `ProviderRefused` 認可コード.

    An answer that names another issuer was meant for another provider (RFC 9207 §2.4).
    """
    told = answer.get("iss")
    promised = provider.metadata.get("authorization_response_iss_parameter_supported")
    if (told is not None or promised) and told != provider.issuer:
        raise ProviderRefused(Why.ISSUER, "answer")
    if answer.get("error"):
        raise ProviderRefused(Why.DENIED)
    code = answer.get("code", "")
    if not code or len(code) > 4096:
        raise ProviderRefused(Why.MALFORMED, "no code")
    return code


def token_for(
    code: str,
    provider: tables.IdentityProvider,
    round_: Round,
    *,
    secret: str,
    redirect_uri: str,
    outside_: outside.Outside,
) -> str:
    """The ID token that the code buys (OpenID Connect Core §3.1.3); raises `ProviderRefused` トークンの取得."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": round_.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    offered = provider.metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" in offered:
        # RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    url = str(provider.metadata["token_endpoint"])
    try:
        body = outside_.post(url, data=urlencode(form).encode(), headers=headers)
    except outside.Unreachable as fault:
        raise outside.refusal(fault) from fault
    token = outside.as_object(body).get("id_token")
    if not isinstance(token, str):
        raise ProviderRefused(Why.MALFORMED, "no id_token")
    return token


def identity_in(token: str, provider: tables.IdentityProvider, keys: KeySet, *, nonce: str, at: datetime) -> Identity:
    """Whom this ID token vouches for; raises `ProviderRefused` IDトークンの検証."""
    claims = _signed(token, keys)
    require_issuer_and_audience(claims, provider)  # (2) to (5)
    # (9) to (11)
    expires, issued = _moment(claims.get("exp")), _moment(claims.get("iat"))
    if expires is None or issued is None:
        raise ProviderRefused(Why.MALFORMED, "no exp or iat")
    if at >= expires + SKEW or at >= issued + OLDEST + SKEW:
        raise ProviderRefused(Why.EXPIRED)
    begins = _moment(claims.get("nbf"))
    if issued > at + SKEW or (begins is not None and begins > at + SKEW):
        raise ProviderRefused(Why.NOT_YET)
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):  # (11)
        raise ProviderRefused(Why.NOT_ASKED, "nonce")
    found = Identity(
        subject=identity.subject_of(claims.get("sub")),
        mail_verified=claims.get("email_verified") is not False,
        contexts=_contexts(claims),
        authenticated_at=_moment(claims.get("auth_time")),
        index=str(claims.get("sid") or "")[: identity.LONGEST],
        hint=token,
    )
    return identity.with_attributes(found, provider, _texts(claims))


def require_issuer_and_audience(claims: Mapping[str, Any], provider: tables.IdentityProvider) -> None:
    """OpenID Connect Core §3.1.3.7 (2) to (5); raises `ProviderRefused` 発行者と宛先."""
    if claims.get("iss") != provider.issuer:
        raise ProviderRefused(Why.ISSUER)
    audience = claims.get("aud")
    names = audience if isinstance(audience, list) else [audience]
    if provider.client_id not in names:
        raise ProviderRefused(Why.AUDIENCE)
    party = claims.get("azp")
    if (party is not None or len(names) > 1) and party != provider.client_id:
        raise ProviderRefused(Why.AUDIENCE, "azp")


def signed_out(token: str, provider: tables.IdentityProvider, keys: KeySet, *, at: datetime) -> tuple[str, str, str]:
    """Subject, session and `jti` of a logout token (OpenID Connect Back-Channel Logout §2.6) ログアウトトークン.

    Subject or session may be "", not both. Raises `ProviderRefused`.
    """
    claims = _signed(token, keys)
    require_issuer_and_audience(claims, provider)
    issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
    if issued is None or at >= issued + OLDEST + SKEW or (expires is not None and at >= expires + SKEW):
        raise ProviderRefused(Why.EXPIRED)
    if issued > at + SKEW:
        raise ProviderRefused(Why.NOT_YET)
    events = claims.get("events")
    told = isinstance(events, dict) and "http://schemas.openid.net/event/backchannel-logout" in events
    if not told or "nonce" in claims or not isinstance(claims.get("jti"), str):
        raise ProviderRefused(Why.MALFORMED, "no logout token")
    subject, index = (str(claims.get(name) or "")[: identity.LONGEST] for name in ("sub", "sid"))
    if not subject and not index:
        raise ProviderRefused(Why.NO_SUBJECT)
    return subject, index, str(claims["jti"])


def farewell(provider: tables.IdentityProvider, *, hint: str, back_to: str) -> str:
    """Where the provider's own session is ended (RP-Initiated Logout §2), or "" サインアウトの送信先."""
    address = provider.metadata.get("end_session_endpoint", "")
    if not address:
        return ""
    asked = {"client_id": provider.client_id, "post_logout_redirect_uri": back_to}
    return _joined(address, asked | ({"id_token_hint": hint} if hint else {}))


def usable_keys(document: Mapping[str, Any]) -> KeySet:
    """The public keys of a JWKS that may verify: no shared secrets, none for encryption, none too short 公開鍵."""
    usable = []
    for one in document.get("keys") or []:
        if not isinstance(one, dict) or one.get("kty") not in {"RSA", "EC", "OKP"} or one.get("use") == "enc":
            continue
        try:
            found = KeySet.import_key_set({"keys": [one]}).keys[0]
        except (jose.JoseError, ValueError, KeyError, TypeError):
            continue
        if isinstance(found, RSAKey) and found.public_key.key_size < SHORTEST_RSA:
            continue
        usable.append(found)
    return KeySet(usable)


def names_unknown_key(token: str, keys: KeySet) -> bool:
    """Whether a token says that it was signed by a key that is not among these 未知の公開鍵."""
    head = token.partition(".")[0]
    try:
        header = outside.as_object(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, ProviderRefused):
        return False
    return header.get("kid") not in {key.kid for key in keys.keys}


def _signed(token: str, keys: KeySet) -> dict[str, Any]:
    if not keys.keys:
        raise ProviderRefused(Why.SIGNATURE, "no keys")
    try:
        return jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
    except (jose.UnsupportedAlgorithmError, jose.MissingAlgorithmError) as wrong:
        raise ProviderRefused(Why.ALGORITHM) from wrong
    except (jose.BadSignatureError, jose.InvalidKeyIdError) as wrong:
        raise ProviderRefused(Why.SIGNATURE) from wrong
    except (jose.JoseError, ValueError, TypeError, RecursionError) as wrong:
        raise ProviderRefused(Why.MALFORMED, "id_token") from wrong


def _contexts(claims: Mapping[str, Any]) -> tuple[str, ...]:
    methods = claims.get("amr")
    told = [*(methods if isinstance(methods, list) else []), claims.get("acr")]
    return tuple(value for value in told if isinstance(value, str) and value)


def _texts(claims: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in claims.items():
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str | int) and not isinstance(first, bool):
            found[name] = str(first)
    return found


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _joined(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
