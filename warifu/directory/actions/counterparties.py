"""The register of firms 事業者の登録."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import counterparty_words, errors, models
from warifu.japan import calendar

from . import held_firms

FORMER = ("name", "kana", "address", "signatory_title", "signatory_name")
"""What is kept of a time that is over; addresses of mail are no part of a contract."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CounterpartyEntry:
    """What a register says about a firm 事業者の登録内容."""

    name: str
    corporate_number: str
    address: str
    signatory_title: str
    signatory_name: str
    mail: str
    kana: str = ""


def register_counterparty(
    *,
    municipality: models.Municipality,
    counterparty_id: UUID | None,
    entry: CounterpartyEntry,
    changed_on: date | None = None,
    by: Actor,
    at: datetime,
) -> models.Counterparty:
    """Enter a firm into this body's register, or mend its entry 事業者の登録.

    `changed_on` is the day in Japan from which a new name, address or representative holds: what stood before is kept
    with its last day. None mends a slip, which leaves no history but the ledger's.
    Raises errors.RecipientDenied for an address to which the body's rules let nothing go, errors.WrongChangeDay,
    errors.NotNow for a firm that was merged into another, and `models.Counterparty.DoesNotExist` when the entry to mend
    is not this body's.
    """
    with transaction.atomic():
        if counterparty_id is None:
            firm = models.Counterparty(municipality=municipality)
        else:
            firm = models.Counterparty.objects.select_for_update(of=("self",)).get(
                pk=counterparty_id, municipality=municipality
            )
            held_firms.require_own(firm)
        held_firms.require_recipient(municipality, entry.mail, "" if counterparty_id is None else firm.mail)
        entered = dataclasses.asdict(entry)
        before = {} if counterparty_id is None else {field: getattr(firm, field) for field in entered}
        former = None
        if counterparty_id is not None and changed_on is not None:
            latest = models.FormerEntry.objects.filter(counterparty=firm).order_by("-last_on").first()
            former = former_entry(firm, entered, latest=latest, changed_on=changed_on, by=by, at=at)
        for field, value in entered.items():
            setattr(firm, field, value)
        if former is not None:
            former.save()
        counterparty_words.note(firm)
        firm.save()
        facts: record.Facts = {"new": counterparty_id is None, **changes.between(before, entered)}
        if former is not None and changed_on is not None:
            facts = {**facts, "changed_on": changed_on.isoformat()}
        audit.append(
            ledger=municipality.code,
            action="directory.register_counterparty",
            target=f"counterparty:{firm.pk}",
            by=by,
            at=at,
            facts=facts,
        )
    return firm


def former_entry(
    firm: models.Counterparty,
    entered: dict[str, str],
    *,
    latest: models.FormerEntry | None,
    changed_on: date,
    by: Actor,
    at: datetime,
) -> models.FormerEntry | None:
    """What stood until the day before, not stored yet; None where nothing of it changes 変更前の登録内容.

    Raises errors.WrongChangeDay for a day to come, and for one not after the `latest` change.
    """
    if all(getattr(firm, field) == entered[field] for field in FORMER):
        return None
    if changed_on > calendar.day_in_japan(at):
        raise errors.WrongChangeDay("変更日が先の日付です。変更のあった日以後に登録してください。")
    if latest is not None and changed_on - _ONE_DAY <= latest.last_on:
        raise errors.WrongChangeDay(
            f"前の変更（{calendar.wareki(latest.last_on + _ONE_DAY)}）より後の日を入力してください。"
            "登録の誤りを直すときは、変更日を空欄にしてください。"
        )
    return models.FormerEntry(
        counterparty=firm,
        **{field: getattr(firm, field) for field in FORMER},
        last_on=changed_on - _ONE_DAY,
        noted_at=at,
        noted_by=by.name,
    )
