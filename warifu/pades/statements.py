"""What one party's consent says inside the signature dictionary. 当事者の合意表示"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
_SEPARATOR = "／"


@dataclass(frozen=True)
class PartyStatement:
    """Who agreed, to which bytes, when, and how we knew them. 合意表示

    `document_digest` is the SHA-256 of what the party saw, in hex. `consented_at` is an aware datetime; it is shown in
    Japan Standard Time. Who acts in another's name says in whose (`nominal`, as it stands in the contract),
    by which rule (`ground`), and why a deputy stands there (`deputising`).
    The values become /Name, /Reason, /Location and /ContactInfo (ISO 32000-2, table 255).
    """

    party_name: str
    organisation: str
    title: str
    mail: str
    agreement_id: str
    agreement_number: str
    consented_at: datetime
    document_digest: str
    authenticated_by: str
    nominal: str = ""
    deputising: str = ""
    ground: str = ""

    @property
    def name(self) -> str:
        """/Name: the person. 署名者名"""
        return line(self.party_name)

    @property
    def location(self) -> str:
        """/Location: the organisation, in whose name, and the title, after ideographic spaces. 所属・役職"""
        title = f"（{line(self.title)}）" if self.nominal and self.title else line(self.title)
        return "　".join(part for part in (line(self.organisation), line(self.nominal), title) if part)

    @property
    def contact_info(self) -> str:
        """/ContactInfo: the mail address that received the invitation. 連絡先"""
        return line(self.mail)

    @property
    def reason(self) -> str:
        """/Reason: agreement, digest of the document seen, moment of consent, way of authentication. 署名理由"""
        moment = self.consented_at.astimezone(JST).isoformat(timespec="seconds")
        parts = [
            "契約内容への合意",
            f"契約識別番号 {line(self.agreement_id)}",
            f"契約番号 {line(self.agreement_number)}",
            f"文書SHA-256 {self.document_digest}",
            f"合意日時 {moment}",
            f"本人確認 {line(self.authenticated_by)}",
        ]
        return _SEPARATOR.join([*parts, *self._names()])

    def _names(self) -> list[str]:
        """Both names where one acts in the other's."""
        if not self.nominal:
            return []
        said = {
            "名義": self.nominal,
            "職務代理": self.deputising,
            "合意した職員": f"{self.title}　{self.party_name}",
            "専決・委任の根拠": self.ground,
        }
        return [f"{name} {line(value).strip('　')}" for name, value in said.items() if value]


def organisation_of(location: str | None) -> str | None:
    """The organisation inside a /Location that `PartyStatement` wrote. 所属"""
    return location.split("　", 1)[0] if location else None


def line(text: str) -> str:
    """The text on one line, without control characters. 一行の文字列"""
    # A control character in a name would let one party draw lines into the other party's signature panel.
    return "".join(" " if not character.isprintable() and character != "　" else character for character in text).strip(
        " "
    )
