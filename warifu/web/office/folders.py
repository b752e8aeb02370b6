"""フォルダ: the tree, and of one folder who sees what lies in it and why."""

from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import holders
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import RIGHTS, Right, Role
from warifu.archive import folders as archive
from warifu.archive import models
from warifu.directory import models as directory
from warifu.directory import people
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door
from warifu.web.staff_choice import StaffChoiceField

PAGE_SIZE = 50


class WhoForm(forms.Form):
    """閲覧できるかを確かめる職員."""

    staff = StaffChoiceField(label="確かめる職員", required=False)


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether somebody sees what lies in a folder, and the reasons in words 閲覧できる理由."""

    staff: directory.StaffMember
    answer: str
    reasons: tuple[str, ...]


@require_GET
@staff_door.page_with(Right.FOLDERS)
def folders(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What stands at the top, or what is called so, fifty a page フォルダの一覧."""
    words = request.GET.get("q", "").strip()
    found = archive.folders_of(person.municipality) if words else archive.children_of(person.municipality, None)
    for word in words.split():
        found = found.filter(path__icontains=word)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    sizes = archive.sizes(list(page))
    context = {
        "page": page,
        "rows": [(one, sizes.get(one.pk, 0)) for one in page],
        "q": words,
        "rule": archive.rule_of(person.municipality),
        "unfiled": archive.unfiled_of(person.municipality).count(),
    }
    return render(request, "office/folders.html", context)


@require_GET
@staff_door.page_with(Right.FOLDERS)
def folder(request: HttpRequest, person: access.Person, folder_id: int) -> HttpResponseBase:
    """Its place, what stands in it, who sees what lies there and why フォルダ."""
    found = of_or_404(person, folder_id)
    today = calendar.day_in_japan(clock.now())
    form = WhoForm(request.GET if "staff" in request.GET else None)
    readers = access_queries.staff_who_may(person.municipality, Right.READ, on=today)
    everybody = people.people_of(person.municipality, words="", left=False, on=today)
    fields.named(form, "staff", StaffChoiceField).offer(everybody)
    chosen = form.cleaned_data["staff"] if form.is_bound and form.is_valid() else None
    page = Paginator(archive.children_of(person.municipality, found), PAGE_SIZE).get_page(request.GET.get("page"))
    sizes = archive.sizes([found, *page])
    confidential = archive.confidential_above(found)
    context = {
        "folder": found,
        "lineage": archive.lineage(found)[:-1],
        "page": page,
        "rows": [(one, sizes.get(one.pk, 0)) for one in page],
        "size": sizes.get(found.pk, 0),
        "rights": archive.rights_of(found),
        "confidential": confidential,
        "named": found.named.select_related("department").order_by("name"),
        "readers": readers.count(),
        "form": form,
        "effect": _effect(found, confidential, chosen) if chosen else None,
    }
    return render(request, "office/folder.html", context)


def of_or_404(person: access.Person, folder_id: int) -> models.Folder:
    """The folder of this body; 404 for any other フォルダ."""
    found = archive.folder_of(person.municipality, folder_id)
    if found is None:
        raise Http404
    return found


def _effect(found: models.Folder, confidential: list[models.Folder], staff: directory.StaffMember) -> Effect:
    today = calendar.day_in_japan(clock.now())
    held = holders.roles_of([staff.pk], on=today).get(staff.pk, [])
    reading = [(Role(role), place) for role, place in held if Right.READ in RIGHTS[Role(role)]]
    if not reading:
        why = "契約を閲覧できる役割がありません。フォルダの権限だけでは、閲覧できません。"
        return Effect(staff, "見えません", (why,))
    shutting = [one for one in confidential if not one.named.filter(pk=staff.pk).exists()]
    if shutting:
        why = f"親展のフォルダ「{shutting[-1].path}」の閲覧者に指定されていません。"
        return Effect(staff, "見えません", (why,))
    reasons = [f"親展のフォルダ「{one.path}」の閲覧者に指定されています。" for one in confidential]
    mine = set(staff.groups.values_list("pk", flat=True))
    reasons += [
        f"グループ「{right.group.name}」に、「{right.folder.path}」の権限があります。"
        for right in archive.rights_of(found)
        if right.group_id in mine
    ]
    whole = [role.label for role, place in reading if place is None]
    if whole:
        reasons.append(f"団体全体の役割（{'、'.join(whole)}）があります。")
    if reasons:
        return Effect(staff, "すべて見えます", tuple(reasons))
    roles = "、".join(sorted({role.label for role, _ in reading}))
    return Effect(staff, "所管の部署の記録だけが見えます", (f"部署に限った役割（{roles}）があります。",))
