"""Reads of the networks from which staff may come 接続元の制限の照会."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Sum

from warifu.directory import models as directory
from warifu.directory import people
from warifu.japan import calendar

from . import models, networks, person, proxies, queries
from .network_models import BlockedAttempt, NetworkPolicy
from .rights import Right

SHOWN_FOR = timedelta(days=90)
"""How long blocked attempts are listed; the ledger keeps its lines."""


def in_force(municipality: directory.Municipality, *, at: datetime) -> NetworkPolicy | None:
    """The policy that holds at this moment, or None where none was ever made 現在の制限."""
    return _holding(at).filter(municipality=municipality).first()


def policy_of(municipality: directory.Municipality, *, at: datetime) -> networks.Policy:
    """What holds at this moment 現在の制限."""
    return contents(in_force(municipality, at=at))


def contents(row: NetworkPolicy | None) -> networks.Policy:
    """What a row says 制限の内容."""
    return networks.restored(row.contents, enforced=row.enforced) if row else networks.NO_LIMIT


def is_on_trial(row: NetworkPolicy | None, *, at: datetime) -> bool:
    """Whether it holds for a while only 試行中."""
    return row is not None and row.trial_until is not None and row.confirmed_at is None and row.trial_until > at


def before_trial(row: NetworkPolicy, *, at: datetime) -> networks.Policy:
    """What holds again when this trial ends 試行の前の制限."""
    earlier = _holding(at).filter(municipality=row.municipality_id, number__lt=row.number)
    return contents(earlier.first())


def last_number(municipality: directory.Municipality) -> int:
    """The number of the last policy that was made, dropped ones included; 0 for none 最後の番号."""
    numbers = NetworkPolicy.objects.filter(municipality=municipality).values_list("number", flat=True)
    return numbers.first() or 0


def answer(who: person.Person, policy: networks.Policy, *, address: str | None, at: datetime) -> networks.Answer:
    """Whether this person is let in from this address 接続元の判定."""
    if not policy.enforced:
        return networks.Answer.OPEN
    if policy.entry_of(address, on=calendar.day_in_japan(at)):
        return networks.Answer.LISTED
    return networks.Answer.FREE if is_free(who, policy) else networks.Answer.OUTSIDE


def is_free(who: person.Person, policy: networks.Policy) -> bool:
    """Whether the list does not bind this person 制限の対象外."""
    if not policy.free_roles and not policy.free_groups:
        return False
    groups = people.group_numbers_of(who.staff) if policy.free_groups else ()
    return policy.frees(roles=who.roles, groups=groups)


def answer_for(account: models.Account, *, address: str | None, at: datetime) -> networks.Answer:
    """The same for an account, at the cost of one query where nothing is bound; operators are not 接続元の判定."""
    if account.staff is None:
        return networks.Answer.OPEN
    policy = policy_of(account.staff.municipality, at=at)
    if not policy.enforced:
        return networks.Answer.OPEN
    if policy.entry_of(address, on=calendar.day_in_japan(at)):
        return networks.Answer.LISTED
    who = queries.person_of(account, ip=address, at=at)
    return answer(who, policy, address=address, at=at) if who else networks.Answer.OUTSIDE


def keeps_an_administrator(municipality: directory.Municipality, policy: networks.Policy, *, at: datetime) -> bool:
    """Whether somebody will be able to change it again: from a lasting network, or being free 締出しの有無."""
    today = calendar.day_in_japan(at)
    if not policy.enforced or policy.lasting(on=today):
        return True
    for staff in queries.staff_who_may(municipality, Right.SIGN_IN, on=today):
        account = queries.account_of_staff(staff)
        who = queries.person_of(account, ip=None, at=at) if account and not queries.has_left(account, at=at) else None
        if who is not None and is_free(who, policy):
            return True
    return False


def is_listed_anywhere(ip: str, *, at: datetime) -> bool:
    """Whether some municipality counts this address among its own: many may share it 庁舎の接続元."""
    seen, today = proxies.address(ip), calendar.day_in_japan(at)
    if seen is None:
        return False
    latest: dict[int, NetworkPolicy] = {}
    for row in _holding(at).order_by("municipality_id", "-number"):
        latest.setdefault(row.municipality_id, row)
    policies = (contents(row) for row in latest.values() if row.enforced)
    return any(policy.entry_of(str(seen), on=today) for policy in policies)


def blocked(municipality: directory.Municipality, *, words: str, at: datetime) -> QuerySet[BlockedAttempt]:
    """Who came from where and was not let in, the latest first, found by name or address 拒否の一覧."""
    found = BlockedAttempt.objects.filter(municipality=municipality, minute__gt=at - SHOWN_FOR)
    for word in words.split():
        found = found.filter(Q(ip__icontains=word) | Q(account__staff__name__icontains=word))
    return found.select_related("account__staff__department").order_by("-minute", "-pk")


def blocked_since(municipality: directory.Municipality, *, since: datetime) -> int:
    """How many tries were not let in since then 拒否の回数."""
    found = BlockedAttempt.objects.filter(municipality=municipality, minute__gte=since)
    return found.aggregate(total=Sum(F("count")))["total"] or 0


def _holding(at: datetime) -> QuerySet[NetworkPolicy]:
    on_trial = Q(stopped_at__isnull=True, trial_until__gt=at)
    kept = Q(trial_until__isnull=True) | Q(confirmed_at__isnull=False)
    return NetworkPolicy.objects.filter(kept | on_trial).order_by("-number")
