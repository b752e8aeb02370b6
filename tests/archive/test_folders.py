"""Folders: their tree, who sees what lies in them, and how records move."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from warifu.archive import actions, criteria, errors, folder_models, folders, models, queries, sight
from warifu.archive.actions import FolderEntry, Given
from warifu.archive.actions.filing_rules import Level
from warifu.archive.sight import Doing
from warifu.audit import models as audit
from warifu.directory import models as directory
from warifu.directory.reach import EVERYWHERE, NOWHERE, Reach

from . import people

pytestmark = pytest.mark.django_db
AT, BY = people.jst(2026, 4, 10, 9), people.SATO
ALL = folders.Filer(sight.EVERYWHERE, sight.EVERYWHERE)


def folder(body: directory.Municipality, name: str, parent: models.Folder | None = None) -> models.Folder:
    return actions.add_folder(municipality=body, parent=parent, entry=FolderEntry(name), by=BY, at=AT)


def member(section: directory.Department, name: str) -> directory.StaffMember:
    return directory.StaffMember.objects.create(
        municipality=section.municipality, department=section, name=name, mail=f"{name}@example.jp"
    )


def group(*members: directory.StaffMember) -> directory.Group:
    made = directory.Group.objects.create(municipality=members[0].municipality, name="工事審査会")
    made.members.set(members)
    return made


def put(record: models.Record, into: models.Folder | None, filer: folders.Filer = ALL) -> None:
    record.refresh_from_db()
    actions.file_records(
        municipality=record.municipality,
        shown={record.pk: record.folder_id},
        folder=into,
        filer=filer,
        reason="年度の整理",
        by=BY,
        at=AT,
    )
    record.refresh_from_db()


def seen(person: directory.StaffMember, departments: Reach, doing: Doing | None = Doing.SEE) -> set[UUID]:
    within = sight.of(person, departments, doing)
    found = models.Record.objects.filter(within.condition(), municipality=person.municipality)
    assert {one.pk for one in models.Record.objects.all() if within.covers(one)} == set(
        found.values_list("pk", flat=True)
    ), "a page and a list say the same"
    return set(found.values_list("pk", flat=True))


def other_section(section: directory.Department) -> Reach:
    made = directory.Department.objects.create(municipality=section.municipality, name="教育委員会事務局")
    return Reach(frozenset({made.pk}))


def test_a_body_without_folders_sees_by_department_as_before(morioka: directory.Department) -> None:
    record, sato = people.file(morioka), member(morioka, "sato")
    assert seen(sato, EVERYWHERE) == seen(sato, Reach(frozenset({morioka.pk}))) == {record.pk}
    assert seen(sato, other_section(morioka)) == seen(sato, NOWHERE) == set()


def test_a_right_of_a_group_opens_a_folder_and_all_below_to_who_reads_somewhere(morioka: directory.Department) -> None:
    record, sato, kudo = people.file(morioka), member(morioka, "sato"), member(morioka, "kudo")
    above = folder(morioka.municipality, "令和8年度")
    elsewhere, inner = other_section(morioka), folder(morioka.municipality, "工事", above)
    put(record, inner)
    actions.give_folder_right(folder=above, group=group(sato), given=Given(may_download=True), by=BY, at=AT)
    assert seen(sato, elsewhere) == seen(sato, elsewhere, Doing.DOWNLOAD) == {record.pk}
    assert seen(sato, elsewhere, Doing.REMOVE) == seen(sato, elsewhere, None) == set()
    assert seen(kudo, elsewhere) == set(), "is in no group"
    assert seen(sato, NOWHERE) == set(), "a folder makes nobody a reader"
    put(record, None)
    assert seen(sato, elsewhere) == set(), "what is unfiled is its department's"
    assert seen(kudo, Reach(frozenset({morioka.pk}))) == {record.pk}


def test_a_confidential_folder_is_there_for_who_is_named_alone(morioka: directory.Department) -> None:
    record, sato, kudo = people.file(morioka), member(morioka, "sato"), member(morioka, "kudo")
    shut = folder(morioka.municipality, "親展")
    inner, home = folder(morioka.municipality, "懲戒", shut), Reach(frozenset({morioka.pk}))
    put(record, inner)
    actions.give_folder_right(folder=inner, group=group(kudo), given=Given(), by=BY, at=AT)
    actions.change_named(folder=shut, confidential=True, people=[sato], by=BY, at=AT)
    assert seen(sato, other_section(morioka)) == seen(sato, home) == {record.pk}
    for departments in (EVERYWHERE, home):
        assert seen(kudo, departments) == set(), "no department and no group opens it again"
    assert queries.record_of(record.municipality, record.pk, within=sight.of(kudo, EVERYWHERE)) is None
    found = queries.search(record.municipality, criteria.Criteria(), within=sight.of(kudo, EVERYWHERE))
    assert (found.count, list(found.records)) == (0, [])
    assert list(folders.seen_in(record.municipality, sight.of(kudo, EVERYWHERE))) == []
    actions.change_named(folder=inner, confidential=True, people=[kudo], by=BY, at=AT)
    assert seen(sato, EVERYWHERE) == seen(kudo, EVERYWHERE) == set(), "each of them has to name somebody"
    with pytest.raises(errors.NobodyNamed):
        actions.change_named(folder=inner, confidential=True, people=[], by=BY, at=AT)


def test_a_folder_stands_never_in_itself_and_never_too_deep(morioka: directory.Department) -> None:
    chain = [folder(morioka.municipality, "1")]
    for number in range(2, folder_models.MOST_DEPTH + 1):
        chain.append(folder(morioka.municipality, str(number), chain[-1]))
    with pytest.raises(errors.FolderTooDeep):
        folder(morioka.municipality, "9", chain[-1])
    for below in (chain[0], chain[3]):
        with pytest.raises(errors.FolderBelowItself):
            actions.move_folder(folder=chain[0], parent=below, shown=None, by=BY, at=AT)
    other = folder(morioka.municipality, "別")
    with pytest.raises(errors.FolderTooDeep):
        actions.move_folder(folder=chain[0], parent=other, shown=None, by=BY, at=AT)
    moved = actions.move_folder(folder=chain[4], parent=other, shown=chain[3].pk, by=BY, at=AT)
    assert (moved.path, moved.depth) == ("別/5", 2)
    chain[-1].refresh_from_db()
    assert (chain[-1].path, chain[-1].depth) == ("別/5/6/7/8", 5)
    with pytest.raises(errors.FolderMoved, match="別の場所へ移されました"):
        actions.move_folder(folder=chain[4], parent=None, shown=chain[3].pk, by=BY, at=AT)
    for values in ({"parent": chain[0]}, {"name": "a/b"}, {"depth": 99}):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.Folder.objects.filter(pk=chain[0].pk).update(**values)


def test_names_and_codes_are_there_once(morioka: directory.Department, takizawa: directory.Department) -> None:
    body, long = morioka.municipality, "契" * 255
    kept = folder(body, long)
    folder(takizawa.municipality, long)
    with pytest.raises(errors.FolderNameTaken):
        folder(body, long)
    for wrong in ("", "a/b", "契" * 256):
        with pytest.raises(errors.NoFolderName):
            folder(body, wrong)
    actions.change_folder(folder=kept, entry=FolderEntry("工事", "K-1"), by=BY, at=AT)
    with pytest.raises(errors.FolderCodeTaken):
        actions.add_folder(municipality=body, parent=None, entry=FolderEntry("物品", "K-1"), by=BY, at=AT)
    assert (
        [one.pk for one in folders.found_by(body, "K-1")]
        == [kept.pk]
        == [one.pk for one in folders.found_by(body, "工事")]
    )


def test_an_empty_folder_closes_and_takes_nothing_in_any_more(morioka: directory.Department) -> None:
    record, kept = people.file(morioka), folder(morioka.municipality, "令和7年度")
    put(record, kept)
    with pytest.raises(errors.FolderInUse, match="記録が1件"):
        actions.close_folder(folder=kept, by=BY, at=AT)
    put(record, None)
    assert [one.after_path for one in folders.filings_of(record)] == ["", "令和7年度"]
    closed = actions.close_folder(folder=kept, by=BY, at=AT)
    assert str(closed.closed_on) == "2026-04-10"
    with pytest.raises(errors.FolderClosed, match="閉じられました"):
        put(record, kept)
    folder(morioka.municipality, "令和7年度")


def test_a_record_that_was_moved_meanwhile_is_not_moved_again(morioka: directory.Department) -> None:
    one, other = people.file(morioka), people.file(morioka)
    first, second = (folder(morioka.municipality, name) for name in ("甲", "乙"))
    shown: dict[UUID, int | None] = {one.pk: None, other.pk: None}
    put(one, first)
    lines = audit.Entry.objects.filter(action="archive.file_record").count()
    with pytest.raises(errors.FolderMoved, match="「甲」にあります"):
        actions.file_records(
            municipality=one.municipality, shown=shown, folder=second, filer=ALL, reason="", by=BY, at=AT
        )
    other.refresh_from_db()
    assert other.folder is None, "all of them or none"
    assert audit.Entry.objects.filter(action="archive.file_record").count() == lines == 1


def test_only_who_has_the_right_files_where_rights_are_given(morioka: directory.Department) -> None:
    record, sato = people.file(morioka), member(morioka, "sato")
    free, shown = (folder(morioka.municipality, name) for name in ("自由", "共有"))
    right = actions.give_folder_right(folder=shown, group=group(sato), given=Given(), by=BY, at=AT)

    def filer(departments: Reach) -> folders.Filer:
        out, into = (sight.of(sato, departments, doing) for doing in (Doing.REMOVE, Doing.FILE))
        return folders.Filer(out, into)

    home = Reach(frozenset({morioka.pk}))
    put(record, free, filer(home))
    with pytest.raises(errors.NotYours, match="収める権限"):
        put(record, shown, filer(home))
    actions.give_folder_right(folder=shown, group=right.group, given=Given(may_file=True), by=BY, at=AT)
    put(record, shown, filer(home))
    with pytest.raises(errors.NotYours, match="移す権限"):
        put(record, free, filer(other_section(morioka)))
    put(record, free, filer(EVERYWHERE))
    actions.take_folder_right(right=right, by=BY, at=AT)
    with pytest.raises(errors.FolderMoved, match="すでに取り消されて"):
        actions.take_folder_right(right=right, by=BY, at=AT)


def test_what_is_concluded_goes_where_the_rule_says(morioka: directory.Department) -> None:
    body = morioka.municipality
    before, base = people.file(morioka), folder(body, "契約")
    actions.set_filing_rule(
        municipality=body, levels=[Level.YEAR, Level.DEPARTMENT, Level.KIND], base=base, active=True, by=BY, at=AT
    )
    lines = audit.Entry.objects.count()
    record = people.file(morioka)
    assert record.folder is not None
    assert record.folder.path == "契約/令和8年度/契約検査課/工事請負契約書"
    assert audit.Entry.objects.count() == lines + 1, "the line of the accession says where it went"
    assert people.file(morioka).folder == record.folder
    with pytest.raises(errors.FolderInUse):
        actions.close_folder(folder=base, by=BY, at=AT)
    assert actions.file_unfiled(municipality=body, by=BY, at=AT) == (1, 0)
    before.refresh_from_db()
    assert before.folder == record.folder
    actions.set_filing_rule(municipality=body, levels=[Level.YEAR], base=None, active=False, by=BY, at=AT)
    assert people.file(morioka).folder is None


def test_nothing_that_was_concluded_waits_for_a_folder(morioka: directory.Department) -> None:
    place = None
    for number in range(folder_models.MOST_DEPTH - 1):
        place = folder(morioka.municipality, str(number), place)
    actions.set_filing_rule(
        municipality=morioka.municipality, levels=[Level.YEAR], base=place, active=True, by=BY, at=AT
    )
    models.FilingRule.objects.update(levels="year,kind")
    assert people.file(morioka).folder is None


def test_another_bodys_groups_and_records_are_refused(
    morioka: directory.Department, takizawa: directory.Department
) -> None:
    theirs, ours = people.file(takizawa), folder(morioka.municipality, "甲")
    with pytest.raises(errors.NotYours):
        actions.give_folder_right(folder=ours, group=group(member(takizawa, "takahashi")), given=Given(), by=BY, at=AT)
    with pytest.raises(errors.FolderMoved):
        actions.file_records(
            municipality=morioka.municipality,
            shown={theirs.pk: None},
            folder=ours,
            filer=ALL,
            reason="",
            by=BY,
            at=AT,
        )
    assert folders.folder_of(takizawa.municipality, ours.pk) is None
