"""From which networks staff may come: changed, tried, confirmed, released; and who was not let in 接続元の制限."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from warifu.access import errors, models, network_queries, networks, person, queries
from warifu.access import letters as mails
from warifu.access.network_models import BlockedAttempt, NetworkPolicy
from warifu.access.rights import Right
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.japan import calendar

CHANGED = "ほかの職員が先に変更しました。いまの内容を確かめてから、もう一度操作してください。"
ON_TRIAL = "試行中は変更できません。試行を確定するか、中止してから操作してください。"
NOBODY = (
    "この変更をすると、変更できる職員が誰もいなくなります。終了日のない接続元を1つ以上登録するか、"
    "サインインの方法を定める職員を制限の対象外にしてください。"
)
SHUTS_OUT = (
    "この変更をすると、いまの接続元（{address}）からはあなた自身が利用できなくなります。"
    "いまの接続元を一覧に加えるか、「15分間の試行として適用する」を選んでください。"
)


def set_networks(
    *, policy: networks.Policy, seen: int, on_trial: bool, by: person.Person, at: datetime
) -> NetworkPolicy:
    """Another policy for the person's municipality, at once or on trial 接続元の制限の変更.

    `seen` is the number of the last policy that they have seen. Raises `errors.NetworksChanged` when it is not the
    last any more or a trial holds, `errors.ShutsOut` for a change without trial that would shut them out, and
    `errors.NetworksRefused` for one that nobody could take back.
    """
    body = by.municipality
    now = network_queries.in_force(body, at=at)
    if network_queries.is_on_trial(now, at=at):
        raise errors.NetworksChanged(ON_TRIAL)
    if not network_queries.keeps_an_administrator(body, policy, at=at):
        raise errors.NetworksRefused(NOBODY)
    inside = network_queries.answer(by, policy, address=by.ip, at=at) is not networks.Answer.OUTSIDE
    if not inside and not on_trial:
        raise errors.ShutsOut(SHUTS_OUT.format(address=by.ip or "不明"))
    until = at + networks.TRIAL if on_trial else None
    with transaction.atomic():
        made = _make(body, policy, number=seen + 1, by=by.actor, at=at, until=until)
        audit.append(
            ledger=body.code,
            action="access.set_networks",
            target=f"municipality:{body.code}",
            by=by.actor,
            at=at,
            facts=_difference(network_queries.contents(now), policy)
            | ({"trial_until": until.isoformat(timespec="seconds")} if until else {}),
        )
    return made


def confirm_networks(*, by: person.Person, at: datetime) -> None:
    """What is on trial holds from now on; only from an address on its list 試行の確定.

    Raises `errors.NetworksChanged` where nothing is on trial, `errors.ShutsOut` from outside.
    """
    row = _on_trial(by.municipality, at=at)
    policy = network_queries.contents(row)
    if policy.enforced and policy.entry_of(by.ip, on=calendar.day_in_japan(at)) is None:
        raise errors.ShutsOut(
            f"いまの接続元（{by.ip or '不明'}）は、試行中の一覧にありません。一覧にある接続元から確定してください。"
        )
    with transaction.atomic():
        due = NetworkPolicy.objects.filter(pk=row.pk, confirmed_at=None, stopped_at=None)
        if due.update(confirmed_at=at) != 1:
            raise errors.NetworksChanged(CHANGED)
        _note("confirm_networks", by.municipality, by=by.actor, at=at, number=row.number)


def stop_network_trial(*, by: person.Person, at: datetime) -> None:
    """What held before the trial holds again; raises `errors.NetworksChanged` where nothing is on trial 試行の中止."""
    row = _on_trial(by.municipality, at=at)
    with transaction.atomic():
        if NetworkPolicy.objects.filter(pk=row.pk, confirmed_at=None, stopped_at=None).update(stopped_at=at) != 1:
            raise errors.NetworksChanged(CHANGED)
        _note("stop_network_trial", by.municipality, by=by.actor, at=at, number=row.number)


def release_networks(
    *, municipality: directory.Municipality, reason: str, letters: mails.Letters, by: Actor, at: datetime
) -> int:
    """An operator lifts the limit of a body that has shut itself out; its administrators hear of it 緊急解除.

    The list stays, and is only not enforced. Tells both ledgers; returns to how many people a mail goes.
    """
    now = network_queries.in_force(municipality, at=at)
    held = network_queries.contents(now)
    lifted = networks.Policy(False, held.entries, held.free_roles, held.free_groups)
    with transaction.atomic():
        NetworkPolicy.objects.filter(municipality=municipality, confirmed_at=None, stopped_at=None).exclude(
            trial_until=None
        ).update(stopped_at=at)
        number = network_queries.last_number(municipality) + 1
        _make(municipality, lifted, number=number, by=by, at=at, until=None)
        # In the order of their names, as the ledger asks of who writes two.
        for ledger in sorted({municipality.code, "service"}):
            audit.append(
                ledger=ledger,
                action="access.release_networks",
                target=f"municipality:{municipality.code}",
                by=by,
                at=at,
                facts={"reason": reason, "enforced_before": held.enforced},
            )
        told = _administrators(municipality, at=at)
        for account in told:
            letters.networks_released(**mails.addressed(account), reason=reason, at=at)
    return len(told)


def block(*, account: models.Account, ip: str | None, at_sign_in: bool, at: datetime) -> None:
    """Somebody was not let in from where they are: counted by the minute, a line for the first of each 拒否の記録."""
    if account.staff is None:
        return
    minute = at.replace(second=0, microsecond=0)
    body = account.staff.municipality
    with transaction.atomic():
        row, first = BlockedAttempt.objects.get_or_create(
            municipality=body, account=account, ip=ip or "", minute=minute, at_sign_in=at_sign_in
        )
        if not first:
            BlockedAttempt.objects.filter(pk=row.pk).update(count=F("count") + 1)
            return
        BlockedAttempt.objects.filter(municipality=body, minute__lt=at - network_queries.SHOWN_FOR).delete()
        audit.append(
            ledger=body.code,
            action="access.block",
            target=f"account:{account.pk}",
            by=queries.actor_of(account, ip=ip, at=at),
            at=at,
            facts={"at_sign_in": at_sign_in},
        )


def _on_trial(municipality: directory.Municipality, *, at: datetime) -> NetworkPolicy:
    row = network_queries.in_force(municipality, at=at)
    if row is None or not network_queries.is_on_trial(row, at=at):
        raise errors.NetworksChanged("試行中の変更はありません。試行の時間が過ぎると、元の設定に戻ります。")
    return row


def _make(
    body: directory.Municipality,
    policy: networks.Policy,
    *,
    number: int,
    by: Actor,
    at: datetime,
    until: datetime | None,
) -> NetworkPolicy:
    if len(policy.entries) > networks.MOST:
        raise errors.NetworksRefused(f"接続元は{networks.MOST}件まで登録できます。使っていないものを削除してください。")
    try:
        with transaction.atomic():
            return NetworkPolicy.objects.create(
                municipality=body,
                number=number,
                enforced=policy.enforced,
                contents=networks.kept(policy),
                made_at=at,
                made_by=by.name[:80],
                trial_until=until,
            )
    except IntegrityError as taken:
        raise errors.NetworksChanged(CHANGED) from taken


def _difference(before: networks.Policy, after: networks.Policy) -> dict[str, str | int | bool | list[str]]:
    old, new = networks.texts(before.entries), networks.texts(after.entries)
    facts: dict[str, str | int | bool | list[str]] = {"enforced": after.enforced, "networks": len(new)}
    changed: dict[str, list[str]] = {
        "networks_added": [text for text in new if text not in old],
        "networks_removed": [text for text in old if text not in new],
    }
    if before.free_roles != after.free_roles:
        changed["free_roles"] = sorted(after.free_roles)
    if before.free_groups != after.free_groups:
        changed["free_groups"] = [str(number) for number in sorted(after.free_groups)]
    if before.enforced != after.enforced:
        facts["before_enforced"] = before.enforced
    return facts | {name: texts for name, texts in changed.items() if texts or name.startswith("free")}


def _administrators(municipality: directory.Municipality, *, at: datetime) -> list[models.Account]:
    staff = queries.staff_who_may(municipality, Right.SIGN_IN, on=calendar.day_in_japan(at))
    accounts = models.Account.objects.filter(staff__in=staff, is_active=True).select_related("staff__municipality")
    return [account for account in accounts if not queries.has_left(account, at=at)]


def _note(verb: str, body: directory.Municipality, *, by: Actor, at: datetime, number: int) -> None:
    audit.append(
        ledger=body.code,
        action=f"access.{verb}",
        target=f"municipality:{body.code}",
        by=by,
        at=at,
        facts={"number": number},
    )
