"""Contracts that were still concluded on paper, as a body tells them by department and month 紙の契約の件数."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction

from warifu.access.person import Person
from warifu.audit import actions as audit
from warifu.directory import departments as tree
from warifu.directory import models as directory

from . import region
from .statistics_models import PaperCount

LARGEST = 99_999


def counts_of(municipality: directory.Municipality, *, month: date, departments: Collection[int]) -> dict[int, int]:
    """What is told of a month, by department 紙の契約の件数."""
    rows = PaperCount.objects.filter(municipality=municipality, month=month, department__in=departments)
    return dict(rows.values_list("department", "number"))


def total_of(municipality: directory.Municipality, *, month: date) -> tuple[int, int]:
    """How many contracts, and by how many departments they are told 紙の契約の合計."""
    numbers = list(PaperCount.objects.filter(municipality=municipality, month=month).values_list("number", flat=True))
    return sum(numbers), len(numbers)


def enter(*, month: date, numbers: Mapping[int, int | None], by: Person, at: datetime) -> None:
    """Keep what is told by department for a month, None taking back what was; other departments stay 紙の件数の入力.

    `month` is its first day; departments of another body are passed over. Months to come are the caller's to refuse.
    """
    body = by.municipality
    with transaction.atomic():
        own = tree.departments_of(body).filter(pk__in=numbers)
        paths = dict(own.values_list("pk", "path"))
        before = counts_of(body, month=month, departments=paths)
        changed = {pk: numbers[pk] for pk in paths if numbers[pk] != before.get(pk)}
        if not changed:
            return
        rows = PaperCount.objects.filter(municipality=body, month=month)
        rows.filter(department__in=changed).delete()
        PaperCount.objects.bulk_create(
            PaperCount(municipality=body, month=month, department_id=pk, number=number)
            for pk, number in changed.items()
            if number is not None
        )
        audit.append(
            ledger=body.code,
            action="operations.enter_paper",
            target=f"municipality:{body.code}",
            by=by.actor,
            at=at,
            facts={
                "month": month.isoformat(),
                "departments": [paths[pk] for pk in changed],
                "before": [before.get(pk) for pk in changed],
                "after": list(changed.values()),
            },
        )
    region.publish(municipality=body, at=at)
