"""The certificate that both sides receive beside the contract 締結証明書.

It repeats what the ledger and the sealed file prove; it is not the contract. The same facts give the same bytes.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typst

from warifu.japan import calendar

_TEMPLATE = Path(__file__).with_suffix(".typ")
_FONTS = Path(__file__).resolve().parent.parent.parent / "assets" / "fonts"
_ISSUER = "割符 電子契約サービス"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The archive timestamp that ends a sealed file (RFC 3161) タイムスタンプ.

    `stamped_at` is the token's genTime, `valid_until` the end of the authority's certificate, both aware; `serial` is
    the token's serial number as hexadecimal text, or "".
    """

    authority: str
    stamped_at: datetime
    valid_until: datetime
    serial: str = ""


@dataclass(frozen=True, slots=True)
class CertifiedFile:
    """One contract file: as it was agreed to, and as it was sealed 契約書のファイル.

    Digests are SHA-256 in 64 hexadecimal digits; `pages` and `size` (bytes) are those of the sealed file.
    """

    name: str
    agreed_digest: str
    sealed_digest: str
    pages: int
    size: int
    timestamp: Timestamp


@dataclass(frozen=True, slots=True)
class CertifiedParty:
    """One party's consent 当事者の合意.

    `side` is 発注者 or 受注者; `authority` the 契約名義, "" for a firm; `signer_title` and `signer_name` the person who
    consented; `mail` and `ip` are whole here and masked on the page; `consented_at` is aware.
    """

    order: int
    side: str
    organisation: str
    authority: str
    signer_title: str
    signer_name: str
    mail: str
    consented_at: datetime
    authenticated_by: str
    ip: str | None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """All that the certificate says 締結証明書の記載事項.

    `kind` is the Japanese name of the document's kind; `contract_on` the day in Japan; moments are aware;
    `verify_url` the whole address of the public page; `trial` marks seals of a trial authority.
    """

    agreement_id: UUID
    number: str
    title: str
    kind: str
    municipality: str
    contract_on: date
    agreed_at: datetime
    concluded_at: datetime
    files: tuple[CertifiedFile, ...]
    parties: tuple[CertifiedParty, ...]
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
        "agreement_id": str(facts.agreement_id),
        "number": facts.number or "なし",
        "title": facts.title,
        "kind": facts.kind,
        "municipality": facts.municipality,
        "contract_on": calendar.wareki(facts.contract_on),
        "agreed_at": _moment(facts.agreed_at),
        "concluded_at": _moment(facts.concluded_at),
        "files": [_file(file) for file in facts.files],
        "parties": [_party(party) for party in sorted(facts.parties, key=lambda party: party.order)],
        "verify_url": facts.verify_url,
        "trial": facts.trial,
    }


def _file(file: CertifiedFile) -> dict[str, str]:
    return {
        "name": file.name,
        "extent": f"{file.pages}ページ、{file.size:,}バイト",
        "agreed_digest": _digest(file.agreed_digest),
        "sealed_digest": _digest(file.sealed_digest),
        "authority": file.timestamp.authority,
        "stamped_at": _moment(file.timestamp.stamped_at),
        "valid_until": _moment(file.timestamp.valid_until),
        "serial": file.timestamp.serial,
    }


def _party(party: CertifiedParty) -> dict[str, Any]:
    return {
        "order": party.order,
        "side": party.side,
        "organisation": party.organisation,
        "authority": party.authority,
        "signer": f"{party.signer_title} {party.signer_name}".strip(),
        "mail": masked_mail(party.mail),
        "consented_at": _moment(party.consented_at),
        "authenticated_by": party.authenticated_by,
        "ip": masked_ip(party.ip),
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
