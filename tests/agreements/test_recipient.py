"""Whom of a firm a contract asks: chosen from the register, fixed when it is sent."""

from datetime import date
from pathlib import Path

import pytest

from tests import city
from tests.conftest import AT
from tests.directory import test_register as register
from warifu.agreements import actions, errors, models, queries, recipient
from warifu.directory import actions as directory
from warifu.directory import models as directory_models
from warifu.directory.actions.counterparties import CounterpartyEntry

pytestmark = pytest.mark.django_db


def chosen(agreement: models.Agreement, **who: object) -> models.Agreement:
    return actions.choose_counterparty(
        agreement_id=agreement.pk,
        counterparty=city.iwate_kensetsu(),
        by=city.sato(),
        at=AT,
        **who,  # type: ignore[arg-type]  # contact_address or delegate
    )


def sent(agreement: models.Agreement) -> models.Party:
    given = {"post": city.POST, "at": AT}
    actions.submit(agreement_id=agreement.pk, by=city.sato(), **given)  # type: ignore[arg-type]
    facts = city.facts(agreement.pk)
    actions.approve(agreement_id=agreement.pk, same_as_decided=True, shown_facts=facts, by=city.suzuki(), **given)  # type: ignore[arg-type]
    actions.send(agreement_id=agreement.pk, by=city.sato(), **given)  # type: ignore[arg-type]
    return city.party(agreement, models.Side.COUNTERPARTY)


def test_a_delegate_is_asked_under_the_branch_and_the_ground_stays(cast: None, objects: Path) -> None:
    delegate = register.with_delegate(ground_number="第12号", ground_on=date(2026, 3, 20))
    agreement = chosen(city.drafted(objects, at=AT), delegate=delegate)
    party = sent(agreement)
    assert (party.organisation, party.title, party.name) == ("岩手建設株式会社", "北東北支店 支店長", "及川 北斗")
    assert party.mail == delegate.mail
    assert party.ground == "委任状（第12号、令和8年3月20日（金））"
    directory_models.Delegate.objects.update(name="別の 人物")
    consent = city.counterparty_consents(agreement, at=AT)
    assert (consent.name, consent.ground) == ("及川 北斗", party.ground)


def test_another_signatory_is_asked_at_their_own_address(cast: None, objects: Path) -> None:
    address = register.with_address()
    party = sent(chosen(city.drafted(objects, at=AT), contact_address=address))
    assert (party.title, party.name, party.mail) == ("専務取締役", "工藤 次郎", "jiro@iwate-kensetsu.example.jp")
    assert party.ground == ""


@pytest.mark.parametrize("begins", [date(2026, 4, 2), date(2025, 4, 1)])
def test_a_delegate_must_have_power_on_the_contract_s_day(cast: None, objects: Path, begins: date) -> None:
    agreement = city.drafted(objects, at=AT)
    delegate = register.with_delegate(begins, begins.replace(year=begins.year + 1, month=3, day=31))
    with pytest.raises(errors.Incomplete, match="委任期間の外"):
        chosen(agreement, delegate=delegate)
    agreement.refresh_from_db()
    assert agreement.delegate is None


def test_a_delegation_that_ends_before_the_answer_is_warned_of(cast: None, objects: Path) -> None:
    delegate = register.with_delegate(date(2026, 3, 1), date(2026, 4, 3))
    agreement = chosen(city.drafted(objects, at=AT, contract_on=date(2026, 4, 1)), delegate=delegate)
    assert [one.code for one in recipient.warnings(agreement, at=AT)] == []
    later = AT.replace(day=6)
    assert [one.code for one in recipient.warnings(agreement, at=later)] == ["delegation_ends"]


def test_who_prepares_contracts_is_not_asked_to_conclude_them(cast: None, objects: Path) -> None:
    contact = directory_models.ContactAddress.objects.create(
        counterparty=city.iwate_kensetsu(), kind="contact", name="担当", mail="tanto@example.jp"
    )
    with pytest.raises(errors.Incomplete, match="担当者の宛先"):
        chosen(city.drafted(objects, at=AT), contact_address=contact)


def test_a_firm_that_is_stopped_meanwhile_is_not_sent_to(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    directory.stop_counterparty(
        counterparty_id=city.iwate_kensetsu().pk, reason="休業のため", by=city.sato().actor, at=AT
    )
    with pytest.raises(errors.Incomplete, match="利用を停止"):
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def test_an_address_that_is_stopped_meanwhile_is_not_sent_to(cast: None, objects: Path) -> None:
    address = register.with_address()
    agreement = chosen(city.drafted(objects, at=AT), contact_address=address)
    directory.stop_address(address=address, reason="退職のため", by=city.sato().actor, at=AT)
    with pytest.raises(errors.Incomplete, match="使用を停止"):
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def test_an_approval_is_of_the_person_who_was_shown(cast: None, objects: Path) -> None:
    agreement = chosen(city.drafted(objects, at=AT), contact_address=register.with_address())
    before = queries.facts_digest(agreement)
    directory_models.ContactAddress.objects.update(mail="other@example.jp")
    assert queries.facts_digest(models.Agreement.objects.get(pk=agreement.pk)) != before


def test_drafts_go_on_with_the_kept_firm_and_ask_the_same_person(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    merged = city.iwate_kensetsu()
    kept = register.another()
    directory.merge_counterparties(kept_id=kept.pk, merged_id=merged.pk, reason="二重登録", by=city.sato().actor, at=AT)
    agreement.refresh_from_db()
    assert agreement.counterparty == kept
    asked = recipient.recipient_of(agreement)
    assert asked is not None
    assert (asked.name, asked.mail) == (merged.signatory_name, merged.mail)


def test_what_waits_for_approval_is_not_sent_to_a_merged_firm(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    directory.merge_counterparties(
        kept_id=register.another().pk,
        merged_id=city.iwate_kensetsu().pk,
        reason="二重登録",
        by=city.sato().actor,
        at=AT,
    )
    agreement.refresh_from_db()
    assert agreement.counterparty == city.iwate_kensetsu()
    assert any("統合されています" in one for one in recipient.problems(agreement))


def test_a_name_that_changed_after_the_contract_s_day_is_told(cast: None, objects: Path) -> None:
    firm = city.iwate_kensetsu()
    agreement = city.drafted(objects, at=AT, contract_on=date(2026, 3, 30))
    new = CounterpartyEntry("岩手新建設株式会社", "", "", firm.signatory_title, firm.signatory_name, firm.mail)
    directory.register_counterparty(
        municipality=city.morioka(),
        counterparty_id=firm.pk,
        entry=new,
        changed_on=date(2026, 4, 1),
        by=city.sato().actor,
        at=AT,
    )
    told = recipient.warnings(models.Agreement.objects.get(pk=agreement.pk), at=AT)
    assert [one.code for one in told] == ["entry_then"]
    assert "岩手建設株式会社" in told[0].sentence


def test_another_firm_is_asked_through_its_representative(cast: None, objects: Path) -> None:
    agreement = chosen(city.drafted(objects, at=AT), delegate=register.with_delegate())
    actions.choose_parties(
        agreement_id=agreement.pk,
        counterparty=register.another(),
        approver=agreement.approver,
        counterparty_first=True,
        by=city.sato(),
        at=AT,
    )
    agreement.refresh_from_db()
    assert agreement.delegate is None
