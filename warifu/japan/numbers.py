"""Amounts of money as a city hall writes them 金額."""

import re
import unicodedata

from . import errors

LARGEST = 999_999_999_999_999
_EXAMPLE = "例：18700000"
_LOOKALIKES = {
    "O": "0",
    "o": "0",
    "Q": "0",
    "l": "1",
    "I": "1",
    "i": "1",
    "Z": "2",
    "z": "2",
    "S": "5",
    "s": "5",
    "B": "8",
}
_MARKS = {"〇": "漢数字の「〇」", "○": "記号の「○」", "◯": "記号の「◯」"}
_KANJI_UNITS = "十百千万億兆"


def yen(amount: int) -> str:
    """`18,700,000円` 金額の表記."""
    return f"{amount:,}円"


def read_amount(text: str) -> int:
    """The whole amount in yen that somebody typed 金額の読取り.

    Reads full or half width digits with commas, spaces, ¥, 円, 金…円也. `UnreadableAmount` for anything else: letters
    that look like digits, fractions, negative amounts, commas at odd places, more than 15 digits.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = re.sub(r"^金?[¥\\]?|(円也?)?-?$", "", plain)
    if not plain:
        raise errors.UnreadableAmount("金額が入力されていません。", f"数字で入力してください。{_EXAMPLE}")
    if plain[0] in "-−△▲":
        raise errors.UnreadableAmount(
            "マイナスの金額は入力できません。", f"0以上の金額を数字で入力してください。{_EXAMPLE}"
        )
    _refuse_letters(plain)
    if not re.fullmatch(r"\d+|\d{1,3}(,\d{3})+", plain, re.ASCII):
        raise errors.UnreadableAmount(
            "カンマの位置が3桁ごとになっていません。", f"金額を確かめ、カンマを付けずに入力し直してください。{_EXAMPLE}"
        )
    amount = int(plain.replace(",", ""))
    if amount > LARGEST:
        raise errors.UnreadableAmount("金額が15桁を超えています。", "桁数を確かめて、入力し直してください。")
    return amount


def _refuse_letters(plain: str) -> None:
    odd = next((mark for mark in plain if mark not in "0123456789,"), None)
    if odd is None:
        return
    if odd == ".":
        raise errors.UnreadableAmount(
            "小数点が入っています。", f"円未満は入力できません。円単位の数字に直してください。{_EXAMPLE}"
        )
    if odd in _KANJI_UNITS:
        raise errors.UnreadableAmount(
            f"「{odd}」が入っています。", f"「万」や「億」を使わず、数字だけで入力してください。{_EXAMPLE}"
        )
    if odd in _MARKS:
        raise errors.UnreadableAmount(
            f"数字ではない文字（{_MARKS[odd]}）が入っています。", f"数字の「0」に直してください。{_EXAMPLE}"
        )
    letter = f"英字の「{odd}」" if odd.isascii() and odd.isalpha() else f"「{odd}」"
    advice = f"数字の「{_LOOKALIKES[odd]}」に直してください。" if odd in _LOOKALIKES else "数字だけで入力してください。"
    raise errors.UnreadableAmount(f"数字ではない文字（{letter}）が入っています。", f"{advice}{_EXAMPLE}")
