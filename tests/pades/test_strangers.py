"""Files of strangers: judged row by row, never believed without trust, and never a burden. 外部の文書の試験"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.pades import forging, test_corpora
from warifu.pades import boxed, certificates, constraints, evidence, reports, sunsets, trust, validation

AT = test_corpora.AT
TABLE = Path(__file__).with_name("strangers.tsv")
NOBODY = trust.TrustAnchors(roots=())


ORDINARY = 5
"""Each so many rows one is judged in an ordinary run; all of them in a long one."""


def rows(*, ordinary: int = 1) -> list[object]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines, delimiter="\t"))
    return [
        pytest.param(
            row, id=row["file"], marks=[*absent(row["file"]), *([pytest.mark.long] if place % ordinary else [])]
        )
        for place, row in enumerate(table)
    ]


def absent(file: str) -> list[pytest.MarkDecorator]:
    there = (test_corpora.CORPORA / file).exists()
    return [] if there else [pytest.mark.skip(reason="no corpora beside the project")]


def own_roots(data: bytes) -> tuple[x509.Certificate, ...]:
    """What ends the chains that came with a file; trusted, nothing but the file decides. 文書自身のルート"""
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        relied = [one for signature in reader.embedded_signatures for one in certificates.relied_on(signature)]
        held = [*(one for end, others, _ in relied for one in (end, *others)), *evidence.stored_in(reader).certificates]
    except Exception:  # an unreadable file brings no roots
        return ()
    subjects = {one.subject.hashable for one in held}
    ends = {one.sha256: one for one in held if one.self_issued or one.issuer.hashable not in subjects}
    return tuple(ends.values())


@pytest.mark.parametrize("row", rows(ordinary=ORDINARY))
def test_a_file_of_strangers_is_judged_as_the_table_says(row: Mapping[str, str]) -> None:
    data = (test_corpora.CORPORA / row["file"]).read_bytes()
    alone = validation.validate(data, trust=NOBODY, at=AT)
    assert alone.result is not reports.Result.PASSED
    assert f"{alone.result} {alone.problem}" == row["without_trust"]
    trusted = validation.validate(data, trust=trust.TrustAnchors(roots=own_roots(data)), at=AT)
    # Which of several things is missing depends on the order of the certificates in the file.
    assert trusted.result == row["own_root_trusted"].split()[0]


@pytest.mark.parametrize("row", rows())
def test_the_table_agrees_with_what_is_expected_of_the_file(row: Mapping[str, str]) -> None:
    expected = expectations()[row["file"]]
    trusted = row["own_root_trusted"]
    if row["file"].startswith("sig-attack/") or "intact=False" in expected or "mod=OTHER" in expected:
        assert not trusted.startswith("passed")
    elif "intact=True" in expected and "mod=FORM_FILLING" not in expected and row["file"] not in UNLISTED:
        assert not trusted.startswith("failed"), "an intact file is not called altered"


UNLISTED = {"sig-validate/5fa7bd9e6915.pdf", "sig-validate/ce3f3ca7d109.pdf"}
"""Bytes that no cross-reference names were appended: intact for the standard, and more than we can account for."""


def expectations() -> dict[str, str]:
    with (test_corpora.CORPORA / "SOURCES.tsv").open(encoding="utf-8", newline="") as lines:
        found = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: row["expected"] for row in found}


# -- burdens -----------------------------------------------------------------------------------------------------------


def document(objects: Mapping[int, bytes]) -> bytes:
    """`forging.document` for very many objects, numbered without gaps but after those of the contract. 大きな文書"""
    parts, places, length = [b"%PDF-1.7\n"], {}, 9
    for number, content in objects.items():
        places[number] = length
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        length += len(parts[-1])
    rows = [b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())]
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, length)
    return b"".join([*parts, b"xref\n0 1\n0000000000 65535 f \n", *rows, end])


def web_of_references() -> bytes:
    """Forty levels, each named twice by the one above: 2^40 ways to the last. 参照の網"""
    links = {number: b"<</A %d 0 R/B %d 0 R>>" % (number + 1, number + 1) for number in range(20, 60)}
    catalogue = b"<</Type/Catalog/Pages 2 0 R/Web 20 0 R>>"
    return forging.document({**forging.CONTRACT, 1: catalogue, **links, 60: b"<<>>"})


def many_fields(count: int) -> bytes:
    """So many fields of a form. 多数の入力欄"""
    fields = {10 + number: b"<</FT/Tx/T(f%d)/V(1)>>" % number for number in range(count)}
    listed = b" ".join(b"%d 0 R" % number for number in fields)
    return forging.document(
        {
            **forging.CONTRACT,
            1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>",
            6: b"<</Fields[%s]>>" % listed,
            **fields,
        }
    )


def many_pages(count: int) -> bytes:
    """Pages that share everything, in one flat tree. 多数のページ"""
    page = forging.PAGE
    pages = {10 + number: page for number in range(count)}
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    objects = {**forging.CONTRACT, 2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), **pages}
    del objects[3]
    return document(objects)


def changed_after(data: bytes) -> bytes:
    """Signed, changed, archived: the difference has to be looked at. 署名後の変更"""
    signed = forging.consented(data)
    catalogue = forging.current(signed, 1)
    return forging.archived(forging.updated(signed, {1: catalogue[:-2] + b"/PageMode/UseNone>>"}))


def boxed_report(data: bytes, folder: Path, *, seconds: float = 30) -> reports.ValidationReport:
    path = folder / "stranger.pdf"
    path.write_bytes(data)
    root = folder / "root.der"
    root.write_bytes(forging.authority().trust.roots[0].dump())
    return boxed.validate_boxed(path, trust_files=[root], at=forging.AT, seconds=seconds)


@pytest.mark.parametrize(
    ("make", "seconds"),
    [
        (web_of_references, 4),
        (lambda: many_fields(2_000), 30),
        (lambda: many_pages(500), 30),
        pytest.param(web_of_references, 30, marks=pytest.mark.long),
        pytest.param(lambda: many_fields(20_000), 30, marks=pytest.mark.long),
        pytest.param(lambda: many_pages(100_000), 30, marks=pytest.mark.long),
    ],
    ids=["web", "fields", "pages", "web for long", "twenty thousand fields", "hundred thousand pages"],
)
def test_a_burdensome_file_with_a_change_is_answered(tmp_path: Path, make: Callable[[], bytes], seconds: float) -> None:
    """In the box: whatever it does, it ends within its seconds and 1.5 GB, and is not passed."""
    report = boxed_report(changed_after(make()), tmp_path, seconds=seconds)
    assert report.result is not reports.Result.PASSED


def test_many_untouched_pages_are_no_burden(tmp_path: Path) -> None:
    sealed = forging.archived(forging.consented(many_pages(1_000)))
    report = boxed_report(sealed, tmp_path)
    assert (report.result, report.pages) == (reports.Result.PASSED, 1_000)


@pytest.mark.long
def test_a_hundred_thousand_untouched_pages_are_answered_or_stopped(tmp_path: Path) -> None:
    """Reading them takes 30 seconds on a slow machine: then the box says so, and no page hangs."""
    report = boxed_report(forging.archived(forging.consented(many_pages(100_000))), tmp_path)
    assert report.result is reports.Result.PASSED or report.problem == "check_stopped"


def test_a_container_that_unpacks_to_very_much_is_answered(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(1 << 28), 9)
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(bomb), bomb)
    data = forging.document({**forging.CONTRACT, 6: stream})
    report = boxed_report(forging.updated(data, {7: b"<</ByteRange[0 1 2 3]>>"}), tmp_path)
    assert report.result is not reports.Result.PASSED


# -- algorithms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "year", "ended"),
    [
        (["sha1"], 2013, False),
        (["sha1"], 2014, True),
        (["rsa-1024"], 2026, True),
        (["rsa-2048", "sha256"], 2030, False),
        (["rsa-2048", "sha256"], 2031, True),
        (["p-256", "sha256"], 2050, False),
        (["p-256", "sha256"], 2051, True),
        (["ed448", "shake256"], 2060, False),
        (["whirlpool"], 2026, True),
    ],
)
def test_an_algorithm_counts_until_the_end_of_its_year(names: list[str], year: int, ended: bool) -> None:
    moment = forging.AT.replace(year=year, month=12, day=31) if not ended else forging.AT.replace(year=year)
    assert constraints.Dated(sunsets.TABLE).ended(names, moment) is ended


def test_a_sealed_file_does_not_outlive_its_algorithm() -> None:
    """The rehearsal's key is P-256; an operator who gives it up has its seals refused, and is told why."""
    sealed = forging.archived(forging.consented(forging.document(forging.CONTRACT)))
    table = sunsets.Sunsets(brought_forward={"p-256": forging.AT.date().replace(year=2020)})
    report = validation.validate(sealed, trust=forging.authority().trust, at=forging.AT, table=table)
    assert report.result is reports.Result.INDETERMINATE
    assert (report.signatures[0].sub_indication or "").startswith("CRYPTO_CONSTRAINTS_FAILURE")
