"""契約名義: in which names the municipality contracts, today, later and before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import actions, errors, models, nominal
from warifu.directory import titles as directory
from warifu.directory.actions import TitleEntry
from warifu.japan import calendar
from warifu.web import clock, staff_door

from . import refused
from .title_forms import LastDayForm, ReplacingForm, TitleForm

PAGE_SIZE = 50
STANDINGS = (
    (directory.Standing.IN_FORCE, "有効"),
    (directory.Standing.COMING, "これから"),
    (directory.Standing.ENDED, "終了"),
)
WORDS = dict(STANDINGS)
TONES = {directory.Standing.IN_FORCE: "done", directory.Standing.COMING: "soon", directory.Standing.ENDED: "idle"}


@dataclass(frozen=True)
class Row:
    """One title as the list shows it 一覧の行."""

    title: models.ContractingAuthority
    party: nominal.NominalParty | None
    word: str
    tone: str
    consenters: int
    warnings: list[directory.Warned]


def row(title: models.ContractingAuthority, *, today: date) -> Row:
    """A title on this day 契約名義の行."""
    standing = directory.standing_of(title, today=today)
    return Row(
        title,
        directory.terms_of(title).party_on(today),
        WORDS[standing],
        TONES[standing],
        len(title.consenter_set.all()),
        directory.warnings_of(title, today=today),
    )


@require_GET
@staff_door.page_with(Right.TITLES)
def titles(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Those in force first; others are asked for 契約名義の一覧."""
    today = calendar.day_in_japan(clock.now())
    words, asked = request.GET.get("q", "").strip(), request.GET.get("standing", "")
    standing = directory.Standing(asked) if asked in set(directory.Standing) else None
    found = directory.titles_of(person.municipality, words=words, standing=standing, today=today)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [row(title, today=today) for title in page],
        "q": words,
        "standing": standing or "",
        "standings": [("", "すべて"), *STANDINGS],
    }
    return render(request, "office/titles.html", context)


@require_GET
@staff_door.page_with(Right.TITLES)
def title(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """One title: ground, holders, deputies, who uses it and who consents in it 契約名義."""
    today = calendar.day_in_japan(clock.now())
    found = of_or_404(person, title_id)
    context = {
        "title": found,
        "row": row(found, today=today),
        "holders": with_standing(found.holders.all(), today=today),
        "deputies": with_standing(found.deputies.all(), today=today),
        "consenters": found.consenter_set.all(),
        "approvers": found.approvers.select_related("department").order_by("name", "pk"),
        "uses": directory.uses_of(found),
    }
    return render(request, "office/title.html", context)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def edit(request: HttpRequest, person: access.Person, title_id: int | None = None) -> HttpResponseBase:
    """A new title, or the correction of one 契約名義の登録・訂正."""
    found = None if title_id is None else of_or_404(person, title_id)
    initial = {name: getattr(found, name) for name in TitleForm.base_fields} if found else None
    form = TitleForm(request.POST if request.method == "POST" else None, initial=initial)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_title(
                municipality=person.municipality,
                title=found,
                entry=TitleEntry(**form.cleaned_data),
                by=person.actor,
                at=clock.now(),
            )
        except errors.Refusal as refusal:
            status = _into(form, refusal)
        else:
            messages.success(request, f"「{saved.title}」を保存しました。")
            return redirect("office:title", saved.pk)
    return render(request, "office/title_form.html", {"form": form, "title": found}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def replace(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """Another name or ground from a day on; what was stays as it was 契約名義の切替え."""
    found = of_or_404(person, title_id)
    initial = {name: getattr(found, name) for name in TitleForm.base_fields} | {"begins_on": None}
    form = ReplacingForm(request.POST if request.method == "POST" else None, initial=initial)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.replace_title(
                title=found, entry=TitleEntry(**form.cleaned_data), by=person.actor, at=clock.now()
            )
        except errors.Refusal as refusal:
            status = _into(form, refusal)
        else:
            messages.success(request, f"「{new.title}」への切替えを登録しました。")
            return redirect("office:title", new.pk)
    return render(request, "office/title_form.html", {"form": form, "title": found, "replacing": True}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def end(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """From the day after its last day nobody drafts or consents in it 契約名義の終了."""
    found = of_or_404(person, title_id)
    form = LastDayForm(request.POST if request.method == "POST" else None)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_title(title=found, last_day=form.cleaned_data["day"], by=person.actor, at=clock.now())
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"「{found.title}」の最終日を登録しました。")
            return redirect("office:title", found.pk)
    then = [
        "最終日の翌日から、この名義で起案し、合意することはできません。",
        "その日までに締結した契約、証拠及び操作の記録は、この名義のまま残ります。",
        "進行中の契約でこの名義を選んでいるものは、起案に戻して別の名義を選ぶ必要があります。",
    ]
    return deed(request, found, form, "契約名義を終了する", "最終日を登録する", then, status=status)


def deed(
    request: HttpRequest,
    title: models.ContractingAuthority,
    form: object,
    heading: str,
    button: str,
    then: Iterable[str],
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponseBase:
    """The one page of all deeds on a title: what will happen, what is asked, one button 契約名義の操作の画面."""
    context = {
        "title": title,
        "form": form,
        "heading": heading,
        "button": button,
        "then": list(then),
        "back": reverse("office:title", args=[title.pk]),
    }
    return render(request, "office/title_deed.html", context, status=status)


def of_or_404(person: access.Person, title_id: int) -> models.ContractingAuthority:
    """A title of the person's own body; anything else does not exist for them 契約名義."""
    found = directory.title_of(person.municipality, title_id)
    if found is None:
        raise Http404
    return found


def with_standing(
    people: Iterable[models.TitleHolder] | Iterable[models.DeputyHolder], *, today: date
) -> list[tuple[models.TitleHolder | models.DeputyHolder, str, str]]:
    """Holders or deputies with the word and tone of today 在任の有効性."""
    found = []
    for one in people:
        coming = one.begins_on is not None and one.begins_on > today
        over = one.ends_on is not None and one.ends_on < today
        standing = directory.Standing.COMING if coming else directory.Standing.IN_FORCE
        standing = directory.Standing.ENDED if over else standing
        found.append((one, WORDS[standing], TONES[standing]))
    return found


def _into(form: TitleForm, refusal: errors.Refusal) -> HTTPStatus:
    field = {"name": "title", "day": "begins_on"}.get(refusal.about)
    form.add_error(field, refusal.message)
    return HTTPStatus.CONFLICT
