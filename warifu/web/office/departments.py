"""部署: the tree on any day, and one department with its history and its people."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import departments as directory
from warifu.directory import models
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door

from . import branches

PAGE_SIZE = 50


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def departments(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The tree of today or of a day that somebody asks for; or those whose names hold the words 部署の一覧."""
    today = calendar.day_in_japan(clock.now())
    words, typed = request.GET.get("q", "").strip(), request.GET.get("on", "").strip()
    on, wrong = _day(typed, today)
    people = directory.people_by_department(person.municipality, on=on)
    context = {"q": words, "typed": typed, "on": on, "today": today, "wrong": wrong, "is_today": on == today}
    if words:
        found = directory.search(person.municipality, words, on=on)
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": [(one, people.get(one.pk, 0)) for one in page]}
    else:
        whole = directory.tree_of(person.municipality)
        context["shown"] = branches.below(whole, None, on=on, people=people)
    context["planned"] = list(directory.planned(person.municipality, today=today)[:PAGE_SIZE])
    return render(request, "office/departments.html", context)


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def department(request: HttpRequest, person: access.Person, department_id: int) -> HttpResponseBase:
    """One department: what it is called when, what stands below it, who works there 部署."""
    found = of_or_404(person, department_id)
    today = calendar.day_in_japan(clock.now())
    on = min(max(today, found.begins_on or today), found.ends_on or today)
    whole = directory.tree_of(person.municipality)
    people = directory.people_by_department(person.municipality, on=on)
    posts = Paginator(directory.posts_in(found, on=on), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "department": found,
        "above": whole.above(found.pk, on),
        "history": whole.history(found.pk),
        "shown": branches.below(whole, found.pk, on=on, people=people),
        "posts": posts,
        "on": on,
        "coming": found.begins_on is not None and found.begins_on > today,
        "ended": found.ends_on is not None and found.ends_on < today,
        "ending": found.ends_on is not None and found.ends_on >= today,
        "predecessors": found.predecessors.filter(continued_by__isnull=True).order_by("path"),
    }
    return render(request, "office/department.html", context)


def of_or_404(person: access.Person, department_id: int) -> models.Department:
    """A department of the person's own body; anything else does not exist for them 部署."""
    found = directory.department_of(person.municipality, department_id)
    if found is None:
        raise Http404
    return found


def _day(typed: str, today: date) -> tuple[date, str]:
    try:
        return fields.DayField(label="日付", required=False).clean(typed) or today, ""
    except ValidationError as problem:
        return today, problem.messages[0]
