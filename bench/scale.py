"""Server time of every page that staff can open, in a body as large as they come.

    WARIFU_DATABASE_URL=… .venv/bin/python -m bench.scale [--people 10000] [--departments 5000] [--firms 100000]
        [--agreements 100000] [--rounds 12] [--only office:people …]

Starts a Warifu of its own on SQLite, or on PostgreSQL where WARIFU_DATABASE_URL names one, and fills all eight bodies.
One person for each role opens every address of `web/needs.py` that their role opens, with the parameters of what was
planted, and searches and last pages besides; times are those that the service itself tells (Server-Timing). An
address without a page of its own (405, a redirect, a file) is left out. The last line is for machines.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from bench import browser, planting, world

GOAL = 150
"""Milliseconds of p95."""
SHOWN = 25
PEOPLE = {
    "administrator": "chida",
    "manager": "oikawa",
    "officer": "sato",
    "approver": "suzuki",
    "keeper": "obara",
    "reader": "onodera",
    "auditor": "abe",
    "coordinator": "konno",
}
OF_STATE = {
    "draft": (
        "files",
        "contents",
        "parties",
        "seals",
        "confirm",
        "choose_firm",
        "choose_recipient",
        "drop",
        "remove",
        "bare_document",
    ),
    "approval": ("approve",),
    "approved": ("send",),
    "sent": ("withdraw", "reissue", "agreement", "document"),
    "consent": ("consent",),
}
"""Pages of an agreement that is in this state; all others are those of a concluded one."""
WORDS = quote("第12 主事")
ASKED = {
    "desk:home": (f"q={quote('舗装')}&party={quote('第12')}", "state=sent", "page=400"),
    "desk:records": (
        "date_from=R8.4.1&date_to=R8.9.30&amount_from=1000000&amount_to=9000000",
        f"words={quote('高松の池')}",
        f"counterparty={quote('第12')}",
        "page=400",
    ),
    "desk:counterparties": (f"q={quote('第12')}", f"q={quote('無い名前')}", "shown=all&page=2000"),
    "desk:choose_firm": (f"q={quote('第12')}",),
    "office:departments": ("on=R9.4.1", f"q={quote('第12')}"),
    "office:people": ("page=150", f"q={WORDS}", "role=officer"),
    "office:accounts": ("page=150", f"q={quote('第12')}"),
    "office:roles": ("role=approver", f"q={WORDS}"),
    "office:ledger": (f"who={quote('佐藤')}",),
}
"""What people ask of the lists, besides their first page."""


@dataclass(frozen=True)
class Measured:
    """One address as one role: its status, times in milliseconds, and the size of its page in bytes."""

    name: str
    role: str
    status: int
    times: list[float]
    size: int

    @property
    def high(self) -> float:
        return world.quantile(self.times, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description="page times at scale")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--departments", type=int, default=5_000)
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--agreements", type=int, default=100_000)
    parser.add_argument("--moves", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", nargs="*", default=[], help="names of routes, or how they begin")
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        from django.db import connection

        print("filling …", flush=True)
        numbers = planting.Numbers(options.departments, options.people, options.firms, options.agreements)
        values = Values(planting.plant(numbers), options.moves)
        measured = list(measure(running, values, options.rounds, tuple(options.only)))
        engine = connection.vendor
    pages = [one for one in measured if one.times]
    for one in sorted(pages, key=lambda one: -one.high)[:SHOWN]:
        middle = world.quantile(one.times, 0.5)
        print(f"{one.high:>8.1f} ms p95 {middle:>8.1f} median {one.size / 1000:>7.0f} kB  {one.name} as {one.role}")
    others = sorted({f"{one.name} {one.status}" for one in measured if not one.times})
    print(f"no page: {', '.join(others)}")
    worst, over = max(pages, key=lambda one: one.high), [one for one in pages if one.high > GOAL]
    print(
        f"figure engine={engine} people={options.people} departments={options.departments} firms={options.firms} "
        f"agreements={options.agreements} routes={len({one.name.partition('?')[0] for one in pages})} "
        f"pages={len(pages)} over_{GOAL}_ms={len(over)} worst={worst.name} worst_p95_ms={worst.high:.1f}"
    )


def measure(running: world.World, values: "Values", rounds: int, only: tuple[str, ...]) -> Iterator[Measured]:
    """Every address that each role opens, asked again and again."""
    visitor = browser.Browser(running.port)
    for role, login in PEOPLE.items():
        visitor.sign_in(f"{login}@morioka.example.jp", running.password)
        for name, path in values.addresses(role):
            if only and not name.startswith(only):
                continue
            first = visitor.look(path)
            # Who has looked at much for long is asked for the password again.
            if first.status == 302:
                visitor.sign_in(f"{login}@morioka.example.jp", running.password)
                first = visitor.look(path)
            if first.status != 200 or not first.is_page:
                yield Measured(name, role, first.status, [], first.size)
                continue
            times = [visitor.look(path).milliseconds for _ in range(rounds)]
            yield Measured(name, role, first.status, times, first.size)
        print(f"  {role} has looked", flush=True)


class Values:
    """What stands in the places of addresses."""

    def __init__(self, planted: planting.Planted, moves: int) -> None:
        from tests.web import test_pages
        from warifu.agreements import models

        self.agreements = {state: planting.whole(state) for state in OF_STATE}
        some = models.Agreement.objects.get(pk=self.agreements["sent"])
        self.common = test_pages.values_of(some) | imports() | transfer(planted, moves)
        self.common |= {
            "staff_id": planted.people[1].pk,
            "department_id": planted.departments[min(12, len(planted.departments) - 1)].pk,
            "record_id": planted.records[0].pk if planted.records else some.pk,
            "counterparty_id": planted.firms[1].pk if planted.firms else some.pk,
        }
        self.common["post_id"] = planted.people[1].posts.get().pk
        busy_title(planted)

    def addresses(self, role: str) -> Iterator[tuple[str, str]]:
        """Names and paths of what this role opens; a name carries its question."""
        from tests.web import addresses
        from warifu.access.rights import RIGHTS, Role
        from warifu.web import needs

        for one in addresses.addresses():
            need = needs.of(one.name)
            every = need.visitor is needs.Visitor.ACCOUNT or not need.rights
            if need.visitor not in {needs.Visitor.STAFF, needs.Visitor.ACCOUNT}:
                continue
            if one.name == "entrance:signout" or not (every or need.rights & RIGHTS[Role(role)]):
                continue
            path = one.filled(self._of(one.name))
            yield one.name, path
            for question in ASKED.get(one.name, ()):
                yield f"{one.name}?{question}", f"{path}?{question}"

    def _of(self, name: str) -> Mapping[str, object]:
        from warifu.agreements import models

        surface, _, page = name.partition(":")
        state = next((state for state, pages in OF_STATE.items() if page in pages), "sent")
        if surface != "desk":
            return self.common
        agreement = self.agreements[state]
        document = models.Document.objects.get(agreement=agreement).pk
        return self.common | {"agreement_id": agreement, "document_id": document}


def imports() -> dict[str, object]:
    """A file of each family, read and not yet decided."""
    from tests.integrations import sheets

    firms = sheets.handed_in(
        "counterparties", "商号又は名称,契約締結権限者の氏名,メールアドレス", "新緑,新田,n@example.jp"
    )
    return {"firms_import_id": firms.pk, "import_id": sheets.handed_in("departments", "名称", "新しい課").pk}


def transfer(planted: planting.Planted, number: int) -> dict[str, object]:
    """A plan that moves many people, the first of whom is looked at."""
    from tests import city
    from warifu.transfers import models

    plan = models.Plan.objects.create(
        municipality=city.morioka(),
        name="定期人事異動",
        effective_on=datetime.now(UTC).date() + timedelta(days=120),
        made_at=datetime.now(UTC),
        made_by=city.chida().staff,
    )
    movers = planted.people[100 : 100 + number]
    moves = models.Move.objects.bulk_create(
        models.Move(plan=plan, kind="move", staff=one, name=one.name, mail=one.mail, number=one.number)
        for one in movers
    )
    models.MovePost.objects.bulk_create(
        models.MovePost(move=move, department=planted.departments[n % len(planted.departments)], title="主任")
        for n, move in enumerate(moves)
    )
    return {"plan_id": plan.pk, "move_id": moves[0].pk}


def busy_title(planted: planting.Planted) -> None:
    """The title of the values, used by a hundred people."""
    from tests import city
    from warifu.directory import models

    title = models.ContractingAuthority.objects.get(municipality=city.morioka(), title="盛岡市議会議長")
    models.TitleUse.objects.bulk_create(models.TitleUse(authority=title, staff=one) for one in planted.people[:100])


if __name__ == "__main__":
    main()
