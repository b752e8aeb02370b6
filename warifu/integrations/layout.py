"""What an import must know of a register; each layout says it in its own file 様式."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from warifu.access.rights import Right
from warifu.audit.actor import Actor
from warifu.directory import models as directory

from . import columns, models

Values = Mapping[str, str]
Problem = tuple[str, str]
"""Name of the column, and a sentence: what is wrong and what to write."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A thing of the register, in the values of a row 登録済みの値."""

    target: str
    values: Values


class Register(Protocol):
    """A body's register while a file is compared with it 登録簿.

    It sees the rows in their order and may remember what earlier ones will have made.
    """

    def key(self, values: Values) -> str:
        """What makes two rows of a file speak of the same thing; "" when the row says too little 同一性."""

    def find(self, values: Values) -> Registered | None:
        """What is registered already, or None for a new thing 登録済みのもの."""

    def problems(self, values: Values, known: Registered | None) -> Sequence[Problem]:
        """What a look at other things tells: an unknown department, a number that another one bears 参照の検査."""

    def ends(self, values: Values, known: Registered | None) -> bool:
        """Whether the row ends the thing 終了."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What applying needs from outside: who performs, when, and how mails are written 取込みの道具."""

    by: Actor
    at: datetime
    post: object = None


Apply = Callable[[directory.Municipality, Sequence[models.ImportRow], Tools], None]


@dataclass(frozen=True)
class Layout:
    """One kind of sheet: export, template and import file are the same 様式.

    `apply` works in the caller's transaction and writes a line of the ledger for each thing. It sets `refusal` of a
    row that does not fit any more. `whole` opens the register of a body as it is on a day.
    """

    name: str
    title: str
    right: Right
    columns: tuple[columns.Column, ...]
    label: Callable[[Values], str]
    whole: Callable[[directory.Municipality, date], Register]
    exported: Callable[[directory.Municipality, date], Iterator[Values]]
    apply: Apply
    at_once: int = 200
    """Rows of one transaction."""
    guarded: Mapping[str, Right] | None = None
    """Columns that need a right of their own."""
