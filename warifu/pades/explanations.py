"""A validation report in words that a contract officer understands. 検証結果の説明"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import changes, reports


@dataclass(frozen=True)
class Explanation:
    """What the file is, why, and what to do next ("" when nothing has to be done). 説明"""

    heading: str
    lead: str
    next_step: str


_AGAIN = "このファイルを使わず、送り主から受け取り直すか、締結した市町へ確かめてください。"
_ORIGINAL = "受け取ったPDFファイルそのものを選び直してください。"
_PROBLEMS: Mapping[str, Explanation] = {
    "unsigned": Explanation(
        "電子署名がありません",
        "このPDFには電子署名が付いていないため、締結済みの契約書かどうかを判定できません。",
        "受け取ったファイルそのものか確かめてください。印刷して取り込んだPDFや、別名で保存し直したPDFは検証できません。",
    ),
    "nobody_signed": Explanation(
        "合意した方の署名がありません",
        "このPDFには時刻の記録（タイムスタンプ）だけがあり、誰かが合意したことを示す電子署名がありません。",
        "契約書として使わず、送り主から受け取り直すか、締結した市町へ確かめてください。",
    ),
    "check_stopped": Explanation(
        "検証を終えられませんでした",
        "ファイルの作りが複雑なため、決められた時間と大きさの中で検証を終えられませんでした。",
        "受け取ったファイルそのものか確かめ、続くときはヘルプデスクへご連絡ください。",
    ),
    "encrypted": Explanation(
        "パスワードなどで保護されています",
        "パスワードや操作の制限が設定されているため、内容を読み取れません。",
        "保護のない、受け取ったファイルそのものを選び直してください。",
    ),
    "hybrid": Explanation(
        "見る環境により内容が変わり得るPDFです",
        "新旧2種類の目次（相互参照）を持つ形式のため、開くソフトウェアにより、異なる内容が表示されることがあります。",
        "作成者に、この形式（ハイブリッド相互参照）を使わずに作成し、署名した文書を依頼してください。",
    ),
    "earlier_not_proven": Explanation(
        "後の署名は有効ですが、先に付いた署名を判定できません",
        "後から付いた署名と、その後に変更がないことは確認しました。"
        "その前に付いていた署名には、証明書を信頼する認証局までたどれないなどの理由で、有効と判定できないものがあります。",
        "署名ごとの結果で、判定できない署名の名義をご確認ください。後に署名した方は、その署名が付いた文書に署名しています。",
    ),
    "unclear_addition": Explanation(
        "署名の後に、表示に関わる追記があります",
        "後から署名した方の印影など、規格で認められた追記です。署名した内容を隠していないことまでは、機械では判定できません。",
        "「その後の変更」に示したページを、目で確かめてください。",
    ),
    "container_odd": Explanation(
        "署名データの形式が規格に沿っていません",
        "署名データが規格（RFC 5652）どおりに作られていないため、後から触れられていないことまでは判定できません。",
        "作成者に、規格に沿ったソフトウェアで署名した文書を依頼してください。",
    ),
    "unreadable": Explanation("PDFとして読めません", "このファイルはPDFではないか、壊れています。", _ORIGINAL),
}
_BROKEN: Mapping[str, Explanation] = {
    "unreadable": Explanation(
        "電子署名を読み取れません",
        "電子署名を含みますが、ファイルが壊れているか、PDFの規格に合わない部分があるため、確かめられません。",
        _AGAIN,
    ),
    "signature_hidden": Explanation(
        "電子署名が隠されています",
        "ファイルの中に、署名の一覧から外された電子署名があります。後から手を加えられた疑いがあります。",
        _AGAIN,
    ),
}
_UNKNOWN = Explanation(
    "判定できません",
    "署名の形は読み取れましたが、有効であることを最後まで確かめられませんでした。",
    "署名した認証局が、この検証で信頼する一覧にないことがあります。発行元へ確かめてください。",
)
_SUB_INDICATIONS: Mapping[str, str] = {
    "FORMAT_FAILURE": "署名の後に、認められない変更が加えられています。",
    "HASH_FAILURE": "署名された内容と、このファイルの内容が一致しません。",
    "SIG_CRYPTO_FAILURE": "署名の値が正しくありません。",
    "REVOKED": "署名に使われた証明書が失効しています。",
    "REVOKED_NO_POE": "署名に使われた証明書が失効しており、失効の前に署名されたことを確かめられません。",
    "REVOKED_CA_NO_POE": "認証局の証明書が失効しており、失効の前に署名されたことを確かめられません。",
    "EXPIRED": "署名があったと確かめられる最も早い時刻に、証明書の有効期限が切れていました。",
    "NOT_YET_VALID": "署名または検証の時点で、証明書の有効期間が始まっていません。",
    "OUT_OF_BOUNDS_NO_POE": "証明書の有効期限が切れており、期限の前に署名されたことを確かめられません。",
    "OUT_OF_BOUNDS_NOT_REVOKED": "証明書の有効期限が切れており、期限の前に署名されたことを確かめられません。",
    "REVOCATION_OUT_OF_BOUNDS_NO_POE": "失効情報が、証明書の有効期限の前に作られたことを確かめられません。",
    "NO_CERTIFICATE_CHAIN_FOUND": "信頼する認証局まで、証明書をたどれません。",
    "NO_CERTIFICATE_CHAIN_FOUND_NO_POE": "信頼する認証局まで、証明書をたどれません。",
    "NO_SIGNING_CERTIFICATE_FOUND": "署名に使われた証明書が見つかりません。",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": "証明書のつながりを確かめられません。",
    "CHAIN_CONSTRAINTS_FAILURE": "証明書の使い方が、署名またはタイムスタンプの決まりに合っていません。",
    "SIG_CONSTRAINTS_FAILURE": "署名の書き方が、電子署名の決まりに合っていません。",
    "CRYPTO_CONSTRAINTS_FAILURE": "SHA-1や短い鍵など、信頼できなくなった暗号が使われています。",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "SHA-1や短い鍵など、信頼できなくなった暗号が使われています。",
    "TRY_LATER": "証明書が失効していないことを確かめるための情報が、足りません。",
    "NO_POE": "有効だった時点に署名があったことを、タイムスタンプで確かめられません。",
    "TIMESTAMP_ORDER_FAILURE": "タイムスタンプの時刻が、後に付いたタイムスタンプか、検証の時点より後です。",
    "POLICY_PROCESSING_ERROR": "署名の方針を確かめられません。",
    "GENERIC": "有効であることを、最後まで確かめられませんでした。",
}
_CHANGES: Mapping[str, str] = {
    changes.Kind.SIGNATURE: "電子署名の追加",
    changes.Kind.VISIBLE_SIGNATURE: "ページに表示される電子署名の追加",
    changes.Kind.TIMESTAMP: "タイムスタンプの追加",
    changes.Kind.VALIDATION_DATA: "検証用の情報の追加",
    changes.Kind.PAGES_ADDED: "ページの追加または差し替え",
    changes.Kind.PAGES_REMOVED: "ページの削除または差し替え",
    changes.Kind.PAGES_REORDERED: "ページの順序の変更",
    changes.Kind.CONTENT: "ページの内容の変更",
    changes.Kind.RESOURCES: "ページで使う文字や画像の変更",
    changes.Kind.PAGE_SETTINGS: "ページの大きさや向きなどの変更",
    changes.Kind.ANNOTATIONS: "注釈の追加または変更",
    changes.Kind.FORM_VALUES: "入力欄の値の変更",
    changes.Kind.FORM_FIELDS: "入力欄の追加または設定の変更",
    changes.Kind.METADATA: "文書情報（表題・作成者など）の変更",
    changes.Kind.DOCUMENT_SETTINGS: "文書の設定（開いたときの動作・レイヤーなど）の変更",
    changes.Kind.OTHER: "どこに使われるか特定できない追加または変更",
    changes.Kind.NOT_EXAMINED: "変更の内容を読み取れませんでした",
}
_REVOCATION: Mapping[str, str] = {
    "good": "失効していません",
    "revoked": "失効しています",
    "unknown": "確認できていません",
    "exempt": "確認の対象外です",
}
_ORIGINS = {"file": "PDFの中の情報", "asked": "失効情報サーバーへの照会"}


def of_report(report: reports.ValidationReport, *, concluded: bool = False) -> Explanation:
    """The answer to "has this been changed since it was signed?" 全体の説明

    `concluded` by who knows from elsewhere that these bytes are the contract as it was concluded: a file that was cut
    back to the first party's consent is proven as well, and nothing was concluded with it.
    """
    match report.result:
        case reports.Result.PASSED:
            heading = f"この文書は{'締結' if concluded else '署名'}後に変更されていません"
            return Explanation(heading, *_of_earlier(report.signatures))
        case reports.Result.FAILED:
            lead = "電子署名の後に内容が変更されたか、署名そのものが正しくありません。"
            usual = Explanation("この文書は有効と認められません", lead, _AGAIN)
            return _BROKEN.get(report.problem or "", usual)
        case _:
            return _PROBLEMS.get(report.problem or "", _UNKNOWN)


def _of_earlier(found: Sequence[reports.SignatureReport]) -> tuple[str, str]:
    """What is valid, and what to do next, where others may have signed before the parties."""
    earlier = [one for one in found if one.earlier]
    if not earlier:
        return "すべての電子署名とタイムスタンプが有効です。", ""
    valid = "契約の当事者の電子署名とタイムスタンプは、すべて有効です。"
    doubtful = sum(one.result is not reports.Result.PASSED for one in earlier)
    if not doubtful:
        return f"{valid}合意の前から付いていた{len(earlier)}個の署名も有効です。", ""
    lead = f"{valid}合意の前から付いていた署名{len(earlier)}個のうち{doubtful}個は、有効と判定できません。"
    return (
        lead,
        "署名ごとの結果で、判定できない署名の名義をご確認ください。当事者は、その署名が付いた文書に合意しています。",
    )


def of_signature(one: reports.SignatureReport) -> str:
    """One sentence or two about one signature or document timestamp. 署名ごとの説明"""
    what = "タイムスタンプ" if one.kind == "timestamp" else "署名"
    what = f"合意の前から付いていた{what}" if one.earlier else f"この{what}"
    if one.result is reports.Result.PASSED:
        since = "この時刻より" if one.kind == "timestamp" else "署名した"
        return f"{what}は有効です。{since}後に、内容は変更されていません。"
    state = "正しくありません" if one.result is reports.Result.FAILED else "有効と判定できません"
    whole = "署名した後に、内容は変更されていません。" if one.earlier and not (one.broken or one.modified_after) else ""
    return f"{what}は{state}。{_why(one)}{whole}"


def _why(one: reports.SignatureReport) -> str:
    """The standard has one word for a form that it does not allow and for a later change; only one accuses anybody."""
    if one.sub_indication == "FORMAT_FAILURE" and not one.modified_after:
        return "署名の形式が規格に合っていません。"
    return of_sub_indication(one.sub_indication)


def of_sub_indication(code: str | None) -> str:
    """What a sub-indication of EN 319 102-1 means; "" for none. 理由の説明"""
    return _SUB_INDICATIONS.get(code, _SUB_INDICATIONS["GENERIC"]) if code else ""


def of_problem(report: reports.ValidationReport) -> str:
    """Why a file did not pass, in one sentence; "" when it passed. 不合格の理由"""
    if report.result is reports.Result.PASSED:
        return ""
    first = next((one for one in report.signatures if one.sub_indication), None)
    if first is not None and report.problem not in _PROBLEMS:
        return _why(first)
    return of_report(report).lead


def of_changes(found: Sequence[reports.Change] | None) -> list[str]:
    """Each change after a signature, with its pages and fields; one line when there was none. 変更の説明"""
    if found is None:
        return ["確認していません"]
    # What a further signature brings along is told last.
    ordered = sorted(found, key=lambda one: one.kind in changes.HARMLESS)
    return [_change(one) for one in ordered] or ["ありません"]


def _change(one: reports.Change) -> str:
    told = [f"{'・'.join(str(page) for page in one.pages)}ページ"] if one.pages else []
    told += [f"「{name}」" for name in one.names if not name.startswith("/")]
    more = f"ほか{one.more}か所" if one.more else ""
    word = _CHANGES.get(one.kind, _CHANGES[changes.Kind.OTHER])
    return f"{word}（{'、'.join([*told, *([more] if more else [])])}）" if told else word


def of_covers(one: reports.SignatureReport) -> str:
    """How much of the file a signature covers. 署名の範囲"""
    if one.covers_whole_file:
        return "このファイルの全体"
    return "署名した時点のファイルの全体（後の追記は含みません）"


def of_revocation(one: reports.RevocationReport) -> str:
    """State of a certificate, and from where that is known. 失効状態の説明"""
    origin = _ORIGINS.get(one.origin or "", "")
    means = "、".join(part for part in (origin, (one.source or "").upper()) if part)
    return f"{_REVOCATION[one.status]}（{means}）" if means else _REVOCATION[one.status]
