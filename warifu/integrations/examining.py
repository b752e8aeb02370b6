"""What a row of a file would do: pure comparison of values 行の比較."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from . import columns, layout
from .models import Change
from .reading import Encoding, Row


@dataclass(frozen=True, slots=True)
class Examined:
    """One row, compared with the register 比較した行."""

    position: int
    line: int
    change: Change
    label: str
    target: str
    values: layout.Values
    differences: tuple[tuple[str, str, str], ...]
    problems: tuple[layout.Problem, ...]


def examine(
    rows: Sequence[Row],
    *,
    start: int,
    kind: layout.Layout,
    register: layout.Register,
    places: Mapping[str, int],
    encoding: Encoding,
) -> Iterator[Examined]:
    """Rows from `start` on; earlier ones are only remembered, to find copies 行の比較."""
    seen: dict[str, int] = {}
    shown = {column.field: column for column in kind.columns if column.field in places}
    for position, row in enumerate(rows):
        values, problems = columns.values_of(row.cells, places, kind.columns)
        key = register.key(values)
        earlier = seen.setdefault(key, row.line) if key else row.line
        known = register.find(values)
        if known is not None:
            # What CP932 lost on the way out is put back, so that it is not taken for a change.
            values |= {
                field: known.values[field]
                for field in shown
                if field in known.values and columns.same(values[field], known.values[field], encoding)
            }
            # What is registered already was allowed once; the row does not change it.
            problems = [
                problem
                for problem in problems
                if not any(
                    column.name == problem[0] and values[field] == known.values.get(field)
                    for field, column in shown.items()
                )
            ]
        found = register.problems(values, known) if not problems else ()
        if position < start:
            continue
        if earlier != row.line:
            problems.append(("行の全体", f"{earlier}行目と同じものを指しています。どちらかの行を消してください。"))
        problems += found
        differences = tuple(_differences(values, known, shown.values()))
        problems += [
            (name, "「〓」が入っています。元の文字を入力するか、UTF-8で書き出したファイルを使ってください。")
            for name, _, new in differences
            if "〓" in new
        ]
        if problems:
            change = Change.WRONG
        elif known is None:
            change = Change.ADDED
        elif not differences:
            change = Change.UNCHANGED
        else:
            change = Change.ENDING if register.ends(values, known) else Change.CHANGED
        yield Examined(
            position=position,
            line=row.line,
            change=change,
            label=kind.label({**(known.values if known else {}), **values})[:200],
            target=known.target if known else "",
            values=values,
            differences=differences,
            problems=tuple(problems),
        )


def _differences(
    values: layout.Values, known: layout.Registered | None, shown: Iterable[columns.Column]
) -> Iterator[tuple[str, str, str]]:
    for column in shown:
        old = known.values.get(column.field, "") if known else ""
        new = values.get(column.field, "")
        if new != old:
            yield column.name, old, new
