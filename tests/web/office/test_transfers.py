"""人事異動: from an empty plan to the confirmation, as an administrator sees it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.house import pagecheck
from tests.transfers import scenes
from tests.web.entrance import people
from warifu.access.rights import Role
from warifu.directory import actions as directory
from warifu.japan import calendar
from warifu.transfers import models
from warifu.transfers.models import Kind, State
from warifu.web import clock
from warifu.web.office import transfer_deeds

pytestmark = pytest.mark.django_db
LIST = "/office/transfers/"


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: scenes.MARCH)


def administrator() -> Client:
    return people.signed_in("chida@morioka.example.jp")


def said(client: Client, path: str, *, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, reply.content.decode()
    page = reply.content.decode()
    assert pagecheck.check_page(page, path) == []
    return page


def planned(client: Client) -> str:
    reply = client.post(f"{LIST}new/", {"day": "R8.4.1", "name": ""})
    assert reply.status_code == 302, reply.content.decode()
    return str(reply["Location"])


def shown(client: Client, path: str) -> dict[str, str]:
    """What the button of the confirmation page sends."""
    page = said(client, f"{path}confirm/")
    (digest,) = re.findall(r'name="shown" value="([0-9a-f]{64})"', page)
    return {"seen": "on", "shown": digest}


def test_a_plan_is_made_filled_looked_over_confirmed_and_taken_up_again(cast: None) -> None:
    client = administrator()
    assert "計画は、まだありません" in said(client, LIST)
    assert "計画を作成する" in said(client, f"{LIST}new/")
    path = planned(client)
    assert "発令は、まだありません" in said(client, path)
    new = f"{path}moves/new/"
    assert "発令の内容" in said(client, new)
    to = scenes.department("財政部").pk
    given = {
        "kind": "move",
        "staff": str(scenes.staff("obara").pk),
        "department": to,
        "title": "係長",
        "beside": "keep",
    }
    given |= {"role_change": "set", "roles": ["officer:department", "keeper:body"]}
    assert client.post(new, given).status_code == 302
    move = models.Move.objects.get()
    assert move.roles == [["keeper", "body"], ["officer", "department"]]
    page = said(client, path)
    assert "小原 律子" in page
    assert "契約担当（発令先の部署）" in page
    assert "財政部" in said(client, f"{path}departments/")
    assert "引き継ぐ契約はありません" in said(client, f"{path}handover/")
    assert "係長" in said(client, f"{path}moves/{move.pk}/")
    assert "0時に" in said(client, f"{path}confirm/")
    assert client.post(f"{path}confirm/", shown(client, path))["Location"] == path
    assert models.Plan.objects.get().state == State.CONFIRMED
    assert client.post(f"{path}moves/{move.pk}/drop/").status_code == 409
    assert "準備中" in said(client, f"{path}reopen/")
    assert client.post(f"{path}reopen/").status_code == 302
    assert "所属と役割は今のまま" in said(client, f"{path}moves/{move.pk}/drop/")
    assert client.post(f"{path}moves/{move.pk}/drop/").status_code == 302
    assert "行いません" in said(client, f"{path}cancel/")
    assert client.post(f"{path}cancel/").status_code == 302
    assert models.Plan.objects.get().state == State.CANCELLED


def test_somebody_comes_and_somebody_leaves(cast: None) -> None:
    client = administrator()
    new = f"{planned(client)}moves/new/"
    come = {"kind": "join", "name": "村上 葵", "mail": "murakami@morioka.example.jp", "number": "77", "title": ""}
    wrong = client.post(new, come)
    assert wrong.status_code == 422
    assert "発令先の部署を選んでください" in wrong.content.decode()
    assert client.post(new, come | {"department": scenes.department("財政部").pk}).status_code == 302
    assert client.post(new, {"kind": "leave", "staff": str(scenes.staff("obara").pk)}).status_code == 302
    taken = client.post(new, come | {"department": scenes.department("財政部").pk, "mail": "sato@morioka.example.jp"})
    assert taken.status_code == 409
    assert sorted(models.Move.objects.values_list("kind", flat=True)) == ["join", "leave"]


def test_who_grants_no_roles_is_not_offered_any_and_cannot_confirm_them(cast: None) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部", roles=((Role.OFFICER, False),))
    manager = people.signed_in("oikawa@morioka.example.jp")
    assert "発令後の役割は、役割を付与できる全体管理者が登録します" in said(manager, f"{LIST}{plan.pk}/moves/new/")
    path = f"{LIST}{plan.pk}/"
    assert manager.post(f"{path}confirm/", shown(manager, path)).status_code == 403


def test_successors_are_proposed_chosen_in_bulk_and_given_back(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=scenes.MARCH)
    scenes.colleague("nitta", "新田 真", "財政部 契約検査課", Role.OFFICER)
    scenes.colleague("aiba", "相場 一", "総務部", Role.OFFICER)
    plan = scenes.planned()
    scenes.moves(plan, "sato", "総務部 総務課")
    client, path = administrator(), f"{LIST}{plan.pk}/handover/"
    page = said(client, path)
    assert "新田 真" in page
    # 千田 administers and reads no contract.
    assert agreement.title not in page
    assert agreement.number in page
    task = {"task": f"{agreement.pk}:officer"}
    assert client.post(path, task | {"deed": "choose"}).status_code == 409
    chosen = {"successor": str(scenes.staff("aiba").pk), "deed": "choose"}
    assert client.post(path, task | chosen).status_code == 302
    assert "選んだ職員" in said(client, path)
    assert client.post(path, chosen).status_code == 409
    suzuki = client.post(path, task | {"successor": str(scenes.staff("suzuki").pk), "deed": "choose"})
    assert suzuki.status_code == 409
    assert "契約の担当者になれません" in suzuki.content.decode() or "権限がない" in suzuki.content.decode()
    assert client.post(path, task | {"deed": "propose"}).status_code == 302
    assert "選んだ職員" not in said(client, path)


def test_what_was_done_can_be_led_back_from_its_page(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部", "係長")
    scenes.done(scenes.confirmed(plan))
    monkeypatch.setattr(clock, "now", lambda: scenes.MIDNIGHT)
    client, path = administrator(), f"{LIST}{plan.pk}/"
    assert "元に戻す計画を作る" in said(client, path)
    assert "作ると" in said(client, f"{path}undo/")
    back = client.post(f"{path}undo/", {"day": "R8.4.2"})
    assert back.status_code == 302
    made = models.Plan.objects.get(effective_on=date(2026, 4, 2))
    assert [(move.name, move.kind) for move in made.moves.all()] == [("小原 律子", Kind.MOVE)]
    assert "元に戻す計画" in said(client, str(back["Location"]))


def test_an_officer_is_told_whom_to_ask(cast: None) -> None:
    plan = scenes.planned()
    officer = people.signed_in("sato@morioka.example.jp")
    assert officer.get(f"{LIST}{plan.pk}/").status_code == 403


def somebody_is_added(plan: models.Plan, objects: Path) -> None:
    scenes.moves(plan, "konno", "財政部")


def somebody_goes_elsewhere(plan: models.Plan, objects: Path) -> None:
    scenes.moves(plan, "obara", "上下水道局", "次長")


def there_is_more_to_look_at(plan: models.Plan, objects: Path) -> None:
    city.sent(objects, at=scenes.MARCH)
    scenes.leaves(plan, "sato")


@pytest.mark.parametrize("change", [somebody_is_added, somebody_goes_elsewhere, there_is_more_to_look_at])
def test_what_was_changed_in_another_tab_is_not_confirmed_unseen(
    cast: None, objects: Path, change: Callable[[models.Plan, Path], None]
) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部", "係長")
    client, path = administrator(), f"{LIST}{plan.pk}/"
    before = shown(client, path)
    change(plan, objects)
    reply = client.post(f"{path}confirm/", before)
    assert reply.status_code == 409
    assert (
        "計画が変更されました" in reply.content.decode() or "引き継ぐ職員が決まっていません" in reply.content.decode()
    )
    plan.refresh_from_db()
    assert plan.state == State.DRAFT


def test_what_is_confirmed_cancelled_or_done_in_another_tab_is_told_in_the_first(cast: None) -> None:
    plan = scenes.planned()
    move = scenes.moves(plan, "obara", "財政部", "係長")
    client, path = administrator(), f"{LIST}{plan.pk}/"
    before = shown(client, path)
    given = {"kind": "move", "department": scenes.department("総務部").pk, "title": "主幹", "beside": "keep"}
    scenes.confirmed(plan)
    late = client.post(f"{path}moves/{move.pk}/", given)
    assert late.status_code == 409
    assert "施行待ち" in late.content.decode()
    assert "主幹" in late.content.decode()
    assert client.post(f"{path}confirm/", before).status_code == 409
    assert client.post(f"{path}cancel/").status_code == 302
    for deed in ("cancel", "reopen", "confirm"):
        assert client.post(f"{path}{deed}/").status_code == 409
    assert client.post(f"{path}undo/", {"day": "R8.4.2"}).status_code == 409


def test_another_bodys_administrator_finds_no_such_plan(cast: None) -> None:
    plan = scenes.planned()
    move = scenes.moves(plan, "obara", "財政部", "係長")
    stranger = people.signed_in("nagamine@takizawa.example.jp")
    for page in ("", "departments/", "handover/", "confirm/", "reopen/", "cancel/", "undo/", f"moves/{move.pk}/"):
        assert stranger.get(f"{LIST}{plan.pk}/{page}").status_code == 404
    for deed in ("confirm/", "reopen/", "cancel/", "undo/", f"moves/{move.pk}/drop/"):
        assert stranger.post(f"{LIST}{plan.pk}/{deed}", {"seen": "on"}).status_code == 404
    assert "計画は、まだありません" in said(stranger, LIST)


def test_what_changed_after_the_confirmation_is_told_as_such(cast: None) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部", "係長")
    scenes.confirmed(plan)
    directory.leave(staff=scenes.staff("obara"), last_day=date(2026, 3, 25), by=city.chida().actor, at=scenes.MARCH)
    page = said(administrator(), f"{LIST}{plan.pk}/")
    assert "このままでは発令できないところがあります" in page
    assert "確定を取り消して直してください" in page


@pytest.mark.parametrize("deed", ["confirm", "reopen", "cancel", "undo"])
def test_what_cannot_be_done_any_more_is_not_offered(cast: None, deed: str) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部", "係長")
    scenes.done(scenes.confirmed(plan))
    if deed == "undo":
        models.Plan.objects.update(state=State.CANCELLED)
    page = said(administrator(), f"{LIST}{plan.pk}/{deed}/")
    assert 'method="post" action="/office/' not in page
    assert "この操作はできません" in page
    assert "発令は行いません" not in page
    assert "0時に" not in page


def test_a_plan_for_today_says_that_it_begins_at_once(cast: None) -> None:
    plan = scenes.planned(calendar.day_in_japan(scenes.MARCH))
    scenes.moves(plan, "obara", "財政部", "係長")
    client, path = administrator(), f"{LIST}{plan.pk}/"
    page = said(client, f"{path}confirm/")
    assert "すぐに実施を始めます" in page
    assert "0時まで" not in page
    assert client.post(f"{path}confirm/", shown(client, path)).status_code == 302
    page = said(client, path)
    assert "まもなく実施します" in page
    assert "0時に" not in page


def test_of_many_remarks_in_the_way_the_first_are_shown_and_the_others_counted(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_deeds, "FIRST", 2)
    client = administrator()
    path = planned(client)
    plan = models.Plan.objects.get()
    for login in ("sato", "suzuki", "abe"):
        models.Move.objects.create(
            plan=plan, kind=Kind.JOIN, name=f"同じ宛先の{login}", mail=f"{login}@morioka.example.jp"
        )
    page = said(client, f"{path}confirm/")
    assert "確定する前に直すところ（3）" in page
    assert page.count("ほかの職員が使用しています") == 2
    assert "ほかに1件あります" in page


def test_an_empty_plan_offers_to_add_people_not_to_confirm(cast: None) -> None:
    client = administrator()
    page = said(client, planned(client))
    assert "職員を一人加える" in page
    assert "CSVを取り込む" in page
    assert "内容を確かめて確定する" not in page


def test_several_concurrent_posts_are_entered_one_after_another(cast: None) -> None:
    directory.begin_post(
        staff=scenes.staff("obara"),
        department=scenes.department("財政部"),
        title="併任",
        is_main=False,
        begins_on=date(2025, 4, 1),
        by=city.chida().actor,
        at=scenes.MARCH,
    )
    plan = scenes.planned()
    client, path = administrator(), f"{LIST}{plan.pk}/"
    given = {"kind": "move", "department": scenes.department("市立病院").pk, "title": "主査", "beside": "add"}
    first = {"staff": str(scenes.staff("obara").pk), "beside_department": scenes.department("上下水道局").pk}
    assert client.post(f"{path}moves/new/", given | first).status_code == 302
    move = models.Move.objects.get()
    again = given | {"beside_department": scenes.department("監査委員事務局").pk, "beside_title": "兼務"}
    assert client.post(f"{path}moves/{move.pk}/", again).status_code == 302
    missing = client.post(f"{path}moves/{move.pk}/", given)
    assert missing.status_code == 422
    assert "兼務の部署を選んでください" in missing.content.decode()
    scenes.done(scenes.confirmed(plan))
    assert scenes.posts("obara") == [
        ("市立病院", "主査", True),
        ("財政部", "併任", False),
        ("上下水道局", "", False),
        ("監査委員事務局", "兼務", False),
    ]
