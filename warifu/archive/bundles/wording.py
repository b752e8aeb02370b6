"""Sentences of a bundle 証拠一式の文言."""

from datetime import datetime

from warifu.japan import calendar
from warifu.pades import reports

from . import layout

EDITION = 2
"""Of the text report; grows with every change of its words, so that an older one is not taken for a forged one. 版"""
RESULTS = {
    reports.Result.PASSED: "合格",
    reports.Result.FAILED: "不合格",
    reports.Result.INDETERMINATE: "判定できません",
}
_EDITION = "報告の版　"
_TRIAL = {
    "ja": "\n※ 試用環境で作成したものです。契約の証明には使用できません。\n",
    "en": "\nMade in a trial environment: no proof of a contract.\n",
}
_COPY = {
    ("ja", "municipality"): "この契約に関する行を、すべて開示しています（発注者用）。",
    ("ja", "counterparty"): "事業者ご自身とサービスの行を開示し、発注者の職員の行は伏せています（受注者用）。",
    ("en", "municipality"): "All lines about this contract are disclosed (the municipality's copy).",
    ("en", "counterparty"): "Lines by the firm itself and by the service are disclosed; those by staff are withheld.",
}


def readme(language: str, manifest: layout.Manifest) -> dict[str, str]:
    """What the README says of this bundle 手順書の語句."""
    return {
        "TITLE": line(manifest.title),
        "NUMBER": line(manifest.number),
        "MUNICIPALITY": line(manifest.municipality),
        "COUNTERPARTY": line(manifest.counterparty),
        "CONCLUDED": calendar.wareki_moment(datetime.fromisoformat(manifest.concluded_at)),
        "TRIAL": _TRIAL[language] if manifest.trial else "",
        "COPY": _COPY[language, manifest.copy_for],
        "MEMBERS": "\n".join(f"{one.name}　{line(one.title)}" for one in manifest.members),
    }


def report(name: str, found: reports.ValidationReport) -> bytes:
    """A validation report to read 検証報告."""
    lines = [
        f"検証報告　{line(name)}",
        f"検証の基準日時　{calendar.wareki_moment(found.at)}（日本標準時）",
        f"結果　{RESULTS[found.result]}{f'　{found.level}' if found.level else ''}",
        f"ファイルのハッシュ値（SHA-256）　{found.digest}",
    ]
    if found.result is reports.Result.PASSED:
        lines.append("この文書は、署名後に変更されていません。")
    if found.sealed_until:
        lines.append(f"有効性の期限　{calendar.wareki_moment(found.sealed_until)}")
    for one in found.signatures:
        kind = "文書タイムスタンプ" if one.kind == "timestamp" else "電子署名"
        when = calendar.wareki_moment(one.time) if one.time else "時刻なし"
        who = "　".join(line(part) for part in (one.organisation, one.party) if part)
        kind = f"合意の前から付いていた{kind}" if one.earlier else kind
        lines.append(f"・{kind}　{RESULTS[one.result]}　{when}　{line(one.signer)}　{who}".rstrip("　"))
    if found.assumed:
        lines.append("最後のタイムスタンプの証明書が失効していないことは、問い合わせずに前提としました。")
    lines.append(f"{_EDITION}{EDITION}")
    return ("\n".join(lines) + "\n").encode()


def edition_of(content: bytes) -> str:
    """The edition that a text report says it has; "" for none 報告の版."""
    last = content.decode("utf-8", "replace").rstrip("\n").rpartition("\n")[2]
    return last.removeprefix(_EDITION) if last.startswith(_EDITION) else ""


def line(text: str) -> str:
    """One printable line, and nothing that could pass for a fence of commands or a placeholder 一行の語句."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split()).replace("```", "'''").replace("@", "＠")
