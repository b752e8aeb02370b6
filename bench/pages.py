"""Server time of every page of the main job with 10,000 agreements in the database.

    .venv/bin/python -m bench.pages [--agreements 10000] [--rounds 40]

Starts a Warifu of its own, fills it, asks each page over HTTP and reads the time that the service itself says it needed
(Server-Timing). The last line is for machines.
"""

import argparse
import http.client
import re
import tempfile
import urllib.parse
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench import world


def main() -> None:
    parser = argparse.ArgumentParser(description="page times")
    parser.add_argument("--agreements", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        filled = fill(options.agreements)
        browser = Browser(running.port)
        times: dict[str, list[float]] = {}
        for mail, pages in asked(filled).items():
            browser.sign_in(mail, running.password)
            for name, path in pages.items():
                browser.ask(path)
                times[name] = [browser.ask(path) for _ in range(options.rounds)]
        visitor = Browser(running.port)
        for name, path in visited(filled, visitor).items():
            visitor.ask(path)
            times[name] = [visitor.ask(path) for _ in range(options.rounds)]
    print(f"\n{'page':<34}{'median ms':>12}{'p95 ms':>10}{'max ms':>10}")
    for name, values in times.items():
        middle, high = world.quantile(values, 0.5), world.quantile(values, 0.95)
        print(f"{name:<34}{middle:>12.1f}{high:>10.1f}{max(values):>10.1f}")
    worst = max(times, key=lambda name: world.quantile(times[name], 0.95))
    print(f"repeat with: .venv/bin/python -m bench.pages --agreements {options.agreements} --rounds {options.rounds}")
    print(
        f"figure pages={len(times)} agreements={options.agreements} worst_page={worst} "
        f"worst_p95_ms={world.quantile(times[worst], 0.95):.1f}"
    )


class Filled:
    """What was put in, so that pages can be asked for it."""

    draft: uuid.UUID
    approval: uuid.UUID
    sent: uuid.UUID
    consent: uuid.UUID
    record: uuid.UUID
    document: uuid.UUID
    link: str


def fill(number: int) -> Filled:
    """`number` agreements of 盛岡市 in all states, a third of them concluded with a record, some of them whole."""
    from django.db import transaction

    from tests import city, samples
    from warifu import wiring
    from warifu.agreements import actions, models, queries
    from warifu.archive import models as archive
    from warifu.japan import characters
    from warifu.pades import intake

    at = datetime.now(UTC)
    filled = Filled()
    sato, suzuki = city.sato(), city.suzuki()
    firms = list(city.morioka().counterparties.all())
    authority = city.contents().authority
    works = ["舗装補修工事", "清掃業務委託", "設計業務委託", "機器賃貸借", "保守点検業務委託", "側溝改修工事"]
    places = ["上米内線", "館向町線", "本庁舎", "上田公民館", "松園センター", "中央卸売市場", "加賀野線", "髙松の池"]

    def agreement(place: int, state: str) -> models.Agreement:
        return models.Agreement(
            municipality=sato.municipality,
            department=sato.staff.department,
            drafted_by=sato.staff,
            state=state,
            title=f"令和8年度{places[place % 8]}{works[place % 6]}その{place}",
            number=f"2026-{place:05d}",
            kind=models.Kind.SERVICE,
            amount=100_000 + place * 1_237,
            contract_on=date(2026, 4, 1) + timedelta(days=place % 300),
            term_from=date(2026, 4, 2),
            term_to=date(2027, 3, 31),
            decision_number=f"8財契第{place}号",
            authority=authority,
            counterparty=firms[place % len(firms)],
            approver=suzuki.staff,
            drafted_at=at,
            submitted_at=at,
            sent_at=at,
            respond_by=at + timedelta(days=1 + place % 14),
            agreed_at=at,
            concluded_at=at,
            changed_at=at - timedelta(minutes=place),
        )

    states = ["draft", "in_approval", "approved", "sent", "concluded", "concluded"]
    print(f"filling with {number} agreements …", flush=True)
    with transaction.atomic():
        made, records = [], []
        for place in range(number):
            one = agreement(place, states[place % 6])
            if one.state == "concluded":
                one.record = archive.Record(
                    municipality=one.municipality,
                    origin=f"agreement:{one.pk}",
                    number=one.number,
                    title=one.title,
                    kind=one.get_kind_display(),
                    amount=one.amount,
                    transaction_on=one.contract_on or date(2026, 4, 1),
                    counterparty_name=one.counterparty.name if one.counterparty else "",
                    counterparty_key=characters.search_key(one.counterparty.name if one.counterparty else ""),
                    search_key=characters.search_key(f"{one.title} {one.number}"),
                    department=one.department,
                    authority_title="盛岡市長",
                    decision_number=one.decision_number,
                    concluded_at=at,
                    verified_at=at,
                    level="B-LTA",
                )
                records.append(one.record)
            made.append(one)
        archive.Record.objects.bulk_create(records, batch_size=1000)
        models.Agreement.objects.bulk_create(made, batch_size=1000)
        parties = [
            models.Party(agreement=one, side=side, position=place, organisation="○", name="○", mail="a@example.jp")
            for one in made
            if one.state == "sent"
            for place, side in enumerate(("counterparty", "municipality"), start=1)
        ]
        models.Party.objects.bulk_create(parties, batch_size=1000)

    content = samples.contract()
    with tempfile.TemporaryDirectory() as folder:
        source, normalised = Path(folder, "a.pdf"), Path(folder, "b.pdf")
        source.write_bytes(content)
        examination = intake.examine(source, normalised)
        ready = normalised.read_bytes()

    def whole(until: str) -> models.Agreement:
        begun = actions.draft(by=sato, at=at)
        document = actions.add_document(
            agreement_id=begun.pk,
            name="契約書.pdf",
            original=content,
            normalised=ready,
            examination=examination,
            custody=wiring.custody(),
            by=sato,
            at=at,
        )
        filled.document = document.pk
        actions.describe(agreement_id=begun.pk, contents=city.contents(number=f"W-{until}"), by=sato, at=at)
        actions.choose_parties(
            agreement_id=begun.pk,
            counterparty=city.iwate_kensetsu(),
            approver=suzuki.staff,
            counterparty_first=until != "consent",
            by=sato,
            at=at,
        )
        if until == "draft":
            return begun
        actions.submit(agreement_id=begun.pk, post=wiring.post(), by=sato, at=at)
        if until == "approval":
            return begun
        actions.approve(
            agreement_id=begun.pk,
            same_as_decided=True,
            shown_facts=city.facts(begun.pk),
            post=wiring.post(),
            by=suzuki,
            at=at,
        )
        return actions.send(agreement_id=begun.pk, post=wiring.post(), by=sato, at=at)

    filled.draft, filled.approval = whole("draft").pk, whole("approval").pk
    filled.consent, filled.sent = whole("consent").pk, whole("sent").pk
    filled.record = records[0].pk
    party = queries.parties_of(models.Agreement.objects.get(pk=filled.sent))[0]
    filled.link = _link(party)
    return filled


def _link(party: object) -> str:
    """A link for the sent agreement's counterparty, made the way the service makes it, without a code to type."""
    from warifu.access import actions as access
    from warifu.agreements import models

    assert isinstance(party, models.Party)
    at = datetime.now(UTC)
    _, token = access.issue_invitation(
        municipality=party.agreement.municipality,
        subject=f"party:{party.pk}",
        mail=party.mail,
        code="12345678",
        expires_at=at + timedelta(days=1),
        at=at,
    )
    return f"/c/{token}"


def asked(filled: Filled) -> dict[str, dict[str, str]]:
    """Pages of the desk by who asks for them."""
    return {
        "sato@morioka.example.jp": {
            "home": "/",
            "home_search": "/?q=%E8%88%97%E8%A3%85&party=%E5%B2%A9%E6%89%8B",
            "home_page_20": "/?page=20",
            "home_sent": "/?state=sent",
            "new": "/agreements/new/",
            "files": f"/agreements/{filled.draft}/files/",
            "contents": f"/agreements/{filled.draft}/contents/",
            "parties": f"/agreements/{filled.draft}/parties/",
            "confirm": f"/agreements/{filled.draft}/confirm/",
            "agreement": f"/agreements/{filled.sent}/",
            "document": f"/agreements/{filled.sent}/documents/{_document_of(filled.sent)}.pdf",
            "records": "/records/",
            "records_search": "/records/?date_from=R8.4.1&date_to=R8.9.30&amount_from=1000000&amount_to=9000000"
            "&counterparty=%E5%B2%A9%E6%89%8B",
            "records_words": "/records/?words=%E9%AB%98%E6%9D%BE%E3%81%AE%E6%B1%A0",
            "record": f"/records/{filled.record}/",
            "counterparties": "/counterparties/",
        },
        "suzuki@morioka.example.jp": {
            "home_approver": "/",
            "approvals": "/approvals/",
            "approve": f"/agreements/{filled.approval}/approve/",
        },
        "onodera@morioka.example.jp": {
            "home_consenter": "/",
            "consents": "/consents/",
            "consent": f"/agreements/{filled.consent}/consent/",
        },
    }


def _document_of(agreement: uuid.UUID) -> uuid.UUID:
    from warifu.agreements import models

    return models.Document.objects.get(agreement=agreement).pk


def visited(filled: Filled, visitor: "Browser") -> dict[str, str]:
    """Pages of the counter; the visitor opens the link and gives the code first."""
    landing = visitor.follow(filled.link)
    visitor.send(landing, {"code": "12345678"})
    return {
        "counter_enter": filled.link,
        "counter_read": f"{landing}read/",
        "counter_decline": f"{landing}decline/",
        "verify": "/verify/",
    }


class Browser:
    """Cookies, forms and the Server-Timing header; nothing more."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def request(self, method: str, path: str, body: str = "") -> http.client.HTTPResponse:
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            head["Content-Type"] = "application/x-www-form-urlencoded"
            head["Origin"] = f"http://127.0.0.1:{self.port}"
        self.line.request(method, path, body or None, head)
        answer = self.line.getresponse()
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def ask(self, path: str) -> float:
        """Milliseconds of server time of one GET."""
        answer = self.request("GET", path)
        answer.read()
        if answer.status not in {200, 302}:
            raise SystemExit(f"{path} answered {answer.status}")
        found = re.search(r"app;dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
        if found is None:
            raise SystemExit(f"{path} does not say how long it took")
        return float(found[1])

    def follow(self, path: str) -> str:
        answer = self.request("GET", path)
        answer.read()
        return str(answer.headers["Location"])

    def send(self, path: str, fields: dict[str, str]) -> http.client.HTTPResponse:
        page = self.request("GET", path).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            raise SystemExit(f"{path} has no form")
        answer = self.request("POST", path, urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token[1]}))
        answer.read()
        if answer.status != 302:
            raise SystemExit(f"{path} answered {answer.status} to a form")
        return answer

    def sign_in(self, mail: str, password: str) -> None:
        self.cookies.clear()
        self.send("/signin/", {"username": mail, "password": password})


if __name__ == "__main__":
    main()
