"""How waiting is told: since when, whether one must act, that the consent is kept 待ち状態の説明."""

from warifu.agreements import leases, models, queries
from warifu.agreements.lifecycle import State
from warifu.japan import calendar

_REASONS = {
    "timestamp_unavailable": "時刻認証局の応答を待っています",
    "timestamp_refused": "時刻認証局がタイムスタンプの発行を再開するのを待っています",
    "timestamp_rejected": "時刻認証局から正しい応答が得られるのを待っています",
    "revocation_unavailable": "証明書の失効情報が得られるのを待っています",
    "revocation_outdated": "署名より後の失効情報を、認証局が示すのを待っています",
    "certificate_revoked": "証明書が失効したため、運用者が新しい証明書を用意しています",
    "signed_after_revocation": "署名に使った証明書が署名の前に失効していたため、運用者が対応を確かめています",
    "timestamp_revoked": "合意の時刻を証明した時刻認証局の証明書が失効したため、運用者が対応を確かめています",
    "certificate_unusable": "運用者が、署名に使う証明書を確かめています",
    "key_unusable": "運用者が、署名鍵の設定を確かめています",
    "key_unavailable": "署名鍵の装置から応答が戻るのを待っています",
    "authority_unusable": "運用者が、時刻認証局の設定を確かめています",
    "seal_not_valid": "運用者が、付与した署名の検証に合格しない原因を調べています",
    "sealing_failed": "運用者が、署名を付与できない原因を調べています",
    "place_unusable": "運用者が、署名を付与できない原因を調べています",
    "internal_fault": "運用者が、処理の続かない原因を調べています",
}
_KEPT = "自動で続けますので、操作は要りません。合意は失われません。"
_NEVER = "自動では再開しません。市町の担当者からの連絡をお待ちください。合意の記録は失われません。"
_ANEW = (
    "自動では再開しません。運用者に原因を確かめ、解消できないときは、この契約を取り下げて、"
    "新しい契約として送り直してください。合意の記録は失われません。"
)


def reason(problem: str) -> str:
    """What a sealing with this problem waits for; without one it goes on 署名処理の待ちの理由."""
    return _REASONS.get(problem, "電子署名とタイムスタンプの処理をしています")


def stage(kind: str, position: int) -> str:
    """Which part of the sealing is not done, without a name 署名処理の段階."""
    if kind == models.StepKind.CONSENT:
        return f"{position}人目の合意の署名"
    return models.StepKind.ARCHIVE.label if kind == models.StepKind.ARCHIVE else "締結証明書の作成と締結"


def sentence(agreement: models.Agreement) -> str:
    """Why an agreed agreement is not concluded yet, for counterparties 署名処理中の説明."""
    return _agreed(agreement, _NEVER if leases.is_stopped(agreement) else _KEPT)


def _agreed(agreement: models.Agreement, then: str) -> str:
    since = calendar.wareki_moment(agreement.agreed_at) if agreement.agreed_at else ""
    return f"{since}に双方が合意しました。{reason(agreement.sealing_problem)}。{then}"


def sentence_for_staff(agreement: models.Agreement) -> str:
    """The same, and of one that is still `sent` whose consent is not signed yet; "" where nothing waits 待ちの説明."""
    if agreement.state == State.AGREED:
        return _agreed(agreement, _next(agreement))
    step = next(iter(queries.seal_steps_due(agreement.pk)), None)
    if step is None or step.consent is None:
        return ""
    since = calendar.wareki_moment(step.consent.at)
    return (
        f"{since}に受け付けた{step.consent.party.organisation}の合意は、保存しています。合意の署名はまだ付いていません。"
        f"{reason(agreement.sealing_problem)}。{_next(agreement)}次の方の合意は、署名を待たずに進められます。"
    )


def _next(agreement: models.Agreement) -> str:
    return _ANEW if leases.is_stopped(agreement) else _KEPT
