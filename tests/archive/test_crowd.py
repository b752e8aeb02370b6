import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from . import crowd

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {"faults": [], "answers": crowd.WORKERS, "records": 1, "rows": 1, "files": 1, "entries": 1}


@pytest.fixture
def empty_postgresql() -> Iterator[str]:
    """The address of a new, empty PostgreSQL database, removed afterwards."""
    given = os.environ.get("WARIFU_TEST_POSTGRES_URL")
    if not given:
        pytest.skip("WARIFU_TEST_POSTGRES_URL names no PostgreSQL")
    name = f"warifu_{uuid.uuid4().hex}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def gather(address: str, data: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.archive.crowd"],
        cwd=ROOT,
        env={**os.environ, "WARIFU_DATABASE_URL": address, "WARIFU_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_eight_workers_on_sqlite_that_file_one_contract_make_one_record(tmp_path: Path) -> None:
    assert gather(f"sqlite:///{tmp_path / 'crowd.sqlite3'}", tmp_path) == EXPECTED


@pytest.mark.postgres
def test_eight_workers_on_postgresql_that_file_one_contract_make_one_record(
    empty_postgresql: str, tmp_path: Path
) -> None:
    assert gather(empty_postgresql, tmp_path) == EXPECTED
