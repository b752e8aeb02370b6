"""`python -m trialpki create|tsa|revocation|revoke` 試験用認証局のコマンド."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509

from trialpki import authority, clock, errors, faults, revocations, services, serving


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status 試験用認証局のコマンド."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except errors.TrialPkiError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"処理を続けられませんでした（{error}）。ディレクトリ、権限、ポートをご確認ください。", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="trialpki", description="試験用の認証局・失効情報サーバー・タイムスタンプ局")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    create = _command(commands, "create", _create, "試験用認証局を作成します（作成済みの場合は何もしません）")
    create.add_argument("--at", metavar="ISO8601", help="証明書の発行時刻（省略時は現在時刻）")
    revoke = _command(commands, "revoke", _revoke, "証明書を失効させます")
    revoke.add_argument("name", metavar="NAME", help="証明書の名前（signer など）")
    revoke.add_argument("--reason", choices=revocations.REASONS, default="unspecified", help="失効の理由")
    revoke.add_argument("--at", metavar="ISO8601", help="失効の時刻（省略時は現在時刻）")
    for name, run, text in (
        ("tsa", _tsa, "タイムスタンプ局（RFC 3161）を動かします"),
        ("revocation", _revocation, "失効情報サーバー（OCSP・CRL）を動かします"),
    ):
        server = _command(commands, name, run, text)
        server.add_argument("--port", type=int, default=0, help="ポート番号（0は空いている番号）")
        server.add_argument("--clock", type=Path, metavar="FILE", help="時刻を読み取るファイル（試験用）")
        server.add_argument("--faults", action="store_true", help="障害の模擬を切り替えられるようにします（試験用）")
        server.add_argument("--control-port", type=int, default=0, help="障害を切り替えるポート番号（--faults のとき）")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: object, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("directory", type=Path, metavar="DIR", help="試験用認証局のディレクトリ")
    parser.set_defaults(run=run)
    return parser


def _create(options: argparse.Namespace) -> int:
    authority.create(options.directory, clock.moment(options.at) if options.at else clock.system())
    return 0


def _revoke(options: argparse.Namespace) -> int:
    trial = authority.load(options.directory)
    if options.name not in trial.by_name:
        raise authority.unknown(options.name)
    at = clock.moment(options.at) if options.at else clock.system()
    serial = trial.by_name[options.name].serial_number
    reason = x509.ReasonFlags(options.reason)
    revocations.record(options.directory, revocations.Revocation(options.name, serial, at, reason))
    return 0


def _tsa(options: argparse.Namespace) -> int:
    trial, now = authority.load(options.directory), _clock(options)
    if options.faults:
        return _serve_with_faults(faults.TimestampService(trial, now), options)
    return _serve(services.TimestampService(trial, now), options)


def _revocation(options: argparse.Namespace) -> int:
    trial, now = authority.load(options.directory), _clock(options)
    if options.faults:
        return _serve_with_faults(faults.RevocationService(trial, now), options)
    return _serve(services.RevocationService(trial, now), options)


def _clock(options: argparse.Namespace) -> clock.Clock:
    return clock.of_file(options.clock) if options.clock else clock.system


def _serve(respond: serving.Respond, options: argparse.Namespace) -> int:
    server = serving.Server(respond, port=options.port)
    serving.until_told_to_stop(server, announce=lambda: _announce("listening", server.port))
    return 0


def _serve_with_faults(service: faults.Service, options: argparse.Namespace) -> int:
    server = faults.FaultyServer(service, port=options.port)
    # The switch needs a door of its own: in mode "down" the service's port is shut.
    control = serving.Server(service.switch.control, port=options.control_port)

    def announce() -> None:
        _announce("listening", server.port)
        _announce("control", control.port)

    serving.until_told_to_stop(server, control, announce=announce)
    return 0


def _announce(word: str, port: int) -> None:
    print(f"{word} {serving.ADDRESS}:{port}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
