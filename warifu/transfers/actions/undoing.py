"""What was done is undone by another plan, offered filled in 人事異動を元に戻す計画."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from warifu.access import person as access
from warifu.access.rights import Right, Role
from warifu.directory import departments
from warifu.transfers import models, outlook
from warifu.transfers.models import Kind, State

from .moves import BODY, DEPARTMENT
from .plans import locked, plan


def undo(*, plan_id: UUID, effective_on: date, by: access.Person, at: datetime) -> models.Plan:
    """A plan that leads everybody back to where they were, looked over and confirmed like any other 元に戻す.

    Whoever moved on since, or is in another plan, is left out. What they handed over is proposed back to them. Roles
    are led back only where the person may grant some. Raises errors.NotNow, errors.Unfit.
    """
    with transaction.atomic():
        done = locked(plan_id, by.municipality, State.DONE)
        made = plan(
            municipality=by.municipality,
            effective_on=effective_on,
            name=f"{done.name}を元に戻す計画"[:80],
            undoes=done,
            made_by=by.staff,
            by=by.actor,
            at=at,
        )
        whole = outlook.Outlook(made, {}, departments.tree_of(by.municipality))
        taken = set(models.Move.objects.filter(open=True, staff__isnull=False).values_list("staff", flat=True))
        moves = done.moves.filter(moved=True, problem="", staff__isnull=False).select_related("staff")
        back = [move for move in moves.order_by("pk") if move.staff_id not in taken and move.staff is not None]
        for move in back:
            _lead_back(made, move, whole, roles=by.may(Right.ROLES) and by.staff.pk != move.staff_id)
        _hand_back(done, made)
    return made


def _lead_back(made: models.Plan, move: models.Move, whole: outlook.Outlook, *, roles: bool) -> None:
    staff = move.staff
    if staff is None or (staff.left_on is not None) is not (move.kind == Kind.LEAVE):
        return
    main_then = next((post for post in move.posts.all() if post.is_main), None)
    if main_then is not None and staff.department_id != whole.then(main_then.department_id):
        return
    kind = {Kind.LEAVE: Kind.BACK, Kind.JOIN: Kind.LEAVE, Kind.BACK: Kind.LEAVE}.get(Kind(move.kind), Kind.MOVE)
    posts = [] if kind is Kind.LEAVE else _posts_before(move, whole)
    if kind is not Kind.LEAVE and not any(is_main for _, _, is_main in posts):
        return
    main = next((place for place, _, is_main in posts if is_main), None)
    kept = models.Move.objects.create(
        plan=made,
        kind=kind,
        staff=staff,
        name=staff.name,
        mail=staff.mail,
        number=staff.number,
        keeps_beside=kind is Kind.LEAVE,
        roles=_roles_before(move, main, whole) if roles and kind is not Kind.LEAVE else None,
    )
    models.MovePost.objects.bulk_create(
        models.MovePost(move=kept, department_id=place, title=title, is_main=is_main) for place, title, is_main in posts
    )


def _posts_before(move: models.Move, whole: outlook.Outlook) -> list[tuple[int, str, bool]]:
    found: dict[int, tuple[int, str, bool]] = {}
    for place, title, is_main in move.before.get("posts", []):
        then = whole.then(place)
        if whole.whole[then].holds(whole.day):
            found.setdefault(then, (then, title, is_main))
    return list(found.values())


def _roles_before(move: models.Move, main: int | None, whole: outlook.Outlook) -> list[list[str]]:
    held = move.before.get("roles", [])
    return sorted(
        [Role(role).value, BODY if place is None else DEPARTMENT]
        for role, place in held
        if place is None or whole.then(place) == main
    )


def _hand_back(done: models.Plan, made: models.Plan) -> None:
    """Those who took something over are not in the plan; so it is chosen for whoever had it before."""
    moves = {move.staff_id: move for move in made.moves.all()}
    for one in models.HandOver.objects.filter(move__plan=done, done=True).select_related("move"):
        move = moves.get(one.move.staff_id)
        if move is not None and move.kind in {Kind.MOVE, Kind.BACK}:
            models.HandOver.objects.get_or_create(
                move=move, agreement_id=one.agreement_id, part=one.part, defaults={"successor_id": one.move.staff_id}
            )
