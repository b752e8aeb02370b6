"""How much one agreement may hold: a pure decision 案件の容量."""

from . import errors

MOST_FILES = 100
MOST_BYTES = 200 * 1024 * 1024


def refusal(*, files: int, size: int, adding: int) -> errors.NoRoom | None:
    """Why a file of `adding` bytes has no room beside `files` others of `size` bytes; None when it has 容量の確認."""
    if files >= MOST_FILES:
        return errors.NoRoom(
            code="too_many_files",
            message=f"1件の契約に登録できるファイルは{MOST_FILES}件までです。",
            next_step="不要なファイルを外すか、ファイルをまとめて登録してください。",
        )
    if size + adding > MOST_BYTES:
        return errors.NoRoom(
            code="too_large_in_all",
            message=f"1件の契約に登録できるファイルの合計は{MOST_BYTES // (1024 * 1024)}MBまでです。",
            next_step="不要なファイルを外すか、画像の解像度を下げるなど、容量を小さくして登録してください。",
        )
    return None
