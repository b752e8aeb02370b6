"""What the page of a draft says of its files 登録したファイルの表示の試験."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.pades import samples
from warifu.access import models as access
from warifu.agreements import actions
from warifu.pades import findings
from warifu.web import clock

pytestmark = pytest.mark.django_db


def test_repairs_and_refusals_are_told_in_words(cast: None, objects: Path) -> None:
    broken = re.sub(rb"startxref\s+\d+", b"startxref\n7", samples.plain())
    agreement = city.drafted(objects, at=clock.now(), files=(broken,))
    differs = findings.refusal("pages_differ", page=12)
    actions.refuse_upload(agreement_id=agreement.pk, name="図面.pdf", finding=differs, by=city.sato(), at=clock.now())
    client = Client()
    client.force_login(access.Account.objects.get(mail="sato@morioka.example.jp"))
    page = client.get(f"/agreements/{agreement.pk}/files/").content.decode()
    assert "修復したので使用できます" in page
    assert findings.NOTES["xref_rebuilt"][0] in page
    assert "全1ページを3種類の閲覧プログラムで表示して比べた範囲で、違いは見つかりませんでした。" in page
    assert differs.message in page
    assert differs.next_step in page
