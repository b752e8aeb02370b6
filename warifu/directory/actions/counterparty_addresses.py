"""Further addresses of a firm 取引先の宛先の登録."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import errors, models

from . import held_firms

_TOLD_AS = {"kind": "address_kind"}


@dataclass(frozen=True)
class AddressEntry:
    """What a register says about one address 宛先の登録内容."""

    kind: models.AddressKind
    title: str
    name: str
    mail: str


def save_address(
    *, counterparty_id: UUID, address_id: int | None, entry: AddressEntry, by: Actor, at: datetime
) -> models.ContactAddress:
    """Enter an address of a firm, or mend it 宛先の登録.

    Raises errors.RecipientDenied, errors.MailTaken for an address that the firm has in this kind, errors.NotNow for a
    firm that was merged, and `models.ContactAddress.DoesNotExist` when it is not this firm's.
    """
    with transaction.atomic():
        firm = held_firms.held(counterparty_id)
        addresses = models.ContactAddress.objects.filter(counterparty=firm)
        address = models.ContactAddress(counterparty=firm) if address_id is None else addresses.get(pk=address_id)
        held_firms.require_recipient(firm.municipality, entry.mail, address.mail)
        others = addresses.exclude(pk=address.pk).filter(kind=entry.kind, mail__iexact=entry.mail)
        main = entry.kind is models.AddressKind.SIGNATORY and entry.mail.lower() == firm.mail.lower()
        if main or others.exists():
            raise errors.MailTaken(
                "このメールアドレスは、同じ取引先に登録されています。登録済みの宛先を訂正するか、"
                "別のアドレスを入力してください。"
            )
        entered = dataclasses.asdict(entry)
        before = {} if address_id is None else {field: getattr(address, field) for field in entered}
        for field, value in entered.items():
            setattr(address, field, value)
        told = [{_TOLD_AS.get(name, name): value for name, value in one.items()} for one in (before, entered)]
        address.save()
        held_firms.find_again(firm)
        facts: record.Facts = {
            "new": address_id is None,
            "address_of": str(address),
            **changes.between(*told),
        }
        held_firms.note(firm, "save_address", facts, by=by, at=at)
    return address


def stop_address(*, address: models.ContactAddress, reason: str, by: Actor, at: datetime) -> None:
    """Nothing is sent there any more 宛先の停止.

    Raises errors.ReasonMissing, and errors.NotNow when it is stopped.
    """
    with transaction.atomic():
        firm, kept = _held(address)
        if kept.stopped_at is not None:
            raise errors.NotNow("この宛先は、すでに停止しています。画面を開き直してください。")
        kept.stopped_at, kept.stopped_reason = at, held_firms.reason_given(reason)
        kept.save(update_fields=["stopped_at", "stopped_reason"])
        held_firms.note(firm, "stop_address", _facts(kept, kept.stopped_reason), by=by, at=at)


def resume_address(*, address: models.ContactAddress, reason: str, by: Actor, at: datetime) -> None:
    """It may be used again 宛先の再開.

    Raises errors.ReasonMissing, errors.RecipientDenied, and errors.NotNow when it is not stopped.
    """
    with transaction.atomic():
        firm, kept = _held(address)
        if kept.stopped_at is None:
            raise errors.NotNow("この宛先は、停止していません。画面を開き直してください。")
        held_firms.require_recipient(firm.municipality, kept.mail, "")
        given = held_firms.reason_given(reason)
        kept.stopped_at, kept.stopped_reason = None, ""
        kept.save(update_fields=["stopped_at", "stopped_reason"])
        held_firms.note(firm, "resume_address", _facts(kept, given), by=by, at=at)


def _held(address: models.ContactAddress) -> tuple[models.Counterparty, models.ContactAddress]:
    firm = held_firms.held(address.counterparty_id)
    return firm, models.ContactAddress.objects.select_for_update().get(pk=address.pk, counterparty=firm)


def _facts(address: models.ContactAddress, reason: str) -> record.Facts:
    return {"address_of": str(address), "mail": address.mail, "reason": reason}
