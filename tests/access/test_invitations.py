"""Links and codes: only digests are kept, five wrong codes close the link, a one-time code works once and not long."""

from datetime import datetime, timedelta

import pytest

from tests import city
from tests.conftest import AT
from warifu.access import actions, errors, models, queries
from warifu.access.actions import invitations
from warifu.audit import queries as audit
from warifu.audit.actor import Actor, ActorKind

pytestmark = pytest.mark.django_db
SUBJECT = "party:11111111-1111-4111-8111-111111111111"
VISITOR = Actor(
    kind=ActorKind.COUNTERPARTY, id="11111111-1111-4111-8111-111111111111", name="工藤 正一", ip="198.51.100.7"
)


def invited(code: str = "12345678", *, at: datetime = AT) -> tuple[models.Invitation, str]:
    return actions.issue_invitation(
        municipality=city.morioka(),
        subject=SUBJECT,
        mail="kudo@iwate-kensetsu.example.jp",
        code=code,
        expires_at=at + timedelta(days=14),
        at=at,
    )


def present(invitation: models.Invitation, code: str, *, at: datetime = AT) -> None:
    actions.present_code(invitation=invitation, code=code, by=VISITOR, at=at)


def test_neither_token_nor_code_is_in_the_database(cast: None) -> None:
    _, token = invited()
    row = models.Invitation.objects.filter(subject=SUBJECT).values().get()
    assert token not in str(row)
    assert "12345678" not in str(row)
    assert row["token_digest"] == queries.token_digest(token)
    assert len(token) >= 43, "256 bits in base64url"


def test_only_the_very_token_opens_and_only_in_its_time(cast: None) -> None:
    invitation, token = invited()
    assert queries.invitation_of_token(token, at=AT) == invitation
    assert queries.invitation_of_token(token[:-1], at=AT) is None
    assert queries.invitation_of_token("", at=AT) is None
    assert queries.invitation_of_token(queries.token_digest(token), at=AT) is None, "a stolen digest opens nothing"
    assert queries.invitation_of_token(token, at=invitation.expires_at - timedelta(seconds=1)) == invitation
    assert queries.invitation_of_token(token, at=invitation.expires_at) is None


def test_a_new_link_ends_the_one_before(cast: None) -> None:
    _, old = invited()
    _, new = invited(at=AT + timedelta(minutes=1))
    assert queries.invitation_of_token(old, at=AT + timedelta(minutes=1)) is None
    assert queries.invitation_of_token(new, at=AT + timedelta(minutes=1))


def test_the_fifth_wrong_code_closes_the_link_for_the_right_one_too(cast: None) -> None:
    invitation, _ = invited()
    for left in (4, 3, 2, 1):
        with pytest.raises(errors.CodeRefused) as refused:
            present(invitation, "00000000")
        assert refused.value.left == left
    for code in ("00000000", "12345678"):
        with pytest.raises(errors.InvitationLocked):
            present(invitation, code)
    told = [entry.action for entry in audit.entries_about(city.MORIOKA, SUBJECT)]
    assert told == ["access.code_refused"] * 5


def test_a_new_link_opens_again_after_a_closed_one(cast: None) -> None:
    invitation, _ = invited()
    models.Invitation.objects.filter(pk=invitation.pk).update(failures=invitations.CODE_TRIES)
    fresh, _ = invited("87654321")
    present(fresh, "87654321")


def test_a_right_code_forgives_the_wrong_ones_before_it(cast: None) -> None:
    invitation, _ = invited()
    for _ in range(4):
        with pytest.raises(errors.CodeRefused):
            present(invitation, "00000000")
    present(invitation, "12345678")
    with pytest.raises(errors.CodeRefused) as refused:
        present(invitation, "00000000")
    assert refused.value.left == 4


@pytest.mark.parametrize("code", ["", " ", "1234567", "123456789"])
def test_no_half_code_opens(cast: None, code: str) -> None:
    invitation, _ = invited()
    with pytest.raises(errors.CodeRefused):
        present(invitation, code)


def test_an_empty_code_does_not_open_where_no_code_was_sent_yet(cast: None) -> None:
    invitation, _ = invited("")
    with pytest.raises(errors.CodeRefused):
        present(invitation, "")


def test_a_one_time_code_works_once(cast: None) -> None:
    invitation, _ = invited("")
    code = actions.make_one_time_code(invitation=invitation, by=VISITOR, at=AT)
    assert code not in str(models.OneTimeCode.objects.values().get())
    present(invitation, code)
    with pytest.raises(errors.CodeRefused):
        present(invitation, code)


def test_a_one_time_code_ends_after_ten_minutes(cast: None) -> None:
    invitation, _ = invited("")
    code = actions.make_one_time_code(invitation=invitation, by=VISITOR, at=AT)
    with pytest.raises(errors.CodeRefused):
        present(invitation, code, at=AT + invitations.ONE_TIME_LIFE)
    present(invitation, code, at=AT + invitations.ONE_TIME_LIFE - timedelta(seconds=1))


def test_a_second_one_time_code_ends_the_first_and_comes_not_too_soon(cast: None) -> None:
    invitation, _ = invited("")
    first = actions.make_one_time_code(invitation=invitation, by=VISITOR, at=AT)
    with pytest.raises(errors.CodeTooSoon):
        actions.make_one_time_code(invitation=invitation, by=VISITOR, at=AT + timedelta(seconds=29))
    later = AT + invitations.ONE_TIME_PAUSE + timedelta(seconds=1)
    second = actions.make_one_time_code(invitation=invitation, by=VISITOR, at=later)
    if first != second:
        with pytest.raises(errors.CodeRefused):
            present(invitation, first, at=later)
    present(invitation, second, at=later)


def test_new_codes_do_not_give_new_tries(cast: None) -> None:
    invitation, _ = invited("")
    at = AT
    for _ in range(invitations.CODE_TRIES - 1):
        at += timedelta(minutes=1)
        actions.make_one_time_code(invitation=invitation, by=VISITOR, at=at)
        with pytest.raises(errors.CodeRefused):
            present(invitation, "wrong", at=at)
    with pytest.raises(errors.InvitationLocked):
        present(invitation, "wrong", at=at)


def test_the_code_of_one_invitation_does_not_open_another(cast: None) -> None:
    invitation, _ = invited("")
    other, _ = actions.issue_invitation(
        municipality=city.morioka(),
        subject="party:22222222-2222-4222-8222-222222222222",
        mail="kudo@iwate-kensetsu.example.jp",
        code="",
        expires_at=AT + timedelta(days=14),
        at=AT,
    )
    code = actions.make_one_time_code(invitation=invitation, by=VISITOR, at=AT)
    with pytest.raises(errors.CodeRefused):
        present(other, code)
