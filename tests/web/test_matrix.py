"""Every address × every role alone × own and other municipality × signed in or not, by GET and by POST.

What is expected stands in docs/development/access.md, as it is committed: a wrong line of `warifu/web/needs.py` or of
`warifu/access/rights.py` answers otherwise than that page says.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.template import loader
from django.test import Client

from tests import city
from tests.house import access_pages, floors
from tests.integrations import sheets
from tests.web import addresses, test_pages
from warifu import settings, workbench
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.agreements import models
from warifu.archive import models as archive
from warifu.archive import periods
from warifu.archive.bundles import making
from warifu.archive.sight import EVERYWHERE
from warifu.directory import models as directory
from warifu.pades import reports, validation
from warifu.web import clock, lacking, needs, validating

pytestmark = pytest.mark.django_db

ANSWERS = {200, 302, 405, 409, 422}
NOBODY = "no role"
METHODS = ("GET", "POST")
COLUMNS = (*(role.label for role in Role), access_pages.NAMED)
PLACES_OF = {needs.Thing.NOBODYS: {"layout", "kind"}, needs.Thing.EACH: {"sequence"}}
"""What may stand in an address that another municipality's people find too."""
FOR_ALL = {needs.Visitor.PUBLIC, needs.Visitor.TRIAL, needs.Visitor.COUNTERPARTY, needs.Visitor.SYSTEM}


@dataclass(frozen=True)
class Line:
    """One line of the committed page."""

    visitor: needs.Visitor
    names: needs.Thing | None
    open_to: frozenset[str]

    def is_asked(self, who: str, method: str) -> bool:
        """The sample of every day: by GET everybody, by POST the first who may and who has no role.

        The door has asked for the right before it is known by which method somebody comes.
        """
        return method == "GET" or who == NOBODY or who == self.first()

    def first(self) -> str:
        """The first column of the page to whom it answers."""
        return next((column for column in COLUMNS if column in self.open_to), NOBODY)


def committed() -> dict[str, Line]:
    """The page as it lies in docs/, not as the code would write it now."""
    lines = (floors.ROOT / access_pages.ROUTES).read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and ":" in cells[0]:
            marks = zip(COLUMNS, cells[3:], strict=True)
            open_to = frozenset(column for column, mark in marks if mark == access_pages.YES)
            names = needs.Thing(cells[2]) if cells[2] else None
            found[cells[0].strip("`")] = Line(needs.Visitor(cells[1]), names, open_to)
    return found


@dataclass
class Knocker:
    """Somebody with one role, or none, at one municipality; or nobody of any."""

    who: str
    client: Client

    def __post_init__(self) -> None:
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def knock(self, method: str, path: str) -> tuple[int, str]:
        """The answer, and where it leads; whatever the page did is undone."""
        with undone():
            ask = self.client.get if method == "GET" else self.client.post
            answer = ask(path)
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        return answer.status_code, answer.get("Location", "").partition("?")[0]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(account: access.Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def staff(municipality: directory.Municipality, name: str, role: Role | None) -> directory.StaffMember:
    department = directory.Department.objects.filter(municipality=municipality).order_by("pk")[0]
    member = directory.StaffMember.objects.create(
        municipality=municipality, department=department, name=name, mail=f"{name}@{municipality.slug}.example.jp"
    )
    access.Account.objects.create(mail=member.mail, staff=member, password="!")
    if role is not None:
        access.RoleGrant.objects.create(staff=member, role=role)
    return member


@dataclass
class Town:
    """One municipality's people, each with one role."""

    people: dict[str, directory.StaffMember]

    def knockers(self) -> list[Knocker]:
        return [Knocker(who, signed_in(member.account)) for who, member in self.people.items()]


def town(municipality: directory.Municipality) -> Town:
    people = {role.label: staff(municipality, f"one-{role.value}", role) for role in Role}
    people[access_pages.NAMED] = staff(municipality, "named", None)
    people[NOBODY] = staff(municipality, "nobody", None)
    authority = directory.ContractingAuthority.objects.filter(municipality=municipality).order_by("position")[0]
    authority.consenters.add(people[access_pages.NAMED])
    return Town(people)


@dataclass
class Scene:
    """A concluded agreement of 盛岡市 with all that hangs on it, and the people."""

    own: Town
    other: Town
    values: dict[str, object]
    counterparty: Client


@pytest.fixture(autouse=True)
def unwritten(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gets which answer is decided before the page is written out, which is most of the work of a request.

    That pages can be written out is asked by tests/web/test_pages.py, and here by the tests that may take long.
    """
    if request.node.get_closest_marker("long") is None:
        monkeypatch.setattr(loader, "render_to_string", lambda *_, **__: "")
        monkeypatch.setattr(lacking, "whom_to_ask", lambda *_, **__: "")
        found: list[reports.ValidationReport] = []

        def once(*given: Any, **more: Any) -> reports.ValidationReport:
            if not found:
                found.append(validated(*given, **more))
            return found[0]

        validated = validating.validated
        monkeypatch.setattr(validating, "validated", once)


@pytest.fixture
def objects() -> Path:
    """`bench` keeps what it seals where the pages look for it."""
    return settings.OBJECTS_DIR


@pytest.fixture
def kit(bench: city.Trial, authority_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages trust the stand-ins' authority, and ask nobody on the network."""

    @cache
    def answer(content: bytes, agreed_size: int) -> reports.ValidationReport:
        return validation.validate(content, trust=bench.tools.trust, at=clock.now(), agreed_size=agreed_size)

    def validate(path: Path, *, agreed_size: int = 0) -> reports.ValidationReport:
        return answer(path.read_bytes(), agreed_size)

    made = making.Kit(custody=bench.tools.custody, validate=validate, trust=bench.tools.trust, trial=True)
    monkeypatch.setattr(workbench, "evidence_kit", lambda: made)
    monkeypatch.setattr(settings, "TRUST_FILES", [authority_directory / "root.pem"])
    monkeypatch.setattr(settings, "REVOCATION_ROUTES", {})


@pytest.fixture
def scene(cast: None, bench: city.Trial, kit: None, objects: Path) -> Scene:
    agreement = test_pages.sent(objects)
    visitor = Client()
    link, code = test_pages.link_of(agreement)
    landing = visitor.get(link)["Location"]
    visitor.post(landing, {"code": code})
    city.counterparty_consents(agreement, at=clock.now())
    city.municipality_consents(agreement, at=clock.now())
    test_pages.conclude(agreement, bench, objects)
    own, other = town(city.morioka()), town(directory.Municipality.objects.get(code=city.TAKIZAWA))
    approver = own.people[Role.APPROVER.label]
    models.Agreement.objects.filter(pk=agreement.pk).update(approver=approver)
    day = archive.Record.objects.get(pk=agreement.record.pk).transaction_on if agreement.record else None
    assert day is not None
    period = periods.ask(
        municipality=city.morioka(),
        within=EVERYWHERE,
        period=periods.Period(basis=archive.PeriodBasis.TRANSACTION, date_from=day, date_to=day),
        by=city.sato().actor,
        at=clock.now(),
    )
    values = test_pages.values_of(agreement) | imports() | {"period_id": period.pk, "token": link.rpartition("/")[2]}
    values["invitation_id"] = landing.strip("/").rpartition("/")[2]
    return Scene(own, other, values, visitor)


def imports() -> dict[str, object]:
    """A file of each family, handed in by who may bring both."""
    firms = sheets.handed_in(
        "counterparties", "商号又は名称,契約締結権限者の氏名,メールアドレス", "新緑,新田,n@example.jp"
    )
    return {"firms_import_id": firms.pk, "import_id": sheets.handed_in("departments", "名称", "新しい課").pk}


def paths(values: dict[str, object]) -> dict[str, tuple[str, bool]]:
    """Each route's address, and whether it names a thing."""
    return {one.name: (one.filled(values), bool(one.places)) for one in addresses.addresses()}


def test_every_route_is_on_the_page() -> None:
    assert set(committed()) == {address.name for address in addresses.addresses()}


def test_only_layouts_and_kinds_are_nobodys_and_only_lines_have_numbers_of_their_own() -> None:
    page = committed()
    for address in addresses.addresses():
        named = page[address.name].names
        assert named not in PLACES_OF or address.places <= PLACES_OF[named], address.name


def test_every_address_answers_everybody_as_the_page_says(scene: Scene) -> None:
    """One test, because the scene takes seconds, and whatever a knock has done is undone."""
    page = committed()
    wrong = _wrong_for_staff(scene, scene.own, own=True, all_methods=False)
    wrong += _wrong_at_their_account(scene, page)
    wrong += _wrong_for_first_of_another(scene, page)
    wrong += _wrong_for_operators(scene, page, methods=("GET",))
    wrong += _wrong_for_nobody(scene, page) + _wrong_at_the_counter(scene, page)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.long
def test_every_page_is_written_out_for_every_role_by_every_method(scene: Scene) -> None:
    wrong = _wrong_for_staff(scene, scene.own, own=True, all_methods=True)
    wrong += _wrong_for_operators(scene, committed(), methods=("GET", "POST"))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.long
def test_no_role_of_any_other_municipality_finds_anything(scene: Scene) -> None:
    """The objects of 盛岡市 × every role of each of the seven others."""
    others = directory.Municipality.objects.exclude(code__in=[city.MORIOKA, city.TAKIZAWA])
    towns = [scene.other, *(town(one) for one in others)]
    assert len(towns) == 7
    wrong = [line for one in towns for line in _wrong_for_staff(scene, one, own=False, all_methods=True)]
    assert wrong == [], "\n".join(wrong)


def _wrong_for_staff(scene: Scene, town_: Town, *, own: bool, all_methods: bool) -> list[str]:
    """Every knock at the pages of the staff whose answer is not what the page says."""
    page, wrong = committed(), []
    for knocker in town_.knockers():
        for route, (path, names) in paths(scene.values).items():
            line = page[route]
            if line.visitor is not needs.Visitor.STAFF or not (own or names):
                continue
            methods = [method for method in METHODS if all_methods or line.is_asked(knocker.who, method)]
            wrong += _wrong(knocker, route, path, _expected(line, knocker.who, own=own), methods)
    return wrong


def _wrong_for_first_of_another(scene: Scene, page: dict[str, Line]) -> list[str]:
    """Of another municipality, for each address somebody who may open it, but not with this thing."""
    knockers, wrong = {one.who: one for one in scene.other.knockers()}, []
    for route, (path, names) in paths(scene.values).items():
        line = page[route]
        if line.visitor is needs.Visitor.STAFF and names:
            who = line.first()
            wrong += _wrong(knockers[who], route, path, _expected(line, who, own=False), METHODS)
    return wrong


def _wrong_at_their_account(scene: Scene, page: dict[str, Line]) -> list[str]:
    """What is for whoever has signed in, knocked at by somebody without any role."""
    knocker = Knocker(NOBODY, signed_in(scene.own.people[NOBODY].account))
    return [
        line
        for route, (path, _) in paths(scene.values).items()
        if page[route].visitor in {needs.Visitor.ACCOUNT, needs.Visitor.OPERATOR}
        for line in _wrong(knocker, route, path, _expected(page[route], NOBODY, own=True), METHODS)
    ]


def _wrong(knocker: Knocker, route: str, path: str, expected: set[int], methods: Iterable[str]) -> list[str]:
    answers = ((method, knocker.knock(method, path)[0]) for method in methods)
    return [
        f"{method} {route} as {knocker.who} with {path}: {status}, not {sorted(expected)}"
        for method, status in answers
        if status not in expected
    ]


def _expected(line: Line, who: str, *, own: bool) -> set[int]:
    if line.visitor is needs.Visitor.OPERATOR:
        return {403}
    if line.visitor is needs.Visitor.ACCOUNT:
        return ANSWERS | {404}
    everybody = len(line.open_to) == len(COLUMNS)
    if not everybody and who not in line.open_to:
        return {403}
    return ANSWERS if own or line.names in PLACES_OF else {404, 405}


def _wrong_for_operators(scene: Scene, page: dict[str, Line], *, methods: Iterable[str]) -> list[str]:
    operator, wrong = Knocker("operator", signed_in(access.Account.objects.get(is_operator=True))), []
    for route, (path, _) in paths(scene.values).items():
        visitor = page[route].visitor
        if visitor in FOR_ALL:
            continue
        expected = {403} if visitor is needs.Visitor.STAFF and route != "desk:home" else ANSWERS | {404}
        for method in methods:
            status, leads_to = operator.knock(method, path)
            if status not in expected or (route == "desk:home" and leads_to != "/console/"):
                wrong.append(f"{method} {route} as operator: {status} {leads_to}")
    return wrong


def _wrong_for_nobody(scene: Scene, page: dict[str, Line]) -> list[str]:
    nobody, wrong = Knocker("not signed in", Client()), []
    for route, (path, _) in paths(scene.values).items():
        visitor = page[route].visitor
        for method in METHODS:
            status, leads_to = nobody.knock(method, path)
            asked = (status, leads_to) == (302, "/signin/")
            begun = route.startswith("entrance:")  # a sign-in that nobody has begun begins at its beginning
            if (asked is (visitor in FOR_ALL) and not begun) or (not asked and status not in ANSWERS | {401, 404, 410}):
                wrong.append(f"{method} {route} signed out: {status} {leads_to}")
            if visitor is needs.Visitor.COUNTERPARTY and route != "counter:enter" and status not in {404, 405}:
                wrong.append(f"{method} {route} without a link: {status}")
    return wrong


def _wrong_at_the_counter(scene: Scene, page: dict[str, Line]) -> list[str]:
    visitor, wrong = Knocker("counterparty", scene.counterparty), []
    for route, (path, _) in paths(scene.values).items():
        wanted = page[route].visitor
        for method in METHODS:
            status, leads_to = visitor.knock(method, path)
            told_by_telephone = route == "counter:send_code"  # so there is no code to send
            if wanted is needs.Visitor.COUNTERPARTY and status not in ANSWERS and not told_by_telephone:
                wrong.append(f"{method} {route} as counterparty: {status}")
            if wanted not in FOR_ALL and (status, leads_to) != (302, "/signin/"):
                wrong.append(f"{method} {route} as counterparty: {status} {leads_to}")
    return wrong
