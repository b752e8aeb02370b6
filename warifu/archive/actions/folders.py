"""Folders are made, renamed, moved and closed フォルダの操作."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from warifu.archive import errors, folder_models, folders, models, sight
from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.directory import queries
from warifu.japan import calendar


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """What somebody says of a folder フォルダの登録内容."""

    name: str
    code: str = ""


def add_folder(
    *, municipality: directory.Municipality, parent: models.Folder | None, entry: FolderEntry, by: Actor, at: datetime
) -> models.Folder:
    """A new folder in another one of the same body, or at the top フォルダの作成.

    Raises errors.NoFolderName, FolderNameTaken, FolderCodeTaken, FolderTooDeep, FolderClosed. `at` is aware.
    """
    with transaction.atomic():
        hold_tree(municipality)
        made = insert(municipality, parent and still_open(parent), entry)
        note("add_folder", made, by=by, at=at, facts={"name": made.name, "path": made.path[:300], "code": made.code})
    return made


def insert(municipality: directory.Municipality, parent: models.Folder | None, entry: FolderEntry) -> models.Folder:
    """The row of a new folder, in the caller's transaction, which holds the tree フォルダの作成."""
    made = models.Folder(municipality=municipality, parent=parent, name=entry.name.strip(), code=entry.code.strip())
    _examine(made)
    _place(made, parent)
    made.save()
    return made


def change_folder(*, folder: models.Folder, entry: FolderEntry, by: Actor, at: datetime) -> models.Folder:
    """Another name or code; the paths of all below follow フォルダの変更.

    Raises errors.NoFolderName, FolderNameTaken, FolderCodeTaken, FolderClosed.
    """
    with transaction.atomic():
        hold_tree(folder.municipality)
        kept = still_open(folder)
        before = {"name": kept.name, "code": kept.code}
        kept.name, kept.code = entry.name.strip(), entry.code.strip()
        _examine(kept)
        _place(kept, kept.parent)
        kept.save()
        _follow(kept)
        facts = changes.between(before, {"name": kept.name, "code": kept.code})
        note("change_folder", kept, by=by, at=at, facts={**facts})
    return kept


def move_folder(
    *, folder: models.Folder, parent: models.Folder | None, shown: int | None, by: Actor, at: datetime
) -> models.Folder:
    """The folder with all below it stands in another one, or at the top フォルダの移動.

    `shown` is the folder above that somebody saw when they decided. Raises errors.FolderMoved where it is another now,
    FolderBelowItself, FolderTooDeep, FolderNameTaken, FolderClosed.
    """
    with transaction.atomic():
        hold_tree(folder.municipality)
        kept = still_open(folder)
        if kept.parent_id != shown:
            raise errors.FolderMoved(
                f"「{kept.name}」は、この画面を開いた後に別の場所へ移されました（いまは「{kept.path}」）。"
                "画面を読み込み直し、いまの場所を確かめてから移してください。"
            )
        target = parent and still_open(parent)
        below = sight.below([kept.pk])
        if target is not None and target.pk in below:
            raise errors.FolderBelowItself(
                f"「{kept.name}」を、自身又はその下のフォルダには移せません。別のフォルダを選んでください。"
            )
        before = kept.path
        kept.parent = target
        deepest = max(models.Folder.objects.filter(pk__in=below).values_list("depth", flat=True))
        _place(kept, target, further=deepest - kept.depth)
        _examine(kept)
        kept.save()
        _follow(kept)
        facts = changes.between({"path": before}, {"path": kept.path})
        note("move_folder", kept, by=by, at=at, facts={"name": kept.name, "folders": len(below), **facts})
    return kept


def close_folder(*, folder: models.Folder, by: Actor, at: datetime) -> models.Folder:
    """An empty folder takes nothing in any more, and leaves the lists フォルダの閉鎖.

    Raises errors.FolderInUse while a record or an open folder lies in it, or the rule files below it; FolderClosed.
    """
    with transaction.atomic():
        hold_tree(folder.municipality)
        kept = still_open(folder)
        records = kept.records.count()
        inside = kept.children.filter(closed_on=None).count()
        if records or inside:
            raise errors.FolderInUse(
                f"「{kept.name}」には、記録が{records:,}件、フォルダが{inside:,}件あります。"
                "先に別のフォルダへ移すか、下位のフォルダを閉じてください。"
            )
        if models.FilingRule.objects.filter(base=kept).exists():
            raise errors.FolderInUse(
                f"「{kept.name}」は、自動の整理で収める先になっています。先に自動の整理の設定を変えてください。"
            )
        kept.closed_on = calendar.day_in_japan(at)
        kept.save(update_fields=["closed_on"])
        note("close_folder", kept, by=by, at=at, facts={"name": kept.name, "path": kept.path[:300]})
    return kept


def hold_tree(municipality: directory.Municipality) -> None:
    """One change of a body's tree at a time, so that no two together make a circle 階層の占有."""
    queries.hold(municipality)


def still_open(folder: models.Folder) -> models.Folder:
    """The folder as it is now, held until the transaction ends; raises errors.FolderClosed 開いているフォルダ."""
    kept = models.Folder.objects.select_for_update(of=("self",), no_key=True).get(pk=folder.pk)
    if kept.closed_on is not None:
        raise errors.FolderClosed(
            f"「{kept.name}」は、{calendar.wareki(kept.closed_on)}に閉じられました。別のフォルダを選んでください。"
        )
    return kept


def note(verb: str, folder: models.Folder, *, by: Actor, at: datetime, facts: record.Facts) -> None:
    """The line of a deed upon a folder 操作ログの記録."""
    audit.append(
        ledger=folder.municipality.code,
        action=f"archive.{verb}",
        target=f"folder:{folder.pk}",
        by=by,
        at=at.astimezone(UTC),
        facts=facts,
    )


def _place(folder: models.Folder, parent: models.Folder | None, *, further: int = 0) -> None:
    """Where it stands, by what stands above; `further` levels are below it."""
    folder.depth = parent.depth + 1 if parent else 1
    folder.path = f"{parent.path}{folder_models.SEPARATOR}{folder.name}" if parent else folder.name
    if folder.depth + further > folder_models.MOST_DEPTH:
        raise errors.FolderTooDeep(
            f"フォルダは{folder_models.MOST_DEPTH}階層までです。上位のフォルダを選び直してください。"
        )


def _follow(folder: models.Folder) -> None:
    """Paths and depths of all that stands below."""
    level = {folder.pk: folder}
    while level:
        children = list(models.Folder.objects.filter(parent__in=level))
        for child in children:
            above = level[child.parent_id or 0]
            child.path = f"{above.path}{folder_models.SEPARATOR}{child.name}"
            child.depth = above.depth + 1
        models.Folder.objects.bulk_update(children, ["path", "depth"], batch_size=200)
        level = {child.pk: child for child in children}


def _examine(folder: models.Folder) -> None:
    name = folder.name
    if not name or len(name) > folder_models.LONGEST_NAME or folder_models.SEPARATOR in name:
        raise errors.NoFolderName(
            f"フォルダの名称は{folder_models.LONGEST_NAME}文字までで入力してください。"
            f"半角の「{folder_models.SEPARATOR}」は使えませんので、全角の「／」にしてください。"
        )
    others = folders.folders_of(folder.municipality).exclude(pk=folder.pk)
    if others.filter(parent=folder.parent, name=name).exists():
        raise errors.FolderNameTaken(
            f"「{name}」というフォルダは、同じ場所にすでにあります。別の名称を入力してください。"
        )
    if folder.code and (other := others.filter(code=folder.code).first()) is not None:
        raise errors.FolderCodeTaken(
            f"フォルダコード「{folder.code}」は、「{other.path}」で使われています。別のコードを入力してください。"
        )
