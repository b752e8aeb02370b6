"""One worker at a time on one row, for a while 占有.

A lease is a moment in a column of the row: null while nobody has it, and free again once it is past. Who takes it
writes until when, and knows its own by that very moment; whoever takes it over writes a later one. So each change that
asks for one's own moment is a fence: the database refuses the hand of a worker that was slower than its lease.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q


class Lost(Exception):
    """Another worker has taken the row over: nothing more may be bought or noted here 占有の喪失."""


@dataclass
class Lease:
    """One worker's hold on the row `key` of `table`, until the moment that it wrote into `column` 占有."""

    table: type[models.Model]
    key: UUID
    column: str
    length: timedelta
    until: datetime

    @classmethod
    def take(
        cls,
        table: type[models.Model],
        key: UUID,
        *,
        column: str,
        length: timedelta,
        at: datetime,
        among: Q | None = None,
    ) -> Self | None:
        """Have a row to oneself for `length` from `at` (aware); None while another worker has it 占有の開始.

        `among` stands in for `free` where a row may also be taken for another reason.
        """
        lease = cls(table, key, column, length, at + length)
        rows = table._default_manager.filter(among or free(column, at), pk=key)
        return lease if rows.update(**{column: lease.until}) else None

    def renew(self, *, at: datetime) -> None:
        """Hold it for the full length from `at` on; raises `Lost` when it ran out and somebody else has it 更新.

        Inside a transaction it also keeps everybody else from taking the row over before the commit.
        """
        until = at + self.length
        if not self.change(**{self.column: until}):
            raise Lost
        self.until = until

    def change(self, **columns: Any) -> bool:
        """Write to the row as long as it is ours; whether it was 占有中の変更."""
        ours = self.table._default_manager.filter(**{"pk": self.key, self.column: self.until})
        return bool(ours.update(**columns))


def free(column: str, at: datetime) -> Q:
    """Rows that nobody has at `at` (aware) 占有されていない行."""
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lte": at})
