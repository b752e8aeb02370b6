"""グループ: people of several departments who work together."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import actions, errors, models
from warifu.directory import people as directory
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door
from warifu.web.staff_choice import StaffChoiceField

from . import refused

PAGE_SIZE = 50


class GroupForm(forms.Form):
    """グループの登録内容."""

    name = fields.LineField(label="名称", max_length=80)
    note = fields.LineField(label="説明", max_length=200, required=False)


class MemberForm(forms.Form):
    """構成員の追加."""

    member = StaffChoiceField(label="加える職員")


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def groups(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Found by name; fifty a page グループの一覧."""
    words = request.GET.get("q", "").strip()
    found = directory.groups_of(person.municipality).annotate(size=Count("members")).order_by("name", "pk")
    for word in words.split():
        found = found.filter(name__icontains=word)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "office/groups.html", {"page": page, "q": words})


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def edit(request: HttpRequest, person: access.Person, group_id: int | None = None) -> HttpResponseBase:
    """A new group, or another name and note グループの登録・変更."""
    group = None if group_id is None else _of_or_404(person, group_id)
    initial = {"name": group.name, "note": group.note} if group else None
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_group(
                municipality=person.municipality,
                group_id=group_id,
                by=person.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"「{saved.name}」を保存しました。")
            return redirect("office:group", saved.pk)
    return render(request, "office/group_form.html", {"form": form, "group": group}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def group(request: HttpRequest, person: access.Person, group_id: int) -> HttpResponseBase:
    """Who is in it; somebody comes in by their name グループの構成員."""
    found, at = _of_or_404(person, group_id), clock.now()
    today = calendar.day_in_japan(at)
    inside = directory.members_of(found, on=today)
    form = MemberForm(request.POST if request.method == "POST" else None)
    others = directory.people_of(person.municipality, words="", left=False, on=today)
    fields.named(form, "member", StaffChoiceField).offer(others.exclude(pk__in=inside.values("pk")))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["member"]
        actions.change_members(group=found, add=[chosen.pk], remove=[], by=person.actor, at=at)
        messages.success(request, f"{chosen.name}さんを加えました。")
        return redirect("office:group", found.pk)
    page = Paginator(inside, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"group": found, "page": page, "form": form}
    return render(request, "office/group.html", context, status=refused.status_of(form))


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def drop_members(request: HttpRequest, person: access.Person, group_id: int) -> HttpResponseBase:
    """Those whose boxes are ticked go out of it 構成員の除外."""
    found = _of_or_404(person, group_id)
    ticked = set(request.POST.getlist("member"))
    chosen = [one for one in found.members.all() if str(one.pk) in ticked]
    if request.method == "POST" and chosen:
        going = [one.pk for one in chosen]
        actions.change_members(group=found, add=[], remove=going, by=person.actor, at=clock.now())
        messages.success(request, f"{len(chosen)}人をグループから外しました。")
    elif request.method == "POST":
        messages.error(request, "外す職員に印を付けてください。")
    return redirect("office:group", found.pk)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def remove(request: HttpRequest, person: access.Person, group_id: int) -> HttpResponseBase:
    """The group is no more グループの削除."""
    found, refusal = _of_or_404(person, group_id), None
    if request.method == "POST":
        try:
            actions.remove_group(group=found, by=person.actor, at=clock.now())
        except errors.Refusal as problem:
            refusal = problem
        else:
            messages.success(request, f"「{found.name}」を削除しました。")
            return redirect("office:groups")
    context = {"group": found, "size": found.members.count(), "refusal": refusal}
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "office/group_remove.html", context, status=status)


def _of_or_404(person: access.Person, group_id: int) -> models.Group:
    found = directory.group_of(person.municipality, group_id)
    if found is None:
        raise Http404
    return found
