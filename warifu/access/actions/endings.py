"""Administrators hear by mail that something of a provider ends 期限の知らせ."""

from datetime import datetime

from django.db import transaction

from warifu.access import letters as mails
from warifu.access.sso import endings
from warifu.access.sso import queries as sso
from warifu.access.sso.endings import Ending
from warifu.access.sso.tables import IdentityProvider
from warifu.audit import actions as audit
from warifu.audit.actor import Actor, ActorKind
from warifu.japan import calendar

SERVICE = Actor(kind=ActorKind.SERVICE, id="endings", name="期限の確認")


def tell_ending(
    *, provider: IdentityProvider, ending: Ending, stage: int, letters: mails.Letters, at: datetime
) -> bool:
    """A mail to each who arranges how people of this body sign in, once for each stage 期限の知らせ.

    Returns False where another worker was quicker.
    """
    with transaction.atomic():
        kept = IdentityProvider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
        if (ending, stage) not in endings.to_tell(kept, at=at):
            return False
        # What no longer ends, as it was replaced, need not be remembered.
        living = {one.key for one in endings.endings_of(kept)}
        kept.told_endings = {key: days for key, days in kept.told_endings.items() if key in living} | {
            ending.key: stage
        }
        kept.save(update_fields=["told_endings"])
        for account in sso.administrators(kept.municipality, at=at):
            letters.provider_ending(
                **mails.addressed(account), provider=kept.name, what=ending.name, end=ending.at, at=at
            )
        audit.append(
            ledger=kept.municipality.code,
            action="access.tell_ending",
            target=f"provider:{kept.pk}",
            by=SERVICE,
            at=at,
            facts={"what": ending.name, "ends_on": calendar.day_in_japan(ending.at).isoformat(), "days": stage},
        )
    return True
