"""How waiting is told: since when, whether one must act, that the consent is kept 待ち状態の説明."""

from warifu.agreements import models
from warifu.japan import calendar

_REASONS = {
    "timestamp_unavailable": "時刻認証局の応答を待っています",
    "timestamp_refused": "時刻認証局がタイムスタンプの発行を再開するのを待っています",
    "timestamp_rejected": "時刻認証局から正しい応答が得られるのを待っています",
    "revocation_unavailable": "証明書の失効情報が得られるのを待っています",
    "certificate_unusable": "運用者が、署名に使う証明書を確かめています",
    "key_unusable": "運用者が、署名鍵の設定を確かめています",
    "key_unavailable": "署名鍵の装置から応答が戻るのを待っています",
    "authority_unusable": "運用者が、時刻認証局の設定を確かめています",
    "seal_not_valid": "運用者が、付与した署名の検証に合格しない原因を調べています",
    "sealing_failed": "運用者が、署名を付与できない原因を調べています",
    "internal_fault": "運用者が、処理の続かない原因を調べています",
}


def reason(agreement: models.Agreement) -> str:
    """What the sealing of an agreed agreement waits for 署名処理の待ちの理由."""
    return _REASONS.get(agreement.sealing_problem, "電子署名とタイムスタンプの処理をしています")


def sentence(agreement: models.Agreement) -> str:
    """Why an agreed agreement is not concluded yet, for staff and counterparties alike 署名処理中の説明."""
    since = calendar.wareki_moment(agreement.agreed_at) if agreement.agreed_at else ""
    return (
        f"{since}に双方が合意しました。{reason(agreement)}。自動で続けますので、操作は要りません。合意は失われません。"
    )
