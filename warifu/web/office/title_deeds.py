"""契約名義を持つ人・使う人: holders, deputies, users, approvers and consenters of one title."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import Right
from warifu.directory import actions, errors, models, people
from warifu.directory import titles as directory
from warifu.directory.actions import DeputyEntry
from warifu.japan import calendar
from warifu.web import clock, staff_door

from . import refused, titles
from .title_forms import ApproverForm, ConsenterForm, DeputyForm, HolderForm, LastDayForm, UsersForm

Deed = Callable[[], str]


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def holder(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """Another person holds the title from a day on 名義人の登録."""
    found = titles.of_or_404(person, title_id)
    form = HolderForm(_sent(request))

    def act() -> str:
        actions.appoint_holder(title=found, **form.cleaned_data, by=person.actor, at=clock.now())
        return f"名義人{form.cleaned_data['name']}さんを登録しました。"

    then = [
        "在任の始まりの日から、この名義での合意と証拠に、この氏名が出ます。",
        "終わりの日のない前の名義人は、その前日で終わります。",
    ]
    return _deed(request, found, form, act, "名義人を登録する", "登録する", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def end_holder(request: HttpRequest, person: access.Person, title_id: int, holder_id: int) -> HttpResponseBase:
    """The holder's last day 名義人の退任."""
    found = titles.of_or_404(person, title_id)
    held = next((one for one in found.holders.all() if one.pk == holder_id), None)
    if held is None:
        raise Http404
    form = LastDayForm(_sent(request))

    def act() -> str:
        actions.end_holder(holder=held, last_day=form.cleaned_data["day"], by=person.actor, at=clock.now())
        return f"{held.name}さんの最終日を登録しました。"

    then = [
        f"最終日の翌日から、{held.name}さんの氏名は、この名義での合意と証拠に出ません。",
        "次の名義人又は職務代理者を登録するまで、名義人のいない期間として注意を表示します。",
    ]
    return _deed(request, found, form, act, "名義人の最終日を登録する", "登録する", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def deputy(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """Somebody acts for the holder for a time 職務代理の登録."""
    found = titles.of_or_404(person, title_id)
    form = DeputyForm(_sent(request), initial={"appears_as": f"{found.title}職務代理者"})

    def act() -> str:
        actions.deputise(title=found, entry=DeputyEntry(**form.cleaned_data), by=person.actor, at=clock.now())
        return f"職務代理者{form.cleaned_data['name']}さんを登録しました。"

    then = [
        "職務代理の期間、この名義での合意と証拠に、名義人に代えて「契約書での名義」と氏名が出ます。",
        "期間が終わると、名義人に戻ります。",
    ]
    return _deed(request, found, form, act, "職務代理者を登録する", "登録する", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def end_deputy(request: HttpRequest, person: access.Person, title_id: int, deputy_id: int) -> HttpResponseBase:
    """The deputy's last day 職務代理の終了."""
    found = titles.of_or_404(person, title_id)
    acting = next((one for one in found.deputies.all() if one.pk == deputy_id), None)
    if acting is None:
        raise Http404
    form = LastDayForm(_sent(request))

    def act() -> str:
        actions.end_deputy(deputy=acting, last_day=form.cleaned_data["day"], by=person.actor, at=clock.now())
        return f"{acting.name}さんの職務代理の最終日を登録しました。"

    then = [f"最終日の翌日から、{acting.name}さんに代えて、名義人の氏名が出ます。"]
    return _deed(request, found, form, act, "職務代理の最終日を登録する", "登録する", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def consenter(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """Somebody consents in the title's name, by a rule that evidence will tell 合意を行う職員の登録."""
    found = titles.of_or_404(person, title_id)
    today = calendar.day_in_japan(clock.now())
    working = people.people_of(person.municipality, words="", left=False, on=today).filter(left_on__isnull=True)
    form = ConsenterForm(working, _sent(request))

    def act() -> str:
        chosen = form.cleaned_data["staff"]
        ground = form.cleaned_data["ground"]
        actions.name_consenter(title=found, staff=chosen, ground=ground, by=person.actor, at=clock.now())
        return f"{chosen.name}さんを、合意を行う職員に登録しました。"

    then = [
        "選んだ職員は、この名義の契約の内容を閲覧し、合意できるようになります。",
        "合意すると、名義人とこの職員の氏名、専決・委任の根拠が、契約書の署名と締結証明書に残ります。",
        "すでに登録している職員を選ぶと、根拠だけを変更します。",
    ]
    return _deed(request, found, form, act, "合意を行う職員を登録する", "登録する", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def remove_consenter(
    request: HttpRequest, person: access.Person, title_id: int, consenter_id: UUID
) -> HttpResponseBase:
    """The person consents in this name no more 合意を行う職員の取消し."""
    found = titles.of_or_404(person, title_id)
    named = next((one for one in found.consenter_set.all() if one.staff_id == consenter_id), None)
    if named is None:
        raise Http404
    form = forms.Form(_sent(request))

    def act() -> str:
        actions.remove_consenter(consenter=named, by=person.actor, at=clock.now())
        return f"{named.staff.name}さんの登録を取り消しました。"

    then = [
        f"{named.staff.name}さんは、この名義で合意できなくなります。合意を待っている契約も、合意できません。",
        "すでに行った合意と、その証拠は変わりません。",
    ]
    if len(found.consenter_set.all()) == 1:
        then.append("この名義で合意できる職員がいなくなります。先に、ほかの職員を登録してください。")
    return _deed(request, found, form, act, "合意を行う職員を取り消す", "取り消す", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def approver(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """Only those named approve drafts in this name; nobody named means every approver 契約名義の承認者."""
    found = titles.of_or_404(person, title_id)
    today = calendar.day_in_japan(clock.now())
    able = access_queries.staff_who_may(person.municipality, Right.APPROVE, on=today)
    form = ApproverForm(able, _sent(request))

    def act() -> str:
        chosen = form.cleaned_data["staff"]
        actions.choose_title_approvers(title=found, add=[chosen.pk], remove=[], by=person.actor, at=clock.now())
        return f"{chosen.name}さんを承認者に加えました。"

    then = ["承認者を一人でも指定すると、この名義の起案では、指定した職員だけを承認者に選べます。"]
    return _deed(request, found, form, act, "承認者を加える", "加える", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def remove_approver(request: HttpRequest, person: access.Person, title_id: int, approver_id: UUID) -> HttpResponseBase:
    """Somebody is named no more 承認者の指定の取消し."""
    found = titles.of_or_404(person, title_id)
    named = found.approvers.filter(pk=approver_id).first()
    if named is None:
        raise Http404
    form = forms.Form(_sent(request))

    def act() -> str:
        actions.choose_title_approvers(title=found, add=[], remove=[named.pk], by=person.actor, at=clock.now())
        return f"{named.name}さんの指定を取り消しました。"

    then = [
        f"この名義の起案では、{named.name}さんを承認者に選べなくなります。",
        "承認を依頼済みの契約は変わりません。指定が一人もなくなると、承認者の役割のある職員全員から選べます。",
    ]
    return _deed(request, found, form, act, "承認者の指定を取り消す", "取り消す", then)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.TITLES)
def users(request: HttpRequest, person: access.Person, title_id: int) -> HttpResponseBase:
    """Every officer drafts in it, or only the named departments, groups and people 使用範囲."""
    found = titles.of_or_404(person, title_id)
    today = calendar.day_in_japan(clock.now())
    form = UsersForm(
        person.municipality,
        people.groups_of(person.municipality),
        access_queries.staff_who_may(person.municipality, Right.DRAFT, on=today),
        _sent(request),
        today=today,
        initial={"scope": "all" if found.open_to_all else "named"},
    )
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        ticked = [int(one) for one in request.POST.getlist("use") if one.isdecimal() and len(one) < 19]
        try:
            actions.choose_title_users(
                title=found,
                open_to_all=form.cleaned_data["scope"] == "all",
                add=form.added(),
                remove=ticked,
                by=person.actor,
                at=clock.now(),
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, "起案で使える職員を保存しました。")
            return redirect("office:title_users", found.pk)
    context = {"title": found, "form": form, "uses": directory.uses_of(found)}
    return render(request, "office/title_users.html", context, status=status)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _deed(
    request: HttpRequest,
    title: models.ContractingAuthority,
    form: forms.Form,
    act: Deed,
    heading: str,
    button: str,
    then: list[str],
) -> HttpResponseBase:
    """Show what will happen, or do it and say so; a refusal stands beside its field."""
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            told = act()
        except errors.Refusal as refusal:
            form.add_error(_field_of(form, refusal), refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, told)
            return redirect("office:title", title.pk)
    return titles.deed(request, title, form, heading, button, then, status=status)


def _field_of(form: forms.Form, refusal: errors.Refusal) -> str | None:
    wanted = ("day", "begins_on") if refusal.about == "day" else (refusal.about,)
    return next((name for name in wanted if name in form.fields), None)
