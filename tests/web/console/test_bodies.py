"""利用団体 by pages: a union joins, is prepared, goes live, contracts in its own name, and is put to rest."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from tests.web.entrance import people
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.agreements import actions, errors, policies
from warifu.audit import models as audit
from warifu.directory import models as directory
from warifu.directory.stages import Stage
from warifu.japan import calendar
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db
CODE, MAIL = "038016", "kumiai@example.jp"
LIST = "/console/bodies/"
TYPED = {
    "name": "盛岡・紫波架空環境組合",
    "code": CODE,
    "slug": "kumiai",
    "department": "総務課",
    "person": "田中 実",
    "mail": MAIL,
}


def operator() -> Client:
    return people.signed_in("operator@warifu.example.jp")


def joined() -> directory.Municipality:
    reply = operator().post(f"{LIST}new/", TYPED)
    assert reply.status_code == 302, reply.content.decode()
    return directory.Municipality.objects.get(code=CODE)


def administrator() -> Client:
    account = access.Account.objects.get(mail=MAIL)
    account.set_password(PASSWORD)
    account.save()
    return people.signed_in(MAIL)


def colleague(body: directory.Municipality, name: str, role: Role) -> directory.StaffMember:
    department = directory.Department.objects.get(municipality=body)
    staff = directory.StaffMember.objects.create(
        municipality=body, department=department, name=name, mail=f"{role.value}@kumiai.example.jp"
    )
    directory.Post.objects.create(staff=staff, department=department)
    access.RoleGrant.objects.create(staff=staff, role=role)
    account = access.Account(mail=staff.mail, staff=staff)
    account.set_password(PASSWORD)
    account.save()
    return staff


def prepared(body: directory.Municipality) -> Client:
    """Everything that must be, by what its pages would write."""
    officer = colleague(body, "officer", Role.OFFICER)
    colleague(body, "approver", Role.APPROVER)
    title = directory.ContractingAuthority.objects.create(municipality=body, title="架空環境組合管理者")
    title.consenters.add(officer)
    access.SignInRules.objects.create(municipality=body, mfa_required=True, grace_days=14)
    client = administrator()
    for item in ("regulations", "network", "training"):
        reply = client.post("/office/onboarding/", {"item": item, "name": "田中 実", "done_on": "令和8年3月1日"})
        assert reply.status_code == 302, reply.content.decode()
    return client


def test_a_union_joins_in_preparation_with_its_first_administrator(cast: None) -> None:
    body = joined()
    assert body.stage == Stage.PREPARING
    (mail,) = notifications.Message.objects.filter(to_mail=MAIL)
    assert mail.kind == "account_invited"
    lines = audit.Entry.objects.filter(action="directory.begin_body").order_by("ledger__name")
    assert {line.ledger.name for line in lines} == {CODE, "service"}
    assert "準備中" in operator().get(LIST).content.decode()
    assert "条件に合う団体はありません" in operator().get(f"{LIST}?q=いない").content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"code": "038017"}, "数字が合いません"),
        ({"code": city.MORIOKA}, "すでに登録されています"),
        ({"slug": "Kumiai 1"}, "略号は"),
        ({"mail": "sato@morioka.example.jp"}, "メールアドレス"),
    ],
)
def test_what_cannot_join_is_told_and_nothing_is_made(cast: None, wrong: dict[str, str], told: str) -> None:
    reply = operator().post(f"{LIST}new/", TYPED | wrong)
    assert reply.status_code == 409
    assert told in reply.content.decode()
    assert not directory.Municipality.objects.filter(name=TYPED["name"]).exists()


def test_until_it_goes_live_its_administrators_alone_come_in(cast: None) -> None:
    body = joined()
    colleague(body, "officer", Role.OFFICER)
    client = people.signed_in("officer@kumiai.example.jp")
    reply = client.get("/")
    assert reply.status_code == 403
    assert "利用の開始を準備しています" in reply.content.decode()
    shown = administrator().get("/office/onboarding/").content.decode()
    assert "必須の事項が" in shown
    with pytest.raises(errors.BodyNotOpen):
        policies.require_live(body, at=clock.now())


def test_the_gate_opens_by_both_hands_and_not_before(cast: None) -> None:
    body = joined()
    today = calendar.day_in_japan(clock.now())
    wanted = {"wanted_on": today.isoformat().replace("-", "/")}
    early = administrator().post("/office/onboarding/ask/", wanted)
    assert early.status_code == 409
    assert "必須の確認事項が残っています" in early.content.decode()
    alone = operator().post(f"{LIST}{CODE}/live/", {"reason": "電話"})
    assert alone.status_code == 409
    assert "申請がまだありません" in alone.content.decode()
    client = prepared(body)
    assert client.post("/office/onboarding/ask/", wanted).status_code == 302
    assert "申請しています" in client.get("/office/onboarding/").content.decode()
    assert operator().post(f"{LIST}{CODE}/live/", {"reason": "電話"}).status_code == 302
    body.refresh_from_db()
    assert body.stage_of_day(today) is Stage.LIVE
    assert body.stage_of_day(today - timedelta(days=1)) is Stage.PREPARING
    lines = audit.Entry.objects.filter(action="directory.go_live")
    assert {line.ledger.name for line in lines} == {CODE, "service"}
    assert people.signed_in("officer@kumiai.example.jp").get("/").status_code == 200


def test_a_body_at_rest_begins_nothing_and_reads_on(cast: None) -> None:
    assert "起案と送信ができなくなります" in operator().get(f"{LIST}{city.MORIOKA}/rest/").content.decode()
    assert operator().post(f"{LIST}{city.MORIOKA}/rest/", {"reason": "脱退"}).status_code == 302
    with pytest.raises(errors.BodyNotOpen, match="休止中"):
        actions.draft(by=city.sato(), at=clock.now())
    client = people.signed_in()
    assert client.get("/records/").status_code == 200
    assert operator().post(f"{LIST}{city.MORIOKA}/wake/", {"reason": "復帰"}).status_code == 302
    assert actions.draft(by=city.sato(), at=clock.now())


def test_a_declaration_of_a_day_to_come_is_refused(cast: None) -> None:
    joined()
    reply = administrator().post(
        "/office/onboarding/", {"item": "training", "name": "田中 実", "done_on": "令和30年4月1日"}
    )
    assert reply.status_code == 422
    assert "今日か、それより前" in reply.content.decode()


def test_the_operator_releases_networks_from_the_console(cast: None) -> None:
    reply = operator().post(f"{LIST}{city.MORIOKA}/release/", {"reason": "電話での依頼"})
    assert reply.status_code == 302
    assert audit.Entry.objects.filter(action="access.release_networks").count() == 2
    assert operator().post(f"{LIST}{city.MORIOKA}/release/", {}).status_code == 422
    assert operator().get(f"{LIST}999999/").status_code == 404
