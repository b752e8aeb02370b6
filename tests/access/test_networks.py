"""接続元の制限: who is let in from where, and that nobody shuts themselves out for longer than a quarter of an hour."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import city
from warifu.access import actions, errors, models, network_queries, networks, person
from warifu.access.network_models import BlockedAttempt
from warifu.access.rights import Role
from warifu.audit import models as audit
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.japan.errors import Unreadable
from warifu.notifications import models as notifications

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
TODAY = date(2026, 4, 1)
OFFICE, HOME = "192.0.2.10", "203.0.113.7"
LIST = networks.Policy(
    True,
    (
        networks.Entry("a", "192.0.2.0/24", "本庁舎"),
        networks.Entry("b", "2001:db8:10::/48", "本庁舎（IPv6）"),
        networks.Entry("c", "198.51.100.0/28", "臨時", date(2026, 4, 2), date(2026, 4, 3)),
    ),
)


@pytest.mark.parametrize(
    ("address", "on", "inside"),
    [
        ("192.0.2.0", TODAY, True),
        ("192.0.2.255", TODAY, True),
        ("192.0.3.0", TODAY, False),
        ("::ffff:192.0.2.10", TODAY, True),
        ("::192.0.2.10", TODAY, False),
        ("2001:db8:10:ffff::1", TODAY, True),
        ("2001:db8:11::1", TODAY, False),
        ("198.51.100.1", TODAY, False),
        ("198.51.100.1", date(2026, 4, 2), True),
        ("198.51.100.1", date(2026, 4, 3), True),
        ("198.51.100.1", date(2026, 4, 4), False),
        (None, TODAY, False),
        ("", TODAY, False),
        ("garbage", TODAY, False),
    ],
)
def test_an_address_lies_in_the_list_or_not(address: str | None, on: date, inside: bool) -> None:
    assert (LIST.entry_of(address, on=on) is not None) is inside


@pytest.mark.parametrize(
    ("roles", "groups", "free"),
    [
        ({Role.READER}, set(), True),
        ({Role.READER, Role.OFFICER}, set(), False),
        (set(), set(), False),
        ({Role.OFFICER}, {7}, True),
        (set(), {7}, True),
        ({Role.OFFICER}, {8}, False),
    ],
)
def test_one_bound_role_binds_unless_a_free_group_frees(roles: set[Role], groups: set[int], free: bool) -> None:
    policy = replace(LIST, free_roles=frozenset({Role.READER}), free_groups=frozenset({7}))
    assert policy.frees(roles=roles, groups=groups) is free


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        (" 192.0.2.10 ", "192.0.2.10/32"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("2001:DB8:10::/48", "2001:db8:10::/48"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
    ],
)
def test_a_network_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert networks.read_network(typed) == read


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("192.0.2.10/24", "192.0.2.0/24"),
        ("192.0.2.0/33", "32まで"),
        ("0.0.0.0/0", "広すぎます"),
        ("::/0", "広すぎます"),
        ("::ffff:0:0/96", "広すぎます"),
        ("192.0.2.", "例：192.0.2.0/24"),
        ("本庁舎", "例：192.0.2.0/24"),
    ],
)
def test_a_mistyped_network_is_told_with_the_next_step(typed: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        networks.read_network(typed)


def test_a_policy_is_kept_and_read_again_as_it_was() -> None:
    policy = replace(LIST, free_roles=frozenset({Role.READER}), free_groups=frozenset({7}))
    assert networks.restored(networks.kept(policy), enforced=True) == policy


# -- with people -------------------------------------------------------------------------------------------------------


def chida_at(address: str) -> person.Person:
    return replace(city.chida(), ip=address)


def answer(who: person.Person, *, at: datetime = AT) -> networks.Answer:
    account = models.Account.objects.get(staff=who.staff)
    return network_queries.answer_for(account, address=who.ip, at=at)


def applied(policy: networks.Policy = LIST, *, on_trial: bool = False, address: str = OFFICE) -> None:
    seen = network_queries.last_number(city.morioka())
    actions.set_networks(policy=policy, seen=seen, on_trial=on_trial, by=chida_at(address), at=AT)


@pytest.mark.django_db
def test_who_is_outside_is_not_let_in_and_another_municipality_is_not_concerned(cast: None) -> None:
    applied()
    assert answer(city.sato()) is networks.Answer.LISTED
    assert answer(replace(city.sato(), ip=HOME)) is networks.Answer.OUTSIDE
    assert answer(replace(city.sato(), ip=None)) is networks.Answer.OUTSIDE
    assert answer(replace(city.takahashi(), ip=HOME)) is networks.Answer.OPEN


@pytest.mark.django_db
def test_a_telework_group_may_come_from_anywhere(cast: None) -> None:
    group = directory.Group.objects.create(municipality=city.morioka(), name="在宅勤務")
    group.members.add(city.sato().staff)
    applied(replace(LIST, free_groups=frozenset({group.pk})))
    assert answer(replace(city.sato(), ip=HOME)) is networks.Answer.FREE
    assert answer(replace(city.suzuki(), ip=HOME)) is networks.Answer.OUTSIDE
    group.members.clear()
    assert answer(replace(city.sato(), ip=HOME)) is networks.Answer.OUTSIDE


@pytest.mark.django_db
def test_a_free_role_may_come_from_anywhere(cast: None) -> None:
    applied(replace(LIST, free_roles=frozenset({Role.APPROVER})))
    assert answer(replace(city.suzuki(), ip=HOME)) is networks.Answer.FREE
    assert answer(replace(city.sato(), ip=HOME)) is networks.Answer.OUTSIDE


@pytest.mark.django_db
def test_an_administrator_does_not_shut_themselves_out(cast: None) -> None:
    with pytest.raises(errors.ShutsOut, match=HOME):
        applied(address=HOME)
    assert network_queries.policy_of(city.morioka(), at=AT) == networks.NO_LIMIT


@pytest.mark.django_db
@pytest.mark.parametrize("on_trial", [True, False])
def test_a_change_after_which_nobody_could_change_anything_is_refused_even_on_trial(cast: None, on_trial: bool) -> None:
    for entries in ((), (networks.Entry("a", "192.0.2.0/24", ends_on=date(2026, 4, 30)),)):
        with pytest.raises(errors.NetworksRefused, match="誰もいなくなります"):
            applied(replace(LIST, entries=entries), on_trial=on_trial)
    applied(networks.Policy(True, (), frozenset({Role.ADMINISTRATOR})))


@pytest.mark.django_db
def test_a_trial_falls_back_by_itself_after_fifteen_minutes(cast: None) -> None:
    applied(on_trial=True, address=HOME)
    almost, over = AT + networks.TRIAL - timedelta(seconds=1), AT + networks.TRIAL
    assert answer(chida_at(HOME), at=almost) is networks.Answer.OUTSIDE
    assert answer(chida_at(HOME), at=over) is networks.Answer.OPEN
    with pytest.raises(errors.NetworksChanged):
        actions.confirm_networks(by=chida_at(OFFICE), at=over)


@pytest.mark.django_db
def test_a_trial_is_confirmed_from_inside_only(cast: None) -> None:
    applied(on_trial=True)
    with pytest.raises(errors.ShutsOut):
        actions.confirm_networks(by=chida_at(HOME), at=AT)
    actions.confirm_networks(by=chida_at(OFFICE), at=AT + timedelta(minutes=14))
    assert answer(chida_at(HOME), at=AT + timedelta(days=1)) is networks.Answer.OUTSIDE


@pytest.mark.django_db
def test_a_stopped_trial_gives_back_what_held_before(cast: None) -> None:
    applied()
    wider = LIST.with_entry(networks.Entry("d", "203.0.113.0/24"))
    applied(wider, on_trial=True)
    assert answer(chida_at(HOME)) is networks.Answer.LISTED
    with pytest.raises(errors.NetworksChanged, match="試行中"):
        applied(wider)
    actions.stop_network_trial(by=chida_at(OFFICE), at=AT)
    assert answer(chida_at(HOME)) is networks.Answer.OUTSIDE


@pytest.mark.django_db
def test_of_two_who_change_the_same_list_the_later_one_is_told(cast: None) -> None:
    applied()
    with pytest.raises(errors.NetworksChanged, match="ほかの職員"):
        actions.set_networks(policy=networks.NO_LIMIT, seen=0, on_trial=False, by=chida_at(OFFICE), at=AT)


@pytest.mark.django_db
def test_the_operator_releases_a_body_that_is_shut_out_and_both_ledgers_and_its_people_hear_of_it(cast: None) -> None:
    applied()
    told = actions.release_networks(
        municipality=city.morioka(),
        reason="回線の切替え",
        letters=city.LETTERS,
        by=Actor.service("command"),
        at=AT,
    )
    assert answer(chida_at(HOME)) is networks.Answer.OPEN
    assert network_queries.policy_of(city.morioka(), at=AT).entries == LIST.entries
    lines = audit.Entry.objects.filter(action="access.release_networks").order_by("ledger__name")
    assert [line.ledger.name for line in lines] == [city.MORIOKA, "service"]
    assert told == 1
    (mail,) = notifications.Message.objects.filter(kind="networks_released")
    assert (mail.to_mail, "回線の切替え" in mail.body) == ("chida@morioka.example.jp", True)


@pytest.mark.django_db
def test_a_flood_from_one_address_is_counted_by_the_minute_and_makes_one_line(cast: None) -> None:
    account = models.Account.objects.get(mail="sato@morioka.example.jp")
    for second in range(50):
        actions.block(account=account, ip=HOME, at_sign_in=False, at=AT + timedelta(seconds=second))
    actions.block(account=account, ip=HOME, at_sign_in=False, at=AT + timedelta(seconds=60))
    assert list(BlockedAttempt.objects.order_by("minute").values_list("count", flat=True)) == [50, 1]
    assert audit.Entry.objects.filter(action="access.block").count() == 2
    assert network_queries.blocked_since(city.morioka(), since=AT) == 51


@pytest.mark.django_db
def test_a_city_hall_behind_one_address_is_not_paused_as_one_network(cast: None) -> None:
    """One person's own pause stays; the limit of a network is for networks that nobody has listed."""
    for number in range(300):
        models.SignInFailure.objects.create(mail=f"{number:064d}", ip=OFFICE, at=AT)
    from warifu.access import queries

    assert queries.paused_until("suzuki@morioka.example.jp", ip=OFFICE, at=AT) is not None
    applied()
    assert queries.paused_until("suzuki@morioka.example.jp", ip=OFFICE, at=AT) is None
