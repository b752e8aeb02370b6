"""Every page of every surface, for everybody: well made, and of one's own municipality only."""

from collections.abc import Callable, Container
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.conftest import AT
from tests.house import folder_verbs, provider_verbs
from tests.web import addresses
from warifu import settings
from warifu.access import actions as access_actions
from warifu.access import models as access
from warifu.access import network_queries, networks
from warifu.agreements import actions, models, sealing
from warifu.agreements.lifecycle import State
from warifu.archive import models as archive
from warifu.audit import models as audit
from warifu.audit.anomalies import AnomalyKind
from warifu.directory import models as directory
from warifu.directory import people
from warifu.notifications import models as notifications
from warifu.pades import intake
from warifu.transfers import models as planned
from warifu.web import clock

pytestmark = pytest.mark.django_db

STAFF = ("sato", "suzuki", "onodera", "oikawa")
OF_NOBODY = {
    # Whoever holds the link of the mail, or the mail itself, is the one it was sent to; the mailbox is a trial's only.
    "counter:enter",
    "console:letter",
    "entrance:follow",
    "entrance:mail_follow",
}
PUBLIC = {"entrance:signin", "verify:page", "console:mailbox", "console:letter", "console:gallery", "console:alive"}
PUBLIC |= {"console:ready", "entrance:passkey", "entrance:forgotten", "entrance:asked"}
BY_PROVIDER = {f"entrance:sso_{name}" for name in ("start", "back", "consume", "finish", "metadata", "logout")}
OF_NOBODY |= BY_PROVIDER
OF_SYSTEMS = {f"scim:{name}" for name in ("many", "one")}
OF_NOBODY |= OF_SYSTEMS
BY_LINK = {"entrance:left", "entrance:follow", "entrance:choose", "entrance:mail_follow", "entrance:mail_confirm"}
SURFACES = frozenset(addresses.SURFACES)
OF_AN_AGREEMENT = {"desk", "counter"}
ORDINARY = {200, 302, 401, 403, 404, 405, 409, 410}


def signed_in(mail: str) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(mail=mail))
    return client


def odd_use() -> int:
    """Something of 盛岡市 that an administrator should look at."""
    found, _ = audit.Anomaly.objects.get_or_create(
        ledger=city.MORIOKA,
        kind=AnomalyKind.EXPORT,
        who="somebody",
        day=AT.date(),
        defaults={
            "name": "ある職員",
            "count": 5,
            "first_at": AT,
            "last_at": AT,
            "first_sequence": 1,
            "last_sequence": 1,
            "found_at": AT,
        },
    )
    return int(found.pk)


def title() -> dict[str, object]:
    """A title of 盛岡市 with all that hangs on one, beside those that agreements name."""
    chair, new = directory.ContractingAuthority.objects.get_or_create(
        municipality=city.morioka(), title="盛岡市議会議長"
    )
    if new:
        chair.consenters.add(city.onodera().staff)
        chair.approvers.add(city.suzuki().staff)
        chair.holders.create(name="盛岡 太郎")
        chair.deputies.create(appears_as="副議長", name="岩手 花子", reason="病気療養", begins_on=date(2026, 4, 1))
    rule, _ = directory.RecipientRule.objects.get_or_create(
        municipality=city.morioka(),
        pattern="example.net",
        defaults={"verdict": "deny", "reason": "誤送信", "made_at": clock.now(), "made_by": "及川 雅子"},
    )
    return {
        "rule_id": rule.pk,
        "title_id": chair.pk,
        "holder_id": chair.holders.get().pk,
        "deputy_id": chair.deputies.get().pk,
        "consenter_id": city.onodera().staff.pk,
        "approver_id": city.suzuki().staff.pk,
    }


def network_key() -> str:
    """The key of a network on 盛岡市's list, which binds nobody."""
    policy = networks.Policy(entries=(networks.Entry("office", "192.0.2.0/24", "本庁舎"),))
    seen = network_queries.last_number(city.morioka())
    access_actions.set_networks(policy=policy, seen=seen, on_trial=False, by=city.chida(), at=clock.now())
    return policy.entries[0].key


def transfer() -> dict[str, object]:
    """A plan with somebody in it."""
    plan, _ = planned.Plan.objects.get_or_create(
        municipality=city.morioka(),
        effective_on=date(2099, 4, 1),
        defaults={"name": "人事異動", "made_at": AT, "made_by": city.chida().staff},
    )
    staff = city.onodera().staff
    move, _ = planned.Move.objects.get_or_create(
        plan=plan, staff=staff, defaults={"kind": "leave", "name": staff.name, "mail": staff.mail}
    )
    return {"plan_id": plan.pk, "move_id": move.pk}


def values_of(agreement: models.Agreement) -> dict[str, object]:
    """What stands in the places of addresses, all of it this agreement's."""
    values: dict[str, object] = {
        "agreement_id": agreement.pk,
        "document_id": agreement.documents.get().pk,
        "counterparty_id": city.iwate_kensetsu().pk,
        # A draft has none of these yet; an address with a stranger there leads nowhere.
        "party_id": agreement.pk,
        "invitation_id": agreement.pk,
        "record_id": agreement.pk,
        "file_id": agreement.pk,
        "period_id": agreement.pk,
        "import_id": agreement.pk,
        "firms_import_id": agreement.pk,
        "layout": "departments",
        "upload_id": 0,
        "session_id": agreement.pk,
        "passkey_id": 0,
        "sequence": 1,
        "anomaly_id": odd_use(),
        "staff_id": city.sato().staff.pk,
        "grant_id": access.RoleGrant.objects.filter(staff=city.sato().staff).values_list("pk", flat=True)[0],
        "deed": "close",
        "department_id": city.sato().staff.department.pk,
        "post_id": people.posts_of(city.sato().staff, on=date(2026, 4, 1))[0].pk,
        "group_id": directory.Group.objects.get_or_create(municipality=city.morioka(), name="工事")[0].pk,
        **folder_verbs.addressed(),
        "token": "unknown",
        **provider_verbs.addressed(),
        "key": "unknown",
        "network_key": network_key(),
        "body_code": city.MORIOKA,
        "body_deed": "rest",
    }
    values |= title() | transfer() | of_firm(city.iwate_kensetsu())
    parties = list(agreement.parties.all())
    if parties:
        values["party_id"] = parties[0].pk
        theirs = city.party(agreement, models.Side.COUNTERPARTY)
        invited = access.Invitation.objects.filter(subject=f"party:{theirs.pk}").first()
        if invited:
            values["invitation_id"] = invited.pk
    refused = agreement.refused_uploads.first()
    if refused:
        values["upload_id"] = refused.pk
    if agreement.record:
        values["record_id"] = agreement.record.pk
        values["file_id"] = archive.RecordFile.objects.get(record=agreement.record, role="contract").pk
    return values


def of_firm(firm: directory.Counterparty) -> dict[str, object]:
    """What hangs on a firm: an address, a delegate, a note."""
    address, _ = directory.ContactAddress.objects.get_or_create(
        counterparty=firm, kind="contact", name="工藤 次郎", mail="jiro@iwate-kensetsu.example.jp"
    )
    delegate, _ = directory.Delegate.objects.get_or_create(
        counterparty=firm,
        branch="北支店",
        title="支店長",
        name="及川 北斗",
        mail="kita@iwate-kensetsu.example.jp",
        begins_on=date(2026, 4, 1),
        ground="委任状",
    )
    note, _ = directory.CounterpartyNote.objects.get_or_create(
        counterparty=firm, text="電話は午後に。", written_by="佐藤 美咲", defaults={"written_at": clock.now()}
    )
    return {"address_id": address.pk, "delegate_id": delegate.pk, "note_id": note.pk}


def link_of(agreement: models.Agreement) -> tuple[str, str]:
    """What the mail and the telephone told 工藤: the path of the link, and the code."""
    message = notifications.Message.objects.get(subject_urn=f"agreement:{agreement.pk}", kind="consent_request")
    theirs = city.party(agreement, models.Side.COUNTERPARTY)
    code = next(iter(city.BOX.open(theirs.sealed_code).values()))
    return "/c/" + city.BOX.open(message.sealed_secrets)["link"].rpartition("/")[2], code


@pytest.fixture
def shelf() -> Path:
    """The vault that the pages read from."""
    return settings.OBJECTS_DIR


Make = Callable[[Path], models.Agreement]


def draft_with_trouble(shelf: Path) -> models.Agreement:
    agreement = city.drafted(shelf, at=clock.now())
    actions.refuse_upload(
        agreement_id=agreement.pk,
        name="見積書.pdf",
        finding=intake.Finding("encrypted", "保護されています。", "保護を外してください。"),
        by=city.sato(),
        at=clock.now(),
    )
    return agreement


def in_approval(shelf: Path) -> models.Agreement:
    agreement = city.drafted(shelf, at=clock.now())
    return actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=clock.now())


def approved(shelf: Path) -> models.Agreement:
    agreement = in_approval(shelf)
    return actions.approve(
        agreement_id=agreement.pk,
        same_as_decided=True,
        shown_facts=city.facts(agreement.pk),
        post=city.POST,
        by=city.suzuki(),
        at=clock.now(),
    )


def sent(shelf: Path) -> models.Agreement:
    return city.sent(shelf, at=clock.now())


def half_agreed(shelf: Path) -> models.Agreement:
    agreement = sent(shelf)
    city.counterparty_consents(agreement, at=clock.now())
    return agreement


def agreed(shelf: Path) -> models.Agreement:
    agreement = half_agreed(shelf)
    city.municipality_consents(agreement, at=clock.now())
    agreement.refresh_from_db()
    return agreement


def withdrawn(shelf: Path) -> models.Agreement:
    agreement = sent(shelf)
    return actions.withdraw(
        agreement_id=agreement.pk, reason="金額の誤り", post=city.POST, by=city.sato(), at=clock.now()
    )


MAKERS: tuple[Make, ...] = (draft_with_trouble, in_approval, approved, sent, half_agreed, agreed, withdrawn)


def conclude(agreement: models.Agreement, bench: city.Trial, shelf: Path) -> models.Agreement:
    outcome = sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=clock.now())
    assert outcome is sealing.Outcome.CONCLUDED
    agreement.refresh_from_db()
    return agreement


@pytest.fixture
def objects(shelf: Path) -> Path:
    """`bench` keeps what it seals where the pages look for it."""
    return shelf


def visit_all(client: Client, values: dict[str, object], *, surfaces: Container[str] = SURFACES) -> dict[str, int]:
    """GET of every address; the house check looks at each page (tests/house/watching.py)."""
    return {
        address.name: client.get(address.filled(values)).status_code
        for address in addresses.addresses()
        if address.name != "entrance:signout" and address.name.partition(":")[0] in surfaces
    }


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_page_is_well_made_in_every_state(cast: None, shelf: Path, make: Make) -> None:
    agreement = make(shelf)
    for login in STAFF:
        # The other surfaces show no agreement; they are looked at once, below.
        client = signed_in(f"{login}@morioka.example.jp")
        answers = visit_all(client, values_of(agreement), surfaces=OF_AN_AGREEMENT)
        assert {name: status for name, status in answers.items() if status not in ORDINARY} == {}, login
        assert answers["desk:home"] == answers["desk:agreement"] == answers["desk:document"] == 200, login


def test_every_page_is_well_made_when_concluded(cast: None, bench: city.Trial, shelf: Path) -> None:
    agreement = conclude(agreed(shelf), bench, shelf)
    assert agreement.state == State.CONCLUDED
    for login in STAFF:
        answers = visit_all(signed_in(f"{login}@morioka.example.jp"), values_of(agreement))
        assert {name: status for name, status in answers.items() if status not in ORDINARY} == {}, login
        assert {answers[f"desk:{name}"] for name in ("agreement", "record", "record_file", "records")} == {200}, login


def test_every_page_of_the_counter_is_well_made(cast: None, bench: city.Trial, shelf: Path) -> None:
    agreement = sent(shelf)
    client = Client()
    link, code = link_of(agreement)
    landing = client.get(link)["Location"]
    assert client.get(landing).status_code == 200
    assert client.post(landing, {"code": "00000000"}).status_code == 422
    assert client.post(landing, {"code": code}).status_code == 302
    assert client.get(f"{landing}read/").status_code == 200
    assert client.get(f"{landing}decline/").status_code == 200
    assert client.post(f"{landing}consent/").status_code == 422
    assert client.post(f"{landing}decline/").status_code == 422
    answers = visit_all(client, values_of(agreement))
    assert {name: status for name, status in answers.items() if status not in ORDINARY} == {}
    digest = city.digest_of(agreement)
    assert client.post(f"{landing}consent/", {"read": "1", "digest": digest}).status_code == 302
    assert client.get(f"{landing}state/").status_code == 200
    city.municipality_consents(agreement, at=clock.now())
    assert client.get(f"{landing}state/").status_code == 200
    values = values_of(conclude(agreement, bench, shelf))
    assert client.get(f"{landing}state/").status_code == 200
    assert client.get(f"{landing}files/{values['file_id']}.pdf").status_code == 200


def test_the_operator_sees_figures_and_no_desk(cast: None, shelf: Path) -> None:
    answers = visit_all(signed_in("operator@warifu.example.jp"), values_of(sent(shelf)))
    assert answers["console:status"] == 200
    elsewhere = {"desk:home"}
    desk = {name: status for name, status in answers.items() if name.startswith("desk:") and name not in elsewhere}
    assert set(desk.values()) <= {403, 405}


def test_takahashi_of_another_municipality_sees_not_found(cast: None, bench: city.Trial, shelf: Path) -> None:
    # One of each that adds a thing with an address: upload, parties and links, consents, record.
    matters = [make(shelf) for make in (draft_with_trouble, sent, half_agreed)]
    matters.append(conclude(agreed(shelf), bench, shelf))
    client = signed_in("takahashi@takizawa.example.jp")
    looked_at = 0
    for agreement in matters:
        for address in addresses.addresses():
            # The office asks for a right before it looks for anything (tests/web/office).
            if not address.places or address.name in OF_NOBODY or address.name.startswith("office:"):
                continue
            path = address.filled(values_of(agreement))
            answers = {client.get(path).status_code, client.post(path, {"reason": "見たい"}).status_code}
            # 高橋 has no right to approve nor a name to consent in: the address refuses before the thing is looked for.
            assert answers <= {403, 404, 405}, f"{path} in {agreement.state}: {answers}"
            assert answers & {403, 404}, f"{path} in {agreement.state}: {answers}"
            looked_at += 1
    assert looked_at > 100
    assert list(models.Agreement.objects.values_list("reason", flat=True)).count("見たい") == 0


def test_takahashis_own_pages_name_nothing_of_another_municipality(cast: None, bench: city.Trial, shelf: Path) -> None:
    agreements = [make(shelf) for make in MAKERS] + [conclude(agreed(shelf), bench, shelf)]
    client = signed_in("takahashi@takizawa.example.jp")
    for address in addresses.addresses():
        if not address.places and address.name not in {"entrance:signout", "console:mailbox", "console:gallery"}:
            page = client.get(address.filled({}), follow=True).content.decode()
            for word in (agreements[0].title, agreements[0].number, "岩手建設", *(str(one.pk) for one in agreements)):
                assert word not in page, f"{address.name}: {word}"


def test_who_is_not_signed_in_is_asked_to_sign_in(cast: None, shelf: Path) -> None:
    values = values_of(sent(shelf))
    for address in addresses.addresses():
        path = address.filled(values)
        for answer in (Client().get(path), Client().post(path)):
            if address.name in PUBLIC:
                assert answer.status_code in {200, 404, 405, 422}, path
            elif address.name in OF_SYSTEMS:
                assert answer.status_code in {401, 405}, path
            elif address.name in BY_PROVIDER:
                assert answer.status_code in {200, 302, 404, 405, 409, 422}, path
            elif address.name in BY_LINK:
                assert answer.status_code in {302, 405, 410}, path
            elif address.name.startswith("counter:"):
                assert answer.status_code in {404, 405}, path
            else:
                assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/signin/"), path


def test_every_surface_is_among_the_addresses() -> None:
    assert {address.name.partition(":")[0] for address in addresses.addresses()} == set(addresses.SURFACES)
