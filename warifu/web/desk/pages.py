"""What the state of things means for the person who looks 画面の値."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from django.urls import reverse

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import handover, lifecycle, models, policies, queries, recipient
from warifu.agreements.lifecycle import State
from warifu.directory import recipient_rules
from warifu.japan import calendar
from warifu.web import waiting

from . import undelivered


@dataclass(frozen=True)
class Queued:
    """One thing that has stopped, its reason, and the next step 対応が必要な契約."""

    agreement: models.Agreement
    word: str
    tone: str
    why: str
    label: str
    url: str


SOON_DAYS = 3


def needs_attention(person: access.Person, *, at: datetime, limit: int = 12) -> tuple[list[Queued], bool]:
    """What waits for this person, the most pressing first, and whether there is more; one button each 対応が必要.

    Each kind is looked up only when the list has room for it: forty windows are open on April 1.
    """
    kinds = (_undelivered, _to_consent, _to_approve, _returned, _to_send, _due_soon, _sealing)
    found = list(islice(chain.from_iterable(kind(person, at, limit + 1) for kind in kinds), limit + 1))
    return found[:limit], len(found) > limit


def _undelivered(person: access.Person, at: datetime, limit: int) -> Iterator[Queued]:
    if policies.may_draft(person):
        for agreement in undelivered.agreements_with(person, limit=limit):
            yield Queued(
                agreement,
                "メール不達",
                "stopped",
                "相手方へのメールが届きませんでした。宛先を確かめて、送り直してください。",
                "宛先を訂正して再送",
                reverse("desk:agreement", args=[agreement.pk]) + "#party",
            )


def _to_consent(person: access.Person, at: datetime, limit: int) -> Iterator[Queued]:
    if person.staff.authorities.exists():
        for agreement in queries.waiting_for_consent(person.staff)[:limit]:
            yield Queued(
                agreement,
                "合意待ち",
                "soon",
                f"{agreement.authority}の名義での合意を待っています。内容を確かめて、合意してください。",
                "内容を確かめる",
                reverse("desk:consent", args=[agreement.pk]),
            )


def _to_approve(person: access.Person, at: datetime, limit: int) -> Iterator[Queued]:
    if person.may(Right.APPROVE):
        for agreement in queries.waiting_for_approval(person)[:limit]:
            yield Queued(
                agreement,
                "承認待ち",
                "soon",
                f"{agreement.drafted_by.name}さんが{_day(agreement.submitted_at)}に承認を依頼しました。",
                "内容を確かめる",
                reverse("desk:approve", args=[agreement.pk]),
            )


def _returned(person: access.Person, at: datetime, limit: int) -> Iterator[Queued]:
    if policies.may_draft(person):
        mine = queries.reached_by(person, Right.DRAFT).filter(handover.in_charge(person.staff), state=State.DRAFT)
        for agreement in mine.exclude(reason="")[:limit]:
            yield Queued(
                agreement,
                "差戻し",
                "soon",
                f"差戻しの理由：{agreement.reason}",
                "内容を直す",
                reverse("desk:contents", args=[agreement.pk]),
            )


def _to_send(person: access.Person, at: datetime, limit: int) -> Iterator[Queued]:
    if policies.may_draft(person):
        for agreement in queries.reached_by(person, Right.DRAFT).filter(state=State.APPROVED)[:limit]:
            yield Queued(
                agreement,
                "送信待ち",
                "soon",
                "承認されました。相手方へ送信してください。",
                "送信へ進む",
                reverse("desk:agreement", args=[agreement.pk]),
            )


def _due_soon(person: access.Person, at: datetime, limit: int) -> Iterator[Queued]:
    soon = at + timedelta(days=SOON_DAYS)
    for agreement in queries.readable_by(person).filter(state=State.SENT, respond_by__lte=soon)[:limit]:
        yield Queued(
            agreement,
            "期限間近",
            "soon",
            f"同意の期限は{_day(agreement.respond_by)}です。{_awaited(agreement)}の合意がまだありません。",
            "状況を見る",
            reverse("desk:agreement", args=[agreement.pk]),
        )


def _sealing(person: access.Person, at: datetime, limit: int) -> Iterator[Queued]:
    for agreement in queries.readable_by(person).filter(state=State.AGREED)[:limit]:
        yield Queued(
            agreement,
            "署名処理中",
            "moving",
            waiting.sentence_for_staff(agreement),
            "処理の状況を見る",
            reverse("desk:agreement", args=[agreement.pk]),
        )


@dataclass(frozen=True)
class Row:
    """One line of the list of open agreements 進行中の契約."""

    agreement: models.Agreement
    url: str
    tone: str
    word: str
    note: str


def row(agreement: models.Agreement, *, at: datetime) -> Row:
    """An agreement as the list shows it 一覧の行."""
    state = State(agreement.state)
    drafting = state is State.DRAFT
    name = "desk:contents" if drafting else "desk:agreement"
    tone = {State.IN_APPROVAL: "soon", State.DRAFT: "idle"}.get(state, "moving")
    note = ""
    if drafting and agreement.reason:
        note = "差戻し"
    elif state is State.AGREED:
        note = "署名処理中"
    elif state is State.SENT and agreement.respond_by:
        days = (calendar.day_in_japan(agreement.respond_by) - calendar.day_in_japan(at)).days
        note = f"あと{days}日" if days > 0 else "今日まで"
        tone = "soon" if days <= SOON_DAYS else tone
    return Row(agreement, reverse(name, args=[agreement.pk]), tone, lifecycle.WORDS[state], note)


def mail_warning(agreement: models.Agreement) -> str:
    """What the municipality's rules say of the counterparty's address before it is sent, or "" 宛先の注意."""
    if agreement.counterparty is None or agreement.sent_at is not None:
        return ""
    asked = recipient.recipient_of(agreement)
    return recipient_rules.judgement_of(agreement.municipality, asked.mail).sentence if asked else ""


def _day(at: datetime | None) -> str:
    return "" if at is None else calendar.wareki(calendar.day_in_japan(at))


def _awaited(agreement: models.Agreement) -> str:
    """The party whose turn it is, by name."""
    party = queries.whose_turn(queries.parties_of(agreement))
    if party is None:
        return "当事者"
    return f"{party.organisation}（{party.title}）" if party.side == models.Side.MUNICIPALITY else party.organisation
