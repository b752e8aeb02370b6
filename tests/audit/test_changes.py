from datetime import date
from uuid import UUID

import pytest

from warifu.audit import changes, errors
from warifu.audit.actor import ActorKind


def test_only_what_differs_is_told_with_both_values() -> None:
    before = {"name": "契約課", "amount": 1, "on": None, "kind": ActorKind.STAFF}
    after = {"name": "契約検査課", "amount": 1, "on": date(2026, 4, 1), "kind": ActorKind.SERVICE}
    assert changes.between(before, after) == {
        "changed": ["name", "on", "kind"],
        "before": ["契約課", None, "staff"],
        "after": ["契約検査課", "2026-04-01", "service"],
    }
    assert changes.between(before, before) == {}


def test_a_new_thing_has_nothing_before() -> None:
    assert changes.between({}, {"id": UUID(int=1), "members": ["鈴木", "佐藤"]}) == {
        "changed": ["id", "members"],
        "before": [None, None],
        "after": [str(UUID(int=1)), "佐藤、鈴木"],
    }


@pytest.mark.parametrize("name", ["password", "totp_seed", "token_digest", "access_code", "client_secret"])
def test_a_secret_never_comes_into_the_ledger(name: str) -> None:
    with pytest.raises(errors.UnsuitableEntry):
        changes.between({name: "a"}, {name: "b"})
