"""フォルダ: where records lie, and moving some of them."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import sights
from warifu.archive import actions, errors, folders, models, queries, sight
from warifu.archive.actions.filing import MOST
from warifu.web import clock, fields, refusals
from warifu.web.folder_choice import FolderChoiceField

from . import door

UNFILED = "none"
MOST_DIGITS = 18


class RefileForm(forms.Form):
    """記録の移動先."""

    folder = FolderChoiceField(label="移す先のフォルダ", required=False)
    reason = fields.LineField(label="理由", max_length=200, required=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody looks: a folder with those above and below it, or what lies in none 見ている場所."""

    folder: models.Folder | None
    unfiled: bool
    lineage: list[models.Folder]
    children: list[models.Folder]
    below: frozenset[int] | None


def place_of(person: access.Person, within: sight.Sight, asked: str) -> Place:
    """The place that an address names; 404 for a folder that does not exist for this person 見ている場所."""
    mine = folders.seen_in(person.municipality, within)
    if asked in ("", UNFILED):
        children = list(mine.filter(parent=None).order_by("name", "pk"))
        return Place(None, asked == UNFILED, [], children if not asked else [], None)
    chosen = mine.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < MOST_DIGITS else None
    if chosen is None:
        raise Http404
    children = list(mine.filter(parent=chosen).order_by("name", "pk"))
    return Place(chosen, False, folders.lineage(chosen), children, sight.below([chosen.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff_page
def refile(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Some records into another folder, all of them or none 記録の移動."""
    posted = request.method == "POST"
    told = (request.POST if posted else request.GET).getlist("record")[: MOST + 1]
    records = _records(person, [one.partition("@")[0] for one in told])
    if not records:
        messages.error(request, "移す契約に印を付けてください。")
        return redirect("desk:records")
    within, filer = sights.of(person, Right.READ), sights.filer(person)
    form = RefileForm(request.POST if posted else None)
    fields.named(form, "folder", FolderChoiceField).choose_from(folders.seen_in(person.municipality, within))
    status = HTTPStatus.OK
    if posted and form.is_valid():
        shown = {UUID(key): int(place) if place.isdecimal() else None for key, _, place in map(_parted, told)}
        try:
            moved = actions.file_records(
                municipality=person.municipality,
                shown=shown,
                folder=form.cleaned_data["folder"],
                filer=filer,
                reason=form.cleaned_data["reason"],
                by=person.actor,
                at=clock.now(),
            )
        except errors.NotYours as refusal:
            return refusals.page(
                request,
                status=HTTPStatus.FORBIDDEN,
                heading="この操作を行う権限がありません",
                message=refusal.message,
                next_step="",
            )
        except errors.FolderRefusal as refusal:
            form.add_error(None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, f"{len(moved)}件を移しました。")
            return redirect("desk:record", records[0].pk) if _stays(person, records) else redirect("desk:records")
    elif posted:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    # After a refusal the places are those of now: whoever presses again has seen them.
    rows = [(one, f"{one.pk}@{one.folder_id or ''}") for one in records]
    return render(request, "desk/refile.html", {"form": form, "rows": rows}, status=status)


def _stays(person: access.Person, records: list[models.Record]) -> bool:
    if len(records) != 1:
        return False
    within = sights.of(person, Right.READ)
    return queries.record_of(person.municipality, records[0].pk, within=within) is not None


def _parted(text: str) -> tuple[str, str, str]:
    key, mark, place = text.partition("@")
    return key, mark, place if len(place) < MOST_DIGITS else ""


def _records(person: access.Person, keys: list[str]) -> list[models.Record]:
    """The records that are meant; 404 where one does not exist for this person."""
    try:
        wanted = {UUID(key) for key in keys}
    except ValueError as wrong:
        raise Http404 from wrong
    mine = queries.records_of(person.municipality).filter(sights.of(person, Right.READ).condition(), pk__in=wanted)
    found = list(mine)
    if len(found) != len(wanted):
        raise Http404
    return found
