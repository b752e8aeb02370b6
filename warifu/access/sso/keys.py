"""The public keys of an OpenID provider: kept in its row, asked for again when it has new ones 公開鍵の更新."""

from datetime import datetime

from joserfc.jwk import KeySet

from . import oidc, outside, tables


def for_token(provider: tables.IdentityProvider, token: str, *, outside_: outside.Outside, at: datetime) -> KeySet:
    """The keys that may have signed this token 公開鍵.

    The provider is asked when none are kept, and when the token names one that is not among them, once a minute at
    most: whoever sends us invented keys does not make us ask more. Raises `errors.ProviderRefused`.
    """
    keys = oidc.usable_keys(provider.keys)
    stale = provider.keys_at is None or at >= provider.keys_at + oidc.REFETCH
    if keys.keys and not (stale and oidc.names_unknown_key(token, keys)):
        return keys
    if not stale:
        return keys
    document = outside.fetched(outside_, str(provider.metadata["jwks_uri"]))
    provider.keys = {"keys": [key.as_dict(private=False) for key in oidc.usable_keys(document).keys]}
    provider.keys_at = at
    tables.IdentityProvider.objects.filter(pk=provider.pk).update(keys=provider.keys, keys_at=at)
    return oidc.usable_keys(provider.keys)
