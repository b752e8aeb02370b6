"""Workers that are killed (SIGKILL) when they reach a named point of the work on one agreement, record or plan.

`python -m tests.survival.dying` reads lines `POINT<tab>AGREEMENT`; a record stands in its place for a point of the
renewal, a plan for one of a personnel transfer.
For each it becomes, in a process of its own, a worker that dies there, and answers with that process's exit status (-9
when it was killed). The product knows nothing of it: in that process alone a function is wrapped, so that the process
ends before it runs or after it has run. All other agreements are worked on as usual.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import django

SEALING, LEASES = "warifu.agreements.sealing", "warifu.agreements.leases"
RENEWING = "warifu.archive.renewing"
PATIENCE = 60
STORE, NOTE = "warifu.vault.custody:Custody.store", "warifu.audit.actions:append"


@dataclass(frozen=True)
class Point:
    """Die `when` ("before" or "after") the `turn`-th call of `place`, while at work on `step`.

    `step` is consent1, consent2, archive, conclude (all that follows the last step), mail:<kind>, renewal, trip (to
    the timestamp authority, for a renewal) or transfer; "" is anywhere.
    """

    place: str
    when: str
    step: str = ""
    turn: int = 1


def _cycle(step: str) -> dict[str, Point]:
    points = {
        f"{step}, {when} {name}": Point(f"{SEALING}:{name}", when, step)
        for name in ("_source", "_intend", "_sign", "_check")
        for when in ("before", "after")
    }
    return points | _keeping(step)


def _keeping(step: str) -> dict[str, Point]:
    return {
        f"{step}, before _keep": Point(f"{SEALING}:_keep", "before", step),
        f"{step}, in _keep after the file is stored": Point(STORE, "after", step),
        f"{step}, in _keep after the ledger line": Point(NOTE, "after", step),
        f"{step}, after _keep": Point(f"{SEALING}:_keep", "after", step),
    }


POINTS: dict[str, Point] = {
    "before the lease": Point(f"{LEASES}:take", "before"),
    "after the lease": Point(f"{LEASES}:take", "after"),
    "after the lease is renewed": Point(f"{LEASES}:Lease.renew", "after", "begun"),
    **_cycle("consent1"),
    "consent2, after _intend": Point(f"{SEALING}:_intend", "after", "consent2"),
    "consent2, after _sign": Point(f"{SEALING}:_sign", "after", "consent2"),
    **_keeping("consent2"),
    "archive, before _sign": Point(f"{SEALING}:_sign", "before", "archive"),
    "archive, after _sign": Point(f"{SEALING}:_sign", "after", "archive"),
    **_keeping("archive"),
    "before _final_files": Point(f"{SEALING}:_final_files", "before", "conclude"),
    "after _final_files": Point(f"{SEALING}:_final_files", "after", "conclude"),
    "after _certificate": Point(f"{SEALING}:_certificate", "after", "conclude"),
    "in conclude after the certificate is stored": Point(STORE, "after", "conclude"),
    "in conclude after the accession": Point("warifu.archive.actions:accession", "after", "conclude"),
    "in conclude after the state": Point("warifu.agreements.accession:move", "after", "conclude"),
    "in conclude after the ledger line": Point(NOTE, "after", "conclude", 2),
    "in conclude after the messages": Point("warifu.agreements.post:Post.concluded", "after", "conclude"),
    "after conclude": Point("warifu.agreements.accession:conclude", "after", "conclude"),
    "before the lease is released": Point(f"{LEASES}:Lease.release", "before", "conclude"),
    "mail, before it is built": Point("warifu.notifications.delivery:build", "before", "mail:concluded"),
    "mail, after it has left": Point("warifu.notifications.mailbox:MailboxDirectory.send", "after", "mail:concluded"),
    "mail, in _finish after the ledger line": Point(NOTE, "after", "mail:concluded"),
    "mail, after _finish": Point("warifu.notifications.delivery:_finish", "after", "mail:concluded"),
}

BETWEEN_STORED_THINGS = (
    "after the lease",
    "consent1, after _intend",
    "consent1, after _sign",
    "consent1, in _keep after the file is stored",
    "consent2, in _keep after the file is stored",
    "archive, after _sign",
    "after _certificate",
    "in conclude after the certificate is stored",
    "in conclude after the accession",
    "in conclude after the state",
    "after conclude",
    "mail, after it has left",
)
"""One point for each thing that may be kept already when death comes; all others lie between the same two things."""


TRIP = "warifu.pades.transports.tsa:HttpTimestamper.ask"
RENEWALS: dict[str, Point] = {
    "before the timestamp authority is asked": Point(TRIP, "before", "renewal"),
    "in the transaction, after the ledger line": Point(NOTE, "after", "renewal"),
    "before the lease of the record": Point(f"{RENEWING}:_take", "before", "renewal"),
    "after the lease of the record": Point(f"{RENEWING}:_take", "after", "renewal"),
    "while the timestamp authority's answer is awaited": Point(
        "http.client:HTTPConnection.getresponse", "before", "trip"
    ),
    "after the timestamp authority has answered": Point(TRIP, "after", "renewal"),
    "before the transaction": Point(f"{RENEWING}:_keep", "before", "renewal"),
    "in the transaction, after the file is stored": Point(STORE, "after", "renewal"),
    "in the transaction, after the dates": Point(f"{RENEWING}:_date", "after", "renewal"),
    "after the transaction, between two files": Point(f"{RENEWING}:_keep", "after", "renewal"),
    "in the transaction of the second file": Point(NOTE, "after", "renewal", 2),
    "after the last file, before the lease is given back": Point(f"{RENEWING}:_keep", "after", "renewal", 2),
}
"""Points of the renewal of a record with two files, contract and certificate; those of the ordinary run come first."""

APPLYING = "warifu.transfers.applying"
BETWEEN = f"{APPLYING}:_give_way"
TRANSFERS: dict[str, Point] = {
    "in a transaction, after the posts": Point("warifu.directory.actions:transfer", "after", "transfer", 2),
    "in a transaction, after the agreements": Point("warifu.agreements.actions:hand_over_all", "after", "transfer", 3),
    "before it begins": Point(f"{APPLYING}:_begin", "before", "transfer"),
    "after it has begun": Point(f"{APPLYING}:_begin", "after", "transfer"),
    "between the first people and the next": Point(BETWEEN, "before", "transfer"),
    "in a transaction, after the newcomer": Point(f"{APPLYING}:_join", "after", "transfer"),
    "in a transaction, after the roles": Point("warifu.access.actions:transfer", "after", "transfer", 3),
    "in a transaction, after a mail": Point(f"{APPLYING}:_tell", "after", "transfer", 2),
    "between people and agreements": Point(BETWEEN, "before", "transfer", 4),
    "in a transaction, before the agreements": Point(f"{APPLYING}:_take_over", "before", "transfer", 2),
    "in a transaction, after a pending approval": Point("warifu.agreements.post:Post.approval_request", "after"),
    "between the first agreements and the next": Point(BETWEEN, "before", "transfer", 5),
    "before the end is noted": Point("warifu.transfers.actions.plans:note", "before", "transfer"),
    "in a transaction, after the end is noted": Point("warifu.transfers.actions.plans:note", "after", "transfer"),
    "after the end": Point(f"{APPLYING}:_work", "after", "transfer"),
}
"""Points of a personnel transfer, two people and about two agreements each time; the ordinary run has two."""


class Doom:
    """Where this process is at work, and whether that is where it dies."""

    def __init__(self, point: Point, agreement: str) -> None:
        self.point, self.agreement = point, agreement
        self.at_agreement, self.at_step, self.calls = "", "", 0

    def arm(self) -> None:
        _wrap(f"{SEALING}:advance", self._advance)
        _wrap(f"{SEALING}:_seal", self._seal)
        _wrap(f"{SEALING}:_conclude", self._conclude)
        _wrap("warifu.notifications.delivery:deliver", self._deliver)
        _wrap(f"{RENEWING}:renew", self._renew)
        _wrap(TRIP, self._travel)
        _wrap(f"{APPLYING}:advance", self._transfer)
        for size in ("AT_ONCE", "TASKS_AT_ONCE", "MARKED_AT_ONCE"):
            setattr(importlib.import_module(APPLYING), size, 2)
        _wrap(self.point.place, self._die)

    def _advance(self, run: Callable[[], Any], *_: Any, agreement_id: Any, **__: Any) -> Any:
        self.at_agreement, self.at_step = str(agreement_id), "begun"
        return run()

    def _seal(self, run: Callable[[], Any], step: Any, *_: Any, **__: Any) -> Any:
        self.at_step = f"consent{step.position}" if step.consent_id else "archive"
        return run()

    def _conclude(self, run: Callable[[], Any], *_: Any, **__: Any) -> Any:
        self.at_step = "conclude"
        return run()

    def _deliver(self, run: Callable[[], Any], *_: Any, message_id: Any, **__: Any) -> Any:
        from warifu.notifications import models

        message = models.Message.objects.get(pk=message_id)
        self.at_agreement, self.at_step = message.subject_urn.removeprefix("agreement:"), f"mail:{message.kind}"
        return run()

    def _renew(self, run: Callable[[], Any], *_: Any, record_id: Any, **__: Any) -> Any:
        self.at_agreement, self.at_step = str(record_id), "renewal"
        return run()

    def _transfer(self, run: Callable[[], Any], *_: Any, plan_id: Any, **__: Any) -> Any:
        self.at_agreement, self.at_step = str(plan_id), "transfer"
        return run()

    def _travel(self, run: Callable[[], Any], *_: Any, **__: Any) -> Any:
        before, self.at_step = self.at_step, "trip" if self.at_step == "renewal" else self.at_step
        try:
            return run()
        finally:
            self.at_step = before

    def _die(self, run: Callable[[], Any], *_: Any, **__: Any) -> Any:
        here = self.at_agreement == self.agreement and self.point.step in {"", self.at_step}
        self.calls += here
        doomed = here and self.calls == self.point.turn
        if doomed and self.point.when == "before":
            _kill()
        result = run()
        if doomed:
            _kill()
        return result


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _wrap(place: str, around: Callable[..., Any]) -> None:
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return around(lambda: original(*args, **kwargs), *args, **kwargs)

    setattr(owner, name, wrapped)


def doomed(point: str, agreement: str) -> int:
    """The exit status of a worker that was to die there; Django is loaded already, no connection is open yet."""
    process = os.fork()
    if process == 0:
        # A point that is never reached must not be waited for without end.
        signal.alarm(int(PATIENCE))
        Doom((POINTS | RENEWALS | TRANSFERS)[point], agreement).arm()
        worker.start()
        os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    django.setup()
    from warifu.jobs import worker

    for line in sys.stdin:
        print(doomed(*line.rstrip("\n").split("\t")), flush=True)
