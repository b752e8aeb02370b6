"""Who may see what of the console, and the menu that follows from it 運用者の画面の来訪者."""

from django.http import HttpRequest
from django.urls import reverse

from warifu import settings
from warifu.access import models as access


def is_operator(request: HttpRequest) -> bool:
    """Whether an operator of the service has signed in 運用者."""
    return isinstance(request.user, access.Account) and request.user.is_operator


def menu(request: HttpRequest) -> list[list[dict[str, object]]]:
    """What this visitor may open from here; the desk's own navigation has no place on these pages 運用メニュー."""
    operator = is_operator(request)
    ours = [
        *([("サービスの状況", reverse("console:status"))] if operator else []),
        *([("利用団体", reverse("console:bodies"))] if operator else []),
        *([("利用件数", reverse("console:statistics"))] if operator else []),
        *([("署名鍵と時刻認証局", reverse("console:seals"))] if operator else []),
        *([("サインインの方法", reverse("entrance:account"))] if operator else []),
        *([("試験用の受信箱", reverse("console:mailbox"))] if settings.MAIL_TO_MAILBOX else []),
    ]
    other = [("PDFを検証する", reverse("verify:page")), *([] if operator else [("職員の画面", reverse("desk:home"))])]
    return [
        [{"label": label, "url": url, "current": request.path == url} for label, url in group]
        for group in (ours, other)
    ]
