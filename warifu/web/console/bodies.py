"""利用団体: bodies that share the service, those that join, and what an operator does for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import settings, wiring
from warifu.access import actions as access
from warifu.access import queries as access_queries
from warifu.audit.actor import Actor
from warifu.directory import actions as directory
from warifu.directory import errors, models, queries
from warifu.directory.stages import Stage
from warifu.japan import calendar
from warifu.operations import onboarding
from warifu.web import clock, fields, origin, step_up

from . import visitors

PAGE_SIZE = 50


class BodyForm(forms.Form):
    """A body that joins, and its first administrator 団体の追加."""

    name = fields.LineField(label="団体の名称", max_length=40)
    code = fields.LineField(label="団体コード（6桁）", max_length=6)
    slug = fields.LineField(label="略号", max_length=40)
    department = fields.LineField(label="最初の全体管理者の部署", max_length=80)
    person = fields.LineField(label="最初の全体管理者の氏名", max_length=80)
    mail = forms.EmailField(
        label="最初の全体管理者のメールアドレス",
        error_messages={
            "required": "メールアドレスを入力してください。",
            "invalid": "メールアドレスの形になっていません。例：name@example.jp",
        },
    )


class ReasonForm(forms.Form):
    """Why 理由."""

    reason = fields.LineField(label="理由", max_length=200)


@dataclass(frozen=True)
class Deed:
    """What an operator can do for a body, with the words of its page 団体についての操作."""

    title: str
    then: str
    button: str
    done: str
    stages: frozenset[Stage]
    perform: Callable[[models.Municipality, str, Actor, datetime], object]


def _live(body: models.Municipality, _: str, by: Actor, at: datetime) -> object:
    return onboarding.confirm_live(body=body, mfa_by_default=settings.MFA_REQUIRED, by=by, at=at)


def _release(body: models.Municipality, reason: str, by: Actor, at: datetime) -> object:
    letters = wiring.account_letters()
    return access.release_networks(municipality=body, reason=reason, letters=letters, by=by, at=at)


DEEDS = {
    "live": Deed(
        "利用の開始を確定する",
        "申請された利用開始日（過ぎているときは今日）から、この団体の全職員がサインインし、契約を送信できるようになります。",
        "確定する",
        "利用の開始を確定しました。",
        frozenset({Stage.PREPARING}),
        _live,
    ),
    "rest": Deed(
        "利用を休止する",
        "新しい契約の起案と送信ができなくなります。送信済みの契約の手続は続き、これまでの契約は閲覧できます。",
        "休止する",
        "利用を休止しました。",
        frozenset({Stage.LIVE}),
        lambda body, reason, by, at: directory.rest_body(municipality=body, reason=reason, by=by, at=at),
    ),
    "wake": Deed(
        "利用を再開する",
        "新しい契約の起案と送信が、もう一度できるようになります。",
        "再開する",
        "利用を再開しました。",
        frozenset({Stage.RESTING}),
        lambda body, reason, by, at: directory.wake_body(municipality=body, reason=reason, by=by, at=at),
    ),
    "release": Deed(
        "接続元の制限を緊急に解除する",
        "この団体の職員が、どこからでも利用できるようになります。接続元の一覧は残ります。"
        "理由は、団体とサービスの台帳に残り、団体の全体管理者にメールで知らせます。依頼した人が本人であることを確かめてください。",
        "解除する",
        "接続元の制限を解除しました。",
        frozenset(Stage),
        _release,
    ),
}


@require_GET
def bodies(request: HttpRequest) -> HttpResponseBase:
    """All bodies, found by name or code 利用団体の一覧."""
    words = request.GET.get("q", "").strip()
    found = [one for one in queries.municipalities() if words in one.name or words in one.code]
    today = calendar.day_in_japan(clock.now())
    rows = [(one, one.stage_of_day(today)) for one in found]
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "console/bodies.html", {"page": page, "q": words, "nav": visitors.menu(request)})


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
def new(request: HttpRequest) -> HttpResponseBase:
    """A municipality or union that joins 団体の追加."""
    form = BodyForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        typed, at = form.cleaned_data, clock.now()
        try:
            made = onboarding.begin(
                code=typed["code"],
                name=typed["name"],
                slug=typed["slug"],
                department=typed["department"],
                administrator=directory.PersonEntry(name=typed["person"], mail=typed["mail"]),
                letters=wiring.account_letters(),
                by=_operator(request, at=at),
                at=at,
            )
        except errors.Refusal as refusal:
            about = {"name": "name", "code": "code", "mail": "mail"}.get(refusal.about)
            form.add_error(about, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, f"{made.name}を追加し、最初の全体管理者へ案内を送りました。")
            return redirect("console:body", made.code)
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "console/body_new.html", {"form": form, "nav": visitors.menu(request)}, status=status)


@require_GET
def body(request: HttpRequest, body_code: str) -> HttpResponseBase:
    """One body: where it stands, what is open, what can be done 利用団体."""
    at = clock.now()
    found = _of_or_404(body_code)
    stage = found.stage_of_day(calendar.day_in_japan(at))
    context: dict[str, Any] = {
        "body": found,
        "stage": stage,
        "items": onboarding.items_of(found, mfa_by_default=settings.MFA_REQUIRED, at=at),
        "asked": onboarding.request_of(found),
        "deeds": [(slug, one.title) for slug, one in DEEDS.items() if Stage(found.stage) in one.stages],
        "nav": visitors.menu(request),
    }
    return render(request, "console/body.html", context)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
def deed(request: HttpRequest, body_code: str, body_deed: str) -> HttpResponseBase:
    """Say what will happen, then do it 団体についての操作."""
    found = _of_or_404(body_code)
    if body_deed not in DEEDS:
        raise Http404
    chosen, at, status = DEEDS[body_deed], clock.now(), HTTPStatus.OK
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.perform(found, form.cleaned_data["reason"], _operator(request, at=at), at)
        except (onboarding.OnboardingRefused, errors.Refusal) as refusal:
            form.add_error(None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, chosen.done)
            return redirect("console:body", found.code)
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"body": found, "deed": chosen, "slug": body_deed, "form": form, "nav": visitors.menu(request)}
    return render(request, "console/body_deed.html", context, status=status)


def _operator(request: HttpRequest, *, at: datetime) -> Actor:
    account = access_queries.account(str(request.user.pk))
    if account is None:
        raise Http404
    return access_queries.actor_of(account, ip=origin.address_of(request), at=at)


def _of_or_404(code: str) -> models.Municipality:
    found = queries.municipality_of_code(code)
    if found is None:
        raise Http404
    return found
