"""登録待ちの職員: whom an identity provider vouches for and the register does not know yet."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import actions, recognising
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.access.sso import queries
from warifu.access.sso.errors import SENTENCES, ProviderRefused
from warifu.japan import calendar
from warifu.web import clock, staff_door

from .choices import DepartmentField

PAGE_SIZE = 50


class PlaceForm(forms.Form):
    """Where somebody works who is taken in 所属の入力."""

    department = DepartmentField(label="所属")


@require_GET
@staff_door.page_with(Right.SIGN_IN)
def waiting(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Who waits, the longest first 登録待ちの職員の一覧."""
    words, found = request.GET.get("q", "").strip(), queries.waiting_in(person.municipality)
    for word in words.split():
        found = found.filter(name__icontains=word) | found.filter(mail__icontains=word)
    page = Paginator(found.order_by("asked_at", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "office/waiting.html", {"page": page, "q": words})


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.SIGN_IN)
def decide(request: HttpRequest, person: access.Person, waiting_id: int) -> HttpResponseBase:
    """Take somebody into the register without any role, or not 登録待ちの判断."""
    at = clock.now()
    who = queries.waiting_in(person.municipality).filter(pk=waiting_id).first()
    if who is None:
        raise Http404
    department = recognising.department_named(who.provider, who.department_code, on=calendar.day_in_japan(at))
    form = PlaceForm(request.POST if request.method == "POST" else None, initial={"department": department})
    field = form.fields["department"]
    if isinstance(field, DepartmentField):
        field.offer(person.municipality, today=calendar.day_in_japan(at))
    taken = request.POST.get("decision") != "refuse"
    if request.method == "POST" and (not taken or form.is_valid()):
        try:
            if taken:
                recognising.take_in(who, form.cleaned_data["department"], letters=wiring.account_letters(), at=at)
            actions.decide_waiting(waiting=who, taken=taken, by=person.actor, at=at)
        except ProviderRefused:
            form.add_error(None, "メールアドレス又は職員番号が、すでに登録されています。職員の画面で確かめてください。")
        else:
            told = "職員として登録しました。次のサインインから利用できます。" if taken else "登録しないことにしました。"
            messages.success(request, f"{who.name}さんを、{told}")
            return redirect("office:waiting")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    context = {"who": who, "form": form, "sentences": SENTENCES}
    return render(request, "office/waiting_decide.html", context, status=status)
