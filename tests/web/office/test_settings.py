"""Pages of a municipality's settings and of its recipient rules, and what officers meet of them."""

from http import HTTPStatus
from pathlib import Path

import pytest

from tests import city
from tests.web.office.test_departments import signed_in
from warifu.agreements import actions, errors, models
from warifu.audit import models as audit
from warifu.directory import actions as directory
from warifu.directory import models as tables
from warifu.web import clock

pytestmark = pytest.mark.django_db

CHOSEN = {
    "counterparty_first": "on",
    "access_code_required": "on",
    "consent_days": "10",
    "seal_style": "plain",
    "free_mail": "deny",
}


def rule(pattern: str, verdict: tables.RecipientVerdict = tables.RecipientVerdict.DENY) -> tables.RecipientRule:
    return directory.add_recipient_rule(
        municipality=city.morioka(),
        pattern=pattern,
        verdict=verdict,
        below=True,
        reason="誤送信があったため",
        by=city.oikawa().actor,
        at=clock.now(),
    )


def test_each_choice_is_kept_and_its_history_told(cast: None) -> None:
    client = signed_in("oikawa")
    assert "変更の履歴はまだありません" in client.get("/office/settings/").content.decode()
    told = client.post("/office/settings/", CHOSEN, follow=True).content.decode()
    body = city.morioka()
    assert (body.approval_required, body.consent_days, body.seal_style, body.free_mail) == (False, 10, "plain", "deny")
    assert "承認者を必須とする：はい → いいえ" in told
    assert "同意の期限（日）：14 → 10" in told
    assert "フリーメールへの送信：注意を表示する → 送信を禁止する" in told
    assert audit.Entry.objects.filter(action="directory.change_settings").count() == 1


@pytest.mark.parametrize("wrong", [{"consent_days": "0"}, {"consent_days": "91"}, {"seal_style": "gold"}])
def test_a_choice_that_cannot_be_is_refused(cast: None, wrong: dict[str, str]) -> None:
    answer = signed_in("oikawa").post("/office/settings/", CHOSEN | wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert city.morioka().consent_days == 14


def test_rules_are_added_tried_searched_and_removed(cast: None) -> None:
    client = signed_in("oikawa")
    typed = {"pattern": "Example.NET", "verdict": "deny", "below": "on", "reason": "誤送信があったため"}
    assert (
        "「example.net」の規則を追加しました"
        in client.post("/office/recipients/new/", typed, follow=True).content.decode()
    )
    assert client.post("/office/recipients/new/", typed).status_code == HTTPStatus.CONFLICT
    assert client.post("/office/recipients/new/", typed | {"pattern": "株式会社"}).status_code == HTTPStatus.CONFLICT
    tried = client.get("/office/recipients/", {"mail": "a@mail.example.net"}).content.decode()
    assert "この団体の規則で禁止されています" in tried
    assert "検索した結果（1件）" in client.get("/office/recipients/", {"q": "誤送信"}).content.decode()
    place = f"/office/recipients/{tables.RecipientRule.objects.get().pk}/remove/"
    assert "元に戻すときは" in client.get(place).content.decode()
    client.post(place)
    assert "規則はまだありません" in client.get("/office/recipients/").content.decode()
    assert signed_in("sato").get("/office/recipients/").status_code == HTTPStatus.FORBIDDEN


def test_a_firm_with_a_denied_address_is_not_registered_and_a_slip_is_asked_about(cast: None) -> None:
    rule("example.net")
    client = signed_in("sato")
    typed = {"name": "株式会社盛岡測量", "signatory_name": "田中 一郎", "mail": "tanaka@mail.example.net"}
    refused = client.post("/counterparties/new/", typed)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "禁止されています" in refused.content.decode()
    assert "tanaka@mail.example.net" in refused.content.decode(), "nothing typed is lost"
    told = client.post("/counterparties/new/", typed | {"mail": "tanaka@gmial.com"}, follow=True).content.decode()
    assert "「gmail.com」の打ち間違いではないか" in told


def test_a_draft_is_not_sent_to_an_address_that_was_denied_meanwhile(cast: None, objects: Path) -> None:
    at, agreement = clock.now(), city.drafted(objects, at=clock.now())
    mail = city.iwate_kensetsu().mail
    denied = rule(mail.rpartition("@")[2])
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=at)
    assert "禁止されています" in refused.value.message
    assert "禁止されています" in signed_in("sato").get(f"/agreements/{agreement.pk}/confirm/").content.decode()
    rule(mail, tables.RecipientVerdict.ALLOW)
    actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=at)
    assert denied.pattern in mail


def test_a_correction_never_leads_to_a_denied_address(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=clock.now())
    theirs = city.party(agreement, models.Side.COUNTERPARTY)
    rule("example.net")
    with pytest.raises(errors.Incomplete):
        actions.reissue_link(
            agreement_id=agreement.pk,
            party_id=theirs.pk,
            mail="kudo@example.net",
            post=city.POST,
            by=city.sato(),
            at=clock.now(),
        )
    theirs.refresh_from_db()
    assert theirs.mail != "kudo@example.net"
