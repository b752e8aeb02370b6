"""署名欄 and 団体の設定 at the desk: by numbers alone, as without a script."""

import html
import re
from pathlib import Path

import pytest
from django.test import Client

from tests import city, samples
from tests.house import pagecheck
from tests.pades import forging
from warifu import wiring
from warifu.access import models as access
from warifu.agreements import models, queries
from warifu.web import clock

pytestmark = pytest.mark.django_db
WRITTEN = {"first_page": "2", "first_left": "２０", "first_top": "200", "second_page": "2", "second_left": "100"}


def desk_of(mail: str) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(mail=mail))
    return client


@pytest.fixture
def sato(cast: None) -> Client:
    return desk_of("sato@morioka.example.jp")


@pytest.fixture
def drafted(cast: None, objects: Path, monkeypatch: pytest.MonkeyPatch) -> models.Agreement:
    monkeypatch.setattr(wiring, "custody", lambda: city.vault_at(objects))
    return city.drafted(objects, at=clock.now())


def shown(reply: object) -> str:
    content = reply.content.decode()  # type: ignore[attr-defined]  # Django's test client adds to the response
    assert pagecheck.check_page(content, "/agreements/seals/") == []
    return html.unescape(content)


def values(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input class="wf-input" id="[^"]*" name="([a-z_]+)" type="text" value="([^"]*)"', page))


def test_the_last_page_s_lower_right_corner_is_proposed(sato: Client, drafted: models.Agreement) -> None:
    found = values(shown(sato.get(f"/agreements/{drafted.pk}/seals/")))
    assert found["first_page"] == found["second_page"] == "2"
    assert (found["first_left"], found["second_left"]) == ("66", "134")


def test_places_are_kept_by_numbers_and_shown_where_the_draft_is_confirmed(
    sato: Client, drafted: models.Agreement
) -> None:
    address = f"/agreements/{drafted.pk}/seals/"
    reply = sato.post(address, {"style": "red", **WRITTEN, "second_top": "200"})
    assert reply.headers["Location"] == f"/agreements/{drafted.pk}/confirm/"
    page = shown(sato.get(reply.headers["Location"]))
    assert "試しの署名に成功しました" in page
    assert "紙面に表示する（朱色の枠）" in page
    document = queries.documents_of(drafted)[0]
    assert document.without_seals_id is not None
    assert values(shown(sato.get(address)))["first_left"] == "20"
    bare = sato.get(f"{address}document.pdf").content
    assert bare == city.examined(samples.contract(), Path())[1]
    assert sato.post(address, {"style": "none"}).status_code == 302
    assert queries.documents_of(drafted)[0].digest != document.digest


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"second_top": "200", "second_left": "30"}, "ほかの署名欄と重なっています"),
        ({"second_top": "290"}, "紙面の外にはみ出します"),
        ({"second_top": "200", "second_page": "9"}, "9ページ目は、この契約書にありません"),
        ({"second_top": "あ"}, "上からは、0から9999までの数字で入力してください"),
        ({}, "上からは、0から9999までの数字で入力してください"),
    ],
)
def test_a_place_that_cannot_be_is_told_at_its_numbers_and_nothing_typed_is_lost(
    sato: Client, drafted: models.Agreement, typed: dict[str, str], told: str
) -> None:
    reply = sato.post(f"/agreements/{drafted.pk}/seals/", {"style": "plain", **WRITTEN, **typed})
    assert reply.status_code == 422
    page = shown(reply)
    assert told in page
    assert values(page)["first_left"] == "２０"
    assert queries.documents_of(drafted)[0].without_seals_id is None


def test_a_file_that_others_signed_is_told_to_take_no_visible_seal(
    sato: Client, drafted: models.Agreement, objects: Path
) -> None:
    signed = forging.consented(forging.document(forging.CONTRACT))
    kept = city.vault_at(objects).store(
        owner=city.MORIOKA, content=signed, media_type="application/pdf", at=clock.now()
    )
    drafted.documents.update(agreed=kept, digest=kept.digest)
    reply = sato.post(f"/agreements/{drafted.pk}/seals/", {"style": "plain", **WRITTEN, "second_top": "200"})
    assert reply.status_code == 422
    assert "紙面に表示しない署名を選んでください" in shown(reply)


def test_only_an_officer_of_the_municipality_places_seals(drafted: models.Agreement) -> None:
    address = f"/agreements/{drafted.pk}/seals/"
    assert desk_of("takahashi@takizawa.example.jp").get(address).status_code == 404
    assert desk_of("takahashi@takizawa.example.jp").get(f"{address}document.pdf").status_code == 404
    assert desk_of("suzuki@morioka.example.jp").get(address).status_code == 403


def test_the_address_of_the_settings_before_leads_to_them(cast: None) -> None:
    moved = desk_of("oikawa@morioka.example.jp").get("/municipality/")
    assert (moved.status_code, moved["Location"]) == (302, "/office/settings/")
    assert desk_of("sato@morioka.example.jp").get("/municipality/").status_code == 403
