"""Staff and groups of one body as another system keeps them (RFC 7644), through the addresses that it uses."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import city
from warifu.access import actions, models
from warifu.access.actions import tokens
from warifu.audit import models as audit
from warifu.directory import models as directory
from warifu.integrations.scim import reading
from warifu.web import clock

pytestmark = pytest.mark.django_db
KIND = "application/scim+json"


class System:
    """A system with a token of one body."""

    def __init__(self, municipality: directory.Municipality, slug: str = "") -> None:
        self.slug = slug or municipality.slug
        at = clock.now()
        self.token, self.text = actions.issue_provisioning_token(
            municipality=municipality, name="人事", expires_at=at + timedelta(days=1), by=city.chida().actor, at=at
        )

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = json.dumps(body) if body is not None else ""
        all_ = {"Authorization": f"Bearer {self.text}"} | headers
        ask = getattr(Client(enforce_csrf_checks=True), method.lower())
        if method == "GET":
            return ask(f"/scim/v2/{self.slug}/{path}", headers=all_)
        return ask(f"/scim/v2/{self.slug}/{path}", sent, content_type=KIND, headers=all_)


@pytest.fixture
def system(cast: None) -> System:
    home = directory.Department.objects.filter(municipality=city.morioka()).order_by("pk")[0]
    directory.Department.objects.filter(pk=home.pk).update(code="D-1")
    return System(city.morioka())


def nitta(**otherwise: Any) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "nitta@morioka.example.jp",
        "externalId": "E-1",
        "displayName": "新田 緑",
        "active": True,
        reading.ENTERPRISE: {"employeeNumber": "S-2000", "department": "D-1"},
    } | otherwise


def created(system: System) -> dict[str, Any]:
    answer = system.ask("POST", "Users", nitta())
    assert answer.status_code == 201, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def operate(system: System, path: str, *operations: dict[str, Any]) -> Any:
    return system.ask("PATCH", path, {"schemas": [reading.PATCH], "Operations": list(operations)})


def test_somebody_is_created_found_and_shown(system: System) -> None:
    made = created(system)
    staff = directory.StaffMember.objects.get(pk=made["id"])
    assert (staff.name, staff.number, staff.municipality) == ("新田 緑", "S-2000", city.morioka())
    assert not models.RoleGrant.objects.filter(staff=staff).exists()
    account = models.Account.objects.get(staff=staff)
    assert not account.has_usable_password()
    for wanted in ('userName eq "nitta@morioka.example.jp"', 'externalId eq "E-1"', f'id eq "{made["id"]}"'):
        found = system.ask("GET", f"Users?filter={wanted}").json()
        assert [one["id"] for one in found["Resources"]] == [made["id"]]
    answer = system.ask("GET", f"Users/{made['id']}")
    assert answer.headers["ETag"] == made["meta"]["version"]
    assert audit.Entry.objects.filter(action="directory.add_person").exists()


def test_who_becomes_inactive_is_out_at_once(system: System) -> None:
    made = created(system)
    account = models.Account.objects.get(staff=made["id"])
    client = Client()
    client.force_login(account)
    assert client.get("/me/").status_code == 200
    answer = operate(system, f"Users/{made['id']}", {"op": "Replace", "path": "active", "value": "False"})
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    assert client.get("/me/").status_code == 302
    answer = operate(system, f"Users/{made['id']}", {"op": "replace", "value": {"active": True}})
    assert answer.json()["active"] is True


def test_the_last_administrator_stays_active_and_the_system_is_told_why(system: System) -> None:
    path = f"Users/{city.chida().staff.pk}"
    answers = [operate(system, path, {"op": "replace", "path": "active", "value": False}), system.ask("DELETE", path)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("全体管理者がいなくなるため" in answer.json()["detail"] for answer in answers)
    assert models.Account.objects.get(staff=city.chida().staff).is_active
    assert system.ask("GET", path).status_code == 200


def test_a_deleted_person_is_inactive_unseen_and_may_come_back(system: System) -> None:
    made = created(system)
    assert system.ask("DELETE", f"Users/{made['id']}").status_code == 204
    assert system.ask("GET", f"Users/{made['id']}").status_code == 404
    assert not models.Account.objects.get(staff=made["id"]).is_active
    assert directory.StaffMember.objects.filter(pk=made["id"]).exists()
    assert created(system)["id"] == made["id"]
    assert models.Account.objects.get(staff=made["id"]).is_active


def test_name_and_address_change_with_their_history(system: System) -> None:
    made = created(system)
    answer = system.ask(
        "PUT", f"Users/{made['id']}", nitta(displayName="新田 翠", userName="midori@morioka.example.jp")
    )
    assert (answer.json()["displayName"], answer.json()["userName"]) == ("新田 翠", "midori@morioka.example.jp")
    assert models.Account.objects.get(staff=made["id"]).mail == "midori@morioka.example.jp"
    lines = audit.Entry.objects.filter(action="directory.change_person").count()
    system.ask("PUT", f"Users/{made['id']}", nitta(displayName="新田 翠", userName="midori@morioka.example.jp"))
    assert audit.Entry.objects.filter(action="directory.change_person").count() == lines


def test_what_changed_meanwhile_is_not_overwritten(system: System) -> None:
    made = created(system)
    answer = system.ask("PUT", f"Users/{made['id']}", nitta(), **{"If-Match": 'W/"other"'})
    assert answer.status_code == 412
    answer = system.ask("PUT", f"Users/{made['id']}", nitta(), **{"If-Match": made["meta"]["version"]})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("status", "scim_type", "otherwise"),
    [
        (409, "uniqueness", {"userName": "sato@morioka.example.jp"}),
        (409, "uniqueness", {"userName": "takahashi@takizawa.example.jp"}),
        (400, "invalidValue", {"userName": "no address"}),
        (400, "invalidValue", {"displayName": ""}),
        (400, "invalidValue", {"displayName": "x" * 81}),
        (400, "invalidValue", {"displayName": "新田\x00"}),
        (400, "invalidValue", {"active": "perhaps"}),
        (400, "invalidValue", {reading.ENTERPRISE: {"department": "unknown"}}),
    ],
)
def test_what_is_wrong_is_refused_in_the_words_of_the_standard(
    system: System, status: int, scim_type: str, otherwise: dict[str, Any]
) -> None:
    answer = system.ask("POST", "Users", nitta(**otherwise))
    assert (answer.status_code, answer.json()["scimType"]) == (status, scim_type)
    assert answer["Content-Type"] == KIND
    assert not directory.StaffMember.objects.filter(number="S-2000").exists()


def test_filters_pages_and_bodies_have_bounds(system: System) -> None:
    assert system.ask("GET", 'Users?filter=userName co "a"').json()["scimType"] == "invalidFilter"
    page = system.ask("GET", "Users?startIndex=2&count=1").json()
    assert (page["startIndex"], page["itemsPerPage"]) == (2, 1)
    assert page["totalResults"] == directory.StaffMember.objects.filter(municipality=city.morioka()).count()
    assert system.ask("GET", "Users?count=100000").json()["itemsPerPage"] <= 100
    assert system.ask("GET", "Users?count=x").status_code == 400
    assert operate(system, f"Users/{city.sato().staff.pk}", *[{"op": "add"}] * 101).status_code == 400
    assert system.ask("PATCH", f"Users/{city.sato().staff.pk}", [1]).status_code == 400


def test_nobody_of_another_body_is_touched(system: System) -> None:
    other = city.takahashi().staff
    assert system.ask("GET", f"Users/{other.pk}").status_code == 404
    assert operate(system, f"Users/{other.pk}", {"op": "replace", "path": "active", "value": False}).status_code == 404
    assert system.ask("DELETE", f"Users/{other.pk}").status_code == 404
    page = system.ask("GET", f'Users?filter=userName eq "{other.mail}"').json()
    assert page["totalResults"] == 0
    system.slug = "takizawa"
    assert system.ask("GET", "Users").status_code == 401
    assert models.Account.objects.get(staff=other).is_active


def test_groups_are_made_filled_and_removed(system: System) -> None:
    sato, suzuki, other = city.sato().staff, city.suzuki().staff, city.takahashi().staff
    body = {"displayName": "連携グループ", "members": [{"value": str(sato.pk)}]}
    made = system.ask("POST", "Groups", body).json()
    path = f"Groups/{made['id']}"
    answer = operate(system, path, {"op": "add", "path": "members", "value": [{"value": str(suzuki.pk)}]})
    assert len(answer.json()["members"]) == 2
    answer = operate(system, path, {"op": "remove", "path": f'members[value eq "{sato.pk}"]'})
    assert [one["value"] for one in answer.json()["members"]] == [str(suzuki.pk)]
    answer = operate(system, path, {"op": "add", "path": "members", "value": [{"value": str(other.pk)}]})
    assert answer.status_code == 404
    assert system.ask("POST", "Groups", body).json()["scimType"] == "uniqueness"
    assert system.ask("DELETE", path).status_code == 204
    assert system.ask("GET", path).status_code == 404


def test_what_an_administrator_made_is_only_read(system: System) -> None:
    group = directory.Group.objects.create(municipality=city.morioka(), name="契約名義を使う職員")
    path = f"Groups/{group.pk}"
    assert system.ask("GET", path).status_code == 200
    sato = {"value": str(city.sato().staff.pk)}
    assert operate(system, path, {"op": "add", "path": "members", "value": [sato]}).status_code == 403
    assert system.ask("DELETE", path).status_code == 403
    assert group.members.count() == 0


def test_only_a_living_token_opens(system: System) -> None:
    assert Client().get("/scim/v2/morioka/Users").status_code == 401
    models.ProvisioningToken.objects.update(expires_at=clock.now())
    assert system.ask("GET", "Users").status_code == 401
    models.ProvisioningToken.objects.update(expires_at=clock.now() + timedelta(days=1))
    assert system.ask("GET", "Users").status_code == 200
    token = models.ProvisioningToken.objects.get()
    assert token.used_at is not None
    actions.revoke_provisioning_token(token=token, by=city.chida().actor, at=clock.now())
    assert system.ask("GET", "Users").status_code == 401


def test_too_many_requests_in_a_minute_wait(system: System) -> None:
    assert system.ask("GET", "ServiceProviderConfig").status_code == 200
    models.ProvisioningToken.objects.update(window_uses=tokens.PER_MINUTE)
    answer = system.ask("GET", "ServiceProviderConfig")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")


def test_the_service_says_what_it_is(system: System) -> None:
    assert system.ask("GET", "ServiceProviderConfig").json()["patch"]["supported"] is True
    assert system.ask("GET", "ResourceTypes").json()["totalResults"] == 2
    assert system.ask("GET", "Schemas").json()["totalResults"] == 3
    assert system.ask("GET", "ResourceTypes/User").json()["endpoint"] == "/Users"
    assert system.ask("GET", "Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").status_code == 200
    assert system.ask("GET", "Elsewhere").status_code == 404
