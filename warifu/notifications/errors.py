"""What the outbox refuses, and how delivery fails 通知の拒否と不達."""


class Refused(Exception):
    """Root of this room's refusals 通知の拒否."""


class OutsideTransaction(Refused):
    """A message was to be queued outside the transaction of the deed that it tells トランザクション外の通知."""

    def __init__(self) -> None:
        super().__init__("通知は、知らせる処理と同じトランザクションの中で登録してください。")


class HeaderNotAllowed(Refused):
    """A name, address or subject holds what may not stand in a mail header; nothing was queued 使用できない見出し.

    (IPA 安全なウェブサイトの作り方 8 メールヘッダ・インジェクション; RFC 5322 §2.2)
    """

    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field}に、メールの見出しに使えない文字（改行など）が入っています。その文字を消してから、もう一度実行してください。"
        )
        self.field = field


class PlaceMissing(Refused):
    """A link or code was given for which the body has no place; nothing was queued 差込み位置の不足."""

    def __init__(self, name: str) -> None:
        super().__init__(f"本文に {{{name}}} を差し込む位置がありません。文面を確認してください。")


class ValueMissing(Refused):
    """A text was to be written without a value that it needs 文面の値の不足."""

    def __init__(self, name: str) -> None:
        super().__init__(f"文面に必要な項目（{name}）がありません。項目を渡してください。")


class WrongKey(Refused):
    """What was kept secret does not open with this key 秘匿の鍵の不一致."""

    def __init__(self) -> None:
        super().__init__("通知に差し込むリンク又は番号を復号できません。鍵の設定を確認してください。")


class NotDelivered(Exception):
    """A transport could not hand a message over 不達.

    `code` is an SMTP reply code or a short word, never an address; `permanent` when repeating is of no use
    (RFC 5321 §4.2.1: 5yz).
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent

    @classmethod
    def of(cls, problem: Exception) -> "NotDelivered":
        """What any exception of a transport means; known by its shape, so that no transport is imported here.

        Only a refusal of the recipient or of the content is permanent. Refused sign-in, sender or greeting is a fault
        on our side, which somebody will mend.
        """
        if isinstance(problem, cls):
            return problem
        replies = getattr(problem, "recipients", None)
        if isinstance(replies, dict) and replies:
            codes = [int(reply[0]) for reply in replies.values()]
            return cls(str(codes[0]), permanent=all(code >= 500 for code in codes))
        code = getattr(problem, "smtp_code", None)
        if isinstance(code, int):
            return cls(str(code), permanent=type(problem).__name__ == "SMTPDataError" and code >= 500)
        return cls(type(problem).__name__, permanent=bool(getattr(problem, "permanent", False)))
