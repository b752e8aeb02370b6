"""How each verb of a personnel transfer is run once, for the house's test of ledger lines."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tests import city
from tests.transfers import scenes
from warifu.access import actions as access
from warifu.agreements import models as agreement_models
from warifu.directory import actions as directory
from warifu.transfers import actions, models
from warifu.transfers.models import Kind, Part

Act = Callable[[], object]
AT = scenes.MARCH


def post(_: Path) -> Act:
    place = directory.Place(scenes.department("財政部"), "主査")
    posting = directory.Posting(scenes.staff("obara").pk, place)
    by = city.chida().actor
    return lambda: directory.transfer(
        municipality=city.morioka(), postings=[posting], on=scenes.APRIL_1, by=by, at=scenes.MIDNIGHT
    )


def stand(_: Path) -> Act:
    standing = access.Standing(scenes.staff("obara").pk, "小原 律子", closes=True)
    return lambda: access.transfer(
        municipality=city.morioka(),
        standings=[standing],
        on=scenes.APRIL_1,
        granted_by=None,
        by=city.chida().actor,
        at=scenes.MIDNIGHT,
    )


def filled() -> models.Plan:
    plan = scenes.planned()
    scenes.moves(plan, "obara", "財政部")
    return plan


def of_plan(verb: Callable[..., object], plan: models.Plan, **more: object) -> Act:
    return lambda: verb(plan_id=plan.pk, municipality=city.morioka(), by=city.chida().actor, at=AT, **more)


def plan(_: Path) -> Act:
    return scenes.planned


def enter(_: Path) -> Act:
    entry = actions.Entry(Kind.LEAVE, staff=scenes.staff("obara"))
    return of_plan(actions.enter, scenes.planned(), entry=entry)


def drop(_: Path) -> Act:
    kept = filled()
    return of_plan(actions.drop, kept, move_id=kept.moves.get().pk)


def choose(objects: Path) -> Act:
    agreement: agreement_models.Agreement = city.sent(objects, at=AT)
    kept = scenes.planned()
    scenes.moves(kept, "sato", "総務部")
    return of_plan(
        actions.choose, kept, tasks=[(agreement.pk, Part.OFFICER)], successor=scenes.staff("sato"), post=city.POST
    )


def confirm(_: Path) -> Act:
    kept = filled()
    return lambda: scenes.confirmed(kept)


def reopen(_: Path) -> Act:
    return of_plan(actions.reopen, scenes.confirmed(filled()))


def cancel(_: Path) -> Act:
    return of_plan(actions.cancel, filled())


def undo(_: Path) -> Act:
    kept = scenes.done(scenes.confirmed(filled()))
    return lambda: actions.undo(
        plan_id=kept.pk, effective_on=date(2026, 4, 3), by=city.chida(), at=scenes.MIDNIGHT + timedelta(days=1)
    )


RUNS: dict[str, Callable[[Path], Act]] = {
    "directory.transfer": post,
    "access.transfer": stand,
    "transfers.plan": plan,
    "transfers.enter": enter,
    "transfers.drop": drop,
    "transfers.choose": choose,
    "transfers.confirm": confirm,
    "transfers.reopen": reopen,
    "transfers.cancel": cancel,
    "transfers.undo": undo,
}
