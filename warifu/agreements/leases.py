"""Who may work on the seal of an agreement now, and when the next may try 署名処理の占有."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import F

from warifu import leases
from warifu.pades import errors as pades_errors

from . import models

Lost = leases.Lost
log = structlog.get_logger(__name__)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_FOR_OPERATORS = timedelta(hours=1)
PAID_IN_VAIN = 3
"""So many results of ours that we refused ourselves, each with its token, and only a person can help."""
STOPPED_AFTER = 6
"""So many of them, and nothing is bought any more until an operator has found the cause (`resume`)."""
STOPPED = timedelta(days=36_500)
PAID_FOR_NOTHING = 5
"""So many tokens that could not be used, and the authority itself must be given time."""
_OPERATORS = (pades_errors.KeyUnusable, pades_errors.CertificateUnusable, pades_errors.AuthorityUnusable)
_OURS = (pades_errors.SealNotValid, pades_errors.InternalFault, pades_errors.SealingFailed)
_NOTHING_PROVES = (pades_errors.SignedAfterRevocation, pades_errors.TimestampRevoked)
_NEVER_HEALS = (pades_errors.SealNotValid, pades_errors.SealingFailed)


class Lease(leases.Lease):
    """One worker's hold on an agreement 署名処理の占有."""

    def advance(self) -> None:
        """A step is done: what was tried in vain before it counts no more 前進."""
        self.change(sealing_tries=0, sealing_paid=0)

    def release(self) -> None:
        """The work is done; a lease that somebody else has taken meanwhile stays theirs 解放."""
        self.change(sealing_until=None, sealing_problem="", sealing_tries=0, sealing_paid=0)

    def wait(self, problem: pades_errors.PadesError, *, at: datetime) -> None:
        """Stay where we are, say why, and when to come back: `pause` 保留."""
        ours = self.change(
            sealing_tries=F("sealing_tries") + 1,
            sealing_paid=F("sealing_paid") + (1 if problem.paid else 0),
            sealing_problem=problem.code,
            sealing_tried_at=at,
        )
        if not ours:
            return
        tries, paid = models.Agreement.objects.values_list("sealing_tries", "sealing_paid").get(pk=self.key)
        rest = pause(problem, tries=tries, paid=paid)
        self.change(sealing_until=at + rest)
        tell = log.error if rest >= timedelta(hours=1) else log.warning
        tell(
            "sealing waits",
            agreement=str(self.key),
            problem=problem.code,
            detail=problem.detail,
            seconds=round(rest.total_seconds()),
            paid=paid,
        )


def take(*, agreement_id: UUID, at: datetime, length: timedelta) -> Lease | None:
    """One worker at a time, until it is done or its lease is over; None while another has it 占有."""
    return Lease.take(models.Agreement, agreement_id, column="sealing_until", length=length, at=at)


def is_stopped(agreement: models.Agreement) -> bool:
    """Whether its seal is tried no more by itself: only a withdrawal or an operator leads on 署名処理の停止."""
    problem = agreement.sealing_problem
    if problem in {one.code for one in _NOTHING_PROVES}:
        return True
    return agreement.sealing_paid >= STOPPED_AFTER and problem in {one.code for one in _NEVER_HEALS}


def resume() -> int:
    """Let every stopped seal be tried again, for an operator who has removed the cause; how many 署名処理の再開."""
    found = models.Agreement.objects.filter(
        sealing_paid__gte=STOPPED_AFTER, sealing_problem__in=[one.code for one in _NEVER_HEALS]
    )
    return found.update(sealing_until=None, sealing_tries=0, sealing_paid=0)


def pause(problem: pades_errors.PadesError, *, tries: int, paid: int) -> timedelta:
    """How long to wait after so many attempts in a row, `paid` of which cost a token 再試行までの間隔.

    Doubling seconds: up to a minute while the cause is elsewhere and asking is free; up to an hour while an operator
    must replace a key or a list, which is found before anything is bought; up to six hours when asking again does not
    help or has cost tokens: who waits for hours has waited as long already. Hours at once when we ourselves refuse what
    we bought, and no more at all when six of them were refused: the same bytes are judged in the same way.
    """
    if paid >= STOPPED_AFTER and isinstance(problem, _NEVER_HEALS):
        return STOPPED
    if paid >= PAID_IN_VAIN and isinstance(problem, _OURS):
        return min(LONGEST_PAUSE, timedelta(hours=2 ** min(8, paid - PAID_IN_VAIN)))
    longest = LONGEST_PAUSE
    if paid < PAID_FOR_NOTHING and problem.retry:
        longest = timedelta(minutes=1)
    elif paid < PAID_FOR_NOTHING and isinstance(problem, _OPERATORS):
        longest = LONGEST_FOR_OPERATORS
    return min(longest, timedelta(seconds=2 ** min(16, tries)))
