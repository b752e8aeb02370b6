"""The paper form of a validation report 検証報告書.

It tells the state of one file at one moment, and nothing about later ones. The same report gives the same bytes.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from warifu.japan import calendar
from warifu.pades import explanations, reports

_TEMPLATE = Path(__file__).with_suffix(".typ")
_FONTS = Path(__file__).resolve().parent.parent.parent / "assets" / "fonts"
WORDS = {
    reports.Result.PASSED: "合格",
    reports.Result.FAILED: "不合格",
    reports.Result.INDETERMINATE: "判定できません",
}
_MOST = 100
_LONGEST = 600


def render(report: reports.ValidationReport, *, name: str, size: int, trial: bool, concluded: bool = False) -> bytes:
    """The report as PDF/A-2a, dated with the moment of the validation 検証報告書の作成.

    `name` is that of the validated file, `size` its bytes; `trial` marks the anchors of a trial authority; `concluded`
    as in `explanations.of_report`. Nothing in them is read as markup.
    """
    return typst.compile(
        _TEMPLATE,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(report.at.timestamp()),
        sys_inputs={"facts": json.dumps(_words(report, name, size, trial, concluded), ensure_ascii=False)},
    )


def _words(report: reports.ValidationReport, name: str, size: int, trial: bool, concluded: bool) -> dict[str, Any]:
    told = explanations.of_report(report, concluded=concluded)
    return {
        "word": WORDS[report.result],
        "tone": report.result.value,
        "heading": told.heading,
        "lead": told.lead,
        "next_step": told.next_step,
        "indication": report.result.indication + (f" / {report.problem}" if report.problem else ""),
        "name": _short(name),
        "extent": f"{f'{report.pages}ページ、' if report.pages else ''}{size:,}バイト",
        "digest": report.digest or "—",
        "at": moment(report.at),
        "level": f"PAdES {report.level.value}" if report.level else "—",
        "sealed_until": moment(report.sealed_until) if report.sealed_until else "—",
        "assumed": bool(report.assumed),
        "signatures": [_signature(one, place) for place, one in enumerate(report.signatures[:_MOST], start=1)],
        "left_out": max(0, len(report.signatures) - _MOST),
        "trial": trial,
    }


def _signature(one: reports.SignatureReport, place: int) -> dict[str, Any]:
    stamp = one.timestamp
    return {
        "title": f"{place}　{'タイムスタンプ' if one.kind == 'timestamp' else '電子署名'}",
        "word": WORDS[one.result],
        "tone": one.result.value,
        "meaning": explanations.of_signature(one),
        "signer": _short(one.signer),
        "party": _short("　".join(part for part in (one.organisation, one.party) if part) or "記載なし"),
        "reason": _short(one.reason or "記載なし"),
        "time": moment(one.time) if one.time else "証明されていません",
        "stamp": f"{_short(stamp.authority)}　シリアル番号 {stamp.serial}　ポリシー {stamp.policy}"
        if stamp
        else "なし",
        "algorithm": f"{one.algorithm}、{one.digest_algorithm}",
        "covers": explanations.of_covers(one),
        "changes": explanations.of_changes(one.changes),
        "indication": one.result.indication + (f" / {one.sub_indication}" if one.sub_indication else ""),
        "chain": [_certificate(found) for found in one.chain],
        "stamp_chain": [_certificate(found) for found in stamp.chain] if stamp and one.kind != "timestamp" else [],
    }


def _certificate(one: reports.CertificateReport) -> dict[str, str]:
    return {
        "subject": _short(one.subject),
        "issuer": _short(one.issuer),
        "serial": one.serial,
        "until": moment(one.not_after),
        "key": f"{one.key}、{one.signed_with}",
        "revocation": explanations.of_revocation(one.revocation)
        + (f"　{moment(one.revocation.this_update)}時点" if one.revocation.this_update else ""),
        "list": _short(one.trust_list or ""),
    }


def _short(text: str) -> str:
    """What a stranger wrote is told, but does not fill pages."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def moment(at: datetime) -> str:
    """令和8年11月23日（月）11時00分00秒 in Japan 日時の表記."""
    here = at.astimezone(calendar.JAPAN)
    return f"{calendar.wareki(here.date())}{here.hour}時{here.minute:02d}分{here.second:02d}秒"
