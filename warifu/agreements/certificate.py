"""The certificate that both sides receive beside the contract 締結証明書.

It repeats what the ledger and the sealed file prove; it is not the contract. The same facts give the same bytes: both
sides get one certificate under one seal, and the address of a machine is masked in it for both.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typst

from warifu.archive import marks
from warifu.japan import calendar

_TEMPLATE = Path(__file__).with_suffix(".typ")
_FONTS = Path(__file__).resolve().parent.parent.parent / "assets" / "fonts"
_ORDERING_SIDE = "発注者"
_ISSUER = "割符 電子契約サービス"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """One RFC 3161 timestamp in a sealed file タイムスタンプ.

    `purpose` says which ("長期署名", or the organisation whose consent it follows); `stamped_at` is genTime,
    `valid_until` the end of the authority's certificate, both aware; `serial` is the token's serial number as
    hexadecimal text.
    """

    purpose: str
    authority: str
    stamped_at: datetime
    valid_until: datetime
    serial: str


@dataclass(frozen=True, slots=True)
class CertifiedFile:
    """One contract file: as it was agreed to, and as it was sealed 契約書のファイル.

    Digests are SHA-256 in 64 hexadecimal digits; sizes are bytes; `pages` and `size` are those of the sealed file.
    `earlier` tells of each signature that was there before the parties agreed, and what it was found to be.
    """

    name: str
    agreed_digest: str
    agreed_size: int
    sealed_digest: str
    size: int
    pages: int
    timestamps: tuple[Timestamp, ...]
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirection:
    """The request went to another address than before; both are masked on the page 宛先の変更."""

    at: datetime
    old_mail: str
    new_mail: str


@dataclass(frozen=True, slots=True)
class CertifiedParty:
    """One party's consent 当事者の合意.

    `side` is 発注者 or 受注者; `authority` the 契約名義 with its holder or deputy, "" for a firm; `ground` the rule by
    which the signer acted, `deputising` why a deputy stood for the holder; `signer_title` and `signer_name` the person
    who consented; `ip` is whole here and masked on the page; `viewed_at` (first look at the contract, None when not
    recorded) and `consented_at` are aware.
    """

    order: int
    side: str
    organisation: str
    authority: str
    signer_title: str
    signer_name: str
    mail: str
    viewed_at: datetime | None
    consented_at: datetime
    authenticated_by: str
    ip: str | None
    redirections: tuple[Redirection, ...] = ()
    deputising: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who found the contract to be what had been decided, before it was sent 承認."""

    department: str
    title: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """All that the certificate says 締結証明書の記載事項.

    `kind` is the Japanese name of the document's kind; `contract_on` the day in Japan; moments are aware; `approval` is
    None where a municipality works without approvers; `trail` is the ledger's place; `verify_url` the whole address of
    the public page; `trial` marks seals of a trial authority.
    """

    agreement_id: UUID
    number: str
    title: str
    kind: str
    municipality: str
    contract_on: date
    agreed_at: datetime
    concluded_at: datetime
    approval: Approval | None
    files: tuple[CertifiedFile, ...]
    parties: tuple[CertifiedParty, ...]
    trail: marks.Trail
    verify_url: str
    trial: bool


def render(facts: CertificateFacts) -> bytes:
    """The certificate as PDF/A-2a and PDF/UA-1, dated with `concluded_at` 締結証明書の作成.

    Nothing in the facts is read as markup. Raises ValueError for a moment without a time zone, a digest that is not
    64 hexadecimal digits, or facts without a file or a party.
    """
    return typst.compile(
        _TEMPLATE,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        format="pdf",
        # ISO 19005-2 level A and ISO 14289-1: kept as long as the contract, and read aloud as well.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(_aware(facts.concluded_at).timestamp()),
        sys_inputs={"facts": json.dumps(_words(facts), ensure_ascii=False)},
    )


def masked_mail(mail: str) -> str:
    """`m***o@iwate-k******.example.jp`: its owner knows it again, nobody can write to it 伏せたアドレス."""
    local, _, domain = mail.rpartition("@")
    host, dot, rest = domain.partition(".")
    last = local[-1] if len(local) > 2 else ""
    return f"{local[:1]}***{last}@{host[: (len(host) + 1) // 2]}******{dot}{rest}"


def masked_ip(ip: str | None) -> str:
    """`203.0.*.*`, `2001:db8:*`, or 記録なし: the network, not the machine 伏せた接続元."""
    if not ip:
        return "記録なし"
    if ":" in ip:
        return ":".join([*ip.split(":")[:2], "*"])
    return ".".join([*ip.split(".")[:2], "*", "*"])


def _words(facts: CertificateFacts) -> dict[str, Any]:
    if not facts.files or not facts.parties:
        raise ValueError("a certificate names at least one file and one party")
    return {
        "issuer": _ISSUER,
        "subject": f"{facts.municipality} {facts.number}".strip(),
        "keywords": _marks(facts).keywords(),
        "agreement_id": str(facts.agreement_id),
        "number": facts.number or "なし",
        "title": facts.title,
        "kind": facts.kind,
        "contract_on": calendar.wareki(facts.contract_on),
        "agreed_at": _moment(facts.agreed_at),
        "concluded_at": _moment(facts.concluded_at),
        "approval": _approval(facts.approval),
        "files": [_file(file) for file in facts.files],
        "parties": [_party(party) for party in sorted(facts.parties, key=lambda party: party.order)],
        "trail": {
            "extent": f"台帳 {facts.trail.ledger}　第{facts.trail.first}号から第{facts.trail.last}号まで",
            "digest": _digest(facts.trail.digest),
            "last": f"第{facts.trail.last}号のハッシュ値",
        },
        "verify_url": facts.verify_url,
        "trial": facts.trial,
    }


def _marks(facts: CertificateFacts) -> marks.Marks:
    return marks.Marks(
        origin=f"agreement:{facts.agreement_id}",
        files=tuple(
            marks.MarkedFile(_digest(file.sealed_digest), file.size, _digest(file.agreed_digest), file.agreed_size)
            for file in facts.files
        ),
        trail=facts.trail,
        facts=marks.facts_digest(
            number=facts.number,
            title=facts.title,
            counterparty="、".join(
                party.organisation
                for party in sorted(facts.parties, key=lambda party: party.order)
                if party.side != _ORDERING_SIDE
            ),
            concluded_at=facts.concluded_at,
        ),
    )


def _approval(approval: Approval | None) -> str:
    if approval is None:
        return "なし（承認者を置かない運用）"
    who = " ".join(word for word in (approval.department, approval.title, approval.name) if word)
    return f"{who}　{_moment(approval.at)}"


def _file(file: CertifiedFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "extent": f"{file.pages}ページ、{file.size:,}バイト",
        "agreed_digest": _digest(file.agreed_digest),
        "sealed_digest": _digest(file.sealed_digest),
        "earlier": list(file.earlier),
        "timestamps": [
            {
                "purpose": stamp.purpose,
                "stamped_at": _moment(stamp.stamped_at),
                "authority": stamp.authority,
                "serial": stamp.serial,
                "valid_until": calendar.wareki(calendar.day_in_japan(_aware(stamp.valid_until))),
            }
            for stamp in file.timestamps
        ],
    }


def _party(party: CertifiedParty) -> dict[str, Any]:
    return {
        "order": party.order,
        "side": party.side,
        "organisation": party.organisation,
        "authority": party.authority,
        "deputising": party.deputising,
        "ground": party.ground,
        "signer": f"{party.signer_title} {party.signer_name}".strip(),
        "mail": party.mail,
        "viewed_at": _moment(party.viewed_at) if party.viewed_at else "記録なし",
        "consented_at": _moment(party.consented_at),
        "authenticated_by": party.authenticated_by,
        "ip": masked_ip(party.ip),
        "redirections": [
            f"{_moment(one.at)}　{masked_mail(one.old_mail)} から {masked_mail(one.new_mail)} へ"
            for one in party.redirections
        ],
    }


def _digest(digest: str) -> str:
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError("a SHA-256 digest has 64 hexadecimal digits in lower case")
    return digest


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return at


def _moment(at: datetime) -> str:
    """With seconds: evidence, not a letter."""
    here = _aware(at).astimezone(calendar.JAPAN)
    return f"{calendar.wareki(here.date())}{here.hour}時{here.minute:02d}分{here.second:02d}秒"
