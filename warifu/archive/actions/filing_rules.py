"""What is concluded goes into a folder by itself: by fiscal year, department and kind 自動の整理."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db import models as fields

from warifu.archive import errors, folder_models, folders, models
from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.japan import calendar

from . import filing
from .folders import FolderEntry, hold_tree, insert, still_open

AT_ONCE = 200
REASON = "自動の整理"


class Level(fields.TextChoices):
    """What the folders of one level are named after 階層の種類."""

    YEAR = "year", "年度"
    DEPARTMENT = "department", "部署"
    KIND = "kind", "文書の種類"


def set_filing_rule(
    *,
    municipality: directory.Municipality,
    levels: Sequence[Level],
    base: models.Folder | None,
    active: bool,
    by: Actor,
    at: datetime,
) -> models.FilingRule:
    """What is concluded from now on is filed so; what lies somewhere already stays there 自動の整理の設定.

    Raises errors.FolderTooDeep, errors.FolderClosed, errors.NoFolderName without a level.
    """
    with transaction.atomic():
        hold_tree(municipality)
        there = folders.rule_of(municipality)
        before = _told(there) if there else {}
        if active and not levels:
            raise errors.NoFolderName("年度、部署、文書の種類から、一つ以上を選んでください。")
        kept = base and still_open(base)
        if (kept.depth if kept else 0) + len(levels) > folder_models.MOST_DEPTH:
            raise errors.FolderTooDeep(
                f"フォルダは{folder_models.MOST_DEPTH}階層までです。収める先に、もっと上のフォルダを選んでください。"
            )
        rule, _ = models.FilingRule.objects.update_or_create(
            municipality=municipality,
            defaults={"levels": ",".join(level.value for level in levels), "base": kept, "active": active},
        )
        audit.append(
            ledger=municipality.code,
            action="archive.set_filing_rule",
            target=f"municipality:{municipality.pk}",
            by=by,
            at=at,
            facts={**changes.between(before, _told(rule))},
        )
    return rule


def _told(rule: models.FilingRule) -> dict[str, object]:
    return {"levels": rule.levels, "base": rule.base.path if rule.base else "", "active": rule.active}


def levels_of(rule: models.FilingRule) -> list[Level]:
    """The levels of a rule in their order 階層の並び."""
    return [Level(one) for one in rule.levels.split(",") if one]


def names_for(levels: Sequence[Level], *, transaction_on: date, department: str, kind: str) -> list[str]:
    """What the folders for such a record are called, the topmost first フォルダの名称."""
    words = {
        Level.YEAR: calendar.fiscal_year_name(calendar.fiscal_year_of(transaction_on)),
        Level.DEPARTMENT: department,
        Level.KIND: kind,
    }
    return [_as_name(words[level]) for level in levels]


def folder_for(record: models.Record) -> models.Folder | None:
    """Where the body's rule puts this record; None where no active rule is followed 自動の整理の先.

    A folder that is missing is made in the caller's transaction. A rule that cannot be followed (its folder would stand
    too deep) leaves the record unfiled: nothing that was agreed waits for a folder.
    """
    rule = folders.rule_of(record.municipality)
    if rule is None or not rule.active:
        return None
    names = names_for(
        levels_of(rule),
        transaction_on=record.transaction_on,
        department=record.department.path,
        kind=record.kind,
    )
    try:
        with transaction.atomic():
            # Only who makes a folder waits for the tree; most records find theirs.
            return _down(record.municipality, rule.base, names) or _made(record.municipality, rule.base, names)
    except (errors.FolderRefusal, IntegrityError):
        return None


def file_unfiled(*, municipality: directory.Municipality, by: Actor, at: datetime) -> tuple[int, int]:
    """Put some of the unfiled records where the rule says; returns how many, and how many remain 未整理の記録の整理.

    Two hundred at once, the oldest first; a line of the ledger for each. Raises errors.FolderClosed without a rule.
    """
    rule = folders.rule_of(municipality)
    if rule is None or not rule.active:
        raise errors.FolderClosed("自動の整理を行う設定になっていません。先に、階層の並びを定めてください。")
    moved = 0
    with transaction.atomic():
        # Folders before records, as in every move; the tree is held so that two who do this wait for each other.
        hold_tree(municipality)
        unfiled = folders.unfiled_of(municipality).select_related("department", "municipality", "folder")
        targets: dict[int, tuple[models.Folder, list[UUID]]] = {}
        for record in unfiled.order_by("transaction_on", "pk")[:AT_ONCE]:
            target = folder_for(record)
            if target is not None:
                targets.setdefault(target.pk, (target, []))[1].append(record.pk)
        for target, keys in targets.values():
            held = list(unfiled.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))
            filing.move(held, target, reason=REASON, by=by, at=at)
            moved += len(held)
    return moved, folders.unfiled_of(municipality).count()


def _down(
    municipality: directory.Municipality, base: models.Folder | None, names: Sequence[str]
) -> models.Folder | None:
    place = base
    for name in names:
        place = folders.children_of(municipality, place).filter(name=name).first()
        if place is None:
            return None
    return still_open(place) if place is not None else None


def _made(municipality: directory.Municipality, base: models.Folder | None, names: Sequence[str]) -> models.Folder:
    hold_tree(municipality)
    place = base and still_open(base)
    for name in names:
        there = folders.children_of(municipality, place).filter(name=name).first()
        place = there or insert(municipality, place, FolderEntry(name))
    if place is None:
        raise errors.NoFolderName("階層がありません。")
    return place


def _as_name(text: str) -> str:
    return text.replace(folder_models.SEPARATOR, "／").strip()[: folder_models.LONGEST_NAME] or "（名称なし）"
