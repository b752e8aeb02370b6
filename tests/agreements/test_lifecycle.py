"""The one table: every pair of it, in pure form and with the verbs of the room on real rows."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.db import transaction

from tests import city
from tests.conftest import AT
from warifu.agreements import actions, errors, lifecycle, models
from warifu.agreements.lifecycle import Event, State
from warifu.audit import queries as audit

LATER = AT + timedelta(minutes=5)
LONG_AFTER = AT + timedelta(days=400)
Verb = Callable[[models.Agreement], object]


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_a_pair_is_in_the_table_or_refused_in_words(state: State, event: Event) -> None:
    if (state, event) in lifecycle.TABLE:
        assert lifecycle.after(state, event) is lifecycle.TABLE[state, event]
        return
    with pytest.raises(errors.NotNow) as refused:
        lifecycle.after(state, event)
    assert refused.value.message.startswith(f"この契約の状態は「{lifecycle.WORDS[state]}」です。")
    assert refused.value.message.count("。") >= 2, "what is so, and what to do instead"


def test_only_a_seal_on_an_agreed_agreement_concludes() -> None:
    assert [pair for pair, state in lifecycle.TABLE.items() if state is State.CONCLUDED] == [(State.AGREED, Event.SEAL)]


def test_what_has_ended_stays_ended_and_all_else_can_end() -> None:
    leaving = {state for state, _ in lifecycle.TABLE}
    assert leaving.isdisjoint(lifecycle.ENDED)
    assert leaving | lifecycle.ENDED == set(State)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached = {State.DRAFT}
    for _ in State:
        reached |= {after for (before, _), after in lifecycle.TABLE.items() if before in reached}
    assert reached == set(State)


def test_every_state_has_its_own_word() -> None:
    assert len({lifecycle.WORDS[state] for state in State}) == len(State)


def _submit(agreement: models.Agreement) -> object:
    return actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=LATER)


def _approve(agreement: models.Agreement) -> object:
    return actions.approve(
        agreement_id=agreement.pk,
        same_as_decided=True,
        shown_facts=city.facts(agreement.pk),
        post=city.POST,
        by=city.suzuki(),
        at=LATER,
    )


def _return(agreement: models.Agreement) -> object:
    by = city.suzuki() if agreement.state == State.IN_APPROVAL else city.sato()
    return actions.return_to_draft(agreement_id=agreement.pk, reason="工期の誤り", post=city.POST, by=by, at=LATER)


def _send(agreement: models.Agreement) -> object:
    return actions.send(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=LATER)


def _withdraw(agreement: models.Agreement) -> object:
    return actions.withdraw(agreement_id=agreement.pk, reason="中止", post=city.POST, by=city.sato(), at=LATER)


def _consent(agreement: models.Agreement) -> object:
    return city.counterparty_consents(agreement, at=LATER)


def _decline(agreement: models.Agreement) -> object:
    party, by = city.party(agreement, models.Side.COUNTERPARTY), city.visitor(agreement)
    return actions.decline(party_id=party.pk, reason="工期が足りません", post=city.POST, by=by, at=LATER)


def _expire(agreement: models.Agreement) -> object:
    actions.expire(agreement_id=agreement.pk, post=city.POST, at=LONG_AFTER)
    return None


VERBS: dict[Event, Verb] = {
    Event.SUBMIT: _submit,
    Event.APPROVE: _approve,
    Event.RETURN: _return,
    Event.SEND: _send,
    Event.WITHDRAW: _withdraw,
    Event.CONSENT: _consent,
    Event.DECLINE: _decline,
    Event.EXPIRE: _expire,
}


def in_state(state: State, objects: Path, bench: city.Trial) -> models.Agreement:
    """An agreement of 盛岡市 that came to this state on the ordinary way."""
    agreement = city.drafted(objects, at=AT)
    way: dict[State, list[Event]] = {
        State.DRAFT: [],
        State.IN_APPROVAL: [Event.SUBMIT],
        State.APPROVED: [Event.SUBMIT, Event.APPROVE],
        State.SENT: [Event.SUBMIT, Event.APPROVE, Event.SEND],
        State.WITHDRAWN: [Event.SUBMIT, Event.APPROVE, Event.SEND, Event.WITHDRAW],
        State.DECLINED: [Event.SUBMIT, Event.APPROVE, Event.SEND, Event.DECLINE],
        State.EXPIRED: [Event.SUBMIT, Event.APPROVE, Event.SEND, Event.EXPIRE],
        State.AGREED: [Event.SUBMIT, Event.APPROVE, Event.SEND, Event.CONSENT],
    }
    for event in way[state]:
        VERBS[event](agreement)
    if state is State.AGREED:
        city.municipality_consents(agreement, at=LATER)
        # What is agreed can be withdrawn only when it can never be sealed.
        models.Agreement.objects.filter(pk=agreement.pk).update(sealing_problem="signed_after_revocation")
    assert city.state_of(agreement) is state
    return agreement


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in State if state is not State.CONCLUDED])
def test_each_verb_takes_its_edge_or_changes_nothing(
    cast: None, bench: city.Trial, objects: Path, state: State
) -> None:
    agreement = in_state(state, objects, bench)
    for event, verb in VERBS.items():
        if event in {Event.CONSENT, Event.DECLINE} and not agreement.parties.exists():
            continue
        lines = audit.entries_of(city.MORIOKA).count()
        expected = lifecycle.TABLE.get((state, event))
        with transaction.atomic():
            if expected is None:
                with pytest.raises((errors.NotNow, errors.AlreadyConsented)) as refused:
                    verb(agreement)
                assert refused.value.message.endswith("。"), event
                assert city.state_of(agreement) is state, event
                assert audit.entries_of(city.MORIOKA).count() == lines, event
            else:
                verb(agreement)
                assert city.state_of(agreement) is expected, event
                assert audit.entries_of(city.MORIOKA).count() == lines + 1, event
            transaction.set_rollback(True)
        agreement.refresh_from_db()


@pytest.mark.django_db
def test_in_every_ended_state_editing_is_refused(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = in_state(State.WITHDRAWN, objects, bench)
    with pytest.raises(errors.NotNow, match="edit in 取下げ"):
        actions.describe(agreement_id=agreement.pk, contents=city.contents(), by=city.sato(), at=LATER)
