"""Records go into folders, out of them, and into others 記録の整理."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from warifu.archive import errors, folders, models
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import models as directory

from .folders import still_open

MOST = 500
"""Records of one move."""


def file_records(
    *,
    municipality: directory.Municipality,
    shown: Mapping[UUID, int | None],
    folder: models.Folder | None,
    filer: folders.Filer,
    reason: str,
    by: Actor,
    at: datetime,
) -> list[models.Record]:
    """Move records into a folder, or (None) out of any: all of them or none 記録の整理.

    `shown` names the records, each with the folder in which somebody saw it. One line of the ledger for each. Records
    that lie there already stay without a word. Raises errors.FolderMoved where one lies elsewhere by now or is not
    within `filer`'s sight any more, errors.FolderClosed, errors.NotYours. `at` is aware.
    """
    if len(shown) > MOST:
        raise errors.FolderInUse(f"一度に移せるのは{MOST}件までです。件数を減らして、分けて移してください。")
    with transaction.atomic():
        # The folder before the records, as everywhere: two who move at once wait for each other in one order.
        target = folder and still_open(folder)
        if target is not None and not filer.may_put_into(target):
            raise errors.NotYours(
                f"「{target.path}」に収める権限がありません。運用管理者又は文書管理者へ依頼してください。"
            )
        going = _held(municipality, shown, filer)
        moving = [record for record in going if record.folder_id != (target.pk if target else None)]
        move(moving, target, reason=reason, by=by, at=at)
    return moving


def _held(
    municipality: directory.Municipality, shown: Mapping[UUID, int | None], filer: folders.Filer
) -> list[models.Record]:
    mine = models.Record.objects.select_for_update(of=("self",), no_key=True).select_related("folder", "municipality")
    found = list(mine.filter(municipality=municipality, pk__in=list(shown)).order_by("pk"))
    elsewhere = [record for record in found if record.folder_id != shown[record.pk]]
    if elsewhere or len(found) != len(shown):
        one = elsewhere[0] if elsewhere and elsewhere[0].folder_id not in filer.out.shut else None
        where = f"「{one.title}」は、いまは{_where(one)}にあります。" if one else ""
        raise errors.FolderMoved(
            f"この画面を開いた後に、ほかの職員が記録を移しました。{where}何も移していません。"
            "一覧を読み込み直し、いまの場所を確かめてから移してください。"
        )
    if any(not filer.may_take(record) for record in found):
        raise errors.NotYours(
            "移す権限のない記録が含まれています。何も移していません。所管の契約担当又は文書管理者へ依頼してください。"
        )
    return found


def move(
    records: Collection[models.Record], target: models.Folder | None, *, reason: str, by: Actor, at: datetime
) -> None:
    """The rows, histories and lines of a move, in the caller's transaction 記録の移動."""
    if not records:
        return
    after = target.path if target else ""
    models.Record.objects.filter(pk__in=[record.pk for record in records]).update(folder=target)
    models.Filing.objects.bulk_create(
        models.Filing(
            record=record,
            before=record.folder,
            after=target,
            before_path=record.folder.path if record.folder else "",
            after_path=after,
            reason=reason,
            filed_by=f"{by.post} {by.name}".strip()[:200],
            filed_at=at,
        )
        for record in records
    )
    audit.append_all(
        ledger=next(iter(records)).municipality.code,
        lines=[
            audit.Line(
                "archive.file_record",
                f"record:{record.pk}",
                {
                    "before": record.folder_id,
                    "after": target.pk if target else None,
                    "before_path": record.folder.path[:300] if record.folder else "",
                    "after_path": after[:300],
                    "reason": reason,
                },
            )
            for record in records
        ],
        by=by,
        at=at.astimezone(UTC),
    )


def _where(record: models.Record) -> str:
    return f"「{record.folder.path}」" if record.folder else "未整理"
