"""Who goes where: entered one by one, by hand or from a file 発令の登録."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from warifu.access.rights import FOR_DEPARTMENTS, Role
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import actions as directory_actions
from warifu.directory import departments
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.japan import calendar
from warifu.transfers import errors, models
from warifu.transfers.models import Kind, State

from .plans import locked, note

BODY, DEPARTMENT = "body", "department"
Place = directory_actions.Place
Newcomer = directory_actions.PersonEntry


@dataclass(frozen=True)
class Entry:
    """What a plan says about one person 発令の内容.

    Whoever comes is a `newcomer`, everybody else `staff`. Only who leaves has no `main`. `beside` None leaves
    concurrent posts as they are, `roles` None leaves roles as they are; each role is for the whole body or
    (True) for the new department and those below it.
    """

    kind: Kind
    staff: directory.StaffMember | None = None
    newcomer: Newcomer | None = None
    main: Place | None = None
    beside: tuple[Place, ...] | None = None
    roles: tuple[tuple[Role, bool], ...] | None = None


def enter(*, plan_id: UUID, municipality: directory.Municipality, entry: Entry, by: Actor, at: datetime) -> models.Move:
    """Put a person into the plan, or say otherwise what becomes of them 発令の登録.

    Raises errors.Unfit, errors.InAnotherPlan, errors.NotNow unless the plan is being prepared, errors.NotYours where
    somebody would change their own roles.
    """
    with transaction.atomic():
        kept = locked(plan_id, municipality, State.DRAFT)
        _require(kept, entry, by)
        move = _found(kept, entry)
        before = _described(move) if move.pk else {}
        move.kind, move.keeps_beside = entry.kind, entry.beside is None
        move.roles = _stored(entry.roles)
        person = entry.staff or entry.newcomer
        if person is not None:
            move.name, move.mail, move.number = person.name, person.mail.lower(), person.number
        try:
            with transaction.atomic():
                move.save()
        except IntegrityError as clash:
            raise errors.InAnotherPlan(
                f"{move.name}さんは、別の計画に入っています。先にその計画から外してください。", about="staff"
            ) from clash
        move.posts.all().delete()
        places = [] if entry.main is None else [(entry.main, True), *((one, False) for one in entry.beside or ())]
        models.MovePost.objects.bulk_create(
            models.MovePost(move=move, department=place.department, title=place.title, is_main=is_main)
            for place, is_main in places
        )
        facts = {"person": move.name, **changes.between(before, _described(move))}
        note("enter", kept, by=by, at=at, facts=facts)
    return move


def drop(*, plan_id: UUID, move_id: int, municipality: directory.Municipality, by: Actor, at: datetime) -> None:
    """Take a person out of the plan 発令の取下げ."""
    with transaction.atomic():
        kept = locked(plan_id, municipality, State.DRAFT)
        move = kept.moves.get(pk=move_id)
        note("drop", kept, by=by, at=at, facts={"person": move.name, **changes.between(_described(move), {})})
        move.delete()


def _found(kept: models.Plan, entry: Entry) -> models.Move:
    if entry.staff is not None:
        move = kept.moves.filter(staff=entry.staff).first()
        return move or models.Move(plan=kept, staff=entry.staff)
    mail = entry.newcomer.mail.lower() if entry.newcomer else ""
    return kept.moves.filter(staff__isnull=True, mail=mail).first() or models.Move(plan=kept)


def _require(kept: models.Plan, entry: Entry, by: Actor) -> None:
    if (entry.staff is None) is (entry.newcomer is None) or (entry.newcomer is None) is (entry.kind == Kind.JOIN):
        raise errors.Unfit("採用は新しい職員に、そのほかの区分は登録済みの職員に登録してください。", about="kind")
    if (entry.main is None) is not (entry.kind == Kind.LEAVE):
        raise errors.Unfit(
            "退職のときは部署を空欄にし、そのほかのときは発令先の部署を入力してください。", about="department"
        )
    if entry.staff is not None:
        _require_staff(kept, entry.staff, entry.kind)
        if entry.roles is not None and by.id == str(entry.staff.pk):
            raise errors.NotYours("自分の役割は変更できません。ほかの全体管理者へ依頼してください。")
    if any(limited and role not in FOR_DEPARTMENTS for role, limited in entry.roles or ()):
        raise errors.Unfit(
            "部署を範囲として付与できるのは、契約担当、承認者、文書管理者及び閲覧者です。", about="roles"
        )
    if entry.newcomer is not None and directory_queries.mail_is_taken(entry.newcomer.mail):
        raise errors.Unfit("このメールアドレスは、すでに登録されています。アドレスを確かめてください。", about="mail")
    _require_places(kept, entry)


def _require_staff(kept: models.Plan, staff: directory.StaffMember, kind: Kind) -> None:
    if staff.municipality_id != kept.municipality_id:
        raise errors.Unfit("この団体の職員ではありません。職員を選び直してください。", about="staff")
    if (staff.left_on is not None) is not (kind == Kind.BACK):
        told = "退職が登録されています。復職として" if staff.left_on else "在職しています。異動として"
        raise errors.Unfit(f"{staff.name}さんは、{told}登録してください。", about="kind")


def _require_places(kept: models.Plan, entry: Entry) -> None:
    places = [*([entry.main] if entry.main else []), *(entry.beside or ())]
    keys = [place.department.pk for place in places]
    if len(set(keys)) != len(keys):
        raise errors.Unfit("同じ部署が二度あります。一つの部署に一つの所属を登録してください。", about="department")
    there = set(
        departments.departments_on(kept.municipality, kept.effective_on)
        .filter(pk__in=keys)
        .values_list("pk", flat=True)
    )
    for place in places:
        if place.department.pk not in there:
            day = calendar.wareki(kept.effective_on)
            raise errors.Unfit(
                f"「{place.department.path}」は、{day}には存在しません。部署を選び直してください。", about="department"
            )


def _stored(roles: tuple[tuple[Role, bool], ...] | None) -> list[list[str]] | None:
    if roles is None:
        return None
    return [[role.value, DEPARTMENT if limited else BODY] for role, limited in sorted(set(roles))]


def _described(move: models.Move) -> dict[str, object]:
    posts = list(models.MovePost.objects.filter(move=move).select_related("department"))
    main = next((post for post in posts if post.is_main), None)
    roles = move.roles
    return {
        "kind": Kind(move.kind).label,
        "department": main.department.path if main else None,
        "title": main.title if main else None,
        "beside": None if move.keeps_beside else [f"{post.department.path} {post.title}".strip() for post in posts[1:]],
        "roles": None if roles is None else [f"{Role(role).label}（{reach}）" for role, reach in roles],
    }
