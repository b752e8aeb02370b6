"""Refusals of what an identity provider answered 職員認証の断り."""

from enum import StrEnum


class Why(StrEnum):
    """What was wrong, as the ledger keeps it and the administrator's test shows it 断りの理由."""

    NO_ANSWER = "no_answer"
    DENIED = "denied"
    MALFORMED = "malformed"
    SIGNATURE = "signature"
    ALGORITHM = "algorithm"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    RECIPIENT = "recipient"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REPLAYED = "replayed"
    NOT_ASKED = "not_asked"
    OTHER_BROWSER = "other_browser"
    NOT_FRESH = "not_fresh"
    NO_SUBJECT = "no_subject"
    UNVERIFIED_MAIL = "unverified_mail"
    UNKNOWN_PERSON = "unknown_person"
    WAITING = "waiting"
    OTHER_SUBJECT = "other_subject"
    CLOSED = "closed"
    SWITCHED_OFF = "switched_off"
    ADDRESS = "address"


SENTENCES: dict[Why, str] = {
    Why.NO_ANSWER: "認証基盤から応答がありません。認証基盤の稼働と、接続先の設定を確かめてください。",
    Why.DENIED: "認証基盤が認証を断りました。認証基盤でのアプリの割当てを確かめてください。",
    Why.MALFORMED: "応答を読み取れません。方式と設定の値を確かめてください。",
    Why.SIGNATURE: "署名を確認できません。証明書又は公開鍵が認証基盤の現在のものか確かめてください。",
    Why.ALGORITHM: "使用を認めていない署名方式です。認証基盤の署名をSHA-256以上の公開鍵方式にしてください。",
    Why.ISSUER: "発行者が、登録した認証基盤と違います。発行者（エンティティID）の設定を確かめてください。",
    Why.AUDIENCE: "宛先が割符ではありません。クライアントID（エンティティID）の設定を確かめてください。",
    Why.RECIPIENT: "応答の送信先が違います。認証基盤に登録した戻り先のアドレスを確かめてください。",
    Why.EXPIRED: "応答の有効期間を過ぎています。認証基盤の時計を確かめてください。",
    Why.NOT_YET: "応答の日時が先の時刻です。認証基盤の時計を確かめてください。",
    Why.REPLAYED: "一度使われた応答です。サインインを最初からやり直してください。",
    Why.NOT_ASKED: "こちらから求めていない応答です。割符のサインインの画面から始めてください。",
    Why.OTHER_BROWSER: "サインインを始めたブラウザと違います。同じブラウザで最初からやり直してください。",
    Why.NOT_FRESH: "改めて認証した記録がありません。認証基盤で、再認証の要求に応じる設定を確かめてください。",
    Why.NO_SUBJECT: "本人を表す値がありません。属性の設定を確かめてください。",
    Why.UNVERIFIED_MAIL: "メールアドレスが、認証基盤で確認されていません。職員番号での照合を検討してください。",
    Why.UNKNOWN_PERSON: "該当する職員が登録されていません。職員番号又はメールアドレスの登録を確かめてください。",
    Why.WAITING: "職員の登録が、管理者の承認を待っています。",
    Why.OTHER_SUBJECT: "この職員には、認証基盤の別の利用者が対応しています。アカウントの画面で対応を解除してください。",
    Why.CLOSED: "この職員のアカウントは停止しています。",
    Why.SWITCHED_OFF: "この認証基盤は、利用を停止しています。",
    Why.ADDRESS: "この接続先は利用できません。httpsで始まる、外部の認証基盤のアドレスを確かめてください。",
}
"""For administrators only: whoever signs in reads one sentence, whatever was wrong."""


class ProviderRefused(Exception):
    """What came from the provider lets nobody in; `detail` is for the log and names no person 認証の不成立."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why.value}: {detail}" if detail else why.value)
        self.why = why
        self.detail = detail


class NotReady(Exception):
    """A switch cannot be turned yet; the message says what comes first 設定の順序."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
