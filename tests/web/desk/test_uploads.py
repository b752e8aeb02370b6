"""What the page for files says when an agreement is full."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city, samples
from tests.house import pagecheck
from warifu.access import models as access
from warifu.agreements import capacity
from warifu.web import clock

pytestmark = pytest.mark.django_db


def test_a_file_too_many_is_refused_with_the_next_step_and_the_others_stay(
    cast: None, objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "MOST_FILES", 1)
    agreement = city.drafted(objects, at=clock.now())
    client = Client()
    client.force_login(access.Account.objects.get(staff=city.sato().staff))
    address = f"/agreements/{agreement.pk}/files/"
    document = SimpleUploadedFile("別紙.pdf", samples.contract(), "application/pdf")
    text = client.post(address, {"files": document}, follow=True).content.decode()
    assert "1件の契約に登録できるファイルは1件までです。" in text
    assert "ファイルをまとめて登録してください" in text
    assert pagecheck.check_page(text, address) == []
    assert agreement.documents.count() == 1
