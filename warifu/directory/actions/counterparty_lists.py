"""Many firms at once, as a file brings them 事業者の一括登録."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import counterparty_words, errors, models
from warifu.japan import characters

from .counterparties import CounterpartyEntry, former_entry


@dataclass(frozen=True, slots=True)
class CounterpartyRow:
    """What a register is to say; `counterparty_id` None is a new firm 事業者の一行."""

    counterparty_id: UUID | None
    entry: CounterpartyEntry
    changed_on: date | None = None


def register_counterparties(
    *, municipality: models.Municipality, rows: Sequence[CounterpartyRow], by: Actor, at: datetime
) -> list[models.Counterparty | str]:
    """As `register_counterparty` for each row, a line each; a sentence for each row that is refused 事業者の一括登録.

    What the municipality's rules say of an address is asked when the file is compared, row by row.
    """
    wanted = [row.counterparty_id for row in rows if row.counterparty_id]
    with transaction.atomic():
        firms = models.Counterparty.objects.select_for_update().filter(
            municipality=municipality, merged_into__isnull=True, pk__in=wanted
        )
        kept = {firm.pk: firm for firm in firms}
        words = counterparty_words.beside(kept)
        latest = {one.counterparty_id: one for one in _former(wanted).order_by("last_on")}
        new: list[models.Counterparty] = []
        mended: list[models.Counterparty] = []
        past: list[models.FormerEntry] = []
        lines, answer = [], list[models.Counterparty | str]()
        for row in rows:
            if row.counterparty_id is not None and row.counterparty_id not in kept:
                answer.append("確認の後に、この取引先が登録から無くなりました。")
                continue
            entered = dataclasses.asdict(row.entry)
            firm = kept[row.counterparty_id] if row.counterparty_id else models.Counterparty(municipality=municipality)
            before = {field: getattr(firm, field) for field in entered} if row.counterparty_id else {}
            former = None
            if row.counterparty_id and row.changed_on:
                try:
                    former = former_entry(
                        firm, entered, latest=latest.get(firm.pk), changed_on=row.changed_on, by=by, at=at
                    )
                except errors.WrongChangeDay as refusal:
                    answer.append(refusal.message)
                    continue
            for field, value in entered.items():
                setattr(firm, field, value)
            firm.search_key = characters.search_key(row.entry.name)
            known = [*words.get(firm.pk, ()), *([former.name, former.kana, former.signatory_name] if former else ())]
            firm.search_text = counterparty_words.text_of([*counterparty_words.own(firm), *known])
            (mended if row.counterparty_id else new).append(firm)
            facts: record.Facts = {"new": row.counterparty_id is None, **changes.between(before, entered)}
            if former is not None and row.changed_on is not None:
                past.append(former)
                facts = {**facts, "changed_on": row.changed_on.isoformat()}
            lines.append(audit.Line("directory.register_counterparty", f"counterparty:{firm.pk}", facts))
            answer.append(firm)
        models.Counterparty.objects.bulk_create(new, batch_size=100)
        fields = [field.name for field in dataclasses.fields(CounterpartyEntry)]
        models.Counterparty.objects.bulk_update(mended, [*fields, "search_key", "search_text"], batch_size=100)
        models.FormerEntry.objects.bulk_create(past, batch_size=100)
        audit.append_all(ledger=municipality.code, lines=lines, by=by, at=at)
    return answer


def _former(firms: list[UUID]) -> QuerySet[models.FormerEntry]:
    return models.FormerEntry.objects.filter(counterparty__in=firms)
