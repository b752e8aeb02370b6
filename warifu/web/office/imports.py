"""CSVの取込み: a file is read, compared, shown as differences, and taken over in the background."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warifu.access import person as access
from warifu.integrations import actions, errors, layout, models, policies, queries, reading, sheets
from warifu.integrations.layouts import LAYOUTS
from warifu.integrations.models import Change, State
from warifu.web import clock, refusals, staff_door

from . import import_places as places

PAGE_SIZE = 50
SECONDS_BETWEEN = 3
MOST_SHOWN = 50
WORKING = frozenset({State.CHECKING.value, State.APPLYING.value})


class FileForm(forms.Form):
    """Which file, and how its characters are written 取込みのファイル."""

    file = forms.FileField(
        label="CSVファイル",
        error_messages={
            "required": "取り込むCSVファイルを選んでください。",
            "empty": "ファイルが空です。内容を確かめて、もう一度選んでください。",
        },
    )
    encoding = forms.ChoiceField(
        label="文字コード",
        choices=[("", "自動で確かめる"), *reading.Encoding.choices],
        required=False,
        widget=forms.RadioSelect,
    )


@require_GET
@staff_door.staff_page
def index(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The sheets that this person may bring or take, and what was imported before 取込みと書出し."""
    mine = [kind for kind in LAYOUTS.values() if policies.may(person, kind)]
    made = queries.imports_of(person.municipality).filter(layout__in=[kind.name for kind in mine])
    page = Paginator(made, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(one, places.one(one), LAYOUTS[one.layout].title, one.actor.get("name", ""), _tone(one)) for one in page]
    sheets_ = [(kind, places.export(kind), places.new(kind)) for kind in mine]
    return render(request, "office/imports.html", {"layouts": sheets_, "page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@staff_door.staff_page
def hand_in(request: HttpRequest, person: access.Person, layout: str) -> HttpResponseBase:
    """The columns of a sheet, its template, and a file to import 取込みの開始."""
    kind = layout_of(request, person, layout)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.hand_in(
                kind=kind,
                name=given["file"].name,
                content=given["file"].read(reading.LARGEST + 1),
                wanted=reading.Encoding(given["encoding"]) if given["encoding"] else None,
                by=person,
                at=clock.now(),
            )
            return redirect(places.one(made))
        except errors.Unusable as refusal:
            form.add_error("file", refusal.message)
    context = {
        "layout": kind,
        "columns": policies.columns_for(person, kind),
        "form": form,
        "new": places.new(kind),
        "export": places.export(kind),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "office/import_new.html", context, status=status)


@require_GET
@staff_door.staff_page
def one(request: HttpRequest, person: access.Person, layout: str, import_id: UUID) -> HttpResponseBase:
    """How far it is; what would change; what became of it 取込みの内容."""
    kind = layout_of(request, person, layout)
    made = import_of(person, kind, import_id)
    which = request.GET.get("which", "")
    if made.wrong and not which and made.state == State.CHECKED:
        which = Change.WRONG.value
    page = Paginator(queries.rows_of(made, change=which), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "made": made,
        "layout": kind,
        "new": places.new(kind),
        "decide": places.one(made, "decide"),
        "result": places.one(made, "result"),
        "asked_by": made.actor.get("name", ""),
        "tone": _tone(made),
        "working": made.state in WORKING,
        "seconds": SECONDS_BETWEEN,
        "progress": _progress(made),
        "filters": _filters(made, which),
        "which": which,
        "page": page,
        "rows": [(row, Change(row.change).label, sheets.outcome_of(made, row)) for row in page],
        "todo": made.added + made.changed + made.ending,
        "whole_possible": made.added + made.changed + made.ending <= actions.MOST_ALL_OR_NOTHING,
    }
    page_ = render(request, "office/import.html", context)
    if made.state in WORKING:
        page_["Refresh"] = str(SECONDS_BETWEEN)
    return page_


@require_GET
@staff_door.staff_page
def firms(request: HttpRequest, person: access.Person, firms_import_id: UUID) -> HttpResponseBase:
    """The same for a file of firms 取引先の取込みの内容."""
    return one(request, layout_of_firms(person, firms_import_id), firms_import_id)


@require_POST
@staff_door.staff_page
def decide(request: HttpRequest, person: access.Person, layout: str, import_id: UUID) -> HttpResponseBase:
    """Take it over, or let it be 取込みの決定."""
    made = import_of(person, layout_of(request, person, layout), import_id)
    at = clock.now()
    try:
        if request.POST.get("deed") == "discard":
            actions.discard(import_id=made.pk, by=person, at=at)
            messages.success(request, "取込みを取りやめました。登録内容は変わっていません。")
        else:
            without, whole = (request.POST.get(name) == "on" for name in ("without_wrong", "all_or_nothing"))
            actions.confirm(import_id=made.pk, without_wrong=without, all_or_nothing=whole, by=person, at=at)
    except errors.Refusal as refusal:
        status = HTTPStatus.FORBIDDEN if isinstance(refusal, errors.NotYours) else HTTPStatus.CONFLICT
        return refusals.page(
            request,
            status=status,
            heading="取込みを始められませんでした",
            message=refusal.message,
            next_step="登録内容は変わっていません。前の画面へ戻ってください。",
        )
    return redirect(places.one(made))


@require_POST
@staff_door.staff_page
def decide_firms(request: HttpRequest, person: access.Person, firms_import_id: UUID) -> HttpResponseBase:
    """The same for a file of firms 取引先の取込みの決定."""
    return decide(request, layout_of_firms(person, firms_import_id), firms_import_id)


def layout_of(request: HttpRequest, person: access.Person, name: str) -> layout.Layout:
    """The layout of this name; 404 for another word, or at the address of another right 様式."""
    kind = LAYOUTS.get(name)
    if kind is None or places.is_firms(kind) is not refusals.route_of(request).startswith("office:firms_"):
        raise Http404
    if not policies.may(person, kind):
        raise PermissionDenied
    return kind


def layout_of_firms(person: access.Person, import_id: UUID) -> str:
    """Which sheet about firms this file is; 404 for any other 取引先の様式."""
    made = queries.import_of(person.municipality, import_id)
    if made is None:
        raise Http404
    return made.layout


def import_of(person: access.Person, kind: layout.Layout, import_id: UUID) -> models.Import:
    """The import of this body and layout; 404 for any other 取込み."""
    made = queries.import_of(person.municipality, import_id)
    if made is None or made.layout != kind.name:
        raise Http404
    return made


def _progress(made: models.Import) -> tuple[int, int]:
    if made.state == State.CHECKING:
        return made.checked, made.total
    return made.done + made.refused, made.added + made.changed + made.ending


def _filters(made: models.Import, which: str) -> list[dict[str, object]]:
    counts = [
        ("", "すべて", made.total - made.unchanged if made.state != State.CHECKING else made.checked - made.unchanged),
        (Change.ADDED.value, "追加", made.added),
        (Change.CHANGED.value, "変更", made.changed),
        (Change.ENDING.value, "終了", made.ending),
        (Change.WRONG.value, "誤り", made.wrong),
        ("refused", "取り込めなかった行", made.refused),
    ]
    chosen = "" if which == "all" else which
    return [
        {"label": label, "count": count, "url": f"?which={value or 'all'}", "current": value == chosen}
        for value, label, count in counts
        if count or value == ""
    ]


def _tone(made: models.Import) -> str:
    if made.state == State.CHECKED and made.wrong:
        return "soon"
    return {
        State.CHECKED.value: "yours",
        State.FINISHED.value: "soon" if made.refused else "done",
        State.UNDONE.value: "stopped",
        State.DISCARDED.value: "void",
    }.get(made.state, "moving")
