"""A plan is done at 0:00 JST of its day: posts, roles, accounts, work in hand; what was done stays as it was."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests import city
from tests.transfers import scenes
from tests.transfers.scenes import APRIL_1, MARCH, MIDNIGHT
from warifu.access import administrators as access_administrators
from warifu.access import models as access
from warifu.access import queries as access_queries
from warifu.access.rights import Role
from warifu.agreements import accession, sealing
from warifu.agreements import actions as agreements
from warifu.agreements import models as agreement_models
from warifu.agreements import queries as agreement_queries
from warifu.audit import models as audit
from warifu.directory import actions as directory
from warifu.notifications import models as mails
from warifu.transfers import actions, applying, errors, models, outlook, queries
from warifu.transfers.models import Kind, Part, State

pytestmark = pytest.mark.django_db
OLD, NEW = "財政部 契約検査課", "総務部 総務課"


def in_charge(agreement: agreement_models.Agreement) -> str:
    return agreement_models.Agreement.objects.get(pk=agreement.pk).in_charge.name


def test_nothing_happens_before_midnight_in_japan_nor_unconfirmed_nor_after_a_cancellation(cast: None) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW, "係長")
    before = scenes.posts("sato")
    scenes.done(plan)
    scenes.confirmed(plan)
    assert queries.due(today=date(2026, 3, 31), at=MIDNIGHT - timedelta(seconds=1)) == []
    scenes.done(plan, MIDNIGHT - timedelta(seconds=1))
    assert scenes.posts("sato") == before
    actions.cancel(plan_id=plan.pk, municipality=city.morioka(), by=city.chida().actor, at=MARCH)
    scenes.done(plan)
    assert scenes.posts("sato") == before
    assert queries.due(today=APRIL_1, at=MIDNIGHT) == []


def test_at_midnight_people_move_leave_come_and_get_their_roles(cast: None) -> None:
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER)
    plan = scenes.planned()
    beside = (directory.Place(scenes.department("財政部"), "併任"),)
    scenes.moves(plan, "sato", NEW, "係長", beside=beside, roles=((Role.READER, False), (Role.OFFICER, True)))
    scenes.leaves(plan, "obara")
    scenes.comes(plan, "murakami", "村上 葵", OLD, roles=((Role.OFFICER, True),))
    scenes.confirmed(plan)
    assert queries.due(today=APRIL_1, at=MIDNIGHT) == [plan.pk]
    assert scenes.done(plan).state == State.DONE
    assert scenes.posts("sato") == [(NEW, "係長", True), ("財政部", "併任", False)]
    assert scenes.posts("sato", date(2026, 3, 31)) == [(OLD, "主任", True)]
    assert scenes.roles("sato") == {("reader", None), ("officer", NEW)}
    assert scenes.roles("murakami") == {("officer", OLD)}
    assert scenes.staff("obara").left_on == date(2026, 3, 31)
    assert scenes.roles("obara") == set()
    assert access_queries.has_left(scenes.staff("obara").account, at=MIDNIGHT)
    told = mails.Message.objects.filter(kind="account_moved")
    assert [one.to_mail for one in told] == ["sato@morioka.example.jp"]
    assert "総務部 総務課 係長" in told[0].body
    assert mails.Message.objects.filter(kind="account_invited", to_mail__startswith="murakami@").count() == 1
    assert queries.due(today=APRIL_1, at=MIDNIGHT) == []


def test_who_is_signed_in_at_midnight_and_leaves_is_signed_out(cast: None) -> None:
    account = scenes.staff("obara").account
    session = access.Session.objects.create(
        account=account, methods="password", began_at=MARCH, seen_at=MARCH, proved_at=MARCH
    )
    plan = scenes.planned()
    scenes.leaves(plan, "obara")
    scenes.done(scenes.confirmed(plan))
    session.refresh_from_db()
    account.refresh_from_db()
    assert (session.ended_why, account.is_active) == ("closed", False)


def test_a_reorganisation_of_the_same_day_goes_before_it(cast: None) -> None:
    by = city.chida().actor
    directory.change_department(
        department=scenes.department("総務部"), name="総合政策部", parent=None, starts_on=APRIL_1, by=by, at=MARCH
    )
    plan = scenes.planned()
    # 千田 and 小原 both stand below what is renamed; 小原 moves within it, 佐藤 comes.
    scenes.moves(plan, "sato", NEW, "係長")
    scenes.moves(plan, "obara", OLD, "主査")
    scenes.done(scenes.confirmed(plan))
    assert scenes.posts("sato") == [("総合政策部 総務課", "係長", True)]
    assert scenes.posts("obara") == [(OLD, "主査", True)]
    assert scenes.posts("chida") == [("総合政策部 総務課", "係長", True)]


def test_what_a_mover_cannot_keep_goes_to_a_colleague_and_links_stay_alive(cast: None, objects: Path) -> None:
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER, title="主任")
    scenes.colleague("aiba", "相場 一", NEW, Role.OFFICER)
    agreement = city.sent(objects, at=MARCH)
    link = access.Invitation.objects.get(revoked_at=None)
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW, "係長")
    scenes.done(scenes.confirmed(plan))
    assert in_charge(agreement) == "新田 真"
    link.refresh_from_db()
    assert link.revoked_at is None
    assert access_queries.invitation(link.pk, at=MIDNIGHT) is not None
    assert agreement_queries.party(city.party(agreement, agreement_models.Side.COUNTERPARTY).pk) is not None
    found = agreement_models.Agreement.objects.get(pk=agreement.pk)
    assert (found.drafted_by.name, found.department.path) == ("佐藤 美咲", OLD)


def test_who_stays_in_the_department_keeps_what_is_in_hand(cast: None, objects: Path) -> None:
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER)
    agreement = city.sent(objects, at=MARCH)
    plan = scenes.planned()
    scenes.moves(plan, "sato", OLD, "係長")
    scenes.done(scenes.confirmed(plan))
    assert in_charge(agreement) == "佐藤 美咲"


def test_a_pending_approval_goes_to_somebody_who_did_not_draft_it(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=MARCH)
    agreements.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=MARCH)
    access.RoleGrant.objects.create(staff=scenes.staff("sato"), role=Role.APPROVER)
    scenes.colleague("nitta", "新田 真", OLD, Role.APPROVER)
    plan = scenes.planned()
    scenes.moves(plan, "suzuki", NEW)
    scenes.done(scenes.confirmed(plan))
    found = agreement_models.Agreement.objects.get(pk=agreement.pk)
    assert found.approver is not None
    assert found.approver.name == "新田 真"
    asked = mails.Message.objects.filter(kind="approval_request").order_by("queued_at")
    assert [one.to_name for one in asked] == ["鈴木 健一", "新田 真"]


def test_without_anybody_near_somebody_has_to_be_chosen_before(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=MARCH)
    scenes.colleague("aiba", "相場 一", NEW, Role.OFFICER)
    plan = scenes.planned()
    scenes.leaves(plan, "sato")
    with pytest.raises(errors.NotReady, match="引き継ぐ職員が決まっていません"):
        scenes.confirmed(plan)
    choose(plan, agreement, "aiba")
    scenes.done(scenes.confirmed(plan))
    assert in_charge(agreement) == "相場 一"


def test_nobody_is_chosen_who_would_approve_their_own(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=MARCH)
    access.RoleGrant.objects.create(staff=scenes.staff("suzuki"), role=Role.OFFICER)
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW)
    assert outlook.of(plan).successors[agreement.pk, Part.OFFICER] is None
    with pytest.raises(errors.Unfit, match="承認者になるため"):
        choose(plan, agreement, "suzuki")


def choose(plan: models.Plan, agreement: agreement_models.Agreement, login: str, part: Part = Part.OFFICER) -> None:
    actions.choose(
        plan_id=plan.pk,
        tasks=[(agreement.pk, part)],
        successor=scenes.staff(login),
        municipality=city.morioka(),
        post=city.POST,
        by=city.chida().actor,
        at=MARCH,
    )


def test_what_was_drafted_after_the_confirmation_is_handed_over_too_or_told(cast: None, objects: Path) -> None:
    plan = scenes.planned()
    scenes.leaves(plan, "sato")
    scenes.confirmed(plan)
    agreement = city.sent(objects, at=MARCH)
    scenes.done(plan)
    assert plan.state == State.DONE
    assert scenes.staff("sato").left_on == date(2026, 3, 31)
    assert [one.agreement_id for one in queries.unfinished(plan)] == [agreement.pk]
    scenes.colleague("aiba", "相場 一", NEW, Role.OFFICER)
    choose(plan, agreement, "aiba")
    assert in_charge(agreement) == "相場 一"
    assert not queries.unfinished(plan).exists()


def test_a_killed_worker_leaves_whole_portions_and_the_next_goes_on(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins = [f"c{number}" for number in range(5)]
    for login in logins:
        scenes.colleague(login, f"職員 {login}", OLD, Role.OFFICER)
    plan = scenes.planned()
    for login in logins:
        scenes.moves(plan, login, NEW)
    scenes.confirmed(plan)
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    real, calls = directory.transfer, []

    def dies_at_the_second(**given: object) -> int:
        calls.append(given)
        count = real(**given)  # type: ignore[arg-type]  # handed on as they came
        if len(calls) == 2:
            raise KeyboardInterrupt
        return count

    monkeypatch.setattr(directory, "transfer", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        applying.advance(plan_id=plan.pk, tools=scenes.tools(), at=MIDNIGHT)
    assert plan.moves.filter(moved=True).count() == 2
    monkeypatch.setattr(directory, "transfer", real)
    # The dead one held the plan: nobody else touches it until its lease is over.
    models.Plan.objects.filter(pk=plan.pk).update(working_until=MIDNIGHT + timedelta(seconds=30))
    assert applying.advance(plan_id=plan.pk, tools=scenes.tools(), at=MIDNIGHT) is applying.Outcome.BUSY
    scenes.done(plan, MIDNIGHT + timedelta(seconds=31))
    assert {scenes.posts(login)[0][0] for login in logins} == {NEW}
    assert audit.Entry.objects.filter(action="directory.transfer").count() == 5
    assert mails.Message.objects.filter(kind="account_moved").count() == 5


def test_one_that_does_not_fit_any_more_stops_no_other(cast: None) -> None:
    plan = scenes.planned()
    for login in ("sato", "obara", "konno"):
        scenes.moves(plan, login, "上下水道局")
    scenes.comes(plan, "murakami", "村上 葵", OLD)
    scenes.confirmed(plan)
    scenes.colleague("murakami", "村上 葵", "総務部")
    by = city.chida().actor
    directory.leave(staff=scenes.staff("obara"), last_day=date(2026, 3, 25), by=by, at=MARCH)
    scenes.done(plan)
    assert plan.state == State.DONE
    assert sorted(plan.moves.exclude(problem="").values_list("name", flat=True)) == ["小原 律子", "村上 葵"]
    assert [scenes.posts(login)[0][0] for login in ("sato", "konno")] == ["上下水道局", "上下水道局"]


def administrators() -> list[str]:
    return [one.name for one in access_administrators.lasting(city.morioka(), on=APRIL_1)]


def test_one_administrator_follows_another_at_the_same_midnight(cast: None) -> None:
    plan = scenes.planned()
    scenes.leaves(plan, "chida")
    scenes.moves(plan, "obara", NEW, "係長", roles=((Role.ADMINISTRATOR, False),))
    scenes.done(scenes.confirmed(plan))
    assert not plan.moves.exclude(problem="").exists()
    assert administrators() == ["小原 律子"]
    assert scenes.staff("chida").left_on == date(2026, 3, 31)


def test_who_became_the_last_administrator_meanwhile_stays_and_is_told_and_the_others_go(cast: None) -> None:
    access.RoleGrant.objects.create(staff=scenes.staff("obara"), role=Role.ADMINISTRATOR)
    plan = scenes.planned()
    scenes.leaves(plan, "chida")
    scenes.leaves(plan, "konno")
    scenes.moves(plan, "sato", NEW, "係長")
    scenes.confirmed(plan)
    access.RoleGrant.objects.filter(staff=scenes.staff("obara"), role=Role.ADMINISTRATOR).delete()
    assert scenes.done(plan).state == State.DONE
    (left_undone,) = plan.moves.exclude(problem="")
    assert left_undone.name == "千田 学"
    assert "ほかの職員に全体管理者の役割を付与してから" in left_undone.problem
    assert administrators() == ["千田 学"]
    assert (scenes.staff("chida").left_on, scenes.staff("chida").account.is_active) == (None, True)
    assert scenes.posts("chida") == [(NEW, "係長", True)]
    assert (scenes.posts("sato"), scenes.posts("konno")) == ([(NEW, "係長", True)], [])
    assert audit.Entry.objects.filter(action="directory.transfer", target=f"staff:{left_undone.staff_id}").count() == 0


def test_when_the_next_administrator_cannot_be_one_the_first_stays(cast: None) -> None:
    plan = scenes.planned()
    scenes.leaves(plan, "chida")
    scenes.moves(plan, "obara", NEW, "係長", roles=((Role.ADMINISTRATOR, False),))
    scenes.confirmed(plan)
    directory.leave(staff=scenes.staff("obara"), last_day=date(2026, 3, 25), by=city.chida().actor, at=MARCH)
    scenes.done(plan)
    assert sorted(plan.moves.exclude(problem="").values_list("name", flat=True)) == ["千田 学", "小原 律子"]
    assert administrators() == ["千田 学"]


def test_what_somebody_did_stays_under_the_name_and_post_of_then(cast: None, bench: city.Trial, objects: Path) -> None:
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER)
    now = datetime.now(UTC)
    agreement = city.sent(objects, at=now)
    plan = scenes.planned()
    scenes.moves(plan, "suzuki", "上下水道局", "次長")
    scenes.moves(plan, "onodera", "上下水道局", "参事")
    city.counterparty_consents(agreement, at=now)
    city.municipality_consents(agreement, at=now)
    scenes.done(scenes.confirmed(plan))
    directory.change_person(
        staff=scenes.staff("suzuki"),
        entry=directory.PersonEntry("田村 健一", "suzuki@morioka.example.jp"),
        by=city.chida().actor,
        at=now,
    )
    found = agreement_models.Agreement.objects.get(pk=agreement.pk)
    told = accession._approval(found)
    assert told is not None
    assert (told.department, told.name) == (f"{OLD} 課長補佐", "鈴木 健一")
    line = audit.Entry.objects.get(action="agreements.approve")
    assert (line.actor_post, line.actor_name) == (f"{OLD} 課長補佐", "鈴木 健一")
    consent = agreement_models.Consent.objects.get(staff=scenes.staff("onodera"))
    assert consent.name == "小野寺 隆"
    assert "参事" not in consent.title
    # What is under way goes on: it is sealed and kept as if nobody had moved.
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now) is sealing.Outcome.CONCLUDED


def test_undoing_leads_back_by_another_plan(cast: None, objects: Path) -> None:
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER)
    agreement = city.sent(objects, at=MARCH)
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW, "係長", roles=((Role.READER, False),))
    scenes.leaves(plan, "obara")
    scenes.comes(plan, "murakami", "村上 葵", OLD)
    scenes.done(scenes.confirmed(plan))
    assert in_charge(agreement) == "新田 真"
    at = MIDNIGHT + timedelta(days=2)
    back = actions.undo(plan_id=plan.pk, effective_on=date(2026, 4, 3), by=city.chida(), at=at)
    assert {(move.name, Kind(move.kind)) for move in back.moves.all()} == {
        ("佐藤 美咲", Kind.MOVE),
        ("小原 律子", Kind.BACK),
        ("村上 葵", Kind.LEAVE),
    }
    actions.confirm(plan_id=back.pk, despite_warnings=True, by=city.chida(), at=at)
    scenes.done(back, MIDNIGHT + timedelta(days=2, seconds=1))
    day = date(2026, 4, 3)
    assert scenes.posts("sato", day) == [(OLD, "主任", True)]
    assert scenes.roles("sato", day) == {("officer", None)}
    assert scenes.posts("obara", day) == [(NEW, "主査", True)]
    assert scenes.staff("obara").account.is_active
    assert scenes.staff("murakami").left_on == date(2026, 4, 2)
    assert in_charge(agreement) == "佐藤 美咲"
