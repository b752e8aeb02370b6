"""接続元の制限: from which networks staff may come, and who was not let in."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import network_queries, proxies
from warifu.access import networks as rules
from warifu.access import person as access
from warifu.access.rights import Right, Role
from warifu.directory import people
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door

PAGE_SIZE = 50
LATELY = timedelta(days=7)


class TestForm(forms.Form):
    """An address to try 接続元の確認."""

    __test__ = False
    address = fields.LineField(label="確かめるIPアドレス", max_length=60)

    def clean_address(self) -> str:
        typed = proxies.address(self.cleaned_data["address"])
        if typed is None:
            raise forms.ValidationError("IPアドレスとして読み取れません。例：192.0.2.10、2001:db8:10::1")
        return str(typed)


@require_GET
@staff_door.page_with(Right.SIGN_IN)
def networks(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What holds now, one's own address, and whether another would be let in 接続元の制限."""
    at = clock.now()
    today = calendar.day_in_japan(at)
    row = network_queries.in_force(person.municipality, at=at)
    policy = network_queries.contents(row)
    words = request.GET.get("q", "").strip()
    listed = [one for one in policy.entries if words in one.network or words in one.note]
    test = TestForm(request.GET) if "address" in request.GET else TestForm()
    context: dict[str, Any] = {
        "policy": policy,
        "q": words,
        "page": Paginator([(one, _state(one, policy, today)) for one in listed], PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "own": person.ip,
        "own_entry": policy.entry_of(person.ip, on=today),
        "own_free": network_queries.is_free(person, policy),
        "free_roles": [role.label for role in Role if role in policy.free_roles],
        "free_groups": people.groups_of(person.municipality).filter(pk__in=policy.free_groups),
        "trial_until": row.trial_until if row and network_queries.is_on_trial(row, at=at) else None,
        "blocked_lately": network_queries.blocked_since(person.municipality, since=at - LATELY),
        "test": test,
    }
    if test.is_bound and test.is_valid():
        tried = test.cleaned_data["address"]
        context |= {"tried": tried, "tried_entry": policy.entry_of(tried, on=today)}
    return render(request, "office/networks.html", context)


@require_GET
@staff_door.page_with(Right.SIGN_IN)
def blocked(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Who came from where and was not let in 接続元の制限による拒否."""
    words = request.GET.get("q", "").strip()
    found = network_queries.blocked(person.municipality, words=words, at=clock.now())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    days = network_queries.SHOWN_FOR.days
    return render(request, "office/networks_blocked.html", {"page": page, "q": words, "days": days})


def _state(one: rules.Entry, policy: rules.Policy, today: Any) -> tuple[str, str]:
    if one.ends_on is not None and one.ends_on < today:
        return "void", "終了"
    if one.begins_on is not None and one.begins_on > today:
        return "idle", "開始前"
    return ("done", "有効") if policy.enforced else ("idle", "登録のみ")
