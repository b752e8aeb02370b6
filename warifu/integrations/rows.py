"""Rows that are applied one by one, each with the verbs of a room 行ごとの取込み."""

from collections.abc import Callable, Sequence

from django.db import IntegrityError, transaction

from warifu.directory import errors as directory_errors
from warifu.directory import models as directory

from . import errors, layout, models

One = Callable[[directory.Municipality, models.ImportRow, layout.Tools], None]


def one_by_one(verb: One) -> layout.Apply:
    """What applies a row whole or not at all, and goes on with the next one 行ごとの取込み."""

    def apply(municipality: directory.Municipality, rows: Sequence[models.ImportRow], tools: layout.Tools) -> None:
        for row in rows:
            target = row.target
            try:
                with transaction.atomic():
                    verb(municipality, row, tools)
            except (directory_errors.Refusal, errors.RowRefused) as refusal:
                row.target, row.refusal = target, refusal.message
            except IntegrityError:
                # Another body's rows may not be seen here, but an address is one person's in all bodies.
                row.target = target
                row.refusal = "ほかの登録と重複しています。番号とメールアドレスを確かめてください。"

    return apply
