"""What is done to folders: made, renamed, moved, closed, opened to groups, kept for named people."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.archive import actions, errors, folder_models, models
from warifu.archive import folders as archive
from warifu.archive.actions.filing_rules import Level, levels_of
from warifu.directory import people as directory
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door
from warifu.web.folder_choice import FolderChoiceField, GroupChoiceField
from warifu.web.staff_choice import StaffChoiceField

from . import folders, refused


class FolderForm(forms.Form):
    """フォルダの登録内容."""

    name = fields.LineField(label="名称", max_length=folder_models.LONGEST_NAME)
    code = fields.LineField(label="フォルダコード", max_length=40, required=False)
    parent = FolderChoiceField(label="上位のフォルダ", required=False)


class MoveForm(forms.Form):
    """フォルダの移動先."""

    parent = FolderChoiceField(label="移動先のフォルダ", required=False)


class RightForm(forms.Form):
    """グループに与える権限."""

    group = GroupChoiceField(label="グループ")
    may_file = forms.BooleanField(label="記録を収める", required=False)
    may_download = forms.BooleanField(label="証拠一式を保存する", required=False)
    may_remove = forms.BooleanField(label="記録を取り出し、別のフォルダへ移す", required=False)


class PeopleForm(forms.Form):
    """親展の設定."""

    confidential = forms.BooleanField(label="親展にする", required=False)
    member = StaffChoiceField(label="加える閲覧者", required=False)


class RuleForm(forms.Form):
    """自動の整理の設定."""

    active = forms.BooleanField(label="締結した契約を自動で整理する", required=False)
    levels = forms.MultipleChoiceField(
        label="フォルダを分ける項目", choices=Level.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    base = FolderChoiceField(label="収める先のフォルダ", required=False)


def _done(form: forms.Form, deed: Callable[[dict[str, Any]], object]) -> HTTPStatus | None:
    """None where it is done; else the status of a page that says why not."""
    if not form.is_bound or not form.is_valid():
        return refused.status_of(form)
    try:
        deed(form.cleaned_data)
    except errors.FolderRefusal as refusal:
        return refused.into(form, refusal)
    return None


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def add(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """A new folder フォルダの作成."""
    asked = request.GET.get("parent", "")
    above = archive.folder_of(person.municipality, int(asked)) if asked.isdecimal() and len(asked) < 18 else None
    form = FolderForm(request.POST if request.method == "POST" else None, initial={"parent": above})
    fields.named(form, "parent", FolderChoiceField).choose_from(archive.folders_of(person.municipality))
    made: list[models.Folder] = []

    def deed(given: dict[str, Any]) -> None:
        entry = actions.FolderEntry(given["name"], given["code"])
        made.append(
            actions.add_folder(
                municipality=person.municipality, parent=given["parent"], entry=entry, by=person.actor, at=clock.now()
            )
        )

    if (status := _done(form, deed)) is None:
        messages.success(request, f"「{made[0].name}」を作りました。")
        return redirect("office:folder", made[0].pk)
    return _page(request, "folder_form", status, form=form, folder=None)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def change(request: HttpRequest, person: access.Person, folder_id: int) -> HttpResponseBase:
    """Another name or code フォルダの変更."""
    found = folders.of_or_404(person, folder_id)
    initial = {"name": found.name, "code": found.code}
    form = FolderForm(request.POST if request.method == "POST" else None, initial=initial)
    del form.fields["parent"]

    def deed(given: dict[str, Any]) -> None:
        actions.change_folder(folder=found, entry=actions.FolderEntry(**given), by=person.actor, at=clock.now())

    if (status := _done(form, deed)) is None:
        messages.success(request, "フォルダの名称とコードを保存しました。")
        return redirect("office:folder", found.pk)
    return _page(request, "folder_form", status, form=form, folder=found)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def move(request: HttpRequest, person: access.Person, folder_id: int) -> HttpResponseBase:
    """Into another folder, or to the top フォルダの移動."""
    found = folders.of_or_404(person, folder_id)
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"parent": found.parent})
    fields.named(form, "parent", FolderChoiceField).choose_from(archive.folders_of(person.municipality))
    shown = request.POST.get("shown", "")

    def deed(given: dict[str, Any]) -> None:
        seen = int(shown) if shown.isdecimal() and len(shown) < 18 else None
        actions.move_folder(folder=found, parent=given["parent"], shown=seen, by=person.actor, at=clock.now())

    if (status := _done(form, deed)) is None:
        messages.success(request, f"「{found.name}」を移しました。")
        return redirect("office:folder", found.pk)
    return _page(request, "folder_move", status, form=form, folder=found, shown=shown or found.parent_id or "")


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def close(request: HttpRequest, person: access.Person, folder_id: int) -> HttpResponseBase:
    """An empty folder leaves the lists フォルダの閉鎖."""
    found = folders.of_or_404(person, folder_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if (status := _done(form, lambda _: actions.close_folder(folder=found, by=person.actor, at=clock.now()))) is None:
        messages.success(request, f"「{found.name}」を閉じました。")
        return redirect("office:folders")
    return _page(request, "folder_close", status, form=form, folder=found)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def give(request: HttpRequest, person: access.Person, folder_id: int) -> HttpResponseBase:
    """A group gets rights here and below 権限の付与."""
    found = folders.of_or_404(person, folder_id)
    form = RightForm(request.POST if request.method == "POST" else None)
    groups = directory.groups_of(person.municipality).order_by("name")
    fields.named(form, "group", GroupChoiceField).choose_from(groups)

    def deed(given: dict[str, Any]) -> None:
        group = given.pop("group")
        actions.give_folder_right(
            folder=found, group=group, given=actions.Given(**given), by=person.actor, at=clock.now()
        )

    if (status := _done(form, deed)) is None:
        messages.success(request, "グループの権限を保存しました。")
        return redirect("office:folder", found.pk)
    return _page(request, "folder_right", status, form=form, folder=found, groups=groups.exists())


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def take(request: HttpRequest, person: access.Person, folder_id: int, right_id: int) -> HttpResponseBase:
    """A group has no right of its own here any more 権限の取消し."""
    found = folders.of_or_404(person, folder_id)
    right = next((one for one in archive.rights_of(found) if one.pk == right_id and one.folder_id == found.pk), None)
    if right is None:
        raise Http404
    form = forms.Form(request.POST if request.method == "POST" else None)
    if (
        status := _done(form, lambda _: actions.take_folder_right(right=right, by=person.actor, at=clock.now()))
    ) is None:
        messages.success(request, "グループの権限を取り消しました。")
        return redirect("office:folder", found.pk)
    return _page(request, "folder_right_take", status, form=form, folder=found, right=right)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def people(request: HttpRequest, person: access.Person, folder_id: int) -> HttpResponseBase:
    """For whom alone a confidential folder exists 親展の設定."""
    found = folders.of_or_404(person, folder_id)
    form = PeopleForm(request.POST if request.method == "POST" else None, initial={"confidential": found.confidential})
    today = calendar.day_in_japan(clock.now())
    everybody = directory.people_of(person.municipality, words="", left=False, on=today)
    fields.named(form, "member", StaffChoiceField).offer(everybody)
    named = list(found.named.select_related("department").order_by("name"))
    ticked = set(request.POST.getlist("person"))

    def deed(given: dict[str, Any]) -> None:
        chosen = {one.pk: one for one in named if str(one.pk) in ticked}
        if given["member"]:
            chosen[given["member"].pk] = given["member"]
        actions.change_named(
            folder=found,
            confidential=given["confidential"],
            people=chosen.values(),
            by=person.actor,
            at=clock.now(),
        )

    if (status := _done(form, deed)) is None:
        messages.success(request, "親展の設定を保存しました。")
        return redirect("office:folder", found.pk)
    return _page(request, "folder_people", status, form=form, folder=found, named=named)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.FOLDERS)
def rule(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Where what is concluded goes by itself; and the unfiled, two hundred at once 自動の整理."""
    kept, at = archive.rule_of(person.municipality), clock.now()
    initial = {"active": kept.active, "levels": levels_of(kept), "base": kept.base} if kept else {"active": True}
    filing = request.method == "POST" and request.POST.get("deed") == "unfiled"
    form = RuleForm(request.POST if request.method == "POST" and not filing else None, initial=initial)
    fields.named(form, "base", FolderChoiceField).choose_from(archive.folders_of(person.municipality))

    def deed(given: dict[str, Any]) -> None:
        levels = [Level(one) for one in given["levels"]]
        actions.set_filing_rule(
            municipality=person.municipality,
            levels=levels,
            base=given["base"],
            active=given["active"],
            by=person.actor,
            at=at,
        )

    if filing and kept is not None and kept.active:
        moved, left = actions.file_unfiled(municipality=person.municipality, by=person.actor, at=at)
        messages.success(request, f"{moved:,}件を整理しました。未整理の記録は残り{left:,}件です。")
        return redirect("office:folder_rule")
    if (status := _done(form, deed)) is None:
        messages.success(request, "自動の整理の設定を保存しました。")
        return redirect("office:folder_rule")
    unfiled = archive.unfiled_of(person.municipality).count()
    return _page(request, "folder_rule", status, form=form, rule=kept, unfiled=unfiled)


def _page(request: HttpRequest, name: str, status: HTTPStatus, **context: Any) -> HttpResponseBase:
    return render(request, f"office/{name}.html", context, status=status)
