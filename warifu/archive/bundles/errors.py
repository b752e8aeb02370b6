"""What the making of a bundle refuses 証拠一式の拒否."""


class NotProvable(Exception):
    """The record cannot be handed out as evidence; the operator must look 証拠一式を作成できない."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"証拠一式を作成できませんでした（{why}）。契約書と締結証明書は、そのまま保存できます。"
            "この画面の内容を、ヘルプデスクへご連絡ください。"
        )
