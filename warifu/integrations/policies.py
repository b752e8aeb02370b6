"""Who may bring or take which sheet 取込みと書出しの権限."""

from collections.abc import Iterable

from warifu.access import person as access

from . import columns, errors, layout


def may(person: access.Person, kind: layout.Layout) -> bool:
    """Whoever may arrange a register by hand may do it by file 取込みと書出し."""
    return person.may(kind.right)


def require(person: access.Person, kind: layout.Layout) -> None:
    """The person may; else errors.NotYours 取込みと書出しの権限があること."""
    if not may(person, kind):
        raise errors.NotYours(f"「{kind.right.label}」権限のある職員が行います。全体管理者へ依頼してください。")


def columns_for(person: access.Person, kind: layout.Layout) -> tuple[columns.Column, ...]:
    """Columns that this person may bring; one that needs a right of its own is unknown to others 使用できる列."""
    guarded = kind.guarded or {}
    return tuple(one for one in kind.columns if one.field not in guarded or person.may(guarded[one.field]))


def require_columns(person: access.Person, kind: layout.Layout, fields: Iterable[str]) -> None:
    """Whoever confirms another's file may do all that it does; else errors.NotYours 列の権限があること."""
    mine = {one.field for one in columns_for(person, kind)}
    if not set(fields) <= mine:
        raise errors.NotYours("この取込みには、権限のない列が含まれています。ファイルを選んだ職員へ依頼してください。")
