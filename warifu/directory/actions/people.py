"""The register of people: who comes, is called otherwise, leaves and comes back 職員の登録."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import errors, models, signals
from warifu.japan import calendar

from . import posts


@dataclass(frozen=True)
class PersonEntry:
    """What a register says about a person 職員の登録内容."""

    name: str
    mail: str
    number: str = ""


def add_person(
    *,
    municipality: models.Municipality,
    entry: PersonEntry,
    department: models.Department,
    title: str,
    begins_on: date,
    by: Actor,
    at: datetime,
) -> models.StaffMember:
    """A person with a main post from this day on, today at the latest; without an account as yet 職員の登録.

    Raises errors.MailTaken, errors.NumberTaken, errors.WrongDay, errors.NotThen.
    """
    with transaction.atomic():
        _require_free(municipality, entry)
        posts.require_place(municipality, department, begins_on, today=calendar.day_in_japan(at))
        staff = models.StaffMember.objects.create(
            municipality=municipality,
            department=department,
            title=title,
            name=entry.name,
            mail=entry.mail.lower(),
            number=entry.number,
        )
        models.Post.objects.create(staff=staff, department=department, title=title, begins_on=begins_on)
        told = {**asdict(entry), "department": department.path, "title": title, "begins_on": begins_on}
        posts.note("add_person", staff, by=by, at=at, facts=changes.between({}, told))
    return staff


def change_person(*, staff: models.StaffMember, entry: PersonEntry, by: Actor, at: datetime) -> models.StaffMember:
    """Another name, address or number from now on; what was done stays under the name it was done in 職員の登録の変更.

    The address to sign in with is the account's (`access.actions.change_mail`). Raises errors.MailTaken,
    errors.NumberTaken.
    """
    with transaction.atomic():
        kept = _locked(staff)
        _require_free(kept.municipality, entry, but=kept)
        before = asdict(PersonEntry(kept.name, kept.mail, kept.number))
        kept.name, kept.mail, kept.number = entry.name, entry.mail.lower(), entry.number
        kept.save(update_fields=["name", "mail", "number"])
        posts.note("change_person", kept, by=by, at=at, facts=changes.between(before, asdict(entry)))
    return kept


def leave(*, staff: models.StaffMember, last_day: date, by: Actor, at: datetime) -> models.StaffMember:
    """After this day the person works here no more: posts end, and nobody signs in for them 退職.

    Raises errors.WrongDay, errors.NotNow when they have left, and whatever refusal a room above has: nobody leaves with
    work in hand (`signals.person_leaving`).
    """
    with transaction.atomic():
        kept = _locked(staff)
        if kept.left_on is not None:
            raise errors.NotNow(
                f"この職員には、{calendar.wareki(kept.left_on)}の退職が登録されています。先に退職を取り消してください。"
            )
        if models.Post.objects.filter(staff=kept, begins_on__gt=last_day).exists():
            raise errors.WrongDay("今の所属の発令日より前の日です。発令日以後の日を入力してください。")
        gone_on = max(last_day + timedelta(days=1), calendar.day_in_japan(at))
        signals.person_leaving.send(sender=None, staff_id=kept.pk, gone_on=gone_on)
        kept.left_on = last_day
        kept.save(update_fields=["left_on"])
        still = Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)
        ended = models.Post.objects.filter(still, staff=kept).update(ends_on=last_day)
        posts.note("leave", kept, by=by, at=at, facts={"left_on": last_day.isoformat(), "posts": ended})
    return kept


def come_back(
    *,
    staff: models.StaffMember,
    department: models.Department,
    title: str,
    begins_on: date,
    by: Actor,
    at: datetime,
) -> models.StaffMember:
    """Who has left, or was to leave, works here from this day on 復職・退職の取消し.

    The posts of before stay ended. Raises errors.NotNow for who has not left, errors.WrongDay, errors.NotThen.
    """
    with transaction.atomic():
        kept = _locked(staff)
        if kept.left_on is None:
            raise errors.NotNow("この職員は在職しています。所属を変えるときは、所属の画面から登録してください。")
        posts.require_place(kept.municipality, department, begins_on, today=calendar.day_in_japan(at))
        last_day = min(kept.left_on, posts.day_before(begins_on))
        models.Post.objects.filter(staff=kept, ends_on__gt=last_day).update(ends_on=last_day)
        before = {"left_on": kept.left_on}
        kept.left_on, kept.department, kept.title = None, department, title
        kept.save(update_fields=["left_on", "department", "title"])
        models.Post.objects.create(staff=kept, department=department, title=title, begins_on=begins_on)
        told = {"left_on": None, "department": department.path, "title": title, "begins_on": begins_on}
        posts.note("come_back", kept, by=by, at=at, facts=changes.between(before, told))
    return kept


def _locked(staff: models.StaffMember) -> models.StaffMember:
    found = models.StaffMember.objects.select_for_update(of=("self",)).select_related("municipality", "department")
    return found.get(pk=staff.pk)


def _require_free(
    municipality: models.Municipality, entry: PersonEntry, *, but: models.StaffMember | None = None
) -> None:
    others = models.StaffMember.objects.exclude(pk=but.pk) if but else models.StaffMember.objects.all()
    if others.filter(mail__iexact=entry.mail).exists():
        raise errors.MailTaken("このメールアドレスは、すでに登録されています。一人に一つのアドレスを入力してください。")
    if entry.number and others.filter(municipality=municipality, number=entry.number).exists():
        raise errors.NumberTaken(f"職員番号「{entry.number}」は、すでに登録されています。番号を確かめてください。")
