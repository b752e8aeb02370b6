"""What is worth a look is found once per kind, person and day, and ordinary work is left alone."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from warifu.audit import actions, anomalies, models, queries, watching
from warifu.audit.actor import Actor, ActorKind
from warifu.audit.anomalies import AnomalyKind, Rule

from . import people

NOON = people.jst(2026, 4, 1, 12)
"""A Wednesday."""
CLOSED = "account:11111111-2222-3333-4444-555555555555"


def act(
    action: str,
    count: int = 1,
    *,
    at: datetime = NOON,
    every: timedelta = timedelta(seconds=10),
    by: Actor = people.SATO,
    target: str = "agreement:1",
) -> None:
    for number in range(count):
        with transaction.atomic():
            actions.append(ledger=people.MORIOKA, action=action, target=target, by=by, at=at + every * number)


def look() -> list[tuple[str, str, int]]:
    while watching.examine(people.MORIOKA, closed={CLOSED}, at=NOON):
        pass
    return [(one.kind, one.who, one.count) for one in watching.anomalies_of(people.MORIOKA).order_by("pk")]


def sato(ip: str) -> Actor:
    return Actor(ActorKind.STAFF, "staff:1", "佐藤 花子", "契約検査課 主査", ip)


pytestmark = pytest.mark.django_db


def test_thirty_documents_in_ten_minutes_are_worth_a_look_and_twenty_nine_are_not() -> None:
    act("web.download", 29)
    act("web.download", 29, by=people.IWATE_KENSETSU, every=timedelta(minutes=1))
    assert look() == []
    act("web.download", 1, at=NOON + timedelta(minutes=9))
    assert look() == [("mass", "staff:1", 30)]


def test_a_day_that_goes_on_grows_the_same_finding_and_a_new_day_makes_a_new_one() -> None:
    act("web.download", 30)
    assert look() == [("mass", "staff:1", 30)]
    act("web.download", 5, at=NOON + timedelta(hours=2))
    assert look() == [("mass", "staff:1", 35)]
    assert look() == [("mass", "staff:1", 35)], "nothing is counted twice"
    act("web.download", 30, at=NOON + timedelta(days=1))
    assert look() == [("mass", "staff:1", 35), ("mass", "staff:1", 30)]


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (people.jst(2026, 4, 1, 21, 59), False),
        (people.jst(2026, 4, 1, 22, 0), True),
        (people.jst(2026, 4, 2, 5, 59), True),
        (people.jst(2026, 4, 2, 6, 0), False),
        (people.jst(2026, 4, 4, 10), True),
        (people.jst(2026, 4, 29, 10), True),
        (people.jst(2026, 12, 29, 10), True),
    ],
    ids=["before night", "night begins", "last minute", "morning", "saturday", "昭和の日", "year end"],
)
def test_nights_and_closed_days_are_off_hours(at: datetime, found: bool) -> None:
    assert anomalies.off_hours(at) is found
    act("web.view", 10, at=at, every=timedelta(0))
    act("web.view", 10, at=at, every=timedelta(0), by=people.IWATE_KENSETSU)
    assert look() == ([("off_hours", "staff:1", 10)] if found else [])


def test_many_refusals_are_told_of_the_person_or_of_the_account_that_was_tried() -> None:
    act("web.refuse", 10)
    nobody = Actor(ActorKind.SERVICE, "sign-in", "本人確認ができていない人", ip="203.0.113.9")
    act("access.refuse", 10, by=nobody, target="account:someone")
    assert look() == [("refusals", "staff:1", 10), ("refusals", "account:someone", 10)]


def test_a_leavers_credentials_are_worth_a_look_at_the_first_try() -> None:
    nobody = Actor(ActorKind.SERVICE, "sign-in", "本人確認ができていない人", ip="203.0.113.9")
    act("access.refuse", by=nobody, target="account:someone")
    assert look() == []
    act("access.refuse", by=nobody, target=CLOSED)
    assert look() == [("closed", CLOSED, 1)]
    assert watching.anomalies_of(people.MORIOKA).get().ip == "203.0.113.9"


def test_a_sign_in_from_a_network_never_seen_is_worth_a_look_but_not_a_persons_first() -> None:
    act("access.sign_in", by=sato("192.0.2.10"))
    act("access.sign_in", by=sato("192.0.2.99"))
    assert look() == []
    act("access.sign_in", by=sato("203.0.113.9"))
    act("access.sign_in", by=sato("192.0.2.10"))
    assert look() == [("network", "staff:1", 1)]
    act("access.sign_in", by=sato("203.0.113.200"), at=NOON + timedelta(days=1))
    assert look() == [("network", "staff:1", 1)], "known from then on"


@pytest.mark.parametrize(
    ("ip", "network"),
    [("192.0.2.10", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("unknown", "unknown")],
)
def test_networks(ip: str, network: str) -> None:
    assert anomalies.network(ip) == network


def test_a_body_decides_its_own_rules_and_the_change_is_a_line() -> None:
    watching.set_rules(
        ledger=people.MORIOKA,
        rules={AnomalyKind.EXPORT: Rule(1, 60), AnomalyKind.MASS: Rule(30, 10, enabled=False)},
        by=people.SATO,
        at=NOON,
    )
    (line,) = queries.entries_of(people.MORIOKA)
    assert line.facts["changed"] == ["mass", "export"]
    assert line.facts["after"] == ["確認しない", "1件・60分"]
    act("web.download", 40)
    act("web.export")
    assert look() == [("export", "staff:1", 1)]
    assert watching.rules_of(people.TAKIZAWA)[AnomalyKind.EXPORT] == Rule(5, 60)


def test_who_has_looked_says_what_it_was_and_that_is_a_line() -> None:
    act("web.export", 5)
    look()
    found = watching.anomalies_of(people.MORIOKA).get()
    watching.confirm(anomaly=found, note="年度末の点検のため", by=people.SATO, at=NOON)
    found.refresh_from_db()
    assert (found.confirmed_by, found.note, watching.waiting(people.MORIOKA)) == ("佐藤 花子", "年度末の点検のため", 0)
    last = queries.entries_of(people.MORIOKA).last()
    assert last is not None
    assert (last.action, last.target) == ("audit.confirm_anomaly", f"anomaly:{found.pk}")


def test_the_window_slides() -> None:
    moments = [NOON + timedelta(minutes=minute) for minute in (0, 1, 2, 9, 10, 11, 11, 30)]
    assert anomalies.densest(moments, 10) == 6
    assert anomalies.densest(moments, 2) == 4
    assert anomalies.densest(moments, 0) == 8
    assert anomalies.densest([], 10) == 0


def test_every_kind_has_a_rule_and_acts() -> None:
    assert set(anomalies.DEFAULTS) == set(AnomalyKind)
    assert set(anomalies.ACTIONS) == set(AnomalyKind) - {AnomalyKind.OFF_HOURS}
    assert models.Examined.objects.count() == 0
