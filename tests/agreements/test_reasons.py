"""What may be said as a reason, by either side."""

import pytest

from warifu.agreements import errors, reasons


def refusal(reason: str) -> str:
    with pytest.raises(errors.Incomplete) as refused:
        reasons.require(reason, empty="理由を入力してください。")
    return refused.value.message


def test_a_reason_of_several_lines_is_one() -> None:
    reasons.require("工期を見直すため。\r\n改めて送ります。\t以上", empty="")
    reasons.require("あ" * reasons.LONGEST, empty="")


def test_what_cannot_be_kept_or_misleads_is_refused_in_words() -> None:
    assert "理由を入力してください" in refusal(" \n　")
    assert "2,000文字まで" in refusal("あ" * (reasons.LONGEST + 1))
    for mark in ("\x00", "\u202e", "\ue000", "\u200b"):
        assert refusal(f"工期{mark}を見直すため").endswith("。"), hex(ord(mark))
