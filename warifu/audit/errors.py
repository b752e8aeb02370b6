"""What the ledger refuses 監査証跡の拒否."""


class Refused(Exception):
    """Root of this room's refusals 監査証跡の拒否."""


class OutsideTransaction(Refused):
    """An entry was to be written outside the transaction of the act that it records トランザクション外の記録."""

    def __init__(self) -> None:
        super().__init__(
            "監査証跡はトランザクションの中でのみ記録できます。処理全体を一つのトランザクションにしてください。"
        )


class UnsuitableEntry(Refused):
    """A word, time or fact cannot be kept so that any program recomputes the same digest 記録できない内容."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"監査証跡に記録できない内容が含まれています（{problem}）。内容を確認してください。")


class HeadMoved(Refused):
    """Another transaction appended between reading and writing the head; nothing was written 末尾の競合."""

    def __init__(self, ledger: str) -> None:
        super().__init__(f"監査証跡「{ledger}」へ同時に別の記録が行われました。処理をもう一度実行してください。")


class UnknownLedger(Refused):
    """No ledger has this name 台帳の不在."""

    def __init__(self, ledger: str) -> None:
        super().__init__(f"監査証跡「{ledger}」は存在しません。台帳の名称を確認してください。")


class NotWithholdable(Refused):
    """An entry written before the second format cannot stand in an extract without its content 抄本にできない証跡."""

    def __init__(self, ledger: str) -> None:
        super().__init__(
            f"監査証跡「{ledger}」の古い形式の記録は、内容を伏せて書き出せません。監査証跡の全体の書出しをご利用ください。"
        )
