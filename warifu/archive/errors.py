"""What the archive refuses 保存の拒否."""


class Refused(Exception):
    """Root of this room's refusals 保存の拒否."""


class OutsideTransaction(Refused):
    """A record was to be filed outside the transaction of the act that concluded it トランザクション外の収蔵."""

    def __init__(self) -> None:
        super().__init__("収蔵は締結の処理と同じトランザクションの中で行ってください。")


class AlreadyFiled(Refused):
    """The same origin is filed with other bytes; nothing was written 異なる内容での再収蔵."""

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"同じ契約（{origin}）が、異なる内容のファイルで既に保存されています。"
            "保存済みの記録は変更していません。締結の処理の記録を確認してください。"
        )


class UnsuitableRecord(Refused):
    """The facts or files cannot make a record that can be found again; nothing was written 収蔵できない内容."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"この内容では保存できません（{problem}）。内容を確認してください。")


class NothingInPeriod(Refused):
    """No sealed file lies in the period 対象なし."""

    def __init__(self) -> None:
        super().__init__("この期間に、検証する契約はありません。期間と取引先を確かめてください。")


class TooMuchInPeriod(Refused):
    """More files than one request may hold 対象過多."""

    def __init__(self, most: int) -> None:
        super().__init__(f"この期間のファイルは{most:,}件を超えています。期間を分けて依頼してください。")


class AlreadyValidating(Refused):
    """The body's last request is not finished 一括検証の処理中."""

    def __init__(self) -> None:
        super().__init__("前に依頼した一括検証を処理しています。完了してから、もう一度依頼してください。")


class FolderRefusal(Refused):
    """What was asked about folders is not done; nothing was changed フォルダの断り.

    `about` is the part of the entry that it is about, "" for the whole.
    """

    about = ""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FolderNameTaken(FolderRefusal):
    """Another folder bears this name there 名称の重複."""

    about = "name"


class FolderCodeTaken(FolderRefusal):
    """Another folder bears this code コードの重複."""

    about = "code"


class NoFolderName(FolderRefusal):
    """A name that no folder can bear フォルダの名称の誤り."""

    about = "name"


class FolderBelowItself(FolderRefusal):
    """A folder cannot stand in itself or below itself 上位のフォルダの循環."""

    about = "parent"


class FolderTooDeep(FolderRefusal):
    """More folders one in another than there may be 階層の過多."""

    about = "parent"


class FolderClosed(FolderRefusal):
    """The folder was closed meanwhile 閉鎖済みのフォルダ."""


class FolderMoved(FolderRefusal):
    """The folder, or a record, was moved meanwhile 移動済み."""


class FolderInUse(FolderRefusal):
    """Something still lies in the folder or rests on it 使用中のフォルダ."""


class NobodyNamed(FolderRefusal):
    """A confidential folder that names nobody could be opened by nobody 親展の閲覧者なし."""

    about = "people"


class NotYours(FolderRefusal):
    """Somebody else files here 整理の権限なし."""
