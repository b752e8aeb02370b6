"""Refusals of what somebody typed 読み取れない入力."""


class Unreadable(ValueError):
    """Something typed cannot be read; says what happened and what to do next 読み取れない入力.

    `happened` and `next_step` are Japanese sentences for the person who typed; `str()` is both.
    """

    def __init__(self, happened: str, next_step: str) -> None:
        super().__init__(f"{happened}{next_step}")
        self.happened = happened
        self.next_step = next_step


class UnreadableDay(Unreadable):
    """No day of the calendar can be read from the text 読み取れない日付."""


class UnreadableAmount(Unreadable):
    """No amount in yen can be read from the text 読み取れない金額."""
