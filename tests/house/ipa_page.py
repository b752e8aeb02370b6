"""Page of docs/: each item of IPA's list of secure web sites with the tests that prove it 対応表."""

import ast
from pathlib import Path

from . import floors

PAGE = Path("docs/development/ipa.md")
TESTS = floors.ROOT / "tests/security"
ROOT_CURE, INSURANCE = "根本的解決", "保険的対策"
ITEMS: dict[str, tuple[str, str]] = {
    "1-i-a": (ROOT_CURE, "SQL文の組み立ては全てプレースホルダで実装する"),
    "1-i-b": (ROOT_CURE, "文字列連結で組み立てる場合は、リテラルを正しく構成する"),
    "1-ii": (ROOT_CURE, "パラメータにSQL文を直接指定しない"),
    "1-iii": (INSURANCE, "エラーメッセージをそのままブラウザに表示しない"),
    "1-iv": (INSURANCE, "データベースアカウントに適切な権限を与える"),
    "2-i": (ROOT_CURE, "シェルを起動できる言語機能の利用を避ける"),
    "2-ii": (INSURANCE, "利用する場合は、引数の全ての変数をチェックする"),
    "3-i-a": (ROOT_CURE, "外部からのパラメータでファイル名を直接指定しない"),
    "3-i-b": (ROOT_CURE, "固定のディレクトリとし、ファイル名にディレクトリ名を含めない"),
    "3-ii": (INSURANCE, "ファイルのアクセス権限を正しく管理する"),
    "3-iii": (INSURANCE, "ファイル名のチェックを行う"),
    "4-i": (ROOT_CURE, "セッションIDを推測が困難なものにする"),
    "4-ii": (ROOT_CURE, "セッションIDをURLに格納しない"),
    "4-iii": (ROOT_CURE, "HTTPSのCookieにsecure属性を加える"),
    "4-iv-a": (ROOT_CURE, "ログイン成功後に、新しくセッションを開始する"),
    "4-iv-b": (ROOT_CURE, "ログイン成功後に、別の秘密情報を発行し、ページの遷移ごとに確認する"),
    "4-v": (INSURANCE, "セッションIDを固定値にしない"),
    "4-vi": (INSURANCE, "Cookieの有効期限の設定に注意する"),
    "5-i": (ROOT_CURE, "出力する全ての要素にエスケープ処理を施す"),
    "5-ii": (ROOT_CURE, "URLを出力するときは、http又はhttpsで始まるものだけを許可する"),
    "5-iii": (ROOT_CURE, "script要素の内容を動的に生成しない"),
    "5-iv": (ROOT_CURE, "スタイルシートを任意のサイトから取り込めるようにしない"),
    "5-v": (INSURANCE, "入力値の内容をチェックする"),
    "5-vi": (ROOT_CURE, "入力されたHTMLから構文解析木を作成し、必要な要素のみを抽出する"),
    "5-vii": (INSURANCE, "入力されたHTMLから、スクリプトに該当する文字列を排除する"),
    "5-viii": (ROOT_CURE, "Content-Typeフィールドに文字コードを指定する"),
    "5-ix": (INSURANCE, "CookieにHttpOnly属性を加え、TRACEメソッドを無効化する"),
    "5-x": (INSURANCE, "ブラウザの機能を有効にするレスポンスヘッダを返す"),
    "6-i-a": (ROOT_CURE, "POSTメソッドでアクセスし、hiddenパラメータの秘密情報を確認する"),
    "6-i-b": (ROOT_CURE, "処理の直前に再度パスワードの入力を求める"),
    "6-i-c": (ROOT_CURE, "Refererが正しいリンク元かを確認する"),
    "6-ii": (INSURANCE, "重要な操作の際に、登録済みのメールアドレスに自動送信する"),
    "7-i-a": (ROOT_CURE, "ヘッダの出力を、ヘッダ出力用APIで行う"),
    "7-i-b": (ROOT_CURE, "APIを利用できない場合は、改行を許可しない"),
    "7-ii": (INSURANCE, "外部からの入力の全てについて、改行コードを削除する"),
    "8-i-a": (ROOT_CURE, "メールヘッダを固定値にし、外部からの入力は本文に出力する"),
    "8-i-b": (ROOT_CURE, "固定値にできない場合は、メール送信用APIを使用する"),
    "8-ii": (ROOT_CURE, "HTMLで宛先を指定しない"),
    "8-iii": (INSURANCE, "外部からの入力の全てについて、改行コードを削除する"),
    "9-i-a": (ROOT_CURE, "X-Frame-Optionsヘッダを出力する"),
    "9-i-b": (ROOT_CURE, "処理の直前に再度パスワードの入力を求める"),
    "9-ii": (INSURANCE, "重要な処理は、マウスの操作のみで実行できないようにする"),
    "10-i-a": (ROOT_CURE, "メモリに直接アクセスできない言語で記述する"),
    "10-i-b": (ROOT_CURE, "直接アクセスできる言語で記述する部分を最小限にする"),
    "10-ii": (ROOT_CURE, "脆弱性が修正されたバージョンのライブラリを使用する"),
    "11-i": (ROOT_CURE, "アクセス制御が必要なサイトには、秘密情報による認証を設ける"),
    "11-ii": (ROOT_CURE, "認証に加えて、認可制御の処理を実装する"),
}


def tests() -> dict[str, list[str]]:
    """The tests of each item, as `file::sentence`."""
    found: dict[str, list[str]] = {item: [] for item in ITEMS}
    longest_first = sorted(ITEMS, key=len, reverse=True)
    for path in sorted(TESTS.glob("test_ipa_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                said = node.name.removeprefix("test_")
                item = next(one for one in longest_first if said.startswith(one.replace("-", "_") + "_"))
                found[item].append(f"{path.name}::{node.name}")
    return found


def page() -> str:
    """The table of items and tests."""
    proven = tests()
    rows = [
        f"| {item} | {kind} | {wanted} | {'<br>'.join(f'`{one}`' for one in proven[item])} |"
        for item, (kind, wanted) in ITEMS.items()
    ]
    return "\n".join(
        [
            "# 「安全なウェブサイトの作り方」対応表 IPA's list of secure web sites",
            "",
            "Made by bin/generate-docs; a test compares.",
            "",
            "IPA「安全なウェブサイトの作り方」改訂第7版の項目と、それを確かめる試験です。",
            "試験は `tests/security/` にあり、`bin/test tests/security` で実行できます。",
            "",
            "| 項目 | 区分 | 内容 | 試験 |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )
