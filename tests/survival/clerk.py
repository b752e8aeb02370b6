"""A process of its own that does what people do, on a data directory of its own, and says what it finds there.

`python -m tests.survival.clerk`; settings and database come from the environment. It reads one JSON object a line from
standard input, `{"do": name, ...}`, and answers each with one line. Root key and cast are those of `tests.city`.
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django
from django.core.management import call_command
from django.test import override_settings

from . import personnel

PASSWORD = "katakata-natta-warifu"
Answer = dict[str, Any]


def now() -> datetime:
    """The servers and workers of this world read the real clock."""
    return datetime.now(UTC)


def found() -> Answer:
    """Tables, directories, eight municipalities."""
    from tests import city
    from warifu import settings
    from warifu.cli import demo

    for directory in (settings.OBJECTS_DIR, settings.SCRATCH_DIR):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.ROOT_KEY_FILE.write_bytes(city.ROOT_KEY)
    settings.ROOT_KEY_FILE.chmod(0o600)
    call_command("migrate", verbosity=0, interactive=False)
    # Nobody signs in here: parties come by their links.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        demo.plant(at=now(), password=PASSWORD)
    return {}


def prepare() -> Answer:
    """What this process remembers."""
    from tests import city, samples
    from warifu import settings

    # Examined once here, so that no stray file of the examination comes to lie on the vault's shelf.
    city.examined(samples.contract(), settings.SCRATCH_DIR)
    return {}


def send(municipality_first: bool = False) -> Answer:
    """A contract that 佐藤 has sent; with the link and the code that 工藤 gets."""
    from tests import city
    from warifu import settings
    from warifu.agreements import models
    from warifu.notifications import models as notifications

    agreement = city.sent(settings.OBJECTS_DIR, at=now(), counterparty_first=not municipality_first)
    if municipality_first:
        city.municipality_consents(agreement, at=now())
    party = city.party(agreement, models.Side.COUNTERPARTY)
    message = notifications.Message.objects.get(subject_urn=f"agreement:{agreement.pk}", kind="consent_request")
    return {
        "agreement": str(agreement.pk),
        "link": city.BOX.open(message.sealed_secrets)["link"],
        "code": city.POST.code_of(party),
    }


def consent(agreement: str, side: str) -> Answer:
    """One party's yes."""
    from tests import city
    from warifu.agreements import models

    found = models.Agreement.objects.get(pk=agreement)
    given = city.municipality_consents if side == "municipality" else city.counterparty_consents
    given(found, at=now())
    return {}


def race(agreement: str) -> Answer:
    """工藤 consents, 工藤 declines at a second device and 佐藤 withdraws, all at the same moment."""
    from django.db import connection

    from tests import city
    from warifu.agreements import actions, errors, models

    found = models.Agreement.objects.get(pk=agreement)
    party, visitor, sato = city.party(found, models.Side.COUNTERPARTY), city.visitor(found), city.sato()
    runners: dict[str, Callable[[], object]] = {
        "consent": lambda: city.counterparty_consents(found, at=now()),
        "decline": lambda: actions.decline(
            party_id=party.pk, reason="工期が足りません", post=city.POST, by=visitor, at=now()
        ),
        "withdraw": lambda: actions.withdraw(
            agreement_id=found.pk, reason="金額の誤り", post=city.POST, by=sato, at=now()
        ),
    }
    start, ended = threading.Barrier(len(runners)), dict.fromkeys(runners, "nothing")

    def run(name: str) -> None:
        start.wait()
        try:
            runners[name]()
            ended[name] = "done"
        except errors.Refusal as refusal:
            ended[name] = type(refusal).__name__
        except Exception as fault:
            ended[name] = f"fault: {fault!r}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"ended": ended} | history(agreement)


def history(agreement: str) -> Answer:
    """State, consents, planned steps and what the ledger says happened."""
    from tests import city
    from warifu.agreements import models
    from warifu.audit import queries as audit

    found = models.Agreement.objects.get(pk=agreement)
    verbs = [
        entry.action.removeprefix("agreements.")
        for entry in audit.entries_about(city.MORIOKA, f"agreement:{agreement}")
        if entry.action.startswith("agreements.")
    ]
    return {
        "state": found.state,
        "problem": found.sealing_problem,
        "consents": models.Consent.objects.filter(party__agreement=found).count(),
        "steps": models.SealStep.objects.filter(document__agreement=found).count(),
        "done": models.SealStep.objects.filter(document__agreement=found, done_at__isnull=False).count(),
        "verbs": verbs,
    }


def facts(agreement: str) -> Answer:
    """What became of an agreement, in full: file, steps, record, ledger, mails."""
    from tests import city
    from warifu import wiring
    from warifu.agreements import models
    from warifu.archive import models as archive
    from warifu.notifications import models as notifications

    found = models.Agreement.objects.get(pk=agreement)
    records = archive.Record.objects.filter(origin=f"agreement:{agreement}")
    answer = history(agreement) | {"records": records.count(), "files": []}
    for file in archive.RecordFile.objects.filter(record__in=records).order_by("position"):
        if file.role == "original":
            continue
        content = wiring.custody().read(owner=city.MORIOKA, object_id=file.object_id)
        report = wiring.validate(content, at=now())
        shown = b""
        if file.role == "contract":
            document = found.documents.get(name=file.name)
            shown = wiring.custody().read(owner=city.MORIOKA, object_id=document.agreed_id)
        answer["files"].append(
            {
                "role": file.role,
                "report": [report.result.value, report.level and report.level.value, report.covers_whole_file],
                "fields": [one.field for one in report.signatures if one.kind == "signature"],
                "timestamps": sum(one.kind != "signature" for one in report.signatures),
                "begins_with_what_was_shown": content.startswith(shown),
            }
        )
    mailbox = wiring.mailbox()
    letters = Counter(letter.message_id for letter in mailbox.messages(limit=10_000)) if mailbox else Counter()
    messages = notifications.Message.objects.filter(subject_urn=f"agreement:{agreement}")
    answer["mails"] = sorted([one.kind, one.state, letters[one.message_id]] for one in messages)
    return answer


def conclude(agreement: str) -> Answer:
    """Seal it here and now; the name of its record."""
    from warifu import workbench
    from warifu.agreements import models, sealing

    sealing.advance(agreement_id=UUID(agreement), tools=workbench.sealing_tools(), at=now())
    return {"record": str(models.Agreement.objects.get(pk=agreement).record_id)}


def park() -> Answer:
    """As if somebody were at work on every record for the next hour."""
    from warifu.archive import models

    return {"parked": models.Record.objects.update(renewing_until=now() + timedelta(hours=1))}


def queue_renewal(record: str) -> Answer:
    """Nobody is at work on this record, and a task stands for it, as after the sweep."""
    from warifu.archive import models
    from warifu.jobs import tasks

    models.Record.objects.filter(pk=record).update(renewing_until=None)
    tasks.renew.enqueue(record)
    return {}


def renewing(record: str) -> Answer:
    """How far the renewal of a record is."""
    from tests import city
    from warifu.archive import models
    from warifu.audit import queries as audit

    found = models.Record.objects.get(pk=record)
    return {
        "lines": audit.entries_about(city.MORIOKA, f"record:{record}").filter(action="archive.renew").count(),
        "problem": found.renewal_problem,
        "at_work": found.renewing_until is not None,
        "free": found.renewing_until is None or found.renewing_until <= now(),
    }


def renewals(record: str) -> Answer:
    """What became of a record: each sealed file with its renewals, as the vault hands it out now."""
    from tests import city
    from warifu import wiring
    from warifu.archive import models, queries

    found = models.Record.objects.get(pk=record)
    files = []
    for file in queries.sealed_files_of(found):
        newest = queries.newest(file)
        concluded = wiring.custody().read(owner=city.MORIOKA, object_id=file.object_id)
        content = wiring.custody().read(owner=city.MORIOKA, object_id=newest.object_id)
        before, report = wiring.validate(concluded, at=now()), wiring.validate(content, at=now())
        files.append(
            {
                "role": file.role,
                "renewals": models.FileRenewal.objects.filter(file=file).count(),
                "report": [report.result.value, report.level and report.level.value, report.covers_whole_file],
                "more_stamps": len(report.signatures) - len(before.signatures),
                "begins_with_what_was_concluded": content.startswith(concluded),
                "digest_is_noted": report.digest == newest.digest,
                "gains": bool(
                    report.sealed_until and before.sealed_until and report.sealed_until > before.sealed_until
                ),
                "end_is_noted": file.sealed_until == report.sealed_until,
            }
        )
    return renewing(record) | {"files": files}


def mail_lease_over(agreement: str) -> Answer:
    """As if the two minutes were over that a delivery has for itself."""
    from warifu.notifications import delivery, models

    waiting = models.Message.objects.filter(subject_urn=f"agreement:{agreement}", state=models.State.QUEUED)
    for message in waiting:
        models.Message.objects.filter(pk=message.pk).update(next_try_at=message.next_try_at - delivery.LEASE)
    return {"waiting": len(waiting)}


def house() -> Answer:
    """The ledger's chain, the vault, and rows that nothing refers to."""
    from tests import city
    from warifu import wiring
    from warifu.agreements import models
    from warifu.archive import models as archive
    from warifu.audit import verification
    from warifu.vault import models as vault
    from warifu.vault import scrub

    report = scrub.scrub(wiring.custody(), at=now() + timedelta(hours=2))
    used: set[UUID | None] = set(archive.RecordFile.objects.values_list("object_id", flat=True))
    used |= set(archive.FileRenewal.objects.values_list("object_id", flat=True))
    used |= set(models.SealStep.objects.values_list("result_id", flat=True))
    for original, agreed in models.Document.objects.values_list("original_id", "agreed_id"):
        used |= {original, agreed}
    return {
        "intact": verification.verify_ledger(city.MORIOKA).intact,
        "clean": report.clean,
        "checked": report.checked,
        "orphans": len(report.orphans),
        "unused": vault.StoredObject.objects.exclude(pk__in=[one for one in used if one]).count(),
    }


DEEDS: dict[str, Callable[..., Answer]] = {
    deed.__name__: deed
    for deed in (
        found,
        prepare,
        send,
        consent,
        conclude,
        race,
        history,
        facts,
        park,
        queue_renewal,
        renewing,
        renewals,
        mail_lease_over,
        house,
        personnel.lay_plan,
        personnel.queue_plan,
        personnel.applied,
        personnel.midnight,
    )
}


def main() -> None:
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = DEEDS[asked.pop("do")](**asked)
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
