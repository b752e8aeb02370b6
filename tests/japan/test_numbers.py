"""Amounts as people type them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warifu.japan import errors, numbers


@pytest.mark.parametrize(
    "text",
    [
        "18700000",
        "18,700,000",
        "１８，７００，０００円",
        " 18 700 000 ",
        "¥18,700,000-",
        "￥18,700,000",
        "金18,700,000円也",
    ],
)
def test_every_usual_way_of_typing_an_amount_is_read(text: str) -> None:
    assert numbers.read_amount(text) == 18_700_000


@given(amount=st.integers(0, numbers.LARGEST))
def test_what_is_written_is_read_back_as_the_same_amount(amount: int) -> None:
    wide = str(amount).translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    for text in (numbers.yen(amount), str(amount), wide, f"金{amount:,}円也"):
        assert numbers.read_amount(text) == amount


@given(text=st.text(max_size=20))
def test_an_amount_is_never_read_from_other_characters_than_its_digits(text: str) -> None:
    try:
        amount = numbers.read_amount(text)
    except errors.UnreadableAmount as refused:
        assert refused.next_step.endswith(("ください。", numbers._EXAMPLE))
    else:
        digits = "".join(mark for mark in unicodedata.normalize("NFKC", text) if mark in "0123456789")
        assert int(digits) == amount >= 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("18,7O0,000", "数字ではない文字（英字の「O」）が入っています。数字の「0」に直してください。例：18700000"),
        ("l8700000", "数字ではない文字（英字の「l」）が入っています。数字の「1」に直してください。例：18700000"),
        ("18700000x", "数字ではない文字（英字の「x」）が入っています。数字だけで入力してください。例：18700000"),
        ("◯", "数字ではない文字（記号の「◯」）が入っています。数字の「0」に直してください。例：18700000"),
        ("3千万円", "「千」が入っています。「万」や「億」を使わず、数字だけで入力してください。例：18700000"),
        ("", "金額が入力されていません。数字で入力してください。例：18700000"),
        ("円", "金額が入力されていません。数字で入力してください。例：18700000"),
        ("△100", "マイナスの金額は入力できません。0以上の金額を数字で入力してください。例：18700000"),
        ("-100", "マイナスの金額は入力できません。0以上の金額を数字で入力してください。例：18700000"),
        ("100.5", "小数点が入っています。円未満は入力できません。円単位の数字に直してください。例：18700000"),
        (
            "18,70,000",
            "カンマの位置が3桁ごとになっていません。金額を確かめ、カンマを付けずに入力し直してください。例：18700000",
        ),
        ("1000000000000000", "金額が15桁を超えています。桁数を確かめて、入力し直してください。"),
        ("١٢٣", "数字ではない文字（「١」）が入っています。数字だけで入力してください。例：18700000"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(errors.UnreadableAmount) as refused:
        numbers.read_amount(text)
    assert str(refused.value) == words


def test_an_amount_is_written_with_commas() -> None:
    assert numbers.yen(18_700_000) == "18,700,000円"
    assert numbers.yen(0) == "0円"
