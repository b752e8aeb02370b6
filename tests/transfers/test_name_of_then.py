"""After a transfer, and a name that changed with a marriage, every deed stands under the name and post of its time."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import city
from tests.transfers import scenes
from tests.web.entrance import people
from warifu.access.rights import Role
from warifu.agreements import models, sealing
from warifu.archive import models as archive
from warifu.audit import models as audit
from warifu.audit import verification
from warifu.directory import actions as directory
from warifu.japan import calendar
from warifu.notifications import models as mails
from warifu.transfers import actions
from warifu.transfers.models import Kind

pytestmark = pytest.mark.django_db
OLD, NEW = "財政部 契約検査課", "総務部 総務課"
THEN = {"sato": "佐藤 美咲", "suzuki": "鈴木 健一", "onodera": "小野寺 隆"}
SINCE = {"sato": "柏木 美咲", "suzuki": "田村 健一", "onodera": "平野 隆"}


def all_move_and_marry(at: datetime) -> None:
    """On this very day, as the worker does it."""
    on = calendar.day_in_japan(at)
    by, body = city.chida(), city.morioka()
    plan = actions.plan(municipality=body, effective_on=on, made_by=by.staff, by=by.actor, at=at)
    for login in THEN:
        to = directory.Place(scenes.department("上下水道局"), "参事")
        entry = actions.Entry(Kind.MOVE, staff=scenes.staff(login), main=to)
        actions.enter(plan_id=plan.pk, municipality=body, entry=entry, by=by.actor, at=at)
    actions.confirm(plan_id=plan.pk, despite_warnings=True, by=by, at=at)
    assert scenes.done(plan, at).state == "done"
    assert scenes.posts("sato", on + timedelta(days=1))[0][:2] == ("上下水道局", "参事")
    for login, name in SINCE.items():
        staff = scenes.staff(login)
        directory.change_person(staff=staff, entry=directory.PersonEntry(name, staff.mail), by=by.actor, at=at)


def text_of(content: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not installed")
    taken = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return "".join(taken.stdout.decode().split())


def test_what_is_concluded_after_it_names_everybody_as_they_were(cast: None, bench: city.Trial, objects: Path) -> None:
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER)
    now = datetime.now(UTC)
    agreement = city.sent(objects, at=now)
    city.counterparty_consents(agreement, at=now)
    city.municipality_consents(agreement, at=now)
    kept = list(mails.Message.objects.values_list("pk", "to_name", "body"))
    all_move_and_marry(now)
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now) is sealing.Outcome.CONCLUDED
    lines = audit.Entry.objects.filter(target=f"agreement:{agreement.pk}", actor_kind="staff")
    assert {line.actor_name for line in lines} == set(THEN.values())
    assert {line.actor_post for line in lines.filter(actor_name="佐藤 美咲")} == {f"{OLD} 主任"}
    assert verification.verify_ledger(city.MORIOKA).intact
    found = models.Agreement.objects.get(pk=agreement.pk)
    sealed = archive.RecordFile.objects.get(record=found.record, role="certificate")
    page = text_of(city.vault_at(objects).read(owner=city.MORIOKA, object_id=sealed.object_id))
    # Whoever drafted it is not named there.
    for login in ("suzuki", "onodera"):
        assert "".join(THEN[login].split()) in page
    for name in SINCE.values():
        assert "".join(name.split()) not in page
    assert "上下水道局参事" not in page
    assert (
        list(mails.Message.objects.filter(pk__in=[one[0] for one in kept]).values_list("pk", "to_name", "body")) == kept
    )


def test_the_page_of_an_agreement_tells_who_did_it_and_who_goes_on(cast: None, objects: Path) -> None:
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER)
    now = datetime.now(UTC)
    agreement = city.sent(objects, at=now)
    all_move_and_marry(now)
    page = people.signed_in("onodera@morioka.example.jp").get(f"/agreements/{agreement.pk}/").content.decode()
    assert f"{OLD} 主任 佐藤 美咲" in page
    assert f"{OLD} 課長補佐 鈴木 健一" in page
    assert ">佐藤 美咲</" in page
    assert ">鈴木 健一</" in page
    assert "新田 真" in page
    assert "柏木 美咲" not in page
    assert "田村 健一" not in page


def test_what_is_done_after_it_stands_under_the_new_name_and_post(cast: None) -> None:
    now = datetime.now(UTC)
    all_move_and_marry(now)
    actor = city.person("sato@morioka.example.jp", at=now + timedelta(days=1)).actor
    assert (actor.name, actor.post) == ("柏木 美咲", "上下水道局 参事")
