"""Real and hostile files from outside, by class; a sample ordinarily, all with the marker `long`. 実例集"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pades import pki as pkis
from warifu.pades import boxed, intake, reports, validation

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
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


def examined(path: Path, folder: Path) -> tuple[intake.Examination, Path]:
    source, normalised = folder / "in.pdf", folder / "out.pdf"
    if path.suffix == ".gz":
        with gzip.open(path) as packed, source.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    else:
        shutil.copyfile(path, source)
    return intake.examine(source, normalised), normalised


@pytest.mark.parametrize("path", cases("japanese", ordinary=3))
def test_a_real_japanese_document_is_accepted_sealed_and_passed(pki: pkis.Pki, tmp_path: Path, path: Path) -> None:
    found, normalised = examined(path, tmp_path)
    assert found.reason is None
    assert found.dry_run_sealed
    source = normalised.read_bytes()
    sealed = pki.sealer().single_seal(source, field="Seal", party=None, at=AT)
    report = validation.validate(sealed, trust=pki.trust, at=AT)
    assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_LTA)


@pytest.mark.parametrize("path", cases("active-content", ordinary=4))
def test_active_content_is_refused_or_gone_after_the_rewrite(tmp_path: Path, path: Path) -> None:
    found, normalised = examined(path, tmp_path)
    if found.verdict is not intake.Verdict.REFUSE:
        assert not any(word in normalised.read_bytes() for word in ACTIVE)


@pytest.mark.parametrize("path", cases("encrypted", ordinary=1))
def test_an_encrypted_document_is_refused_by_name(tmp_path: Path, path: Path) -> None:
    found, _ = examined(path, tmp_path)
    assert found.reason is not None
    assert found.reason.code == "encrypted"


@pytest.mark.parametrize("path", cases("hidden-data", ordinary=2))
def test_hidden_data_is_refused_or_removed(tmp_path: Path, path: Path) -> None:
    found, normalised = examined(path, tmp_path)
    if found.verdict is not intake.Verdict.REFUSE:
        assert b"/Author" not in normalised.read_bytes()
        assert normalised.read_bytes().count(b"startxref") == 1


@pytest.mark.parametrize("folder", ["dos", "polyglot-odd", "parser", "parser-cjk", "pdfa", "content-masking"])
@pytest.mark.parametrize("share", [pytest.param(0, id="sample"), pytest.param(1, id="all", marks=pytest.mark.long)])
def test_odd_and_hostile_files_get_an_answer(tmp_path: Path, folder: str, share: int) -> None:
    found = files(folder)
    if not found:
        pytest.skip(f"no corpora/{folder} beside the project")
    # The unpacked 10-GB bombs are a question of the disk, not of this room: the size limit refuses them unread.
    chosen = [path for path in found if path.suffix == ".pdf"]
    for path in chosen if share else chosen[:1]:
        answer, normalised = examined(path, tmp_path)
        assert (answer.reason is None) == normalised.exists(), path.name


@pytest.mark.parametrize("folder", ["sig-attack", "sig-validate"])
@pytest.mark.parametrize("share", [pytest.param(0, id="sample"), pytest.param(1, id="all", marks=pytest.mark.long)])
def test_no_file_of_strangers_passes(pki: pkis.Pki, folder: str, share: int) -> None:
    found = files(folder)
    if not found:
        pytest.skip(f"no corpora/{folder} beside the project")
    for path in found if share else found[:3]:
        report = boxed.validate_boxed(path, trust_files=[pki.directory / "root.pem"], at=AT)
        assert report.result is not reports.Result.PASSED, path.name
