"""While the timestamp authority is away, both sides read on their pages what it waits for, and that nothing is lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from tests.standins import trial
from warifu import settings
from warifu.agreements import models, sealing
from warifu.agreements.lifecycle import State
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db


def test_both_sides_read_what_is_waited_for_until_it_is_concluded(
    cast: None,
    authority_directory: Path,
    standin_tsa: trial.StandinTsa,
    standin_revocation: trial.StandinRevocation,
) -> None:
    tools = city.sealing_tools(authority_directory, standin_tsa, standin_revocation, settings.OBJECTS_DIR)
    agreement = city.sent(settings.OBJECTS_DIR, at=clock.now())
    message = notifications.Message.objects.get(subject_urn=f"agreement:{agreement.pk}", kind="consent_request")
    kudo, sato = Client(), Client()
    landing = kudo.get(f"/c/{str(city.BOX.open(message.sealed_secrets)['link']).rpartition('/')[2]}")["Location"]
    kudo.post(landing, {"code": city.POST.code_of(city.party(agreement, models.Side.COUNTERPARTY))})
    sato.post("/signin/", {"username": "sato@morioka.example.jp", "password": PASSWORD})
    city.counterparty_consents(agreement, at=clock.now())
    city.municipality_consents(agreement, at=clock.now())

    standin_tsa.mode = "down"
    try:
        sealing.advance(agreement_id=agreement.pk, tools=tools, at=clock.now())
    finally:
        standin_tsa.mode = "ok"
    assert city.state_of(agreement) is State.AGREED
    for page in (sato.get(f"/agreements/{agreement.pk}/"), sato.get("/"), kudo.get(f"{landing}state/")):
        shown = page.content.decode()
        assert "双方が合意しました。時刻認証局の応答を待っています。" in shown
        assert "操作は要りません。合意は失われません。" in shown
        assert "契約の締結が完了しました" not in shown

    sealing.advance(agreement_id=agreement.pk, tools=tools, at=clock.now() + timedelta(minutes=2))
    assert city.state_of(agreement) is State.CONCLUDED
    assert "応答を待っています" not in sato.get(f"/agreements/{agreement.pk}/").content.decode()
