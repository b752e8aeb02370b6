"""The three refusals as pages: not you 403, not now 409, not possible 503 断りの画面."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from warifu.agreements import errors as agreements


def page(request: HttpRequest, *, status: HTTPStatus, heading: str, message: str, next_step: str) -> HttpResponse:
    """A calm page that says what happened, what to do next, and whom to ask 断りの画面."""
    layout = "layouts/counter.html" if _at_counter(request) else "layouts/desk.html"
    if layout == "layouts/desk.html" and not request.user.is_authenticated:
        layout = "layouts/verify.html"
    context = {
        "layout": layout,
        "heading": heading,
        "message": message,
        "next_step": next_step,
        "reference": request.META.get("WARIFU_REFERENCE", ""),
    }
    return render(request, "refusal.html", context, status=status)


def of_agreements(request: HttpRequest, refusal: agreements.Refusal) -> HttpResponse:
    """A refusal of the agreements room 契約案件の断り."""
    message = refusal.message
    if isinstance(refusal, agreements.NotNow) and _at_counter(request):
        message = refusal.told_party
    match refusal:
        case agreements.NotYours():
            status, heading = HTTPStatus.FORBIDDEN, "この操作を行う権限がありません"
        case agreements.NotPossible():
            status, heading = HTTPStatus.SERVICE_UNAVAILABLE, "ただいま処理できません"
        case agreements.Incomplete():
            status, heading = HTTPStatus.UNPROCESSABLE_ENTITY, "入力を確認してください"
        case _:
            status, heading = HTTPStatus.CONFLICT, "この操作はできません"
    return page(request, status=status, heading=heading, message=message, next_step="")


def _at_counter(request: HttpRequest) -> bool:
    return request.path.startswith(("/c/", "/counter/"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is here, or nothing that this visitor may know of (404) ページが見つかりません."""
    return page(
        request,
        status=HTTPStatus.NOT_FOUND,
        heading="ページが見つかりません",
        message="アドレスが変わったか、表示できる契約ではありません。",
        next_step="アドレスを確かめるか、最初の画面から選び直してください。",
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """This visitor may not do this (403) 権限がありません."""
    return page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="この操作を行う権限がありません",
        message="この画面は、所属または役割により利用できません。",
        next_step="必要な場合は、運用管理者に確認してください。",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request itself could not be read (400) 読み取れない要求."""
    return page(
        request,
        status=HTTPStatus.BAD_REQUEST,
        heading="送られた内容を読み取れませんでした",
        message="送信の途中で内容が欠けたか、受け付けられる大きさを超えています。",
        next_step="前の画面に戻り、ファイルの大きさと数を確かめて、もう一度送ってください。",
    )


def fault(request: HttpRequest) -> HttpResponse:
    """Something broke on our side (500) 障害."""
    return page(
        request,
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        heading="処理を完了できませんでした",
        message="システムの不具合により、操作を完了できませんでした。保存済みの内容は失われていません。",
        next_step="少し待ってからもう一度お試しください。続くときは、受付番号を添えてヘルプデスクへご連絡ください。",
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old (CSRF) 画面の有効期限切れ."""
    return page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="画面の有効期限が切れました",
        message="安全のため、長い時間開いたままの画面や、別の画面から送られた操作は受け付けていません。",
        next_step="前の画面に戻って読み込み直し、もう一度操作してください。",
    )
