"""A validation report in words that a contract officer understands 検証結果の説明."""

from dataclasses import dataclass
from datetime import datetime

from warifu.pades import reports


@dataclass(frozen=True)
class Check:
    """One question and its answer 確かめたこと."""

    tone: str
    word: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """Passed, failed or cannot tell, with reasons and the next step 検証結果."""

    tone: str
    heading: str
    lead: str
    next_step: str
    checks: tuple[Check, ...]
    report: reports.ValidationReport

    @property
    def signed(self) -> list[reports.SignatureReport]:
        """Signatures of persons, in their order 署名."""
        return [one for one in self.report.signatures if one.kind == "signature"]

    @property
    def stamps(self) -> list[reports.SignatureReport]:
        """Document timestamps, in their order 文書タイムスタンプ."""
        return [one for one in self.report.signatures if one.kind != "signature"]


_PROBLEMS = {
    "unsigned": (
        "電子署名がありません",
        "このPDFには電子署名が付いていないため、締結済みの契約書かどうかを判定できません。",
        "受け取ったファイルそのものか確かめてください。印刷して取り込んだPDFや、別名で保存し直したPDFは検証できません。",
    ),
    "nobody_signed": (
        "合意した方の署名がありません",
        "このPDFには時刻の記録（タイムスタンプ）だけがあり、誰かが合意したことを示す電子署名がありません。",
        "契約書として使わず、送り主から受け取り直すか、締結した市町へ確かめてください。",
    ),
    "check_stopped": (
        "検証を終えられませんでした",
        "ファイルの作りが複雑なため、決められた時間と大きさの中で検証を終えられませんでした。",
        "受け取ったファイルそのものか確かめ、続くときはヘルプデスクへご連絡ください。",
    ),
    "encrypted": (
        "パスワードなどで保護されています",
        "パスワードや操作の制限が設定されているため、内容を読み取れません。",
        "保護のない、受け取ったファイルそのものを選び直してください。",
    ),
    "unreadable": (
        "PDFとして読めません",
        "このファイルはPDFではないか、壊れています。",
        "受け取ったPDFファイルそのものを選び直してください。",
    ),
}
_UNKNOWN = (
    "判定できません",
    "署名の形は読み取れましたが、有効であることを最後まで確かめられませんでした。",
    "署名した認証局が、この検証ページで信頼する一覧にないことがあります。発行元へ確かめてください。",
)


def verdict(report: reports.ValidationReport, *, at: datetime) -> Verdict:
    """Turn a report into what the page says 検証結果."""
    match report.result:
        case reports.Result.PASSED:
            return Verdict(
                "done",
                "この文書は締結後に変更されていません" if _parties(report) else "この文書は署名後に変更されていません",
                "すべての電子署名とタイムスタンプが有効です。",
                "",
                _checks(report),
                report,
            )
        case reports.Result.FAILED:
            return Verdict(
                "stopped",
                "この文書は有効と認められません",
                "電子署名の後に内容が変更されたか、署名そのものが正しくありません。",
                "このファイルを使わず、送り主から受け取り直すか、締結した市町へ確かめてください。",
                _checks(report),
                report,
            )
        case _:
            heading, lead, next_step = _PROBLEMS.get(report.problem or "", _UNKNOWN)
            return Verdict("soon", heading, lead, next_step, _checks(report), report)


def _parties(report: reports.ValidationReport) -> bool:
    """Whether anybody's consent is in it; a certificate of conclusion names none."""
    return any(one.party for one in report.signatures)


def _checks(report: reports.ValidationReport) -> tuple[Check, ...]:
    if not report.signatures:
        return ()
    passed = report.result is reports.Result.PASSED
    failed = report.result is reports.Result.FAILED
    long_term = report.level is reports.Level.B_LTA
    whole = report.covers_whole_file
    tone, word = ("done", "合格") if passed else ("stopped", "不合格") if failed else ("soon", "判定できません")
    if long_term:
        lasting = Check("done", "合格", "長く確かめられる情報（長期署名）が、PDFの中にそろっていること")
    elif failed:
        lasting = Check("idle", "未確認", "長期署名（変更または誤りが見つかったため、確認していません）")
    else:
        lasting = Check("soon", "なし", "長く確かめられる情報（長期署名）が、PDFの中にそろっていること")
    return (
        Check(tone, word, f"電子署名とタイムスタンプ（{len(report.signatures)}件）が有効であること"),
        Check(
            "done" if whole else "stopped",
            "合格" if whole else "不合格",
            "最後の署名の後に、内容の付け足しがないこと",
        ),
        lasting,
    )
