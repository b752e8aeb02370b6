"""From rows of text to the bytes of a file CSVの書出し.

RFC 4180 with CRLF, for spreadsheet programs: UTF-8 with a byte order mark, or CP932. What CP932 cannot hold stands as
〓, and the places are told. No cell begins like a formula (CWE-1236).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .reading import Encoding

GETA = "〓"
# JIS X 0208 has one place for each pair; CP932 gives it to the second (Unicode's table and Microsoft's differ).
_TWINS = str.maketrans({"〜": "～", "−": "－", "‖": "∥", "—": "―", "¢": "￠", "£": "￡", "¬": "￢"})
_SELECTORS = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Replaced:
    """A cell that CP932 cannot hold: its line (the header is 1), column, and the characters 置換した文字."""

    line: int
    column: str
    text: str
    characters: str


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and what could not be written as it is 書出しの結果."""

    content: bytes
    replaced: tuple[Replaced, ...]


def write(header: Sequence[str], rows: Iterable[Sequence[str]], *, encoding: Encoding) -> Written:
    """A file with this header and these rows CSVの書出し."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in header])
    replaced: list[Replaced] = []
    for line, cells in enumerate(rows, start=2):
        if encoding is Encoding.CP932:
            plain = [in_cp932(cell) for cell in cells]
            replaced += [
                Replaced(line, header[place], cells[place], lost) for place, (_, lost) in enumerate(plain) if lost
            ]
            writer.writerow([guarded(text) for text, _ in plain])
        else:
            writer.writerow([guarded(cell) for cell in cells])
    name = "cp932" if encoding is Encoding.CP932 else "utf-8-sig"
    return Written(target.getvalue().encode(name), tuple(replaced))


def in_cp932(text: str) -> tuple[str, str]:
    """A text as CP932 can hold it, and the characters for which 〓 stands CP932への変換.

    Twins of JIS X 0208 (〜 and ～) are no loss; a variation selector is, but its character stays.
    """
    try:
        # The codec takes both twins and gives back the second.
        return text.encode("cp932").decode("cp932"), ""
    except UnicodeEncodeError:
        lost = "".join(mark for mark in text if ord(mark) in _SELECTORS)
    kept = []
    for mark in text.translate(_SELECTORS).translate(_TWINS):
        try:
            kept.append(mark.encode("cp932").decode("cp932"))
        except UnicodeEncodeError:
            kept.append(GETA)
            lost += mark
    return "".join(kept), lost


def guarded(text: str) -> str:
    """A cell that no spreadsheet program runs; `reading.cell_text` takes the mark off again 数式の抑止."""
    return f"'{text}" if text.startswith(_FORMULA) else text
