"""職員: who works here, as what, and since when."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import Right, Role
from warifu.directory import models
from warifu.directory import people as directory
from warifu.japan import calendar
from warifu.web import clock, staff_door

PAGE_SIZE = 50


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def people(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Found by name, number, address, department and role; fifty a page 職員の一覧."""
    today = calendar.day_in_japan(clock.now())
    words, left = request.GET.get("q", "").strip(), request.GET.get("left") == "1"
    role = request.GET.get("role", "")
    found = directory.people_of(person.municipality, words=words, left=left, on=today)
    if role in Role.values:
        holders = access_queries.staff_with_role(person.municipality, Role(role), on=today)
        found = found.filter(pk__in=holders.values("pk"))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    held = directory.posts_by_person(page, on=today)
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "page": page,
        "rows": [(one, held.get(one.pk, [])) for one in page],
        "q": words,
        "left": left,
        "role": role,
        "roles": Role.choices,
        "narrowed": bool(words or role),
        "query": asked.urlencode(),
    }
    return render(request, "office/people.html", context)


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def member(request: HttpRequest, person: access.Person, staff_id: UUID) -> HttpResponseBase:
    """One person: the register, the posts of now and before, groups, account 職員."""
    found = of_or_404(person, staff_id)
    today = calendar.day_in_japan(clock.now())
    current = directory.posts_of(found, on=today)
    context = {
        "staff": found,
        "current": current,
        "earlier": directory.all_posts_of(found).exclude(pk__in=[post.pk for post in current]),
        "groups": found.groups.order_by("name"),
        "account": access_queries.account_of_staff(found),
        "gone": found.left_on is not None and found.left_on < today,
        "may_see_account": person.may(Right.SIGN_IN),
    }
    return render(request, "office/person.html", context)


def of_or_404(person: access.Person, staff_id: UUID) -> models.StaffMember:
    """Somebody of the person's own body; anybody else does not exist for them 職員."""
    found = directory.person_of(person.municipality, staff_id)
    if found is None:
        raise Http404
    return found
