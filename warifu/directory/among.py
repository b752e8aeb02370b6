"""One of many keys, sent to the database as one parameter 多数の鍵による条件.

Django writes a mark and converts a value for each key of an `IN`, which for thousands of departments takes longer than
the question itself. Registered for foreign keys by the app.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

FEW = 100
"""So many stand in the question one by one: the database then knows how few they are, and plans for that."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Whole numbers, wrapped so that Django does not look at each of them 鍵の集まり."""

    numbers: AbstractSet[int]


class Among(models.Lookup[Any]):
    """`column__among=Keys(…)`, the same as `column__in=…` 鍵の条件."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        column, given = self.process_lhs(compiler, connection)
        numbers = ",".join(map(str, self.rhs.numbers))
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", (*given, f"{{{numbers}}}")
        # The column's name is Django's own; the keys are a parameter.
        return f"{column} IN (SELECT value FROM json_each(%s))", (*given, f"[{numbers}]")  # noqa: S608


def one_of(column: str, numbers: AbstractSet[int]) -> models.Q:
    """The condition that the foreign key `column` is one of these 鍵の条件."""
    if len(numbers) <= FEW:
        return models.Q(**{f"{column}__in": numbers})
    return models.Q(**{f"{column}__among": Keys(numbers)})
