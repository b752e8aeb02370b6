"""Columns of a layout: their names, and how a cell of each is read 列."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from warifu.japan import calendar, characters
from warifu.japan.errors import Unreadable

from . import errors, reading, writing

Read = Callable[[str], str]
_PLAIN = re.compile(r"[ -~\u3000-\u303f\u3041-\u30ff\u4e00-\u9fff\uff01-\uff9f]*")


def as_written(text: str) -> str:
    """The text itself 文字の列."""
    return text


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `field` is its name in the code, `name` its heading; `needed` says that no cell of it is empty 列.

    `read` gets a text without characters that mislead and gives it back in the one form that is compared; it raises
    `errors.CellWrong`.
    """

    field: str
    name: str
    note: str
    example: str
    needed: bool = False
    longest: int = 200
    read: Read = as_written
    aliases: tuple[str, ...] = ()


def places_of(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands, by its field; a column that is not there changes nothing 列の位置.

    Raises errors.Unusable with the names of what is missing, unknown or there twice.
    """
    known = {reading.heading_key(name): column for column in columns for name in (column.name, *column.aliases)}
    found: dict[str, int] = {}
    unknown, twice = [], []
    for place, heading in enumerate(header):
        column = known.get(reading.heading_key(heading))
        if column is None:
            if heading.strip():
                unknown.append(_with_guess(heading.strip(), [one.name for one in columns]))
        elif column.field in found:
            twice.append(column.name)
        else:
            found[column.field] = place
    missing = [column.name for column in columns if column.needed and column.field not in found]
    told = [
        f"{word}：{'、'.join(names)}。"
        for word, names in (("足りない列", missing), ("分からない列", unknown), ("二度ある列", twice))
        if names
    ]
    if told:
        raise errors.Unusable(f"列の名前が様式と合いません。{''.join(told)}1行目を直して、もう一度選んでください。")
    return found


def values_of(
    cells: Sequence[str], places: Mapping[str, int], columns: Sequence[Column]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The values of a row by field, and what is wrong with it as (column, sentence) 行の読取り."""
    values: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    if len(cells) > 1 + max(places.values()) and any(cell.strip() for cell in cells[1 + max(places.values()) :]):
        problems.append(("行の全体", '1行目より列が多くあります。カンマを含むセルは、引用符（"）で囲んでください。'))
    for column in columns:
        if column.field not in places:
            continue
        cell = cells[places[column.field]] if places[column.field] < len(cells) else ""
        text = reading.cell_text(cell)
        try:
            values[column.field] = _value(text, column)
        except errors.CellWrong as wrong:
            values[column.field] = text
            problems.append((column.name, wrong.message))
    return values, problems


def _value(text: str, column: Column) -> str:
    if not text:
        if column.needed:
            raise errors.CellWrong(f"空欄です。{column.name}を入力してください。例：{column.example}")
        return ""
    # Most cells are plain; only the others are looked at character by character.
    if not _PLAIN.fullmatch(text) and (wrong := characters.forbidden(text)):
        raise errors.CellWrong(wrong[0].sentence)
    if text.startswith(("=", "@")):
        raise errors.CellWrong("数式として実行されるおそれがあります。先頭の記号（=、@）を消してください。")
    if len(text) > column.longest:
        raise errors.CellWrong(f"{column.longest}文字まで入力できます。いまは{len(text)}文字です。短くしてください。")
    return column.read(text)


def day(text: str) -> str:
    """A day in either calendar as YYYY/MM/DD 日付の列."""
    try:
        return f"{calendar.read_day(text):%Y/%m/%d}"
    except Unreadable as problem:
        raise errors.CellWrong(str(problem)) from problem


def mail(text: str) -> str:
    """An address of mail as it was typed メールアドレスの列."""
    try:
        validate_email(text)
    except ValidationError as wrong:
        raise errors.CellWrong("メールアドレスの形ではありません。例：sato@example.jp") from wrong
    return text


def count(text: str) -> str:
    """A whole number of at most six digits, full or half width 数の列."""
    if not re.fullmatch(r"\d{1,6}", text):
        raise errors.CellWrong("6桁までの数字で入力してください。例：10")
    return str(int(text))


def names(text: str) -> str:
    """Several names with 、 or ; between them, each once, in a fixed order 名前の並びの列."""
    return "、".join(sorted(set(split_names(text))))


def split_names(text: str) -> list[str]:
    """The names of such a cell 名前の並び."""
    return [name for part in re.split(r"[、;；]", text) if (name := part.strip(" 　"))]


def same(new: str, old: str, encoding: reading.Encoding) -> bool:
    """Whether a cell says what is registered; what CP932 lost on the way out is no difference 同一性."""
    return new == old or (encoding is reading.Encoding.CP932 and new == writing.in_cp932(old)[0])


def _with_guess(heading: str, names_: Sequence[str]) -> str:
    near = difflib.get_close_matches(heading, names_, n=1)
    return f"{heading[:40]}（{near[0]}のことですか）" if near else heading[:40]
