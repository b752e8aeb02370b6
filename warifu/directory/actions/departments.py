"""The register of departments 部署の登録."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import departments, errors, models
from warifu.japan import calendar


@dataclass(frozen=True)
class DepartmentEntry:
    """What a register says about a department; `parent` None is the top 部署の登録内容."""

    name: str
    parent: models.Department | None = None
    code: str = ""
    phone: str = ""
    position: int = 0


def add_department(
    *, municipality: models.Municipality, entry: DepartmentEntry, begins_on: date | None, by: Actor, at: datetime
) -> models.Department:
    """A department from this day on; a day to come is a plan, None an unknown past 部署の設置.

    Raises errors.NameTaken, errors.CodeTaken, or errors.NotThen when what it stands below does not exist then.
    """
    with transaction.atomic():
        lock(municipality)
        since = begins_on or calendar.day_in_japan(at)
        whole = departments.tree_of(municipality)
        require_parent(municipality, entry.parent, on=since)
        require_name(whole.clash(entry.name, parent=entry.parent.pk if entry.parent else None, since=since), entry)
        require_code(municipality, entry.code, since=since)
        department = models.Department.objects.create(
            municipality=municipality,
            parent=entry.parent,
            name=entry.name,
            code=entry.code,
            phone=entry.phone,
            position=entry.position,
            begins_on=begins_on,
        )
        note("add_department", department, by=by, at=at, facts=changes.between({}, described(department)))
    return department


def describe_department(
    *, department: models.Department, code: str, phone: str, position: int, by: Actor, at: datetime
) -> models.Department:
    """Code, telephone and order hold at once; name and place change by `change_department` 部署の情報の変更.

    Raises errors.CodeTaken.
    """
    with transaction.atomic():
        lock(department.municipality)
        today = calendar.day_in_japan(at)
        require_code(department.municipality, code, since=today, but=department.pk)
        kept = models.Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
        before = described(kept)
        kept.code, kept.phone, kept.position = code, phone, position
        kept.save(update_fields=["code", "phone", "position"])
        note("describe_department", kept, by=by, at=at, facts=changes.between(before, described(kept)))
    return kept


def lock(municipality: models.Municipality) -> None:
    """One change of a body's tree at a time; within the caller's transaction 組織図の排他."""
    models.Municipality.objects.select_for_update().get(pk=municipality.pk)


def described(department: models.Department) -> dict[str, object]:
    """A department in the words of the ledger 部署の内容."""
    names = ("path", "code", "phone", "position", "begins_on", "ends_on")
    return {name: getattr(department, name) for name in names} | {
        "successor": department.successor.path if department.successor else None
    }


def note(
    verb: str, department: models.Department, *, by: Actor, at: datetime, facts: record.Facts | None = None
) -> None:
    """The line of a verb about a department 部署の操作の記録."""
    audit.append(
        ledger=department.municipality.code,
        action=f"directory.{verb}",
        target=f"department:{department.pk}",
        by=by,
        at=at,
        facts={"path": department.path, **(facts or {})},
    )


def require_parent(municipality: models.Municipality, parent: models.Department | None, *, on: date) -> None:
    """What it is to stand below is this body's and exists on that day; else errors.NotThen 上位の部署の確認."""
    if parent is None:
        return
    whole = departments.tree_of(municipality)
    if parent.municipality_id != municipality.pk or whole.on(parent.pk, on) is None:
        raise errors.NotThen(
            f"上位の部署「{parent.path}」は、{calendar.wareki(on)}には存在しません。日付か、上位の部署を選び直してください。"
        )


def require_name(taken: object, entry: DepartmentEntry) -> None:
    """Nobody else bears the name there; else errors.NameTaken 名称の確認."""
    if taken is not None:
        place = f"「{entry.parent.path}」の下" if entry.parent else "団体の直下"
        raise errors.NameTaken(
            f"{place}には、「{entry.name}」がすでにあります。別の名称にするか、登録済みの部署を使ってください。"
        )


def require_code(municipality: models.Municipality, code: str, *, since: date, but: int | None = None) -> None:
    """Nobody else bears the code; else errors.CodeTaken 部署コードの確認."""
    taken = departments.tree_of(municipality).with_code(code, since=since, but=but) if code else None
    if taken is not None:
        raise errors.CodeTaken(
            f"部署コード「{code}」は、「{taken.name}」が使用しています。別のコードを入力してください。"
        )
