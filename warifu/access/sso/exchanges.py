"""A SAML question and its answer, on their way through two requests of one browser SAMLの照会."""

from datetime import datetime, timedelta

from warifu.access import keeper as keepers
from warifu.access.sso import identity
from warifu.access.sso.errors import ProviderRefused, Why
from warifu.access.sso.identity import Identity
from warifu.access.sso.tables import IdentityProvider, SamlExchange

LASTS = timedelta(minutes=10)
REFUSED = "refused"


def ask(
    *, provider: IdentityProvider, request_id: str, fresh: bool, at: datetime, unasked: bool = False
) -> SamlExchange:
    """Remember a question, or (`unasked`) an answer without one; those long past go 照会の記録."""
    SamlExchange.objects.filter(provider=provider, asked_at__lt=at - 2 * LASTS).delete()
    return SamlExchange.objects.create(
        request_id=request_id, provider=provider, asked_at=at, fresh=fresh, unasked=unasked
    )


def answer(*, exchange: SamlExchange, found: Identity | Why, keeper: keepers.Keeper, at: datetime) -> None:
    """Keep what came, encrypted, until the browser fetches it; raises `ProviderRefused` the second time 回答の記録."""
    told = {REFUSED: found.value} if isinstance(found, Why) else {keepers.NAME: found.written()}
    unanswered = SamlExchange.objects.filter(pk=exchange.pk, answered_at__isnull=True)
    if not unanswered.update(answered_at=at, sealed_answer=keeper.close(told, at=at)):
        raise ProviderRefused(Why.REPLAYED)


def look(*, exchange: SamlExchange, keeper: keepers.Keeper, at: datetime) -> Identity:
    """What came, without using it up; raises `ProviderRefused` for what was refused, used or is too old 回答の確認."""
    if exchange.answered_at is None or exchange.fetched_at is not None or at - exchange.asked_at > LASTS:
        raise ProviderRefused(Why.EXPIRED)
    told = keeper.open(exchange.sealed_answer)
    if REFUSED in told:
        raise ProviderRefused(Why(told[REFUSED]))
    return identity.read(told[keepers.NAME])


def fetch(*, exchange: SamlExchange, keeper: keepers.Keeper, at: datetime) -> Identity:
    """The same once: it is used up, and what was kept of the person goes 回答の受取り."""
    unfetched = SamlExchange.objects.filter(pk=exchange.pk, fetched_at__isnull=True)
    try:
        return look(exchange=exchange, keeper=keeper, at=at)
    finally:
        unfetched.update(fetched_at=at, sealed_answer="")
