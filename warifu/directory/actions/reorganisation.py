"""Departments renamed, moved, succeeded and ended, on a day that may be to come 組織改編.

The days in the rows are the plan: a name is no more from 0:00 JST of the day after its last. What stands in tables of
its own (posts, and through a signal the grants and open agreements) is moved by `take_over` on that day.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import departments, errors, models, signals
from warifu.japan import calendar

from . import departments as register

ONE_DAY = timedelta(days=1)


def change_department(
    *,
    department: models.Department,
    name: str,
    parent: models.Department | None,
    starts_on: date,
    by: Actor,
    at: datetime,
) -> models.Department:
    """The same department under another name or at another place from this day on 部署の名称・位置の変更.

    Returns the row that goes on. On the day the department itself begins, it is a correction. Raises errors.WrongDay,
    errors.AlreadyPlanned, errors.BelowItself, errors.NotThen, errors.NameTaken.
    """
    municipality, today = department.municipality, calendar.day_in_japan(at)
    with transaction.atomic():
        register.lock(municipality)
        kept = models.Department.objects.get(pk=department.pk)
        _require_free(kept, starts_on, today=today)
        register.require_parent(municipality, parent, on=starts_on)
        whole = departments.tree_of(municipality)
        if parent is not None and whole.would_be_below_itself(kept.pk, parent.pk, starts_on):
            raise errors.BelowItself(
                f"「{parent.path}」は、この部署自身か、その下位の部署です。ほかの部署を上位に選んでください。"
            )
        entry = register.DepartmentEntry(name, parent, kept.code, kept.phone, kept.position)
        above = parent.pk if parent else None
        register.require_name(whole.clash(name, parent=above, since=starts_on, but=kept.pk), entry)
        before = register.described(kept)
        if kept.begins_on == starts_on:
            kept.name, kept.parent = name, parent
            kept.path = kept.path_below(parent)
            kept.save(update_fields=["name", "parent", "path"])
            changed = kept
        else:
            changed = _go_on(kept, entry, starts_on)
        if starts_on <= today:
            _hand_on(kept, at=at)
            _repath(municipality, today=today)
            changed.refresh_from_db()
        told = changes.between(before, register.described(changed))
        register.note("change_department", changed, by=by, at=at, facts={"starts_on": starts_on.isoformat(), **told})
    return changed


def end_department(
    *, department: models.Department, last_day: date, successor: models.Department | None, by: Actor, at: datetime
) -> models.Department:
    """A department ends after this day; people, departments below it and what is open go to its successor 部署の廃止.

    Raises errors.WrongDay, errors.AlreadyPlanned, errors.BelowItself, errors.NotThen, errors.NameTaken when the
    successor has a department of the same name as one below this, errors.StillInUse when somebody or something is in it
    and no successor is named.
    """
    municipality, today = department.municipality, calendar.day_in_japan(at)
    day_after = last_day + ONE_DAY
    with transaction.atomic():
        register.lock(municipality)
        kept = models.Department.objects.get(pk=department.pk)
        _require_free(kept, day_after, today=today)
        whole = departments.tree_of(municipality)
        below = [row for row in whole.children_on(day_after).get(kept.pk, []) if row.ends_on is None]
        if successor is None:
            _require_empty(kept, len(below), on=day_after)
        else:
            if whole.would_be_below_itself(kept.pk, successor.pk, day_after):
                raise errors.BelowItself(
                    f"「{successor.path}」は、廃止する部署自身か、その下位の部署です。ほかの部署を後継に選んでください。"
                )
            register.require_parent(municipality, successor, on=day_after)
        before = register.described(kept)
        kept.ends_on, kept.successor = last_day, successor
        kept.save(update_fields=["ends_on", "successor"])
        for row in below if successor else ():
            child = models.Department.objects.get(pk=row.id)
            entry = register.DepartmentEntry(child.name, successor, child.code, child.phone, child.position)
            register.require_name(
                whole.clash(child.name, parent=successor.pk if successor else None, since=day_after, but=child.pk),
                entry,
            )
            _go_on(child, entry, day_after)
            if day_after <= today:
                _hand_on(child, at=at)
        if day_after <= today and successor:
            _hand_on(kept, at=at)
            _repath(municipality, today=today)
        register.note("end_department", kept, by=by, at=at, facts=changes.between(before, register.described(kept)))
    return kept


def cancel_change(*, department: models.Department, by: Actor, at: datetime) -> None:
    """A planned beginning, change or end that has not come yet does not come 組織改編の予定の取消し.

    `department` is the row whose days are the plan: one that begins later, or one that ends today or later. Raises
    errors.NotNow when the day has come, errors.StillInUse when something else has been planned upon it.
    """
    municipality, today = department.municipality, calendar.day_in_japan(at)
    with transaction.atomic():
        register.lock(municipality)
        kept = models.Department.objects.select_related("municipality").get(pk=department.pk)
        ending = kept if kept.ends_on is not None and kept.ends_on >= today else None
        beginning = kept if kept.begins_on is not None and kept.begins_on > today else None
        if beginning is not None and beginning.continues is not None:
            ending = beginning.continues
        elif ending is not None:
            beginning = models.Department.objects.filter(continues=ending).first()
        if ending is None and beginning is None:
            raise errors.NotNow(
                "この変更は、すでに効力が生じています。元に戻すときは、新しい変更として登録してください。"
            )
        facts = register.described(kept)
        register.note("cancel_change", kept, by=by, at=at, facts=changes.between(facts, {}))
        # A department's own end takes those below it along, so its cancelling does too.
        for child in _taken_along(ending) if ending is not None and beginning is None else ():
            _take_back(child.continues, child)
        _take_back(ending, beginning)


def take_over(*, department: models.Department, at: datetime) -> bool:
    """On the day after its end: people, grants and open agreements go on at the successor; for the job 組織改編の実施.

    False when there is nothing to do, so that it may run twice.
    """
    today = calendar.day_in_japan(at)
    with transaction.atomic():
        register.lock(department.municipality)
        kept = departments.to_take_over(today=today).filter(pk=department.pk).first()
        if kept is None:
            return False
        moved = _hand_on(kept, at=at)
        _repath(kept.municipality, today=today)
        register.note("take_over", kept, by=Actor.service("reorganisation"), at=at, facts={"people": moved})
    return True


def _require_free(department: models.Department, starts_on: date, *, today: date) -> None:
    if department.ends_on is not None and department.ends_on < today:
        raise errors.NotNow("この部署は、すでに廃止されています。後継の部署を選んで操作してください。")
    if department.ends_on is not None:
        day = calendar.wareki(department.ends_on)
        raise errors.AlreadyPlanned(
            f"この部署には、{day}を最終日とする予定があります。先にその予定を取り消してください。"
        )
    if starts_on < today:
        raise errors.WrongDay("過ぎた日からは変更できません。今日以後の日を入力してください。")
    if department.begins_on is not None and starts_on < department.begins_on:
        day = calendar.wareki(department.begins_on)
        raise errors.WrongDay(f"この部署の設置日（{day}）より前の日です。設置日以後の日を入力してください。")


def _require_empty(department: models.Department, below: int, *, on: date) -> None:
    people = departments.posts_in(department, on=on).count()
    if people or below:
        raise errors.StillInUse(
            f"この部署には、職員{people}名の所属と、下位の部署{below}があります。"
            "後継の部署を選ぶか、先に職員の所属と下位の部署を移してください。"
        )


def _go_on(department: models.Department, entry: register.DepartmentEntry, starts_on: date) -> models.Department:
    department.ends_on = starts_on - ONE_DAY
    department.save(update_fields=["ends_on"])
    later = models.Department.objects.create(
        municipality=department.municipality,
        parent=entry.parent,
        name=entry.name,
        code=entry.code,
        phone=entry.phone,
        position=entry.position,
        begins_on=starts_on,
        continues=department,
    )
    department.successor = later
    department.save(update_fields=["successor"])
    return later


def _taken_along(ending: models.Department) -> QuerySet[models.Department]:
    if ending.successor is None:
        return models.Department.objects.none()
    return models.Department.objects.filter(
        continues__parent=ending, parent=ending.successor, begins_on=departments.first_day_after(ending)
    ).select_related("continues")


def _take_back(ending: models.Department | None, beginning: models.Department | None) -> None:
    if ending is not None:
        models.Department.objects.filter(pk=ending.pk).update(successor=None)
    if beginning is not None:
        try:
            beginning.delete()
        except ProtectedError as used:
            raise errors.StillInUse(
                f"「{beginning.path}」を前提とする別の予定又は登録があります。先にそれを取り消してください。"
            ) from used
    if ending is not None:
        models.Department.objects.filter(pk=ending.pk).update(ends_on=None)


def _hand_on(department: models.Department, *, at: datetime) -> int:
    """Move who and what stands in an ended department; returns how many posts."""
    if department.ends_on is None or department.successor is None:
        return 0
    last_day, day_after = department.ends_on, department.ends_on + ONE_DAY
    heir = department.successor
    while heir.successor is not None and heir.ends_on is not None and heir.ends_on <= last_day:
        heir = heir.successor
    open_there = models.Post.objects.filter(department=department).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)
    )
    moved = 0
    for post in open_there.select_for_update():
        _move_post(post, heir, day_after)
        moved += 1
    models.StaffMember.objects.filter(department=department).update(department=heir)
    models.Department.objects.filter(parent=department).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day_after)
    ).update(parent=heir)
    department.taken_over_at = at
    department.save(update_fields=["taken_over_at"])
    signals.department_succeeded.send(sender=None, department_id=department.pk, successor_id=heir.pk)
    return moved


def _move_post(post: models.Post, heir: models.Department, day_after: date) -> None:
    ends_on, is_main = post.ends_on, post.is_main
    begun_later = post.begins_on is not None and post.begins_on >= day_after
    there = models.Post.objects.filter(staff=post.staff_id, department=heir, ends_on__isnull=True).first()
    if begun_later and there is None:
        post.department = heir
        post.save(update_fields=["department"])
        return
    if begun_later:
        post.delete()
    else:
        post.ends_on = day_after - ONE_DAY
        post.save(update_fields=["ends_on"])
    if there is not None:
        # Who worked there beside works there only, now.
        there.is_main = there.is_main or is_main
        there.save(update_fields=["is_main"])
        return
    models.Post.objects.create(
        staff_id=post.staff_id,
        department=heir,
        title=post.title,
        is_main=is_main,
        begins_on=day_after,
        ends_on=ends_on,
    )


def _repath(municipality: models.Municipality, *, today: date) -> None:
    """Paths of what exists today, or will, follow the names above; those of the past stay as they were."""
    whole = departments.tree_of(municipality)
    stale = []
    for department in departments.departments_of(municipality).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)):
        path = whole.path(department.pk, max(today, department.begins_on or today))
        if path != department.path:
            department.path = path
            stale.append(department)
    models.Department.objects.bulk_update(stale, ["path"], batch_size=500)
