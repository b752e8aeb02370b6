"""Files of addresses and delegates of firms: compared, shown, taken over; denied domains are told before."""

import pytest

from tests import city
from tests.directory import test_register as register
from warifu.directory import actions as directory
from warifu.directory import models
from warifu.integrations import sheets as leaving
from warifu.integrations.layouts import LAYOUTS
from warifu.integrations.reading import Encoding

from . import sheets

pytestmark = pytest.mark.django_db
ADDRESSES = "取引先の管理番号,区分,役職,氏名,メールアドレス,状態,停止・再開の理由"
DELEGATES = (
    "取引先の管理番号,支店・営業所,受任者の役職,受任者の氏名,メールアドレス,"
    "委任期間の始まり,委任期間の終わり,委任の根拠"
)


def deny(pattern: str) -> None:
    directory.add_recipient_rule(
        municipality=city.morioka(),
        pattern=pattern,
        verdict=models.RecipientVerdict.DENY,
        below=True,
        reason="誤送信",
        by=city.oikawa().actor,
        at=sheets.AT,
    )


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("name", ["addresses", "delegates"])
def test_an_export_read_back_changes_nothing(cast: None, name: str, encoding: Encoding) -> None:
    stopped = register.with_address()
    directory.stop_address(address=stopped, reason="退職", by=city.sato().actor, at=sheets.AT)
    register.with_address("saburo@example.jp", "工藤 三郎")
    register.with_delegate(ground_number="第12号")
    kind = LAYOUTS[name]
    written = leaving.of_register(city.oikawa(), kind, on=sheets.AT.date(), encoding=encoding)
    lines = written.content.decode("utf-8-sig" if encoding is Encoding.UTF8 else "cp932").splitlines()
    made = sheets.checked(name, *lines, encoding=encoding.value)
    assert sheets.told(made) == []
    assert made.unchanged == made.total == (2 if name == "addresses" else 1)


def test_several_addresses_of_a_firm_come_as_rows(cast: None) -> None:
    firm = city.iwate_kensetsu()
    one, two = (f"{firm.pk},担当者,,{name},{name}@example.jp,," for name in ("ichiro", "jiro"))
    sheets.imported("addresses", ADDRESSES, one, two)
    assert sorted(firm.addresses.values_list("name", flat=True)) == ["ichiro", "jiro"]
    changed = sheets.checked("addresses", ADDRESSES, one.replace("担当者,,", "担当者,課長,"), two[:-1] + "停止中,退職")
    assert sorted(one[0] for one in sheets.differences(changed)) == ["changed", "ending"]
    sheets.taken_over(changed)
    assert firm.addresses.get(name="ichiro").title == "課長"
    assert firm.addresses.get(name="jiro").stopped_reason == "退職"


def test_a_stop_without_a_reason_and_a_firm_that_is_not_there_are_wrong(cast: None) -> None:
    firm = city.iwate_kensetsu()
    theirs = models.Counterparty.objects.exclude(municipality=city.morioka()).first()
    assert theirs is not None
    made = sheets.checked(
        "addresses",
        ADDRESSES,
        f"{firm.pk},担当者,,甲,a@example.jp,停止中,",
        f"{theirs.pk},担当者,,乙,b@example.jp,,",
        f"{firm.pk},社長,,丙,c@example.jp,,",
    )
    assert made.wrong == 3


def test_delegates_come_with_their_days(cast: None) -> None:
    firm = city.iwate_kensetsu()
    row = f"{firm.pk},北支店,支店長,及川 北斗,kita@example.jp,R8.4.1,2027/3/31,委任状"
    sheets.imported("delegates", DELEGATES, row)
    assert str(firm.delegates.get().ends_on) == "2027-03-31"
    again = sheets.checked("delegates", DELEGATES, row)
    assert (again.unchanged, again.added) == (1, 0)
    wrong = sheets.checked("delegates", DELEGATES, row.replace("2027/3/31", "2026/3/31"))
    assert wrong.wrong == 1
    sheets.imported("delegates", DELEGATES, row.replace("2027/3/31", "2026/9/30"))
    assert str(firm.delegates.get().ends_on) == "2026-09-30"


@pytest.mark.parametrize(
    ("layout", "lines"),
    [
        ("counterparties", ("商号又は名称,契約締結権限者の氏名,メールアドレス", "新緑,新田,n@sub.example.net")),
        ("addresses", (ADDRESSES, "{firm},担当者,,甲,a@example.net,,")),
        ("delegates", (DELEGATES, "{firm},北支店,支店長,及川,k@example.net,R8.4.1,,委任状")),
    ],
)
def test_a_denied_domain_is_told_before_anything_is_written(cast: None, layout: str, lines: tuple[str, str]) -> None:
    deny("example.net")
    made = sheets.checked(layout, *(line.format(firm=city.iwate_kensetsu().pk) for line in lines))
    assert made.wrong == 1
    [problems] = [row.problems for row in made.rows.all()]
    assert problems[0][0] == "メールアドレス"
    assert "禁止されています" in problems[0][1]


def test_an_address_that_stands_there_already_is_no_new_recipient(cast: None) -> None:
    firm = city.iwate_kensetsu()
    deny(firm.mail.rpartition("@")[2])
    row = f"{firm.pk},{firm.name},盛岡市内丸9番,{firm.signatory_name},{firm.mail}"
    head = "管理番号,商号又は名称,所在地,契約締結権限者の氏名,メールアドレス"
    made = sheets.checked("counterparties", head, row)
    assert (made.changed, made.wrong) == (1, 0)


def test_a_day_of_change_keeps_what_stood_before(cast: None) -> None:
    firm = city.iwate_kensetsu()
    head = "管理番号,商号又は名称,契約締結権限者の氏名,メールアドレス,フリガナ,変更日"
    row = f"{firm.pk},岩手新建設株式会社,{firm.signatory_name},{firm.mail},イワテシンケンセツ,2026/3/1"
    sheets.imported("counterparties", head, row)
    assert [str(one.last_on) for one in firm.former.all()] == ["2026-02-28"]
    again = sheets.checked("counterparties", head, row)
    assert (again.unchanged, again.changed) == (1, 0)
    ahead = sheets.checked("counterparties", head, row.replace("岩手新", "岩手真").replace("3/1", "4/1"))
    assert ahead.wrong == 1
