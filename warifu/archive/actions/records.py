"""What is concluded comes in, and evidence goes out 収蔵と交付."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from warifu.archive import errors, models
from warifu.archive.facts import FileFacts, RecordFacts
from warifu.audit import actions as audit
from warifu.audit import actor
from warifu.directory import models as directory
from warifu.japan import characters

from . import filing_rules


def accession(
    *,
    municipality: directory.Municipality,
    facts: RecordFacts,
    files: Sequence[FileFacts],
    by: actor.Actor,
    at: datetime,
) -> models.Record:
    """File what was concluded, inside the transaction that concludes it 収蔵.

    The same origin with the same digests again answers the record that is there and writes nothing. `at` is aware.
    Raises errors.AlreadyFiled (same origin, other digests), errors.UnsuitableRecord, errors.OutsideTransaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise errors.OutsideTransaction
    _examine(municipality, facts, files)
    filed = _filed(municipality, facts.origin)
    if filed is None:
        try:
            with transaction.atomic():
                record = _insert(municipality, facts, files)
                _file(record, by=by, at=at)
        except IntegrityError:
            # Somebody filed the same origin between our look and our insert; any other violation is a fault.
            filed = _filed(municipality, facts.origin)
            if filed is None:
                raise
        else:
            _tell(record, files, by=by, at=at)
            return record
    if _digests(filed) != [(file.role, file.digest) for file in files]:
        raise errors.AlreadyFiled(facts.origin)
    return filed


def _examine(municipality: directory.Municipality, facts: RecordFacts, files: Sequence[FileFacts]) -> None:
    if facts.department.municipality_id != municipality.pk:
        raise errors.UnsuitableRecord("部署が別の市町のものです")
    if not any(file.role == models.FileRole.CONTRACT for file in files):
        raise errors.UnsuitableRecord("契約書のファイルがありません")
    if not characters.search_key(facts.title + facts.number) or not characters.search_key(facts.counterparty_name):
        raise errors.UnsuitableRecord("件名・契約番号・取引先に、検索できる文字がありません")
    moments = (facts.concluded_at, facts.verified_at, facts.sealed_until, *(file.sealed_until for file in files))
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise errors.UnsuitableRecord("日時に時間帯がありません")


def _filed(municipality: directory.Municipality, origin: str) -> models.Record | None:
    return models.Record.objects.filter(municipality=municipality, origin=origin).first()


def _digests(record: models.Record) -> list[tuple[str, str]]:
    return [(file.role, file.digest) for file in record.files.order_by("position")]


def _insert(municipality: directory.Municipality, facts: RecordFacts, files: Sequence[FileFacts]) -> models.Record:
    values = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}
    ends = [file.sealed_until for file in files if file.sealed_until is not None]
    values["sealed_until"] = min(ends, default=facts.sealed_until)
    record = models.Record.objects.create(
        municipality=municipality,
        search_key=f"{characters.search_key(facts.title)} {characters.search_key(facts.number)}",
        counterparty_key=characters.search_key(facts.counterparty_name),
        seal_algorithms=seal_algorithms(file.algorithms for file in files),
        **values,
    )
    models.RecordFile.objects.bulk_create(
        models.RecordFile(record=record, position=position, **_columns(file)) for position, file in enumerate(files)
    )
    return record


def _file(record: models.Record, *, by: actor.Actor, at: datetime) -> None:
    """Where the body's rule puts it; the line of the accession tells this too."""
    folder = filing_rules.folder_for(record)
    if folder is None:
        return
    record.folder = folder
    record.save(update_fields=["folder"])
    models.Filing.objects.create(
        record=record,
        after=folder,
        after_path=folder.path,
        reason=filing_rules.REASON,
        filed_by=by.name,
        filed_at=at,
    )


def _columns(file: FileFacts) -> dict[str, object]:
    values = dataclasses.asdict(file)
    del values["algorithms"]
    return values | {"seal_algorithms": seal_algorithms([file.algorithms])}


def seal_algorithms(used: Iterable[Iterable[str]]) -> str:
    """What several timestamps rest on, in the one text that the tables hold タイムスタンプの暗号."""
    return " ".join(sorted({name for names in used for name in names}))


def _tell(record: models.Record, files: Sequence[FileFacts], *, by: actor.Actor, at: datetime) -> None:
    """Only what proves the filing goes into the ledger; names and amounts stay where they can be erased."""
    audit.append(
        ledger=record.municipality.code,
        action="archive.accession",
        target=f"record:{record.pk}",
        by=by,
        at=at.astimezone(UTC),
        facts={
            "origin": record.origin,
            "number": record.number,
            "digests": [file.digest for file in files],
            **({"folder": record.folder.pk, "path": record.folder.path[:300]} if record.folder else {}),
        },
    )


def hand_out_evidence(*, record: models.Record, copy: str, digest: str, by: actor.Actor, at: datetime) -> None:
    """Somebody takes an evidence bundle away: which copy, and the SHA-256 of the ZIP 証拠一式の交付."""
    with transaction.atomic():
        audit.append(
            ledger=record.municipality.code,
            action="archive.hand_out_evidence",
            target=f"record:{record.pk}",
            by=by,
            at=at.astimezone(UTC),
            facts={"copy": copy, "digest": digest},
        )
