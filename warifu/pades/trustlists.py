"""Lists of roots from files, for a site that reaches no list online. 信頼リスト

A kit is a directory; each directory in it that holds `trust-list.toml` is one list:

    name = "AATL"                       the name that reports show
    version = "2026-10"
    issued_on = 2026-10-01
    source = "where the operator took it from"
    accept_expired = false              true keeps expired roots, for what they signed before

    [[anchors]]
    file = "roots.pem"                  PEM bundle or DER, beside the manifest
    purpose = ["sign", "timestamp"]
    sha256 = ["…"]                      optional: exactly these certificates, by digest

What is broken, expired or weak is reported and left out; nothing is used silently.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from asn1crypto import x509

from . import certificates, errors, trust

MANIFEST = "trust-list.toml"
_MOST_BYTES = 20 << 20
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_PURPOSES = ("sign", "timestamp")


class Flaw(StrEnum):
    """Why an entry is not used. 不採用の理由"""

    MANIFEST = "manifest"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_LISTED = "not_listed"
    NOT_AUTHORITY = "not_authority"
    EXPIRED = "expired"
    WEAK = "weak"


WORDS: Mapping[Flaw, str] = {
    Flaw.MANIFEST: "一覧の定義（trust-list.toml）を読み取れません。",
    Flaw.MISSING: "一覧の定義にある証明書のファイルがありません。",
    Flaw.UNREADABLE: "証明書として読み取れません。",
    Flaw.NOT_LISTED: "一覧の定義にあるハッシュ値と一致しません。",
    Flaw.NOT_AUTHORITY: "認証局の証明書ではありません。",
    Flaw.EXPIRED: "有効期限が切れています。",
    Flaw.WEAK: "SHA-1、短い鍵など、弱い暗号を使っています。",
}


@dataclass(frozen=True)
class Refusal:
    """One entry that is left out; `place` is a file or a certificate's subject. 不採用の項目"""

    flaw: Flaw
    place: str
    detail: str = ""

    @property
    def message(self) -> str:
        """What happened, in Japanese. 説明"""
        return WORDS[self.flaw]


@dataclass(frozen=True)
class Anchor:
    """One root and what it is believed about. アンカー"""

    certificate: x509.Certificate
    purposes: frozenset[str]


@dataclass(frozen=True)
class TrustList:
    """One list as it was read. 信頼リスト"""

    name: str
    version: str
    issued_on: date | None
    source: str
    anchors: tuple[Anchor, ...]
    refusals: tuple[Refusal, ...]


def read_kit(directory: Path, *, at: datetime) -> tuple[TrustList, ...]:
    """Every list of a kit, in the order of their directories; `at` (aware) decides what has expired. 一覧の読込

    Never raises for what stands in the kit: a list that cannot be read has no anchors and one refusal.
    """
    if not directory.is_dir():
        return ()
    return tuple(_read(path.parent, at) for path in sorted(directory.glob(f"*/{MANIFEST}")))


def combined(configured: trust.TrustAnchors, lists: Iterable[TrustList]) -> trust.TrustAnchors:
    """The configured anchors with those of the lists; the first list that names a root gives it its name. 統合"""
    roots, stamps = list(configured.roots), list(configured.for_timestamps().roots)
    names = dict(configured.names)
    known = {one.sha256: trust.CONFIGURED for one in (*roots, *stamps)}
    for one in lists:
        for anchor in one.anchors:
            digest = anchor.certificate.sha256
            if digest not in known:
                known[digest] = names[digest] = one.name
            if "sign" in anchor.purposes and all(root.sha256 != digest for root in roots):
                roots.append(anchor.certificate)
            if "timestamp" in anchor.purposes and all(root.sha256 != digest for root in stamps):
                stamps.append(anchor.certificate)
    return trust.TrustAnchors(tuple(roots), configured.intermediates, tuple(stamps), names)


def _read(directory: Path, at: datetime) -> TrustList:
    try:
        manifest = tomllib.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        entries = [_Entry.of(one) for one in manifest["anchors"]]
        issued_on = manifest.get("issued_on")
        if issued_on is not None and type(issued_on) is not date:
            raise ValueError("issued_on is a date")
        name, version, source = (str(manifest.get(key, "")) for key in ("name", "version", "source"))
        if not name:
            raise ValueError("a list has a name")
    except (OSError, ValueError, KeyError, TypeError) as error:
        refusal = Refusal(Flaw.MANIFEST, str(Path(directory.name, MANIFEST)), f"{type(error).__name__}: {error}")
        return TrustList(directory.name, "", None, "", (), (refusal,))
    anchors: list[Anchor] = []
    refusals: list[Refusal] = []
    for entry in entries:
        for found in _entry(directory, entry, at, accept_expired=manifest.get("accept_expired") is True):
            if isinstance(found, Anchor):
                anchors.append(found)
            else:
                refusals.append(found)
    return TrustList(name, version, issued_on, source, tuple(anchors), tuple(refusals))


@dataclass(frozen=True)
class _Entry:
    file: str
    purposes: frozenset[str]
    digests: frozenset[str] | None

    @classmethod
    def of(cls, table: Any) -> _Entry:
        purposes = frozenset(table.get("purpose", _PURPOSES))
        file = str(table["file"])
        if not purposes or purposes - set(_PURPOSES):
            raise ValueError(f"purpose is sign or timestamp, not {sorted(purposes)}")
        if not file or Path(file).name != file:
            raise ValueError("a file lies beside the manifest")
        digests = table.get("sha256")
        return cls(file, purposes, None if digests is None else frozenset(str(one).lower() for one in digests))


def _entry(directory: Path, entry: _Entry, at: datetime, *, accept_expired: bool) -> Iterable[Anchor | Refusal]:
    path = directory / entry.file
    place = str(Path(directory.name, entry.file))
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        yield Refusal(Flaw.MISSING, place)
        return
    found: list[x509.Certificate] = []
    for number, piece in enumerate(_pieces(path.read_bytes()), start=1):
        try:
            found.extend(trust.certificates_in(piece))
        except errors.KeyUnusable as error:
            yield Refusal(Flaw.UNREADABLE, f"{place}#{number}", error.detail)
    present = {one.sha256.hex() for one in found}
    for digest in sorted((entry.digests or frozenset()) - present):
        yield Refusal(Flaw.NOT_LISTED, place, f"{digest} is not in the file")
    for certificate in found:
        flaw = _flaw(certificate, entry, at, accept_expired=accept_expired)
        if flaw is None:
            yield Anchor(certificate, entry.purposes)
        else:
            yield Refusal(flaw[0], f"{place}: {certificates.common_name(certificate)}", flaw[1])


def _pieces(data: bytes) -> list[bytes]:
    """The certificates of a bundle one by one: a broken one must not hide the others."""
    return _BLOCK.findall(data) or [data]


def _flaw(
    certificate: x509.Certificate, entry: _Entry, at: datetime, *, accept_expired: bool
) -> tuple[Flaw, str] | None:
    if entry.digests is not None and certificate.sha256.hex() not in entry.digests:
        return Flaw.NOT_LISTED, certificate.sha256.hex()
    if not certificate.ca:
        return Flaw.NOT_AUTHORITY, ""
    weakness = certificates.weakness(certificate, also_roots=True)
    if weakness:
        return Flaw.WEAK, weakness
    if certificate.not_valid_after <= at and not accept_expired:
        return Flaw.EXPIRED, f"{certificate.not_valid_after:%Y-%m-%d}"
    return None
