"""Links and codes between queueing and delivery."""

import pytest

from warifu.notifications import errors
from warifu.notifications.secretbox import SecretBox

from . import people


def test_what_is_closed_opens_again() -> None:
    values = {"link": people.LINK, "code": "01234567", "町": "葛\U000e0100巻"}
    assert people.KEY.open(people.KEY.close(values, at=people.NOON)) == values


def test_nothing_to_keep_is_kept_as_nothing() -> None:
    assert people.KEY.close({}, at=people.NOON) == ""
    assert people.KEY.open("") == {}


def test_two_closings_of_one_value_differ() -> None:
    first, second = (people.KEY.close({"code": "1"}, at=people.NOON) for _ in range(2))
    assert first != second


def test_a_box_opens_only_what_it_closed() -> None:
    closed = people.KEY.close({"code": "01234567"}, at=people.NOON)
    with pytest.raises(errors.WrongKey):
        SecretBox.from_key(bytes(32)).open(closed)
    for place in range(0, len(closed), 7):
        changed = closed[:place] + ("A" if closed[place] != "A" else "B") + closed[place + 1 :]
        with pytest.raises(errors.WrongKey):
            people.KEY.open(changed)


def test_a_short_key_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SecretBox.from_key(b"short")
