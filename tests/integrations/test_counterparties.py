"""A file of firms: compared, shown, taken over; never half, never twice."""

from datetime import timedelta

import pytest

from tests import city
from warifu.audit import models as audit
from warifu.directory import models as directory
from warifu.integrations import actions, errors, models, policies
from warifu.integrations import sheets as leaving
from warifu.integrations.layouts import LAYOUTS
from warifu.integrations.models import State
from warifu.integrations.reading import Encoding

from . import sheets

pytestmark = pytest.mark.django_db
HEAD = "法人番号,商号又は名称,所在地,契約締結権限者の役職,契約締結権限者の氏名,メールアドレス"
NEW = ",株式会社新緑造園,盛岡市架空町1-1,代表取締役,新田 太郎,nitta@example.jp"
FIRMS = LAYOUTS["counterparties"]


def exported(encoding: Encoding = Encoding.UTF8) -> list[str]:
    written = leaving.of_register(city.oikawa(), FIRMS, on=sheets.AT.date(), encoding=encoding)
    return written.content.decode("utf-8-sig" if encoding is Encoding.UTF8 else "cp932").splitlines()


def firms() -> list[str]:
    return sorted(directory.Counterparty.objects.filter(municipality=city.morioka()).values_list("name", flat=True))


def acts() -> list[str]:
    return list(audit.Entry.objects.filter(ledger__name=city.MORIOKA).order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize("encoding", Encoding)
def test_an_export_read_back_changes_nothing(cast: None, encoding: Encoding) -> None:
    directory.Counterparty.objects.filter(name="岩手建設株式会社").update(signatory_name="𠮷田 葛󠄀彦", address="=1+1〜2")
    made = sheets.checked("counterparties", *exported(encoding), encoding=encoding.value)
    assert sheets.told(made) == []
    assert sheets.differences(made) == []
    assert made.unchanged == made.total == len(firms())


def test_firms_are_added_and_changed_after_somebody_has_seen_it(cast: None) -> None:
    before = firms()
    firm = city.iwate_kensetsu()
    made = sheets.checked(
        "counterparties",
        f"管理番号,{HEAD}",
        f",{NEW}",
        f"{firm.pk},{firm.corporate_number},{firm.name},盛岡市内丸2番,{firm.signatory_title},{firm.signatory_name},{firm.mail}",
    )
    assert made.state == State.CHECKED
    assert (made.added, made.changed, made.unchanged, made.wrong) == (1, 1, 0, 0)
    assert sheets.differences(made)[1] == ("changed", firm.name, [["所在地", firm.address, "盛岡市内丸2番"]])
    assert firms() == before, "nothing changes before it is confirmed"
    lines = len(acts())
    sheets.taken_over(made)
    assert firms() == sorted([*before, "株式会社新緑造園"])
    firm.refresh_from_db()
    assert firm.address == "盛岡市内丸2番"
    assert directory.Counterparty.objects.get(name="株式会社新緑造園").search_key
    assert acts()[lines:] == [
        "integrations.confirm",
        "directory.register_counterparty",
        "directory.register_counterparty",
        "integrations.finish",
    ]


def test_the_same_file_twice_changes_nothing_the_second_time(cast: None) -> None:
    sheets.imported("counterparties", HEAD, NEW)
    again = sheets.checked("counterparties", HEAD, NEW)
    assert (again.added, again.unchanged) == (0, 1)
    with pytest.raises(errors.NotNow, match="取り込む行がありません"):
        sheets.taken_over(again)


def test_a_column_that_is_not_there_changes_nothing(cast: None) -> None:
    firm = city.iwate_kensetsu()
    made = sheets.imported(
        "counterparties",
        "管理番号,商号又は名称,代表者,メール",
        f"{firm.pk},{firm.name},工藤 正二,{firm.mail}",
    )
    assert made.done == 1
    after = directory.Counterparty.objects.get(pk=firm.pk)
    assert (after.signatory_name, after.address, after.corporate_number) == (
        "工藤 正二",
        firm.address,
        firm.corporate_number,
    )


@pytest.mark.parametrize(
    ("line", "column", "told"),
    [
        (",,盛岡市,社長,新田,n@example.jp", "商号又は名称", "空欄です"),
        ("1234567890123,新緑,盛岡市,社長,新田,n@example.jp", "法人番号", "検査数字"),
        (",新緑,盛岡市,社長,新田,nitta", "メールアドレス", "メールアドレスの形ではありません"),
        (",=cmd|' /C calc'!A0,盛岡市,社長,新田,n@example.jp", "商号又は名称", "数式として実行"),
        (",新\u202e緑,盛岡市,社長,新田,n@example.jp", "商号又は名称", "U+202E"),
        (",新\x00緑,盛岡市,社長,新田,n@example.jp", "商号又は名称", "U+0000"),
        (',"新\n緑",盛岡市,社長,新田,n@example.jp', "商号又は名称", "改行"),
        (f",{'新' * 121},盛岡市,社長,新田,n@example.jp", "商号又は名称", "120文字まで"),
        (",新〓造園,盛岡市,社長,新田,n@example.jp", "商号又は名称", "〓"),
        (",新緑,盛岡市,社長,新田,n@example.jp,余り", "行の全体", "列が多く"),
    ],
)
def test_each_wrong_cell_is_told_with_its_row_and_column(cast: None, line: str, column: str, told: str) -> None:
    made = sheets.checked("counterparties", HEAD, NEW, line)
    assert made.wrong == 1
    (wrong,) = sheets.told(made)
    assert wrong[1] == column
    assert told in wrong[2]


def test_a_character_that_no_database_keeps_is_shown_by_its_mark(cast: None) -> None:
    made = sheets.checked("counterparties", HEAD, ",新\x00緑,盛岡市,社長,新田,n@example.jp")
    assert made.first_rows[0][1] == "新␀緑"
    assert [row.label for row in made.rows.all()] == ["新␀緑"]


def test_nothing_is_created_while_a_row_is_wrong_unless_asked(cast: None) -> None:
    before = firms()
    made = sheets.checked("counterparties", HEAD, NEW, ",,盛岡市,社長,新田,n@example.jp")
    with pytest.raises(errors.NotNow, match="誤りのある行が1行あります"):
        sheets.taken_over(made)
    assert firms() == before
    sheets.taken_over(made, without_wrong=True)
    assert len(firms()) == len(before) + 1
    result = leaving.of_result(made).content.decode("utf-8-sig")
    assert "取り込みました" in result
    assert "取り込んでいません（誤り）" in result


def test_two_rows_about_one_firm_are_told(cast: None) -> None:
    made = sheets.checked("counterparties", HEAD, NEW, NEW)
    assert sheets.told(made) == [(3, "行の全体", "2行目と同じものを指しています。どちらかの行を消してください。")]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("商号又は名称,メールアドレス", "足りない列：契約締結権限者の氏名"),
        (f"{HEAD},備考", "分からない列：備考"),
        (HEAD.replace("所在地", "所在他"), "所在他（所在地のことですか）"),
        (f"{HEAD},住所", "二度ある列：所在地"),
    ],
)
def test_wrong_columns_are_named_at_once(cast: None, head: str, told: str) -> None:
    with pytest.raises(errors.Unusable) as refusal:
        sheets.handed_in("counterparties", head, "a,b")
    assert told in refusal.value.message


def test_a_number_of_another_municipality_is_unknown(cast: None) -> None:
    theirs = directory.Counterparty.objects.exclude(municipality=city.morioka()).first()
    assert theirs is not None
    made = sheets.checked("counterparties", f"管理番号,{HEAD}", f"{theirs.pk},{NEW}")
    assert "登録されていません" in sheets.told(made)[0][2]


def test_a_killed_worker_leaves_no_row_undone_and_none_done_twice(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(firms())
    lines = [f",第{number}造園株式会社,盛岡市,社長,新田,n{number}@example.jp" for number in range(450)]
    made = sheets.checked("counterparties", HEAD, *lines)
    actions.confirm(import_id=made.pk, without_wrong=False, all_or_nothing=False, by=city.oikawa(), at=sheets.AT)
    finish = models.Import.objects.filter(pk=made.pk)

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    assert actions.advance(import_id=made.pk, tools=sheets.TOOLS, at=sheets.AT, share=timedelta()) is (
        actions.Outcome.GOES_ON
    )
    with monkeypatch.context() as patch:
        patch.setattr(models.ImportRow.objects, "bulk_update", killed)
        with pytest.raises(Killed):
            actions.advance(import_id=made.pk, tools=sheets.TOOLS, at=sheets.AT)
    assert len(firms()) == before + 200, "what was not marked as done is not there"
    assert actions.advance(import_id=made.pk, tools=sheets.TOOLS, at=sheets.AT) is actions.Outcome.BUSY
    later = sheets.AT + timedelta(minutes=1)
    later_tools = actions.Tools(clock=lambda: later, lease=timedelta(seconds=30))
    assert actions.advance(import_id=made.pk, tools=later_tools, at=later) is actions.Outcome.DONE
    assert len(firms()) == before + 450
    assert finish.get().done == 450


def test_all_or_nothing_takes_everything_back(cast: None) -> None:
    gone = directory.Counterparty.objects.create(
        municipality=city.morioka(), name="消える商店", signatory_name="消", mail="k@example.jp", search_key="消"
    )
    before = [name for name in firms() if name != "消える商店"]
    made = sheets.checked("counterparties", f"管理番号,{HEAD}", f",{NEW}", f"{gone.pk},,消えた商店,,,消,k@example.jp")
    gone.delete()
    sheets.taken_over(made, all_or_nothing=True)
    assert made.state == State.UNDONE
    assert firms() == before
    assert [row.refusal for row in made.rows.exclude(refusal="")] == [
        "確認の後に、この取引先が登録から無くなりました。"
    ]
    assert acts()[-1] == "integrations.finish"


def test_who_may_not_arrange_the_register_may_not_import_it(cast: None) -> None:
    with pytest.raises(errors.NotYours):
        sheets.handed_in("counterparties", HEAD, NEW, by=city.suzuki())
    assert not policies.may(city.suzuki(), FIRMS)
    made = sheets.checked("counterparties", HEAD, NEW)
    with pytest.raises(errors.NotYours):
        actions.confirm(import_id=made.pk, without_wrong=False, all_or_nothing=False, by=city.suzuki(), at=sheets.AT)
    with pytest.raises(models.Import.DoesNotExist):
        actions.discard(import_id=made.pk, by=city.takahashi(), at=sheets.AT)


def test_a_discarded_file_is_forgotten(cast: None) -> None:
    made = sheets.checked("counterparties", HEAD, NEW)
    actions.discard(import_id=made.pk, by=city.oikawa(), at=sheets.AT)
    made.refresh_from_db()
    assert (made.state, made.rows.count(), made.content, made.first_rows) == (State.DISCARDED, 0, None, [])
    with pytest.raises(errors.NotNow):
        actions.discard(import_id=made.pk, by=city.oikawa(), at=sheets.AT)


def test_rows_are_forgotten_after_a_month(cast: None) -> None:
    made = sheets.imported("counterparties", HEAD, NEW)
    assert actions.forget(at=sheets.AT + timedelta(days=29)) == 0
    assert actions.forget(at=sheets.AT + timedelta(days=31)) == 1
    made.refresh_from_db()
    assert (made.added, made.digest != "") == (1, True)
