"""Mails to administrators about use that is worth a look, quietly: once a day and kind 注意の通知."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from warifu.access import queries as access
from warifu.access.rights import Right
from warifu.audit import models, watching
from warifu.audit.anomalies import AnomalyKind
from warifu.directory import models as directory_models
from warifu.directory import queries as directory
from warifu.japan import calendar
from warifu.notifications import actions as notifications
from warifu.notifications import addresses
from warifu.notifications.secretbox import SecretBox


@dataclass(frozen=True)
class Letters:
    """What letters are written with: the box for secrets, and where the pages are 通知文の道具."""

    box: SecretBox
    public_url: str


def watch(*, letters: Letters, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Look through every body's ledger and tell its administrators; returns how many lines were looked at 利用の確認.

    `going_on` is asked between portions, so that the caller may stop.
    """
    looked = 0
    for municipality in directory.municipalities():
        closed = access.closed_accounts(municipality, on=calendar.day_in_japan(at))
        while portion := watching.examine(municipality.code, closed=closed, at=at):
            looked += portion
            if not going_on():
                return looked
        tell(municipality, letters=letters, at=at)
    return looked


def tell(municipality: directory_models.Municipality, *, letters: Letters, at: datetime) -> int:
    """One mail to each administrator about each kind that was not told today; returns how many mails 通知."""
    kinds: dict[str, list[models.Anomaly]] = defaultdict(list)
    for found in watching.untold(municipality.code):
        kinds[found.kind].append(found)
    mails = 0
    for kind, found_ones in kinds.items():
        with transaction.atomic():
            if watching.told_today(municipality.code, kind, at=at):
                continue
            for staff in access.staff_who_may(municipality, Right.ROLES, on=calendar.day_in_japan(at)):
                if addresses.is_deliverable(staff.mail):
                    notifications.queue(
                        municipality=municipality,
                        about=f"anomalies:{kind}",
                        kind="anomaly",
                        to_name=staff.name,
                        to_mail=staff.mail,
                        subject=f"【電子契約】確認のお願い：{AnomalyKind(kind).label}（{len(found_ones)}件）",
                        body=_body(
                            municipality.name, staff.name, AnomalyKind(kind), len(found_ones), letters.public_url
                        ),
                        key=letters.box,
                        at=at,
                        host=urlsplit(letters.public_url).hostname or "warifu.invalid",
                    )
                    mails += 1
            watching.mark_told(found_ones, at=at)
    return mails


def _body(municipality: str, name: str, kind: AnomalyKind, count: int, public_url: str) -> str:
    return f"""{municipality}
{name} 様

電子契約サービスの利用のうち、次のものについて確認をお願いします。

{kind.label}：{count}件

内容は、サインインのうえ「注意が必要な利用」の画面で確認してください。
{public_url}/office/anomalies/

業務による利用であることが分かった場合は、同じ画面で「確認済」としてください。
この種類のお知らせは、1日に1通までお送りします。
"""
