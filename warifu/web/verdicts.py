"""A validation report as the pages show it 検証結果の表示."""

from collections.abc import Sequence
from dataclasses import dataclass

from warifu.pades import changes, explanations, reports

_TONES = {
    reports.Result.PASSED: ("done", "合格"),
    reports.Result.FAILED: ("stopped", "不合格"),
    reports.Result.INDETERMINATE: ("soon", "判定できません"),
}
_ONE = {
    reports.Result.PASSED: ("done", "有効"),
    reports.Result.FAILED: ("stopped", "無効"),
    reports.Result.INDETERMINATE: ("soon", "判定できません"),
}


@dataclass(frozen=True)
class Check:
    """One question and its answer 確かめたこと."""

    tone: str
    word: str
    text: str


@dataclass(frozen=True)
class Certificate:
    """One certificate of a chain 証明書."""

    report: reports.CertificateReport
    revocation: str


@dataclass(frozen=True)
class Signature:
    """One signature or timestamp with its sentences 署名."""

    report: reports.SignatureReport
    tone: str
    word: str
    meaning: str
    covers: str
    changes: tuple[str, ...]
    touched: bool
    chain: tuple[Certificate, ...]
    stamp_chain: tuple[Certificate, ...]


@dataclass(frozen=True)
class Verdict:
    """Passed, failed or cannot tell, with reasons and the next step 検証結果."""

    tone: str
    heading: str
    lead: str
    next_step: str
    checks: tuple[Check, ...]
    signatures: tuple[Signature, ...]
    left_out: int
    report: reports.ValidationReport

    @property
    def signed(self) -> list[Signature]:
        """Signatures of persons, in their order 署名."""
        return [one for one in self.signatures if one.report.kind == "signature"]

    @property
    def stamps(self) -> list[Signature]:
        """Document timestamps, in their order 文書タイムスタンプ."""
        return [one for one in self.signatures if one.report.kind != "signature"]


MOST = 50
"""A page tells so many signatures; a file may hold thousands."""


def verdict(report: reports.ValidationReport, *, concluded: bool = False) -> Verdict:
    """Turn a report into what the page says; `concluded` as in `explanations.of_report` 検証結果."""
    told = explanations.of_report(report, concluded=concluded)
    tone, _ = _TONES[report.result]
    shown = tuple(_signature(one) for one in report.signatures[:MOST])
    left_out = max(0, len(report.signatures) - MOST)
    return Verdict(tone, told.heading, told.lead, told.next_step, _checks(report), shown, left_out, report)


def _signature(one: reports.SignatureReport) -> Signature:
    tone, word = _ONE[one.result]
    stamp = one.timestamp
    return Signature(
        one,
        tone,
        word,
        explanations.of_signature(one),
        explanations.of_covers(one),
        tuple(explanations.of_changes(one.changes)),
        _touched(one),
        _chain(one.chain),
        _chain(stamp.chain) if stamp is not None and one.kind == "signature" else (),
    )


def _touched(one: reports.SignatureReport) -> bool:
    # The next party's visible seal fills a place kept for it; a signature that passed allowed it.
    expected = changes.HARMLESS | ({changes.Kind.VISIBLE_SIGNATURE} if one.result is reports.Result.PASSED else set())
    return any(change.kind not in expected for change in one.changes or ())


def _chain(found: Sequence[reports.CertificateReport]) -> tuple[Certificate, ...]:
    return tuple(Certificate(one, explanations.of_revocation(one.revocation)) for one in found)


def _checks(report: reports.ValidationReport) -> tuple[Check, ...]:
    if not report.signatures:
        return ()
    failed = report.result is reports.Result.FAILED
    # Validation data after the last signature is what a B-LT ends with.
    whole = report.covers_whole_file or not report.signatures[-1].modified_after
    tone, word = _TONES[report.result]
    if report.level is reports.Level.B_LTA:
        lasting = Check("done", "合格", "長く確かめられる情報（長期署名）が、PDFの中にそろっていること")
    elif failed:
        lasting = Check("idle", "未確認", "長期署名（変更または誤りが見つかったため、確認していません）")
    else:
        lasting = Check("soon", "なし", "長く確かめられる情報（長期署名）が、PDFの中にそろっていること")
    earlier = [one for one in report.signatures if one.earlier]
    whose = "契約の当事者の" if earlier else ""
    return (
        Check(
            tone, word, f"{whose}電子署名とタイムスタンプ（{len(report.signatures) - len(earlier)}件）が有効であること"
        ),
        *_checks_before(earlier),
        Check(
            "done" if whole else "stopped",
            "合格" if whole else "不合格",
            "最後の署名の後に、内容の付け足しがないこと",
        ),
        lasting,
    )


def _checks_before(earlier: Sequence[reports.SignatureReport]) -> tuple[Check, ...]:
    if not earlier:
        return ()
    found = {one.result for one in earlier}
    worst = next(
        one for one in (reports.Result.FAILED, reports.Result.INDETERMINATE, reports.Result.PASSED) if one in found
    )
    tone, word = _TONES[worst]
    return (Check(tone, word, f"合意の前から付いていた署名（{len(earlier)}件）が有効であること"),)
