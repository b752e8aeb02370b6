"""The result of a validation of a period as a sheet that a spreadsheet program opens 一括検証の結果表."""

import csv
import io
from datetime import datetime

from warifu.japan import calendar
from warifu.pades import reports

from . import findings, models

HEAD = (
    "契約番号",
    "件名",
    "文書種別",
    "取引先",
    "取引年月日",
    "締結日時",
    "契約金額（税込）",
    "書類",
    "ファイル名",
    "検証結果",
    "理由",
    "署名の水準",
    "タイムスタンプ日時",
    "時刻認証局",
    "有効性期限",
    "SHA-256",
    "検証日時",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of(period: models.PeriodValidation) -> bytes:
    """CSV (RFC 4180) in UTF-8 with a byte order mark, times in Japan; no cell begins like a formula 結果のCSV."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(HEAD)
    rows = period.rows.select_related("file", "file__record").order_by("position")
    for row in rows.iterator(chunk_size=500):
        writer.writerow([_cell(value) for value in _values(row)])
    return target.getvalue().encode("utf-8-sig")


def _values(row: models.ValidatedFile) -> tuple[str, ...]:
    file, record = row.file, row.file.record
    return (
        record.number,
        record.title,
        record.kind,
        record.counterparty_name,
        record.transaction_on.isoformat(),
        _moment(record.concluded_at),
        "" if record.amount is None else str(record.amount),
        file.get_role_display(),
        file.name,
        findings.WORDS[reports.Result(row.result)],
        row.reason,
        row.level,
        _moment(row.timestamped_at),
        row.timestamp_authority,
        _moment(row.sealed_until),
        row.digest,
        _moment(row.checked_at),
    )


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(calendar.JAPAN):%Y-%m-%d %H:%M:%S}" if at else ""


def _cell(text: str) -> str:
    # Spreadsheet programs run a title that begins so; the mark in front is what they themselves use for plain text.
    return f"'{text}" if text.startswith(_FORMULA) else text
