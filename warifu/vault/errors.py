"""What the vault refuses 保管庫の拒否."""

from uuid import UUID


class Refused(Exception):
    """Root of this room's refusals 保管庫の拒否.

    `retry` says whether the same call may succeed later without a person changing anything but free space or wiring.
    """

    retry = False


class NotKept(Refused):
    """No object of this owner has this identifier; another owner's object answers the same 保管なし."""

    def __init__(self, object_id: UUID) -> None:
        super().__init__("指定されたファイルは保管されていません。一覧から選び直してください。")
        self.object_id = object_id


class Erased(Refused):
    """The owner's key was destroyed; no copy anywhere can be read again 消去済み."""

    def __init__(self, owner: str) -> None:
        super().__init__("この団体の保管データは消去されています。復元はできません。")
        self.owner = owner


class Damaged(Refused):
    """The kept bytes are missing or differ from what was stored; no byte of them is given out 保管データの破損.

    `problem` is `missing` (no file), `altered` (decryption or authentication failed), `foreign` (another object's file)
    or `unlike` (decrypts, but its SHA-256 is not the row's).
    """

    def __init__(self, object_id: UUID, problem: str) -> None:
        super().__init__(
            "保管されているファイルの破損を検出したため、表示を中止しました。"
            "バックアップから復元しますので、運用窓口へご連絡ください。"
        )
        self.object_id = object_id
        self.problem = problem


class NoSpace(Refused):
    """The storage is full; nothing was kept, not even half 空き容量の不足."""

    retry = True

    def __init__(self) -> None:
        super().__init__("保管領域の空きが不足しているため、保存できませんでした。時間をおいてもう一度お試しください。")


class NotWritten(Refused):
    """The storage failed while writing; nothing was kept, not even half 書込みの失敗."""

    retry = True

    def __init__(self) -> None:
        super().__init__("保管領域への書込みに失敗したため、保存できませんでした。時間をおいてもう一度お試しください。")


class NotReadable(Refused):
    """The storage failed while reading; says nothing about the kept bytes 読出しの失敗."""

    retry = True

    def __init__(self) -> None:
        super().__init__("保管領域からの読出しに失敗しました。時間をおいてもう一度お試しください。")


class WrongRootKey(Refused):
    """The root key does not open this owner's key: wrong key file, or a damaged keyring row ルート鍵の不一致."""

    def __init__(self, owner: str) -> None:
        super().__init__("保管庫の鍵を開けませんでした。ルート鍵の設定が正しいか、運用担当者が確認してください。")
        self.owner = owner


class RootKeyUnusable(Refused):
    """The root key file is not 32 bytes, or others may read it ルート鍵ファイルの不備."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"ルート鍵ファイルを使用できません（{problem}）。ファイルの内容と権限を確認してください。")
