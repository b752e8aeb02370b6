"""The three refusals as pages: not you 403, not now 409, not possible 503 断りの画面."""

from datetime import datetime
from http import HTTPStatus

import structlog
from django import db
from django.http import HttpRequest, HttpResponse
from django.template import loader

from warifu import settings
from warifu.access import person as access
from warifu.agreements import errors as agreements

from . import lacking, needs

log = structlog.get_logger(__name__)


def page(request: HttpRequest, *, status: HTTPStatus, heading: str, message: str, next_step: str) -> HttpResponse:
    """A calm page that says what happened, what to do next, and whom to ask 断りの画面.

    Before the session is known, and while the database does not answer, it is the page that a stranger would see.
    """
    said = {
        "heading": heading,
        "message": message,
        "next_step": next_step,
        "reference": request.META.get("WARIFU_REFERENCE", ""),
    }
    try:
        # What broke once may break again while the page is made, so a fault's page asks nothing.
        broken = status is HTTPStatus.INTERNAL_SERVER_ERROR
        shown = _for_strangers(request, said) if broken else _full(request, said)
    except db.Error:
        shown = _for_strangers(request, said)
    return HttpResponse(shown, status=status, headers={"Cache-Control": "no-store"})


def _full(request: HttpRequest, said: dict[str, object]) -> str:
    # A request may be refused before anybody has asked who sends it.
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated and not _at_counter(request)
    layout = "layouts/desk.html" if signed_in else _strangers_layout(request)
    return loader.render_to_string("refusal.html", said | {"layout": layout, "home": signed_in}, request)


def _for_strangers(request: HttpRequest, said: dict[str, object]) -> str:
    """Without the request no context processor runs, and so nothing asks the database."""
    layout = _strangers_layout(request)
    known = {
        "layout": layout,
        "home": layout == "layouts/signin.html",
        "trial": settings.TRIAL,
        "helpdesk_phone": settings.HELPDESK_PHONE,
    }
    return loader.render_to_string("refusal.html", said | known)


def _strangers_layout(request: HttpRequest) -> str:
    if _at_counter(request):
        return "layouts/counter.html"
    return "layouts/verify.html" if request.path.startswith("/verify/") else "layouts/signin.html"


def route_of(request: HttpRequest) -> str:
    """The name of the address, for logs: the address itself may hold a token 経路の名前."""
    return request.resolver_match.view_name if request.resolver_match else ""


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
        next_step="必要な場合は、所属の団体の全体管理者に確認してください。",
    )


def for_operators(request: HttpRequest) -> HttpResponse:
    """A member of staff at the operators' pages (403) 運用者だけの画面."""
    return page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="この操作を行う権限がありません",
        message="この画面は、サービスの運用者だけが利用できます。",
        next_step="サービスの状況についてのお問い合わせは、ヘルプデスクへご連絡ください。",
    )


def for_staff(request: HttpRequest) -> HttpResponse:
    """An operator at a municipality's pages (403): operators see no contract 職員だけの画面."""
    return page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="この操作を行う権限がありません",
        message="運用者のアカウントでは、団体の画面と契約の内容を開けません。",
        next_step="契約の内容についてのお問い合わせには、その団体の職員がお答えします。",
    )


def in_preparation(request: HttpRequest, municipality: str) -> HttpResponse:
    """Somebody of a body that has not gone live yet (403) 準備中の団体."""
    return page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="利用の開始を準備しています",
        message=f"{municipality}は、電子契約の利用の開始を準備しています。いまは全体管理者だけが利用できます。",
        next_step="利用を開始する日については、所属の団体の全体管理者へ確認してください。",
    )


def missing_right(request: HttpRequest, person: access.Person, need: needs.Need, *, at: datetime) -> HttpResponse:
    """Which right is missing, which roles give it, and who can grant one (403) 権限の不足."""
    return page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="この操作を行う権限がありません",
        message=lacking.what(need),
        next_step=lacking.whom_to_ask(person.municipality, at=at),
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


def too_long(request: HttpRequest) -> HttpResponse:
    """More was announced than this address takes (413) 大きすぎる送信."""
    megabytes = settings.UPLOAD_MAX_BYTES // 1024 // 1024
    return page(
        request,
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        heading="送られた内容が大きすぎます",
        message="一度に受け付けられる大きさを超えているため、受け取っていません。",
        next_step=f"前の画面に戻り、1件{megabytes}MBまでのPDFを選び直してください。件数が多いときは、分けて送ってください。",
    )


def length_needed(request: HttpRequest) -> HttpResponse:
    """A body was begun without saying how long it is (411) 長さの分からない送信."""
    return page(
        request,
        status=HTTPStatus.LENGTH_REQUIRED,
        heading="送られた内容の大きさが分かりません",
        message="大きさを示さない送信は受け付けていません。",
        next_step="別のブラウザで、もう一度送ってください。続くときは、受付番号を添えてヘルプデスクへご連絡ください。",
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
    # What follows the dash is an address that the browser named.
    log.warning("form refused", route=route_of(request), reason=reason.partition(" - ")[0])
    return page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="画面の有効期限が切れました",
        message="安全のため、長い時間開いたままの画面や、別の画面から送られた操作は受け付けていません。",
        next_step="前の画面に戻って読み込み直し、もう一度操作してください。",
    )
