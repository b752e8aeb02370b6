"""Who may: officers draft, the named approver approves, only entitled staff consent, other cities see nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import city
from tests.conftest import AT
from warifu.access import person as access
from warifu.agreements import actions, errors, models, policies, queries

pytestmark = pytest.mark.django_db
Deed = Callable[[models.Agreement, access.Person], object]

DEEDS: dict[str, Deed] = {
    "submit": lambda found, by: actions.submit(agreement_id=found.pk, post=city.POST, by=by, at=AT),
    "approve": lambda found, by: actions.approve(
        agreement_id=found.pk, same_as_decided=True, shown_facts=city.facts(found.pk), post=city.POST, by=by, at=AT
    ),
    "return": lambda found, by: actions.return_to_draft(
        agreement_id=found.pk, reason="理由", post=city.POST, by=by, at=AT
    ),
    "send": lambda found, by: actions.send(agreement_id=found.pk, post=city.POST, by=by, at=AT),
    "withdraw": lambda found, by: actions.withdraw(agreement_id=found.pk, reason="理由", post=city.POST, by=by, at=AT),
    "describe": lambda found, by: actions.describe(agreement_id=found.pk, contents=city.contents(), by=by, at=AT),
    "choose_parties": lambda found, by: actions.choose_parties(
        agreement_id=found.pk, counterparty=None, approver=None, counterparty_first=True, by=by, at=AT
    ),
    "remove_document": lambda found, by: actions.remove_document(
        agreement_id=found.pk, document_id=found.documents.get().pk, by=by, at=AT
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_takahashi_of_another_municipality_may_do_nothing(cast: None, objects: Path, deed: str) -> None:
    agreement = city.drafted(objects, at=AT)
    with pytest.raises(errors.NotYours) as refused:
        DEEDS[deed](agreement, city.takahashi())
    assert refused.value.message.endswith("。")


def test_takahashi_of_another_municipality_finds_nothing(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    other = city.takahashi()
    assert queries.agreement_of(other, agreement.pk) is None
    assert not queries.agreements_of(other.municipality).exists()
    assert not queries.open_agreements(other, words="市道").exists()


@pytest.mark.parametrize("deed", ["submit", "send", "withdraw", "describe", "choose_parties"])
def test_an_approver_who_is_no_officer_is_told_who_does_it(cast: None, objects: Path, deed: str) -> None:
    agreement = city.drafted(objects, at=AT)
    with pytest.raises(errors.NotYours, match="契約担当"):
        DEEDS[deed](agreement, city.suzuki())


def test_a_reader_may_not_begin_a_draft(cast: None) -> None:
    with pytest.raises(errors.NotYours, match="契約担当"):
        actions.draft(by=city.onodera(), at=AT)
    assert not models.Agreement.objects.exists()


def test_the_officer_who_drafted_may_not_approve_even_with_the_role(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    DEEDS["submit"](agreement, city.sato())
    sato = city.sato()
    agreement.refresh_from_db()
    agreement.approver = sato.staff
    approving = access.Person(staff=sato.staff, grants=(*sato.grants, *city.suzuki().grants), ip=None)
    assert not policies.may_approve(approving, agreement)
    with pytest.raises(errors.NotYours):
        policies.require_approver(approving, agreement)


def test_another_approver_than_the_named_one_is_told_whose_it_is(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    DEEDS["submit"](agreement, city.sato())
    onodera = city.onodera()
    other = access.Person(staff=onodera.staff, grants=city.suzuki().grants, ip=None)
    with pytest.raises(errors.NotYours, match="鈴木 健一さんだけ"):
        DEEDS["approve"](agreement, other)


@pytest.mark.parametrize("who", [city.sato, city.suzuki, city.takahashi])
def test_only_staff_whom_the_authority_names_consent_for_it(
    cast: None, objects: Path, who: Callable[[], access.Person]
) -> None:
    agreement = city.sent(objects, at=AT)
    assert policies.may_consent(city.onodera(), agreement)
    with pytest.raises(errors.NotYours, match="盛岡市長"):
        policies.require_consenter(who(), agreement)
