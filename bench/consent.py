"""One consent, from click to stored and re-validated revision, for a 1-MB contract on the embedded default.

    .venv/bin/python -m bench.consent [--rounds 20]

Two measurements in one run. Over HTTP: the contractor's POST is sent, and the clock stops when the database says that
the revision is validated and kept by the worker. In this process: the same step alone, with the time of the private
key, the timestamp authority, the validation and all the rest told apart. The last line is for machines.
"""

import argparse
import os
import re
import statistics
import tempfile
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import browser, world


def main() -> None:
    parser = argparse.ArgumentParser(description="one consent")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        prepared = Prepared()
        clicks = [click(prepared, running.port) for _ in range(options.rounds + 1)][1:]
        shares = [step(prepared, running) for _ in range(options.rounds + 1)][1:]
    median = statistics.median(clicks)
    print(f"\nfrom click to stored and re-validated revision, {prepared.size / 1e6:.2f} MB, {options.rounds} consents")
    print(f"  median {median:.0f} ms, p95 {world.quantile(clicks, 0.95):.0f} ms, max {max(clicks):.0f} ms")
    parts = {name: statistics.median(one[name] for one in shares) for name in shares[0]}
    print("the step alone (medians)")
    for name, value in parts.items():
        print(f"  {name:<34}{value:>8.1f} ms {value / parts['whole step']:>7.0%}")
    print(f"repeat with: .venv/bin/python -m bench.consent --rounds {options.rounds}")
    print(
        f"figure consent_median_ms={median:.0f} consent_p95_ms={world.quantile(clicks, 0.95):.0f} "
        f"step_ms={parts['whole step']:.0f} key_ms={parts['private key']:.1f} "
        f"tsa_ms={parts['timestamp authority']:.1f} validation_ms={parts['validation']:.1f} "
        f"ours_ms={parts['all the rest']:.1f} step_to_floor={parts['whole step'] / parts['floor']:.1f}"
    )


class Prepared:
    """A 1-MB contract, examined once, and the verbs that bring an agreement to the contractor."""

    def __init__(self) -> None:
        from tests import samples
        from warifu.pades import intake

        self.content = samples.large_contract()
        with tempfile.TemporaryDirectory() as folder:
            source, normalised = Path(folder, "a.pdf"), Path(folder, "b.pdf")
            source.write_bytes(self.content)
            self.examination = intake.examine(source, normalised)
            self.normalised = normalised.read_bytes()
        self.size = len(self.normalised)

    def sent(self) -> Any:
        """A fresh agreement that waits for the contractor."""
        from tests import city
        from warifu import wiring
        from warifu.agreements import actions

        at, sato = datetime.now(UTC), city.sato()
        begun = actions.draft(by=sato, at=at)
        actions.add_document(
            agreement_id=begun.pk,
            name="契約書.pdf",
            original=self.content,
            normalised=self.normalised,
            examination=self.examination,
            custody=wiring.custody(),
            by=sato,
            at=at,
        )
        actions.describe(agreement_id=begun.pk, contents=city.contents(), by=sato, at=at)
        actions.choose_parties(
            agreement_id=begun.pk,
            counterparty=city.iwate_kensetsu(),
            approver=city.suzuki().staff,
            counterparty_first=True,
            by=sato,
            at=at,
        )
        actions.submit(agreement_id=begun.pk, post=wiring.post(), by=sato, at=at)
        actions.approve(
            agreement_id=begun.pk,
            same_as_decided=True,
            shown_facts=city.facts(begun.pk),
            post=wiring.post(),
            by=city.suzuki(),
            at=at,
        )
        return actions.send(agreement_id=begun.pk, post=wiring.post(), by=sato, at=at)


def click(prepared: Prepared, port: int) -> float:
    """Milliseconds from the POST to the kept revision, the worker and its queue included."""
    from tests import city
    from warifu.access import actions as access
    from warifu.agreements import models

    agreement = prepared.sent()
    party = city.party(agreement, models.Side.COUNTERPARTY)
    at = datetime.now(UTC)
    _, token = access.issue_invitation(
        municipality=agreement.municipality,
        subject=f"party:{party.pk}",
        mail=party.mail,
        code="12345678",
        expires_at=at + timedelta(hours=1),
        at=at,
    )
    visitor = browser.Browser(port)
    landing = visitor.follow(f"/c/{token}")
    visitor.send(landing, {"code": "12345678"})
    page = visitor.request("GET", f"{landing}read/").read().decode()
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|digest)" value="([^"]+)"', page)) | {"read": "1"}
    body = urllib.parse.urlencode(fields)
    began = time.perf_counter()
    answer = visitor.request("POST", f"{landing}consent/", body)
    answer.read()
    if answer.status != 302:
        raise SystemExit(f"the consent was answered with {answer.status}")
    done = models.SealStep.objects.filter(document__agreement=agreement, done_at__isnull=False)
    limit = began + 60
    while not done.exists():
        if time.perf_counter() > limit:
            raise SystemExit("the revision did not come within a minute")
        time.sleep(0.002)
    return (time.perf_counter() - began) * 1000


def step(prepared: Prepared, running: world.World) -> dict[str, float]:
    """The same seal step in this process, its parts told apart; and its floor, the parts nobody can do without."""
    from tests import city
    from warifu.agreements import models, sealing

    tools, spent = measured_tools(running)
    agreement = prepared.sent()
    # Ours, not the worker's: it finds the step taken for as long as this measurement lasts.
    models.Agreement.objects.filter(pk=agreement.pk).update(sealing_until=datetime.now(UTC) + timedelta(minutes=5))
    city.counterparty_consents(agreement, at=datetime.now(UTC))
    due = models.SealStep.objects.select_related("document__agreement__municipality", "consent__party").get(
        document__agreement=agreement
    )
    began = time.perf_counter()
    sealing._seal(due, tools)
    whole = (time.perf_counter() - began) * 1000
    floor = spent["private key"] + spent["timestamp authority"]
    rest = whole - floor - spent["validation"]
    return {"whole step": whole, **dict(spent), "all the rest": rest, "floor": floor}


PARTS = ("private key", "timestamp authority", "validation")
_TOOLS: list[Any] = []


def measured_tools(running: world.World) -> tuple[Any, dict[str, float]]:
    """The production tools of this data directory, with a stop watch in the hand of three of them."""
    if not _TOOLS:
        from warifu import workbench

        lent = lent_servers(running)
        spent: dict[str, float] = defaultdict(float)
        watch_parts(spent)
        _TOOLS.extend([workbench.sealing_tools(), spent, lent])
    tools, spent, _ = _TOOLS
    for name in PARTS:
        spent[name] = 0.0
    return tools, spent


def lent_servers(running: world.World) -> Any:
    """Timestamp and revocation servers of the same trial authority, for this process."""
    from warifu import settings
    from warifu.cli import trial

    lent = trial.lent(Path(running.data, "trial"))
    os.environ.update(lent.__enter__())
    settings.TSA_URLS = settings.names("WARIFU_TSA_URLS")
    settings.REVOCATION_ROUTES = settings.pairs("WARIFU_REVOCATION_ROUTES")
    return lent


def watch_parts(spent: dict[str, float]) -> None:
    """Add up the milliseconds of the private key, of the timestamp authority and of our own re-reading."""
    from warifu.agreements import sealing
    from warifu.pades import keys
    from warifu.pades.transports import tsa

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                spent[name] += (time.perf_counter() - began) * 1000

        return run

    vars_of: list[tuple[Any, str, Any]] = [
        (keys.FileKey, "sign", timed("private key", keys.FileKey.sign)),
        (tsa.HttpTimestamper, "ask", timed("timestamp authority", tsa.HttpTimestamper.ask)),
        (sealing, "_check", timed("validation", sealing._check)),
    ]
    for owner, name, value in vars_of:
        setattr(owner, name, value)


if __name__ == "__main__":
    try:
        main()
    finally:
        if _TOOLS:
            _TOOLS[2].__exit__(None, None, None)
