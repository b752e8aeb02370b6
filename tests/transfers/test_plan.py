"""A plan is prepared: who may be in it, what stands in its way, what somebody should know."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests import city
from tests.transfers import scenes
from tests.transfers.scenes import APRIL_1, MARCH
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.directory import actions as directory
from warifu.directory import models as directory_models
from warifu.transfers import actions, errors, findings, models, outlook
from warifu.transfers.models import Kind, State

pytestmark = pytest.mark.django_db


def sentences(plan: models.Plan, *, blocks: bool) -> list[str]:
    return [one.sentence for one in findings.of(outlook.of(plan)) if one.blocks is blocks]


def test_a_plan_is_for_a_day_that_is_not_over_and_one_a_day(cast: None) -> None:
    with pytest.raises(errors.Unfit, match="過ぎた日"):
        scenes.planned(date(2026, 3, 19))
    scenes.planned()
    with pytest.raises(errors.NotNow, match="すでにあります"):
        scenes.planned()
    scenes.planned(date(2026, 5, 1))


def test_nobody_is_in_two_plans(cast: None) -> None:
    scenes.moves(scenes.planned(), "sato", "総務部 総務課")
    later = scenes.planned(date(2026, 5, 1))
    with pytest.raises(errors.InAnotherPlan, match="佐藤 美咲さん"):
        scenes.moves(later, "sato", "上下水道局")
    assert not later.moves.exists()


def test_a_cancelled_plan_lets_its_people_go(cast: None) -> None:
    plan, later = scenes.planned(), scenes.planned(date(2026, 5, 1))
    scenes.moves(plan, "sato", "総務部 総務課")
    actions.cancel(plan_id=plan.pk, municipality=city.morioka(), by=city.chida().actor, at=MARCH)
    scenes.moves(later, "sato", "上下水道局")


def test_a_department_that_begins_on_the_day_can_be_named_and_one_that_ends_before_cannot(cast: None) -> None:
    by, municipality = city.chida().actor, city.morioka()
    entry = directory.DepartmentEntry("デジタル推進課", scenes.department("総務部"))
    directory.add_department(municipality=municipality, entry=entry, begins_on=APRIL_1, by=by, at=MARCH)
    plan = scenes.planned()
    scenes.moves(plan, "sato", "総務部 デジタル推進課", "主任")
    ending = scenes.department("監査委員事務局")
    directory.end_department(
        department=ending, last_day=date(2026, 3, 31), successor=scenes.department("総務部"), by=by, at=MARCH
    )
    with pytest.raises(errors.Unfit, match="存在しません"):
        scenes.enter(plan, actions.Entry(Kind.MOVE, staff=scenes.staff("obara"), main=directory.Place(ending, "主査")))


Spoil = Callable[[models.Plan], object]


def the_last_administrator_leaves(plan: models.Plan) -> None:
    scenes.leaves(plan, "chida")


def the_last_administrator_gives_the_role_up(plan: models.Plan) -> None:
    second_administrator(plan, "obara")
    models.Move.objects.filter(plan=plan).update(roles=[])
    scenes.leaves(plan, "chida")


def only_an_administrator_until_june_stays(plan: models.Plan) -> None:
    access.RoleGrant.objects.create(staff=scenes.staff("obara"), role=Role.ADMINISTRATOR, ends_on=date(2026, 6, 30))
    scenes.leaves(plan, "chida")


def only_a_newcomer_becomes_administrator(plan: models.Plan) -> None:
    scenes.comes(plan, "murakami", "村上 葵", "総務部 総務課", roles=((Role.ADMINISTRATOR, False),))
    scenes.leaves(plan, "chida")


def only_one_without_an_account_becomes_administrator(plan: models.Plan) -> None:
    second_administrator(plan, "obara")
    access.Account.objects.filter(staff=scenes.staff("obara")).update(is_active=False)
    scenes.leaves(plan, "chida")


def second_administrator(plan: models.Plan, login: str) -> None:
    """By the plan itself."""
    scenes.moves(plan, login, "財政部", roles=((Role.ADMINISTRATOR, False),))


def who_has_left_is_to_move(plan: models.Plan) -> None:
    scenes.moves(plan, "obara", "財政部")
    directory_models.StaffMember.objects.filter(mail__startswith="obara@").update(left_on=date(2026, 3, 10))


def an_address_is_taken_meanwhile(plan: models.Plan) -> None:
    scenes.comes(plan, "murakami", "村上 葵", "総務部 総務課")
    scenes.colleague("murakami", "村上 葵", "総務部")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (the_last_administrator_leaves, "全体管理者が一人もいなくなります"),
        (the_last_administrator_gives_the_role_up, "全体管理者が一人もいなくなります"),
        (only_an_administrator_until_june_stays, "全体管理者が一人もいなくなります"),
        (only_a_newcomer_becomes_administrator, "全体管理者が一人もいなくなります"),
        (only_one_without_an_account_becomes_administrator, "全体管理者が一人もいなくなります"),
        (who_has_left_is_to_move, "退職が登録されています"),
        (an_address_is_taken_meanwhile, "ほかの職員が使用しています"),
        (lambda plan: None, "発令がありません"),
    ],
)
def test_what_stands_in_the_way_is_told_and_nothing_is_confirmed(cast: None, spoil: Spoil, sentence: str) -> None:
    plan = scenes.planned()
    spoil(plan)
    with pytest.raises(errors.NotReady, match=sentence):
        scenes.confirmed(plan)
    plan.refresh_from_db()
    assert plan.state == State.DRAFT


def test_a_title_without_consenter_and_a_department_without_approver_are_warned_of(cast: None) -> None:
    plan = scenes.planned()
    scenes.leaves(plan, "onodera")
    scenes.moves(plan, "suzuki", "総務部 総務課")
    told = "".join(sentences(plan, blocks=False))
    assert "「盛岡市長」の名義で合意できる職員が一人もいなくなります" in told
    assert "「財政部 契約検査課」に、承認者の役割を持つ職員がいなくなります" in told
    assert sentences(plan, blocks=True) == []
    with pytest.raises(errors.NotNow, match="確かめることが"):
        actions.confirm(plan_id=plan.pk, despite_warnings=False, by=city.chida(), at=MARCH)
    assert scenes.confirmed(plan).state == State.CONFIRMED


def test_roles_are_confirmed_only_by_who_may_grant_them_and_nobody_changes_their_own(cast: None) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部 契約検査課", roles=((Role.OFFICER, False),))
    with pytest.raises(errors.NotYours, match="全体管理者"):
        actions.confirm(plan_id=plan.pk, despite_warnings=True, by=city.oikawa(), at=MARCH)
    with pytest.raises(errors.NotYours, match="自分の役割"):
        scenes.moves(plan, "chida", "財政部", roles=((Role.OFFICER, False),))


def test_a_confirmed_plan_is_changed_only_after_it_was_taken_up_again(cast: None) -> None:
    plan = scenes.planned()
    move = scenes.moves(plan, "obara", "財政部")
    scenes.confirmed(plan)

    def drop() -> None:
        actions.drop(plan_id=plan.pk, move_id=move.pk, municipality=city.morioka(), by=city.chida().actor, at=MARCH)

    with pytest.raises(errors.NotNow, match="施行待ち"):
        drop()
    actions.reopen(plan_id=plan.pk, municipality=city.morioka(), by=city.chida().actor, at=MARCH)
    drop()
    assert not plan.moves.exists()


def test_another_body_has_no_part_in_it(cast: None) -> None:
    plan = scenes.planned()
    stranger = directory_models.StaffMember.objects.get(mail="takahashi@takizawa.example.jp")
    with pytest.raises(errors.Unfit, match="この団体の職員ではありません"):
        scenes.enter(plan, actions.Entry(Kind.LEAVE, staff=stranger))
    with pytest.raises(models.Plan.DoesNotExist):
        actions.cancel(plan_id=plan.pk, municipality=stranger.municipality, by=city.takahashi().actor, at=MARCH)


def test_a_role_within_the_old_department_does_not_go_along(cast: None) -> None:
    scenes.colleague("nitta", "新田 真", "財政部 契約検査課")
    access.RoleGrant.objects.create(
        staff=scenes.staff("nitta"), role=Role.OFFICER, department=scenes.department("財政部 契約検査課")
    )
    plan = scenes.planned()
    assert scenes.staff("nitta").pk in outlook.of(plan).workers
    scenes.moves(plan, "nitta", "総務部 総務課")
    assert scenes.staff("nitta").pk not in outlook.of(plan).workers


def test_the_day_after_the_day_it_is_too_late_to_confirm(cast: None) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部")
    with pytest.raises(errors.NotNow, match="発令日が過ぎて"):
        actions.confirm(plan_id=plan.pk, despite_warnings=True, by=city.chida(), at=scenes.MIDNIGHT + timedelta(days=1))


def test_who_is_in_a_group_stays_in_it_and_that_is_told_once_a_group(cast: None) -> None:
    by, municipality = city.chida().actor, city.morioka()
    group = directory.save_group(
        municipality=municipality, group_id=None, name="契約審査会", note="", by=by, at=scenes.MARCH
    )
    members = [scenes.staff(login).pk for login in ("obara", "konno", "suzuki")]
    directory.change_members(group=group, add=members, remove=[], by=by, at=scenes.MARCH)
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部")
    scenes.leaves(plan, "konno")
    (told,) = [one for one in sentences(plan, blocks=False) if "グループ" in one]
    assert "グループ「契約審査会」の構成員2人" in told
    scenes.done(scenes.confirmed(plan))
    assert group.members.filter(pk=scenes.staff("obara").pk).exists()
