"""What happened to an agreement, told from its ledger 経緯."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from warifu.agreements import models, transition
from warifu.audit import models as audit_models
from warifu.audit import queries as audit

WORDS = {
    "agreements.draft": "起案",
    "agreements.submit": "承認を依頼",
    "agreements.approve": "承認（決裁済の内容と同一であることを確認）",
    "agreements.return": "差戻し",
    "agreements.send": "送信",
    "agreements.reissue_link": "相手方へのメールを再送",
    "agreements.view": "契約書を閲覧",
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
    """The deeds that people care about, in their order; one deed on several documents is one line 経緯."""
    told = [
        entry
        for entry in audit.entries_about(agreement.municipality.code, transition.target(agreement))
        if entry.action in WORDS
    ]
    groups = [list(group) for _, group in groupby(told, key=_sameness)]
    return [_event(group[-1], documents=len(group)) for group in groups]


def drafter_of(agreement: models.Agreement) -> str:
    """The name of who drafted it, as it was then; names change with marriages 起案した職員."""
    about = audit.entries_about(agreement.municipality.code, transition.target(agreement))
    drafted = about.filter(action="agreements.draft").first()
    return drafted.actor_name if drafted else agreement.drafted_by.name


def _sameness(entry: audit_models.Entry) -> tuple[str, str]:
    """Seals of one consent belong together; every other deed stands for itself."""
    if entry.action.startswith("agreements.seal_"):
        return entry.action, str(entry.facts.get("party", ""))
    return entry.action, str(entry.sequence)


def _event(entry: audit_models.Entry, *, documents: int) -> Event:
    done = entry.action == "agreements.conclude"
    begun = entry.action not in BEFORE_SENDING
    ended = entry.action in {"agreements.decline", "agreements.withdraw", "agreements.expire"}
    return Event(
        at=entry.at,
        what=WORDS[entry.action]
        + (f"（{documents}文書）" if documents > 1 else "")
        + ("（宛先を訂正）" if "new_mail" in entry.facts else ""),
        by="" if entry.actor_kind == "service" else f"{entry.actor_post} {entry.actor_name}".strip(),
        reason=str(entry.facts.get("reason", "")),
        tone="done" if done else "void" if ended else "moving" if begun else "idle",
    )
