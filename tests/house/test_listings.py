"""Pages made from the code are what the code says."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler

from warifu.access.rights import Right, roles_with
from warifu.agreements import errors, lifecycle
from warifu.web import needs

from . import floors, ipa_page, listings

RIGHTS_THAT_READ = roles_with(Right.READ)
NOTHING_TO_READ = {
    "desk:home",
    "desk:me",
    "desk:post",
    "desk:municipality",
    "desk:counterparties",
    "desk:counterparty_new",
    "desk:counterparty",
    "desk:counterparty_duplicates",
    "desk:counterparty_change",
    "desk:counterparty_stop",
    "desk:counterparty_resume",
    "desk:counterparty_merge",
    "desk:counterparty_note",
    "desk:counterparty_note_remove",
    "desk:address_new",
    "desk:address",
    "desk:address_stop",
    "desk:address_resume",
    "desk:delegate_new",
    "desk:delegate",
    "desk:delegate_end",
}
"""Pages of the desk on which no agreement, record or document is shown; the first page leads others elsewhere."""
NAMING_THE_SETTINGS = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warifu.settings")'


@pytest.mark.parametrize("path", listings.PAGES, ids=str)
def test_the_page_is_what_the_code_says(path: Path) -> None:
    assert (floors.ROOT / path).read_text(encoding="utf-8") == listings.PAGES[path](), "run bin/generate-docs"


# -- who may open what ------------------------------------------------------------------------------------------------


def test_every_route_says_whom_it_is_for() -> None:
    assert needs.problems() == [], "each address has its line in warifu/web/needs.py"


def test_a_route_without_a_line_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    short = {route: need for route, need in needs.NEEDS.items() if route != "desk:record"}
    monkeypatch.setattr(needs, "NEEDS", short)
    assert [str(found.msg) for found in needs.check()] == ["desk:record has no line in warifu/web/needs.py"]
    with pytest.raises(ImproperlyConfigured, match="desk:record"):
        WSGIHandler()


def test_who_reads_contracts_is_told_by_the_address_too() -> None:
    readers = {right for right in Right if RIGHTS_THAT_READ & roles_with(right) == roles_with(right)}
    for route, need in needs.NEEDS.items():
        if route in NOTHING_TO_READ or need.visitor in needs.OPEN or not route.startswith("desk:"):
            continue
        assert need.rights <= readers, f"{route} is open to a role that reads no contract"
        assert need.names_rights(), f"{route} is open to every member of staff"


# -- states ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", lifecycle.State)
@pytest.mark.parametrize("event", lifecycle.Event)
def test_every_state_meets_every_event(state: lifecycle.State, event: lifecycle.Event) -> None:
    if (state, event) in lifecycle.TABLE:
        assert lifecycle.after(state, event) is lifecycle.TABLE[state, event]
    else:
        with pytest.raises(errors.NotNow):
            lifecycle.after(state, event)


def test_what_has_ended_stays_as_it_is_and_all_else_goes_on() -> None:
    assert {state for state, _ in lifecycle.TABLE} == set(lifecycle.State) - lifecycle.ENDED


def test_every_state_is_reached_and_every_event_happens() -> None:
    assert set(lifecycle.TABLE.values()) | {lifecycle.State.DRAFT} == set(lifecycle.State)
    assert {event for _, event in lifecycle.TABLE} == set(lifecycle.Event)


def test_only_a_seal_concludes_and_only_a_consent_is_sealed() -> None:
    into = [pair for pair, new in lifecycle.TABLE.items() if new is lifecycle.State.CONCLUDED]
    assert into == [(lifecycle.State.AGREED, lifecycle.Event.SEAL)]
    into = [pair for pair, new in lifecycle.TABLE.items() if new is lifecycle.State.AGREED]
    assert into == [(lifecycle.State.SENT, lifecycle.Event.LAST_CONSENT)]


# -- settings ----------------------------------------------------------------------------------------------------------


def test_every_environment_variable_is_in_the_operators_manual() -> None:
    page = (floors.ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(WARIFU_[A-Z_]+)` \|", page, re.MULTILINE))
    assert listings.settings_read() - listed == set(), "write them into docs/operations/settings.md"
    assert listed - listings.settings_read() == set(), "nobody reads them any more"


def test_only_settings_reads_the_environment() -> None:
    readers = {
        path.relative_to(floors.ROOT).as_posix()
        for path in floors.modules()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bos\.(environ|getenv)\b", line.replace(NAMING_THE_SETTINGS, ""))
    }
    # The command line sets variables before settings are loaded, and asks for the language of its help.
    assert {name for name in readers if not name.startswith("warifu/cli/")} == {"warifu/settings.py"}


# -- what IPA asks of a web site ---------------------------------------------------------------------------------------


def test_every_item_of_ipas_list_has_a_test() -> None:
    assert len(ipa_page.ITEMS) == 47
    assert [item for item, proofs in ipa_page.tests().items() if not proofs] == []
