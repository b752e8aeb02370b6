"""What intake says to the person who dropped a file: what happened, and what to do next. 受付結果の文言"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A stable code, what happened, what to do next (Japanese). 受付結果"""

    code: str
    message: str
    next_step: str


_EXPORT_AGAIN = "元のアプリケーションでPDFを作成し直し、もう一度登録してください。"
_PRINT_TO_PDF = "元の文書を開き、「印刷」から「PDFとして保存」を選んで作成し直したPDFを登録してください。"
_NO_ACTION = "操作は必要ありません。内容を画面でご確認ください。"

REFUSALS: dict[str, tuple[str, str]] = {
    "empty": ("ファイルの中身がありません（0バイト）。", "ファイルを確認し、もう一度選択してください。"),
    "unreadable_file": ("ファイルを読み込めませんでした。", "ファイルを確認し、もう一度選択してください。"),
    "not_pdf": ("PDFファイルではありません。", "PDF形式で保存したファイルを選択してください。"),
    "header_not_first": ("PDFの前に余分なデータが含まれています。", _EXPORT_AGAIN),
    "too_large": (
        "ファイルの容量が上限を超えています。",
        "画像の解像度を下げるなど、容量を小さくして登録してください。",
    ),
    "too_many_pages": ("ページ数が上限を超えています。", "文書を分割して登録してください。"),
    "no_pages": ("ページがありません。", _EXPORT_AGAIN),
    "encrypted": (
        "パスワードまたは操作制限が設定されています。",
        "元のアプリケーションでパスワードと制限を解除したPDFを登録してください。",
    ),
    "damaged": ("ファイルが壊れているか、PDFの規格に合っていません。", _EXPORT_AGAIN),
    "polyglot": ("PDF以外の形式のデータが含まれています。", _EXPORT_AGAIN),
    "too_complex": ("文書の構造が複雑なため、確認を終えられませんでした。", _PRINT_TO_PDF),
    "expands_too_much": ("展開すると極端に大きくなるデータが含まれています。", _PRINT_TO_PDF),
    "xfa": ("XFAフォームが含まれています。", _PRINT_TO_PDF),
    "script": ("JavaScriptが含まれています。", _PRINT_TO_PDF),
    "action": ("開いたときや操作したときに動作する命令が含まれています。", _PRINT_TO_PDF),
    "outside_link_on_open": ("開いただけで外部に接続する命令が含まれています。", _PRINT_TO_PDF),
    "embedded_file": ("添付ファイルが埋め込まれています。", "添付ファイルを取り除いたPDFを登録してください。"),
    "media": ("動画・音声・3Dなどが含まれています。", _PRINT_TO_PDF),
    "external_content": ("文書の外にあるデータを参照しています。", _PRINT_TO_PDF),
    "annotation": (
        "注釈（コメント・スタンプなど）が含まれています。",
        "注釈を削除するか、「印刷」から「PDFとして保存」を選んで作成し直したPDFを登録してください。",
    ),
    "print_differs": ("画面と印刷とで、表示が異なる内容が含まれています。", _PRINT_TO_PDF),
    "hidden_layer": ("表示されないレイヤーが含まれています。", "レイヤーを統合したPDFを登録してください。"),
    "changes_forbidden": (
        "作成者の電子署名により、署名の追加が禁止されています。",
        "署名する前の文書を登録するか、作成者に署名の追加を許可した文書を依頼してください。",
    ),
    "signature_broken": (
        "既にある電子署名が、文書の内容と一致しません。",
        "署名した方に、正しい文書の再送を依頼してください。",
    ),
    "cannot_be_sealed": ("試験署名に合格しませんでした。", _PRINT_TO_PDF),
    "check_stopped": ("安全のため、文書の確認を途中で停止しました。", _PRINT_TO_PDF),
}

NOTES: dict[str, tuple[str, str]] = {
    "rewritten": ("長期保存に適した構造に整えました。見た目は変わりません。", _NO_ACTION),
    "old_revisions_removed": ("以前の編集内容が残っていたため、取り除きました。", _NO_ACTION),
    "metadata_removed": ("作成者名などの文書情報を取り除きました。", _NO_ACTION),
    "form_flattened": (
        "入力欄を、入力済みの文字として固定しました。",
        "入力した内容が表示されるかご確認ください。",
    ),
    "annotations_tidied": ("リンクの記録方法を整えました。", _NO_ACTION),
    "trailing_removed": ("PDFの末尾にあった余分なデータを取り除きました。", _NO_ACTION),
    "fonts_not_embedded": (
        "埋め込まれていないフォントがあります。閲覧する端末により、字形が異なる場合があります。",
        "可能であれば、フォントを埋め込んだPDFを登録してください。",
    ),
    "signed_before": ("既に電子署名があるため、内容を変更せずに署名を追加します。", _NO_ACTION),
}

# These notes mean that something was wrong and is now right; the others are for information.
REPAIRS = frozenset({"form_flattened", "annotations_tidied", "trailing_removed"})


def refusal(code: str) -> Finding:
    """The finding for a refusal code. 受付不可"""
    return Finding(code, *REFUSALS[code])


def note(code: str) -> Finding:
    """The finding for a note code. 注記"""
    return Finding(code, *NOTES[code])
