"""Many firms at once, as a file brings them 事業者の一括登録."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import models
from warifu.japan import characters

from .counterparties import CounterpartyEntry


@dataclass(frozen=True, slots=True)
class CounterpartyRow:
    """What a register is to say; `counterparty_id` None is a new firm 事業者の一行."""

    counterparty_id: UUID | None
    entry: CounterpartyEntry


def register_counterparties(
    *, municipality: models.Municipality, rows: Sequence[CounterpartyRow], by: Actor, at: datetime
) -> list[models.Counterparty | None]:
    """As `register_counterparty` for each row, a line each; None where the firm to mend is gone 事業者の一括登録."""
    wanted = [row.counterparty_id for row in rows if row.counterparty_id]
    with transaction.atomic():
        kept = {
            firm.pk: firm
            for firm in models.Counterparty.objects.select_for_update().filter(municipality=municipality, pk__in=wanted)
        }
        new: list[models.Counterparty] = []
        mended: list[models.Counterparty] = []
        lines, answer = [], list[models.Counterparty | None]()
        for row in rows:
            if row.counterparty_id is not None and row.counterparty_id not in kept:
                answer.append(None)
                continue
            entered = dataclasses.asdict(row.entry)
            firm = kept[row.counterparty_id] if row.counterparty_id else models.Counterparty(municipality=municipality)
            before = {field: getattr(firm, field) for field in entered} if row.counterparty_id else {}
            for field, value in entered.items():
                setattr(firm, field, value)
            firm.search_key = characters.search_key(row.entry.name)
            (mended if row.counterparty_id else new).append(firm)
            facts: record.Facts = {"new": row.counterparty_id is None, **changes.between(before, entered)}
            lines.append(audit.Line("directory.register_counterparty", f"counterparty:{firm.pk}", facts))
            answer.append(firm)
        models.Counterparty.objects.bulk_create(new, batch_size=100)
        fields = [field.name for field in dataclasses.fields(CounterpartyEntry)]
        models.Counterparty.objects.bulk_update(mended, [*fields, "search_key"], batch_size=100)
        audit.append_all(ledger=municipality.code, lines=lines, by=by, at=at)
    return answer
