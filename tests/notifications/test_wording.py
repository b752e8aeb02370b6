"""What the mails say."""

import re

import pytest

from warifu.notifications import errors, wording
from warifu.notifications.wording import Kind

VALUES = {
    "municipality": "盛岡市",
    "department": "契約検査課",
    "phone": "019-000-1111",
    "helpdesk": "019-000-0000",
    "to_organisation": "岩手建設株式会社",
    "to_name": "工藤 正一",
    "title": "市道館向町線歩道改良工事",
    "number": "2025-0931",
    "authority": "盛岡市長",
    "counterparty": "岩手建設株式会社",
    "deadline": "令和8年3月31日（火）",
    "by_name": "鈴木 一郎",
    "reason": "契約日が違います。\n2ページをご確認ください。",
    "concluded": "令和8年3月19日（木）10時12分",
    "available": "令和8年6月19日（金）",
    "public_url": "https://warifu.example.jp",
    "told": "相手方には、手続が終わったことをメールでお知らせします。",
    "page": "https://warifu.example.jp/agreements/1/",
}


@pytest.mark.parametrize("kind", Kind)
def test_every_mail_names_the_town_the_matter_and_whom_to_ask(kind: Kind) -> None:
    text = wording.compose(kind, VALUES)
    opening = text.subject.removesuffix(VALUES["title"])
    assert text.subject.startswith("【盛岡市】")
    assert len(opening) <= 40
    assert text.subject.endswith(VALUES["title"])
    for words in (VALUES["title"], VALUES["number"], VALUES["helpdesk"], VALUES["to_name"]):
        assert words in text.body
    assert "$" not in text.body
    assert set(re.findall(r"{(\w+)}", text.body)) == wording.secrets_of(kind)


@pytest.mark.parametrize("kind", Kind)
def test_every_mail_is_calm_and_official(kind: Kind) -> None:
    text = wording.compose(kind, VALUES)
    whole = text.subject + text.body
    for word in ("！", "!", "印鑑", "押印", "捺印", "ダウンロード", "エラー", "クリック"):
        assert word not in whole
    assert "ます。" in whole or "ください。" in whole or "ました。" in whole


@pytest.mark.parametrize("kind", Kind)
def test_every_address_and_link_has_a_line_of_its_own(kind: Kind) -> None:
    for line in wording.compose(kind, VALUES).body.splitlines():
        if "{link}" in line:
            assert line == "{link}"
        if "https://" in line:
            assert re.fullmatch(r"https://\S+", line)


@pytest.mark.parametrize("kind", Kind)
def test_a_mail_without_one_of_its_values_is_not_written(kind: Kind) -> None:
    for name in wording.needs(kind):
        with pytest.raises(errors.ValueMissing, match=name):
            wording.compose(kind, {other: value for other, value in VALUES.items() if other != name})


def test_a_request_for_consent_says_what_opening_does_and_how_to_tell_it_is_real() -> None:
    body = wording.compose(Kind.CONSENT_REQUEST, VALUES).body
    assert "リンクを開いただけでは、合意したことにはなりません。" in body
    assert "https://warifu.example.jp/\n" in body, "with its last slash, so that a longer host does not begin so"
    assert "契約検査課へお問い合わせください" in body
    assert "令和8年3月31日（火）まで" in body


def test_the_words_of_another_are_marked_as_theirs() -> None:
    body = wording.compose(Kind.RETURNED, VALUES).body
    assert "　｜契約日が違います。\n　｜2ページをご確認ください。\n" in body


def test_a_value_with_a_dollar_or_a_place_is_not_filled() -> None:
    text = wording.compose(Kind.APPROVED, VALUES | {"title": "$number の {link}", "number": "$title"})
    assert text.subject == "【盛岡市】契約が承認されました：$number の {link}"
    assert "　件名　　　$number の ｛link｝\n　契約番号　$title\n" in text.body


def test_the_officer_reads_who_declined() -> None:
    theirs, ours = wording.compose(Kind.DECLINED, VALUES), wording.compose(Kind.DECLINED_HERE, VALUES)
    assert "相手方が契約を却下しました" in theirs.subject
    assert ours.subject == "【盛岡市】契約が却下されました：市道館向町線歩道改良工事"
    assert "盛岡市長" in ours.body


def test_staff_and_counterparties_get_different_kinds() -> None:
    assert {
        Kind.CONSENT_REQUEST,
        Kind.ACCESS_CODE,
        Kind.TURNED_DOWN,
        Kind.WITHDRAWN,
        Kind.EXPIRED_OUTSIDE,
        Kind.LINK_AGAIN,
        Kind.CONCLUDED,
    } == wording.OUTSIDE
    for kind in Kind:
        assert (VALUES["to_organisation"] in wording.compose(kind, VALUES).body.splitlines()) is (
            kind in wording.OUTSIDE
        )


def test_a_kind_is_called_by_the_opening_of_its_subject() -> None:
    assert wording.name_of("consent_request") == "契約書の確認のお願い"
    for kind in Kind:
        assert f"】{wording.name_of(kind)}：" in wording.compose(kind, VALUES).subject
