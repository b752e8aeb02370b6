"""What happened to an agreement, told from its ledger 経緯."""

from dataclasses import dataclass
from datetime import datetime

from warifu.agreements import models, transition
from warifu.audit import queries as audit

WORDS = {
    "agreements.draft": "起案",
    "agreements.submit": "承認を依頼",
    "agreements.approve": "承認（決裁済の内容と同一であることを確認）",
    "agreements.return": "差戻し",
    "agreements.send": "送信",
    "agreements.reissue_link": "依頼のメールを再送",
    "agreements.consent": "合意",
    "agreements.decline": "却下",
    "agreements.withdraw": "取下げ",
    "agreements.expire": "期限切れ",
    "agreements.seal_consent": "合意の署名とタイムスタンプを付与",
    "agreements.seal_archive": "長期署名（保存用タイムスタンプ）を付与",
    "agreements.conclude": "締結完了（署名の検証に合格）",
}
BEFORE_SENDING = {"agreements.draft", "agreements.submit", "agreements.approve", "agreements.return"}


@dataclass(frozen=True)
class Event:
    """One line of the story 経緯の一行."""

    at: datetime
    what: str
    by: str
    reason: str
    tone: str


def of(agreement: models.Agreement) -> list[Event]:
    """The deeds that people care about, in their order 経緯."""
    events = []
    for entry in audit.entries_about(agreement.municipality.code, transition.target(agreement)):
        if entry.action not in WORDS:
            continue
        done = entry.action in {"agreements.conclude"}
        begun = entry.action not in BEFORE_SENDING
        ended = entry.action in {"agreements.decline", "agreements.withdraw", "agreements.expire"}
        events.append(
            Event(
                at=entry.at,
                what=WORDS[entry.action],
                by="" if entry.actor_kind == "service" else f"{entry.actor_post} {entry.actor_name}".strip(),
                reason=str(entry.facts.get("reason", "")),
                tone="done" if done else "void" if ended else "moving" if begun else "idle",
            )
        )
    return events
