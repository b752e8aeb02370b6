"""Renewing before the end, and refusing what a new timestamp would only hide. 延長の試験"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from warifu.pades import renewal, sunsets

END = datetime(2029, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("sha1", 0),
        ("sha256", 128),
        ("sha512", 256),
        ("rsa-1024", 0),
        ("rsa-2048", 112),
        ("rsa-3072", 128),
        ("rsa-4096", 128),
        ("p-256", 128),
        ("p-384", 192),
        ("md5", 0),
        ("rsa", 0),
    ],
)
def test_an_algorithm_has_a_strength(name: str, bits: int) -> None:
    assert sunsets.strength(name) == bits


def test_the_first_end_counts() -> None:
    until = renewal.valid_until(END, ["sha256", "rsa-3072"], sunsets.Sunsets())
    assert until == renewal.ValidUntil(END, renewal.Limit.CERTIFICATE)
    later = datetime(2037, 11, 1, tzinfo=UTC)
    weak = renewal.valid_until(later, ["sha256", "rsa-2048"], sunsets.Sunsets())
    assert weak == renewal.ValidUntil(datetime(2031, 1, 1, tzinfo=UTC), renewal.Limit.ALGORITHM, "rsa-2048")


def test_an_operator_brings_a_date_forward_but_not_back() -> None:
    table = sunsets.Sunsets({"sha256": date(2028, 3, 31), "rsa-2048": date(2099, 1, 1)})
    assert table.ends_at("sha256") == datetime(2028, 4, 1, tzinfo=UTC)
    assert table.ends_at("rsa-2048") == datetime(2031, 1, 1, tzinfo=UTC)
    assert table.ends_at("sha512") is None


def test_a_change_of_the_standard_is_one_word_for_all_of_a_strength() -> None:
    table = sunsets.Sunsets({"128": date(2040, 12, 31)})
    for name in ("sha256", "rsa-3072", "rsa-4096", "p-256"):
        assert table.ends_at(name) == datetime(2041, 1, 1, tzinfo=UTC), name
    assert table.ends_at("p-384") is None
    assert table.ends_at("rsa-2048") == datetime(2031, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["SHA-256", "sha1", "rsa", "rsa2048", "p256", "129"])
def test_a_name_that_would_do_nothing_cannot_be_given(name: str) -> None:
    assert not sunsets.nameable(name)


def test_a_renewal_is_due_a_year_before_the_end() -> None:
    until = renewal.ValidUntil(END, renewal.Limit.CERTIFICATE)
    assert not renewal.is_due(until, at=datetime(2028, 10, 31, tzinfo=UTC))
    assert renewal.is_due(until, at=datetime(2028, 11, 1, tzinfo=UTC))
