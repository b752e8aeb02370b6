"""A refusal is a calm page, whoever asks, however early it comes, and even while the database is away."""

import json
import os
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from tests.house import pagecheck
from warifu.web import refusals

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def early() -> HttpRequest:
    """A request that no middleware has looked at."""
    request = RequestFactory().get("/agreements/new/")
    request.META["WARIFU_REFERENCE"] = "0123456789ab"
    return request


def test_who_is_asking_need_not_be_known(early: HttpRequest) -> None:
    assert not hasattr(early, "user")
    for refuse in (refusals.not_found, refusals.not_allowed, refusals.bad_request, refusals.fault, refusals.too_long):
        reply = refuse(early)
        page = reply.content.decode()
        assert pagecheck.check_page(page, refuse.__name__) == []
        assert "受付番号" in page
        assert "0123456789ab" in page
        assert "ください。" in page
        assert reply["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "surface"), [("/c/abc", "counter"), ("/counter/abc/", "counter"), ("/verify/", "verify")]
)
def test_a_fault_looks_like_the_surface_it_happened_on(path: str, surface: str) -> None:
    reply = refusals.fault(RequestFactory().get(path))
    assert reply.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert f'data-surface="{surface}"' in reply.content.decode()
    assert "最初の画面へ戻る" not in reply.content.decode()


def test_without_a_database_every_page_is_a_calm_one(tmp_path: Path) -> None:
    paths = ["/", "/records/", "/counter/11111111-1111-4111-8111-111111111111/", "/nothing-is-here/"]
    surroundings = {
        "WARIFU_DATA": str(tmp_path),
        "WARIFU_DATABASE_URL": f"sqlite:///{tmp_path / 'missing' / 'warifu.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "warifu.settings",
    }
    asked = subprocess.run(
        [sys.executable, "-m", "tests.web.without_database", "a" * 32, *paths],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answers = [json.loads(line) for line in asked.stdout.splitlines()]
    assert [answer["problems"] for answer in answers] == [[]] * len(paths)
    assert [answer["status"] for answer in answers] == [500, 500, 500, 404]
    for answer in answers[:3]:
        assert "処理を完了できませんでした" in answer["page"]
        assert "受付番号" in answer["page"]
    assert "ページが見つかりません" in answers[3]["page"]
    assert asked.stderr.count('"event": "fault"') == 3
    assert "unable to open database file" in asked.stderr
