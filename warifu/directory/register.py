"""Reads of the register of firms; each one starts from a municipality 取引先の照会."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from warifu.japan import characters

from . import models, nominal
from .counterparty_models import IN_USE

SOON = timedelta(days=60)
MOST_ALIKE = 50
"""Groups of firms that a page of duplicates shows."""


class Standing(StrEnum):
    """Whether a firm may be chosen for a contract 取引先の利用状態."""

    IN_USE = "in_use"
    STOPPED = "stopped"
    MERGED = "merged"


_CONDITIONS = {
    Standing.IN_USE: IN_USE,
    Standing.STOPPED: Q(stopped_at__isnull=False, merged_into__isnull=True),
    Standing.MERGED: Q(merged_into__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a firm was called, where it sat and who represented it, in one time 取引先の登録内容."""

    name: str
    kana: str
    address: str
    signatory_title: str
    signatory_name: str


def firms_of(
    municipality: models.Municipality, *, words: str = "", standing: Standing | None = Standing.IN_USE
) -> QuerySet[models.Counterparty]:
    """Firms of one body in whose names, kana, number, people or addresses every word is found 取引先の検索.

    None is every standing. Words of signs only find nothing.
    """
    found = models.Counterparty.objects.filter(municipality=municipality)
    if standing is not None:
        found = found.filter(_CONDITIONS[standing])
    for word in words.split():
        key = characters.search_key(word)
        found = found.filter(search_text__contains=key) if key else found.none()
    return found


def standing_of(firm: models.Counterparty) -> Standing:
    """Whether it may be chosen 取引先の利用状態."""
    if firm.merged_into_id is not None:
        return Standing.MERGED
    return Standing.IN_USE if firm.stopped_at is None else Standing.STOPPED


def firm_of(municipality: models.Municipality, counterparty_id: UUID) -> models.Counterparty | None:
    """One firm of this body with all that hangs on it, or None 取引先."""
    return (
        models.Counterparty.objects.filter(municipality=municipality, pk=counterparty_id)
        .select_related("municipality", "merged_into")
        .prefetch_related("addresses", "delegates", "former", "notes", "merged_from")
        .first()
    )


def addresses_of(municipality: models.Municipality) -> QuerySet[models.ContactAddress]:
    """Further addresses of all firms of one body that were not merged away 宛先."""
    return models.ContactAddress.objects.filter(
        counterparty__municipality=municipality, counterparty__merged_into__isnull=True
    ).select_related("counterparty")


def delegates_of(municipality: models.Municipality) -> QuerySet[models.Delegate]:
    """Delegates of all firms of one body that were not merged away 受任者."""
    return models.Delegate.objects.filter(
        counterparty__municipality=municipality, counterparty__merged_into__isnull=True
    ).select_related("counterparty")


def span_of(delegate: models.Delegate) -> nominal.Span:
    """From which day to which the power was delegated 委任期間."""
    return nominal.Span(delegate.begins_on, delegate.ends_on)


class Delegation(StrEnum):
    """Where a day stands to a delegation 委任の状態."""

    HOLDS = "委任期間中"
    ENDS_SOON = "まもなく終了"
    TO_COME = "開始前"
    OVER = "終了"


def delegation_on(delegate: models.Delegate, day: date) -> Delegation:
    """Whether it holds on a day in Japan; its last sixty days say so 委任の状態."""
    if day < delegate.begins_on:
        return Delegation.TO_COME
    if delegate.ends_on is None or day + SOON <= delegate.ends_on:
        return Delegation.HOLDS
    return Delegation.ENDS_SOON if day <= delegate.ends_on else Delegation.OVER


def entry_on(firm: models.Counterparty, day: date) -> Entry:
    """What stood on a day in Japan 当日の登録内容.

    The earliest of the former entries that lasted until that day or longer; else what stands now.
    """
    lasting = [one for one in firm.former.all() if one.last_on >= day]
    source: models.Counterparty | models.FormerEntry = min(lasting, key=lambda one: one.last_on, default=firm)
    return Entry(source.name, source.kana, source.address, source.signatory_title, source.signatory_name)


def alike(firm: models.Counterparty) -> list[models.Counterparty]:
    """Other firms in use with the name or the 法人番号 of this one 同じ事業者の候補."""
    firms = firms_of(firm.municipality).exclude(pk=firm.pk)
    found = {one.pk: one for one in _in(firms, "search_key", [firm.search_key])}
    if firm.corporate_number:
        found |= {one.pk: one for one in _in(firms, "corporate_number", [firm.corporate_number])}
    return sorted(found.values(), key=lambda one: one.name)


def duplicates_of(municipality: models.Municipality) -> list[list[models.Counterparty]]:
    """Firms in use that share a 法人番号, or a name, at most 50 groups 重複の候補."""
    firms = firms_of(municipality)
    numbers = _twice(firms.exclude(corporate_number=""), "corporate_number")
    shown = {firm.pk: firm for firm in _in(firms, "corporate_number", numbers)}
    shown |= {firm.pk: firm for firm in _in(firms, "search_key", _twice(firms, "search_key"))}
    groups: dict[str, list[models.Counterparty]] = {}
    for firm in sorted(shown.values(), key=lambda one: (one.name, one.pk)):
        by_number = firm.corporate_number in numbers
        groups.setdefault(firm.corporate_number if by_number else firm.search_key, []).append(firm)
    return [group for group in groups.values() if len(group) > 1][:MOST_ALIKE]


def _twice(firms: QuerySet[models.Counterparty], field: str) -> list[str]:
    counted = firms.order_by().values(field).annotate(number=Count("*")).filter(number__gt=1)
    return list(counted.values_list(field, flat=True)[:MOST_ALIKE])


def _in(firms: QuerySet[models.Counterparty], field: str, keys: list[str]) -> QuerySet[models.Counterparty]:
    """Unsorted, so that the index of the field answers; nobody waits for a hundred thousand names to be walked."""
    return firms.filter(**{f"{field}__in": keys}).order_by()
