"""The public page examines strangers' files, few at a time, and never more than it said it would take."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import samples
from warifu import settings
from warifu.pades import reports
from warifu.web import validating


def asked() -> SimpleUploadedFile:
    return SimpleUploadedFile("契約書.pdf", samples.contract(), "application/pdf")


def test_while_two_are_examined_a_third_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, real = threading.Semaphore(0), threading.Event(), validating.validated

    def slowly(pieces: Iterable[bytes], *, at: datetime) -> reports.ValidationReport:
        begun.release()
        assert go_on.wait(30)
        return real(pieces, at=at)

    monkeypatch.setattr(validating, "validated", slowly)
    answers: list[int] = []
    files = [asked(), asked()]
    threads = [
        threading.Thread(target=lambda file=file: answers.append(Client().post("/verify/", {"file": file}).status_code))
        for file in files
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert begun.acquire(timeout=30)
    third = Client().post("/verify/", {"file": asked()})
    go_on.set()
    for thread in threads:
        thread.join()
    assert third.status_code == 503
    assert third["Retry-After"] == "30"
    assert "1分ほど待ってから、同じPDFをもう一度選び" in third.content.decode()
    assert answers == [200, 200]
    assert Client().post("/verify/", {"file": asked()}).status_code == 200, "there is room again"


def test_a_check_that_breaks_gives_its_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(pieces: Iterable[bytes], *, at: datetime) -> reports.ValidationReport:
        raise OSError("no space left")

    with monkeypatch.context() as during:
        during.setattr(validating, "validated", broken)
        for _ in range(settings.VERIFY_AT_ONCE + 1):
            assert Client(raise_request_exception=False).post("/verify/", {"file": asked()}).status_code == 500
    assert Client().post("/verify/", {"file": asked()}).status_code == 200


def test_a_file_a_little_too_big_is_told_on_the_page_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", 1024 * 1024)
    big = SimpleUploadedFile("契約書.pdf", b"%PDF-1.7\n" + b"0" * 1024 * 1024, "application/pdf")
    reply = Client().post("/verify/", {"file": big})
    assert reply.status_code == 413
    assert "1MBまでのPDFを選んでください。" in reply.content.decode()
    assert "検証するPDF" in reply.content.decode()


def test_another_process_of_the_machine_takes_turns_too() -> None:
    """Many web processes must not add up to more than the machine can bear."""
    taking = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'warifu.settings'; import django; django.setup()\n"
        "from contextlib import ExitStack; from warifu import settings; from warifu.web import validating\n"
        "stack = ExitStack(); [stack.enter_context(validating.turn()) for _ in range(settings.VERIFY_AT_ONCE)]\n"
        "print('taken', flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", taking], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"taken\n"
        assert Client().post("/verify/", {"file": asked()}).status_code == 503
        other.kill()
    assert Client().post("/verify/", {"file": asked()}).status_code == 200, "a killed process holds nothing"


def test_the_result_can_be_taken_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TRUST_FILES", [])
    reply = Client().post("/verify/", {"file": asked(), "form": "json"})
    assert (reply.status_code, reply["Content-Type"]) == (200, "application/json")
    assert "attachment" in reply["Content-Disposition"]
    found = json.loads(reply.content)
    assert (found["format"], found["version"], found["problem"]) == ("warifu-validation-report", 2, "unsigned")
    assert reports.ValidationReport.from_json(found).result is reports.Result.INDETERMINATE


def test_strangers_have_only_so_many_sealed_reports_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VERIFY_REPORTS_PER_HOUR", 0)
    reply = Client().post("/verify/", {"file": asked(), "form": "pdf"})
    assert reply.status_code == 503
    assert "「画面で見る」を選ぶと、すぐに検証できます。" in reply.content.decode()
