"""A Warifu of its own for a benchmark: started as a newcomer starts it, ended by itself."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class World:
    """Address, password and data directory of the running service."""

    port: int
    password: str
    data: Path


def point_django_at(data: Path) -> None:
    """Let this process use the same database and vault as the running service, as the service itself does."""
    os.environ["WARIFU_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warifu.settings")
    os.environ.setdefault("WARIFU_LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from warifu.directory import scope

    scope.begin(scope.SERVICE)


@contextmanager
def database() -> Iterator[str]:
    """The address of the database of this run: SQLite unless `WARIFU_DATABASE_URL` names a PostgreSQL.

    Where that names a superuser, a database of its own is made for a role that row-level security holds, and both go
    again; else the named one is filled.
    """
    given = os.environ.get("WARIFU_DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield given
        return
    with psycopg.connect(given, autocommit=True) as line:
        row = line.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if row != (True,):
            yield given
            return
        name, word = f"warifu_bench_{os.getpid()}", secrets.token_urlsafe(12)
        role = sql.Identifier(name)
        line.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(role, sql.Literal(word))
        )
        line.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
        parts = urlsplit(given)
        address = parts._replace(netloc=f"{name}:{word}@{parts.hostname}:{parts.port or 5432}", path=f"/{name}")
        os.environ["WARIFU_DATABASE_URL"] = address.geturl()
        try:
            yield address.geturl()
        finally:
            os.environ["WARIFU_DATABASE_URL"] = given
            line.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(role))
            line.execute(sql.SQL("DROP ROLE {}").format(role))


@contextmanager
def started() -> Iterator[World]:
    """A fresh `warifu up` on a free port, on the database that `WARIFU_DATABASE_URL` names, else on SQLite."""
    with (
        database() as address,
        tempfile.TemporaryDirectory(prefix="warifu-bench-") as folder,
        socket.socket() as probe,
    ):
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        data = Path(folder, "data")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WARIFU_")}
        if address:
            clean["WARIFU_DATABASE_URL"] = address
        process = subprocess.Popen(
            [sys.executable, "-m", "warifu", "up", "--data", str(data), "--port", str(port)],
            cwd=ROOT,
            env=clean,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            told = ""
            for line in process.stdout or ():
                told += line
                if "Ctrl-C" in line:
                    break
            found = re.search(r"パスワード\s+(\S+)", told)
            if found is None:
                raise SystemExit(f"warifu did not start:\n{told}")
            yield World(port, found[1], data)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def quantile(values: list[float], share: float) -> float:
    """The value below which this share of all lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
