"""One command starts everything: pages, worker, trial authority, mailbox 試験環境の起動."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import trial

DEMO_PASSWORD_FILE = "demo-password.txt"  # noqa: S105 - a file name


@dataclass
class Child:
    """A process that we keep alive 子プロセス."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[str] | None = None
    restarts: int = 0

    def start(self) -> None:
        # A session of its own: Ctrl-C in a terminal goes to us alone, and we end the children in order.
        with self.log.open("a", encoding="utf-8") as lines:
            self.process = subprocess.Popen(
                self.command,
                stdout=lines,
                stderr=lines,
                text=True,
                start_new_session=True,
                preexec_fn=trial.follow_parent,
            )


def up(*, port: int) -> int:
    """Set up what is missing, start everything, and stay until Ctrl-C; returns the exit status 起動."""
    began = time.monotonic()
    if not _free(port):
        print(
            f"ポート{port}は、ほかのプログラムが使っています。`--port` で別の番号を指定してください"
            f"（例：--port {port + 100}）。",
            file=sys.stderr,
        )
        return 2
    os.environ["WARIFU_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    from warifu import settings

    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    first = not (settings.TRIAL_DIR / "root.pem").exists()
    servers: list[subprocess.Popen[str]] = []
    children: list[Child] = []
    stopping = _Stopping()
    try:
        trial.create(settings.TRIAL_DIR)
        tsa, tsa_port = trial.start("tsa", settings.TRIAL_DIR)
        servers.append(tsa)
        revocation, revocation_port = trial.start("revocation", settings.TRIAL_DIR)
        servers.append(revocation)
        os.environ.update(trial.environment(tsa_port, revocation_port))
        people = _prepare(settings.DATA_DIR)
        children += [
            Child("worker", [sys.executable, "-m", "warifu.jobs"], settings.DATA_DIR / "worker.log"),
            Child("web", _web_command(port), settings.DATA_DIR / "web.log"),
        ]
        for child in children:
            child.start()
        if not _answers(port, stopping):
            print(f"画面が起動しませんでした。{settings.DATA_DIR}/web.log を確かめてください。", file=sys.stderr)
            return 1
        _tell(port, tsa_port, revocation_port, people, first=first, seconds=time.monotonic() - began)
        return _keep(children, servers, stopping)
    except trial.NotStarted as problem:
        print(f"試験用のサーバーが起動しませんでした（{problem}）。", file=sys.stderr)
        return 1
    finally:
        trial.stop([child.process for child in reversed(children) if child.process] + servers)


class _Stopping:
    """Remembers that we were asked to end."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def _prepare(data: Path) -> list[tuple[str, str, str]]:
    """Database, directories and the cast of the demonstration; returns who may sign in with what."""
    import django
    from django.core.management import call_command

    django.setup()
    from warifu import settings

    for directory in (settings.OBJECTS_DIR, settings.SCRATCH_DIR, settings.STATIC_ROOT):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    from . import demo

    password = _password(data)
    planted = demo.plant(at=datetime.now(UTC), password=password)
    return [(f"{one.municipality} {one.post} {one.name}".strip(), one.mail, "・".join(one.work)) for one in planted]


def _password(data: Path) -> str:
    """The demonstration's password: made once, kept beside the data, told at each start."""
    file = data / DEMO_PASSWORD_FILE
    if not file.exists():
        words = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(16))
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write("-".join(words[place : place + 4] for place in range(0, 16, 4)))
    return file.read_text(encoding="utf-8").strip()


def _web_command(port: int) -> list[str]:
    return [
        str(Path(sys.executable).with_name("granian")),
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "8",
        "--no-ws",
        "--log-level",
        "warning",
        "warifu.web.wsgi:application",
    ]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: int, stopping: _Stopping) -> bool:
    for _ in range(300):
        if stopping.asked:
            return True
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _tell(
    port: int,
    tsa_port: int,
    revocation_port: int,
    people: list[tuple[str, str, str]],
    *,
    first: bool,
    seconds: float,
) -> None:
    """Say in one line each what runs, where, and who may sign in."""
    from warifu import settings

    address = f"http://127.0.0.1:{port}"
    print(f"割符を起動しました（{'初回の準備を含めて' if first else ''}{seconds:.1f}秒）。\n")
    print(f"  画面                  {address}/")
    print(f"  メールの確認          {address}/mailbox/   （実際のメールは送りません）")
    print(f"  PDFの検証             {address}/verify/")
    print("  作業者                封緘・通知・期限の処理")
    print(f"  試験用の時刻認証局    127.0.0.1:{tsa_port}（RFC 3161）")
    print(f"  試験用の失効情報      127.0.0.1:{revocation_port}（OCSP・CRL）")
    print(f"  データと記録          {settings.DATA_DIR}\n")
    print("サインインできる人（パスワードは全員同じです）")
    print(f"  パスワード  {_password(settings.DATA_DIR)}")
    for name, mail, work in people:
        print(f"  {mail:<38}{name}（{work}）")
    print("\n試験用の認証局で動いています。この環境で締結した契約に法的な効力はありません。")
    print("終了するには Ctrl-C を押してください。", flush=True)


def _keep(children: list[Child], servers: list[subprocess.Popen[str]], stopping: _Stopping) -> int:
    """Stay until we are asked to end; a child that dies is started again."""
    while not stopping.asked:
        time.sleep(0.2)
        for child in children:
            if child.process is not None and child.process.poll() is not None:
                child.restarts += 1
                print(f"{child.name}が終了したため、再び起動します。", file=sys.stderr, flush=True)
                # A server that was killed cannot end its own children, and they would keep the port.
                with suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                time.sleep(min(5.0, 0.2 * child.restarts))
                child.start()
        for server in servers:
            if server.poll() is not None:
                print("試験用のサーバーが終了しました。割符を起動し直してください。", file=sys.stderr, flush=True)
                servers.remove(server)
                break
    print("\n終了しています。", flush=True)
    return 0
