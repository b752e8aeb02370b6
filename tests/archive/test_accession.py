"""Filing what was concluded."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from warifu.archive import actions, errors, models, queries
from warifu.archive.sight import EVERYWHERE
from warifu.audit import queries as audit
from warifu.directory import models as directory

from . import people


def accessions_of(body: directory.Municipality) -> list[str]:
    return [entry.target for entry in audit.entries_of(body.code) if entry.action == "archive.accession"]


def test_a_concluded_contract_is_filed_with_its_files_and_one_ledger_entry(morioka: directory.Department) -> None:
    body = morioka.municipality
    contract, certificate = people.paper(body), people.paper(body, b"%PDF certificate", "certificate")
    given = people.facts(morioka)
    record = actions.accession(
        municipality=body, facts=given, files=[contract, certificate], by=people.SEALING, at=people.END_OF_YEAR
    )
    found = queries.record_of(body, record.pk, within=EVERYWHERE)
    assert found is not None
    assert (found.title, found.amount, found.transaction_on) == (given.title, 18_700_000, date(2026, 4, 1))
    assert found.counterparty_name == "株式会社髙﨑設備", "what was typed is kept as it was typed"
    assert [(file.position, file.role, file.digest) for file in queries.files_of(found)] == [
        (0, "contract", contract.digest),
        (1, "certificate", certificate.digest),
    ]
    (entry,) = audit.entries_of(body.code)
    assert (entry.action, entry.target) == ("archive.accession", f"record:{record.pk}")
    assert entry.facts == {
        "origin": given.origin,
        "number": "2026-0148",
        "digests": [contract.digest, certificate.digest],
    }


def test_the_same_contract_filed_twice_is_one_record(morioka: directory.Department) -> None:
    body, given = morioka.municipality, people.facts(morioka)
    paper = people.paper(body)
    first, second = (
        actions.accession(municipality=body, facts=given, files=[paper], by=people.SEALING, at=people.END_OF_YEAR)
        for _ in range(2)
    )
    assert first.pk == second.pk
    assert first.files.count() == 1
    assert accessions_of(body) == [f"record:{first.pk}"]


def test_the_same_contract_with_other_bytes_is_refused_and_changes_nothing(morioka: directory.Department) -> None:
    body, given = morioka.municipality, people.facts(morioka)
    paper = people.paper(body)
    record = actions.accession(municipality=body, facts=given, files=[paper], by=people.SEALING, at=people.END_OF_YEAR)
    for files in ([people.paper(body, b"%PDF forged")], [paper, people.paper(body, b"%PDF more", "certificate")]):
        with pytest.raises(errors.AlreadyFiled, match="保存済みの記録は変更していません"):
            actions.accession(municipality=body, facts=given, files=files, by=people.SATO, at=people.END_OF_YEAR)
    assert [file.digest for file in queries.files_of(record)] == [paper.digest]
    assert len(accessions_of(body)) == 1


def test_two_municipalities_may_use_the_same_origin(
    morioka: directory.Department, takizawa: directory.Department
) -> None:
    records = {people.file(section, origin="paper:1").pk for section in (morioka, takizawa)}
    assert len(records) == 2


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"title": "・", "number": "―"}, "検索できる文字がありません"),
        ({"counterparty_name": "（）"}, "検索できる文字がありません"),
        ({"verified_at": datetime(2026, 3, 31)}, "日時に時間帯がありません"),  # noqa: DTZ001  the refusal of naive moments
    ],
)
def test_what_could_not_be_found_again_is_refused(
    morioka: directory.Department, other: dict[str, object], words: str
) -> None:
    with pytest.raises(errors.UnsuitableRecord, match=words):
        people.file(morioka, **other)
    assert accessions_of(morioka.municipality) == []


def test_a_record_without_a_contract_is_refused(morioka: directory.Department) -> None:
    body = morioka.municipality
    with pytest.raises(errors.UnsuitableRecord, match="契約書のファイルがありません"):
        actions.accession(
            municipality=body,
            facts=people.facts(morioka),
            files=[people.paper(body, role="certificate")],
            by=people.SEALING,
            at=people.END_OF_YEAR,
        )


def test_a_department_of_another_municipality_is_refused(
    morioka: directory.Department, takizawa: directory.Department
) -> None:
    body = morioka.municipality
    with pytest.raises(errors.UnsuitableRecord, match="部署が別の市町のものです"):
        actions.accession(
            municipality=body,
            facts=people.facts(takizawa),
            files=[people.paper(body)],
            by=people.SEALING,
            at=people.END_OF_YEAR,
        )


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": -1},
        {"verified_at": None},
        {"concluded_at": None},
        {"transaction_on": None},
        {"term_to": date(2026, 4, 1)},
        {"search_key": ""},
        {"counterparty_key": ""},
    ],
)
def test_the_database_itself_refuses_an_impossible_record(
    morioka: directory.Department, broken: dict[str, object]
) -> None:
    record = people.file(morioka)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Record.objects.filter(pk=record.pk).update(**broken)


@pytest.mark.parametrize("broken", [{"digest": "A" * 64}, {"digest": "a" * 63}, {"role": "draft"}, {"size": 0}])
def test_the_database_itself_refuses_an_impossible_file(
    morioka: directory.Department, broken: dict[str, object]
) -> None:
    record = people.file(morioka)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.RecordFile.objects.filter(record=record).update(**broken)


@pytest.mark.django_db(transaction=True)
def test_filing_outside_a_transaction_is_refused() -> None:
    section = people.town("032018", "盛岡市", "morioka", "契約検査課")
    with pytest.raises(errors.OutsideTransaction):
        actions.accession(
            municipality=section.municipality,
            facts=people.facts(section),
            files=[people.paper(section.municipality)],
            by=people.SEALING,
            at=people.END_OF_YEAR,
        )
