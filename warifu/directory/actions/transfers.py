"""Posts of many people on one day: personnel transfer 人事異動の発令."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import errors, models

from .posts import day_before


@dataclass(frozen=True)
class Place:
    """A department, and what somebody is there 所属先."""

    department: models.Department
    title: str


@dataclass(frozen=True)
class Posting:
    """What one person is from the day on 発令.

    `main` None says that the day before is their last; `beside` None leaves concurrent posts as they are; `back` lets
    somebody who has left work here again.
    """

    staff_id: UUID
    main: Place | None
    beside: tuple[Place, ...] | None = None
    back: bool = False


def transfer(
    *, municipality: models.Municipality, postings: Sequence[Posting], on: date, by: Actor, at: datetime
) -> int:
    """Posts that do not go on end on the day before, those that are new begin on the day; returns how many 人事異動.

    A post that a reorganisation of the very day had begun is replaced. Who leaves hands over before or after it: that
    is the caller's to see to. Each person gets a line of the ledger. Raises errors.NotNow for who has left (or has not,
    and is to come back), errors.NotThen for who is not of this body.
    """
    with transaction.atomic():
        found = models.StaffMember.objects.select_for_update(of=("self",)).select_related("department")
        people = found.filter(municipality=municipality).in_bulk([posting.staff_id for posting in postings])
        held = _held(people, on)
        over, gone, new, lines = list[int](), list[int](), list[models.Post](), list[audit.Line]()
        for posting in postings:
            staff = _movable(posting, people.get(posting.staff_id))
            before = described(staff, held[staff.pk])
            after = _after(posting, held[staff.pk])
            kept = {(one.department_id, one.title, one.is_main) for one in after}
            for post in held[staff.pk]:
                if (post.department_id, post.title, post.is_main) in kept:
                    continue
                if post.begins_on is not None and post.begins_on >= on:
                    gone.append(post.pk)
                else:
                    over.append(post.pk)
            for post in after:
                if post.pk is None:
                    post.begins_on = on
                    new.append(post)
            _register(staff, posting, on)
            told = changes.between(before, described(staff, after))
            facts = {"person": staff.name, "on": on.isoformat(), **told}
            lines.append(audit.Line("directory.transfer", f"staff:{staff.pk}", facts))
        models.Post.objects.filter(pk__in=gone).delete()
        models.Post.objects.filter(pk__in=over).update(ends_on=day_before(on))
        models.Post.objects.bulk_create(new, batch_size=200)
        staying = [posting.staff_id for posting in postings if posting.main is not None]
        models.StaffMember.objects.bulk_update([people[key] for key in staying], ["department", "title"])
        models.StaffMember.objects.filter(pk__in=staying, left_on__isnull=False).update(left_on=None)
        models.StaffMember.objects.filter(pk__in=set(people) - set(staying)).update(left_on=day_before(on))
        return audit.append_all(ledger=municipality.code, lines=lines, by=by, at=at)


def described(staff: models.StaffMember, posts: Sequence[models.Post]) -> dict[str, object]:
    """Posts and last day as the ledger and a plan tell them 所属の内容."""
    main = next((post for post in posts if post.is_main), None)
    return {
        "department": main.department.path if main else None,
        "title": main.title if main else None,
        "beside": [str(post) for post in posts if not post.is_main],
        "left_on": staff.left_on,
    }


def _held(people: dict[UUID, models.StaffMember], on: date) -> defaultdict[UUID, list[models.Post]]:
    open_then = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    held = defaultdict[UUID, list[models.Post]](list)
    for post in models.Post.objects.filter(open_then, staff__in=list(people)).select_related("department"):
        held[post.staff_id].append(post)
    return held


def _after(posting: Posting, held: Sequence[models.Post]) -> list[models.Post]:
    if posting.main is None:
        return []
    wanted = {posting.main.department.pk: (posting.main, True)}
    if posting.beside is None:
        others = [Place(post.department, post.title) for post in held if not post.is_main]
    else:
        others = list(posting.beside)
    for place in others:
        wanted.setdefault(place.department.pk, (place, False))
    known = {(post.department_id, post.title, post.is_main): post for post in held}
    return [
        known.get((place.department.pk, place.title, is_main))
        or models.Post(staff_id=posting.staff_id, department=place.department, title=place.title, is_main=is_main)
        for place, is_main in wanted.values()
    ]


def _movable(posting: Posting, staff: models.StaffMember | None) -> models.StaffMember:
    if staff is None:
        raise errors.NotThen("この職員は、登録から無くなりました。")
    if staff.left_on is not None and not posting.back:
        raise errors.NotNow(f"{staff.name}さんには、退職が登録されています。復職として登録してください。")
    if staff.left_on is None and posting.back:
        raise errors.NotNow(f"{staff.name}さんは在職しています。異動として登録してください。")
    return staff


def _register(staff: models.StaffMember, posting: Posting, on: date) -> None:
    if posting.main is None:
        staff.left_on = day_before(on)
        return
    staff.left_on = None
    staff.department, staff.title = posting.main.department, posting.main.title
