"""Who takes over what is chosen, one by one or in bulk 引継ぎ先の選択."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.agreements import actions as agreements
from warifu.agreements import errors as agreement_errors
from warifu.agreements.post import Post
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.transfers import errors, models, outlook
from warifu.transfers.models import Part, State
from warifu.transfers.succession import RIGHT_FOR, may_take

from .plans import locked, note

Key = tuple[UUID, Part]


def choose(
    *,
    plan_id: UUID,
    tasks: Iterable[Key],
    successor: directory.StaffMember | None,
    municipality: directory.Municipality,
    post: Post,
    by: Actor,
    at: datetime,
) -> int:
    """Whoever takes over these parts of these agreements; None gives the choice back to the proposal 引継ぎ先の選択.

    Before the day it is written down; once the plan has been done, what was left over is handed over at once. Returns
    how many. Raises errors.Unfit where the person may not do that work on the day or would approve their own.
    """
    wanted = set(tasks)
    with transaction.atomic():
        kept = locked(plan_id, municipality, State.DRAFT, State.CONFIRMED, State.DONE)
        whole = outlook.of(kept)
        found = [task for task in whole.tasks if (task.matter.agreement_id, task.part) in wanted]
        if not found:
            raise errors.NotNow("引き継ぐ契約が選ばれていないか、すでに引き継がれています。画面を開き直してください。")
        if kept.state == State.DONE and successor is None:
            raise errors.Unfit("引き継ぐ職員を選んでください。", about="successor")
        if successor is not None:
            worker = whole.workers.get(successor.pk)
            for task in found:
                # In bulk both parts of an agreement may be named: the officer of then decides.
                officer = (
                    successor.pk
                    if (task.matter.agreement_id, Part.OFFICER) in wanted
                    else whole.successors.get((task.matter.agreement_id, Part.OFFICER)) or task.matter.in_charge
                )
                if worker is None or not may_take(task, worker, officer=officer):
                    raise errors.Unfit(_sentence(task.part, task.matter.number, successor.name), about="successor")
        for task in found:
            models.HandOver.objects.update_or_create(
                move=whole.moves[task.owner],
                agreement_id=task.matter.agreement_id,
                part=task.part,
                defaults={"successor": successor},
            )
        note(
            "choose",
            kept,
            by=by,
            at=at,
            facts={
                "agreements": [str(task.matter.agreement_id) for task in found[:100]],
                "count": len(found),
                "successor": successor.name if successor else None,
            },
        )
        if kept.state == State.DONE and successor is not None:
            for task in found:
                _hand_over_now(whole.moves[task.owner], task.matter.agreement_id, task.part, successor, post, by, at)
    return len(found)


def _hand_over_now(
    move: models.Move,
    agreement_id: UUID,
    part: Part,
    successor: directory.StaffMember,
    post: Post,
    by: Actor,
    at: datetime,
) -> None:
    chosen = {part.value: successor}
    try:
        agreements.hand_over(agreement_id=agreement_id, **chosen, post=post, by=by, at=at)
    except agreement_errors.Refusal as refusal:
        raise errors.Unfit(refusal.message, about="successor") from refusal
    models.HandOver.objects.filter(move=move, agreement=agreement_id, part=part).update(done=True, problem="")


def _sentence(part: Part, number: str, name: str) -> str:
    right = RIGHT_FOR[part].label
    return (
        f"{name}さんは、契約{number or '（番号なし）'}の{part.label}になれません。発令後に「{right}」権限がないか、"
        "自分が起案又は担当する契約の承認者になるためです。ほかの職員を選んでください。"
    )
