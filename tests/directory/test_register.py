"""The register of firms: several addresses, delegates, what stood before, and entries that are one firm."""

import dataclasses
from datetime import UTC, date, datetime

import pytest

from tests import city
from warifu.audit import models as audit
from warifu.directory import actions, errors, models, register
from warifu.directory.register import Delegation, Standing

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)


def entry(**changes: str) -> actions.CounterpartyEntry:
    firm = city.iwate_kensetsu()
    given = {field.name: getattr(firm, field.name) for field in dataclasses.fields(actions.CounterpartyEntry)}
    return actions.CounterpartyEntry(**given | changes)


def mended(changed_on: date | None = None, **changes: str) -> models.Counterparty:
    return actions.register_counterparty(
        municipality=city.morioka(),
        counterparty_id=city.iwate_kensetsu().pk,
        entry=entry(**changes),
        changed_on=changed_on,
        by=city.sato().actor,
        at=AT,
    )


def another(**changes: object) -> models.Counterparty:
    given: dict[str, object] = {"name": "岩手建設（株）", "signatory_name": "工藤 二郎", "mail": "second@example.jp"}
    return models.Counterparty.objects.create(municipality=city.morioka(), **given | changes)


def with_address(mail: str = "jiro@iwate-kensetsu.example.jp", name: str = "工藤 次郎") -> models.ContactAddress:
    return actions.save_address(
        counterparty_id=city.iwate_kensetsu().pk,
        address_id=None,
        entry=actions.AddressEntry(models.AddressKind.SIGNATORY, "専務取締役", name, mail),
        by=city.sato().actor,
        at=AT,
    )


def with_delegate(
    begins: date = date(2026, 4, 1), ends: date | None = date(2027, 3, 31), **changes: object
) -> models.Delegate:
    given: dict[str, object] = {"branch": "北東北支店", "title": "支店長", "name": "及川 北斗", "ground": "委任状"}
    given |= {"mail": "kita@iwate-kensetsu.example.jp", "begins_on": begins, "ends_on": ends}
    made = actions.DelegateEntry(**given | changes)  # type: ignore[arg-type]  # the tests' own values
    firm = city.iwate_kensetsu().pk
    return actions.save_delegate(counterparty_id=firm, delegate_id=None, entry=made, by=city.sato().actor, at=AT)


def merge(kept: models.Counterparty, merged: models.Counterparty) -> None:
    actions.merge_counterparties(kept_id=kept.pk, merged_id=merged.pk, reason="二重登録", by=city.sato().actor, at=AT)


def found(words: str, standing: Standing | None = Standing.IN_USE) -> list[str]:
    return [firm.name for firm in register.firms_of(city.morioka(), words=words, standing=standing)]


def test_a_firm_is_found_by_everything_that_people_know_of_it(cast: None) -> None:
    mended(kana="イワテケンセツ")
    with_address()
    with_delegate()
    number = city.iwate_kensetsu().corporate_number
    for words in ("岩手建設", "いわてけんせつ", number, "jiro@iwate-kensetsu", "及川", "北東北 いわて", "工藤 次郎"):
        assert found(words) == ["岩手建設株式会社"], words
    assert found("岩手 仙台") == []
    assert found("・・・") == [], "signs alone are no question"


def test_a_new_name_keeps_the_old_one_with_its_last_day(cast: None) -> None:
    firm = mended(date(2026, 5, 1), name="岩手ホールディングス株式会社", signatory_name="新任 太郎")
    assert [(one.name, one.last_on) for one in firm.former.all()] == [("岩手建設株式会社", date(2026, 4, 30))]
    assert register.entry_on(firm, date(2026, 4, 30)).name == "岩手建設株式会社"
    assert register.entry_on(firm, date(2026, 5, 1)).name == "岩手ホールディングス株式会社"
    assert found("岩手建設") == ["岩手ホールディングス株式会社"], "it is found by its former name too"


def test_a_mended_slip_leaves_no_history(cast: None) -> None:
    assert list(mended(address="盛岡市内丸1番").former.all()) == []


@pytest.mark.parametrize("day", [date(2026, 6, 2), date(2026, 5, 1)])
def test_a_change_lies_neither_ahead_nor_before_an_earlier_one(cast: None, day: date) -> None:
    mended(date(2026, 5, 1), name="岩手ホールディングス株式会社")
    with pytest.raises(errors.WrongChangeDay):
        actions.register_counterparty(
            municipality=city.morioka(),
            counterparty_id=models.Counterparty.objects.get(name="岩手ホールディングス株式会社").pk,
            entry=actions.CounterpartyEntry("次の名前", "", "", "", "工藤", "k@example.jp"),
            changed_on=day,
            by=city.sato().actor,
            at=AT,
        )


def test_a_stopped_firm_is_not_offered_and_comes_back(cast: None) -> None:
    firm = city.iwate_kensetsu()
    actions.stop_counterparty(counterparty_id=firm.pk, reason="休業のため", by=city.sato().actor, at=AT)
    assert found("岩手建設") == []
    assert found("岩手建設", Standing.STOPPED) == ["岩手建設株式会社"]
    with pytest.raises(errors.NotNow):
        actions.stop_counterparty(counterparty_id=firm.pk, reason="もう一度", by=city.sato().actor, at=AT)
    with pytest.raises(errors.ReasonMissing):
        actions.resume_counterparty(counterparty_id=firm.pk, reason=" ", by=city.sato().actor, at=AT)
    actions.resume_counterparty(counterparty_id=firm.pk, reason="営業を再開したため", by=city.sato().actor, at=AT)
    assert found("岩手建設") == ["岩手建設株式会社"]


def test_each_address_stands_under_the_rules_about_recipients(cast: None) -> None:
    actions.add_recipient_rule(
        municipality=city.morioka(),
        pattern="example.net",
        verdict=models.RecipientVerdict.DENY,
        below=True,
        reason="誤送信",
        by=city.oikawa().actor,
        at=AT,
    )
    for act in (lambda: with_address("a@example.net"), lambda: with_delegate(mail="b@example.net")):
        with pytest.raises(errors.RecipientDenied):
            act()
    held = with_address()
    actions.stop_address(address=held, reason="退職", by=city.sato().actor, at=AT)
    models.ContactAddress.objects.filter(pk=held.pk).update(mail="c@example.net")
    with pytest.raises(errors.RecipientDenied):
        actions.resume_address(address=held, reason="復職", by=city.sato().actor, at=AT)


def test_an_address_is_a_firm_s_once(cast: None) -> None:
    with_address()
    for mail in ("JIRO@iwate-kensetsu.example.jp", city.iwate_kensetsu().mail):
        with pytest.raises(errors.MailTaken):
            with_address(mail)


def test_a_delegation_has_its_days(cast: None) -> None:
    one = with_delegate()
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 1)]
    told = [Delegation.TO_COME, Delegation.HOLDS, Delegation.ENDS_SOON, Delegation.ENDS_SOON, Delegation.OVER]
    assert [register.delegation_on(one, day) for day in days] == told
    with pytest.raises(errors.WrongPeriod):
        with_delegate(date(2027, 3, 1), None)
    with_delegate(date(2027, 4, 1), None)
    with pytest.raises(errors.WrongPeriod):
        actions.end_delegate(delegate=one, last_day=date(2027, 4, 1), reason="異動", by=city.sato().actor, at=AT)
    actions.end_delegate(delegate=one, last_day=TODAY, reason="異動", by=city.sato().actor, at=AT)
    one.refresh_from_db()
    assert one.ends_on == TODAY


def test_merging_moves_what_the_kept_firm_has_not(cast: None) -> None:
    kept, merged = city.iwate_kensetsu(), another(kana="イワテケンセツ")
    with_address("shared@example.jp")
    for mail in ("shared@example.jp", "own@example.jp"):
        merged.addresses.create(kind="signatory", name="二重", mail=mail)
    merged.delegates.create(
        branch="南支店", title="支店長", name="南", mail="m@example.jp", begins_on=TODAY, ground="委任状"
    )
    actions.write_note(counterparty_id=merged.pk, text="電話は午後に。", by=city.sato().actor, at=AT)
    merge(kept, merged)
    kept.refresh_from_db()
    mails = set(kept.addresses.values_list("mail", flat=True))
    assert mails == {"shared@example.jp", "own@example.jp", "second@example.jp"}
    assert (kept.delegates.count(), kept.notes.count(), kept.kana) == (1, 1, "イワテケンセツ")
    assert found("second@example.jp") == ["岩手建設株式会社"]
    assert found("", Standing.MERGED) == ["岩手建設（株）"]
    last = audit.Entry.objects.order_by("pk").last()
    assert last is not None
    assert last.action == "directory.merge_counterparties"
    with pytest.raises(errors.NotNow, match="統合されています"):
        actions.stop_counterparty(counterparty_id=merged.pk, reason="x", by=city.sato().actor, at=AT)
    with pytest.raises(errors.NotNow):
        merge(kept, merged)


def test_what_may_be_one_firm_is_found_by_number_and_by_name(cast: None) -> None:
    assert register.duplicates_of(city.morioka()) == []
    twin = another(corporate_number=city.iwate_kensetsu().corporate_number, name="北の岩手建設")
    groups = [{firm.name for firm in group} for group in register.duplicates_of(city.morioka())]
    assert groups == [{"岩手建設株式会社", "北の岩手建設"}]
    actions.stop_counterparty(counterparty_id=twin.pk, reason="休業", by=city.sato().actor, at=AT)
    assert register.duplicates_of(city.morioka()) == []


def test_a_firm_of_another_municipality_is_not_merged(cast: None) -> None:
    theirs = models.Counterparty.objects.exclude(municipality=city.morioka()).first()
    assert theirs is not None
    with pytest.raises(errors.NotNow):
        merge(city.iwate_kensetsu(), theirs)
