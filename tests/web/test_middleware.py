"""Nothing over-long is read, every fault is told with its reference, and no log holds the token of a link."""

import io
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client
from pytest_django.fixtures import Settings

from tests import city
from tests.web.counter.test_door import link_of
from warifu import settings as product
from warifu.web import clock, middleware, validating

MEGABYTE = 1024 * 1024
TOKEN = "T0ken-of_a-Link" + "x" * 28


class Untouchable:
    """A body that must not be read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def announced(path: str, **head: str) -> Any:
    """A POST whose body nobody may touch."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    extra: dict[str, Any] = {"wsgi.input": Untouchable(), **head}
    return client.generic("POST", path, b"", "multipart/form-data; boundary=x", **extra)


# -- bodies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/agreements/new/", 1001 * MEGABYTE),
        (f"/agreements/{uuid.UUID(int=1)}/files/", 1001 * MEGABYTE),
        (f"/agreements/{uuid.UUID(int=1)}/contents/", 2 * MEGABYTE),
        (f"/agreements/{uuid.UUID(int=1)}/files/{uuid.UUID(int=2)}/remove/", 2 * MEGABYTE),
        ("/verify/", 51 * MEGABYTE),
        ("/signin/", 2 * MEGABYTE),
        (f"/c/{TOKEN}", 2 * MEGABYTE),
        ("/nothing/", 2 * MEGABYTE),
    ],
)
def test_each_address_takes_what_it_needs_and_reads_nothing_longer(path: str, limit: int) -> None:
    assert middleware.body_limit(path) == limit
    reply = announced(path, CONTENT_LENGTH=str(limit + 1))
    assert reply.status_code == 413
    assert "送られた内容が大きすぎます" in reply.content.decode()
    assert "50MBまでのPDFを選び直してください。" in reply.content.decode()
    assert reply["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "head", [{"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "-1"}]
)
def test_a_body_of_unknown_length_is_refused(head: dict[str, str]) -> None:
    reply = announced("/verify/", **head)
    assert reply.status_code == 411
    assert "大きさを示さない送信は受け付けていません。" in reply.content.decode()


@pytest.mark.django_db
def test_what_is_within_the_limit_comes_through() -> None:
    assert Client().post("/verify/", {"note": "x" * MEGABYTE}).status_code == 422


# -- logs --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines as production would write them, of every level."""
    kept, root = io.StringIO(), logging.getLogger()
    [formatter] = {
        handler.formatter
        for handler in root.handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    }
    handler = logging.StreamHandler(kept)
    handler.setFormatter(formatter)
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in kept.getvalue().splitlines()]
    root.setLevel(level)
    root.removeHandler(handler)


Told = Callable[[], list[dict[str, Any]]]


@pytest.mark.django_db
def test_no_line_holds_the_token_of_an_unknown_link(told: Told) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get(f"/c/{TOKEN}").status_code == 404
    assert client.get(f"/c/{TOKEN}/more/").status_code == 404
    assert client.post(f"/c/{TOKEN}").status_code == 403
    assert Client().post(f"/c/{TOKEN}").status_code == 405
    lines = told()
    assert TOKEN not in json.dumps(lines)
    assert [(line["route"], line["status"]) for line in lines if line["event"] == "request"] == [
        ("counter:enter", 404),
        ("", 404),
        ("counter:enter", 403),
        ("counter:enter", 405),
    ]
    [refused] = [line for line in lines if line["event"] == "form refused"]
    assert refused["reason"] == "CSRF cookie not set."
    assert refused["reference"]


@pytest.mark.django_db
def test_no_line_holds_the_token_of_a_living_link(cast: None, objects: Path, told: Told) -> None:
    link = link_of(city.sent(objects, at=clock.now()))
    assert Client().get(link).status_code == 302
    assert link.rpartition("/")[2] not in json.dumps(told())


@pytest.mark.parametrize("after", ["warifu.web.middleware.request_line", "warifu.web.middleware.PrivatePages"])
def test_a_fault_around_the_views_is_told_with_its_reference(settings: Settings, told: Told, after: str) -> None:
    at = settings.MIDDLEWARE.index(after) + 1
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:at], "tests.web.faulty.breaks", *settings.MIDDLEWARE[at:]]
    reply = Client(raise_request_exception=False).get(f"/c/{TOKEN}")
    assert reply.status_code == 500
    [fault] = [line for line in told() if line["event"] == "fault"]
    assert "RuntimeError: the middleware broke" in fault["exception"]
    assert fault["level"] == "error"
    assert fault["reference"]
    assert fault["reference"] in reply.content.decode()
    assert TOKEN not in json.dumps(told())


def test_a_fault_in_a_view_is_told_once_with_its_route(monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    def broken(pieces: object, *, at: object) -> object:
        raise OSError("no space left")

    monkeypatch.setattr(validating, "validated", broken)
    pdf = io.BytesIO(b"%PDF-1.7")
    pdf.name = "契約書.pdf"
    reply = Client(raise_request_exception=False).post("/verify/", {"file": pdf})
    assert reply.status_code == 500
    [fault] = [line for line in told() if line["event"] == "fault"]
    assert (fault["route"], fault["reference"] in reply.content.decode()) == ("verify:page", True)
    assert "no space left" in fault["exception"]


def test_the_longest_form_is_what_django_takes_too() -> None:
    assert product.FORM_MAX_BYTES == product.DATA_UPLOAD_MAX_MEMORY_SIZE
