"""What every template may know 画面の共通の値."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from warifu import settings
from warifu.access import person as access_person
from warifu.access.rights import Right
from warifu.agreements import queries as agreements
from warifu.audit import watching
from warifu.directory import queries as directory
from warifu.directory.stages import Stage

from . import clock


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Municipality, person, navigation and trial notice 画面の共通の値."""
    person: access_person.Person | None = getattr(request, "person", None)
    values: dict[str, Any] = {
        "trial": settings.TRIAL,
        "helpdesk_phone": settings.HELPDESK_PHONE,
        "mailbox_open": settings.MAIL_TO_MAILBOX,
        "now": clock.now(),
    }
    if person is not None:
        values |= {
            "municipality_name": person.municipality.name,
            "staff_name": person.staff.name,
            "department_name": person.department.path,
            "several_posts": len(person.posts) > 1,
            "nav": _navigation(person, request.path),
        }
    return values


def _navigation(person: access_person.Person, path: str) -> list[list[dict[str, Any]]]:
    reads = person.may(Right.READ)
    work: list[tuple[str, str, int | None]] = []
    if reads:
        work.append(("契約案件の状況", reverse("desk:home"), None))
    if person.may(Right.DRAFT):
        work.append(("契約を起案する", reverse("desk:new"), None))
    if person.may(Right.APPROVE):
        work.append(("承認する", reverse("desk:approvals"), agreements.waiting_for_approval(person).count()))
    if directory.is_consenter(person.staff):
        work.append(("合意する", reverse("desk:consents"), agreements.waiting_for_consent(person.staff).count()))
    kept: list[tuple[str, str, int | None]] = []
    if reads:
        kept.append(("締結済みの契約を探す", reverse("desk:records"), None))
        kept.append(("有効性期限", reverse("desk:expiring"), None))
    if reads or person.may(Right.COUNTERPARTIES):
        kept.append(("取引先", reverse("desk:counterparties"), None))
    if person.may(Right.ROLES):
        kept.append(("役割", reverse("office:roles"), None))
    if person.may(Right.SIGN_IN):
        kept.append(("アカウント", reverse("office:accounts"), None))
        kept.append(("職員認証", reverse("office:providers"), None))
        kept.append(("接続元の制限", reverse("office:networks"), None))
        if person.municipality.stage == Stage.PREPARING:
            kept.append(("利用開始の準備", reverse("office:onboarding"), None))
    if person.may(Right.ORGANISATION):
        kept.append(("部署", reverse("office:departments"), None))
        kept.append(("職員", reverse("office:people"), None))
        kept.append(("グループ", reverse("office:groups"), None))
        kept.append(("人事異動", reverse("office:transfers"), None))
    if person.may(Right.ORGANISATION) or person.may(Right.COUNTERPARTIES):
        kept.append(("CSVの取込みと書出し", reverse("office:imports"), None))
    if person.may(Right.FOLDERS):
        kept.append(("フォルダ", reverse("office:folders"), None))
    if person.may(Right.TITLES):
        kept.append(("契約名義", reverse("office:titles"), None))
    if person.may(Right.RECIPIENTS):
        kept.append(("送信先の規則", reverse("office:recipients"), None))
    if person.may(Right.SETTINGS):
        kept.append(("団体の設定", reverse("office:settings"), None))
    if person.may(Right.STATISTICS):
        kept.append(("利用統計", reverse("office:statistics"), None))
    if person.may(Right.REGION):
        kept.append(("広域の集計", reverse("office:region"), None))
    if person.may(Right.LEDGER):
        kept.append(("操作ログ", reverse("office:ledger"), None))
        kept.append(("注意が必要な利用", reverse("office:anomalies"), watching.waiting(person.municipality.code)))
    tools = [
        ("PDFを検証する", reverse("verify:page"), None),
        ("私の権限", reverse("desk:me"), None),
        ("サインインの方法", reverse("entrance:account"), None),
    ]
    return [
        [{"label": label, "url": url, "count": count or None, "current": path == url} for label, url, count in group]
        for group in (work, kept, tools)
        if group
    ]
