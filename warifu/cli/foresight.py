"""`warifu verify --at`: will this file still verify then, in plain words 将来の検証の見通し."""

import json
from pathlib import Path

from warifu.japan import calendar
from warifu.pades import constraints, outlook, renewal, reports, sunsets


def tell(
    file: Path,
    present: reports.ValidationReport,
    later: reports.ValidationReport,
    *,
    table: sunsets.Sunsets,
    as_json: bool,
) -> int:
    """Print the answer for the later moment; 0 only when the file will verify then 見通しの表示."""
    found = outlook.look_ahead(present, later, table=table)
    if as_json:
        print(json.dumps({**later.as_json(), "outlook": found.as_json()}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(file, present, found, table)))
    return 0 if found.holds else 1


def _lines(file: Path, present: reports.ValidationReport, found: outlook.Outlook, table: sunsets.Sunsets) -> list[str]:
    then = calendar.wareki_moment(found.at)
    if found.until is None:
        problem = f"（{present.problem}）" if present.problem else ""
        return [
            f"{file}: 今の時点で検証に合格していないため、{then}の見通しは立てられません{problem}。",
            "  --at を付けずに検証すると、理由を確かめられます。",
        ]
    until, why = calendar.wareki_moment(found.until.moment), _reason(found)
    if not found.holds:
        return [
            f"{file}: {then}の時点では、検証できなくなります。",
            f"  検証できるのは{until}までです（{why}）。",
            "  それまでに延長（タイムスタンプの追加）をすると、検証できる期間が延びます。",
        ]
    names = "、".join(constraints.words(name) for name in found.algorithms)
    first = table.earliest(found.algorithms)
    end = f"（表で最も早い移行期限は{calendar.wareki_moment(first[0])}）" if first else ""
    return [
        f"{file}: {then}の時点でも、ネットワークなしで検証できる見込みです。",
        f"  有効性期限は{until}です（{why}）。",
        "  この答えの前提：",
        "  ・それまでファイルを変えず、延長（タイムスタンプの追加）もしない場合の答えであること。",
        f"  ・最後のタイムスタンプの証明書（{found.authority}）が、それまでに失効しないこと。",
        f"  ・使っている暗号が、移行期限の表のとおりに使えること：{names}{end}。",
        "  ・検証する方が、今と同じ認証局（ルート）の証明書を持っていること。",
    ]


def _reason(found: outlook.Outlook) -> str:
    if found.until is not None and found.until.limit is renewal.Limit.ALGORITHM:
        return f"{constraints.words(found.until.algorithm)}の移行期限"
    return "最後のタイムスタンプの証明書と、その認証局の有効期間の終わり"
