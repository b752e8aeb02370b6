"""Refusals of personnel transfers, each with its sentence and next step 人事異動の断り."""

from collections.abc import Sequence


class Refusal(Exception):
    """What was asked for is not done; nothing was changed 人事異動の断り.

    `about` is the part of the entry that it is about ("department", "staff" …), "" for the whole.
    """

    def __init__(self, message: str, *, about: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.about = about


class NotNow(Refusal):
    """The plan is not at the point where this can be done 今はできません."""


class NotYours(Refusal):
    """The person may not decide this 権限がありません."""


class Unfit(Refusal):
    """What was entered about a person does not fit 発令の不備."""


class InAnotherPlan(Refusal):
    """The person is in another plan that has not been done yet 異動の重複."""


class NotReady(Refusal):
    """Something in the plan has to be mended before it can be confirmed 計画の不備."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("確定する前に直すところがあります。" + "".join(sentences[:3]))
        self.sentences = tuple(sentences)
