"""What later revisions changed, in kinds that can be told. 署名後の変更内容の試験"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.pades import forging, test_attacks
from warifu.pades import changes, reading, reports, validation

TWO_PAGES = {
    **forging.CONTRACT,
    2: b"<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>",
    6: forging.PAGE.replace(b"/Contents 4 0 R", b"/Contents 7 0 R"),
    7: forging.stream(b"BT /F1 12 Tf 72 700 Td (Second) Tj ET"),
    8: b"<</Title(Contract)>>",
}
TOLD: dict[str, tuple[str, tuple[int, ...]]] = {
    "page content": ("content", (1,)),
    "font": ("resources", (1,)),
    "page tree": ("pages_added", (1,)),
    "layers": ("document_settings", ()),
    "action": ("document_settings", ()),
    "form value": ("form_values", (1,)),
    "form default appearance": ("form_fields", ()),
    "ink": ("annotations", (1,)),
    "highlight": ("annotations", (1,)),
    "widget over the page": ("form_fields", ()),
    "unlisted object": ("other", ()),
    "inherited from a number without object": ("other", ()),
}


def told(changed: bytes) -> dict[str, reports.Change]:
    """What the report says of the time after the first signature. 報告された変更"""
    report = validation.validate(forging.archived(changed), trust=forging.authority().trust, at=forging.AT)
    found = report.signatures[0].changes
    assert found is not None
    return {one.kind: one for one in found}


@pytest.mark.parametrize("name", TOLD)
def test_a_change_after_the_consent_is_told_by_kind_and_page(name: str) -> None:
    objects, change = test_attacks.CHANGED[name]
    kind, pages = TOLD[name]
    found = told(change(forging.consented(forging.document(objects))))
    assert kind in found
    assert found[kind].pages == pages
    assert "signature" not in found


def second_page_rewritten(data: bytes) -> bytes:
    return forging.updated(data, {7: forging.stream(forging.OTHER_TEXT)})


def page_removed(data: bytes) -> bytes:
    return forging.updated(data, {2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>"})


def pages_swapped(data: bytes) -> bytes:
    return forging.updated(data, {2: b"<</Type/Pages/Kids[6 0 R 3 0 R]/Count 2>>"})


def turned(data: bytes) -> bytes:
    return forging.updated(data, {6: forging.current(data, 6)[:-2] + b"/Rotate 180>>"})


def titled(data: bytes) -> bytes:
    return forging.updated(data, {8: b"<</Title(Other)>>"}, trailer=b"/Info 8 0 R")


@pytest.mark.parametrize(
    ("change", "kind", "pages"),
    [
        (second_page_rewritten, "content", (2,)),
        (page_removed, "pages_removed", (2,)),
        (pages_swapped, "pages_reordered", ()),
        (turned, "page_settings", (2,)),
        (titled, "metadata", ()),
    ],
)
def test_the_page_that_changed_is_the_one_that_is_named(
    change: Callable[[bytes], bytes], kind: str, pages: tuple[int, ...]
) -> None:
    found = told(change(forging.consented(forging.document(TWO_PAGES))))
    assert found[kind].pages == pages
    assert set(found) == {kind, "timestamp", "validation_data"}


def test_further_consents_are_told_as_nothing_but_signatures() -> None:
    sealed = forging.archived(forging.consented(forging.consented(forging.document(forging.CONTRACT)), "Consent2"))
    report = validation.validate(sealed, trust=forging.authority().trust, at=forging.AT)
    first, second, last = (one.changes or () for one in report.signatures)
    assert {one.kind for one in first} == {"signature", "timestamp", "validation_data"} == changes.HARMLESS
    assert [one.names for one in first if one.kind == "signature"] == [("Consent2",)]
    assert {one.kind for one in second} == {"timestamp", "validation_data"}
    assert last == ()


def test_a_comparison_that_would_take_too_long_says_that_it_was_not_made() -> None:
    data = forging.document(forging.CONTRACT)
    for _ in range(changes._MOST_REVISIONS + 5):
        data = forging.updated(data, {8: b"<<>>"})
    (found,) = changes.after_each(reading.opened(data), [0])
    assert "not_examined" in {one.kind for one in found}


def test_a_web_of_references_ends() -> None:
    """Forty levels, each named twice by the one above: 2^40 paths."""
    links = {number: b"<</A %d 0 R/B %d 0 R>>" % (number + 1, number + 1) for number in range(20, 60)}
    page = forging.PAGE.replace(b"/Resources<<", b"/Resources<</X 20 0 R")
    data = forging.document({**forging.CONTRACT, 3: page, **links, 60: b"<<>>"})
    changed = forging.updated(data, {60: b"<</C 1>>"})
    (found,) = changes.after_each(reading.opened(changed), [0])
    assert [(one.kind, one.pages) for one in found] == [("resources", (1,))]
    assert re.search(rb"60 0 obj", changed)
