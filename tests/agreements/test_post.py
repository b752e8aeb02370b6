"""Who is told what when an agreement ends, and which link a party gets that asks again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import city
from tests.conftest import AT
from warifu.access import models as access
from warifu.access import queries as access_queries
from warifu.agreements import actions, models, sealing
from warifu.agreements.lifecycle import State
from warifu.directory import models as directory
from warifu.notifications import models as notifications

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
KUDO = "kudo@iwate-kensetsu.example.jp"
NEW = "kudo@moved.example.jp"


def mail(agreement: models.Agreement, kind: str) -> notifications.Message:
    return notifications.Message.objects.filter(subject_urn=f"agreement:{agreement.pk}", kind=kind).latest("queued_at")


def told(agreement: models.Agreement, kind: str) -> list[str]:
    found = notifications.Message.objects.filter(subject_urn=f"agreement:{agreement.pk}", kind=kind)
    return list(found.values_list("to_mail", flat=True))


def municipality_declines(agreement: models.Agreement) -> None:
    party = city.party(agreement, models.Side.MUNICIPALITY)
    actions.decline(
        party_id=party.pk, reason="金額の誤り", post=city.POST, by=city.onodera().actor, at=AT + timedelta(minutes=1)
    )


def reissue(agreement: models.Agreement, *, at: datetime, mail: str | None = None) -> models.Party:
    party = city.party(agreement, models.Side.COUNTERPARTY)
    return actions.reissue_link(
        agreement_id=agreement.pk, party_id=party.pk, mail=mail, post=city.POST, by=city.sato(), at=at
    )


@pytest.fixture
def with_codes(cast: None) -> None:
    directory.Municipality.objects.filter(code=city.MORIOKA).update(access_code_required=True)


def test_sato_reads_that_the_city_declined_and_that_the_firm_is_told(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=AT)
    municipality_declines(agreement)
    assert told(agreement, "declined") == []
    message = mail(agreement, "declined_here")
    assert message.to_mail == "sato@morioka.example.jp"
    assert message.subject.startswith("【盛岡市】契約が却下されました：")
    assert "盛岡市（盛岡市長）として合意しないことになりました。" in message.body
    assert "相手方には、手続が終わったことをメールでお知らせします。" in message.body
    assert told(agreement, "turned_down") == [KUDO]


def test_nobody_says_that_a_firm_is_told_which_was_never_asked(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT, counterparty_first=False)
    municipality_declines(agreement)
    assert "相手方には、まだ依頼を送っていません。" in mail(agreement, "declined_here").body
    assert told(agreement, "turned_down") == []


def test_sato_reads_that_the_firm_declined(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    party = city.party(agreement, models.Side.COUNTERPARTY)
    actions.decline(party_id=party.pk, reason="工期", post=city.POST, by=city.visitor(agreement), at=AT)
    assert mail(agreement, "declined").subject.startswith("【盛岡市】相手方が契約を却下しました：")
    assert told(agreement, "declined_here") == []


@pytest.mark.parametrize("consented", [False, True])
def test_a_firm_that_was_asked_is_told_that_the_time_is_over(cast: None, objects: Path, consented: bool) -> None:
    agreement = city.sent(objects, at=AT)
    if consented:
        city.counterparty_consents(agreement, at=AT)
    assert agreement.respond_by is not None
    actions.expire(agreement_id=agreement.pk, post=city.POST, at=agreement.respond_by + timedelta(seconds=1))
    assert told(agreement, "expired") == ["sato@morioka.example.jp"]
    assert told(agreement, "expired_outside") == [KUDO]
    assert "契約は締結されていません" in mail(agreement, "expired_outside").body


def test_a_firm_that_was_never_asked_is_not(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT, counterparty_first=False)
    assert agreement.respond_by is not None
    actions.expire(agreement_id=agreement.pk, post=city.POST, at=agreement.respond_by + timedelta(seconds=1))
    assert told(agreement, "expired_outside") == []


def test_who_has_consented_gets_a_link_to_see_how_it_stands(with_codes: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=AT)
    first = city.POST.code_of(city.party(agreement, models.Side.COUNTERPARTY))
    party = reissue(agreement, at=LATER, mail=NEW)
    assert told(agreement, "link_again") == [NEW]
    assert told(agreement, "consent_request") == [KUDO]
    assert "もう一度合意する必要はありません" in mail(agreement, "link_again").body
    (living,) = access_queries.living_invitations(at=LATER)
    assert (living.subject, living.mail) == (f"party:{party.pk}", NEW)
    assert city.POST.code_to_tell(party, at=LATER) == city.POST.code_of(party) != first


def test_the_code_can_be_told_while_a_link_lives(with_codes: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    party = city.party(agreement, models.Side.COUNTERPARTY)
    code = city.POST.code_of(party)
    assert len(code) == 8
    city.counterparty_consents(agreement, at=AT)
    assert city.POST.code_to_tell(party, at=LATER) == code
    actions.withdraw(agreement_id=agreement.pk, reason="誤り", post=city.POST, by=city.sato(), at=LATER)
    assert city.POST.code_to_tell(party, at=LATER) == ""


def test_the_files_of_a_concluded_contract_can_be_sent_to_a_corrected_address(
    with_codes: None, bench: city.Trial, objects: Path
) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now())
    assert city.state_of(agreement) is State.CONCLUDED
    wrong = access.Invitation.objects.filter(revoked_at__isnull=True)
    assert wrong.count() == 2, "the page that is still open, and the new link"
    party = reissue(agreement, at=now(), mail=NEW)
    assert [one.mail for one in wrong.all()] == [NEW], "what went to the wrong address is dead"
    assert told(agreement, "concluded") == [NEW, KUDO]
    assert told(agreement, "link_again") == []
    assert len(city.POST.code_to_tell(party, at=now())) == 8
