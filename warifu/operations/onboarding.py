"""A body's way into the service: begun by an operator, prepared by its administrator, opened by both 団体の追加."""

from datetime import date, datetime

from django.db import transaction

from warifu.access import actions as access
from warifu.access import letters as mails
from warifu.access import network_queries, queries
from warifu.access.person import Person
from warifu.agreements import queries as agreements
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import actions as directory
from warifu.directory import models
from warifu.directory import queries as directory_queries
from warifu.directory.stages import Stage
from warifu.japan import calendar

from . import checklist
from .onboarding_models import Declaration, LiveRequest


class OnboardingRefused(Exception):
    """What was asked is not done; the sentence says why and what to do next 団体の追加の断り."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def begin(
    *,
    code: str,
    name: str,
    slug: str,
    department: str,
    administrator: directory.PersonEntry,
    letters: mails.Letters,
    by: Actor,
    at: datetime,
) -> models.Municipality:
    """A body in preparation with its first department and administrator, who gets a link by mail 団体の追加.

    Raises `directory.errors.Refusal`.
    """
    with transaction.atomic():
        body = directory.begin_body(code=code, name=name, slug=slug, by=by, at=at)
        place = directory.add_department(
            municipality=body, entry=directory.DepartmentEntry(name=department), begins_on=None, by=by, at=at
        )
        staff = directory.add_person(
            municipality=body,
            entry=administrator,
            department=place,
            title="",
            begins_on=calendar.day_in_japan(at),
            by=by,
            at=at,
        )
        access.appoint_first_administrator(staff=staff, letters=letters, by=by, at=at)
    return body


def items_of(body: models.Municipality, *, mfa_by_default: bool, at: datetime) -> tuple[checklist.Item, ...]:
    """What is done and what is open, counted now 確認事項."""
    today = calendar.day_in_japan(at)
    titles = directory_queries.authorities_of(body)
    counts = checklist.Counts(
        departments=directory_queries.departments_without_end(body),
        people=directory_queries.staff_of(body).filter(left_on__isnull=True).count(),
        roles=queries.roles_granted(body, on=today),
        titles=titles.count(),
        titles_with_consenter=titles.filter(consenters__isnull=False).distinct().count(),
        second_factor_demanded=queries.rules_in(body, mfa_by_default=mfa_by_default).mfa_required,
        networks=len(network_queries.policy_of(body, at=at).entries),
        counterparties=directory_queries.counterparties_of(body).count(),
        rehearsed=agreements.approved_count(body),
    )
    rows = Declaration.objects.filter(municipality=body)
    return checklist.items(counts, {row.item: f"{calendar.wareki(row.done_on)} {row.name}" for row in rows})


def request_of(body: models.Municipality) -> LiveRequest | None:
    """What its administrator has asked for, or None 利用開始の申請."""
    return LiveRequest.objects.filter(municipality=body).first()


def declare(*, item: checklist.Declared, name: str, done_on: date, by: Person, at: datetime) -> None:
    """The body declares that something is done, by whom and when; declaring again replaces it 申告."""
    body = by.municipality
    if done_on > calendar.day_in_japan(at):
        raise OnboardingRefused("完了日は、今日か、それより前の日にしてください。")
    with transaction.atomic():
        Declaration.objects.update_or_create(
            municipality=body, item=item, defaults={"name": name, "done_on": done_on, "declared_at": at}
        )
        facts = {"item": item.value, "name": name, "done_on": done_on.isoformat()}
        audit.append(
            ledger=body.code,
            action="operations.declare",
            target=f"municipality:{body.code}",
            by=by.actor,
            at=at,
            facts=facts,
        )


def ask_live(*, wanted_on: date, mfa_by_default: bool, by: Person, at: datetime) -> None:
    """The administrator asks to go live; refused while a must item is open 利用開始の申請."""
    body = by.municipality
    if Stage(body.stage) is not Stage.PREPARING:
        raise OnboardingRefused(f"{body.name}は、すでに利用を開始しています。")
    if wanted_on < calendar.day_in_japan(at):
        raise OnboardingRefused("希望する利用開始日は、今日か、それより後の日にしてください。")
    _require_complete(body, mfa_by_default=mfa_by_default, at=at)
    with transaction.atomic():
        LiveRequest.objects.update_or_create(
            municipality=body,
            defaults={"wanted_on": wanted_on, "asked_by": by.staff.name, "asked_at": at},
        )
        audit.append(
            ledger=body.code,
            action="operations.ask_live",
            target=f"municipality:{body.code}",
            by=by.actor,
            at=at,
            facts={"wanted_on": wanted_on.isoformat()},
        )


def confirm_live(*, body: models.Municipality, mfa_by_default: bool, by: Actor, at: datetime) -> models.Municipality:
    """The operator confirms what was asked; the gate is looked at once more 利用開始の確定.

    The day is the one that was asked for, today where that has passed. Raises `OnboardingRefused`.
    """
    asked = request_of(body)
    if asked is None:
        raise OnboardingRefused(f"{body.name}の全体管理者からの申請がまだありません。申請を待ってください。")
    _require_complete(body, mfa_by_default=mfa_by_default, at=at)
    live_on = max(asked.wanted_on, calendar.day_in_japan(at))
    return directory.go_live(municipality=body, live_on=live_on, by=by, at=at)


def _require_complete(body: models.Municipality, *, mfa_by_default: bool, at: datetime) -> None:
    left = checklist.open_musts(items_of(body, mfa_by_default=mfa_by_default, at=at))
    if left:
        names = "、".join(item.label for item in left)
        raise OnboardingRefused(f"必須の確認事項が残っています：{names}。終えてから、もう一度操作してください。")
