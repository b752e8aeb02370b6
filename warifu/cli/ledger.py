"""`warifu audit verify` 監査証跡の検証."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from warifu.audit.chain import Head
    from warifu.audit.roots import Root, RootProblem

_UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError)


def verify(*, only: str | None, export: Path | None, roots: Path | None = None, trust: Sequence[Path] = ()) -> int:
    """Check chains in the database, or one exported file offline, and the daily roots 監査証跡の検証.

    0 only when everything is intact, 1 when something is not, 2 when something cannot be read. `roots` is an exported
    file of daily roots, which then witnesses the ledger instead of those in the database; `trust` are the authorities'
    certificates (default: the configured ones).
    """
    django.setup()
    from django.db import connection

    from warifu.audit import guard, queries
    from warifu.audit import roots as daily

    try:
        lines = export.read_text(encoding="utf-8").splitlines() if export else None
        witnessed = daily.read(roots.read_text(encoding="utf-8").splitlines()) if roots else []
    except _UNREADABLE as problem:
        said = getattr(problem, "strerror", None) or "形式が違います"
        print(f"ファイルを読めません（{said}）。場所と内容を確かめてください。", file=sys.stderr)
        return 2
    if lines is None:
        if "audit_ledger" not in connection.introspection.table_names():
            print(
                "監査証跡がまだありません。データの場所（--data）を確かめるか、先に起動してください。", file=sys.stderr
            )
            return 2
        witnessed = witnessed or list(daily.kept())
    good = _roots(witnessed, trust) if witnessed or roots else True
    if lines is not None:
        return 0 if _export(lines, witnessed) and good else 1
    for name in [only] if only else queries.ledgers():
        good = _ledger(name, witnessed) and good
    gone = guard.missing()
    if gone:
        print(f"台帳の書換えを断る仕掛けがありません（{'、'.join(gone)}）。データベースの変更を調べてください。")
    return 0 if good and not gone else 1


def _ledger(name: str, witnessed: "Sequence[Root]") -> bool:
    from warifu.audit import roots as daily
    from warifu.audit import spool, verification

    report = verification.verify_ledger(name)
    if not report.intact:
        print(f"{name}: {report.broken_at}件目に問題があります（{report.problem}）。")
    else:
        head = f"末尾は{report.head.sequence}件目 {report.head.digest}" if report.head.sequence else "記録なし"
        print(f"{name}: {report.entries}件、改変はありません。（{head}）")
    waiting = spool.waiting(name)
    if waiting:
        print(f"{name}: ほかに{waiting}件が記録を待っています。")
    differing = daily.differing(name, daily.heads(witnessed, name))
    if differing is not None:
        _tell_rewritten(name, *differing)
    return report.intact and differing is None


def _export(lines: Sequence[str], witnessed: "Sequence[Root]") -> bool:
    from warifu.audit import extracts, verification
    from warifu.audit import roots as daily
    from warifu.audit.chain import Problem

    plain, _ = extracts.verify(lines)
    heads = daily.heads(witnessed, plain.ledger)
    if not lines or not heads:
        report = verification.verify_export(lines) if not plain.withheld else None
        if report is None or report.intact:
            _tell_export(plain)
            return plain.intact or not lines
        print(f"{report.ledger}: {report.broken_at}件目に問題があります（{report.problem}）。")
        return False
    found, _ = extracts.verify(lines, heads=[head for _, head in heads])
    if found.intact:
        _tell_export(found)
        return True
    if plain.intact and found.problem is Problem.TAIL_UNKNOWN and found.broken_at is not None:
        _tell_rewritten(plain.ledger, *_between(heads, found.broken_at))
    elif plain.intact:
        print(
            f"{plain.ledger}: {plain.last}件目で終わり、日次の証明より短い書出しです。新しい書出しで確かめてください。"
        )
    else:
        print(f"{found.ledger}: {found.broken_at}件目に問題があります（{found.problem}）。")
    return False


def _between(heads: "Sequence[tuple[date, Head]]", place: int) -> tuple[date, int, int]:
    agreed = max((head.sequence for _, head in heads if head.sequence < place), default=0)
    day = next(day for day, head in heads if head.sequence == place)
    return day, agreed + 1, place


def _tell_export(report: object) -> None:
    from warifu.audit.extracts import ExtractReport

    if isinstance(report, ExtractReport):
        withheld = f"、うち内容を伏せた記録{report.withheld}件" if report.withheld else ""
        count = report.last - report.first + 1 if report.last else 0
        begun = f"{report.first}件目から" if report.first > 1 else ""
        print(f"{report.ledger}: {begun}{count}件、改変はありません。（末尾は{report.last}件目{withheld}）")


def _tell_rewritten(name: str, day: date, first: int, last: int) -> None:
    print(f"{name}: {first}件目から{last}件目までの間が、{day:%Y-%m-%d}の日次の証明と違います。書き換えられています。")


def _roots(witnessed: "Sequence[Root]", trust: Sequence[Path]) -> bool:
    from warifu import wiring
    from warifu.audit import roots as daily
    from warifu.pades import errors as pades_errors
    from warifu.pades import trust as anchors

    try:
        trusted = anchors.TrustAnchors.load(trust) if trust else wiring.trust_anchors()
    except (OSError, ValueError, pades_errors.PadesError):
        print("時刻認証局の証明書を読めません。--trust で指定してください。", file=sys.stderr)
        return False

    def stamped(token: bytes, digest: bytes) -> datetime | None:
        return wiring.root_stamped(token, digest, trust=trusted)

    report = daily.verify(witnessed, stamped=stamped)
    if report.intact:
        print(f"日次の証明: {report.count}日分（{report.first}から{report.last}まで）、改変はありません。")
    else:
        print(f"日次の証明: {report.day}の証明に問題があります（{_sentence(report.problem)}）。")
    return report.intact


def _sentence(problem: "RootProblem | None") -> str:
    words = {
        "unreadable": "読み取れません",
        "altered": "内容がハッシュ値と違います",
        "unlinked": "前の証明とつながりません",
        "unstamped": "タイムスタンプを確かめられません",
        "backdated": "タイムスタンプの時刻が、対象の日より後ではありません",
    }
    return words.get(str(problem), str(problem))
