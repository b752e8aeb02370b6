"""From the bytes of a file to a header and rows of text CSVの読取り.

CSV as RFC 4180 has it, the way spreadsheet programs write it. The characters: a byte order mark decides; without one
strict UTF-8, then strict CP932; what is neither is asked about, never guessed (`wanted`). Every cell is text: leading
zeros stay.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass

from django.db.models import TextChoices

from . import errors

LARGEST = 32 * 1024 * 1024
"""Bytes. 100,000 firms with their addresses are some 17 MB in UTF-8."""
MOST_ROWS = 200_000
_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Encoding(TextChoices):
    """How characters stand in the file 文字コード."""

    UTF8 = "utf-8", "UTF-8"
    CP932 = "cp932", "シフトJIS（CP932）"


@dataclass(frozen=True, slots=True)
class Row:
    """One row with the number of the line on which it ends, counted from 1 CSVの行."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds CSVの内容."""

    encoding: Encoding
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read(content: bytes, *, wanted: Encoding | None = None) -> Sheet:
    """Header and rows of a file; empty rows are left out. Raises errors.Unusable CSVの読取り."""
    if len(content) > LARGEST:
        raise errors.Unusable(
            f"ファイルが{LARGEST // 1024 // 1024}MBを超えています。行を分けて、二つ以上のファイルにしてください。"
        )
    encoding, text = decode(content, wanted=wanted)
    _require_no_workbook(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = tuple(next(reader, []))
        for cells in reader:
            if any(cells):
                rows.append(Row(reader.line_num, tuple(cells)))
            if len(rows) > MOST_ROWS:
                raise errors.Unusable(f"{MOST_ROWS:,}行を超えています。行を分けて、二つ以上のファイルにしてください。")
    except csv.Error as wrong:
        raise errors.Unusable(
            f'{reader.line_num}行目をCSVとして読み取れません。引用符（"）が閉じているか、'
            "セルが長すぎないかを確かめてください。"
        ) from wrong
    if not any(cell.strip() for cell in header):
        raise errors.Unusable("1行目に列の名前がありません。書き出したCSVを様式として使ってください。")
    if len(header) == 1 and any(mark in header[0] for mark in "\t;"):
        raise errors.Unusable(
            "列がカンマ（,）で区切られていません。表計算ソフトで「CSV（カンマ区切り）」として保存し直してください。"
        )
    if not rows:
        raise errors.Unusable("データの行がありません。2行目から下に入力して、もう一度選んでください。")
    return Sheet(encoding, header, tuple(rows))


def decode(content: bytes, *, wanted: Encoding | None = None) -> tuple[Encoding, str]:
    """The characters of a file, and how they were written. Raises errors.Unusable 文字コードの判定."""
    if not content.strip():
        raise errors.Unusable("ファイルが空です。内容を確かめて、もう一度選んでください。")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise errors.Unusable(
            "文字コードがUTF-16です。表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。"
        )
    marked = content.startswith(_MARK.encode())
    line = 1
    for encoding in [Encoding.UTF8] if marked else [wanted] if wanted else list(Encoding):
        try:
            return encoding, content.decode(encoding.value).removeprefix(_MARK)
        except UnicodeDecodeError as wrong:
            line = max(line, content[: wrong.start].count(b"\n") + 1)
    tried = f"{wanted.label}として" if wanted else "UTF-8としてもシフトJISとしても"
    raise errors.Unusable(
        f"{line}行目を{tried}読み取れません。文字コードを選び直すか、"
        "表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。"
    )


def cell_text(cell: str) -> str:
    """A cell as a person meant it: what spreadsheet programs put around it is taken off セルの文字.

    Surrounding spaces; `="00123"`, by which leading zeros are kept; the mark that guards against formulas.
    """
    text = cell.strip(" 　")
    if len(text) > 2 and text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    if text.startswith("'") and text[1:].startswith(_FORMULA):
        return text[1:]
    return text


def storable(text: str) -> str:
    """Any text as both databases keep it: PostgreSQL takes no U+0000, so people see a mark for it 保存できる文字."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")


def heading_key(text: str) -> str:
    """A column's name as it is compared: width, spaces, and marks of necessity do not count 列名の照合."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return plain.replace("(必須)", "").replace("(任意)", "").strip("*※")


def _require_no_workbook(content: bytes) -> None:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise errors.Unusable(
            "Excelブックのままです。「CSV UTF-8（コンマ区切り）」として保存し直したファイルを選んでください。"
        )
