"""The public page examines strangers' files, few at a time, and never more than it said it would take."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import samples
from warifu import settings
from warifu.web.verify import pages


def asked() -> SimpleUploadedFile:
    return SimpleUploadedFile("契約書.pdf", samples.contract(), "application/pdf")


def test_while_two_are_examined_a_third_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, real = threading.Semaphore(0), threading.Event(), pages._validated

    def slowly(file: object) -> object:
        begun.release()
        assert go_on.wait(30)
        return real(file)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(pages, "_validated", slowly)
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
    def broken(file: object) -> object:
        raise OSError("no space left")

    with monkeypatch.context() as during:
        during.setattr(pages, "_validated", broken)
        for _ in range(pages.AT_ONCE + 1):
            assert Client(raise_request_exception=False).post("/verify/", {"file": asked()}).status_code == 500
    assert Client().post("/verify/", {"file": asked()}).status_code == 200


def test_a_file_a_little_too_big_is_told_on_the_page_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", 1024 * 1024)
    big = SimpleUploadedFile("契約書.pdf", b"%PDF-1.7\n" + b"0" * 1024 * 1024, "application/pdf")
    reply = Client().post("/verify/", {"file": big})
    assert reply.status_code == 413
    assert "1MBまでのPDFを選んでください。" in reply.content.decode()
    assert "検証するPDF" in reply.content.decode()
