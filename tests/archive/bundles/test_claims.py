"""What the maker of a bundle says beside the sealed files is held to what is proven, or told to be a claim."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warifu.archive import marks
from warifu.archive.bundles import layout, wording
from warifu.archive.bundles.checking import Outcome

from .conftest import Made
from .test_checking import Members, edited, failures, packed, verified
from .test_making import members

pytestmark = pytest.mark.django_db


def forged(member: str, *path: Any, **values: object) -> Callable[[Members], Members]:
    """A JSON member with some values changed at a place."""

    def change(m: Members) -> Members:
        told = json.loads(m[member])
        place = told
        for step in path:
            place = place[step]
        place |= values
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=member == layout.MANIFEST)
        return m | {member: f"{text}\n".encode()}

    return change


def replaced(member: str, old: str, new: str) -> Callable[[Members], Members]:
    return lambda m: m | {member: edited(m[member], old.encode(), new.encode())}


DATA, TEXT = "reports/contract-01.json", "reports/contract-01.txt"
CLAIMS: dict[str, tuple[Callable[[Members], Members], str, str]] = {
    "another person": (forged(DATA, "signatures", 0, party="別人 一郎"), "reports", DATA),
    "another service": (forged(DATA, "signatures", 0, signer="別人"), "reports", DATA),
    "another time": (forged(DATA, "signatures", 0, time="2020-01-01T00:00:00+00:00"), "reports", DATA),
    "more years": (forged(DATA, sealed_until="2099-01-01T00:00:00+00:00"), "reports", DATA),
    "another chain": (forged(DATA, "signatures", 0, "chain", 0, subject="別人"), "reports", DATA),
    "a member more": (forged(DATA, remark="確かめました"), "reports", DATA),
    "a moment without a zone": (forged(DATA, at="2026-01-01T00:00:00"), "reports", DATA),
    "another person in words": (replaced(TEXT, "工藤 正一", "別人 一郎"), "reports", TEXT),
    "another file in words": (lambda m: m | {TEXT: m["reports/contract-02.txt"]}, "reports", TEXT),
    "another title": (forged(layout.MANIFEST, title="別の工事"), "facts", "書き換えられたおそれ"),
    "another number": (forged(layout.MANIFEST, number="2026-9999"), "facts", "書き換えられたおそれ"),
    "another firm": (forged(layout.MANIFEST, counterparty="別の株式会社"), "facts", "書き換えられたおそれ"),
    "another day": (forged(layout.MANIFEST, concluded_at="2020-01-01T00:00:00+00:00"), "facts", "書き換え"),
    "no day": (forged(layout.MANIFEST, concluded_at="いつか"), "facts", "書き換えられたおそれ"),
}


@pytest.mark.parametrize("what", CLAIMS)
def test_a_claim_that_is_not_what_was_proven_is_found(made: Made, what: str, tmp_path: Path) -> None:
    change, code, word = CLAIMS[what]
    report = verified(made, packed(change(members(made.municipality))), tmp_path)
    assert report.outcome is Outcome.FAILED
    assert failures(report) == [code]
    assert report.proven is (code != "facts")
    assert word in "".join(check.sentence for check in report.checks if check.code == code)


def test_a_report_in_words_of_another_edition_is_told_to_be_a_claim(made: Made, tmp_path: Path) -> None:
    """Its words are not ours of today; whoever uses that to say something else is not believed either."""
    change = replaced(TEXT, f"報告の版　{wording.EDITION}", "報告の版　1")
    report = verified(made, packed(change(members(made.municipality))), tmp_path)
    assert report.outcome is Outcome.PASSED
    said = "".join(check.sentence for check in report.checks if check.code == "reports")
    assert TEXT in said
    assert "照合していません。包みの作成者の申告です" in said


def test_a_certificate_of_an_earlier_version_proves_no_title(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = marks.Marks.read(members(made.municipality)[layout.CERTIFICATE])
    assert found.facts
    older = marks.Marks(found.origin, found.files, found.trail)
    assert "facts" not in "".join(older.keywords())
    monkeypatch.setattr(marks.Marks, "read", lambda _: older)
    report = verified(made, made.municipality, tmp_path)
    assert report.outcome is Outcome.PASSED
    assert not report.proven
