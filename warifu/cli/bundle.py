"""`warifu verify-bundle`: an evidence bundle, without the database and without a network 証拠一式の検証."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from warifu.archive.bundles import checking, wording
from warifu.pades import errors as pades_errors
from warifu.pades import sunsets
from warifu.pades import trust as pades_trust

from . import pdf

STATUS = {checking.Outcome.PASSED: 0, checking.Outcome.FAILED: 1, checking.Outcome.UNREADABLE: 2}
_WORDS = {
    checking.Outcome.PASSED: "合格：収められた契約書と監査証跡は、締結のときのままです。",
    checking.Outcome.FAILED: "不合格：次の項目を確かめてください。",
    checking.Outcome.UNREADABLE: "検証できません。",
}


def verify(file: Path, *, as_json: bool, at: str | None, trust: Sequence[Path]) -> int:
    """0 passed, 1 failed, 2 cannot be read 証拠一式の検証."""
    try:
        moment = pdf.moment(at)
    except ValueError:
        print(f"日時「{at}」を読み取れません。例：2036-11-01、2036-11-01T09:00:00+09:00", file=sys.stderr)
        return 2
    from warifu import settings

    anchors = list(trust) or [path for path in settings.TRUST_FILES if path.is_file()]
    try:
        pades_trust.TrustAnchors.load(anchors)
    except (OSError, pades_errors.PadesError):
        print("認証局の証明書を読めません。--trust に、PEM形式の証明書のファイルを指定してください。", file=sys.stderr)
        return 2
    table = sunsets.Sunsets(settings.ALGORITHM_SUNSETS)
    examine = checking.in_the_box(trust_files=anchors, at=moment, table=table)
    report = checking.verify(file, trust_files=anchors, examine=examine)
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _tell(file, report)
    return STATUS[report.outcome]


def _tell(file: Path, report: checking.BundleReport) -> None:
    print(f"{file}: {_WORDS[report.outcome]}")
    if report.title:
        claim = "" if report.proven else "　※包みの作成者の申告です。署名では確かめられていません。"
        print(f"  {wording.line(report.title)}（契約番号 {wording.line(report.number)}）{claim}")
    for check in report.checks:
        print(f"  {'○' if check.passed else '×'} {check.sentence}")
    if report.signers:
        print(f"  署名者とタイムスタンプ局の名義：{'、'.join(map(wording.line, report.signers))}")
    if report.outcome is checking.Outcome.PASSED:
        print("  名義がご存じのサービスのものかを確かめてください。README は説明であり、証拠ではありません。")
