"""What the check of a bundle says to people 証拠一式の検証の文言."""

from collections.abc import Sequence

from warifu.archive.marks import Trail
from warifu.audit.chain import Problem
from warifu.audit.extracts import ExtractReport
from warifu.japan import calendar
from warifu.pades import reports

from . import layout

_ASK = "作成元から受け取り直し、それでも同じ場合は、この一式を証拠として使用しないでください。"
_ELSEWHERE = "「warifu verify」で、このPDFだけを詳しく検証できます。"
NO_MANIFEST = (
    f"証拠一式の目録（{layout.MANIFEST}）を読めません。割符が作成した証拠一式のZIPファイルを指定してください。"
)
NO_MARKS = f"締結証明書に、照合のための値がありません。ほかの証明書に差し替えられたおそれがあります。{_ASK}"
LOG_UNREADABLE = f"監査証跡（{layout.EVENTS}）を読めません。{_ASK}"
LOG_OF_OTHERS = f"監査証跡が、収められた契約書と締結証明書についてのものではありません。{_ASK}"
NO_TRUST = "信頼する認証局が指定されていません。ご自身で入手した認証局の証明書（PEM）を、--trust で指定してください。"
ANCHORS = (
    f"収められた認証局の証明書（{layout.ANCHORS}）が、指定された認証局の証明書と異なります。"
    "差し替えられたおそれがあります。認証局から直接入手した証明書だけを信頼してください。"
)
_CHAIN = {
    Problem.ALTERED: "第{}号の内容が書き換えられています",
    Problem.GAP: "第{}号の行がないか、順序が入れ替わっています",
    Problem.UNLINKED: "第{}号が、その前の行につながりません",
    Problem.FOREIGN: "第{}号は、別の台帳の行です",
    Problem.UNREADABLE: "第{}号の行を読めません",
    Problem.TAIL_UNKNOWN: "第{}号の値が、締結証明書に記された値と異なります",
    Problem.TAIL_CUT: "締結証明書に記された行までそろっていません（第{}号がありません）",
}
_NO_CHAIN = "署名者の証明書が、指定された認証局につながりません"
_NO_POE = "署名の時点で証明書が有効だったことを、収められた情報だけでは確かめられません"
_PDF = {
    "modified_after_signing": "署名の後に変更されています",
    "not_covered": "署名の範囲外にデータがあります",
    "hash_failure": "署名された内容から変更されています",
    "signature_hidden": "署名が隠されています",
    "container_altered": "署名そのものが書き換えられています",
    "container_odd": "署名データの形式が規格に沿っていません",
    "unsigned": "署名がありません",
    "unreadable": "PDFとして読めません",
    "no_certificate_chain_found": _NO_CHAIN,
    "no_certificate_chain_found_no_poe": _NO_CHAIN,
    "certificate_chain_general_failure": _NO_CHAIN,
    "certificate_chain_general_failure_no_poe": _NO_CHAIN,
    "sig_crypto_failure": "署名の値が正しくありません",
    "format_failure": "署名の形式が正しくありません",
    "no_poe": _NO_POE,
    "out_of_bounds_no_poe": _NO_POE,
    "revoked_no_poe": "署名者の証明書が失効しています",
    "try_later": "証明書が失効していないことを、収められた情報だけでは確かめられません",
    "nobody_signed": "タイムスタンプだけがあり、署名がありません",
    "check_stopped": "検証が時間内に終わりませんでした",
}


def members(*, missing: Sequence[str], extra: Sequence[str], changed: Sequence[str]) -> str | None:
    """What differs from the list of files, or None 目録との違い."""
    told = [
        f"{what}：{'、'.join(names[:5])}{f' ほか{len(names) - 5}件' if len(names) > 5 else ''}"
        for what, names in (
            ("目録にあるファイルがありません", missing),
            ("目録にないファイルがあります", extra),
            ("内容が目録と異なります", changed),
        )
        if names
    ]
    return f"{'。'.join(told)}。{_ASK}" if told else None


def document(name: str, report: reports.ValidationReport) -> str | None:
    """Why a PDF does not pass, or None 書類の検証結果."""
    if report.result is reports.Result.PASSED:
        return None
    why = _PDF.get(report.problem or "", f"検証に合格しません（{report.problem}）")
    return f"{name}：{why}。{_ELSEWHERE}"


def passed(name: str, report: reports.ValidationReport) -> str:
    """That a PDF passes, and until when 書類の合格."""
    signed = sum(one.kind == "signature" for one in report.signatures)
    until = (
        f"有効性の期限は{calendar.wareki(calendar.day_in_japan(report.sealed_until))}です。"
        if report.sealed_until
        else ""
    )
    return f"{name}：電子署名{signed}個とタイムスタンプを検証しました。署名後に変更されていません。{until}"


def swapped(names: Sequence[str]) -> str:
    """The certificate speaks of other files 差し替え."""
    return f"締結証明書に記された契約書と異なります（{'、'.join(names)}）。差し替えられたおそれがあります。{_ASK}"


def log(found: ExtractReport, trail: Trail) -> str | None:
    """What is wrong with the event log, or None 監査証跡の異常."""
    if found.last == 0 and found.problem is None:
        return f"監査証跡に行がありません。{_ASK}"
    if found.problem is not None:
        return f"監査証跡：{_CHAIN[found.problem].format(found.broken_at)}。{_ASK}"
    if found.ledger != trail.ledger or found.first > trail.first:
        return f"監査証跡が、締結証明書に記された範囲（第{trail.first}号から）を含みません。{_ASK}"
    return None


def log_intact(found: ExtractReport, trail: Trail) -> str:
    """What the event log proves 監査証跡の健全性."""
    return (
        f"監査証跡：台帳{found.ledger}の第{found.first}号から第{found.last}号まで連続しています"
        f"（開示{found.full}行、伏せた行{found.withheld}行）。第{trail.last}号までは、締結証明書のタイムスタンプで守られています。"
    )


def parts(names: Sequence[str]) -> str:
    """Something beside the PDFs is not theirs 部品の不一致."""
    return f"PDFから取り出した部品が、PDFの中のものと異なります（{'、'.join(names[:5])}）。{_ASK}"


def facts_differ() -> str:
    """The list of files speaks of another contract than the certificate 要旨の不一致."""
    return (
        f"目録（{layout.MANIFEST}）に記された件名・契約番号・相手方・締結日時が、締結証明書のものと異なります。"
        f"書き換えられたおそれがあります。{_ASK}"
    )


def reports_agree(older: Sequence[str]) -> str:
    """That the reports say what was found here, but for those of another edition 検証報告の一致."""
    if not older:
        return "収められた検証報告は、この検証の結果と一項目ずつ一致します。"
    told = "、".join(older[:5])
    return f"検証報告のうち、別の版の割符で作成されたもの（{told}）は照合していません。包みの作成者の申告です。"


def reports_differ(names: Sequence[str]) -> str:
    """A report speaks of another file or another result 検証報告の不一致."""
    told = "、".join(names)
    return f"収められた検証報告が、実際の検証結果と異なります（{told}）。報告ではなく、この検証の結果をご覧ください。"
