"""The tree on any day, without a database."""

from datetime import date

from warifu.directory.tree import Row, Tree

MARCH, APRIL, MAY = date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 1)
TREE = Tree(
    [
        Row(1, "財政部", ends_on=MARCH, successor=4),
        Row(2, "契約検査課", parent=1),
        Row(3, "総務部"),
        Row(4, "財務部", continues=1, begins_on=APRIL),
        Row(5, "管財課", parent=3, ends_on=MARCH, successor=6),
        Row(6, "管財課", parent=4, continues=5, begins_on=APRIL),
        Row(7, "検査係", parent=2, begins_on=APRIL, code="A1"),
    ]
)


def names(day: date) -> dict[str | None, list[str]]:
    return {
        TREE[parent].name if parent else None: [row.name for row in rows]
        for parent, rows in TREE.children_on(day).items()
    }


def test_each_day_has_its_own_tree() -> None:
    assert names(MARCH) == {None: ["財政部", "総務部"], "財政部": ["契約検査課"], "総務部": ["管財課"]}
    assert names(APRIL) == {None: ["総務部", "財務部"], "財務部": ["契約検査課", "管財課"], "契約検査課": ["検査係"]}


def test_a_path_is_that_of_the_day() -> None:
    assert TREE.path(2, MARCH) == "財政部 契約検査課"
    assert TREE.path(7, APRIL) == "財務部 契約検査課 検査係"


def test_the_same_department_is_found_under_the_name_of_the_day() -> None:
    before, after = TREE.on(6, MARCH), TREE.on(1, APRIL)
    assert (before and before.id, after and after.id) == (5, 4)
    assert TREE.on(7, MARCH) is None
    assert [row.name for row in TREE.history(4)] == ["財政部", "財務部"]


def test_nothing_stands_below_itself_under_any_of_its_names() -> None:
    assert TREE.would_be_below_itself(1, 7, APRIL)
    assert TREE.would_be_below_itself(4, 1, APRIL)
    assert not TREE.would_be_below_itself(2, 3, APRIL)


def test_a_name_is_taken_by_who_bears_it_there_now_or_later() -> None:
    assert TREE.clash("管財課", parent=3, since=APRIL) is None
    taken = TREE.clash("管財課", parent=1, since=APRIL)
    assert taken and taken.id == 6
    assert TREE.clash("管財課", parent=4, since=APRIL, but=5) is None
    assert TREE.clash("財務部", parent=None, since=MARCH)
    assert TREE.with_code("A1", since=MARCH)
    assert TREE.with_code("A1", since=MARCH, but=7) is None
