"""相手方を選ぶ: the firm from the register, then who of it is asked."""

from http import HTTPStatus
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import actions, errors, models, recipient
from warifu.directory import models as directory
from warifu.directory import register
from warifu.japan import calendar
from warifu.web import clock, fields

from . import door, drafting

PAGE_SIZE = 20


class RecipientForm(django_forms.Form):
    """相手方の宛先."""

    recipient = django_forms.ChoiceField(
        label="合意を依頼する方",
        widget=django_forms.RadioSelect,
        error_messages={"required": "合意を依頼する方を選んでください。", "invalid_choice": "一覧から選んでください。"},
    )


@require_GET
@door.staff_page
def firms(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """Step 3: search the register for the other half 相手方の検索."""
    agreement = drafting.draft_or_refusal(person, agreement_id)
    words = request.GET.get("q", "").strip()
    found = register.firms_of(person.municipality, words=words).prefetch_related("addresses", "delegates")
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "agreement": agreement,
        "steps": drafting.steps(agreement, "parties"),
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "q": words,
        "query": asked.urlencode(),
        "may_edit": person.may(Right.COUNTERPARTIES),
    }
    return render(request, "desk/draft/firms.html", context)


@require_http_methods(["GET", "POST"])
@door.staff_page
def choose(request: HttpRequest, person: access.Person, agreement_id: UUID, counterparty_id: UUID) -> HttpResponseBase:
    """Who of the firm is asked: its representative, another signatory, a delegate 相手方の宛先の選択."""
    agreement = drafting.draft_or_refusal(person, agreement_id)
    firm = register.firm_of(person.municipality, counterparty_id)
    if firm is None:
        raise Http404
    today = calendar.day_in_japan(clock.now())
    choices = recipient.choices_of(firm, contract_on=agreement.contract_on, today=today)
    usable = [one for one in choices if not one.why_not]
    form = RecipientForm(request.POST if request.method == "POST" else None, initial=_chosen(agreement, firm, usable))
    offered = fields.named(form, "recipient", django_forms.ChoiceField)
    offered.choices = [(one.key, _label(one)) for one in usable]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            _keep(agreement, firm, form.cleaned_data["recipient"], person)
        except errors.Incomplete as refusal:
            for missing in refusal.missing:
                form.add_error(None, missing.message)
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, f"相手方に{firm.name}を選びました。")
            return redirect("desk:parties", agreement.pk)
    context = {
        "agreement": agreement,
        "steps": drafting.steps(agreement, "parties"),
        "firm": firm,
        "form": form,
        "usable": usable,
        "others": [one for one in choices if one.why_not],
        "warned": [one for one in usable if one.warning],
    }
    return render(request, "desk/draft/recipient.html", context, status=status)


def _keep(agreement: models.Agreement, firm: directory.Counterparty, key: str, person: access.Person) -> None:
    kind, _, number = key.partition("-")
    actions.choose_counterparty(
        agreement_id=agreement.pk,
        counterparty=firm,
        contact_address=next(
            (one for one in firm.addresses.all() if kind == "address" and str(one.pk) == number), None
        ),
        delegate=next((one for one in firm.delegates.all() if kind == "delegate" and str(one.pk) == number), None),
        by=person,
        at=clock.now(),
    )


def _chosen(
    agreement: models.Agreement, firm: directory.Counterparty, usable: list[recipient.Choice]
) -> dict[str, str]:
    """What was chosen before; of a firm with one signatory, that one."""
    if agreement.counterparty_id == firm.pk:
        if agreement.delegate_id:
            return {"recipient": f"delegate-{agreement.delegate_id}"}
        return {
            "recipient": f"address-{agreement.contact_address_id}" if agreement.contact_address_id else recipient.MAIN
        }
    return {"recipient": usable[0].key} if len(usable) == 1 else {}


def _label(one: recipient.Choice) -> str:
    return f"{one.recipient.title} {one.recipient.name}（{one.note}）　{one.recipient.mail}".strip()
