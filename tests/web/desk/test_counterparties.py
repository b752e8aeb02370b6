"""The pages of the register of firms, and choosing the other half from it."""

from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.conftest import AT
from tests.directory import test_register as register
from tests.web.desk.test_pages import desk_of, page
from warifu.agreements import models as agreements
from warifu.directory import models
from warifu.web import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: AT)
    return desk_of(city.sato())


def at(firm: models.Counterparty, part: str = "") -> str:
    return f"/counterparties/{firm.pk}/{part}"


def test_every_page_of_a_firm_passes_the_house_check(desk: Client) -> None:
    firm, other = city.iwate_kensetsu(), register.another(corporate_number=city.iwate_kensetsu().corporate_number)
    address, delegate = register.with_address(), register.with_delegate()
    parts = ["", "change/", "stop/", "resume/", "notes/new/", "addresses/new/", "delegates/new/", "merge/"]
    parts += [f"addresses/{address.pk}/", f"addresses/{address.pk}/stop/", f"delegates/{delegate.pk}/end/"]
    parts += [f"merge/?with={other.pk}", "merge/?q=zzz"]
    for part in parts:
        page(desk, at(firm, part))
    for url in ("/counterparties/", "/counterparties/?q=zzz", "/counterparties/?shown=merged"):
        page(desk, url)
    assert "上の登録へ統合する" in page(desk, "/counterparties/duplicates/")


def test_a_change_with_its_day_leaves_the_former_name_on_the_page(desk: Client) -> None:
    firm = city.iwate_kensetsu()
    typed = {"name": "岩手新建設株式会社", "signatory_name": "工藤 正一", "mail": firm.mail, "changed_on": "R8.3.15"}
    typed |= {"corporate_number": "２０００－０１２０１００１９"}
    reply = desk.post(at(firm, "change/"), typed | {"corporate_number": firm.corporate_number}, follow=True)
    text = reply.content.decode()
    assert "岩手建設株式会社" in text
    assert "令和8年3月14日（土）まで" in text
    wrong = desk.post(at(firm, "change/"), typed | {"corporate_number": "2000012010018"})
    assert wrong.status_code == 422
    assert "法人番号の数字が合いません" in wrong.content.decode()


def test_a_merger_is_shown_before_it_is_made(desk: Client) -> None:
    firm, other = city.iwate_kensetsu(), register.another()
    shown = page(desk, at(firm, f"merge/?with={other.pk}"))
    assert "second@example.jp" in shown
    assert models.Counterparty.objects.get(pk=other.pk).merged_into is None
    refused = desk.post(at(firm, "merge/"), {"with": other.pk})
    assert refused.status_code == 422
    done = desk.post(at(firm, "merge/"), {"with": other.pk, "reason": "二重登録"}, follow=True)
    assert "統合しました" in done.content.decode()
    assert "ほかの取引先へ統合されています" in page(desk, at(other))
    assert desk.post(at(other, "stop/"), {"reason": "x"}).status_code == 409


def test_the_register_comes_in_pages(desk: Client) -> None:
    body = city.morioka()
    models.Counterparty.objects.bulk_create(
        models.Counterparty(municipality=body, name=f"多数{number:03}", signatory_name="某", mail="a@example.jp")
        for number in range(120)
    )
    assert "件中 51〜100件を表示" in page(desk, "/counterparties/?page=2")


def test_nobody_without_the_right_changes_the_register(cast: None) -> None:
    reader, firm = desk_of(city.suzuki()), city.iwate_kensetsu()
    assert "登録を変更する" not in page(reader, at(firm))
    assert reader.get(at(firm, "change/")).status_code == 403
    assert desk_of(city.takahashi()).get(at(firm)).status_code == 404


def test_the_other_half_is_searched_and_then_its_signatory_chosen(desk: Client, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    delegate = register.with_delegate()
    parties = f"/agreements/{agreement.pk}/parties/"
    agreements.Agreement.objects.update(counterparty=None)
    assert "まだ選ばれていません" in page(desk, parties)
    refused = desk.post(parties, {"counterparty_first": "1", "approver": city.suzuki().staff.pk})
    assert refused.status_code == 422
    reply = desk.post(parties, {"counterparty_first": "0", "choose": "1"})
    assert reply["Location"] == f"/agreements/{agreement.pk}/counterparty/"
    agreement.refresh_from_db()
    assert agreement.counterparty_first is False, "what was typed is kept"
    firm = city.iwate_kensetsu()
    assert firm.name in page(desk, f"{reply['Location']}?q=岩手")
    choosing = f"{reply['Location']}{firm.pk}/"
    assert "北東北支店 支店長 及川 北斗" in page(desk, choosing)
    assert desk.post(choosing, {"recipient": "delegate-0"}).status_code == 422
    assert desk.post(choosing, {"recipient": f"delegate-{delegate.pk}"})["Location"] == parties
    assert "委任の根拠" in page(desk, parties)
    page(desk, f"/agreements/{agreement.pk}/confirm/")
