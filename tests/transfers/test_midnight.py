"""The moment of 0:00: who cancels just before it, and what is not any more as it was when the plan was confirmed."""

from datetime import date, datetime, timedelta

import pytest

from tests import city
from tests.transfers import scenes
from tests.transfers.scenes import APRIL_1, MARCH, MIDNIGHT
from warifu.directory import actions as directory
from warifu.directory import models as directory_models
from warifu.transfers import actions, applying, errors, models
from warifu.transfers.models import Kind, State

pytestmark = pytest.mark.django_db
OLD, NEW = "財政部 契約検査課", "総務部 総務課"


class Interrupted(scenes.Clock):
    """A clock at whose first look somebody else does something."""

    def __init__(self, at: datetime, verb: str, plan: models.Plan) -> None:
        super().__init__(at)
        self.verb, self.plan = verb, plan

    def __call__(self) -> datetime:
        if verb := self.verb:
            self.verb = ""
            by, a_second_before = city.chida().actor, MIDNIGHT - timedelta(seconds=1)
            deed = getattr(actions, verb)
            deed(plan_id=self.plan.pk, municipality=city.morioka(), by=by, at=a_second_before)
        return self.at


@pytest.mark.parametrize(("verb", "state"), [("cancel", State.CANCELLED), ("reopen", State.DRAFT)])
def test_who_is_a_second_before_midnight_is_before_a_worker_that_is_just_taking_it_up(
    cast: None, verb: str, state: State
) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW, "係長")
    scenes.confirmed(plan)
    before = scenes.posts("sato")
    tools = applying.Tools(
        clock=Interrupted(MIDNIGHT, verb, plan),
        lease=timedelta(seconds=30),
        post=city.POST,
        letters=city.LETTERS,
        rest=timedelta(0),
    )
    assert applying.advance(plan_id=plan.pk, tools=tools, at=MIDNIGHT) is applying.Outcome.BUSY
    plan.refresh_from_db()
    assert (plan.state, plan.working_until) == (state, None)
    assert scenes.posts("sato") == before


@pytest.mark.parametrize("verb", ["cancel", "reopen"])
def test_who_is_later_than_the_worker_is_told_so(cast: None, verb: str) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "sato", NEW, "係長")
    scenes.confirmed(plan)
    share = timedelta(0)
    assert applying.advance(plan_id=plan.pk, tools=scenes.tools(), at=MIDNIGHT, share=share) is (
        applying.Outcome.GOES_ON
    )
    with pytest.raises(errors.NotNow, match="実施中"):
        getattr(actions, verb)(plan_id=plan.pk, municipality=city.morioka(), by=city.chida().actor, at=MIDNIGHT)
    assert scenes.done(plan).state == State.DONE
    assert scenes.posts("sato") == [(NEW, "係長", True)]


def test_who_was_to_go_to_a_department_that_has_been_closed_stays_and_is_told_and_the_others_go(cast: None) -> None:
    by, municipality = city.chida().actor, city.morioka()
    entry = directory.DepartmentEntry("臨時給付金室", scenes.department("総務部"))
    closing = directory.add_department(
        municipality=municipality, entry=entry, begins_on=date(2025, 4, 1), by=by, at=MARCH
    )
    plan = scenes.planned()
    scenes.moves(plan, "sato", "総務部 臨時給付金室", "係長")
    scenes.moves(plan, "obara", OLD, "主査")
    scenes.comes(plan, "murakami", "村上 葵", "総務部 臨時給付金室")
    scenes.confirmed(plan)
    directory.end_department(department=closing, last_day=date(2026, 3, 30), successor=None, by=by, at=MARCH)
    before = scenes.posts("sato")
    assert scenes.done(plan).state == State.DONE
    told = dict(plan.moves.exclude(problem="").values_list("name", "problem"))
    assert set(told) == {"佐藤 美咲", "村上 葵"}
    assert "「総務部 臨時給付金室」は、発令日までに廃止されました" in told["佐藤 美咲"]
    assert scenes.posts("sato") == before
    assert scenes.posts("obara") == [(OLD, "主査", True)]
    assert not directory_models.StaffMember.objects.filter(mail__startswith="murakami@").exists()


def test_a_newcomer_whose_place_is_missing_stops_nobody(cast: None) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "obara", OLD, "主査")
    scenes.comes(plan, "murakami", "村上 葵", NEW)
    scenes.confirmed(plan)
    models.MovePost.objects.filter(move__kind=Kind.JOIN).delete()
    assert scenes.done(plan).state == State.DONE
    assert [one.name for one in plan.moves.exclude(problem="")] == ["村上 葵"]
    assert scenes.posts("obara") == [(OLD, "主査", True)]


def test_a_newcomer_beside_somebody_who_does_not_fit_comes_from_nowhere(cast: None) -> None:
    plan = scenes.planned()
    scenes.comes(plan, "murakami", "村上 葵", NEW)
    scenes.moves(plan, "obara", OLD)
    scenes.confirmed(plan)
    directory.leave(staff=scenes.staff("obara"), last_day=date(2026, 3, 25), by=city.chida().actor, at=MARCH)
    scenes.done(plan)
    assert [one.name for one in plan.moves.exclude(problem="")] == ["小原 律子"]
    assert plan.moves.get(name="村上 葵").before == {"posts": [], "title": "", "department": "", "roles": []}
    assert scenes.posts("murakami", APRIL_1) == [(NEW, "主事", True)]


def test_a_newcomer_whose_two_departments_became_one_has_one_post(cast: None) -> None:
    by = city.chida().actor
    entry = directory.DepartmentEntry("臨時給付金室", scenes.department("総務部"))
    ending = directory.add_department(
        municipality=city.morioka(), entry=entry, begins_on=date(2025, 4, 1), by=by, at=MARCH
    )
    plan = scenes.planned()
    scenes.comes(plan, "murakami", "村上 葵", NEW, beside=(directory.Place(ending, "併任"),))
    scenes.confirmed(plan)
    directory.end_department(
        department=ending, last_day=date(2026, 3, 31), successor=scenes.department(NEW), by=by, at=MARCH
    )
    scenes.done(plan)
    assert not plan.moves.exclude(problem="").exists()
    assert scenes.posts("murakami") == [(NEW, "主事", True)]
