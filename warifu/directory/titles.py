"""Reads of contracting authorities: in force when, used by whom, consented in by whom 契約名義の照会."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet

from . import models, nominal, tree
from .departments import tree_of, valid_on
from .people import posts_of

SOON = timedelta(days=60)
"""So long before it ends a title asks to be looked at."""


class Standing(StrEnum):
    """Whether a title is in force 契約名義の有効性."""

    IN_FORCE = "in_force"
    COMING = "coming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about a title that an administrator should look at, in a sentence 契約名義の注意."""

    code: str
    sentence: str


def titles_of(
    municipality: models.Municipality, *, words: str = "", standing: Standing | None = None, today: date
) -> QuerySet[models.ContractingAuthority]:
    """Titles of one body in whose name, ground or people every word is found 契約名義の検索."""
    found = models.ContractingAuthority.objects.filter(municipality=municipality)
    if standing is Standing.IN_FORCE:
        found = found.filter(valid_on(today))
    elif standing is Standing.COMING:
        found = found.filter(begins_on__gt=today)
    elif standing is Standing.ENDED:
        found = found.filter(ends_on__lt=today)
    for word in words.split():
        people = Q(holders__name__icontains=word) | Q(deputies__name__icontains=word)
        named = Q(title__icontains=word) | Q(ground__icontains=word) | Q(consenters__name__icontains=word)
        found = found.filter(pk__in=models.ContractingAuthority.objects.filter(named | people).values("pk"))
    return with_terms(found).order_by("position", "pk")


def title_of(municipality: models.Municipality, title_id: int) -> models.ContractingAuthority | None:
    """One title of this body with all that hangs on it, or None 契約名義."""
    found = models.ContractingAuthority.objects.filter(municipality=municipality, pk=title_id)
    return with_terms(found).select_related("municipality").first()


def with_terms(found: QuerySet[models.ContractingAuthority]) -> QuerySet[models.ContractingAuthority]:
    """The same titles, with holders, deputies and consenters at hand 契約名義の内容."""
    return found.prefetch_related(
        "holders",
        "deputies",
        Prefetch("consenter_set", models.Consenter.objects.select_related("staff__department").order_by("pk")),
    )


def terms_of(title: models.ContractingAuthority) -> nominal.Terms:
    """Everybody who holds the title, as pure values 契約名義の内容."""
    return nominal.Terms(
        title.title,
        nominal.Span(title.begins_on, title.ends_on),
        tuple(nominal.Holder(one.name, nominal.Span(one.begins_on, one.ends_on)) for one in title.holders.all()),
        tuple(
            nominal.Deputy(one.appears_as, one.name, one.reason, one.ground, nominal.Span(one.begins_on, one.ends_on))
            for one in title.deputies.all()
        ),
    )


def standing_of(title: models.ContractingAuthority, *, today: date) -> Standing:
    """Whether it is in force today, to come, or over 契約名義の有効性."""
    if title.ends_on is not None and title.ends_on < today:
        return Standing.ENDED
    if title.begins_on is not None and title.begins_on > today:
        return Standing.COMING
    return Standing.IN_FORCE


def warnings_of(title: models.ContractingAuthority, *, today: date) -> list[Warned]:
    """What an administrator should look at; an ended title needs nothing any more 契約名義の注意."""
    if standing_of(title, today=today) is Standing.ENDED:
        return []
    found = []
    named = [one.staff for one in title.consenter_set.all()]
    staying = [one for one in named if one.left_on is None or one.left_on >= today]
    if not staying:
        found.append(Warned("no_consenter", "合意を行う職員がいません。職員を登録してください。"))
    if title.ends_on is not None and title.ends_on <= today + SOON:
        found.append(
            Warned("ends_soon", "有効期間がまもなく終わります。続けて使うときは、次の期間を登録してください。")
        )
    found += [
        Warned("consenter_leaves", f"合意を行う{one.name}さんに退職の予定があります。後任の職員を登録してください。")
        for one in staying
        if one.left_on is not None
    ]
    terms = terms_of(title)
    first = max(today, title.begins_on or today)
    if terms.vacant_on(first):
        found.append(Warned("vacant", "名義人がいない期間です。新しい名義人又は職務代理者を登録してください。"))
    elif any(terms.vacant_on(day) for day, _ in terms.changes(after=first, until=first + SOON)):
        found.append(
            Warned("vacant_soon", "まもなく名義人がいなくなります。次の名義人又は職務代理者を登録してください。")
        )
    return found


def usable_titles(
    staff: models.StaffMember, *, valid: date | None = None, today: date
) -> QuerySet[models.ContractingAuthority]:
    """Titles not over yet that this person may draft in: on one day, or (None) any to come 使用できる契約名義."""
    found = models.ContractingAuthority.objects.filter(municipality=staff.municipality_id)
    found = found.exclude(ends_on__lt=today)
    if valid is not None:
        found = found.filter(valid_on(valid))
    own = models.TitleUse.objects.filter(authority__municipality=staff.municipality_id)
    uses = own.filter(Q(staff=staff) | Q(group__members=staff)).values("authority")
    below = _through_departments(staff, own.filter(department__isnull=False), today=today)
    return with_terms(found.filter(Q(open_to_all=True) | Q(pk__in=uses) | Q(pk__in=below))).order_by("position", "pk")


def may_use(staff: models.StaffMember, title: models.ContractingAuthority, *, today: date) -> bool:
    """Whether this person may draft in this title, whenever it is in force 契約名義の使用権限."""
    if title.open_to_all:
        return True
    uses = models.TitleUse.objects.filter(authority=title)
    if uses.filter(Q(staff=staff) | Q(group__members=staff)).exists():
        return True
    return bool(_through_departments(staff, uses.filter(department__isnull=False), today=today))


def consenter_of(title: models.ContractingAuthority, staff: models.StaffMember) -> models.Consenter | None:
    """The entry by which this person consents in the title, or None 合意を行う職員."""
    return models.Consenter.objects.filter(authority=title, staff=staff).first()


def uses_of(title: models.ContractingAuthority) -> QuerySet[models.TitleUse]:
    """Who may draft in it besides those whom `open_to_all` names 使用範囲."""
    return models.TitleUse.objects.filter(authority=title).select_related("staff", "department", "group")


def _through_departments(staff: models.StaffMember, uses: QuerySet[models.TitleUse], *, today: date) -> set[int]:
    """Titles whose departments hold one of the person's posts, through all names and successors of either."""
    named = list(uses.values_list("authority", "department"))
    if not named:
        return set()
    whole = tree_of(staff.municipality)
    places = {post.department_id for post in posts_of(staff, on=today)} | {staff.department_id}
    within = {_lasting(whole, number, today) for place in places for number in _with_those_above(whole, place, today)}
    return {title for title, department in named if _lasting(whole, department, today) in within}


def _with_those_above(whole: tree.Tree, number: int, today: date) -> Iterable[int]:
    row = whole.on(number, today) or whole[number]
    return [row.id, *(above.id for above in whole.above(row.id, today))]


def _lasting(whole: tree.Tree, number: int, today: date) -> int:
    """What a department is today, after renaming and after its successor took it over, by its earliest row."""
    seen: set[int] = set()
    row = whole[number]
    while row.id not in seen:
        seen.add(row.id)
        now = whole.on(row.id, today)
        if now is not None:
            return whole.first_of(now.id)
        last = whole.history(row.id)[-1]
        if last.successor is None:
            break
        row = whole[last.successor]
    return whole.first_of(row.id)
