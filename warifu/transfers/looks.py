"""A look over a plan, kept until something happens that it rests on 点検の結果の保持.

It costs a second where thousands move, and is shown on every page of the plan. Each act leaves a line in the ledger, so
the ledger tells whether it still holds; what decides (`actions.confirm`, `actions.choose`) always looks anew.
"""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Q

from warifu.audit import queries as audit

from . import findings, models, outlook
from .findings import Finding
from .models import Kind, Part
from .succession import Task

RESTS_ON = Q(action__startswith="directory.") | Q(action__startswith="agreements.")
RESTS_ON |= Q(action__startswith="transfers.")
RESTS_ON |= Q(
    action__in=[
        f"access.{verb}"
        for verb in (
            "appoint_first_administrator",
            "grant_role",
            "revoke_role",
            "transfer",
            "open_account",
            "open_account_without_password",
            "close_account",
            "reopen_account",
        )
    ]
)
"""Acts that may change who works where on the day, who may do what, and what is in hand."""
FAR = 1_000
"""Lines of no concern, after which the place in the ledger is noted anew."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One part of one agreement, and who takes it over: chosen, proposed, or nobody ("") 引継ぎの一行."""

    agreement_id: str
    part: str
    number: str
    holder: str
    kind: str
    department: str
    successor: str
    words: str
    chosen: bool
    stays: bool

    @property
    def key(self) -> tuple[UUID, Part]:
        """As `actions.choose` takes it 引継ぎの対象."""
        return UUID(self.agreement_id), Part(self.part)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look over a plan tells 点検の結果."""

    findings: tuple[Finding, ...]
    hand_overs: tuple[HandedOver, ...]


def look(plan: models.Plan) -> Look:
    """The look that is kept, or a new one where something has happened since 計画の点検."""
    # Read first: what happens while looking is looked at the next time.
    head = audit.head_of(plan.municipality.code).sequence
    kept = _kept(plan, head)
    if kept is not None:
        return Look(_findings(kept), tuple(HandedOver(**one) for one in kept.hand_overs))
    return _anew(plan, head)


def findings_of(plan: models.Plan) -> tuple[Finding, ...]:
    """The remarks of that look alone: thousands of lines beside them stay where they are 計画の指摘."""
    head = audit.head_of(plan.municipality.code).sequence
    kept = _kept(plan, head)
    return _findings(kept) if kept is not None else _anew(plan, head).findings


def _kept(plan: models.Plan, head: int) -> models.Look | None:
    kept = models.Look.objects.defer("hand_overs").filter(plan=plan).first()
    return kept if kept is not None and _holds(kept, plan.municipality.code, head) else None


def _findings(kept: models.Look) -> tuple[Finding, ...]:
    return tuple(Finding(**one) for one in kept.findings)


def _anew(plan: models.Plan, head: int) -> Look:
    whole = outlook.of(plan)
    found = Look(tuple(findings.of(whole)), tuple(_handed_over(task, whole) for task in whole.tasks))
    told = {
        "sequence": head,
        "findings": [asdict(one) for one in found.findings],
        "hand_overs": [asdict(one) for one in found.hand_overs],
    }
    models.Look.objects.update_or_create(plan=plan, defaults=told)
    return found


def forget(plan: models.Plan) -> None:
    """The next look is a new one 点検の結果の破棄."""
    models.Look.objects.filter(plan=plan).delete()


def _holds(kept: models.Look, ledger: str, head: int) -> bool:
    if audit.entries_of(ledger).filter(RESTS_ON, sequence__gt=kept.sequence).exists():
        return False
    if head - kept.sequence > FAR:
        models.Look.objects.filter(pk=kept.pk, sequence=kept.sequence).update(sequence=head)
    return True


def _handed_over(task: Task, whole: outlook.Outlook) -> HandedOver:
    key = (task.matter.agreement_id, task.part)
    successor = whole.successors[key]
    worker = whole.workers.get(successor) if successor else None
    move = whole.moves[task.owner]
    return HandedOver(
        agreement_id=str(task.matter.agreement_id),
        part=task.part.value,
        number=task.matter.number,
        holder=move.name,
        kind=Kind(move.kind).label,
        department=whole.whole.path(task.department, whole.day),
        successor=worker.name if worker else "",
        words=worker.words if worker else "",
        chosen=key in whole.chosen,
        stays=successor == task.holder,
    )
