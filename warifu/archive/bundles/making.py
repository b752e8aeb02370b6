"""Making an evidence bundle of one record 証拠一式の作成.

Documents pass through a scratch file each, whatever their size; nothing is kept in memory but parts of signatures.
"""

import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from warifu.archive import marks, models, queries
from warifu.audit import models as audit_models
from warifu.audit import queries as audit
from warifu.audit.actor import ActorKind
from warifu.japan import calendar
from warifu.pades import anatomy, reports, trust
from warifu.vault import custody as vault

from . import errors, layout, packing, readme, summary, wording


class Validate(Protocol):
    """A file judged offline, from its own data, at the moment of making 検証.

    `agreed_size` as in `pades.validation.validate`.
    """

    def __call__(self, path: Path, /, *, agreed_size: int = 0) -> reports.ValidationReport: ...


class Copy(StrEnum):
    """Whose copy it is: what the other side's staff did is withheld from a firm 写しの宛先."""

    MUNICIPALITY = "municipality"
    COUNTERPARTY = "counterparty"


@dataclass(frozen=True)
class Kit:
    """What the making needs; from `warifu.wiring` 作成の道具."""

    custody: vault.Custody
    validate: Validate
    trust: trust.TrustAnchors
    trial: bool


@dataclass(frozen=True)
class _Document:
    member: str
    kept: models.RecordFile
    report: reports.ValidationReport
    anatomy: anatomy.Anatomy


def make(
    *, record: models.Record, subjects: Iterable[str], party: str, copy: Copy, target: BinaryIO, kit: Kit, at: datetime
) -> None:
    """Write the bundle of a record into an open file that can seek 証拠一式の作成.

    `subjects` are the names under which the ledger speaks of the contract (`agreement:<uuid>`, `party:<uuid>`), besides
    the record's own; `party` is the ledger's identifier of the counterparty. The same arguments give the same bytes.
    Raises errors.NotProvable when a document does not pass, has no certificate, or lacks its lines in the ledger.
    """
    ledger = record.municipality.code
    with packing.Packer(target) as packer:
        documents = [_packed(packer, record, file, member, kit) for member, file in _members(record)]
        told = _marks_of(record, documents, kit)
        parts = _parts(packer, documents, kit)
        own = {*subjects, record.origin, f"record:{record.pk}"}
        _log(packer, ledger, told, record, lambda entry: _disclosed(entry, own, party, copy))
        dissected = [readme.Dissected(one.member, one.kept.name, one.anatomy.pieces) for one in documents]
        steps = readme.steps(dissected, told=told, parts=parts)
        manifest = _manifest(record, packer, copy, kit, at)
        for language, name in layout.README.items():
            words = wording.readme(language, manifest)
            packer.add(name, readme.render(language, words=words, steps=steps), title="手順書")
        packer.close_with(_manifest(record, packer, copy, kit, at))


def _members(record: models.Record) -> list[tuple[str, models.RecordFile]]:
    files = list(queries.files_of(record))
    contracts = [file for file in files if file.role == models.FileRole.CONTRACT]
    certificates = [file for file in files if file.role == models.FileRole.CERTIFICATE]
    if len(certificates) != 1:
        raise errors.NotProvable("締結証明書がありません")
    named = [(layout.contract(number), file) for number, file in enumerate(contracts, start=1)]
    return [*named, (layout.CERTIFICATE, certificates[0])]


def _packed(packer: packing.Packer, record: models.Record, file: models.RecordFile, member: str, kit: Kit) -> _Document:
    """One document and its report; from the vault once, and never whole in memory."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as scratch:
        newest = queries.newest(file).object_id
        kit.custody.read_into(owner=record.municipality.code, object_id=newest, target=_writable(scratch.file))
        scratch.flush()
        path = Path(scratch.name)
        report = kit.validate(path, agreed_size=file.agreed_size or 0)
        if report.result is not reports.Result.PASSED:
            raise errors.NotProvable(f"{file.name} が検証に合格しません（{report.problem}）")
        with path.open("rb") as source:
            packer.add_stream(member, source, size=path.stat().st_size, title=file.name)
        with path.open("rb") as source:
            parts = anatomy.dissect(source)
    told = json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n"
    packer.add(layout.report(member, "json"), told.encode(), title=f"検証報告：{file.name}")
    packer.add(layout.report(member, "txt"), wording.report(file.name, report), title=f"検証報告：{file.name}")
    for name, content in summary.parts_of(member, parts.pieces).items():
        packer.add(name, content, title=f"署名から取り出した部品：{file.name}")
    return _Document(member, file, report, parts)


def _writable(file: object) -> BinaryIO:
    return file  # type: ignore[return-value]  # the wrapper's own type is private to tempfile


def _marks_of(record: models.Record, documents: list[_Document], kit: Kit) -> marks.Marks:
    content = kit.custody.read(owner=record.municipality.code, object_id=documents[-1].kept.object_id)
    try:
        told = marks.Marks.read(content)
    except ValueError as wrong:
        raise errors.NotProvable("締結証明書に、照合のための値がありません") from wrong
    if told.origin != record.origin or len(told.files) != len(documents) - 1:
        raise errors.NotProvable("締結証明書が、この契約のものではありません")
    return told


def _parts(packer: packing.Packer, documents: list[_Document], kit: Kit) -> readme.Parts:
    certificates = _once(one for document in documents for one in document.anatomy.certificates)
    ocsps = _once(one for document in documents for one in document.anatomy.ocsps)
    crls = _once(one for document in documents for one in document.anatomy.crls)
    for number, der in enumerate(certificates, start=1):
        packer.add(f"certificates/{number:02d}.pem", anatomy.as_pem(der), title="証明書")
    packer.add(layout.ALL_CERTIFICATES, b"".join(map(anatomy.as_pem, certificates)), title="証明書（すべて）")
    named = [(f"revocation/ocsp-{number:02d}.der", der) for number, der in enumerate(ocsps, start=1)]
    lists = [(f"revocation/crl-{number:02d}.der", der) for number, der in enumerate(crls, start=1)]
    for name, der in (*named, *lists):
        packer.add(name, der, title="失効情報")
    roots = anatomy.issuing(certificates, [root.dump() for root in kit.trust.roots])
    packer.add(layout.ANCHORS, b"".join(map(anatomy.as_pem, roots)), title="認証局の証明書（参考）")
    return readme.Parts(certificates, named, lists)


def _once(values: Iterable[bytes]) -> list[bytes]:
    return sorted(set(values), key=summary.sha256)


def _log(
    packer: packing.Packer,
    ledger: str,
    told: marks.Marks,
    record: models.Record,
    disclosed: Callable[[audit_models.Entry], bool],
) -> None:
    """From the contract's first line to its accession: what happens to the record later belongs to no conclusion."""
    filed = audit.entries_about(ledger, f"record:{record.pk}").filter(action="archive.accession").first()
    if filed is None or told.trail.ledger != ledger or filed.sequence < told.trail.last:
        raise errors.NotProvable("監査証跡に、この契約の記録がありません")
    with tempfile.TemporaryFile() as scratch:
        for line in audit.extract(ledger, first=told.trail.first, last=filed.sequence, disclosed=disclosed):
            scratch.write(line.encode())
        size = scratch.tell()
        scratch.seek(0)
        packer.add_stream(layout.EVENTS, scratch, size=size, title="監査証跡")


def _disclosed(entry: audit_models.Entry, own: set[str], party: str, copy: Copy) -> bool:
    if entry.target not in own:
        return False
    if copy is Copy.MUNICIPALITY:
        return True
    # Who at the other side did what, from which machine, and why something was sent back: not theirs to read.
    mine = entry.actor_kind == ActorKind.COUNTERPARTY and entry.actor_id == party
    service = entry.actor_kind == ActorKind.SERVICE and entry.action.split(".")[0] in ("agreements", "archive")
    return mine or service


def _manifest(record: models.Record, packer: packing.Packer, copy: Copy, kit: Kit, at: datetime) -> layout.Manifest:
    return layout.Manifest(
        origin=record.origin,
        record=str(record.pk),
        number=record.number,
        title=record.title,
        municipality=record.municipality.name,
        counterparty=record.counterparty_name,
        concluded_at=_text(record.concluded_at),
        made_at=_text(at),
        copy_for=copy.value,
        trial=kit.trial,
        members=tuple(packer.members),
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def file_name(record: models.Record) -> str:
    """What the browser calls it; the day is that of the conclusion in Japan 保存するファイル名."""
    return f"証拠一式（{record.number}）{calendar.day_in_japan(record.concluded_at):%Y%m%d}.zip"
