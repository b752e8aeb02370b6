"""Refusals of the directory, each with its sentence and next step 組織の断り."""


class Refusal(Exception):
    """What a person asked for is not done; nothing was changed 組織の登録の断り.

    `about` is the part of the entry that it is about ("name", "parent" …), "" for the whole.
    """

    about = ""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NameTaken(Refusal):
    """Another one bears this name there 名称の重複."""

    about = "name"


class CodeTaken(Refusal):
    """Another one bears this code or number コードの重複."""

    about = "code"


class MailTaken(Refusal):
    """Somebody has this address メールアドレスの重複."""

    about = "mail"


class NumberTaken(Refusal):
    """Somebody of this body has this number 職員番号の重複."""

    about = "number"


class PatternTaken(Refusal):
    """This address or domain has its rule 送信先の規則の重複."""

    about = "pattern"


class NotAnAddress(Refusal):
    """Neither an address nor a domain 読み取れない送信先."""

    about = "pattern"


class RecipientDenied(Refusal):
    """The municipality lets no request go there 送信先の規則による断り."""

    about = "mail"


class BelowItself(Refusal):
    """A department cannot stand below itself, nor be its own successor 上位の部署の循環."""

    about = "parent"


class StillInUse(Refusal):
    """People or departments are in it; where they go must be said 使用中."""

    about = "successor"


class WrongDay(Refusal):
    """The day does not fit: it is over, before the beginning or after the end 日付の不整合."""

    about = "day"


class WrongPeriod(WrongDay):
    """It would end before it begins, or meets another of the same 期間の不整合."""

    about = "ends_on"


class WrongChangeDay(WrongDay):
    """A firm cannot have changed then: the day is to come, or before an earlier change 変更日の不整合."""

    about = "changed_on"


class ReasonMissing(Refusal):
    """Colleagues must be able to read why 理由の不足."""

    about = "reason"


class AlreadyPlanned(Refusal):
    """Another change of it waits for its day 予定の重複."""


class NotThen(Refusal):
    """It does not exist on that day 存在しない日."""

    about = "department"


class NotNow(Refusal):
    """What is asked for has happened, or does not apply 今はできません."""
