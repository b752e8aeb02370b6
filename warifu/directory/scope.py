"""Of which municipality this thread of work is; PostgreSQL's row-level security holds it to that 作業の範囲.

Whoever knocks says it before anything is read: the web door for each request, a task for its municipality, and what
sweeps over all bodies says "service" by name. Where nothing was said, the database shows no row at all. On SQLite the
words are kept and nothing asks for them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django import db
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from . import models

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen: one municipality's rows, or everybody's for the service itself, or none 範囲."""

    municipality: str = ""
    code: str = ""
    service: bool = False


NOTHING, SERVICE = Scope(), Scope(service=True)
_current: ContextVar[Scope] = ContextVar("warifu_scope", default=NOTHING)


def current() -> Scope:
    """What was said last 現在の範囲."""
    return _current.get()


@contextmanager
def of(municipality: "models.Municipality") -> Iterator[None]:
    """Work for one municipality, and nothing else, until the block ends 団体の範囲."""
    with within(scope_of(municipality)):
        yield


@contextmanager
def service() -> Iterator[None]:
    """Work that is of no municipality: sign-in before it is known who comes, sweeps, command line 全体の範囲."""
    with within(SERVICE):
        yield


@contextmanager
def within(scope: Scope) -> Iterator[None]:
    """Any scope, until the block ends; afterwards what was said before 範囲."""
    before = _current.get()
    try:
        say(scope)
        yield
    finally:
        _say_again(before)


def scope_of(municipality: "models.Municipality") -> Scope:
    """The scope of one municipality 団体の範囲."""
    return Scope(str(municipality.pk), municipality.code)


def begin(scope: Scope) -> None:
    """The first word of a process that has opened no connection yet, and has no settings perhaps 最初の範囲."""
    _current.set(scope)


def say(scope: Scope) -> None:
    """From here on, until somebody says otherwise; open connections hear it at once 範囲の宣言."""
    if scope == _current.get():
        return
    _current.set(scope)
    for connection in connections.all(initialized_only=True):
        # After an error inside a transaction nothing can be said; its end takes the words back to what they were.
        if connection.connection is not None and not connection.needs_rollback:
            tell(connection)


def _say_again(scope: Scope) -> None:
    """Back to what was said before; a connection that cannot hear it is given up, and a new one hears it first."""
    try:
        say(scope)
    except db.Error:
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close()


def tell(connection: BaseDatabaseWrapper) -> None:
    """Say it to one connection; each that is opened, or lent by the pool, hears it first 接続への通知."""
    if connection.vendor != "postgresql":
        return
    scope = _current.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('warifu.municipality', %s, false), set_config('warifu.code', %s, false),"
            " set_config('warifu.service', %s, false)",
            [scope.municipality, scope.code, "on" if scope.service else ""],
        )


def on_connection(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created` 接続の始まり."""
    tell(connection)


def kept(parts: Iterable[T]) -> Iterator[T]:
    """What is sent piece by piece after the page is done, read within the scope of this moment 逐次の送出."""
    return _kept(parts, _current.get())


def _kept(parts: Iterable[T], scope: Scope) -> Iterator[T]:
    with within(scope):
        yield from parts
