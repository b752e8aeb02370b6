"""What counts as the same name, and what may not be typed at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warifu.japan import characters


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("株式会社髙﨑設備", "㈱高崎設備"),
        ("株式会社髙﨑設備", "（株）高崎設備"),
        ("㍿高崎設備", "株式会社 高崎設備"),
        ("渡邊建設", "渡辺建設"),
        ("渡邉建設", "渡邊建設"),
        ("齋藤組", "斎藤組"),
        ("齊藤組", "斉藤組"),
        ("澤村德次", "沢村徳次"),
        ("𠮷田商店", "吉田商店"),
        ("神\ufa19社", "神神社"),
        ("葛\U000e0100巻", "葛巻"),
        ("ｻｰﾊﾞｰ保守", "サーバ保守"),
        ("しゃちはた", "シヤチハタ"),
        ("ＡＢＣ工業", "abc工業"),
        ("2026-0148", "２０２６ー０１４８"),
        ("が", "か\u3099"),
        ("岩手・建設", "岩手建設"),
    ],
)
def test_spellings_of_one_name_have_one_key(left: str, right: str) -> None:
    assert characters.search_key(left) == characters.search_key(right) != ""


@pytest.mark.parametrize(
    ("left", "right"),
    [("岩手建設", "岩手建築"), ("北上川土木", "北上土木"), ("ハス", "バス"), ("2026-0148", "2026-0149")],
)
def test_different_names_keep_different_keys(left: str, right: str) -> None:
    assert characters.search_key(left) != characters.search_key(right)


@given(text=st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    key = characters.search_key(text)
    assert characters.search_key(key) == key


@given(text=st.text())
def test_a_key_has_neither_spaces_nor_signs(text: str) -> None:
    assert not set(characters.search_key(text)) & set(" 　%_\\'\"-・()（）\n\r\t\x00\u202e")


def test_every_variant_is_one_character_that_folds_in_one_step() -> None:
    pairs = characters._VARIANTS.split()
    forms = {pair[0] for pair in pairs}
    assert all(len(pair) == 2 for pair in pairs)
    assert len(forms) == len(pairs), "a form stands twice"
    assert not forms & {pair[1] for pair in pairs}, "a standard form is folded again"


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("\n", "newline"),
        ("\r", "newline"),
        ("\u2028", "newline"),
        ("\x85", "newline"),
        ("\x00", "control"),
        ("\t", "control"),
        ("\x7f", "control"),
        ("\u202e", "direction"),
        ("\u2066", "direction"),
        ("\u200f", "direction"),
        ("\u200b", "invisible"),
        ("\ufeff", "invisible"),
        ("\U000e0041", "invisible"),
        ("\ue000", "private"),
        ("\U000f0000", "private"),
        ("\ud800", "broken"),
        ("\ufffd", "broken"),
        ("\uffff", "broken"),
        ("\U0001fffe", "broken"),
    ],
)
def test_a_character_that_must_not_be_stored_is_named_with_its_place(mark: str, code: str) -> None:
    (problem,) = characters.forbidden(f"契約{mark}書")
    assert (problem.position, problem.character, problem.code) == (3, mark, code)
    assert problem.sentence.startswith("3文字目")
    assert problem.sentence.endswith("ください。")
    assert mark not in problem.sentence


def test_names_of_real_people_and_firms_may_be_stored() -> None:
    for name in ("髙﨑 𠮷太郎", "葛\U000e0100巻町", "㈱岩手・建設（JV）", "Ｍ＆Ａ〜１", "渡邊\ufe00", "①②　第3工区"):
        assert characters.forbidden(name) == []


def test_each_bad_character_is_reported() -> None:
    assert [problem.code for problem in characters.forbidden("a\u202eb\nc\ue001")] == [
        "direction",
        "newline",
        "private",
    ]
