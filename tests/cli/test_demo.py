"""The demonstration data: who is there, what they may do, and that a second start changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from warifu.access import models as access
from warifu.access.rights import Role
from warifu.audit import models as audit
from warifu.cli import demo
from warifu.directory import models as directory
from warifu.japan import bodies, characters

AT = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)
PASSWORD = "kitakami-no-nagare-2026"


@pytest.fixture
def planted(db: None, quick_passwords: None) -> Iterator[list[demo.Planted]]:
    yield demo.plant(at=AT, password=PASSWORD)


def account(mail: str) -> access.Account:
    return access.Account.objects.get(mail=mail)


def test_eight_municipalities_stand_with_their_official_codes(planted: list[demo.Planted]) -> None:
    kept = set(directory.Municipality.objects.values_list("code", "name", "slug"))
    assert kept == {(body.code, body.name, body.slug) for body in bodies.BODIES}
    assert len(kept) == 8


def test_everyone_who_is_named_may_sign_in_and_nobody_else(planted: list[demo.Planted]) -> None:
    assert {person.mail for person in planted} == set(access.Account.objects.values_list("mail", flat=True))
    assert all(check_password(PASSWORD, kept.password) for kept in access.Account.objects.all())


def test_the_cast_holds_its_posts_and_roles(planted: list[demo.Planted]) -> None:
    told = {person.mail: person for person in planted}
    assert told["sato@morioka.example.jp"].work == ("契約担当",)
    assert told["suzuki@morioka.example.jp"].work == ("承認者",)
    assert told["onodera@morioka.example.jp"].work == ("閲覧者", "盛岡市長の名義で合意")
    assert told["takahashi@takizawa.example.jp"].municipality == "滝沢市"
    operator = account("operator@warifu.example.jp")
    assert operator.is_operator
    assert operator.staff is None


def test_each_municipality_has_an_officer_an_approver_and_names_someone_may_consent_in(
    planted: list[demo.Planted],
) -> None:
    for municipality in directory.Municipality.objects.all():
        roles = set(access.RoleGrant.objects.filter(staff__municipality=municipality).values_list("role", flat=True))
        assert {Role.OFFICER, Role.APPROVER} <= roles, municipality
        authorities = directory.ContractingAuthority.objects.filter(municipality=municipality)
        assert authorities.count() >= 3, municipality
        for authority in authorities:
            assert authority.consenters.exists(), authority
            assert not authority.consenters.exclude(municipality=municipality).exists(), authority


def test_no_one_both_drafts_and_approves(planted: list[demo.Planted]) -> None:
    officers = access.RoleGrant.objects.filter(role=Role.OFFICER).values("staff")
    assert not access.RoleGrant.objects.filter(role=Role.APPROVER, staff__in=officers).exists()


def test_firms_have_invented_numbers_with_a_true_check_digit_and_can_be_found(planted: list[demo.Planted]) -> None:
    firms = list(directory.Counterparty.objects.all())
    assert len(firms) >= 20
    for firm in firms:
        assert bodies.is_corporate_number(firm.corporate_number), firm
        assert firm.corporate_number[1:3] == "99", firm
        assert firm.mail.endswith(".example.jp"), firm
        assert characters.forbidden(firm.name + firm.signatory_name + firm.address) == [], firm
    assert directory.Counterparty.objects.filter(search_key=characters.search_key("(株)高崎設備")).count() == 1


def test_a_second_start_adds_nothing_and_undoes_nothing(planted: list[demo.Planted]) -> None:
    sato = account("sato@morioka.example.jp")
    sato.set_password("jibun-de-erande-kaeta")
    sato.save()
    directory.StaffMember.objects.filter(mail="suzuki@morioka.example.jp").update(title="課長")
    access.RoleGrant.objects.filter(staff__mail="takahashi@takizawa.example.jp").delete()
    tables = (
        directory.Municipality,
        directory.Department,
        directory.StaffMember,
        directory.ContractingAuthority,
        directory.Counterparty,
        access.Account,
        access.RoleGrant,
        audit.Entry,
    )
    before = [table._default_manager.count() for table in tables]

    again = demo.plant(at=AT, password=PASSWORD)

    assert again == planted
    assert [table._default_manager.count() for table in tables] == before
    assert account("sato@morioka.example.jp").check_password("jibun-de-erande-kaeta")
    assert directory.StaffMember.objects.get(mail="suzuki@morioka.example.jp").title == "課長"


def test_each_ledger_says_once_that_the_data_is_a_demonstration(planted: list[demo.Planted]) -> None:
    entries = audit.Entry.objects.filter(action="directory.plant")
    assert sorted(entries.values_list("ledger__name", flat=True)) == sorted(body.code for body in bodies.BODIES)
    assert set(entries.values_list("at", flat=True)) == {AT}


@pytest.mark.django_db
def test_a_password_that_nobody_could_choose_is_refused_before_anything_is_made() -> None:
    with pytest.raises(ValidationError):
        demo.plant(at=AT, password="short")
    assert not directory.Municipality.objects.exists()
