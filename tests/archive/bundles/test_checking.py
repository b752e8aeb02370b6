"""What is done to a bundle is found, and said; what cannot be opened safely is not opened."""

import functools
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests import samples
from trialpki import authority
from warifu.archive.bundles import checking, layout, opening, packing
from warifu.archive.bundles.checking import Outcome
from warifu.audit import record
from warifu.cli import main
from warifu.pades import anatomy, reports, trust, validation

from .conftest import Made
from .test_making import members

pytestmark = pytest.mark.django_db
Members = dict[str, bytes]


@functools.cache
def looked_at(
    content: bytes, root: Path, at: Any, agreed_size: int
) -> tuple[reports.ValidationReport, dict[str, Any] | None]:
    """The same code as in the box, once for each content; the box itself is one test's matter."""
    report = validation.validate(content, trust=trust.TrustAnchors.load([root]), at=at, agreed_size=agreed_size)
    try:
        return report, anatomy.summary(anatomy.dissect(io.BytesIO(content)))
    except Exception:
        return report, None


def verified(made: Made, content: bytes, folder: Path, *, root: Path | None = None) -> checking.BundleReport:
    file = folder / "bundle.zip"
    file.write_bytes(content)
    anchors = root or made.root

    def examine(
        path: Path, *, agreed_size: int = 0, at: datetime | None = None
    ) -> tuple[reports.ValidationReport, dict[str, Any] | None]:
        return looked_at(path.read_bytes(), anchors, at or made.at, agreed_size)

    return checking.verify(file, trust_files=[anchors], examine=examine)


def packed(found: Members) -> bytes:
    """Members as somebody packs them who knows the format, with lists that fit."""
    manifest = json.loads(found[layout.MANIFEST])
    titles = {one["name"]: one["title"] for one in manifest["members"]}
    target = io.BytesIO()
    with packing.Packer(target) as packer:
        for name, content in found.items():
            if name not in layout.UNLISTED:
                packer.add(name, content, title=titles.get(name, "追加"))
        told = {name: value for name, value in manifest.items() if name not in ("format", "members")}
        packer.close_with(layout.Manifest(members=tuple(packer.members), **told))
    return target.getvalue()


def zipped(found: Members, *, method: int = zipfile.ZIP_STORED) -> bytes:
    """Members as any program packs them; the lists stay as they are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return target.getvalue()


def failures(report: checking.BundleReport) -> list[str]:
    return [check.code for check in report.checks if not check.passed]


@pytest.mark.parametrize("side", ["municipality", "counterparty", "renewed"])
def test_an_untouched_bundle_passes_for_both_sides_and_after_a_renewal(made: Made, side: str, tmp_path: Path) -> None:
    report = verified(made, getattr(made, side), tmp_path)
    assert failures(report) == []
    assert report.outcome is Outcome.PASSED
    assert report.number == "2026-0160"
    said = "".join(check.sentence for check in report.checks)
    assert "署名後に変更されていません" in said
    assert report.proven
    assert "締結証明書のタイムスタンプで守られています" in said


def test_a_bundle_that_was_packed_again_by_any_program_passes_too(made: Made, tmp_path: Path) -> None:
    again = zipped(members(made.municipality), method=zipfile.ZIP_DEFLATED)
    assert verified(made, again, tmp_path).outcome is Outcome.PASSED
    assert packed(members(made.municipality)) == made.municipality


def edited(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new, 1)


def closed(log: bytes, place: int, **changes: object) -> bytes:
    """One line changed, and the whole chain after it made to fit again."""
    lines = log.splitlines(keepends=True)
    previous = ""
    for number in range(place, len(lines)):
        told = json.loads(lines[number])
        told.pop("digest")
        told |= changes if number == place else {"previous": previous}
        previous = told["digest"] = record.digest_of(told)
        lines[number] = record.canonical(told) + b"\n"
    return b"".join(lines)


def swapped_lines(log: bytes) -> bytes:
    lines = log.splitlines(keepends=True)
    return b"".join([*lines[:3], lines[4], lines[3], *lines[5:]])


# Each of these is done by somebody who knows the format and makes all lists fit again.
KNOWING: dict[str, tuple[Callable[[Members], Members], str, str]] = {
    "swapped documents": (
        lambda m: (
            m
            | {
                "documents/contract-01.pdf": m["documents/contract-02.pdf"],
                "documents/contract-02.pdf": m["documents/contract-01.pdf"],
            }
        ),
        "certificate",
        "差し替えられたおそれ",
    ),
    "another document": (
        lambda m: m | {"documents/contract-01.pdf": samples.contract()},
        "document",
        "署名がありません",
    ),
    "a changed document": (
        lambda m: m | {"documents/contract-01.pdf": edited(m["documents/contract-01.pdf"], b"/MediaBox", b"/MediaBoy")},
        "document",
        "documents/contract-01.pdf",
    ),
    "one document less": (
        lambda m: {name: content for name, content in m.items() if "contract-02" not in name},
        "certificate",
        "documents/contract-02.pdf",
    ),
    "one document more": (
        lambda m: m | {"documents/contract-03.pdf": m["documents/contract-01.pdf"]},
        "certificate",
        "documents/contract-03.pdf",
    ),
    "a contract as certificate": (
        lambda m: m | {"documents/certificate.pdf": m["documents/contract-01.pdf"]},
        "certificate",
        "照合のための値がありません",
    ),
    "an edited line": (
        lambda m: m | {layout.EVENTS: edited(m[layout.EVENTS], "工藤 正一".encode(), "工藤 正二".encode())},
        "log",
        "書き換えられています",
    ),
    "an edited line in a chain that fits again": (
        lambda m: m | {layout.EVENTS: closed(m[layout.EVENTS], 3, at="2026-01-01T00:00:00.000000Z")},
        "log",
        "締結証明書に記された値と異なります",
    ),
    "an edited end after the certificate": (
        lambda m: (
            m
            | {
                layout.EVENTS: closed(
                    m[layout.EVENTS],
                    len(m[layout.EVENTS].splitlines()) - 1,
                    facts={"origin": "agreement:0", "number": "", "digests": []},
                )
            }
        ),
        "log",
        "についてのものではありません",
    ),
    "lines in another order": (
        lambda m: m | {layout.EVENTS: swapped_lines(m[layout.EVENTS])},
        "log",
        "順序が入れ替わっています",
    ),
    "a line left out": (
        lambda m: m | {layout.EVENTS: b"".join(m[layout.EVENTS].splitlines(keepends=True)[1:])},
        "log",
        "含みません",
    ),
    "an empty log": (lambda m: m | {layout.EVENTS: b""}, "log", "行がありません"),
    "a log of no text": (lambda m: m | {layout.EVENTS: b"\xff\n"}, "log", "読めません"),
    "a token of another document": (
        lambda m: m | {"signatures/contract-01/01.token.der": m["signatures/contract-02/01.token.der"]},
        "parts",
        "signatures/contract-01/01.token.der",
    ),
    "revocation data of one's own": (
        lambda m: m | {"revocation/ocsp-01.der": b"good"},
        "parts",
        "revocation/ocsp-01.der",
    ),
    "a certificate of one's own": (
        lambda m: m | {"certificates/01.pem": b"none"},
        "parts",
        "certificates/01.pem",
    ),
    "replaced anchors": (
        lambda m: m | {layout.ANCHORS: m["certificates/all.pem"]},
        "anchors",
        "指定された認証局の証明書と異なります",
    ),
    "a report of one's own": (
        lambda m: m | {"reports/contract-01.json": m["reports/contract-02.json"]},
        "reports",
        "実際の検証結果と異なります",
    ),
}


@pytest.mark.parametrize("what", KNOWING)
def test_whatever_is_done_to_the_content_is_found_though_all_lists_fit(made: Made, what: str, tmp_path: Path) -> None:
    change, code, word = KNOWING[what]
    report = verified(made, packed(change(members(made.municipality))), tmp_path)
    assert report.outcome is Outcome.FAILED
    assert code in failures(report)
    assert word in "".join(check.sentence for check in report.checks if check.code == code)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda m: {name: content for name, content in m.items() if name != layout.EVENTS}, "ファイルがありません"),
        (lambda m: {name: content for name, content in m.items() if name != layout.SUMS}, "SHA256SUMS"),
        (lambda m: m | {"documents/extra.pdf": b"x"}, "目録にないファイル"),
        (lambda m: m | {layout.SUMS: b"x"}, "内容が目録と異なります：SHA256SUMS"),
        (lambda m: m | {"README-ja.txt": b"x"}, "内容が目録と異なります：README-ja.txt"),
    ],
)
def test_files_that_are_not_those_of_the_list_are_named(
    made: Made, change: Callable[[Members], Members], word: str, tmp_path: Path
) -> None:
    report = verified(made, zipped(change(members(made.municipality))), tmp_path)
    assert report.outcome is Outcome.FAILED
    assert failures(report) == ["members"]
    assert word in report.checks[0].sentence


def test_a_bit_changed_in_the_zip_names_the_file(made: Made, tmp_path: Path) -> None:
    content = bytearray(made.municipality)
    content[content.index(b"%PDF") + 3000] ^= 1
    report = verified(made, bytes(content), tmp_path)
    assert "documents/contract-01.pdf" in report.checks[0].sentence


def bomb(found: Members) -> bytes:
    return zipped({"bomb.txt": bytes(64 << 20)} | found, method=zipfile.ZIP_DEFLATED)


def named(found: Members, name: str) -> bytes:
    return zipped({name: b"x"} | found)


def encrypted(content: bytes) -> bytes:
    """The flag of a password, in the directory."""
    place = content.index(b"PK\x01\x02") + 8
    return content[:place] + bytes([content[place] | 1]) + content[place + 1 :]


def linked(found: Members) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        for name, content in found.items():
            archive.writestr(name, content)
    return target.getvalue()


def overlapping(content: bytes) -> bytes:
    """Two names for one place."""
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    return content[: second + 42] + content[first + 42 : first + 46] + content[second + 46 :]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda content: content[: len(content) // 2], "truncated"),
        (lambda content: content[:-1], "truncated"),
        (lambda content: b"", "truncated"),
        (lambda content: b"%PDF-1.7 " + bytes(500), "truncated"),
        (lambda content: content + b"x", "overlap"),
        (lambda content: b"x" + content, "overlap"),
        (overlapping, "overlap"),
        (encrypted, "encrypted"),
        (lambda content: bomb(members(content)), "bomb"),
        (lambda content: linked(members(content)), "unsafe_member"),
        (lambda content: named(members(content), "../../evil.sh"), "unsafe_name"),
        (lambda content: named(members(content), "/etc/passwd"), "unsafe_name"),
        (lambda content: named(members(content), "a\\..\\b"), "unsafe_name"),
        (lambda content: named(members(content), "documents/.hidden"), "unsafe_name"),
        (lambda content: named(members(content), "契約書.pdf"), "unsafe_name"),
        (lambda content: zipped({"a.txt": b"x"}), "no_manifest"),
        (lambda content: zipped(members(content) | {layout.MANIFEST: b"{}"}), "no_manifest"),
        (lambda content: zipped(members(content) | {layout.MANIFEST: b"[" * 100_000}), "no_manifest"),
    ],
)
def test_what_cannot_be_opened_safely_is_refused_with_its_reason(
    made: Made, make: Callable[[bytes], bytes], code: str, tmp_path: Path
) -> None:
    report = verified(made, make(made.municipality), tmp_path)
    assert report.outcome is Outcome.UNREADABLE
    assert failures(report) == [code]
    assert report.checks[0].sentence.endswith("。")


def test_two_members_of_one_name_are_refused(made: Made, tmp_path: Path) -> None:
    target = io.BytesIO(made.municipality)
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("README-ja.txt", "x")
    assert failures(verified(made, target.getvalue(), tmp_path)) == ["twice"]


def test_no_bit_of_the_zip_can_change_without_being_noticed_or_without_meaning(made: Made, tmp_path: Path) -> None:
    """Where a changed bit passes (a clock or an attribute in a header), every file is still the same."""
    same = members(made.municipality)
    step = len(made.municipality) // 150
    for place in range(0, len(made.municipality), step):
        content = bytearray(made.municipality)
        content[place] ^= 1 << (place % 8)
        if verified(made, bytes(content), tmp_path).outcome is Outcome.PASSED:
            assert members(bytes(content)) == same, place


def test_with_the_anchors_of_somebody_else_nothing_passes(made: Made, tmp_path: Path) -> None:
    authority.create(tmp_path / "other", made.at)
    report = verified(made, made.municipality, tmp_path, root=tmp_path / "other" / "root.pem")
    assert report.outcome is Outcome.FAILED
    assert {"document", "anchors"} <= set(failures(report))
    said = "".join(check.sentence for check in report.checks if not check.passed)
    assert "指定された認証局につながりません" in said


def test_the_command_answers_in_plain_words_and_with_its_status(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "evidence.zip"
    file.write_bytes(zipped(members(made.counterparty) | {layout.EVENTS: b""}))
    assert main(["verify-bundle", str(file), "--trust", str(made.root), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "failed"
    assert [check["code"] for check in told["checks"] if not check["passed"]] == ["members"]
    file.write_bytes(b"")
    assert main(["verify-bundle", str(file), "--trust", str(made.root)]) == 2
    assert "ZIPファイルとして読めません" in capsys.readouterr().out
    assert main(["verify-bundle", str(tmp_path / "none.zip")]) == 2
    assert main(["verify-bundle", str(file), "--trust", str(tmp_path / "none.pem")]) == 2
    (tmp_path / "rubbish.pem").write_text("-----BEGIN CERTIFICATE-----")
    assert main(["verify-bundle", str(file), "--trust", str(tmp_path / "rubbish.pem")]) == 2
    assert main(["verify-bundle", str(file), "--at", "きのう"]) == 2


@pytest.mark.long  # six processes; the main job in the browser ends with the same command
def test_the_command_passes_a_good_bundle(made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "evidence.zip"
    file.write_bytes(made.counterparty)
    assert main(["verify-bundle", str(file), "--trust", str(made.root)]) == 0
    said = capsys.readouterr().out
    assert "合格：収められた契約書と監査証跡は、締結のときのままです。" in said
    assert "×" not in said


def test_a_large_document_is_packed_without_being_held_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    source = tmp_path / "large.pdf"
    with source.open("wb") as file:
        file.truncate(200 << 20)
    tracemalloc.start()
    with (tmp_path / "large.zip").open("wb") as target, packing.Packer(target) as packer, source.open("rb") as file:
        packer.add_stream("documents/contract-01.pdf", file, size=200 << 20, title="大きな契約書")
    with opening.Opened(tmp_path / "large.zip") as opened:
        digest = hashlib.sha256()
        for chunk in opened.chunks("documents/contract-01.pdf"):
            digest.update(chunk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert digest.hexdigest() == packer.members[0].sha256
    assert peak < 20 << 20
    shutil.rmtree(tmp_path)
