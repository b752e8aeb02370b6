"""A plan is made, confirmed, taken up again and cancelled 人事異動の計画."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.audit import actions as audit
from warifu.audit import record
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.japan import calendar
from warifu.transfers import contents, errors, findings, models, outlook
from warifu.transfers.models import State


def plan(
    *,
    municipality: directory.Municipality,
    effective_on: date,
    name: str = "",
    undoes: models.Plan | None = None,
    made_by: directory.StaffMember,
    by: Actor,
    at: datetime,
) -> models.Plan:
    """An empty plan for a day, today at the earliest; one a day and body 人事異動の計画の作成.

    Raises errors.Unfit for a day that is over, errors.NotNow where that day has a plan.
    """
    if effective_on < calendar.day_in_japan(at):
        raise errors.Unfit("過ぎた日の人事異動は計画できません。今日以後の日を入力してください。", about="day")
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = models.Plan.objects.create(
                    municipality=municipality,
                    name=name or f"{calendar.wareki(effective_on)}付け人事異動",
                    effective_on=effective_on,
                    undoes=undoes,
                    made_at=at,
                    made_by=made_by,
                )
        except IntegrityError as clash:
            raise errors.NotNow(
                f"{calendar.wareki(effective_on)}付けの計画が、すでにあります。その計画に発令を加えてください。"
            ) from clash
        facts: record.Facts = {
            "name": made.name,
            "effective_on": effective_on.isoformat(),
            "undoes": str(undoes.pk) if undoes else None,
        }
        note("plan", made, by=by, at=at, facts=facts)
    return made


def confirm(
    *, plan_id: UUID, despite_warnings: bool, shown: str | None = None, by: access.Person, at: datetime
) -> models.Plan:
    """The plan takes effect by itself on its day; until then it can be taken up again or cancelled 人事異動の確定.

    `shown` is the `contents.digest` of what the person has looked at: what became another since is not confirmed.
    Raises errors.NotReady with what stands in the way, errors.NotNow, errors.NotYours where roles are granted and the
    person may not grant any.
    """
    # The look over a large plan takes seconds, in which nobody else should wait to write: it comes before the lock.
    looked_at = models.Plan.objects.select_related("municipality").get(pk=plan_id, municipality=by.municipality)
    shape, found = contents.of(looked_at), findings.of(outlook.of(looked_at))
    with transaction.atomic():
        kept = locked(plan_id, by.municipality, State.DRAFT)
        if contents.of(kept) != shape or shown not in {None, contents.digest(shape, found)}:
            raise errors.NotNow("確かめている間に、計画が変更されました。もう一度、内容を確かめてください。")
        if kept.effective_on < calendar.day_in_japan(at):
            raise errors.NotNow("発令日が過ぎています。この計画を取りやめ、新しい計画を作成してください。")
        if kept.moves.filter(roles__isnull=False).exists() and not by.may(Right.ROLES):
            raise errors.NotYours("役割の付与を含む計画は、全体管理者が確定します。全体管理者へ依頼してください。")
        if wrong := [one.sentence for one in found if one.blocks]:
            raise errors.NotReady(wrong)
        if found and not despite_warnings:
            raise errors.NotNow(f"確かめることが{len(found)}件あります。内容を確かめ、確認欄に印を付けてください。")
        kept.state, kept.confirmed_at, kept.confirmed_by = State.CONFIRMED, at, by.staff
        kept.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        facts: record.Facts = {"people": kept.moves.count(), "warnings": len(found)}
        note("confirm", kept, by=by.actor, at=at, facts=facts)
    return kept


def reopen(*, plan_id: UUID, municipality: directory.Municipality, by: Actor, at: datetime) -> models.Plan:
    """A confirmed plan that has not begun is worked on again 確定の取消し."""
    with transaction.atomic():
        kept = locked(plan_id, municipality, State.CONFIRMED)
        kept.state, kept.confirmed_at, kept.confirmed_by = State.DRAFT, None, None
        kept.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        note("reopen", kept, by=by, at=at)
    return kept


def cancel(*, plan_id: UUID, municipality: directory.Municipality, by: Actor, at: datetime) -> models.Plan:
    """Nothing of it happens, and everybody in it may be put into another plan 人事異動の取りやめ."""
    with transaction.atomic():
        kept = locked(plan_id, municipality, State.DRAFT, State.CONFIRMED)
        kept.state, kept.finished_at = State.CANCELLED, at
        kept.save(update_fields=["state", "finished_at"])
        people = kept.moves.update(open=False)
        note("cancel", kept, by=by, at=at, facts={"people": people})
    return kept


def locked(plan_id: UUID, municipality: directory.Municipality, *states: State) -> models.Plan:
    """The plan of this body, held, in one of these states; else errors.NotNow 計画の占有."""
    found = models.Plan.objects.select_for_update(of=("self",)).select_related("municipality")
    kept = found.get(pk=plan_id, municipality=municipality)
    if kept.state not in states:
        word = State(kept.state).label
        raise errors.NotNow(f"この計画は「{word}」のため、この操作はできません。画面を開き直してください。")
    return kept


def note(verb: str, kept: models.Plan, *, by: Actor, at: datetime, facts: record.Facts | None = None) -> None:
    """The line of a verb about a plan 計画の操作の記録."""
    audit.append(
        ledger=kept.municipality.code,
        action=f"transfers.{verb}",
        target=f"transfer:{kept.pk}",
        by=by,
        at=at,
        facts=facts or {},
    )
