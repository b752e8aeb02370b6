"""A look over a plan is kept, and made anew as soon as something changes that it rests on."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests import city
from tests.transfers import scenes
from tests.transfers.scenes import MARCH
from warifu.access import actions as access
from warifu.access import models as access_models
from warifu.access.rights import Role
from warifu.agreements import models as agreement_models
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import actions as directory
from warifu.transfers import actions, findings, looks, models, outlook
from warifu.transfers.models import Part

pytestmark = pytest.mark.django_db
OLD, NEW = "財政部 契約検査課", "総務部 総務課"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[models.Plan]:
    """Every plan that was really looked over."""
    seen, real = list[models.Plan](), outlook.of

    def of(plan: models.Plan) -> outlook.Outlook:
        seen.append(plan)
        return real(plan)

    monkeypatch.setattr(outlook, "of", of)
    return seen


def test_a_look_is_taken_once_and_tells_what_a_fresh_one_would(
    cast: None, objects: Path, counted: list[models.Plan]
) -> None:
    agreement = city.sent(objects, at=MARCH)
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER, title="主任")
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW)
    first = looks.look(plan)
    assert looks.look(plan) == first
    assert len(counted) == 1
    assert first.findings == tuple(findings.of(outlook.of(plan)))
    (line,) = first.hand_overs
    assert (line.key, line.successor, line.chosen) == ((agreement.pk, Part.OFFICER), "新田 真", False)


def test_who_looks_at_pages_or_signs_in_does_not_make_it_anew(
    cast: None, counted: list[models.Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "FAR", 3)
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW)
    looks.look(plan)
    noted = models.Look.objects.get().sequence
    for _ in range(4):
        line(plan, "web.view")
    line(plan, "access.begin_session")
    looks.look(plan)
    assert len(counted) == 1
    assert models.Look.objects.get().sequence == noted + 5


def line(plan: models.Plan, action: str) -> None:
    audit.append(
        ledger=plan.municipality.code, action=action, target="page:x", by=Actor.service("test"), at=MARCH, facts={}
    )


Change = Callable[[models.Plan, Path], object]


def a_role_is_taken_back(plan: models.Plan, _: Path) -> None:
    grant = access_models.RoleGrant.objects.get(staff=scenes.staff("nitta"))
    access.revoke_role(grant=grant, letters=city.LETTERS, by=city.chida(), at=MARCH)


def somebody_leaves(plan: models.Plan, _: Path) -> None:
    directory.leave(staff=scenes.staff("nitta"), last_day=date(2026, 3, 25), by=city.chida().actor, at=MARCH)


def an_agreement_is_drafted(plan: models.Plan, objects: Path) -> agreement_models.Agreement:
    return city.sent(objects, at=MARCH)


def another_one_moves(plan: models.Plan, _: Path) -> models.Move:
    return scenes.leaves(plan, "nitta")


def somebody_is_chosen(plan: models.Plan, _: Path) -> None:
    scenes.colleague("aiba", "相場 一", NEW, Role.OFFICER)
    actions.choose(
        plan_id=plan.pk,
        tasks=[(agreement_models.Agreement.objects.get().pk, Part.OFFICER)],
        successor=scenes.staff("aiba"),
        municipality=city.morioka(),
        post=city.POST,
        by=city.chida().actor,
        at=MARCH,
    )


@pytest.mark.parametrize(
    "change",
    [a_role_is_taken_back, somebody_leaves, an_agreement_is_drafted, another_one_moves, somebody_is_chosen],
    ids=lambda change: change.__name__,
)
def test_what_changes_the_answer_makes_it_anew(cast: None, objects: Path, change: Change) -> None:
    city.sent(objects, at=MARCH)
    scenes.colleague("nitta", "新田 真", OLD, Role.OFFICER, title="主任")
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW)
    before = looks.look(plan)
    change(plan, objects)
    after = looks.look(plan)
    assert after != before
    assert after.findings == tuple(findings.of(outlook.of(plan)))
