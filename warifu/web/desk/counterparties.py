"""取引先: the register from which an officer picks the other half."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import actions, errors, models, recipient_rules, recipients, register
from warifu.directory.register import Standing
from warifu.japan import calendar
from warifu.web import clock

from . import counterparty_forms as forms
from . import door

PAGE_SIZE = 50
SHOWN = [
    ("", "利用中", Standing.IN_USE),
    ("stopped", "停止中", Standing.STOPPED),
    ("merged", "統合済み", Standing.MERGED),
    ("all", "すべて", None),
]


@require_GET
@door.staff_page
def index(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Firms of this municipality, found by any word of theirs, fifty a page 取引先の一覧."""
    words, shown = request.GET.get("q", "").strip(), request.GET.get("shown", "")
    standing = next((one for key, _, one in SHOWN if key == shown), Standing.IN_USE)
    found = register.firms_of(person.municipality, words=words, standing=standing)
    page = Paginator(found.prefetch_related("addresses", "delegates"), PAGE_SIZE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "page": page,
        "rows": [(firm, register.standing_of(firm)) for firm in page],
        "q": words,
        "shown": shown,
        "filters": [(key, label) for key, label, _ in SHOWN],
        "query": asked.urlencode(),
        "may_edit": person.may(Right.COUNTERPARTIES),
    }
    return render(request, "desk/counterparties.html", context)


@require_GET
@door.staff_page
def firm(request: HttpRequest, person: access.Person, counterparty_id: UUID) -> HttpResponseBase:
    """One firm with its addresses, delegates, history and notes 取引先."""
    found = firm_or_404(person, counterparty_id)
    today = calendar.day_in_japan(clock.now())
    policy = recipient_rules.policy_of(person.municipality)
    context = {
        "firm": found,
        "standing": register.standing_of(found),
        "may_edit": person.may(Right.COUNTERPARTIES) and found.merged_into is None,
        "main_told": recipients.judge(found.mail, policy),
        "addresses": [(one, recipients.judge(one.mail, policy)) for one in found.addresses.all()],
        "delegates": [
            (one, register.delegation_on(one, today), recipients.judge(one.mail, policy))
            for one in found.delegates.all()
        ],
        "former": found.former.all(),
        "notes": found.notes.all(),
        "merged_from": found.merged_from.all(),
        "reads": person.may(Right.READ),
    }
    return render(request, "desk/counterparty.html", context)


@require_http_methods(["GET", "POST"])
@door.staff_page
def edit(request: HttpRequest, person: access.Person, counterparty_id: UUID | None = None) -> HttpResponseBase:
    """Enter a firm or mend its entry; agreements already sent keep what they were sent with 取引先の登録・訂正."""
    kept = None if counterparty_id is None else firm_or_404(person, counterparty_id)
    form = _form(request, kept)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        changed_on = values.pop("changed_on", None)
        try:
            saved = actions.register_counterparty(
                municipality=person.municipality,
                counterparty_id=counterparty_id,
                entry=actions.CounterpartyEntry(**values),
                changed_on=changed_on,
                by=person.actor,
                at=clock.now(),
            )
        except errors.Refusal as refusal:
            status = refused(form, refusal)
        else:
            messages.success(request, "取引先を登録しました。" if kept is None else "取引先の登録を変更しました。")
            _warn(request, person, saved)
            return redirect("desk:counterparty", saved.pk)
    return render(request, "desk/counterparty_form.html", {"form": form, "firm": kept}, status=status)


def firm_or_404(person: access.Person, counterparty_id: UUID) -> models.Counterparty:
    """A firm of the person's own body; anything else does not exist for them 取引先."""
    found = register.firm_of(person.municipality, counterparty_id)
    if found is None:
        raise Http404
    return found


def refused(form: BaseForm, refusal: errors.Refusal) -> HTTPStatus:
    """Say it on the form, which keeps what was typed; 409 where the moment has passed 断りの表示."""
    form.add_error(refusal.about if refusal.about in form.fields else None, refusal.message)
    return HTTPStatus.CONFLICT if isinstance(refusal, errors.NotNow) else HTTPStatus.UNPROCESSABLE_ENTITY


def _form(request: HttpRequest, kept: models.Counterparty | None) -> forms.CounterpartyForm:
    sent = request.POST if request.method == "POST" else None
    if kept is None:
        return forms.CounterpartyForm(sent)
    initial = {name: getattr(kept, name, None) for name in forms.ChangedForm.base_fields}
    return forms.ChangedForm(sent, initial=initial)


def _warn(request: HttpRequest, person: access.Person, saved: models.Counterparty) -> None:
    if told := recipient_rules.judgement_of(person.municipality, saved.mail).sentence:
        messages.warning(request, f"{saved.name}のメールアドレスを確かめてください。{told}")
    if not saved.corporate_number:
        return
    others = register.firms_of(person.municipality).filter(corporate_number=saved.corporate_number)
    if others.exclude(pk=saved.pk).exists():
        messages.warning(
            request,
            "同じ法人番号の取引先が、ほかにも登録されています。同じ事業者のときは、「重複の候補」から統合してください。",
        )
