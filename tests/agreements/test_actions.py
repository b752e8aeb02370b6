"""The verbs on the way to a contract: what each refuses, in words, and what each leaves behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import city
from tests.conftest import AT
from warifu.access import models as access
from warifu.access import queries as access_queries
from warifu.agreements import actions, completeness, errors, models, queries
from warifu.agreements.lifecycle import State
from warifu.audit import queries as audit
from warifu.directory import models as directory
from warifu.notifications import models as notifications

pytestmark = pytest.mark.django_db


def mails(agreement: models.Agreement) -> dict[str, str]:
    """Kind and address of every mail about an agreement."""
    found = notifications.Message.objects.filter(subject_urn=f"agreement:{agreement.pk}")
    return dict(found.values_list("kind", "to_mail"))


def submitted(objects: Path, **options: Any) -> models.Agreement:
    agreement = city.drafted(objects, at=AT, **options)
    return actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def link_of(agreement: models.Agreement) -> str:
    """The newest link that was written to the counterparty."""
    message = notifications.Message.objects.filter(
        subject_urn=f"agreement:{agreement.pk}", kind="consent_request"
    ).latest("queued_at")
    return str(city.BOX.open(message.sealed_secrets)["link"]).rpartition("/")[2]


def test_an_empty_draft_says_everything_that_is_missing(cast: None) -> None:
    agreement = actions.draft(by=city.sato(), at=AT)
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    places = [one.place for one in refused.value.missing]
    assert set(places) == {"files", "contents", "parties"}
    assert len(places) == 11
    assert all(one.message.endswith("ください。") for one in refused.value.missing)
    assert city.state_of(agreement) is State.DRAFT


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("title", "件名"),
        ("number", "契約番号"),
        ("kind", "文書の種類"),
        ("amount", "契約金額"),
        ("contract_on", "契約日"),
        ("term_from", "履行期間"),
        ("term_to", "履行期間"),
        ("decision_number", "決裁番号"),
        ("authority", "契約名義"),
    ],
)
def test_each_missing_entry_is_named(cast: None, objects: Path, field: str, word: str) -> None:
    empty: Any = None if field in {"amount", "contract_on", "term_from", "term_to", "authority"} else ""
    agreement = city.drafted(objects, at=AT, **{field: empty})
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert [one.place for one in refused.value.missing] == ["contents"]
    assert refused.value.message.startswith(word)


def test_a_contract_without_a_total_needs_no_amount(cast: None, objects: Path) -> None:
    assert submitted(objects, amount=None, no_total=True).state == State.IN_APPROVAL


def test_a_term_that_ends_before_it_begins_is_refused(cast: None, objects: Path) -> None:
    first = city.contents().term_from
    assert first is not None
    with pytest.raises(errors.Incomplete) as refused:
        submitted(objects, term_to=first - timedelta(days=1))
    assert "終わりが始まりより前" in refused.value.message


def test_the_drafter_cannot_be_the_approver(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    actions.choose_parties(
        agreement_id=agreement.pk,
        counterparty=city.iwate_kensetsu(),
        approver=city.sato().staff,
        counterparty_first=True,
        by=city.sato(),
        at=AT,
    )
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert refused.value.message == completeness.OWN_APPROVAL


def test_firms_and_approvers_of_another_municipality_cannot_be_chosen(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    firm = directory.Counterparty.objects.exclude(municipality__code=city.MORIOKA).first()
    for counterparty, approver in ((firm, None), (None, city.takahashi().staff)):
        with pytest.raises(errors.NotYours, match="ほかの団体"):
            actions.choose_parties(
                agreement_id=agreement.pk,
                counterparty=counterparty,
                approver=approver,
                counterparty_first=True,
                by=city.sato(),
                at=AT,
            )


def test_nothing_is_approved_without_the_confirmation(cast: None, objects: Path) -> None:
    agreement = submitted(objects)
    with pytest.raises(errors.Incomplete) as refused:
        actions.approve(
            agreement_id=agreement.pk,
            same_as_decided=False,
            shown_facts=city.facts(agreement.pk),
            post=city.POST,
            by=city.suzuki(),
            at=AT,
        )
    assert "決裁済の内容と同一であること" in refused.value.message
    assert city.state_of(agreement) is State.IN_APPROVAL


def test_a_return_needs_a_reason_and_the_reason_reaches_the_officer(cast: None, objects: Path) -> None:
    agreement = submitted(objects)
    with pytest.raises(errors.Incomplete):
        actions.return_to_draft(agreement_id=agreement.pk, reason=" \u3000", post=city.POST, by=city.suzuki(), at=AT)
    reason = "履行期間の終わりが決裁と異なります。"
    actions.return_to_draft(agreement_id=agreement.pk, reason=reason, post=city.POST, by=city.suzuki(), at=AT)
    assert (city.state_of(agreement), agreement.reason) == (State.DRAFT, reason)
    message = notifications.Message.objects.get(subject_urn=f"agreement:{agreement.pk}", kind="returned")
    assert message.to_mail == "sato@morioka.example.jp"
    assert reason in message.body


def test_a_returned_draft_must_be_approved_again(cast: None, objects: Path) -> None:
    agreement = submitted(objects)
    actions.approve(
        agreement_id=agreement.pk,
        same_as_decided=True,
        shown_facts=city.facts(agreement.pk),
        post=city.POST,
        by=city.suzuki(),
        at=AT,
    )
    actions.return_to_draft(agreement_id=agreement.pk, reason="誤記", post=city.POST, by=city.sato(), at=AT)
    assert city.state_of(agreement) is State.DRAFT
    assert (agreement.approved_by, agreement.approved_at) == (None, None)
    with pytest.raises(errors.NotNow):
        actions.send(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def test_where_approval_is_required_nothing_goes_out_without_it(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    actions.choose_parties(
        agreement_id=agreement.pk,
        counterparty=city.iwate_kensetsu(),
        approver=None,
        counterparty_first=True,
        by=city.sato(),
        at=AT,
    )
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert "承認者" in refused.value.message
    directory.Municipality.objects.filter(code=city.MORIOKA).update(approval_required=False)
    assert actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT).state == State.APPROVED
    directory.Municipality.objects.filter(code=city.MORIOKA).update(approval_required=True)
    with pytest.raises(errors.Incomplete) as refused:
        actions.send(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert "承認を受けていない" in refused.value.message
    assert city.state_of(agreement) is State.APPROVED
    assert mails(agreement) == {}


def test_sending_asks_the_first_party_only(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    assert mails(agreement)["consent_request"] == "kudo@iwate-kensetsu.example.jp"
    assert "your_turn" not in mails(agreement)
    city.counterparty_consents(agreement, at=AT)
    assert mails(agreement)["your_turn"] == "onodera@morioka.example.jp"


def test_what_was_sent_does_not_follow_the_register(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    directory.Counterparty.objects.filter(name="岩手建設株式会社").update(signatory_name="別の 人物")
    assert city.party(agreement, models.Side.COUNTERPARTY).name == "工藤 正一"


def test_the_second_party_cannot_consent_first(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    with pytest.raises(errors.NotYourTurn):
        city.municipality_consents(agreement, at=AT)
    assert not models.Consent.objects.exists()


def test_a_second_consent_of_one_party_is_refused(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=AT)
    lines = audit.entries_of(city.MORIOKA).count()
    with pytest.raises(errors.AlreadyConsented):
        city.counterparty_consents(agreement, at=AT)
    assert (models.Consent.objects.count(), audit.entries_of(city.MORIOKA).count()) == (1, lines)


def test_a_consent_to_other_bytes_is_refused(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    party = city.party(agreement, models.Side.COUNTERPARTY)
    hand = actions.consenting.Hand("工藤 正一", "代表取締役", party.mail, "test", "確認コード")
    with pytest.raises(errors.ShownOtherBytes):
        actions.consent(
            party_id=party.pk, hand=hand, shown_digest="0" * 64, post=city.POST, by=city.visitor(agreement), at=AT
        )
    assert not models.SealStep.objects.exists()


def test_the_last_second_of_the_last_day_is_in_time_and_the_next_is_not(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    assert agreement.respond_by is not None
    with pytest.raises(errors.NotNow) as refused:
        city.counterparty_consents(agreement, at=agreement.respond_by + timedelta(seconds=1))
    assert "期限" in refused.value.message
    assert city.counterparty_consents(agreement, at=agreement.respond_by).pk


def test_nothing_expires_before_its_time(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    assert agreement.respond_by is not None
    assert queries.overdue(at=agreement.respond_by) == []
    with pytest.raises(errors.NotNow):
        actions.expire(agreement_id=agreement.pk, post=city.POST, at=agreement.respond_by)
    late = agreement.respond_by + timedelta(seconds=1)
    assert queries.overdue(at=late) == [agreement.pk]
    actions.expire(agreement_id=agreement.pk, post=city.POST, at=late)
    assert city.state_of(agreement) is State.EXPIRED
    assert mails(agreement)["expired"] == "sato@morioka.example.jp"


def test_a_decline_needs_a_reason_and_ends_every_link(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    party, token = city.party(agreement, models.Side.COUNTERPARTY), link_of(agreement)
    by = city.visitor(agreement)
    with pytest.raises(errors.Incomplete):
        actions.decline(party_id=party.pk, reason="", post=city.POST, by=by, at=AT)
    assert access_queries.invitation_of_token(token, at=AT)
    actions.decline(party_id=party.pk, reason="工期が足りません。", post=city.POST, by=by, at=AT)
    assert access_queries.invitation_of_token(token, at=AT) is None
    assert city.state_of(agreement) is State.DECLINED


def test_a_withdrawal_ends_the_link_and_is_told_to_whom_was_asked(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    token = link_of(agreement)
    with pytest.raises(errors.Incomplete):
        actions.withdraw(agreement_id=agreement.pk, reason="", post=city.POST, by=city.sato(), at=AT)
    actions.withdraw(agreement_id=agreement.pk, reason="金額の誤り", post=city.POST, by=city.sato(), at=AT)
    assert access_queries.invitation_of_token(token, at=AT) is None
    assert mails(agreement)["withdrawn"] == "kudo@iwate-kensetsu.example.jp"


def test_a_new_link_ends_the_old_one(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    party, old = city.party(agreement, models.Side.COUNTERPARTY), link_of(agreement)
    actions.reissue_link(
        agreement_id=agreement.pk, party_id=party.pk, post=city.POST, by=city.sato(), at=AT + timedelta(minutes=1)
    )
    assert access_queries.invitation_of_token(old, at=AT) is None
    assert access_queries.invitation_of_token(link_of(agreement), at=AT)
    assert access.Invitation.objects.filter(revoked_at__isnull=True).count() == 1


def test_no_new_link_for_a_party_whose_turn_it_is_not(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    ours = city.party(agreement, models.Side.MUNICIPALITY)
    with pytest.raises(errors.NotYourTurn):
        actions.reissue_link(agreement_id=agreement.pk, party_id=ours.pk, post=city.POST, by=city.sato(), at=AT)
