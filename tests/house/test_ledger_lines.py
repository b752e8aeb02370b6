"""Every verb leaves its ledger line inside itself: each is run once, and finds exactly one new entry."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import city, samples
from warifu.access import actions as access
from warifu.agreements import actions, errors, models, sealing
from warifu.agreements.actions.consenting import Hand
from warifu.archive import actions as archive
from warifu.audit import models as audit
from warifu.directory import actions as directory
from warifu.pades import intake
from warifu.transfers import actions as transfers

from . import access_verbs, directory_verbs, folder_verbs, provider_verbs, transfer_verbs

pytestmark = pytest.mark.django_db

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
Act = Callable[[], object]
Prepare = Callable[[Path], Act]

# These belong into another verb's transaction, and that verb writes the line; or they change nothing.
LINE_OF_THE_CALLER = {
    "access.issue_invitation",
    "access.new_access_code",
    "access.revoke_invitations",
    "access.use_one_time_password",
    "access.use_passkey",
    "access.use_recovery_code",
    "access.by_provider",
    "access.remember_behind",
    "access.tell_administrators",
}
# A try is counted for a day under a digest, before anybody knows whose it is; the last use of a session is no deed.
# What an operator does to a municipality stands in its ledger and in the service's own.
ON_BOTH_LEDGERS = {
    "access.release_networks",
    "directory.begin_body",
    "directory.go_live",
    "directory.rest_body",
    "directory.wake_body",
}
NO_LINE = {
    "archive.seal_algorithms",
    "access.begin_try",
    "access.take_back_try",
    "access.see",
    "access.use_up",
    "access.use_provisioning_token",
}


def entries() -> list[str]:
    return list(audit.Entry.objects.order_by("pk").values_list("action", flat=True))


def describe(objects: Path) -> Act:
    agreement = actions.draft(by=city.sato(), at=AT)
    return lambda: actions.describe(agreement_id=agreement.pk, contents=city.contents(), by=city.sato(), at=AT)


def choose_parties(objects: Path) -> Act:
    agreement = actions.draft(by=city.sato(), at=AT)
    return lambda: actions.choose_parties(
        agreement_id=agreement.pk,
        counterparty=city.iwate_kensetsu(),
        approver=city.suzuki().staff,
        counterparty_first=True,
        by=city.sato(),
        at=AT,
    )


def choose_counterparty(objects: Path) -> Act:
    agreement = actions.draft(by=city.sato(), at=AT)
    firm = city.iwate_kensetsu()
    return lambda: actions.choose_counterparty(agreement_id=agreement.pk, counterparty=firm, by=city.sato(), at=AT)


def add_document(objects: Path) -> Act:
    agreement = actions.draft(by=city.sato(), at=AT)
    found, normalised = city.examined(samples.contract(), objects)
    return lambda: actions.add_document(
        agreement_id=agreement.pk,
        name="契約書.pdf",
        original=samples.contract(),
        normalised=normalised,
        examination=found,
        custody=city.vault_at(objects),
        by=city.sato(),
        at=AT,
    )


def remove_document(objects: Path) -> Act:
    agreement = city.drafted(objects, at=AT)
    return lambda: actions.remove_document(
        agreement_id=agreement.pk, document_id=agreement.documents.get().pk, by=city.sato(), at=AT
    )


def refuse_upload(objects: Path) -> Act:
    agreement = actions.draft(by=city.sato(), at=AT)
    return lambda: refused(agreement)


def drop_refused_upload(objects: Path) -> Act:
    agreement = actions.draft(by=city.sato(), at=AT)
    upload = refused(agreement)
    return lambda: actions.drop_refused_upload(agreement_id=agreement.pk, upload_id=upload.pk, by=city.sato(), at=AT)


def refused(agreement: models.Agreement) -> models.RefusedUpload:
    finding = intake.Finding("encrypted", "保護されています。", "保護を外してください。")
    return actions.refuse_upload(agreement_id=agreement.pk, name="契約書.pdf", finding=finding, by=city.sato(), at=AT)


def place_seals(objects: Path) -> Act:
    agreement = city.drafted(objects, at=AT)
    return lambda: city.with_seals(agreement, objects, at=AT)


def submit(objects: Path) -> Act:
    agreement = city.drafted(objects, at=AT)
    return lambda: actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def in_approval(objects: Path) -> models.Agreement:
    agreement = city.drafted(objects, at=AT)
    return actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def approve(objects: Path) -> Act:
    agreement = in_approval(objects)
    return lambda: actions.approve(
        agreement_id=agreement.pk,
        same_as_decided=True,
        shown_facts=city.facts(agreement.pk),
        post=city.POST,
        by=city.suzuki(),
        at=AT,
    )


def return_to_draft(objects: Path) -> Act:
    agreement = in_approval(objects)
    return lambda: actions.return_to_draft(
        agreement_id=agreement.pk, reason="金額の確認", post=city.POST, by=city.suzuki(), at=AT
    )


def send(objects: Path) -> Act:
    agreement = in_approval(objects)
    actions.approve(
        agreement_id=agreement.pk,
        same_as_decided=True,
        shown_facts=city.facts(agreement.pk),
        post=city.POST,
        by=city.suzuki(),
        at=AT,
    )
    return lambda: actions.send(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def reissue_link(objects: Path) -> Act:
    agreement = city.sent(objects, at=AT)
    theirs = city.party(agreement, models.Side.COUNTERPARTY)
    return lambda: actions.reissue_link(
        agreement_id=agreement.pk, party_id=theirs.pk, post=city.POST, by=city.sato(), at=AT
    )


def withdraw(objects: Path) -> Act:
    agreement = city.sent(objects, at=AT)
    return lambda: actions.withdraw(
        agreement_id=agreement.pk, reason="金額の誤り", post=city.POST, by=city.sato(), at=AT
    )


def view(objects: Path) -> Act:
    agreement = city.sent(objects, at=AT)
    theirs = city.party(agreement, models.Side.COUNTERPARTY)

    def look_twice() -> None:
        for _ in range(2):
            actions.view(party_id=theirs.pk, by=city.visitor(agreement), at=AT)

    return look_twice


def consent(objects: Path) -> Act:
    agreement = city.sent(objects, at=AT)
    return lambda: city.counterparty_consents(agreement, at=AT)


def decline(objects: Path) -> Act:
    agreement = city.sent(objects, at=AT)
    theirs = city.party(agreement, models.Side.COUNTERPARTY)
    return lambda: actions.decline(
        party_id=theirs.pk, reason="工期の見直し", post=city.POST, by=city.visitor(agreement), at=AT
    )


def expire(objects: Path) -> Act:
    agreement = city.sent(objects, at=AT)
    return lambda: actions.expire(agreement_id=agreement.pk, post=city.POST, at=AT + timedelta(days=15))


def draft(objects: Path) -> Act:
    return lambda: actions.draft(by=city.sato(), at=AT)


def hand_over(objects: Path) -> Act:
    agreement = city.drafted(objects, at=AT)
    return lambda: actions.hand_over(
        agreement_id=agreement.pk, officer=city.sato().staff, post=city.POST, by=city.chida().actor, at=AT
    )


def hand_over_all(objects: Path) -> Act:
    agreement = city.drafted(objects, at=AT)
    one = actions.Assignment(agreement.pk, officer=city.sato().staff)
    return lambda: actions.hand_over_all(
        municipality=city.morioka(), assignments=[one], post=city.POST, by=city.chida().actor, at=AT
    )


RUNS: dict[str, Prepare] = (
    access_verbs.RUNS
    | directory_verbs.RUNS
    | folder_verbs.RUNS
    | provider_verbs.RUNS
    | transfer_verbs.RUNS
    | {
        "agreements.draft": draft,
        "agreements.describe": describe,
        "agreements.choose_counterparty": choose_counterparty,
        "agreements.choose_parties": choose_parties,
        "agreements.add_document": add_document,
        "agreements.remove_document": remove_document,
        "agreements.refuse_upload": refuse_upload,
        "agreements.drop_refused_upload": drop_refused_upload,
        "agreements.place_seals": place_seals,
        "agreements.submit": submit,
        "agreements.approve": approve,
        "agreements.return_to_draft": return_to_draft,
        "agreements.send": send,
        "agreements.reissue_link": reissue_link,
        "agreements.withdraw": withdraw,
        "agreements.view": view,
        "agreements.consent": consent,
        "agreements.decline": decline,
        "agreements.expire": expire,
        "agreements.hand_over": hand_over,
        "agreements.hand_over_all": hand_over_all,
    }
)


def test_no_verb_is_forgotten() -> None:
    rooms = (
        ("agreements", actions),
        ("archive", archive),
        ("directory", directory),
        ("access", access),
        ("transfers", transfers),
    )
    verbs = {
        f"{room}.{name}"
        for room, module in rooms
        for name in module.__all__
        if inspect.isfunction(getattr(module, name))
    }
    assert verbs == set(RUNS) | LINE_OF_THE_CALLER | NO_LINE


@pytest.mark.parametrize("verb", RUNS)
def test_each_verb_writes_one_line(cast: None, objects: Path, verb: str) -> None:
    act = RUNS[verb](objects)
    before = entries()
    act()
    added = entries()[len(before) :]
    assert len(added) == (2 if verb in ON_BOTH_LEDGERS else 1), added
    assert len(set(added)) == 1
    assert added[0].split(".")[0] == verb.split(".")[0]


def test_the_sealing_cycle_writes_one_line_for_each_step(cast: None, bench: city.Trial, objects: Path) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    before = entries()
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now()) is sealing.Outcome.CONCLUDED
    assert sorted(entries()[len(before) :]) == [
        "agreements.conclude",
        "agreements.seal_archive",
        "agreements.seal_consent",
        "agreements.seal_consent",
        "archive.accession",
    ]


def test_a_verb_that_is_refused_writes_no_line(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    theirs = city.party(agreement, models.Side.COUNTERPARTY)
    before = entries()
    hand = Hand(theirs.name, theirs.title, theirs.mail, "test", "メールのリンク")
    with pytest.raises(errors.ShownOtherBytes):
        actions.consent(
            party_id=theirs.pk, hand=hand, shown_digest="0" * 64, post=city.POST, by=city.visitor(agreement), at=AT
        )
    assert entries() == before
