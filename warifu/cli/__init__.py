"""`warifu …`: what a person types コマンド.

Each command sets the environment first and only then loads the product, because `warifu.settings` reads the environment
once.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from warifu.directory import scope

_PIPE_CLOSED = 141
"""As a shell tells of a program that ended by SIGPIPE. 出力の打切り"""
_TEXTS = {
    "ja": {
        "about": "割符（Warifu）：立会人型電子契約サービス",
        "up": "試験環境を起動します（画面・作業者・試験用の認証局と時刻認証局）",
        "seal": "PDFに長期署名（PAdES、通常は B-LTA）を付けます。試験用の署名者の名前で付き、契約の合意にはなりません",
        "verify": "PDFの電子署名とタイムスタンプを検証します（合格のときだけ終了コード0）",
        "verify-bundle": "証拠一式（ZIP）を検証します（合格は終了コード0、不合格は1、読めないときは2）",
        "bundle": "証拠一式のZIPファイル",
        "inspect": "PDFが契約書として使えるかを検査します（使えるときだけ終了コード0）",
        "audit": "監査証跡を扱います",
        "audit_verify": "監査証跡の連鎖を検証します（改変がないときだけ終了コード0）",
        "operator": "運用者のアカウントを扱います",
        "operator_add": "運用者のアカウントを開設し、パスワードを設定するリンクをメールで送ります",
        "operator_clear": "端末をなくした運用者の多要素認証を解除します",
        "operator_release": "運用者のサインインの一時停止を解除します",
        "mail": "運用者のメールアドレス",
        "network": "接続元の制限を扱います",
        "network_release": "自らを締め出した団体の接続元の制限を解除し、管理者にメールで知らせます（一覧は残ります）",
        "code": "団体コード（6桁）",
        "reason": "解除の理由（操作ログとメールに残ります）",
        "worker": "作業者を動かします（封緘・通知・期限の処理）",
        "renew": "有効性期限が近い契約の長期署名を延長します（延長できない契約がないときだけ終了コード0）",
        "resume-seals": "停止した署名処理（検証に合格せず、タイムスタンプの取得を止めたもの）を再開します",
        "statistics": "利用統計の集計を扱います",
        "statistics_rebuild": "利用統計を契約案件から集計し直します（毎日の集計と同じ結果になります）",
        "only": "団体コード（6桁）。省略時はすべての団体",
        "dry_run": "延長せず、対象の一覧だけを表示します",
        "until": "この日までに有効性期限が来る契約を対象にします（省略時は設定の日数の先まで）",
        "migrate": "データベースを今の版に合わせます",
        "data": "データの置き場所（省略時は data/）",
        "port": "画面のポート番号（省略時は8000）",
        "in": "元のPDF",
        "level": "PAdES のレベル（省略時は B-LTA）",
        "out": "署名を付けたPDFの保存先（既にあるファイルには書きません）",
        "file": "調べるPDF",
        "json": "結果をJSONで表示します",
        "pdf": "署名とタイムスタンプを付けた検証報告書の保存先（既にあるファイルには書きません）",
        "trust_lists": "信頼リスト（認証局の一覧）を扱います",
        "trust_list": "使っている信頼リストと、その認証局を表示します",
        "trust_check": "信頼リストを調べます（使えない項目がないときだけ終了コード0）",
        "kit": "信頼リストのフォルダー（省略時は設定のフォルダー）",
        "at": "検証の基準とする日時（ISO 8601。時間帯がなければ日本時間）",
        "trust": "信頼する認証局の証明書（PEM）。何度でも指定できます。省略時は設定の認証局",
        "online": "設定した失効情報サーバーにも問い合わせます（省略時はPDFの中の情報だけで検証します）",
        "ledger": "検証する台帳（団体コードまたは service）。省略時はすべて",
        "export": "書き出した監査証跡（JSON Lines）を検証します",
        "roots": "保存した日次の証明（JSON Lines）と照合します",
        "lang": "表示の言語（ja または en）",
    },
    "en": {
        "about": "Warifu 割符: an e-contract service (witness-type signatures)",
        "up": "start the trial environment (pages, worker, trial CA and timestamp authority)",
        "seal": "add a long-term signature (PAdES B-LTA) in the name of the trial signer; it is nobody's consent",
        "verify": "validate signatures and timestamps of a PDF (exit status 0 only when passed)",
        "verify-bundle": "check an evidence bundle (exit status 0 passed, 1 failed, 2 cannot be read)",
        "bundle": "the ZIP file of the evidence bundle",
        "inspect": "examine whether a PDF can be used as a contract (exit status 0 only when it can)",
        "audit": "work with the audit ledger",
        "audit_verify": "verify the chain of the audit ledger (exit status 0 only when intact)",
        "operator": "work with accounts of operators",
        "operator_add": "open an operator's account and mail a link to choose a password",
        "operator_clear": "remove the second factors of an operator who has lost the device",
        "operator_release": "end the pause of an operator's sign-in",
        "mail": "the operator's mail address",
        "network": "work with the networks from which staff may come",
        "network_release": "lift the limit of a body that has shut itself out; its administrators get a mail",
        "code": "code of the municipality (six digits)",
        "reason": "why (kept in the ledgers and told in the mail)",
        "worker": "run a worker (sealing, mail, deadlines)",
        "renew": "renew archive timestamps that end soon (exit status 0 only when none was refused)",
        "resume-seals": "try seals again that were stopped because our own check kept refusing what had been paid for",
        "statistics": "work with the statistics",
        "statistics_rebuild": "count the statistics anew from the agreements (the same as the daily count)",
        "only": "code of one municipality (six digits); default: all",
        "dry_run": "list what would be renewed, and renew nothing",
        "until": "renew what ends by this day (default: the configured number of days ahead)",
        "migrate": "bring the database to this version",
        "data": "where data lies (default: data/)",
        "port": "port of the pages (default: 8000)",
        "in": "the PDF to seal",
        "level": "PAdES baseline level (default B-LTA)",
        "out": "where to write the sealed PDF (an existing file is not overwritten)",
        "file": "the PDF to examine",
        "json": "print the result as JSON",
        "pdf": "where to write the sealed report (an existing file is not overwritten)",
        "trust_lists": "work with trust lists (kits of roots)",
        "trust_list": "show the trust lists in use and their roots",
        "trust_check": "examine trust lists (exit status 0 only when every entry can be used)",
        "kit": "directory of the kit (default: the configured one)",
        "at": "the moment of validation (ISO 8601; Japan time when no zone is given)",
        "trust": "certificate of a trusted authority (PEM); may be repeated; default: the configured ones",
        "online": "ask the configured revocation services too (default: only what the PDF holds)",
        "ledger": "the ledger to verify (municipality code or `service`); default: all",
        "export": "verify an exported ledger (JSON Lines)",
        "roots": "compare with an exported file of daily roots (JSON Lines)",
        "lang": "language of this help (ja or en)",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status コマンドの実行."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser(_language(given)).parse_args(given)
    if options.data is not None:
        os.environ["WARIFU_DATA"] = str(options.data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warifu.settings")
    # Whoever has this machine's command line works for all bodies; those whom the walls hold come by the web.
    scope.begin(scope.SERVICE)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our lines has seen enough (`| head`); the interpreter must not try to write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    return status


def _language(arguments: Sequence[str]) -> str:
    """`--lang en`, else the locale; Japanese unless the environment clearly speaks English."""
    for place, word in enumerate(arguments):
        if word.startswith("--lang="):
            return "en" if word.endswith("en") else "ja"
        if word == "--lang" and place + 1 < len(arguments):
            return "en" if arguments[place + 1] == "en" else "ja"
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.startswith("en") else "ja"


def _parser(language: str) -> argparse.ArgumentParser:
    words = _TEXTS[language]
    parser = argparse.ArgumentParser(prog="warifu", description=words["about"])
    parser.add_argument("--lang", choices=["ja", "en"], help=words["lang"])
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", type=Path, metavar="DIR", default=None, help=words["data"])
    shared.add_argument("--lang", choices=["ja", "en"], default=argparse.SUPPRESS, help=words["lang"])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words[name], description=words[name], parents=[shared])
        added.set_defaults(run=run)
        return added

    command("up", _up).add_argument("--port", type=int, default=8000, help=words["port"])
    seal = command("seal", _seal)
    seal.add_argument("source", type=Path, metavar="IN", help=words["in"])
    seal.add_argument("target", type=Path, metavar="OUT", help=words["out"])
    levels = ("B-B", "B-T", "B-LT", "B-LTA")
    seal.add_argument("--level", choices=levels, default="B-LTA", help=words["level"])
    verify = command("verify", _verify)
    verify.add_argument("file", type=Path, metavar="FILE", help=words["file"])
    verify.add_argument("--json", action="store_true", help=words["json"])
    verify.add_argument("--pdf", type=Path, metavar="OUT", help=words["pdf"])
    verify.add_argument("--at", metavar="ISO8601", help=words["at"])
    verify.add_argument("--trust", type=Path, action="append", metavar="PEM", help=words["trust"])
    verify.add_argument("--online", action="store_true", help=words["online"])
    bundle = command("verify-bundle", _verify_bundle)
    bundle.add_argument("file", type=Path, metavar="FILE", help=words["bundle"])
    bundle.add_argument("--json", action="store_true", help=words["json"])
    bundle.add_argument("--at", metavar="ISO8601", help=words["at"])
    bundle.add_argument("--trust", type=Path, action="append", metavar="PEM", help=words["trust"])
    inspect = command("inspect", _inspect)
    inspect.add_argument("file", type=Path, metavar="FILE", help=words["file"])
    inspect.add_argument("--json", action="store_true", help=words["json"])
    lists = commands.add_parser("trust", help=words["trust_lists"], description=words["trust_lists"], parents=[shared])
    kinds = lists.add_subparsers(required=True, metavar="COMMAND")
    for name, run in (("list", _trust_list), ("check", _trust_check)):
        text = words[f"trust_{name}"]
        kind = kinds.add_parser(name, help=text, description=text, parents=[shared])
        kind.add_argument("kit", type=Path, metavar="DIR", nargs="?", help=words["kit"])
        kind.set_defaults(run=run)
    audit = command("audit", None).add_subparsers(required=True, metavar="COMMAND")
    audit_verify = audit.add_parser(
        "verify", help=words["audit_verify"], description=words["audit_verify"], parents=[shared]
    )
    audit_verify.add_argument("--ledger", help=words["ledger"])
    audit_verify.add_argument("--export", type=Path, metavar="FILE", help=words["export"])
    audit_verify.add_argument("--roots", type=Path, metavar="FILE", help=words["roots"])
    audit_verify.add_argument("--trust", type=Path, action="append", metavar="PEM", help=words["trust"])
    audit_verify.set_defaults(run=_audit_verify)
    operator = command("operator", None).add_subparsers(required=True, metavar="COMMAND")
    for name, run in (("add", _operator_add), ("clear", _operator_clear), ("release", _operator_release)):
        text = words[f"operator_{name}"]
        kind = operator.add_parser(name, help=text, description=text, parents=[shared])
        kind.add_argument("mail", metavar="MAIL", help=words["mail"])
        kind.set_defaults(run=run)
    network = command("network", None).add_subparsers(required=True, metavar="COMMAND")
    release = network.add_parser(
        "release", help=words["network_release"], description=words["network_release"], parents=[shared]
    )
    release.add_argument("code", metavar="CODE", help=words["code"])
    release.add_argument("--reason", required=True, metavar="TEXT", help=words["reason"])
    release.set_defaults(run=_network_release)
    command("worker", _worker)
    renew = command("renew", _renew)
    renew.add_argument("--dry-run", action="store_true", help=words["dry_run"])
    renew.add_argument("--until", metavar="DATE", help=words["until"])
    command("resume-seals", _resume_seals)
    counts = command("statistics", None).add_subparsers(required=True, metavar="COMMAND")
    text = words["statistics_rebuild"]
    recount = counts.add_parser("rebuild", help=text, description=text, parents=[shared])
    recount.add_argument("--code", metavar="CODE", help=words["only"])
    recount.set_defaults(run=_statistics_rebuild)
    command("migrate", _migrate)
    return parser


def _up(options: argparse.Namespace) -> int:
    from . import up

    return up.up(port=options.port)


def _seal(options: argparse.Namespace) -> int:
    from . import pdf

    return pdf.seal(options.source, options.target, level=options.level)


def _verify(options: argparse.Namespace) -> int:
    from . import pdf

    return pdf.verify(
        options.file,
        as_json=options.json,
        pdf=options.pdf,
        at=options.at,
        trust=options.trust or [],
        online=options.online,
    )


def _verify_bundle(options: argparse.Namespace) -> int:
    from . import bundle

    return bundle.verify(options.file, as_json=options.json, at=options.at, trust=options.trust or [])


def _trust_list(options: argparse.Namespace) -> int:
    from . import trust

    return trust.show(options.kit)


def _trust_check(options: argparse.Namespace) -> int:
    from . import trust

    return trust.check(options.kit)


def _inspect(options: argparse.Namespace) -> int:
    from . import pdf

    return pdf.inspect(options.file, as_json=options.json)


def _audit_verify(options: argparse.Namespace) -> int:
    from . import ledger

    return ledger.verify(only=options.ledger, export=options.export, roots=options.roots, trust=options.trust or [])


def _operator_add(options: argparse.Namespace) -> int:
    from . import operators

    return operators.add(options.mail)


def _operator_clear(options: argparse.Namespace) -> int:
    from . import operators

    return operators.clear(options.mail)


def _operator_release(options: argparse.Namespace) -> int:
    from . import operators

    return operators.release(options.mail)


def _network_release(options: argparse.Namespace) -> int:
    from . import networks

    return networks.release(options.code, reason=options.reason)


def _worker(options: argparse.Namespace) -> int:
    # The worker is another room on this floor: it is started, not imported.
    os.execv(sys.executable, [sys.executable, "-m", "warifu.jobs"])  # noqa: S606 - a fixed command of our own


def _renew(options: argparse.Namespace) -> int:
    from . import renewals

    return renewals.renew(dry_run=options.dry_run, until=options.until)


def _resume_seals(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from warifu.agreements import leases

    print(f"署名処理を再開しました：{leases.resume():,}件")
    return 0


def _statistics_rebuild(options: argparse.Namespace) -> int:
    from . import statistics

    return statistics.rebuild(options.code)


def _migrate(options: argparse.Namespace) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=1, interactive=False)
    return 0
