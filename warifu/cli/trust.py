"""`warifu trust`: which roots are believed, and what of a kit cannot be used 信頼リスト."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from warifu.japan import calendar
from warifu.pades import certificates, trustlists

_PURPOSES = {"sign": "署名", "timestamp": "タイムスタンプ"}


def show(kit: Path | None) -> int:
    """Print each list with its roots; 2 when there is no kit 信頼リストの表示."""
    lists = _read(kit)
    if lists is None:
        return 2
    for one in lists:
        print(_heading(one))
        for anchor in one.anchors:
            found = anchor.certificate
            uses = "・".join(word for name, word in _PURPOSES.items() if name in anchor.purposes)
            until = calendar.wareki(calendar.day_in_japan(found.not_valid_after))
            print(f"  {certificates.common_name(found)}　{uses}　{until}まで　{found.sha256.hex()}")
        if one.refusals:
            print(f"  使えない項目が{len(one.refusals)}件あります。`warifu trust check` で確かめてください。")
    return 0


def check(kit: Path | None) -> int:
    """Print what cannot be used and why; 0 only when there is nothing, 2 when there is no kit 信頼リストの確認."""
    lists = _read(kit)
    if lists is None:
        return 2
    for one in lists:
        print(f"{_heading(one)}：{'使えない項目があります' if one.refusals else 'すべて使えます'}")
        for refusal in one.refusals:
            detail = f"（{refusal.detail}）" if refusal.detail else ""
            print(f"  {refusal.place}：{refusal.message}使用しません。{detail}")
    return 1 if any(one.refusals for one in lists) else 0


def _read(kit: Path | None) -> tuple[trustlists.TrustList, ...] | None:
    from warifu import settings

    directory = kit or settings.TRUST_LISTS_DIR
    lists = trustlists.read_kit(directory, at=datetime.now(UTC))
    if not lists:
        print(
            f"{directory} に信頼リストがありません。"
            f"一覧ごとにフォルダーを作り、{trustlists.MANIFEST} と証明書を置いてください。",
            file=sys.stderr,
        )
        return None
    return lists


def _heading(one: trustlists.TrustList) -> str:
    issued = f"、{calendar.wareki(one.issued_on)}発行" if one.issued_on else ""
    return (
        f"{one.name}（{one.version or '版の記載なし'}{issued}、{len(one.anchors)}件、出所：{one.source or '記載なし'}）"
    )
