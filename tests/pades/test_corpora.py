"""Real and hostile files from outside, by class; a sample ordinarily, all with the marker `long`. 実例集"""

from __future__ import annotations

import csv
import functools
import gzip
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pades import pki as pkis
from warifu.pades import boxed, intake, reports, validation

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
SOURCES = CORPORA / "SOURCES.tsv"
TABLE = Path(__file__).with_name("corpus_verdicts.tsv")
NO_UPLOADS = ("bounce-mail", "tsa-response")
AT = pkis.SEALED
ACTIVE = (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData", b"/GoToR", b"/GoToE", b"/EmbeddedFile")


def files(folder: str) -> list[Path]:
    return sorted(path for path in (CORPORA / folder).glob("*") if path.suffix in (".pdf", ".gz"))


def cases(folder: str, *, ordinary: int) -> Iterator[object]:
    found = files(folder)
    if not found:
        yield pytest.param(None, marks=pytest.mark.skip(reason=f"no corpora/{folder} beside the project"))
    for index, path in enumerate(found):
        marks = () if index < ordinary else (pytest.mark.long,)
        yield pytest.param(path, id=f"{folder}-{path.stem}", marks=marks)


@dataclass(frozen=True)
class Row:
    """What intake says of one file; the code is empty where it is taken in. 判定表の行"""

    file: str
    verdict: str
    code: str

    @property
    def folder(self) -> str:
        return self.file.partition("/")[0]


@functools.cache
def table() -> tuple[Row, ...]:
    with TABLE.open(newline="", encoding="utf-8") as lines:
        return tuple(Row(**line) for line in csv.DictReader(lines, delimiter="\t"))


@functools.cache
def expected() -> dict[str, str]:
    """What SOURCES.tsv demands of each file that intake can be asked about. 期待される結果"""
    with SOURCES.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        row["file"]: row["expected"]
        for row in rows
        if row["file"].endswith((".pdf", ".gz")) and row["file"].partition("/")[0] not in NO_UPLOADS
    }


def satisfies(row: Row, demand: str) -> bool:
    """Whether a verdict keeps the rule of its class. 区分ごとの要求"""
    if row.code == "check_stopped":
        return False  # an answer, but one that explains nothing
    if row.folder == "japanese" or demand.startswith("clean original: accept"):
        return row.verdict in ("accept", "repair")
    if row.folder == "encrypted":
        return row.code == "encrypted"
    if demand.startswith("gunzip then upload: reject"):
        return row.verdict == "refuse"
    if "DRAFT" in demand or demand.startswith("draft shadow"):
        return row.verdict in ("refuse", "repair")
    if row.folder == "polyglot-odd" and row.verdict != "refuse":
        return (CORPORA / row.file).read_bytes().startswith(b"%PDF-") and row.verdict == "accept"
    return row.verdict in ("accept", "repair", "refuse")


def sampled() -> Iterator[object]:
    """Every row; one of each class ordinarily. 抽出"""
    if not SOURCES.exists():
        yield pytest.param(None)
        return
    seen: Counter[str] = Counter()
    for row in table():
        seen[row.folder] += 1
        yield pytest.param(row, marks=() if seen[row.folder] == 1 else (pytest.mark.long,))


def examined(path: Path, folder: Path) -> tuple[intake.Examination, Path]:
    """As an upload: a packed file is unpacked only as far as an upload may be long. 検査"""
    source, normalised = folder / "in.pdf", folder / "out.pdf"
    if path.suffix == ".gz":
        with gzip.open(path) as packed:
            source.write_bytes(packed.read(intake.Limits().size + 1))
    else:
        shutil.copyfile(path, source)
    # Wall seconds belong to a machine that others use too; what reads the file keeps its bound of CPU seconds.
    patient = intake.Limits(fence=boxed.Fence(wall_seconds=240), comparison_seconds=200)
    return intake.examine(source, normalised, limits=patient), normalised


@pytest.mark.parametrize("path", list(cases("japanese", ordinary=1)))
def test_a_real_japanese_document_is_accepted_sealed_and_passed(pki: pkis.Pki, tmp_path: Path, path: Path) -> None:
    found, normalised = examined(path, tmp_path)
    assert found.reason is None
    assert found.dry_run_sealed
    source = normalised.read_bytes()
    sealed = pki.sealer().single_seal(source, field="Seal", party=None, at=AT)
    report = validation.validate(sealed, trust=pki.trust, at=AT)
    assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_LTA)


@pytest.mark.parametrize("row", list(sampled()), ids=lambda row: row.file if row else "none")
def test_each_file_gets_the_verdict_of_the_table(tmp_path: Path, row: Row | None) -> None:
    if row is None:
        pytest.skip("no corpora beside the project")
    found, normalised = examined(CORPORA / row.file, tmp_path)
    assert (found.verdict.value, found.reason.code if found.reason else "") == (row.verdict, row.code)
    assert normalised.exists() is (row.verdict != "refuse")
    if row.verdict == "refuse":
        return
    content = normalised.read_bytes()
    assert found.dry_run_sealed
    assert {note.code for note in found.notes} & {"compared", "compared_partly"}
    if row.folder == "active-content":
        assert not any(word in content for word in ACTIVE)
    if row.folder == "hidden-data":
        assert b"/Author" not in content
        assert content.count(b"startxref") == 1


def test_the_table_names_every_file_and_no_other() -> None:
    if not SOURCES.exists():
        pytest.skip("no corpora beside the project")
    assert [row.file for row in table()] == sorted(expected())


def test_no_verdict_of_the_table_breaks_what_its_class_demands() -> None:
    if not SOURCES.exists():
        pytest.skip("no corpora beside the project")
    demands = expected()
    broken = [row.file for row in table() if not satisfies(row, demands[row.file])]
    assert broken == []


@pytest.mark.parametrize("folder", ["sig-attack", "sig-validate"])
@pytest.mark.parametrize("share", [pytest.param(0, id="sample"), pytest.param(1, id="all", marks=pytest.mark.long)])
def test_no_file_of_strangers_passes(pki: pkis.Pki, folder: str, share: int) -> None:
    found = files(folder)
    if not found:
        pytest.skip(f"no corpora/{folder} beside the project")
    for path in found if share else found[:3]:
        report = boxed.validate_boxed(path, trust_files=[pki.directory / "root.pem"], at=AT)
        assert report.result is not reports.Result.PASSED, path.name
