"""Titles: their ground and days, who holds them, who drafts and consents in them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests import city
from warifu.directory import actions, errors, models, titles
from warifu.directory.actions import DeputyEntry, TitleEntry

pytestmark = pytest.mark.django_db

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
TODAY, MAY = date(2026, 4, 1), date(2026, 5, 1)
RULE = TitleEntry("盛岡市長", "rule", "盛岡市契約規則", "昭和40年規則第12号", begins_on=MAY)


def mayor() -> models.ContractingAuthority:
    found = titles.titles_of(city.morioka(), words="盛岡市長", standing=titles.Standing.IN_FORCE, today=TODAY).first()
    assert found is not None
    return found


def department(path: str) -> models.Department:
    return models.Department.objects.get(municipality=city.morioka(), path=path)


def usable(staff: models.StaffMember, *, valid: date | None = None, today: date = TODAY) -> list[str]:
    return [one.title for one in titles.usable_titles(staff, valid=valid, today=today)]


def test_another_ground_begins_where_the_old_one_ends_and_takes_its_people_along(cast: None) -> None:
    by = city.oikawa().actor
    actions.appoint_holder(title=mayor(), name="盛岡 太郎", begins_on=None, by=by, at=AT)
    actions.choose_title_users(title=mayor(), open_to_all=False, add=[city.sato().staff], by=by, at=AT)
    old = mayor()
    new = actions.replace_title(title=old, entry=RULE, by=by, at=AT)
    old.refresh_from_db()
    assert old.ends_on == date(2026, 4, 30)
    assert old.ground != new.ground, "what was used stays as it was"
    assert new.whole_ground == "盛岡市契約規則（昭和40年規則第12号）"
    assert list(new.consenters.all()) == list(old.consenters.all())
    assert [(one.name, one.begins_on) for one in new.holders.all()] == [("盛岡 太郎", MAY)]
    assert [str(one) for one in titles.uses_of(new)] == ["佐藤 美咲"]
    assert titles.standing_of(new, today=TODAY) is titles.Standing.COMING
    assert titles.standing_of(old, today=MAY) is titles.Standing.ENDED


def test_one_title_is_not_in_force_twice_on_one_day(cast: None) -> None:
    by = city.oikawa().actor
    with pytest.raises(errors.NameTaken):
        actions.save_title(municipality=city.morioka(), title=None, entry=RULE, by=by, at=AT)
    actions.end_title(title=mayor(), last_day=date(2026, 4, 30), by=by, at=AT)
    again = actions.save_title(municipality=city.morioka(), title=None, entry=RULE, by=by, at=AT)
    with pytest.raises(errors.NameTaken):
        actions.end_title(title=mayor(), last_day=MAY, by=by, at=AT)
    assert again.begins_on == MAY


def test_the_words_of_a_title_that_a_contract_used_are_not_corrected(cast: None, objects: Path) -> None:
    city.sent(objects, at=AT)
    by = city.oikawa().actor
    with pytest.raises(errors.StillInUse):
        actions.save_title(municipality=city.morioka(), title=mayor(), entry=TitleEntry("盛岡市市長"), by=by, at=AT)
    now = mayor()
    kept = TitleEntry(now.title, now.ground_kind, now.ground, ends_on=date(2027, 3, 31), position=9)
    assert actions.save_title(municipality=city.morioka(), title=now, entry=kept, by=by, at=AT).position == 9


def test_a_new_holder_ends_the_one_before_and_days_never_meet(cast: None) -> None:
    by = city.oikawa().actor
    first = actions.appoint_holder(title=mayor(), name="盛岡 太郎", begins_on=None, by=by, at=AT)
    second = actions.appoint_holder(title=mayor(), name="岩手 花子", begins_on=MAY, by=by, at=AT)
    first.refresh_from_db()
    assert first.ends_on == date(2026, 4, 30)
    with pytest.raises(errors.WrongDay):
        actions.appoint_holder(title=mayor(), name="北上 次郎", begins_on=date(2026, 4, 15), by=by, at=AT)
    with pytest.raises(errors.WrongDay):
        actions.end_holder(holder=first, last_day=MAY, by=by, at=AT)
    with pytest.raises(errors.NotNow):
        actions.end_holder(holder=first, last_day=MAY, by=by, at=AT + timedelta(days=60))
    actions.end_holder(holder=second, last_day=date(2030, 3, 31), by=by, at=AT)


def test_a_deputy_stands_for_the_holder_in_these_days(cast: None) -> None:
    by = city.oikawa().actor
    actions.appoint_holder(title=mayor(), name="盛岡 太郎", begins_on=None, by=by, at=AT)
    entry = DeputyEntry("盛岡市長職務代理者　盛岡市副市長", "北上 次郎", "病気療養", "地方自治法第152条第1項", TODAY)
    deputy = actions.deputise(title=mayor(), entry=entry, by=by, at=AT)
    with pytest.raises(errors.WrongDay):
        actions.deputise(title=mayor(), entry=entry, by=by, at=AT)
    actions.end_deputy(deputy=deputy, last_day=date(2026, 4, 30), by=by, at=AT)
    terms = titles.terms_of(mayor())
    today, later = terms.party_on(TODAY), terms.party_on(MAY)
    assert today is not None
    assert later is not None
    assert (today.name, today.reason, later.name) == ("北上 次郎", "病気療養", "盛岡 太郎")


def test_a_limited_title_is_offered_to_those_named_and_below_the_departments_named(cast: None) -> None:
    by, sato = city.oikawa().actor, city.sato().staff
    assert "盛岡市長" in usable(sato)
    actions.choose_title_users(title=mayor(), open_to_all=False, by=by, at=AT)
    assert "盛岡市長" not in usable(sato)
    assert not titles.may_use(sato, mayor(), today=TODAY)
    actions.choose_title_users(title=mayor(), open_to_all=False, add=[department("財政部")], by=by, at=AT)
    assert "盛岡市長" in usable(sato), "契約検査課 stands below 財政部"
    assert titles.may_use(sato, mayor(), today=TODAY)
    gone = [one.pk for one in titles.uses_of(mayor())]
    group = actions.save_group(municipality=city.morioka(), group_id=None, name="工事契約", note="", by=by, at=AT)
    actions.change_members(group=group, add=[sato.pk], remove=[], by=by, at=AT)
    actions.choose_title_users(title=mayor(), open_to_all=False, add=[group], remove=gone, by=by, at=AT)
    assert titles.may_use(sato, mayor(), today=TODAY)
    with pytest.raises(errors.StillInUse):
        actions.remove_group(group=group, by=by, at=AT)


def test_a_department_that_was_renamed_or_merged_keeps_its_titles(cast: None) -> None:
    by, sato = city.oikawa().actor, city.sato().staff
    actions.choose_title_users(title=mayor(), open_to_all=False, add=[department("財政部")], by=by, at=AT)
    actions.change_department(department=department("財政部"), name="財務部", parent=None, starts_on=MAY, by=by, at=AT)
    assert titles.may_use(sato, mayor(), today=MAY)
    other = department("総務部 総務課")
    staff = models.StaffMember.objects.filter(department=other).first()
    actions.choose_title_users(
        title=mayor(),
        open_to_all=False,
        add=[other],
        remove=[one.pk for one in titles.uses_of(mayor())],
        by=by,
        at=AT,
    )
    actions.end_department(
        department=other, last_day=date(2026, 4, 30), successor=department("財政部 契約検査課"), by=by, at=AT
    )
    assert titles.may_use(sato, mayor(), today=MAY), "the successor took it over"
    assert staff is None or titles.may_use(staff, mayor(), today=TODAY)


def test_titles_are_offered_for_the_day_of_the_contract(cast: None) -> None:
    by, sato = city.oikawa().actor, city.sato().staff
    actions.end_title(title=mayor(), last_day=date(2026, 4, 30), by=by, at=AT)
    assert "盛岡市長" in usable(sato, valid=date(2026, 4, 30))
    assert "盛岡市長" not in usable(sato, valid=MAY)
    assert "盛岡市長" not in usable(sato, today=MAY)


def test_an_administrator_is_told_what_is_wrong_with_a_title(cast: None) -> None:
    by = city.oikawa().actor

    def codes() -> set[str]:
        return {one.code for one in titles.warnings_of(mayor(), today=TODAY)}

    assert codes() == set()
    actions.appoint_holder(title=mayor(), name="盛岡 太郎", begins_on=None, ends_on=MAY, by=by, at=AT)
    assert codes() == {"vacant_soon"}
    actions.end_title(title=mayor(), last_day=date(2026, 5, 31), by=by, at=AT)
    assert codes() == {"vacant_soon", "ends_soon"}
    for one in models.Consenter.objects.filter(authority=mayor()):
        actions.remove_consenter(consenter=one, by=by, at=AT)
    assert "no_consenter" in codes()
    actions.name_consenter(title=mayor(), staff=city.suzuki().staff, ground="規程", by=by, at=AT)
    actions.leave(staff=city.suzuki().staff, last_day=MAY, by=by, at=AT)
    assert "consenter_leaves" in codes()
    assert "no_consenter" not in codes()


def test_somebody_of_another_body_neither_consents_nor_drafts(cast: None) -> None:
    by, takahashi = city.oikawa().actor, city.takahashi().staff
    with pytest.raises(errors.NotNow):
        actions.name_consenter(title=mayor(), staff=takahashi, ground="", by=by, at=AT)
    with pytest.raises(errors.NotNow):
        actions.choose_title_users(title=mayor(), open_to_all=True, add=[takahashi], by=by, at=AT)
    actions.choose_title_approvers(title=mayor(), add=[takahashi.pk], remove=[], by=by, at=AT)
    assert not mayor().approvers.exists()
    assert titles.title_of(takahashi.municipality, mayor().pk) is None
