"""Whatever a page shows or hands out of an agreement stands in the ledger, whichever page it is."""

from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests import city
from tests.web import addresses, test_pages
from warifu import settings
from warifu.agreements import models
from warifu.audit import models as audit
from warifu.audit import queries, spool, verification
from warifu.web import footprints, refusals

pytestmark = pytest.mark.django_db


@pytest.fixture
def objects() -> Path:
    """`bench` keeps what it seals where the pages look for it."""
    return settings.OBJECTS_DIR


@pytest.fixture(autouse=True)
def short_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is refused sees nothing of a thing; writing the page out for each would be half the time."""
    monkeypatch.setattr(refusals, "_full", lambda *_: "")


def lines() -> int:
    return audit.Entry.objects.count() + audit.SpooledEntry.objects.count()


def shows(answer: HttpResponseBase, words: list[str]) -> bool:
    """Whether anything of the agreement left the house with this answer."""
    if answer.get("Content-Disposition", "").startswith("attachment"):
        return True
    body = answer.getvalue() if answer.streaming else answer.content  # type: ignore[attr-defined]  # of either kind
    return any(word.encode() in body for word in words)


def walk(client: Client, agreement: models.Agreement, *, besides: frozenset[str] = frozenset()) -> tuple[set[str], int]:
    """Every address, by GET and POST; returns those that showed something without a line, and how many showed."""
    words = [agreement.title, agreement.number, str(agreement.pk), "岩手建設"]
    values = test_pages.values_of(agreement)
    silent, shown = set(), 0
    client.raise_request_exception = False
    for address in addresses.addresses():
        if address.name in besides:
            continue
        for ask in (client.get, client.post):
            before = lines()
            answer = ask(address.filled(values))
            # A bundle needs the operator's trust anchors; its line is the verb's (tests/web/test_evidence.py).
            assert answer.status_code != 500 or address.name in footprints.WRITES_ITSELF, address.name
            if answer.status_code in {200, 206, 422} and shows(answer, words):
                shown += 1
                if lines() == before:
                    silent.add(address.name)
    return silent, shown


BESIDES = frozenset({"entrance:signout", "console:mailbox", "console:letter", "console:gallery"})
"""The mailbox exists in a trial only, and holds what has left the service anyway."""


@pytest.mark.parametrize("make", [test_pages.in_approval, test_pages.half_agreed], ids=lambda make: make.__name__)
@pytest.mark.parametrize("login", ["sato", "oikawa"])
def test_no_page_shows_an_agreement_in_silence(cast: None, objects: Path, make: test_pages.Make, login: str) -> None:
    silent, shown = walk(test_pages.signed_in(f"{login}@morioka.example.jp"), make(objects), besides=BESIDES)
    assert silent == set()
    assert shown >= 3


def test_no_page_shows_a_concluded_record_in_silence(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = test_pages.conclude(test_pages.agreed(objects), bench, objects)
    silent, shown = walk(test_pages.signed_in("sato@morioka.example.jp"), agreement, besides=BESIDES)
    assert silent == set()
    assert shown >= 8


def test_the_counter_keeps_what_the_firm_saw_and_took(cast: None, objects: Path) -> None:
    agreement = test_pages.sent(objects)
    client = Client()
    link, code = test_pages.link_of(agreement)
    landing = client.get(link)["Location"]
    client.post(landing, {"code": code})
    silent, shown = walk(client, agreement, besides=BESIDES)
    assert silent == set()
    assert shown >= 3
    told = audit.SpooledEntry.objects.filter(action="web.download").first()
    assert told is not None
    assert (told.ledger, told.target, told.actor_kind) == (city.MORIOKA, f"agreement:{agreement.pk}", "counterparty")
    assert not any(link.rpartition("/")[2] in str(vars(line)) for line in audit.SpooledEntry.objects.all())


def test_a_line_says_who_in_which_post_from_where_saw_what(cast: None, objects: Path) -> None:
    agreement = test_pages.sent(objects)
    client = test_pages.signed_in("sato@morioka.example.jp")
    client.get(f"/agreements/{agreement.pk}/", REMOTE_ADDR="192.0.2.77")
    document = agreement.documents.get()
    client.get(f"/agreements/{agreement.pk}/documents/{document.pk}.pdf")
    client.get("/records/?words=秘密の件名&counterparty=")
    assert spool.fold() == 3
    page, download, search = queries.entries_of(city.MORIOKA).filter(action__startswith="web.")
    assert (page.action, page.target, page.ip) == ("web.view", f"agreement:{agreement.pk}", "192.0.2.77")
    assert (page.actor_name, page.actor_post) == ("佐藤 美咲", city.sato().actor.post)
    assert (download.action, download.facts["document_id"]) == ("web.download", str(document.pk))
    assert (search.target, search.facts["conditions"]) == ("page:desk:records", ["words"])
    assert "秘密" not in str(search.facts)
    assert verification.verify_ledger(city.MORIOKA).intact


def test_refusals_are_kept_in_the_ledger_of_the_one_who_asked(cast: None, objects: Path) -> None:
    agreement = test_pages.sent(objects)
    client = test_pages.signed_in("takahashi@takizawa.example.jp")
    assert client.get(f"/agreements/{agreement.pk}/").status_code == 404
    assert client.get("/municipality/").status_code == 403
    (told, forbidden) = audit.SpooledEntry.objects.order_by("pk")
    assert (told.ledger, told.action, told.target) == (city.TAKIZAWA, "web.refuse", f"agreement:{agreement.pk}")
    assert (told.actor_name, told.facts["status"]) == ("高橋 直子", 404)
    assert (forbidden.target, forbidden.facts["status"]) == ("page:desk:municipality", 403)


def test_a_deed_at_the_wrong_moment_is_kept_as_refused(cast: None, objects: Path) -> None:
    agreement = test_pages.sent(objects)
    client = test_pages.signed_in("sato@morioka.example.jp")
    assert client.post(f"/agreements/{agreement.pk}/send/").status_code == 409
    told = audit.SpooledEntry.objects.get()
    assert (told.action, told.facts["status"], told.facts["method"]) == ("web.refuse", 409, "POST")


def test_an_operator_at_the_desk_is_refused_and_kept_in_the_services_ledger(cast: None, objects: Path) -> None:
    agreement = test_pages.sent(objects)
    client = test_pages.signed_in("operator@warifu.example.jp")
    assert client.get(f"/agreements/{agreement.pk}/").status_code == 403
    told = audit.SpooledEntry.objects.get()
    assert (told.ledger, told.actor_kind, told.target) == ("service", "operator", f"agreement:{agreement.pk}")


def test_nothing_is_shown_where_the_line_cannot_be_kept(
    cast: None, objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = test_pages.sent(objects)
    client = test_pages.signed_in("sato@morioka.example.jp")
    client.raise_request_exception = False

    def full(**_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(spool, "put", full)
    answer = client.get(f"/agreements/{agreement.pk}/")
    assert answer.status_code == 500
    assert agreement.title not in answer.content.decode()
