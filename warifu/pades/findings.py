"""What intake says to the person who dropped a file: what happened, and what to do next. 受付結果の文言"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A stable code, what happened, what to do next (Japanese). 受付結果"""

    code: str
    message: str
    next_step: str

    @property
    def repair(self) -> bool:
        """Whether it tells of something that was wrong and is now right. 修復"""
        return self.code in REPAIRS

    @property
    def asks(self) -> bool:
        """Whether there is anything to do for the reader. 操作の要否"""
        return self.next_step != _NO_ACTION


_EXPORT_AGAIN = "元のアプリケーションでPDFを作成し直し、もう一度登録してください。"
_PRINT_TO_PDF = "元の文書を開き、「印刷」から「PDFとして保存」を選んで作成し直したPDFを登録してください。"
_READ_AGAIN = "内容がすべて表示されるか、画面でご確認ください。"
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
        "開くためのパスワードが設定されています。",
        "元のアプリケーションでパスワードを解除したPDFを登録してください。",
    ),
    "permission_limited": (
        "印刷や変更などの操作を制限する設定がされています。",
        "元のアプリケーションで制限（権限パスワード）を解除したPDFを登録してください。",
    ),
    "damaged": ("ファイルが壊れているか、PDFの規格に合っていません。", _EXPORT_AGAIN),
    "polyglot": ("PDF以外の形式のデータが含まれています。", _EXPORT_AGAIN),
    "too_complex": ("文書の構造が複雑なため、確認を終えられませんでした。", _PRINT_TO_PDF),
    "expands_too_much": ("展開すると極端に大きくなるデータが含まれています。", _PRINT_TO_PDF),
    "form_not_drawn": (
        "入力欄に入力された文字の一部が、表示の形でファイルに保存されていません。",
        "入力に使ったアプリケーションの「印刷」から「PDFとして保存」を選んで作成し直したPDFを登録してください。",
    ),
    "too_many_fields": ("入力欄の数が上限を超えています。", _PRINT_TO_PDF),
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
    "text_covered": (
        "{page}ページに、画像の下に隠れて見えない文字があります。",
        "画像を文字の上に重ねずに作成し直すか、文字認識（OCR）をせずにスキャンしたPDFを登録してください。",
    ),
    "changes_forbidden": (
        "作成者の電子署名により、署名の追加が禁止されています。",
        "署名する前の文書を登録するか、作成者に署名の追加を許可した文書を依頼してください。",
    ),
    "signature_broken": (
        "既にある電子署名が文書の内容と一致しないか、署名の形式が規格に合っていません。",
        "署名した方に、規格に沿ったソフトで署名した、そのままの文書の再送を依頼してください。",
    ),
    "changed_after_signature": (
        "既にある電子署名の後に、文書の内容が変更されています。",
        "署名した方に、署名したときのままの文書の再送を依頼してください。",
    ),
    "sealed_before": (
        "割符で既に締結の署名をした文書です。同じ文書に、もう一度締結の署名を付けることはできません。",
        "署名する前の文書を登録してください。変更契約では、変更する内容を書いた新しい文書を登録してください。",
    ),
    "cannot_append": (
        "既に電子署名があり、内容を変えずに署名を追加することができない構造です。",
        "署名する前の文書を登録してください。",
    ),
    "cannot_be_sealed": ("試験署名に合格しませんでした。", _PRINT_TO_PDF),
    "pages_differ": ("{page}ページの表示が、閲覧するソフトによって異なります。", _PRINT_TO_PDF),
    "fonts_differ": (
        "{page}ページに埋め込まれていないフォントがあり、閲覧するソフトによって表示が異なります。",
        "フォントを埋め込む設定にして、元のアプリケーションでPDFを作成し直してください。",
    ),
    "page_too_large": (
        "{page}ページの大きさが、上限（面積はA0判のおよそ1.5倍、一辺は5メートル）を超えています。",
        "A0判以下の大きさで作成し直したPDFを登録してください。",
    ),
    "font_ambiguous": (
        "埋め込まれたフォントの文字の割り当てが一通りに定まらず、閲覧するソフトによって別の文字が表示されるおそれがあります。",
        _PRINT_TO_PDF,
    ),
    "comparison_unfinished": (
        "ページの表示の照合が、時間内に終わりませんでした。",
        "時間をおいて登録し直してください。解消しない場合は、文書を分割するか、画像の解像度を下げて登録してください。",
    ),
    "comparison_unavailable": (
        "表示の照合に必要なプログラムが、サーバーにありません。",
        "ヘルプデスクへご連絡ください。運用者がプログラムを導入したあとに、登録し直してください。",
    ),
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
    "leading_removed": ("PDFの先頭にあった空白を取り除きました。", _NO_ACTION),
    "trailing_removed": ("PDFの末尾にあった余分なデータを取り除きました。", _NO_ACTION),
    "tail_completed": ("PDFの終わりの印が欠けていたため、補いました。", _READ_AGAIN),
    "xref_rebuilt": ("PDFの中の索引（相互参照表）が誤っていたため、作り直しました。", _READ_AGAIN),
    "hybrid_xref": ("二重になっていた索引（相互参照表）を一つにまとめました。", _NO_ACTION),
    "pdfa_kept": ("PDF/A-{level}として作成されています。この表示を保ちます。適合の検証は行っていません。", _NO_ACTION),
    "pdfa_1_dropped": (
        "PDF/A-{level}として作成されていますが、電子署名を付けるとこの規格に適合しなくなるため、表示を外しました。",
        "PDF/Aのまま保存する必要がある場合は、PDF/A-2bまたはPDF/A-3bで作成し直してください。",
    ),
    "pdfa_dropped": (
        "PDF/A-{level}として作成されていますが、適合しない内容があるため、表示を外しました。",
        "PDF/Aのまま保存する必要がある場合は、フォントを埋め込み、入力欄のないPDF/A-2bまたはPDF/A-3bで作成し直してください。",
    ),
    "compared": (
        "全{pages}ページを{programs}種類の閲覧プログラムで表示して比べた範囲で、違いは見つかりませんでした。",
        _NO_ACTION,
    ),
    "compared_partly": (
        "{pages}ページのうち{compared}ページを{programs}種類の閲覧プログラムで表示して比べた範囲で、違いは見つかりませんでした。",
        "すべてのページの照合が必要な場合は、文書を分割して登録してください。",
    ),
    "boxes_differ": (
        "{page}ページなどに、フォントにない文字の代わりの枠（□）があり、閲覧するソフトによって表示されないことがあります。",
        "文字や数字が欠けていないか、元の文書と見比べてください。",
    ),
    "compared_alone": (
        "閲覧プログラムの不足により、ソフトによる表示の違いは確かめていません。",
        "内容を画面でご確認ください。",
    ),
    "fonts_not_embedded": (
        "埋め込まれていないフォントがあります。閲覧する端末により、字形が異なる場合があります。",
        "可能であれば、フォントを埋め込んだPDFを登録してください。",
    ),
    "signed_before": (
        "既に電子署名（証明書の名義：{level}）があるため、内容を変更せずに署名を追加します。"
        "文書がその署名の後に変更されていないことは確認しました。名義が本人のものかは、確認していません。",
        "署名した方を信頼できるかは、「PDFの署名を検証する」の画面でご確認ください。",
    ),
    "signed_over": (
        "既にある電子署名の後に、別の方の署名の表示などが追記されています。"
        "先の署名の内容を隠していないことまでは、機械では確認できません。",
        "追記された箇所を、画面でご確認ください。",
    ),
}

# These notes mean that something was wrong and is now right; the others are for information.
REPAIRS = frozenset(
    {"form_flattened", "annotations_tidied", "leading_removed", "trailing_removed", "tail_completed", "xref_rebuilt"}
)


def refusal(code: str, **values: int | str) -> Finding:
    """The finding for a refusal code; `values` fill its sentence (page). 受付不可"""
    message, next_step = REFUSALS[code]
    return Finding(code, message.format(**values), next_step)


def note(code: str, **values: int | str) -> Finding:
    """The finding for a note code; `values` fill its sentence (level, programs, pages, compared, page). 注記"""
    message, next_step = NOTES[code]
    return Finding(code, message.format(**values), next_step)
