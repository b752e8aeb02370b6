"""The sheets that leave: a register, and the result of an import 書き出す表."""

from collections.abc import Iterator
from datetime import date

from warifu.access import person as access

from . import layout, models, policies, queries, writing
from .models import Change, State
from .reading import Encoding

RESULT_HEAD = ("行", "区分", "見出し", "結果", "内容")


def of_register(
    person: access.Person, kind: layout.Layout, *, on: date, encoding: Encoding, empty: bool = False
) -> writing.Written:
    """A register as the layout's own file; `empty` is the template alone. Raises errors.NotYours 登録簿の書出し."""
    policies.require(person, kind)
    columns = policies.columns_for(person, kind)
    rows = () if empty else kind.exported(person.municipality, on)
    values = ([row.get(column.field, "") for column in columns] for row in rows)
    return writing.write([column.name for column in columns], values, encoding=encoding)


def of_result(made: models.Import) -> writing.Written:
    """Each row that changes something or is wrong, with what became of it; UTF-8 取込みの結果."""
    return writing.write(RESULT_HEAD, _results(made), encoding=Encoding.UTF8)


def outcome_of(made: models.Import, row: models.ImportRow) -> str:
    """What became of a row, in a word 行の結果."""
    if row.change == Change.WRONG:
        return "取り込んでいません（誤り）"
    if row.refusal:
        return "取り込めませんでした"
    if row.done:
        return "取り込みました"
    return {
        State.UNDONE.value: "取り消しました",
        State.DISCARDED.value: "取りやめました",
    }.get(made.state, "まだ取り込んでいません")


def _results(made: models.Import) -> Iterator[tuple[str, ...]]:
    for row in queries.rows_of(made).iterator(chunk_size=1000):
        told = [f"{column}：{text}" for column, text in row.problems]
        told += [f"{column}：{old or '（空欄）'}→{new or '（空欄）'}" for column, old, new in row.differences]
        yield (
            str(row.line),
            Change(row.change).label,
            row.label,
            outcome_of(made, row),
            "　".join([*([row.refusal] if row.refusal else []), *told]),
        )
