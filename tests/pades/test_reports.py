"""The report as others read it: its JSON is what the manual says, every word has a sentence. 検証報告の試験"""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from tests.pades import forging
from warifu.archive import findings
from warifu.pades import changes, explanations, reports, validation

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "validation-report.md"
SECTIONS = {
    "全体": reports.ValidationReport,
    "署名・タイムスタンプ（`signatures`）": reports.SignatureReport,
    "タイムスタンプ（`timestamp`）": reports.TimestampReport,
    "証明書（`chain`）": reports.CertificateReport,
    "失効の状態（`revocation`）": reports.RevocationReport,
    "変更（`changes`）": reports.Change,
}
HEAD = ["format", "version", "indication"]


def told(title: str) -> list[str]:
    """First column of the first table below a heading. 説明書の項目"""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", section.strip().split("\n\n")[0], re.MULTILINE)


@pytest.mark.parametrize("title", SECTIONS)
def test_every_member_of_the_json_stands_in_the_manual_in_its_order(title: str) -> None:
    members = [field.name for field in dataclasses.fields(SECTIONS[title])]
    assert told(title) == (HEAD + members if title == "全体" else members)


def test_every_kind_of_change_stands_in_the_manual_and_has_words() -> None:
    text = PAGE.read_text(encoding="utf-8")
    other = explanations.of_changes([reports.Change("other")])
    for kind in changes.Kind:
        assert f"| `{kind.value}` |" in text
        assert kind is changes.Kind.OTHER or explanations.of_changes([reports.Change(kind.value)]) != other


def report() -> reports.ValidationReport:
    sealed = forging.archived(forging.consented(forging.document(forging.CONTRACT)))
    return validation.validate(sealed, trust=forging.authority().trust, at=forging.AT)


def test_the_json_begins_with_its_form_and_comes_back_whole() -> None:
    found = report()
    plain = json.loads(json.dumps(found.as_json(), ensure_ascii=False))
    assert list(plain)[:3] == HEAD
    assert (plain["format"], plain["version"], plain["indication"]) == ("warifu-validation-report", 2, "TOTAL-PASSED")
    assert reports.ValidationReport.from_json(plain) == found
    with pytest.raises(ValueError, match="another form"):
        reports.ValidationReport.from_json({**plain, "version": 1})


def test_a_signature_tells_what_it_rests_on() -> None:
    first, last = report().signatures
    assert first.timestamp is not None
    assert (first.timestamp.serial, first.timestamp.policy) == ("1", "1.3.6.1.4.1.32473.9")
    assert [one.subject for one in first.chain] == ["CN=rehearsal signer", "CN=rehearsal root"]
    assert [one.revocation.status for one in first.chain] == ["good", "exempt"]
    assert (first.chain[0].revocation.source, first.chain[0].revocation.origin) == ("crl", "file")
    assert (first.algorithm, first.digest_algorithm, last.kind) == ("P-256", "SHA-256", "timestamp")
    assert first.covers[0] == 0
    assert len(first.covers) == 4


def test_the_paper_is_the_same_for_the_same_report_and_bears_strange_names() -> None:
    found = report()
    name = '#set page(1) "契約書" \\ *x* ' + "あ" * 1000 + "\u202e\x00.pdf"
    paper = findings.render(found, name=name, size=1234, trial=False)
    assert paper == findings.render(found, name=name, size=1234, trial=False)
    assert paper.startswith(b"%PDF-1.7")
    bare = dataclasses.replace(
        found, signatures=(), result=reports.Result.INDETERMINATE, problem="unsigned", pages=None
    )
    assert findings.render(bare, name="x.pdf", size=0, trial=True).startswith(b"%PDF")


@pytest.mark.parametrize(
    "problem", ["unsigned", "hybrid", "encrypted", "check_stopped", "unclear_addition", "anything"]
)
def test_every_verdict_says_what_to_do_next(problem: str) -> None:
    found = dataclasses.replace(report(), result=reports.Result.INDETERMINATE, problem=problem)
    told_ = explanations.of_report(found)
    assert told_.heading
    assert told_.lead.endswith("。")
    assert told_.next_step.endswith("。")
