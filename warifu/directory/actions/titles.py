"""Contracting authorities: which there are, by what ground, from when to when 契約名義の登録."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import errors, models, nominal, signals

from .posts import day_before


@dataclass(frozen=True)
class TitleEntry:
    """What the register says of a title; days are days in Japan, both included 契約名義の登録内容."""

    title: str
    ground_kind: str = ""
    ground: str = ""
    ground_number: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    position: int = 0


def save_title(
    *,
    municipality: models.Municipality,
    title: models.ContractingAuthority | None,
    entry: TitleEntry,
    by: Actor,
    at: datetime,
) -> models.ContractingAuthority:
    """A new title, or the correction of one that no agreement names yet 契約名義の登録・訂正.

    Raises errors.WrongDay, errors.NameTaken when the same title is in force in those days, errors.StillInUse when an
    agreement names it: then only its last day and its place in the list may change (`replace_title` for the rest).
    """
    with transaction.atomic():
        kept = models.ContractingAuthority(municipality=municipality) if title is None else locked(title)
        before = _told(_entry_of(kept)) if title is not None else dict[str, object]()
        if title is not None and _essence(entry) != _essence(_entry_of(kept)):
            signals.title_changing.send(sender=models.ContractingAuthority, authority_id=kept.pk)
        _require_room(municipality, entry, but=kept.pk)
        for field, value in dataclasses.asdict(entry).items():
            setattr(kept, field, value)
        kept.save()
        facts = changes.between(before, _told(entry))
        note("save_title", kept, by=by, at=at, facts={"new": title is None, **facts})
    return kept


def replace_title(
    *, title: models.ContractingAuthority, entry: TitleEntry, by: Actor, at: datetime
) -> models.ContractingAuthority:
    """Another name or ground from the entry's first day on; the old one ends the day before 契約名義の切替え.

    Users, approvers and consenters go on; holders and deputies of those days and later too. Raises errors.WrongDay when
    the day is missing or not after the beginning of the old one, errors.NameTaken.
    """
    with transaction.atomic():
        old = locked(title)
        if entry.begins_on is None or (old.begins_on is not None and entry.begins_on <= old.begins_on):
            raise errors.WrongDay("切り替える日は、今の名義の始まりより後の日を入力してください。")
        if old.ends_on is not None and old.ends_on < entry.begins_on:
            raise errors.WrongDay("今の名義は、その日より前に終わります。新しい契約名義として登録してください。")
        old.ends_on = day_before(entry.begins_on)
        old.save(update_fields=["ends_on"])
        _require_room(old.municipality, entry, but=None)
        new = models.ContractingAuthority.objects.create(
            municipality=old.municipality, open_to_all=old.open_to_all, **dataclasses.asdict(entry)
        )
        _carry_over(old, new, entry.begins_on)
        facts = changes.between(_told(_entry_of(old)), _told(entry))
        note("replace_title", new, by=by, at=at, facts={"instead_of": f"title:{old.pk}", **facts})
    return new


def end_title(*, title: models.ContractingAuthority, last_day: date, by: Actor, at: datetime) -> None:
    """The title is in force up to this day; what was concluded in it stays 契約名義の終了.

    Raises errors.WrongDay for a day before its beginning.
    """
    with transaction.atomic():
        kept = locked(title)
        if kept.begins_on is not None and last_day < kept.begins_on:
            raise errors.WrongDay("有効期間の始まりより前の日です。始まりの日以後の日を入力してください。")
        before, kept.ends_on = kept.ends_on, last_day
        _require_room(kept.municipality, _entry_of(kept), but=kept.pk)
        kept.save(update_fields=["ends_on"])
        facts = changes.between({"ends_on": before}, {"ends_on": last_day})
        note("end_title", kept, by=by, at=at, facts=facts)


def locked(title: models.ContractingAuthority) -> models.ContractingAuthority:
    """The title as it is now, held until the transaction ends 契約名義の占有."""
    return (
        models.ContractingAuthority.objects.select_for_update(of=("self",))
        .select_related("municipality")
        .get(pk=title.pk)
    )


def note(verb: str, title: models.ContractingAuthority, *, by: Actor, at: datetime, facts: record.Facts) -> None:
    """The line of a verb about a title 契約名義の操作の記録."""
    audit.append(
        ledger=title.municipality.code,
        action=f"directory.{verb}",
        target=f"title:{title.pk}",
        by=by,
        at=at,
        facts={"authority": title.title, **facts},
    )


def _require_room(municipality: models.Municipality, entry: TitleEntry, *, but: int | None) -> None:
    if entry.begins_on is not None and entry.ends_on is not None and entry.ends_on < entry.begins_on:
        raise errors.WrongDay("有効期間の終わりが、始まりより前になっています。日付を確かめてください。")
    mine = nominal.Span(entry.begins_on, entry.ends_on)
    for other in models.ContractingAuthority.objects.filter(municipality=municipality, title=entry.title):
        if other.pk != but and mine.meets(nominal.Span(other.begins_on, other.ends_on)):
            raise errors.NameTaken(
                f"「{entry.title}」は、重なる期間に登録されています。先にその名義の終わりの日を登録してください。"
            )


def _entry_of(title: models.ContractingAuthority) -> TitleEntry:
    return TitleEntry(**{field.name: getattr(title, field.name) for field in dataclasses.fields(TitleEntry)})


def _told(entry: TitleEntry) -> dict[str, object]:
    """Under the names that the ledger's readers know: a title is a post's or a contract's elsewhere."""
    told = dataclasses.asdict(entry)
    return {"authority": told.pop("title"), **told}


def _essence(entry: TitleEntry) -> TitleEntry:
    """What a contract concluded in the title rests on."""
    return dataclasses.replace(entry, ends_on=None, position=0)


def _carry_over(old: models.ContractingAuthority, new: models.ContractingAuthority, first_day: date) -> None:
    new.approvers.set(old.approvers.all())
    models.Consenter.objects.bulk_create(
        models.Consenter(authority=new, staff=one.staff, ground=one.ground)
        for one in models.Consenter.objects.filter(authority=old).select_related("staff")
    )
    models.TitleUse.objects.bulk_create(
        models.TitleUse(authority=new, staff=one.staff, department=one.department, group=one.group)
        for one in models.TitleUse.objects.filter(authority=old).select_related("staff", "department", "group")
    )
    for holder in models.TitleHolder.objects.filter(authority=old).exclude(ends_on__lt=first_day):
        begins = max(holder.begins_on or first_day, first_day)
        models.TitleHolder.objects.create(authority=new, name=holder.name, begins_on=begins, ends_on=holder.ends_on)
    for deputy in models.DeputyHolder.objects.filter(authority=old).exclude(ends_on__lt=first_day):
        models.DeputyHolder.objects.create(
            authority=new,
            appears_as=deputy.appears_as,
            name=deputy.name,
            reason=deputy.reason,
            ground=deputy.ground,
            begins_on=max(deputy.begins_on, first_day),
            ends_on=deputy.ends_on,
        )
