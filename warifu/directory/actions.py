"""Verbs on the directory 組織・事業者の登録."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.japan import characters

from . import models


@dataclass(frozen=True)
class CounterpartyEntry:
    """What a register says about a firm 事業者の登録内容."""

    name: str
    corporate_number: str
    address: str
    signatory_title: str
    signatory_name: str
    mail: str


def choose_seal_style(
    *, municipality: models.Municipality, style: models.SealStyle, by: Actor, at: datetime
) -> models.Municipality:
    """What new drafts of this body begin with; drafts that exist keep theirs 署名の表示の初期値."""
    with transaction.atomic():
        body = models.Municipality.objects.select_for_update().get(pk=municipality.pk)
        body.seal_style = style
        body.save(update_fields=["seal_style"])
        audit.append(
            ledger=body.code,
            action="directory.choose_seal_style",
            target=f"municipality:{body.code}",
            by=by,
            at=at,
            facts={"style": style.value},
        )
    return body


def register_counterparty(
    *,
    municipality: models.Municipality,
    counterparty_id: UUID | None,
    entry: CounterpartyEntry,
    by: Actor,
    at: datetime,
) -> models.Counterparty:
    """Enter a firm into this body's register, or mend its entry 事業者の登録.

    Raises `models.Counterparty.DoesNotExist` when the entry to mend is not this body's.
    """
    with transaction.atomic():
        if counterparty_id is None:
            firm = models.Counterparty(municipality=municipality)
        else:
            firm = models.Counterparty.objects.select_for_update().get(pk=counterparty_id, municipality=municipality)
        for field in ("name", "corporate_number", "address", "signatory_title", "signatory_name", "mail"):
            setattr(firm, field, getattr(entry, field))
        firm.search_key = characters.search_key(entry.name)
        firm.save()
        audit.append(
            ledger=municipality.code,
            action="directory.register_counterparty",
            target=f"counterparty:{firm.pk}",
            by=by,
            at=at,
            facts={"new": counterparty_id is None},
        )
    return firm
