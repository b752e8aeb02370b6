"""The register of firms 事業者の登録."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import errors, models, recipient_rules, recipients
from warifu.japan import characters


@dataclass(frozen=True)
class CounterpartyEntry:
    """What a register says about a firm 事業者の登録内容."""

    name: str
    corporate_number: str
    address: str
    signatory_title: str
    signatory_name: str
    mail: str


def register_counterparty(
    *,
    municipality: models.Municipality,
    counterparty_id: UUID | None,
    entry: CounterpartyEntry,
    by: Actor,
    at: datetime,
) -> models.Counterparty:
    """Enter a firm into this body's register, or mend its entry 事業者の登録.

    Raises errors.RecipientDenied for an address to which the body's rules let nothing go, and
    `models.Counterparty.DoesNotExist` when the entry to mend is not this body's.
    """
    with transaction.atomic():
        if counterparty_id is None:
            firm = models.Counterparty(municipality=municipality)
        else:
            firm = models.Counterparty.objects.select_for_update().get(pk=counterparty_id, municipality=municipality)
        _require_recipient(municipality, entry.mail, "" if counterparty_id is None else firm.mail)
        entered = dataclasses.asdict(entry)
        before = {} if counterparty_id is None else {field: getattr(firm, field) for field in entered}
        for field, value in entered.items():
            setattr(firm, field, value)
        firm.search_key = characters.search_key(entry.name)
        firm.save()
        audit.append(
            ledger=municipality.code,
            action="directory.register_counterparty",
            target=f"counterparty:{firm.pk}",
            by=by,
            at=at,
            facts={"new": counterparty_id is None, **changes.between(before, entered)},
        )
    return firm


def _require_recipient(municipality: models.Municipality, mail: str, before: str) -> None:
    """An address that stands there already is asked about when something is to be sent to it."""
    found = recipient_rules.judgement_of(municipality, mail)
    if mail != before and found.verdict is recipients.Verdict.DENY:
        raise errors.RecipientDenied(found.sentence)
