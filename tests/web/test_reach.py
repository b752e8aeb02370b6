"""A grant for a department ends at its edge: what lies outside is not found, on every address and in every list."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.web import addresses, test_pages
from warifu import settings
from warifu.access import models as access
from warifu.access.rights import FOR_DEPARTMENTS, Role
from warifu.agreements import actions, errors, models, policies, queries
from warifu.agreements.lifecycle import State
from warifu.archive import models as archive
from warifu.archive import periods
from warifu.archive.sight import EVERYWHERE
from warifu.directory import models as directory
from warifu.web import clock

pytestmark = pytest.mark.django_db

NAMING = {"agreement_id", "record_id", "period_id"}
LISTS = ("/", "/approvals/", "/consents/", "/records/", "/records/?words=市道", "/records/expiring/")
OUTSIDE, ABOVE = "教育委員会事務局", "財政部"


@pytest.fixture
def objects() -> Path:
    """`bench` keeps what it seals where the pages look for it."""
    return settings.OBJECTS_DIR


def department(path: str) -> directory.Department:
    return directory.Department.objects.get(municipality=city.morioka(), path=path)


def somebody(login: str, role: Role | None, within: str | None = None) -> Client:
    """A person of 盛岡市 with this role alone, within this department, signed in."""
    home = department(within or "総務部")
    mail = f"{login}@morioka.example.jp"
    member = directory.StaffMember.objects.create(
        municipality=city.morioka(), department=home, name="吉田 拓也", mail=mail
    )
    directory.Post.objects.create(staff=member, department=home)
    account = access.Account.objects.create(mail=mail, staff=member, password="!")
    if role is not None:
        access.RoleGrant.objects.create(staff=member, role=role, department=home if within else None)
    client = Client()
    client.force_login(account)
    return client


def staff(login: str) -> directory.StaffMember:
    return directory.StaffMember.objects.get(mail=f"{login}@morioka.example.jp")


@dataclass
class Scene:
    """A concluded agreement, one that waits for approval and one that was sent, all of 契約検査課."""

    concluded: models.Agreement
    values: dict[str, object]

    def paths(self) -> list[tuple[str, str]]:
        named = [one for one in addresses.addresses() if one.places & NAMING and one.name.startswith("desk:")]
        return [(one.name, one.filled(self.values)) for one in named]


@pytest.fixture
def scene(cast: None, bench: city.Trial, objects: Path) -> Scene:
    test_pages.in_approval(objects)
    test_pages.sent(objects)
    concluded = test_pages.conclude(test_pages.agreed(objects), bench, objects)
    day = archive.Record.objects.values_list("transaction_on", flat=True).get()
    period = periods.ask(
        municipality=city.morioka(),
        within=EVERYWHERE,
        period=periods.Period(basis=archive.PeriodBasis.TRANSACTION, date_from=day, date_to=day),
        by=city.sato().actor,
        at=clock.now(),
    )
    return Scene(concluded, test_pages.values_of(concluded) | {"period_id": period.pk})


def test_no_address_opens_from_outside_and_no_list_tells(scene: Scene) -> None:
    assert len(scene.paths()) > 20
    words = [scene.concluded.title, scene.concluded.number, str(scene.concluded.pk)]
    for role in sorted(FOR_DEPARTMENTS):
        client = somebody(f"outside-{role.value}", role, OUTSIDE)
        for name, path in scene.paths():
            for answer in (client.get(path), client.post(path)):
                assert answer.status_code in {403, 404, 405}, (name, role)
                if answer.status_code == 403:
                    assert "この画面" in answer.content.decode(), (name, role, "by the table, not by the thing")
        for path in LISTS:
            page = client.get(path).content.decode()
            assert not [word for word in words if word in page], (path, role)


@pytest.mark.parametrize(
    "role",
    [Role.READER, *(pytest.param(role, marks=pytest.mark.long) for role in sorted(FOR_DEPARTMENTS - {Role.READER}))],
)
def test_whoever_stands_above_opens_what_the_whole_body_opens(scene: Scene, role: Role) -> None:
    bound, whole = somebody(f"above-{role.value}", role, ABOVE), somebody(f"whole-{role.value}", role)
    for name, path in scene.paths():
        assert bound.get(path).status_code == whole.get(path).status_code, (name, role)
    for path in ("/", "/records/", "/records/expiring/"):
        assert (scene.concluded.title in bound.get(path).content.decode()) is (
            scene.concluded.title in whole.get(path).content.decode()
        ), (path, role)


def test_a_consenter_without_a_role_opens_what_was_sent_in_the_own_name_only(scene: Scene) -> None:
    mayor, schools = somebody("mayor", None), somebody("schools", None)
    authority = directory.ContractingAuthority.objects
    authority.get(title="盛岡市長").consenters.add(staff("mayor"))
    authority.get(title="盛岡市教育委員会教育長").consenters.add(staff("schools"))
    page = f"/agreements/{scene.concluded.pk}/"
    paths = [page, f"{page}documents/{scene.values['document_id']}.pdf"]
    assert [mayor.get(path).status_code for path in paths] == [200, 200]
    assert [schools.get(path).status_code for path in paths] == [404, 404]
    assert "desk:record" not in mayor.get(page).content.decode()
    assert f"/records/{scene.values['record_id']}/" not in mayor.get(page).content.decode(), "a link that would be 403"
    waiting = models.Agreement.objects.get(state=State.IN_APPROVAL)
    assert mayor.get(f"/agreements/{waiting.pk}/").status_code == 404, "nothing before it was sent"


def test_the_sheet_of_a_period_is_for_who_reads_all_of_it(scene: Scene, objects: Path) -> None:
    keeper = somebody("keeper", Role.KEEPER, ABOVE)
    path = f"/records/validations/{scene.values['period_id']}/"
    assert keeper.get(path).status_code == 200
    elsewhere = department(OUTSIDE)
    archive.PeriodValidation.objects.get().departments.add(elsewhere)
    assert keeper.get(path).status_code == 404
    assert str(scene.values["period_id"]) not in keeper.get("/records/validations/").content.decode()


def test_who_reads_here_and_drafts_there_is_refused_and_not_lost(scene: Scene) -> None:
    client = somebody("both", Role.OFFICER, OUTSIDE)
    access.RoleGrant.objects.create(staff=staff("both"), role=Role.READER)
    page = f"/agreements/{scene.concluded.pk}/"
    assert client.get(page).status_code == 200
    assert client.post(f"{page}withdraw/", {"reason": "誤り"}).status_code == 403
    assert client.post(f"/records/{scene.values['record_id']}/evidence/").status_code == 403


def test_a_draft_begins_where_the_grant_reaches(cast: None) -> None:
    somebody("officer", Role.OFFICER, OUTSIDE)
    person = city.person("officer@morioka.example.jp", at=clock.now())
    assert actions.draft(by=person, at=clock.now()).department.path == OUTSIDE
    directory.Post.objects.filter(staff=person.staff).update(department=department(ABOVE))
    with pytest.raises(errors.NotYours, match="起案できません"):
        actions.draft(by=city.person("officer@morioka.example.jp", at=clock.now()), at=clock.now())


def test_nobody_is_named_to_approve_where_they_may_not(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=clock.now())
    access.RoleGrant.objects.filter(staff=city.suzuki().staff).update(department=department(OUTSIDE))
    with pytest.raises(errors.Incomplete, match="鈴木"):
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=clock.now())
    client = Client()
    client.force_login(access.Account.objects.get(mail="sato@morioka.example.jp"))
    assert "鈴木" not in client.get(f"/agreements/{agreement.pk}/parties/").content.decode()
    with pytest.raises(errors.Incomplete, match="権限がありません"):
        actions.hand_over(
            agreement_id=agreement.pk,
            approver=city.suzuki().staff,
            post=city.POST,
            by=city.chida().actor,
            at=clock.now(),
        )


def test_an_approver_whose_reach_ends_approves_no_more(cast: None, objects: Path) -> None:
    agreement = test_pages.in_approval(objects)
    assert queries.waiting_for_approval(city.suzuki()).exists()
    access.RoleGrant.objects.filter(staff=city.suzuki().staff).update(department=department(OUTSIDE))
    assert not queries.waiting_for_approval(city.suzuki()).exists()
    assert not policies.may_approve(city.suzuki(), agreement)


def test_a_role_of_the_whole_body_gives_nothing_within_a_department(cast: None) -> None:
    client = somebody("administrator", Role.ADMINISTRATOR, OUTSIDE)
    assert client.get("/office/people/").status_code == 403
    assert client.get("/office/ledger/").status_code == 403
