"""IPA 11: missing access control アクセス制御や認可制御の欠落."""

import pytest
from django.test import Client

from tests import city
from tests.web import addresses, test_pages
from tests.web.entrance import people
from warifu import settings
from warifu.web import clock, needs

pytestmark = pytest.mark.django_db
OF_A_THING = {"agreement_id", "document_id", "counterparty_id", "title_id", "record_id", "period_id"}
OF_THE_OFFICE = {"staff_id", "group_id", "department_id", "network_key"}


def test_11_i_whatever_is_not_open_to_everybody_asks_for_a_sign_in(cast: None) -> None:
    values = test_pages.values_of(city.sent(settings.OBJECTS_DIR, at=clock.now()))
    stranger = Client()
    for one in addresses.addresses():
        if needs.of(one.name).visitor in needs.OPEN:
            continue
        for method in ("get", "post"):
            reply = getattr(stranger, method)(one.filled(values))
            assert (reply.status_code, reply.get("Location", "").partition("?")[0]) == (302, "/signin/"), one.name


def test_11_ii_another_municipalitys_things_do_not_exist(cast: None) -> None:
    """The whole of it is in tests/web/test_matrix.py: here the identifiers of 盛岡市 in the hands of 滝沢市."""
    values = test_pages.values_of(city.sent(settings.OBJECTS_DIR, at=clock.now()))
    officer = people.signed_in("takahashi@takizawa.example.jp")
    administrator = people.signed_in("nagamine@takizawa.example.jp")
    found = 0
    for one in addresses.addresses():
        for client, places in ((officer, OF_A_THING), (administrator, OF_THE_OFFICE)):
            if one.name.startswith(("desk:", "office:")) and one.places & places:
                reply = client.get(one.filled(values))
                found += reply.status_code == 404
                assert reply.status_code in {403, 404, 405}, one.name
                assert "岩手建設" not in reply.content.decode(errors="replace")
    assert found > 20
