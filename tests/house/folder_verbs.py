"""How each verb about folders is run once, for the house's test of ledger lines."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests import city
from tests.archive import people
from warifu.archive import actions, folders, models, sight
from warifu.archive.actions.filing_rules import Level
from warifu.directory import models as directory

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
Act = Callable[[], object]
ALL = folders.Filer(sight.EVERYWHERE, sight.EVERYWHERE)


def by_oikawa(verb: Callable[..., object], **more: object) -> Act:
    return lambda: verb(by=city.oikawa().actor, at=AT, **more)


def folder() -> models.Folder:
    return actions.add_folder(
        municipality=city.morioka(),
        parent=None,
        entry=actions.FolderEntry("工事"),
        by=city.oikawa().actor,
        at=AT,
    )


def group() -> directory.Group:
    return directory.Group.objects.create(municipality=city.morioka(), name="工事審査会")


def record() -> models.Record:
    return people.file(city.sato().department)


def right() -> models.FolderRight:
    return models.FolderRight.objects.create(folder=folder(), group=group())


def rule() -> models.FilingRule:
    return models.FilingRule.objects.create(municipality=city.morioka(), levels="year")


def add_folder(_: Path) -> Act:
    return lambda: folder()


def change_folder(_: Path) -> Act:
    return by_oikawa(actions.change_folder, folder=folder(), entry=actions.FolderEntry("工事契約"))


def move_folder(_: Path) -> Act:
    above = models.Folder.objects.create(municipality=city.morioka(), name="上", path="上", depth=1)
    return by_oikawa(actions.move_folder, folder=folder(), parent=above, shown=None)


def close_folder(_: Path) -> Act:
    return by_oikawa(actions.close_folder, folder=folder())


def give_folder_right(_: Path) -> Act:
    return by_oikawa(actions.give_folder_right, folder=folder(), group=group(), given=actions.Given())


def take_folder_right(_: Path) -> Act:
    return by_oikawa(actions.take_folder_right, right=right())


def change_named(_: Path) -> Act:
    return by_oikawa(actions.change_named, folder=folder(), confidential=True, people=[city.sato().staff])


def file_records(_: Path) -> Act:
    shown = {record().pk: None}
    return by_oikawa(
        actions.file_records, municipality=city.morioka(), shown=shown, folder=folder(), filer=ALL, reason=""
    )


def set_filing_rule(_: Path) -> Act:
    return by_oikawa(actions.set_filing_rule, municipality=city.morioka(), levels=[Level.YEAR], base=None, active=True)


def file_unfiled(_: Path) -> Act:
    record(), rule()
    return by_oikawa(actions.file_unfiled, municipality=city.morioka())


def accession(_: Path) -> Act:
    return lambda: record()


def hand_out_evidence(_: Path) -> Act:
    return by_oikawa(actions.hand_out_evidence, record=record(), copy="municipality", digest="0" * 64)


def addressed() -> dict[str, object]:
    """A folder and a right for the addresses that name one."""
    body = city.morioka()
    named, _ = directory.Group.objects.get_or_create(municipality=body, name="工事")
    made, _ = models.Folder.objects.get_or_create(municipality=body, name="工事", path="工事", depth=1)
    given, _ = models.FolderRight.objects.get_or_create(folder=made, group=named)
    return {"folder_id": made.pk, "right_id": given.pk}


RUNS: dict[str, Callable[[Path], Act]] = {
    "archive.accession": accession,
    "archive.hand_out_evidence": hand_out_evidence,
    "archive.add_folder": add_folder,
    "archive.change_folder": change_folder,
    "archive.move_folder": move_folder,
    "archive.close_folder": close_folder,
    "archive.give_folder_right": give_folder_right,
    "archive.take_folder_right": take_folder_right,
    "archive.change_named": change_named,
    "archive.file_records": file_records,
    "archive.set_filing_rule": set_filing_rule,
    "archive.file_unfiled": file_unfiled,
}
