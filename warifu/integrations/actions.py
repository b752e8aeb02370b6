"""Verbs on imports: handed in, checked, confirmed, applied, discarded 取込みの操作.

(1) the file is read and its columns are found, or refused at once      hand_in
(2) each row is compared with the register, some seconds at a time      advance
(3) a person has seen what would change and decides                     confirm, discard
(4) rows are applied, each transaction some hundred of them             advance
What a killed worker had not written down is done again by the next one; nothing is done twice, because a row and the
mark that it is done are written in the same transaction.
"""

import dataclasses
import hashlib
import itertools
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from warifu.access import person as access
from warifu.audit import actions as audit
from warifu.audit import record
from warifu.audit.actor import Actor, ActorKind
from warifu.japan import calendar

from . import columns, errors, examining, layout, models, policies, reading
from .layouts import LAYOUTS
from .models import Change, State

__all__ = ["advance", "confirm", "discard", "forget", "hand_in"]

SHARE = timedelta(seconds=10)
"""So long one task may hold a worker; seals and mails come between."""
CHECKED_AT_ONCE = 1000
MOST_ALL_OR_NOTHING = 5000
"""Rows of one transaction that holds the database against every other writer."""
KEEP = timedelta(days=30)
SHOWN_ROWS = 5


@dataclass(frozen=True)
class Tools:
    """What the background work needs from outside 取込みの道具."""

    clock: Callable[[], datetime]
    lease: timedelta
    post: object = None


class Outcome(StrEnum):
    """How one visit to an import ended 取込みの進み."""

    GOES_ON = "goes_on"
    DONE = "done"
    BUSY = "busy"


def hand_in(
    *,
    kind: layout.Layout,
    name: str,
    content: bytes,
    wanted: reading.Encoding | None = None,
    by: access.Person,
    at: datetime,
) -> models.Import:
    """Take in a file to be compared with the register; nothing of the register changes 取込みの開始.

    Raises errors.NotYours, errors.Unusable.
    """
    policies.require(by, kind)
    sheet = reading.read(content, wanted=wanted)
    places = columns.places_of(sheet.header, policies.columns_for(by, kind))
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        made = models.Import.objects.create(
            municipality=by.municipality,
            layout=kind.name,
            name=reading.storable(name[:200]),
            encoding=sheet.encoding,
            digest=digest,
            content=zlib.compress(content, 1),
            header=_storable(sheet.header),
            first_rows=[_storable(row.cells) for row in sheet.rows[:SHOWN_ROWS]],
            fields=list(places),
            total=len(sheet.rows),
            actor=dataclasses.asdict(by.actor),
            asked_at=at,
        )
        _note("hand_in", made, by=by.actor, at=at, facts={"rows": made.total})
    return made


def confirm(
    *, import_id: UUID, without_wrong: bool, all_or_nothing: bool, by: access.Person, at: datetime
) -> models.Import:
    """A person has seen the differences and wants them in the register 取込みの決定.

    Raises errors.NotYours, errors.NotNow: not checked yet, wrong rows that were not left out, nothing to do, another
    import of the same register at work, too many rows for all or nothing.
    """
    with transaction.atomic():
        kept = _locked(import_id, by)
        todo = kept.added + kept.changed + kept.ending
        if kept.state != State.CHECKED:
            raise errors.NotNow("この取込みは、確認待ちではありません。画面を開き直して、状態を確かめてください。")
        if kept.wrong and not without_wrong:
            raise errors.NotNow(
                f"誤りのある行が{kept.wrong}行あります。ファイルを直して選び直すか、誤りのない行だけを取り込んでください。"
            )
        if not todo:
            raise errors.NotNow("取り込む行がありません。ファイルの内容は、登録済みの内容と同じです。")
        if all_or_nothing and todo > MOST_ALL_OR_NOTHING:
            raise errors.NotNow(
                f"全件の取消しを選べるのは{MOST_ALL_OR_NOTHING:,}行までです。選ばずに取り込むか、ファイルを分けてください。"
            )
        kept.state, kept.confirmed_at = State.APPLYING, at
        kept.without_wrong, kept.all_or_nothing = without_wrong, all_or_nothing
        kept.actor = dataclasses.asdict(by.actor)
        try:
            with transaction.atomic():
                kept.save()
        except IntegrityError as clash:
            raise errors.NotNow(
                "同じ登録簿の別の取込みを処理しています。完了を待って、もう一度確認してください。"
            ) from clash
        counts = {change: getattr(kept, change) for change in ("added", "changed", "ending", "unchanged", "wrong")}
        _note("confirm", kept, by=by.actor, at=at, facts=counts)
    return kept


def discard(*, import_id: UUID, by: access.Person, at: datetime) -> models.Import:
    """Nothing of it comes into the register; what was read is forgotten 取込みの取りやめ.

    Raises errors.NotYours, errors.NotNow once it was confirmed.
    """
    with transaction.atomic():
        kept = _locked(import_id, by)
        if kept.state not in {State.CHECKING, State.CHECKED}:
            raise errors.NotNow("取込みが始まっているか、終わっています。画面を開き直して、状態を確かめてください。")
        kept.state, kept.finished_at, kept.content = State.DISCARDED, at, None
        kept.first_rows = []
        kept.save()
        kept.rows.all().delete()
        _note("discard", kept, by=by.actor, at=at)
    return kept


def advance(*, import_id: UUID, tools: Tools, at: datetime, share: timedelta = SHARE) -> Outcome:
    """Compare or apply rows for a while; safe to call at any time, by any number of workers 取込みの続行."""
    free = Q(working_until__isnull=True) | Q(working_until__lte=at)
    waiting = models.Import.objects.filter(free, pk=import_id, state__in=[State.CHECKING, State.APPLYING])
    if waiting.update(working_until=at + tools.lease) != 1:
        return Outcome.BUSY
    kept = models.Import.objects.select_related("municipality").get(pk=import_id)
    step = _check if kept.state == State.CHECKING else _apply
    outcome = step(kept, tools, share)
    models.Import.objects.filter(pk=import_id).update(working_until=None)
    return outcome


def forget(*, at: datetime) -> int:
    """Rows of imports that ended a month ago go; who imported what file stays in the ledger 取込みの整理."""
    old = models.Import.objects.filter(finished_at__lt=at - KEEP)
    gone, _ = models.ImportRow.objects.filter(of__in=old).delete()
    old.update(first_rows=[])
    return gone


def _check(kept: models.Import, tools: Tools, share: timedelta) -> Outcome:
    kind = LAYOUTS[kept.layout]
    sheet = reading.read(zlib.decompress(bytes(kept.content or b"")), wanted=reading.Encoding(kept.encoding))
    places = columns.places_of(sheet.header, kind.columns)
    places = {field: place for field, place in places.items() if field in kept.fields}
    register = kind.whole(kept.municipality, calendar.day_in_japan(tools.clock()))
    examined = examining.examine(
        sheet.rows,
        start=kept.checked,
        kind=kind,
        register=register,
        places=places,
        encoding=reading.Encoding(kept.encoding),
    )
    until = None
    while together := list(itertools.islice(examined, CHECKED_AT_ONCE)):
        _keep(kept, together, tools)
        # What it takes to come back to this place is not part of the share, or it might eat all of it.
        until = until or tools.clock() + share
        if tools.clock() >= until and kept.checked < kept.total:
            return Outcome.GOES_ON
    models.Import.objects.filter(pk=kept.pk, state=State.CHECKING).update(state=State.CHECKED, content=None)
    return Outcome.DONE


def _keep(kept: models.Import, together: list[examining.Examined], tools: Tools) -> None:
    told = [
        models.ImportRow(
            of=kept,
            position=one.position,
            line=one.line,
            change=one.change,
            label=reading.storable(one.label),
            target=one.target,
            values={field: reading.storable(value) for field, value in one.values.items()},
            differences=[_storable(difference) for difference in one.differences],
            problems=[list(problem) for problem in one.problems],
        )
        for one in together
        if one.change is not Change.UNCHANGED
    ]
    counted = {change: sum(1 for one in together if one.change is change) for change in Change}
    with transaction.atomic():
        # A file that was discarded meanwhile gets no rows any more.
        open_ = models.Import.objects.filter(pk=kept.pk, state=State.CHECKING, checked=kept.checked)
        moved = open_.update(
            checked=F("checked") + len(together),
            working_until=tools.clock() + tools.lease,
            **{change.value: F(change.value) + number for change, number in counted.items()},
        )
        if moved:
            models.ImportRow.objects.bulk_create(told, batch_size=80)
    kept.checked += len(together)


def _storable(cells: Iterable[str]) -> list[str]:
    return [reading.storable(cell) for cell in cells]


def _apply(kept: models.Import, tools: Tools, share: timedelta) -> Outcome:
    until = tools.clock() + share
    kind = LAYOUTS[kept.layout]
    by = Actor(**{**kept.actor, "kind": ActorKind(kept.actor["kind"])})
    together = MOST_ALL_OR_NOTHING if kept.all_or_nothing else kind.at_once
    waiting = kept.rows.filter(done=False, change__in=[Change.ADDED, Change.CHANGED, Change.ENDING])
    while rows := list(waiting.order_by("position")[:together]):
        at = tools.clock()
        with transaction.atomic():
            held = models.Import.objects.filter(pk=kept.pk, state=State.APPLYING, working_until__gt=at)
            if not held.update(working_until=at + tools.lease):
                return Outcome.BUSY
            kind.apply(kept.municipality, rows, layout.Tools(by=by, at=at, post=tools.post))
            refused = sum(1 for row in rows if row.refusal)
            if kept.all_or_nothing and refused:
                transaction.set_rollback(True)
            else:
                models.ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(done=True)
                models.ImportRow.objects.bulk_update([row for row in rows if row.refusal], ["refusal"], batch_size=100)
                models.Import.objects.filter(pk=kept.pk).update(
                    done=F("done") + len(rows) - refused, refused=F("refused") + refused
                )
        if kept.all_or_nothing and refused:
            _undo(kept, rows, by=by, at=tools.clock())
            return Outcome.DONE
        if tools.clock() >= until:
            return Outcome.GOES_ON
    _finish(kept, State.FINISHED, by=by, at=tools.clock())
    return Outcome.DONE


def _undo(kept: models.Import, rows: list[models.ImportRow], *, by: Actor, at: datetime) -> None:
    told = [row for row in rows if row.refusal]
    models.ImportRow.objects.bulk_update(told, ["refusal"], batch_size=100)
    models.Import.objects.filter(pk=kept.pk).update(refused=len(told))
    _finish(kept, State.UNDONE, by=by, at=at)


def _finish(kept: models.Import, state: State, *, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        if not models.Import.objects.filter(pk=kept.pk, state=State.APPLYING).update(state=state, finished_at=at):
            return
        kept.refresh_from_db()
        facts: record.Facts = {"done": kept.done, "refused": kept.refused, "state": state.value}
        _note("finish", kept, by=by, at=at, facts=facts)


def _locked(import_id: UUID, by: access.Person) -> models.Import:
    kept = models.Import.objects.select_for_update().get(pk=import_id, municipality=by.municipality)
    policies.require(by, LAYOUTS[kept.layout])
    if kept.actor["id"] != by.actor.id:
        policies.require_columns(by, LAYOUTS[kept.layout], kept.fields)
    return kept


def _note(verb: str, made: models.Import, *, by: Actor, at: datetime, facts: record.Facts | None = None) -> None:
    audit.append(
        ledger=made.municipality.code,
        action=f"integrations.{verb}",
        target=f"import:{made.pk}",
        by=by,
        at=at.astimezone(UTC),
        facts={"layout": made.layout, "file": made.digest, **(facts or {})},
    )
