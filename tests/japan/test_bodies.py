"""Numbers of municipalities and firms."""

import pytest

from warifu.japan import bodies


def test_the_eight_municipalities_have_true_codes() -> None:
    assert [body.name for body in bodies.BODIES] == [
        "盛岡市", "八幡平市", "滝沢市", "雫石町", "葛巻町", "岩手町", "紫波町", "矢巾町",
    ]  # fmt: skip
    assert all(bodies.is_municipal_code(body.code) for body in bodies.BODIES)
    assert len({body.slug for body in bodies.BODIES}) == 8


@pytest.mark.parametrize("body", bodies.BODIES, ids=lambda body: body.name)
def test_one_wrong_digit_of_a_municipal_code_is_found(body: bodies.Body) -> None:
    # The rule maps the remainders 0 and 10 … to single digits, so it cannot find all; it finds the wrong check digit.
    for digit in "0123456789":
        assert bodies.is_municipal_code(body.code[:5] + digit) is (digit == body.code[5])


@pytest.mark.parametrize("code", ["", "03201", "0320180", "03201a", "０３２０１８", "032018\n"])
def test_what_is_not_six_digits_is_no_municipal_code(code: str) -> None:
    assert not bodies.is_municipal_code(code)


@pytest.mark.parametrize("number", ["8700110005901", "7000012050002", "6000020032018"])
def test_published_corporate_numbers_are_true(number: str) -> None:
    assert bodies.is_corporate_number(number)


def test_every_single_wrong_digit_of_a_corporate_number_but_nine_for_nought_is_found() -> None:
    true = "8700110005901"
    for place in range(1, 13):
        for digit in "0123456789":
            number = true[:place] + digit + true[place + 1 :]
            same_by_nine = int(digit) % 9 == int(true[place]) % 9
            assert bodies.is_corporate_number(number) is same_by_nine


@pytest.mark.parametrize(
    "number", ["", "870011000590", "87001100059011", "８７００１１０００５９０１", "8700110005901\n"]
)
def test_what_is_not_thirteen_digits_is_no_corporate_number(number: str) -> None:
    assert not bodies.is_corporate_number(number)
