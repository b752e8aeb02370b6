"""職員: who comes, is called otherwise, works in several places, leaves and comes back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests import city
from warifu.access import models as access_models
from warifu.access import queries as access
from warifu.agreements import actions as agreements
from warifu.agreements import errors as agreement_errors
from warifu.agreements import models as agreement_models
from warifu.audit import models as audit
from warifu.directory import actions, errors, models, people
from warifu.notifications import models as notifications

pytestmark = pytest.mark.django_db

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
TODAY = date(2026, 4, 1)


def place(path: str) -> models.Department:
    return models.Department.objects.get(municipality=city.morioka(), path=path)


def begin(staff: models.StaffMember, path: str, title: str, *, is_main: bool, on: date = TODAY) -> models.Post:
    return actions.begin_post(
        staff=staff, department=place(path), title=title, is_main=is_main, begins_on=on, by=city.chida().actor, at=AT
    )


def leave(staff: models.StaffMember, last_day: date = TODAY) -> models.StaffMember:
    return actions.leave(staff=staff, last_day=last_day, by=city.chida().actor, at=AT)


def test_what_was_done_stays_under_the_name_it_was_done_in(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=AT)
    city.municipality_consents(agreement, at=AT)
    staff = city.onodera().staff
    entry = actions.PersonEntry("佐々木 隆", staff.mail, "0007")
    changed = actions.change_person(staff=staff, entry=entry, by=city.chida().actor, at=AT)
    assert city.onodera().actor.name == changed.name == "佐々木 隆"
    consent = agreement_models.Consent.objects.get(staff=staff)
    assert consent.name == "小野寺 隆"
    line = audit.Entry.objects.filter(action="agreements.consent").order_by("-pk").first()
    assert line and (line.actor_name, line.actor_post) == ("小野寺 隆", "財政部 財政部長")
    told = audit.Entry.objects.get(action="directory.change_person")
    assert (told.facts["before"], told.facts["after"]) == (["小野寺 隆", ""], ["佐々木 隆", "0007"])


def test_addresses_and_numbers_belong_to_one_person(cast: None) -> None:
    sato, by = city.sato().staff, city.chida().actor
    with pytest.raises(errors.MailTaken):
        entry = actions.PersonEntry(sato.name, "Suzuki@Morioka.example.jp")
        actions.change_person(staff=sato, entry=entry, by=by, at=AT)
    actions.change_person(staff=sato, entry=actions.PersonEntry(sato.name, sato.mail, "7"), by=by, at=AT)
    with pytest.raises(errors.NumberTaken):
        suzuki = city.suzuki().staff
        entry = actions.PersonEntry(suzuki.name, suzuki.mail, "7")
        actions.change_person(staff=suzuki, entry=entry, by=by, at=AT)


def test_who_holds_several_posts_acts_in_the_chosen_one(cast: None) -> None:
    sato = city.sato().staff
    second = begin(sato, "総務部 総務課", "併任", is_main=False)
    account = access_models.Account.objects.get(staff=sato)
    main = access.person_of(account, ip=None, at=AT)
    chosen = access.person_of(account, ip=None, at=AT, post_id=second.pk)
    assert main and main.actor.post == "財政部 契約検査課 主任"
    assert chosen and chosen.actor.post == "総務部 総務課 併任"
    assert agreements.draft(by=chosen, at=AT).department == second.department
    actions.end_post(post=second, last_day=TODAY, by=city.chida().actor, at=AT)
    tomorrow = access.person_of(account, ip=None, at=AT + timedelta(days=1), post_id=second.pk)
    assert tomorrow and tomorrow.actor.post == "財政部 契約検査課 主任"


def test_nobody_acts_in_a_post_of_somebody_else(cast: None) -> None:
    theirs = models.Post.objects.get(staff=city.suzuki().staff)
    account = access_models.Account.objects.get(staff=city.sato().staff)
    person = access.person_of(account, ip=None, at=AT, post_id=theirs.pk)
    assert person and person.post and person.post.staff == city.sato().staff


def test_another_main_post_ends_the_one_before(cast: None) -> None:
    sato = city.sato().staff
    begin(sato, "総務部 総務課", "係長", is_main=True)
    sato.refresh_from_db()
    assert (sato.department.path, sato.title) == ("総務部 総務課", "係長")
    ended = models.Post.objects.get(staff=sato, department=place("財政部 契約検査課"))
    assert ended.ends_on == date(2026, 3, 31)
    with pytest.raises(errors.AlreadyPlanned):
        begin(sato, "総務部 総務課", "併任", is_main=False)
    with pytest.raises(errors.WrongDay, match="人事異動"):
        begin(sato, "財政部", "併任", is_main=False, on=date(2026, 4, 2))
    main = people.posts_of(sato, on=TODAY)[0]
    with pytest.raises(errors.NotNow, match="本務"):
        actions.end_post(post=main, last_day=TODAY, by=city.chida().actor, at=AT)


def test_nobody_leaves_with_work_in_hand(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    agreements.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    for one in (city.sato(), city.suzuki()):
        with pytest.raises(errors.StillInUse, match="引き継ぐ職員"):
            leave(one.staff)
    assert city.sato().staff.left_on is None


def test_work_is_handed_over_and_the_new_approver_is_asked(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    agreements.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    for mail, role in (("obara", "officer"), ("kikuchi", "approver")):
        access_models.RoleGrant.objects.create(staff=city.person(f"{mail}@morioka.example.jp").staff, role=role)
    obara, kikuchi = (city.person(f"{mail}@morioka.example.jp").staff for mail in ("obara", "kikuchi"))
    by = city.chida().actor
    with pytest.raises(agreement_errors.Incomplete):
        agreements.hand_over(agreement_id=agreement.pk, approver=obara, post=city.POST, by=by, at=AT)
    agreements.hand_over(agreement_id=agreement.pk, officer=obara, approver=kikuchi, post=city.POST, by=by, at=AT)
    agreement.refresh_from_db()
    assert (agreement.drafted_by, agreement.in_charge, agreement.approver) == (city.sato().staff, obara, kikuchi)
    asked = notifications.Message.objects.filter(kind="approval_request").values_list("to_mail", flat=True)
    assert set(asked) == {city.suzuki().staff.mail, kikuchi.mail}
    leave(city.sato().staff)
    leave(city.suzuki().staff)


def test_who_has_left_signs_in_no_more_from_the_day_after(cast: None) -> None:
    staff = leave(city.sato().staff)
    account = access_models.Account.objects.get(staff=staff)
    assert not access.has_left(account, at=datetime(2026, 4, 1, 14, 59, 59, tzinfo=UTC))
    assert access.has_left(account, at=datetime(2026, 4, 1, 15, 0, tzinfo=UTC))
    assert people.posts_of(staff, on=TODAY + timedelta(days=1)) == []
    with pytest.raises(errors.NotNow):
        leave(staff)


def test_who_comes_back_works_as_told(cast: None) -> None:
    staff = leave(city.sato().staff, date(2026, 3, 31))
    back = actions.come_back(
        staff=staff,
        department=place("総務部 総務課"),
        title="主査",
        begins_on=TODAY,
        by=city.chida().actor,
        at=AT,
    )
    assert back.left_on is None
    assert city.sato().actor.post == "総務部 総務課 主査"
    assert models.Post.objects.filter(staff=staff).count() == 2


def test_people_are_found_by_name_number_address_and_department(cast: None) -> None:
    def found(words: str) -> set[str]:
        hits = people.people_of(city.morioka(), words=words, left=False, on=TODAY)
        return set(hits.values_list("name", flat=True))

    assert found("契約検査課 佐藤") == {"佐藤 美咲"}
    assert found("suzuki@") == {"鈴木 健一"}
    assert found("高橋") == set(), "of another body"
    leave(city.person("konno@morioka.example.jp").staff, date(2026, 3, 31))
    assert found("今野") == set()


def test_a_group_takes_people_of_its_own_body_only(cast: None) -> None:
    by = city.chida().actor
    group = actions.save_group(municipality=city.morioka(), group_id=None, name="工事", note="", by=by, at=AT)
    both = [city.sato().staff.pk, city.takahashi().staff.pk]
    actions.change_members(group=group, add=both, remove=[], by=by, at=AT)
    assert [one.name for one in people.members_of(group, on=TODAY)] == ["佐藤 美咲"]
    with pytest.raises(errors.NameTaken):
        actions.save_group(municipality=city.morioka(), group_id=None, name="工事", note="", by=by, at=AT)
    actions.remove_group(group=group, by=by, at=AT)
    assert not models.Group.objects.exists()
