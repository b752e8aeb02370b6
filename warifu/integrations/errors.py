"""Refusals of imports, each with its sentence and next step 取込みの断り."""


class Refusal(Exception):
    """What was asked for is not done; nothing was changed 取込みの断り."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unusable(Refusal):
    """The file cannot be read as a sheet of this layout 使用できないCSVファイル."""


class NotNow(Refusal):
    """The import is not at the point where this can be done 今はできません."""


class NotYours(Refusal):
    """The person may not import or export this 権限がありません."""


class RowRefused(Exception):
    """One row does not fit any more when it is about to be applied; other rows go on 取り込めない行."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CellWrong(Exception):
    """What stands in a cell cannot be used; the text says what is wrong and what to write セルの誤り."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
