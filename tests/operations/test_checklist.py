"""利用開始の確認事項: what the gate waits for is counted, not ticked."""

from dataclasses import replace

import pytest

from warifu.operations import checklist

READY = checklist.Counts(
    departments=3,
    people=5,
    roles=frozenset({"administrator", "officer", "approver"}),
    titles=2,
    titles_with_consenter=2,
    second_factor_demanded=True,
    networks=0,
    counterparties=0,
    rehearsed=0,
)
DECLARED = {one.value: "令和8年3月1日 長嶺 悟" for one in checklist.Declared}


def test_a_body_with_all_that_must_be_may_go_live() -> None:
    assert checklist.open_musts(checklist.items(READY, DECLARED)) == ()


@pytest.mark.parametrize(
    ("changed", "waits_for"),
    [
        (replace(READY, departments=0), "departments"),
        (replace(READY, people=1), "people"),
        (replace(READY, roles=frozenset({"officer"})), "roles"),
        (replace(READY, titles=0, titles_with_consenter=0), "titles"),
        (replace(READY, titles_with_consenter=1), "titles"),
        (replace(READY, second_factor_demanded=False), "sign_in"),
    ],
)
def test_each_must_holds_the_gate(changed: checklist.Counts, waits_for: str) -> None:
    assert [item.key for item in checklist.open_musts(checklist.items(changed, DECLARED))] == [waits_for]


@pytest.mark.parametrize("item", checklist.Declared)
def test_each_declaration_holds_the_gate(item: checklist.Declared) -> None:
    declared = {key: said for key, said in DECLARED.items() if key != item.value}
    assert [one.key for one in checklist.open_musts(checklist.items(READY, declared))] == [item.value]
