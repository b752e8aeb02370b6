"""In whose name a body contracts on a day."""

from datetime import date, timedelta

from warifu.directory.nominal import Deputy, Holder, NominalParty, Span, Terms

TERMS = Terms(
    "盛岡市長",
    Span(None, date(2028, 3, 31)),
    (
        Holder("盛岡 太郎", Span(None, date(2026, 8, 31))),
        Holder("岩手 花子", Span(date(2026, 9, 2), None)),
    ),
    (
        Deputy(
            "盛岡市長職務代理者　盛岡市副市長",
            "北上 次郎",
            "市長の病気療養",
            "地方自治法第152条第1項",
            Span(date(2026, 5, 1), date(2026, 5, 31)),
        ),
    ),
)


def words(day: date) -> str:
    party = TERMS.party_on(day)
    return party.words if party else ""


def test_the_holder_of_the_day_is_named_on_the_first_and_on_the_last_day() -> None:
    assert words(date(2026, 4, 30)) == "盛岡市長　盛岡 太郎"
    assert words(date(2026, 8, 31)) == "盛岡市長　盛岡 太郎"
    assert words(date(2026, 9, 2)) == "盛岡市長　岩手 花子"


def test_a_deputy_appears_in_words_of_their_own_and_only_in_their_days() -> None:
    for day in (date(2026, 5, 1), date(2026, 5, 31)):
        party = TERMS.party_on(day)
        assert party is not None
        assert party.acting
        assert party.words == "盛岡市長職務代理者　盛岡市副市長　北上 次郎"
    assert words(date(2026, 6, 1)) == "盛岡市長　盛岡 太郎"


def test_a_day_between_two_holders_is_vacant_and_the_title_stands_alone() -> None:
    assert TERMS.vacant_on(date(2026, 9, 1))
    assert words(date(2026, 9, 1)) == "盛岡市長"
    assert not TERMS.vacant_on(date(2026, 8, 31))


def test_nobody_contracts_in_a_title_that_is_over() -> None:
    assert TERMS.party_on(date(2028, 3, 31)) is not None
    assert TERMS.party_on(date(2028, 4, 1)) is None
    assert not TERMS.vacant_on(date(2028, 4, 1))


def test_every_day_on_which_the_name_changes_is_told_once() -> None:
    told = [day for day, _ in TERMS.changes(after=date(2026, 4, 1), until=date(2028, 12, 31))]
    assert told == [
        date(2026, 5, 1),
        date(2026, 6, 1),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2028, 4, 1),
    ]
    first = date(2026, 5, 1)
    assert [day for day, _ in TERMS.changes(after=first, until=first + timedelta(days=30))] == []


def test_a_title_without_a_holder_is_the_title_alone() -> None:
    terms = Terms("盛岡市長", Span())
    assert terms.party_on(date(2026, 4, 1)) == NominalParty("盛岡市長")
    assert not terms.vacant_on(date(2026, 4, 1))
    assert list(terms.changes(after=date.min, until=date.max)) == []


def test_two_spans_meet_on_a_shared_day_only() -> None:
    april = Span(date(2026, 4, 1), date(2026, 4, 30))
    assert april.meets(Span(date(2026, 4, 30), None))
    assert not april.meets(Span(date(2026, 5, 1), None))
    assert not april.meets(Span(None, date(2026, 3, 31)))
    assert april.meets(Span())
