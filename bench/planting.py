"""What a bench puts into an empty Warifu beside the cast: many departments, people, firms and agreements."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from warifu.agreements import models as agreement_models
    from warifu.archive import models as archive_models
    from warifu.directory import models as directory_models

WORKS = ["舗装補修工事", "清掃業務委託", "設計業務委託", "機器賃貸借", "保守点検業務委託", "側溝改修工事"]
PLACES = ["上米内線", "館向町線", "本庁舎", "上田公民館", "松園センター", "中央卸売市場", "加賀野線", "髙松の池"]
FAMILIES = "佐藤 佐々木 高橋 千葉 伊藤 菊池 及川 阿部 小野寺 鈴木 工藤 吉田 斎藤 藤原 熊谷 村上 田村 三浦 小原 照井"
STATES = ["draft", "in_approval", "approved", "sent", *["concluded"] * 8]
ELSEWHERE = 0.02
"""Which share of people and firms each of the seven other bodies has; all else is 盛岡市's."""
BATCH = 2_000

T = TypeVar("T")


@dataclass(frozen=True)
class Numbers:
    """How much of everything, over all bodies; agreements are all 盛岡市's."""

    departments: int
    people: int
    firms: int
    agreements: int


@dataclass
class Planted:
    """What 盛岡市 has now."""

    departments: "list[directory_models.Department]"
    people: "list[directory_models.StaffMember]"
    firms: "list[directory_models.Counterparty]"
    records: "list[archive_models.Record]"


def plant(numbers: Numbers) -> Planted:
    """Fill all eight bodies; every person has an account, one in three a role within their department."""
    from tests import city
    from warifu.directory import queries as directory

    at, main = datetime.now(UTC), city.morioka()
    found = Planted([], [], [], [])
    for body in directory.municipalities():
        share = 1 - 7 * ELSEWHERE if body == main else ELSEWHERE
        places = _departments(body, max(1, round(numbers.departments * share)))
        people = _people(body, places, max(1, round(numbers.people * share)))
        firms = _firms(body, round(numbers.firms * share))
        if body == main:
            found = Planted(places, people, firms, [])
    found.records = _agreements(found, numbers.agreements, at)
    _groups(found)
    return found


def _kept(model: Any, rows: Iterable[T]) -> list[T]:
    """Written in short transactions, because a worker and pages run beside it."""
    made = list(rows)
    for place in range(0, len(made), BATCH):
        model.objects.bulk_create(made[place : place + BATCH], batch_size=500)
    return made


def _departments(body: "directory_models.Municipality", number: int) -> "list[directory_models.Department]":
    """A tree of four levels, ten below each."""
    from warifu.directory import models

    made: list[models.Department] = []
    for level in range(4):
        first = sum(10 ** (one + 1) for one in range(level))
        rows = []
        for place in range(first, min(number, first + 10 ** (level + 1)) if level < 3 else number):
            parent = made[(place - first) // 10 % 1000 + first - 10**level] if level else None
            row = models.Department(
                municipality=body, parent=parent, name=f"第{place}課", code=f"{place:05d}", position=place
            )
            row.path = row.path_below(parent)
            rows.append(row)
        made += _kept(models.Department, rows)
    return made


def _people(
    body: "directory_models.Municipality", places: "list[directory_models.Department]", number: int
) -> "list[directory_models.StaffMember]":
    from warifu.access import models as access
    from warifu.directory import models

    families = FAMILIES.split()
    staff = _kept(
        models.StaffMember,
        (
            models.StaffMember(
                municipality=body,
                department=places[place % len(places)],
                name=f"{families[place % 20]} {place:05d}子",
                title="課長" if place % 10 == 0 else "主事",
                mail=f"staff{place}@{body.slug}.bench.example.jp",
                number=f"{place:06d}",
            )
            for place in range(number)
        ),
    )
    _kept(models.Post, (models.Post(staff=one, department=one.department, title=one.title) for one in staff))
    _kept(access.Account, (access.Account(mail=one.mail, staff=one) for one in staff))
    # One in ten approves, for the whole body; one in five drafts, in their own department.
    approvers = (access.RoleGrant(staff=one, role="approver") for one in staff[::10])
    officers = (access.RoleGrant(staff=one, role="officer", department=one.department) for one in staff[1::5])
    _kept(access.RoleGrant, (*approvers, *officers))
    return staff


def _firms(body: "directory_models.Municipality", number: int) -> "list[directory_models.Counterparty]":
    from warifu.directory import counterparty_words, models

    def firm(place: int) -> models.Counterparty:
        name = f"{WORKS[place % 6][:2]}{PLACES[place % 8]}第{place}株式会社"
        one = models.Counterparty(
            municipality=body,
            name=name,
            address=f"岩手県盛岡市架空町{place}番地",
            signatory_title="代表取締役",
            signatory_name=f"工藤 {place}",
            mail=f"firm{place}@bench.example.jp",
            kana=f"カブシキガイシャダイ{place}",
        )
        one.search_key = counterparty_words.text_of([one.name])
        one.search_text = counterparty_words.text_of(counterparty_words.own(one))
        return one

    return _kept(models.Counterparty, (firm(place) for place in range(number)))


def _groups(planted: Planted) -> None:
    from warifu.directory import models

    body = planted.departments[0].municipality
    groups = _kept(models.Group, (models.Group(municipality=body, name=f"第{n}班") for n in range(200)))
    groups[0].members.set(planted.people[:1000])


def _agreements(planted: Planted, number: int, at: datetime) -> "list[archive_models.Record]":
    """In all states and departments; two thirds of them concluded with a record."""
    from tests import city
    from warifu.agreements import models
    from warifu.archive import models as archive

    sato, authority = city.sato().staff, city.contents().authority
    records = []
    for begin in range(0, number, BATCH):
        made = []
        for place in range(begin, min(begin + BATCH, number)):
            one = _agreement(planted, place, at)
            one.municipality, one.authority = sato.municipality, authority
            if place % 50 == 0:
                one.department, one.drafted_by = sato.department, sato
            if one.state == "concluded":
                one.record = _record(one, at)
                records.append(one.record)
            made.append(one)
        archive.Record.objects.bulk_create([one.record for one in made if one.record], batch_size=500)
        models.Agreement.objects.bulk_create(made, batch_size=500)
        models.Party.objects.bulk_create(
            [
                models.Party(agreement=one, side=side, position=place, organisation="○", name="○", mail="a@example.jp")
                for one in made
                if one.state == "sent"
                for place, side in enumerate(("counterparty", "municipality"), start=1)
            ],
            batch_size=500,
        )
    return records


def _agreement(planted: Planted, place: int, at: datetime) -> "agreement_models.Agreement":
    from warifu.agreements import models

    people, firms = planted.people, planted.firms
    drafter = people[place % len(people)]
    return models.Agreement(
        department=drafter.department,
        drafted_by=drafter,
        state=STATES[place % 12],
        title=f"令和8年度{PLACES[place % 8]}{WORKS[place % 6]}その{place}",
        number=f"2026-{place:06d}",
        kind=models.Kind.SERVICE,
        amount=100_000 + place * 1_237,
        contract_on=date(2026, 4, 1) + timedelta(days=place % 300),
        term_from=date(2026, 4, 2),
        term_to=date(2027, 3, 31),
        decision_number=f"8財契第{place}号",
        counterparty=firms[place % len(firms)],
        approver=people[place // 10 * 10 % len(people)],
        drafted_at=at,
        submitted_at=at,
        sent_at=at,
        respond_by=at + timedelta(days=1 + place % 14),
        agreed_at=at,
        concluded_at=at,
        changed_at=at - timedelta(minutes=place),
    )


def _record(one: "agreement_models.Agreement", at: datetime) -> "archive_models.Record":
    from warifu.archive import models
    from warifu.japan import characters

    assert one.counterparty is not None and one.contract_on is not None
    return models.Record(
        municipality=one.municipality,
        origin=f"agreement:{one.pk}",
        number=one.number,
        title=one.title,
        kind=one.get_kind_display(),
        amount=one.amount,
        transaction_on=one.contract_on,
        counterparty_name=one.counterparty.name,
        counterparty_key=one.counterparty.search_key,
        search_key=characters.search_key(f"{one.title} {one.number}"),
        department=one.department,
        authority_title="盛岡市長",
        decision_number=one.decision_number,
        concluded_at=at,
        verified_at=at,
        level="B-LTA",
        sealed_until=at + timedelta(days=3650),
        seal_algorithms="sha256 rsa-3072",
    )


def whole(until: str) -> uuid.UUID:
    """An agreement with a file, made as people make it: until "draft", "approval", "sent" or "consent"."""
    from pathlib import Path

    from tests import city, samples
    from warifu import settings, wiring
    from warifu.agreements import actions

    at, sato, suzuki = datetime.now(UTC), city.sato(), city.suzuki()
    content = samples.contract()
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    examination, normalised = city.examined(content, Path(settings.SCRATCH_DIR))
    begun = actions.draft(by=sato, at=at)
    actions.add_document(
        agreement_id=begun.pk,
        name="契約書.pdf",
        original=content,
        normalised=normalised,
        examination=examination,
        custody=wiring.custody(),
        by=sato,
        at=at,
    )
    actions.describe(agreement_id=begun.pk, contents=city.contents(number=f"W-{until}"), by=sato, at=at)
    actions.choose_parties(
        agreement_id=begun.pk,
        counterparty=city.iwate_kensetsu(),
        approver=suzuki.staff,
        counterparty_first=until != "consent",
        by=sato,
        at=at,
    )
    if until == "draft":
        return begun.pk
    actions.submit(agreement_id=begun.pk, post=wiring.post(), by=sato, at=at)
    if until == "approval":
        return begun.pk
    facts = city.facts(begun.pk)
    actions.approve(
        agreement_id=begun.pk, same_as_decided=True, shown_facts=facts, post=wiring.post(), by=suzuki, at=at
    )
    if until == "approved":
        return begun.pk
    return actions.send(agreement_id=begun.pk, post=wiring.post(), by=sato, at=at).pk
