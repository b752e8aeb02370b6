"""What the page after the conclusion promises, and addresses that lead back to the page that has the button."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests import city
from tests.archive import people
from tests.house import pagecheck
from tests.web.counter.browser import Browser
from tests.web.counter.test_door import code_of, link_of, verified
from warifu.agreements import models
from warifu.archive import models as archive
from warifu.web import clock

pytestmark = pytest.mark.django_db


def test_after_a_forgotten_tick_the_page_may_be_read_anew(cast: None, objects: Path) -> None:
    agreement, browser = city.sent(objects, at=clock.now()), Browser()
    landing = verified(browser, agreement)
    assert browser.post(f"{landing}consent/", {}).status_code == 422
    reply = browser.get(f"{landing}consent/")
    assert (reply.status_code, reply["Location"]) == (302, f"{landing}read/")
    assert not models.Consent.objects.exists()


def test_who_has_not_given_the_code_is_led_to_it(cast: None, objects: Path) -> None:
    browser = Browser()
    landing = browser.get(link_of(city.sent(objects, at=clock.now())))["Location"]
    for address in ("consent/", "code/"):
        reply = browser.get(landing + address)
        assert (reply.status_code, reply["Location"]) == (302, landing), address


def concluded(objects: Path, **other: object) -> tuple[models.Agreement, archive.Record]:
    agreement = city.sent(objects, at=clock.now())
    city.counterparty_consents(agreement, at=clock.now())
    record = people.file(city.sato().staff.department, sealed_until=people.jst(2037, 11, 23))
    models.Agreement.objects.filter(pk=agreement.pk).update(
        state="concluded", record=record, agreed_at=clock.now(), concluded_at=clock.now(), **other
    )
    return agreement, record


def done(agreement: models.Agreement) -> str:
    browser = Browser()
    landing = str(browser.get(link_of(agreement))["Location"])
    browser.post(landing, {"code": code_of(agreement)})
    reply = browser.get(f"{landing}state/")
    assert pagecheck.check_page(reply.content.decode(), landing) == []
    return str(reply.content.decode())


def test_the_contractor_reads_until_when_the_copy_is_valid_and_that_it_is_renewed(cast: None, objects: Path) -> None:
    agreement, record = concluded(objects)
    text = done(agreement)
    assert "有効性期限の令和19年11月23日（月）" in text
    assert "期限が近づくとサービスがタイムスタンプを更新し、有効性期限を延長します" in text
    archive.Record.objects.filter(pk=record.pk).update(renewal_problem="altered")
    text = done(agreement)
    assert "有効性期限の令和19年11月23日（月）" in text
    assert "タイムスタンプを更新し" not in text, "what may not happen is not promised"


def test_after_a_renewal_the_contractor_is_handed_the_newest_file_and_told_so(cast: None, objects: Path) -> None:
    agreement, record = concluded(objects)
    file = record.files.get()
    kept = people.kept(record.municipality, b"%PDF sealed and renewed" + b" " * 5000)
    archive.FileRenewal.objects.create(
        file=file,
        position=1,
        object=kept,
        before_digest=file.digest,
        digest=kept.digest,
        size=kept.size,
        timestamp_authority="割符 試験用タイムスタンプ局",
        timestamp_serial="1f",
        timestamped_at=clock.now(),
        sealed_until=clock.now() + timedelta(days=4000),
        renewed_at=clock.now(),
    )
    text = done(agreement)
    assert "有効性期限を延長した最新のファイルです" in text
    assert "5KB" in text


def test_the_page_knows_whether_the_seals_show_on_the_paper(cast: None, objects: Path) -> None:
    agreement, _ = concluded(objects)
    assert "紙面に印影はありません" in done(agreement)
    models.Agreement.objects.filter(pk=agreement.pk).update(seal_style="red")
    text = done(agreement)
    assert "紙面の署名欄に" in text
    assert "紙面に印影はありません" not in text
