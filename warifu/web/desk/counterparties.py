"""取引先: the register from which an officer picks the other half."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import actions, errors, queries, recipient_rules
from warifu.japan import characters
from warifu.web import clock

from . import door, forms

SHOWN = 200


@require_GET
@door.staff_page
def register(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Firms of this municipality, found by part of their name 取引先の一覧."""
    words = request.GET.get("q", "").strip()
    found = queries.counterparties_of(person.municipality)
    if words:
        found = found.filter(search_key__contains=characters.search_key(words))
    context = {
        "firms": found[:SHOWN],
        "q": words,
        "more": found.count() > SHOWN,
        "may_edit": person.may(Right.COUNTERPARTIES),
    }
    return render(request, "desk/counterparties.html", context)


@require_http_methods(["GET", "POST"])
@door.staff_page
def edit(request: HttpRequest, person: access.Person, counterparty_id: UUID | None = None) -> HttpResponseBase:
    """Enter a firm or mend its entry; agreements already sent keep what they were sent with 取引先の登録・訂正."""
    firm = None
    if counterparty_id is not None:
        firm = queries.counterparty_of(person.municipality, counterparty_id)
        if firm is None:
            raise Http404
    names = list(forms.CounterpartyForm.base_fields)
    form = forms.CounterpartyForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(firm, name) for name in names} if firm else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.register_counterparty(
                municipality=person.municipality,
                counterparty_id=counterparty_id,
                entry=actions.CounterpartyEntry(**form.cleaned_data),
                by=person.actor,
                at=clock.now(),
            )
        except errors.RecipientDenied as denied:
            form.add_error("mail", denied.message)
        else:
            messages.success(request, "取引先を登録しました。" if firm is None else "取引先の登録を訂正しました。")
            if told := recipient_rules.judgement_of(person.municipality, kept.mail).sentence:
                messages.warning(request, f"{kept.name}のメールアドレスを確かめてください。{told}")
            return redirect("desk:counterparties")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/counterparty.html", {"form": form, "firm": firm}, status=status)
