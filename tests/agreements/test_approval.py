"""What an approval is bound to, and who cannot give it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests import city
from tests.conftest import AT
from warifu.access import models as access
from warifu.access import queries as access_queries
from warifu.access.rights import Role
from warifu.agreements import actions, errors, models, queries, sealing
from warifu.agreements.lifecycle import State
from warifu.directory import actions as directory
from warifu.directory import models as directory_models
from warifu.vault import models as vault

pytestmark = pytest.mark.django_db


def submitted(objects: Path) -> models.Agreement:
    agreement = city.drafted(objects, at=AT)
    return actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def registered(mail: str) -> None:
    """佐藤 writes another address into the register."""
    firm = city.iwate_kensetsu()
    directory.register_counterparty(
        municipality=firm.municipality,
        counterparty_id=firm.pk,
        entry=directory.CounterpartyEntry(
            firm.name, firm.corporate_number, firm.address, firm.signatory_title, firm.signatory_name, mail
        ),
        by=city.sato().actor,
        at=AT,
    )


def test_an_old_page_does_not_approve_what_was_submitted_anew(cast: None, objects: Path) -> None:
    agreement = submitted(objects)
    seen = city.facts(agreement.pk)
    actions.return_to_draft(
        agreement_id=agreement.pk, reason="金額を確かめてください", post=city.POST, by=city.suzuki(), at=AT
    )
    actions.describe(agreement_id=agreement.pk, contents=city.contents(amount=999_999_999), by=city.sato(), at=AT)
    actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT + timedelta(minutes=1))
    with pytest.raises(errors.ShownOtherFacts):
        actions.approve(
            agreement_id=agreement.pk,
            same_as_decided=True,
            shown_facts=seen,
            post=city.POST,
            by=city.suzuki(),
            at=AT,
        )
    assert city.state_of(agreement) is State.IN_APPROVAL


def test_the_addressee_cannot_be_exchanged_after_the_approval(cast: None, objects: Path) -> None:
    agreement = submitted(objects)
    actions.approve(
        agreement_id=agreement.pk,
        same_as_decided=True,
        shown_facts=city.facts(agreement.pk),
        post=city.POST,
        by=city.suzuki(),
        at=AT,
    )
    registered("someone@else.example.jp")
    with pytest.raises(errors.ChangedSinceApproval):
        actions.send(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert not models.Party.objects.filter(agreement=agreement).exists()
    actions.return_to_draft(agreement_id=agreement.pk, reason="宛先の訂正", post=city.POST, by=city.sato(), at=AT)
    assert city.state_of(agreement) is State.DRAFT


def test_who_submits_a_colleagues_draft_cannot_approve_it(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    access.RoleGrant.objects.create(staff=city.suzuki().staff, role=Role.OFFICER)
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.suzuki(), at=AT)
    assert "承認を依頼する職員" in refused.value.message
    assert city.state_of(agreement) is State.DRAFT


def test_an_officer_takes_back_what_an_absent_approver_does_not_answer(cast: None, objects: Path) -> None:
    agreement = submitted(objects)
    actions.return_to_draft(agreement_id=agreement.pk, reason="承認者を替えます", post=city.POST, by=city.sato(), at=AT)
    assert city.state_of(agreement) is State.DRAFT


def test_a_name_in_which_nobody_may_consent_is_not_sent(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    assert agreement.authority is not None
    agreement.authority.consenters.clear()
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert "合意できる職員が登録されていません" in refused.value.message


def test_an_amount_and_no_total_are_not_kept_together(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    with pytest.raises(errors.Incomplete):
        actions.describe(agreement_id=agreement.pk, contents=city.contents(no_total=True), by=city.sato(), at=AT)
    agreement.refresh_from_db()
    assert (agreement.amount, agreement.no_total) == (46_200_000, False)


def test_a_title_of_signs_alone_is_refused_before_anyone_agrees(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT, title="★", number="―")
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert "後から探せません" in refused.value.message


def test_a_fault_of_our_own_is_told_and_tried_again(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=AT)
    document = agreement.documents.get()
    kept = next(path for path in objects.rglob("*") if path.name.startswith(str(document.agreed_id)))
    content = kept.read_bytes()
    kept.unlink()
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=AT) is sealing.Outcome.WAITING
    agreement.refresh_from_db()
    assert agreement.sealing_problem == "internal_fault"
    assert vault.StoredObject.objects.filter(pk=document.agreed_id).exists()
    kept.write_bytes(content)
    assert queries.due_for_sealing(at=AT + timedelta(minutes=2)) == [agreement.pk]


def test_a_corrected_address_gets_the_link_and_the_old_one_stays_in_the_ledger(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    theirs = city.party(agreement, models.Side.COUNTERPARTY)
    first = access.Invitation.objects.get(subject=f"party:{theirs.pk}")
    actions.reissue_link(
        agreement_id=agreement.pk,
        party_id=theirs.pk,
        mail="right@iwate-kensetsu.example.jp",
        post=city.POST,
        by=city.sato(),
        at=AT + timedelta(minutes=5),
    )
    assert access_queries.invitation(first.pk, at=AT + timedelta(minutes=6)) is None, "the old link is dead"
    living = access.Invitation.objects.get(subject=f"party:{theirs.pk}", revoked_at__isnull=True)
    assert living.mail == "right@iwate-kensetsu.example.jp"
    assert directory_models.Counterparty.objects.get(pk=city.iwate_kensetsu().pk).mail == theirs.mail
