"""注意が必要な利用: found by the workers, told once a day, looked at by administrators and auditors."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests import city
from tests.conftest import AT
from tests.web import test_pages
from warifu.access import models as access
from warifu.audit import actions as audit_actions
from warifu.audit import models as audit
from warifu.audit import queries, watching
from warifu.audit.anomalies import AnomalyKind
from warifu.notifications import models as notifications
from warifu.operations import alerts

pytestmark = pytest.mark.django_db
LETTERS = alerts.Letters(box=city.BOX, public_url="https://warifu.example.jp")


def export(count: int, *, day: int = 0) -> None:
    for number in range(count):
        with transaction.atomic():
            audit_actions.append(
                ledger=city.MORIOKA,
                action="web.export",
                target="page:desk:home",
                by=city.sato().actor,
                at=AT + timedelta(days=day, minutes=number),
            )


def mails() -> list[tuple[str, str]]:
    found = notifications.Message.objects.filter(kind="anomaly").order_by("queued_at")
    return [(message.to_mail, message.subject) for message in found]


def test_administrators_are_told_once_a_day_and_kind(cast: None) -> None:
    export(5)
    alerts.watch(letters=LETTERS, at=AT)
    told = [("chida@morioka.example.jp", "【電子契約】確認のお願い：一覧や操作ログの出力の多発（1件）")]
    assert mails() == told
    export(5, day=1)
    alerts.watch(letters=LETTERS, at=AT + timedelta(hours=1))
    assert mails() == told, "not again today"
    alerts.watch(letters=LETTERS, at=AT + timedelta(days=1))
    assert len(mails()) == 2
    assert "https://warifu.example.jp/office/anomalies/" in notifications.Message.objects.filter(kind="anomaly")[0].body


def test_a_leaver_who_tries_is_told_of(cast: None) -> None:
    account = access.Account.objects.get(mail="suzuki@morioka.example.jp")
    with transaction.atomic():
        audit_actions.append(
            ledger=city.MORIOKA,
            action="access.refuse",
            target=f"account:{account.pk}",
            by=city.sato().actor,
            at=AT,
        )
    access.Account.objects.filter(pk=account.pk).update(is_active=False)
    alerts.watch(letters=LETTERS, at=AT)
    assert watching.anomalies_of(city.MORIOKA).get().kind == AnomalyKind.CLOSED


def test_somebody_looks_and_says_what_it_was(cast: None) -> None:
    export(5)
    alerts.watch(letters=LETTERS, at=AT)
    client = test_pages.signed_in("abe@morioka.example.jp")
    listed = client.get("/office/anomalies/").content.decode()
    assert "未確認" in listed
    assert "佐藤 美咲" in listed
    found = watching.anomalies_of(city.MORIOKA).get()
    path = f"/office/anomalies/{found.pk}/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"note": ""}).status_code == 422
    assert client.post(path, {"note": "監査の準備"}).status_code == 302
    assert "監査の準備" in client.get("/office/anomalies/?state=done").content.decode()
    assert "条件に合うものはありません" in client.get("/office/anomalies/?state=open&kind=export").content.decode()
    assert "監査の準備" in client.get(path).content.decode()
    last = queries.entries_of(city.MORIOKA).last()
    assert last is not None
    assert (last.action, last.actor_name) == ("audit.confirm_anomaly", "阿部 聡")


def test_the_administrator_sets_the_rules_and_the_auditor_does_not(cast: None) -> None:
    path = "/office/anomalies/rules/"
    assert test_pages.signed_in("abe@morioka.example.jp").get(path).status_code == 403
    client = test_pages.signed_in("chida@morioka.example.jp")
    assert client.get(path).status_code == 200
    typed: dict[str, object] = {}
    for kind, rule in watching.rules_of(city.MORIOKA).items():
        typed |= {f"{kind}-threshold": rule.threshold, f"{kind}-minutes": rule.minutes, f"{kind}-enabled": "on"}
    before = audit.Entry.objects.count()
    assert client.post(path, typed).status_code == 302
    assert audit.Entry.objects.count() == before, "nothing changed"
    assert client.post(path, typed | {"mass-threshold": "０"}).status_code == 422
    assert client.post(path, typed | {"mass-threshold": "５０"}).status_code == 302
    assert watching.rules_of(city.MORIOKA)[AnomalyKind.MASS].threshold == 50
    assert audit.Entry.objects.count() == before + 1


def test_what_was_found_at_another_body_does_not_exist(cast: None) -> None:
    export(5)
    alerts.watch(letters=LETTERS, at=AT)
    chief = access.Account.objects.get(
        staff__municipality__code=city.TAKIZAWA, staff__role_grants__role="administrator"
    )
    client = test_pages.signed_in(chief.mail)
    assert "佐藤 美咲" not in client.get("/office/anomalies/").content.decode()
    found = watching.anomalies_of(city.MORIOKA).get()
    assert client.get(f"/office/anomalies/{found.pk}/").status_code == 404
    assert client.post(f"/office/anomalies/{found.pk}/", {"note": "x"}).status_code == 404
    assert test_pages.signed_in("sato@morioka.example.jp").get("/office/anomalies/").status_code == 403
