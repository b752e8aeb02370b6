"""Which damage may be repaired, and when it is plain what the document was. 修復

Only the index of a file is ever repaired (header, cross-reference, trailer, end), never an object. An index that
several readers would rebuild in several ways is no damage but a riddle: such a file is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pikepdf

_BLANK = b"\x00\t\r\n\x0c "
_MARK = b"\xef\xbb\xbf"
_END = re.compile(rb"%%EOF[\r\n]{0,2}")
_LAST_WORDS = re.compile(rb"startxref[\r\n\t ]+\d+[\r\n\t ]*\Z|endobj[\r\n\t ]*\Z|>>[\r\n\t ]*\Z")
_OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj\b")
_CATALOG = re.compile(rb"/Type\s*/Catalog\b")
# What qpdf says of an index that is wrong, as against objects that are.
_OF_THE_INDEX = re.compile(
    r"file is damaged|xref not found|[Aa]ttempting to reconstruct cross-reference table|can't find startxref"
    r"|unable to find trailer dictionary|trailer dictionary lacks /Size key|reported number of objects \(\d+\) is not"
    r"|expected n n obj|EOF after endobj|startxref was more than 1024 bytes"
)


@dataclass(frozen=True)
class Trimmed:
    """The bytes from the header to the last end mark, what was cut, and what followed the end mark. 前後を除いた文書"""

    data: bytes
    repairs: tuple[str, ...]
    tail: bytes


def trim(data: bytes) -> Trimmed | None:
    """Cut blanks before the header and whatever stands after the end; None when no end is to be found. 前後の除去"""
    repairs = []
    begin = len(data) - len(data.removeprefix(_MARK).lstrip(_BLANK))
    if begin and data.startswith(b"%PDF-", begin):
        repairs.append("leading_removed")
        data = data[begin:]
    ends = list(_END.finditer(data))
    if not ends:
        if not _LAST_WORDS.search(data[-64:]):
            return None
        return Trimmed(data.rstrip(_BLANK) + b"\n%%EOF\n", (*repairs, "tail_completed"), b"")
    tail = data[ends[-1].end() :]
    if tail.strip(_BLANK):
        repairs.append("trailing_removed")
        data = data[: ends[-1].end()]
    return Trimmed(data, tuple(repairs), tail)


def of_the_index(complaints: list[str]) -> bool:
    """Whether qpdf complained of nothing but the index of the file. 索引の損傷"""
    return all(_OF_THE_INDEX.search(complaint) for complaint in complaints)


def plain(data: bytes, pdf: pikepdf.Pdf) -> bool:
    """Whether the rebuilt index is the only possible one and nothing is lost. 修復の一意性

    No object number stands twice, there is one catalog, nothing was encrypted, and no reference leads nowhere.
    """
    numbers = [match.group(1) for match in _OBJECT.finditer(data)]
    if len(numbers) != len(set(numbers)) or b"/Encrypt" in data:
        return False
    if len(_CATALOG.findall(data)) > 1:
        return False
    return all(found is not None for found in pdf.objects)
