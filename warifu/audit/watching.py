"""Looking through a ledger for use that is worth a look, once per line 注意が必要な利用の検知."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from warifu.japan import calendar

from . import actions as ledger_actions
from . import anomalies, changes, models, performers
from .actor import Actor, ActorKind
from .anomalies import AnomalyKind, Rule

AT_ONCE = 5000


def rules_of(ledger: str) -> dict[AnomalyKind, Rule]:
    """The rules of one body: its own, else the defaults 注意の基準の一覧."""
    own = {AnomalyKind(row.kind): row for row in models.AnomalyRule.objects.filter(ledger=ledger)}
    return {
        kind: Rule(own[kind].threshold, own[kind].minutes, own[kind].enabled) if kind in own else rule
        for kind, rule in anomalies.DEFAULTS.items()
    }


def anomalies_of(ledger: str) -> QuerySet[models.Anomaly]:
    """What was found in one ledger, newest first 注意が必要な利用の一覧."""
    return models.Anomaly.objects.filter(ledger=ledger).order_by("-last_at", "-pk")


def waiting(ledger: str) -> int:
    """How many nobody has looked at yet 未確認の件数."""
    return models.Anomaly.objects.filter(ledger=ledger, confirmed_at=None).count()


def untold(ledger: str) -> QuerySet[models.Anomaly]:
    """What nobody has been told of yet 未通知の一覧."""
    return anomalies_of(ledger).filter(told_at=None, confirmed_at=None)


def told_today(ledger: str, kind: str, *, at: datetime) -> bool:
    """Whether a mail about this kind has gone out on this day in Japan 本日通知済みか."""
    begin = calendar.midnight_before(calendar.day_in_japan(at))
    return models.Anomaly.objects.filter(ledger=ledger, kind=kind, told_at__gte=begin).exists()


def mark_told(found: Iterable[models.Anomaly], *, at: datetime) -> None:
    """A mail about these is on its way; no deed, so no ledger line follows 通知済み."""
    models.Anomaly.objects.filter(pk__in=[one.pk for one in found], told_at=None).update(told_at=at)


def examine(ledger: str, *, closed: Collection[str], at: datetime) -> int:
    """Look at the lines that came since the last time; returns how many 利用の確認.

    `closed` are targets (`account:<id>`) whose credentials nobody should use any more. What is found is kept as one
    anomaly per kind, person and day, and grows with the day.
    """
    with transaction.atomic():
        begun, _ = models.Examined.objects.select_for_update().get_or_create(ledger=ledger)
        lines = models.Entry.objects.filter(ledger__name=ledger, sequence__gt=begun.sequence).order_by("sequence")
        fresh = list(lines[:AT_ONCE])
        if not fresh:
            return 0
        rules = {kind: rule for kind, rule in rules_of(ledger).items() if rule.enabled}
        for kind, who, day in _touched(ledger, fresh, rules, closed):
            _weigh(ledger, kind, who, day, rules[kind], at)
        models.Examined.objects.filter(pk=begun.pk).update(sequence=fresh[-1].sequence)
    return len(fresh)


def _touched(
    ledger: str, fresh: list[models.Entry], rules: Collection[AnomalyKind], closed: Collection[str]
) -> list[tuple[AnomalyKind, str, date]]:
    """Which kinds these lines may belong to, of whom, on which day."""
    found: dict[tuple[AnomalyKind, str, date], None] = {}
    for line in fresh:
        day = calendar.day_in_japan(line.at)
        for kind in rules:
            if _belongs(ledger, kind, line, closed):
                found[kind, _who(line), day] = None
    return list(found)


def _belongs(ledger: str, kind: AnomalyKind, line: models.Entry, closed: Collection[str]) -> bool:
    if kind is AnomalyKind.OFF_HOURS:
        return line.actor_kind == ActorKind.STAFF and anomalies.off_hours(line.at)
    if line.action not in anomalies.ACTIONS[kind]:
        return False
    if kind is AnomalyKind.CLOSED:
        return line.target in closed
    if kind is AnomalyKind.NETWORK:
        return performers.new_network(ledger, line.actor_id, line.ip or "", before=line.sequence)
    return True


def _who(line: models.Entry) -> str:
    """A refused sign-in was done by nobody known: it is told of the account."""
    return line.target if line.action == "access.refuse" else line.actor_id


def _weigh(ledger: str, kind: AnomalyKind, who: str, day: date, rule: Rule, at: datetime) -> None:
    """Look at the whole day of this person, and keep or grow the anomaly when the rule is met."""
    lines = models.Entry.objects.filter(
        ledger__name=ledger, at__gte=calendar.midnight_before(day), at__lt=calendar.midnight_after(day)
    ).order_by("at", "sequence")
    own = lines.filter(target=who, action="access.refuse") if who.startswith("account:") else lines.filter(actor_id=who)
    if kind is AnomalyKind.OFF_HOURS:
        counted = [line for line in own if anomalies.off_hours(line.at)]
    elif kind is AnomalyKind.NETWORK:
        signed_in = own.filter(action__in=anomalies.ACTIONS[kind])
        counted = [
            line for line in signed_in if performers.new_network(ledger, who, line.ip or "", before=line.sequence)
        ]
    else:
        counted = list(own.filter(action__in=anomalies.ACTIONS[kind]))
    if not counted or anomalies.densest([line.at for line in counted], rule.minutes) < rule.threshold:
        return
    first, last = counted[0], counted[-1]
    grown = {
        "count": len(counted),
        "first_at": first.at,
        "last_at": last.at,
        "first_sequence": min(line.sequence for line in counted),
        "last_sequence": max(line.sequence for line in counted),
        "ip": last.ip or "",
    }
    known = models.Anomaly.objects.filter(ledger=ledger, kind=kind, who=who, day=day)
    if not known.update(**grown):
        models.Anomaly.objects.create(
            ledger=ledger,
            kind=kind,
            who=who,
            day=day,
            name=last.actor_name,
            post=last.actor_post,
            found_at=at,
            **grown,
        )


def confirm(*, anomaly: models.Anomaly, note: str, by: Actor, at: datetime) -> None:
    """Somebody has looked, and says what it was 確認."""
    with transaction.atomic():
        models.Anomaly.objects.filter(pk=anomaly.pk).update(confirmed_at=at, confirmed_by=by.name, note=note)
        ledger_actions.append(
            ledger=anomaly.ledger,
            action="audit.confirm_anomaly",
            target=f"anomaly:{anomaly.pk}",
            by=by,
            at=at,
            facts={"kind": anomaly.kind, **changes.between({"note": anomaly.note}, {"note": note})},
        )


def set_rules(*, ledger: str, rules: dict[AnomalyKind, Rule], by: Actor, at: datetime) -> None:
    """Decide from when on the kinds of use are worth a look 注意の基準の変更."""
    before, after = rules_of(ledger), rules_of(ledger) | rules
    with transaction.atomic():
        for kind, rule in rules.items():
            models.AnomalyRule.objects.update_or_create(
                ledger=ledger,
                kind=kind,
                defaults={"enabled": rule.enabled, "threshold": rule.threshold, "minutes": rule.minutes},
            )
        ledger_actions.append(
            ledger=ledger,
            action="audit.set_rules",
            target=f"ledger:{ledger}",
            by=by,
            at=at,
            facts=changes.between(_flat(before), _flat(after)),
        )


def _flat(rules: dict[AnomalyKind, Rule]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for kind, rule in rules.items():
        flat[kind.value] = f"{rule.threshold}件・{rule.minutes}分" if rule.enabled else "確認しない"
    return flat
