"""The cast of known persons, as tests call them 登場人物."""

from base64 import b32decode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests import samples
from tests.standins import trial
from warifu.access import models as access
from warifu.access import person as access_person
from warifu.access import queries as access_queries
from warifu.agreements import actions, lifecycle, models, queries, seals
from warifu.agreements.actions.consenting import Hand
from warifu.agreements.actions.drafting import Contents
from warifu.agreements.post import Post
from warifu.agreements.tools import Tools
from warifu.audit.actor import Actor, ActorKind
from warifu.directory import models as directory
from warifu.notifications import account_letters, secretbox
from warifu.pades import intake, reports, trust, validation, visible
from warifu.pades import keys as signing_keys
from warifu.pades import sealing as pades
from warifu.pades.transports import keys, revocation, tsa, wire
from warifu.vault import custody

MORIOKA = "032018"
TAKIZAWA = "032166"
ROOT_KEY = bytes(range(32))
LINE = wire.Wire()
"""One HTTP client for all stand-ins of a test run; tests/conftest.py closes it."""
PATIENCE = 6
"""Seconds for an answer of the stand-ins; generous, because test machines are busy."""
BOX = secretbox.SecretBox.from_key(ROOT_KEY)
KEEPER = secretbox.SecretBox.from_key(ROOT_KEY, purpose="sign-in")
LETTERS = account_letters.AccountLetters(box=BOX, public_url="http://127.0.0.1:8000", helpdesk_phone="019-000-0000")
POST = Post(box=BOX, public_url="http://127.0.0.1:8000", helpdesk_phone="019-000-0000")


def person(mail: str, *, at: datetime = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)) -> access_person.Person:
    """The signed-in member of staff with this address."""
    account = access.Account.objects.get(mail=mail)
    found = access_queries.person_of(account, ip="192.0.2.10", at=at)
    assert found is not None
    return found


def sato() -> access_person.Person:
    """佐藤: 盛岡市 契約検査課, drafts and sends."""
    return person("sato@morioka.example.jp")


def suzuki() -> access_person.Person:
    """鈴木: 盛岡市, approves."""
    return person("suzuki@morioka.example.jp")


def onodera() -> access_person.Person:
    """小野寺: 盛岡市, consents in the mayor's name."""
    return person("onodera@morioka.example.jp")


def oikawa() -> access_person.Person:
    """及川: 盛岡市, arranges settings and people."""
    return person("oikawa@morioka.example.jp")


def chida() -> access_person.Person:
    """千田: 盛岡市, the administrator."""
    return person("chida@morioka.example.jp")


def one_time_password(secret: str, *, at: datetime) -> str:
    """What an authenticator app with this secret shows at this moment."""
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(int(at.timestamp())).decode()  # noqa: S303  # RFC 6238


def takahashi() -> access_person.Person:
    """高橋: 滝沢市, must see nothing of 盛岡市."""
    return person("takahashi@takizawa.example.jp")


def morioka() -> directory.Municipality:
    return directory.Municipality.objects.get(code=MORIOKA)


def iwate_kensetsu() -> directory.Counterparty:
    """岩手建設株式会社 in 盛岡市's register."""
    return directory.Counterparty.objects.get(municipality__code=MORIOKA, name="岩手建設株式会社")


def vault_at(directory_: Path) -> custody.Custody:
    return custody.Custody(root_key=ROOT_KEY, objects=directory_)


@dataclass(frozen=True)
class Trial:
    """The sealing tools on a trial authority whose servers can be told to fail."""

    tools: Tools
    tsa: trial.StandinTsa
    revocation: trial.StandinRevocation


def sealing_tools(
    authority: Path, tsa_server: trial.StandinTsa, revocation_server: trial.StandinRevocation, objects: Path
) -> Tools:
    """What `warifu.wiring` makes from settings, here from stand-ins, through the same transports."""
    anchors = trust.TrustAnchors.load([authority / "root.pem"])
    fresh = revocation.HttpRevocation(routes=revocation_server.routes, wire=LINE, seconds=PATIENCE)

    def validate(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
        return validation.validate(source, trust=anchors, at=at, revocation=fresh, agreed_size=agreed_size)

    return Tools(
        sealer=pades.Sealer(
            keyring=signing_keys.Keyring.of(
                keys.load_pem(
                    key=authority / "signer.key", certificate=authority / "signer.pem", chain=authority / "chain.pem"
                )
            ),
            trust=anchors,
            timestamper=tsa.HttpTimestamper(services=tsa.services([tsa_server.url], seconds=PATIENCE), wire=LINE),
            revocation=fresh,
        ),
        trust=anchors,
        validate=validate,
        custody=vault_at(objects),
        post=POST,
        lease=timedelta(seconds=30),
        clock=lambda: datetime.now(UTC),
        trial=True,
    )


_EXAMINED: dict[bytes, tuple[intake.Examination, bytes]] = {}


def examined(content: bytes, scratch: Path) -> tuple[intake.Examination, bytes]:
    """Intake of a sample, once per test run."""
    if content not in _EXAMINED:
        source, normalised = scratch / "source.pdf", scratch / "normalised.pdf"
        source.write_bytes(content)
        found = intake.examine(source, normalised)
        assert found.reason is None, found.reason
        _EXAMINED[content] = (found, normalised.read_bytes())
    return _EXAMINED[content]


def contents(**changes: Any) -> Contents:
    """What 佐藤 types."""
    given: dict[str, Any] = {
        "title": "市道館向町線歩道改良工事",
        "number": "2026-0160",
        "kind": models.Kind.CONSTRUCTION,
        "amount": 46_200_000,
        "no_total": False,
        "contract_on": date(2026, 4, 1),
        "term_from": date(2026, 4, 2),
        "term_to": date(2026, 10, 30),
        "decision_number": "8財契第588号",
        "authority": directory.ContractingAuthority.objects.get(municipality__code=MORIOKA, title="盛岡市長"),
    }
    return Contents(**given | changes)


def drafted(
    objects: Path,
    *,
    at: datetime,
    by: access_person.Person | None = None,
    counterparty_first: bool = True,
    files: tuple[bytes, ...] = (),
    **changes: Any,
) -> models.Agreement:
    """A complete draft of 佐藤's."""
    by = by or sato()
    agreement = actions.draft(by=by, at=at)
    for number, content in enumerate(files or (samples.contract(),), start=1):
        found, normalised = examined(content, objects)
        actions.add_document(
            agreement_id=agreement.pk,
            name=f"工事請負契約書{number}.pdf",
            original=content,
            normalised=normalised,
            examination=found,
            custody=vault_at(objects),
            by=by,
            at=at,
        )
    actions.describe(agreement_id=agreement.pk, contents=contents(**changes), by=by, at=at)
    return actions.choose_parties(
        agreement_id=agreement.pk,
        counterparty=iwate_kensetsu(),
        approver=suzuki().staff,
        counterparty_first=counterparty_first,
        by=by,
        at=at,
    )


def with_seals(
    agreement: models.Agreement,
    objects: Path,
    *,
    at: datetime,
    style: directory.SealStyle = directory.SealStyle.RED,
    corners: tuple[tuple[int, int, int], tuple[int, int, int]] = ((1, 20, 200), (1, 100, 200)),
) -> models.Agreement:
    """佐藤 keeps places on the first document: for who consents first, then for the other."""
    custody_ = vault_at(objects)
    document = queries.documents_of(agreement)[0]
    chosen = {side: seals.Corner(*corner) for side, corner in zip(seals.order_of(agreement), corners, strict=True)}
    bare = custody_.read(owner=MORIOKA, object_id=document.without_seals_id or document.agreed_id)
    return actions.place_seals(
        agreement_id=agreement.pk,
        style=style,
        corners=chosen,
        reserved=visible.reserve(bare, seals.places_of(agreement, chosen)),
        basis=seals.basis_of(agreement, style, chosen, document),
        custody=custody_,
        by=sato(),
        at=at,
    )


def sent(objects: Path, *, at: datetime, **options: Any) -> models.Agreement:
    """An agreement on its way: approved by 鈴木, sent by 佐藤."""
    seal_style = options.pop("seal_style", None)
    agreement = drafted(objects, at=at, **options)
    if seal_style is not None:
        with_seals(agreement, objects, at=at, style=seal_style)
    actions.submit(agreement_id=agreement.pk, post=POST, by=sato(), at=at)
    actions.approve(
        agreement_id=agreement.pk, same_as_decided=True, shown_facts=facts(agreement.pk), post=POST, by=suzuki(), at=at
    )
    return actions.send(agreement_id=agreement.pk, post=POST, by=sato(), at=at)


def facts(agreement_id: UUID) -> str:
    """What the approver's page shows of it, now."""
    return queries.facts_digest(models.Agreement.objects.get(pk=agreement_id))


def digest_of(agreement: models.Agreement) -> str:
    return queries.agreed_digest(queries.documents_of(agreement))


def party(agreement: models.Agreement, side: models.Side) -> models.Party:
    return models.Party.objects.get(agreement=agreement, side=side)


def visitor(agreement: models.Agreement) -> Actor:
    """工藤 of 岩手建設 at a telephone."""
    theirs = party(agreement, models.Side.COUNTERPARTY)
    return Actor(kind=ActorKind.COUNTERPARTY, id=str(theirs.pk), name=theirs.name, ip="198.51.100.7")


def counterparty_consents(agreement: models.Agreement, *, at: datetime) -> models.Consent:
    theirs = party(agreement, models.Side.COUNTERPARTY)
    hand = Hand(theirs.name, theirs.title, theirs.mail, "test", "メールのリンクと、別の方法で伝えた確認コード")
    return actions.consent(
        party_id=theirs.pk, hand=hand, shown_digest=digest_of(agreement), post=POST, by=visitor(agreement), at=at
    )


def municipality_consents(agreement: models.Agreement, *, at: datetime) -> models.Consent:
    ours, by = party(agreement, models.Side.MUNICIPALITY), onodera()
    hand = Hand(by.staff.name, by.staff.title, by.staff.mail, "test", "職員アカウント（パスワード）", by.staff)
    return actions.consent(
        party_id=ours.pk, hand=hand, shown_digest=digest_of(agreement), post=POST, by=by.actor, at=at
    )


def state_of(agreement: models.Agreement) -> lifecycle.State:
    agreement.refresh_from_db()
    return lifecycle.State(agreement.state)
