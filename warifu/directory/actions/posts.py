"""Posts: main and concurrent, from a day to a day 所属・兼務の登録."""

from datetime import date, datetime, timedelta

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import record
from warifu.audit.actor import Actor
from warifu.directory import departments, errors, models
from warifu.japan import calendar


def begin_post(
    *,
    staff: models.StaffMember,
    department: models.Department,
    title: str,
    is_main: bool,
    begins_on: date,
    ends_on: date | None = None,
    by: Actor,
    at: datetime,
) -> models.Post:
    """A concurrent post, or another main post, which ends the one before 所属の発令.

    From today at the latest: what is to come is a transfer. Only a concurrent post has an end that is known before.
    Raises errors.WrongDay, errors.NotThen, errors.AlreadyPlanned when they hold a post in that department,
    errors.NotNow for who has left.
    """
    with transaction.atomic():
        kept = models.StaffMember.objects.select_for_update().get(pk=staff.pk)
        if kept.left_on is not None:
            raise errors.NotNow("この職員には退職が登録されています。復職を登録してから操作してください。")
        require_place(kept.municipality, department, begins_on, today=calendar.day_in_japan(at))
        if ends_on is not None and (is_main or ends_on < begins_on):
            raise errors.WrongDay("終了日は、兼務のときだけ、発令日以後の日を入力してください。")
        main = models.Post.objects.filter(staff=kept, is_main=True, ends_on__isnull=True).first()
        if is_main and main is not None:
            if main.begins_on is not None and main.begins_on >= begins_on:
                raise errors.WrongDay("今の本務の発令日以前の日です。発令日より後の日を入力してください。")
            main.ends_on = day_before(begins_on)
            main.save(update_fields=["ends_on"])
        there = models.Post.objects.filter(departments.valid_on(begins_on), staff=kept, department=department)
        if there.exists():
            raise errors.AlreadyPlanned(
                f"この職員は、「{department.path}」の所属をすでに持っています。先にその所属を終了してください。"
            )
        post = models.Post.objects.create(
            staff=kept, department=department, title=title, is_main=is_main, begins_on=begins_on, ends_on=ends_on
        )
        if is_main:
            kept.department, kept.title = department, title
            kept.save(update_fields=["department", "title"])
        facts: record.Facts = {
            "department": department.path,
            "title": title,
            "is_main": is_main,
            "begins_on": begins_on.isoformat(),
            "ends_on": ends_on.isoformat() if ends_on else None,
        }
        note("begin_post", kept, by=by, at=at, facts=facts)
    return post


def end_post(*, post: models.Post, last_day: date, by: Actor, at: datetime) -> models.Post:
    """A concurrent post ends after this day 兼務の終了.

    Raises errors.NotNow for a main post (another main post ends it) and one that is over, errors.WrongDay.
    """
    with transaction.atomic():
        kept = models.Post.objects.select_for_update(of=("self",)).select_related("staff__municipality").get(pk=post.pk)
        if kept.is_main:
            raise errors.NotNow("本務は、新しい本務の発令によって終わります。所属を変えるか、退職を登録してください。")
        if kept.ends_on is not None and kept.ends_on < calendar.day_in_japan(at):
            raise errors.NotNow("この兼務は、すでに終わっています。")
        if kept.begins_on is not None and last_day < kept.begins_on:
            raise errors.WrongDay("発令日より前の日です。発令日以後の日を入力してください。")
        kept.ends_on = last_day
        kept.save(update_fields=["ends_on"])
        facts = {"department": kept.department.path, "title": kept.title, "ends_on": last_day.isoformat()}
        note("end_post", kept.staff, by=by, at=at, facts=facts)
    return kept


def require_place(
    municipality: models.Municipality, department: models.Department, begins_on: date, *, today: date
) -> None:
    """A department of this body that exists from that day on; else errors.WrongDay or errors.NotThen 所属先の確認."""
    if begins_on > today:
        raise errors.WrongDay("先の日の発令は、人事異動として登録してください。ここでは今日以前の日を入力します。")
    exists = departments.departments_on(municipality, today).filter(pk=department.pk).first()
    if exists is None or (exists.ends_on is not None and exists.successor is None):
        raise errors.NotThen(f"「{department.path}」は、廃止されたか、設置の前です。ほかの部署を選んでください。")


def day_before(day: date) -> date:
    """The last day of what ends when another thing begins 前日."""
    return day - timedelta(days=1)


def note(verb: str, staff: models.StaffMember, *, by: Actor, at: datetime, facts: record.Facts) -> None:
    """The line of a verb about a person 職員の操作の記録."""
    audit.append(
        ledger=staff.municipality.code,
        action=f"directory.{verb}",
        target=f"staff:{staff.pk}",
        by=by,
        at=at,
        facts={"person": staff.name, **facts},
    )
