"""Reserved seals: filling one's own box is the only change that a later revision may show. 署名欄の試験"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Sequence

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.pades import forging, test_attacks
from warifu.pades import drawings, errors, places, reports, revisions, statements, validation, visible

Change = Callable[[bytes], bytes]
COVER = forging.stream(b"1 g 0 0 600 850 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 181 73]")
PARTIES = [
    statements.PartyStatement(name, body, title, "a@b.example", "3f2a9c1e", "1", forging.AT, "0" * 64, "試験")
    for name, body, title in (
        ("髙﨑 𠮷彦", "株式会社髙﨑設備", "代表取締役"),
        ("小野寺 隆", "盛岡市", "盛岡市長　財政部長"),
    )
]


def box(number: int) -> places.Place:
    return places.Place(f"Consent{number}", f"署名欄　{number}", 1, 20, 40 * number)


@functools.cache
def reserved() -> bytes:
    return visible.reserve(forging.document(forging.CONTRACT), [box(1), box(2)])


def consented(data: bytes, number: int, appearance: visible.Appearance | None = None) -> bytes:
    party = PARTIES[number - 1]
    look = appearance or visible.Appearance.of(party, red=True)
    return forging.sealer().consent_revision(
        data, field=f"Consent{number}", party=party, at=forging.AT, appearance=look
    )


@functools.cache
def half() -> bytes:
    return consented(reserved(), 1)


def field_number(data: bytes, number: int) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return next(int(one.objgen[0]) for one in pdf.Root.AcroForm.Fields if str(one.T) == f"Consent{number}")


def validated(data: bytes) -> reports.ValidationReport:
    return validation.validate(data, trust=forging.authority().trust, at=forging.AT)


def tolerated(data: bytes) -> bool:
    """What validation would say of the revisions, without the certificates."""
    signatures = list(PdfFileReader(io.BytesIO(data)).embedded_signatures)
    return all(one.problem is None for one in revisions.standings(signatures, data, compare=True))


def test_two_filled_boxes_pass_and_each_change_is_proven_without_walking_the_document() -> None:
    one, both = half(), consented(half(), 2)
    for before, after, fields in ((reserved(), one, ["Consent1"]), (one, both, ["Consent1", "Consent2"])):
        assert test_attacks.checked(before, after, fields).result is reports.Result.PASSED
        assert test_attacks.plainly(before, after)
    report = validated(forging.archived(both))
    assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_LTA)


def test_a_box_left_empty_does_no_harm() -> None:
    assert validated(forging.archived(half())).result is reports.Result.PASSED


def test_seen_and_unseen_signatures_live_together() -> None:
    mixed = forging.archived(forging.consented(consented(forging.consented(reserved(), "First"), 2), "Last"))
    assert validated(mixed).result is reports.Result.PASSED


@pytest.mark.parametrize(
    ("old", "new"), [(b"/SigFlags 3", b"/SigFlags 427"), (b"ExtensionLevel 1", b"ExtensionLevel 777")]
)
def test_flags_that_no_signing_writes_are_not_passed(old: bytes, new: bytes) -> None:
    sealed = forging.archived(half())
    numbers = range(1, forging.next_number(sealed))
    number = next(one for one in numbers if b"%d 0 obj" % one in sealed and old in forging.current(sealed, one))
    changed = forging.updated(sealed, {number: forging.current(sealed, number).replace(old, new)})
    assert not tolerated(test_attacks.stamped(changed, test_attacks.Stamper()))


def rewritten(number: int, old: bytes, new: bytes, **added: bytes) -> Change:
    """Rewrites the field dictionary of one party; `n90=b"…"` adds an object."""

    def change(data: bytes) -> bytes:
        place = field_number(data, number)
        before = forging.current(data, place)
        after = re.sub(old, new, before)
        assert after != before
        more = {int(name[1:]): content for name, content in added.items()}
        return forging.updated(data, {place: after, **more})

    return change


def another_frame(data: bytes) -> bytes:
    """The frame itself is replaced, not the field that shows it."""
    look = re.search(rb"/N (\d+) 0 R", forging.current(data, field_number(data, 2)))
    assert look
    return forging.updated(data, {int(look[1]): COVER})


def same_signature(data: bytes) -> bytes:
    own, other = (forging.current(data, field_number(data, number)) for number in (2, 1))
    found = re.search(rb"/V \d+ 0 R", other)
    assert found
    field = re.sub(LOOK, b"/AP<</N 90 0 R>>" + found[0], own)
    return forging.updated(data, {field_number(data, 2): field, 90: COVER})


RECTANGLE = rb"/Rect ?\[[^\]]*\]"
LOOK = rb"/AP ?<<[^>]*>>"
BETWEEN: dict[str, Change] = {
    "moved": rewritten(2, RECTANGLE, b"/Rect[300 600 481.417 673.701]"),
    "enlarged": rewritten(2, RECTANGLE, b"/Rect[0 0 595 842]"),
    "slightly enlarged": rewritten(2, RECTANGLE, b"/Rect[56.693 530 238.11 615.26]"),
    "hidden": rewritten(2, rb"/F 132", b"/F 134"),
    "renamed": rewritten(2, rb"/TU ?[<(][^>)]*[>)]", b"/TU(other)"),
    "with a border": rewritten(2, rb"/F 132", b"/F 132/BS<</W 400>>"),
    "with a background": rewritten(2, rb"/F 132", b"/F 132/MK<</BG[1 1 1]>>"),
    "in a layer": rewritten(2, rb"/F 132", b"/F 132/OC 90 0 R", n90=b"<</Type/OCG/Name(x)>>"),
    "frame of the field changed": rewritten(2, LOOK, b"/AP<</N 90 0 R>>", n90=COVER),
    "frame's own object changed": another_frame,
    "seal of the first party changed": rewritten(1, LOOK, b"/AP<</N 90 0 R>>", n90=COVER),
    "seal of the first party moved": rewritten(1, RECTANGLE, b"/Rect[300 600 481.417 673.701]"),
    "seal of the first party taken away": rewritten(1, LOOK, b""),
    "signature of the first party used twice": same_signature,
}


@pytest.mark.parametrize("name", BETWEEN)
def test_what_touches_a_box_without_its_partys_signature_is_not_passed(name: str) -> None:
    """Once with a timestamp alone after it, once followed by the other party's proper consent."""
    changed = BETWEEN[name](half())
    assert not tolerated(test_attacks.stamped(changed, test_attacks.Stamper()))
    if name != "signature of the first party used twice":
        assert not tolerated(consented(changed, 2))


@pytest.mark.parametrize("number", [1, 2])
def test_a_seal_that_is_drawn_anew_after_both_consents_is_not_passed(number: int) -> None:
    both = consented(half(), 2)
    changed = rewritten(number, LOOK, b"/AP<</N 90 0 R>>", n90=COVER)(both)
    assert not tolerated(test_attacks.stamped(changed, test_attacks.Stamper()))


class Twisted(visible.Appearance):
    """Draws what `change` makes of the form, which is the first object; may add objects."""

    change: Callable[[dict[int, bytes], int], None]

    def drawn(self, *, width: float, height: float) -> drawings.Drawing:
        change = self.change
        plain = super().drawn(width=width, height=height)

        class Bent(drawings.Drawing):
            def numbered(
                self, first: int, *, box: Sequence[float], matrix: Sequence[float] | None = None
            ) -> dict[int, bytes]:
                bodies = plain.numbered(first, box=box, matrix=matrix)
                change(bodies, first)
                return bodies

        return Bent(plain.content, plain.parts, plain._owner)


def in_form(old: bytes, new: bytes) -> Callable[[dict[int, bytes], int], None]:
    def change(bodies: dict[int, bytes], first: int) -> None:
        assert old in bodies[first]
        bodies[first] = bodies[first].replace(old, new.replace(b"FIRST", b"%d" % first), 1)

    return change


def in_resources(new: bytes) -> Callable[[dict[int, bytes], int], None]:
    def change(bodies: dict[int, bytes], first: int) -> None:
        bodies[first + 1] = bodies[first + 1][:-2] + new + b">>"

    return change


def postscript(bodies: dict[int, bytes], first: int) -> None:
    bodies[first + 1] = bodies[first + 1][:-2] + b"/XObject<</P %d 0 R>>>>" % (first + 4)
    bodies[first + 4] = forging.stream(b"showpage", b"/Type/XObject/Subtype/PS")


FILLED: dict[str, Callable[[dict[int, bytes], int], None]] = {
    "larger box": in_form(b"/BBox [0 0 ", b"/BBox [0 0 9"),
    "magnified": in_form(b"/Resources", b"/Matrix[9 0 0 9 0 0]/Resources"),
    "skewed": in_form(b"/Resources", b"/Matrix[1 0.5 0 1 0 0]/Resources"),
    "flat": in_form(b"/Resources", b"/Matrix[0 0 0 0 0 0]/Resources"),
    "optional": in_form(b"/Resources", b"/OC<</Type/OCG/Name(x)>>/Resources"),
    "transparent group": in_form(b"/Resources", b"/Group<</S/Transparency>>/Resources"),
    "from another file": in_form(b"/Resources", b"/Ref<</F(x.pdf)/Page 0>>/Resources"),
    "external content": in_form(b"/Filter", b"/F(x)/FFilter/FlateDecode/Filter"),
    "resources of the page": in_resources(b"/XObject<</Old 2 0 R>>"),
    "layers in the content": in_resources(b"/Properties<</M<</Type/OCG/Name(x)>>>>"),
    "postscript": postscript,
}


@pytest.mark.parametrize("name", FILLED)
@pytest.mark.parametrize("order", ["second", "first"])
def test_a_party_who_draws_more_than_its_box_holds_is_not_passed(name: str, order: str) -> None:
    """Also when nobody signed before: our own revision is refused."""
    number = 2 if order == "second" else 1
    before = half() if order == "second" else reserved()
    look = Twisted(**vars(visible.Appearance.of(PARTIES[number - 1])))
    object.__setattr__(look, "change", FILLED[name])
    after = consented(before, number, look)
    fields = ["Consent1", "Consent2"][:number]
    with pytest.raises(errors.SealNotValid):
        test_attacks.checked(before, after, fields)
    if order == "second":
        assert not tolerated(after)


def changed(data: bytes, change: Callable[[pikepdf.Pdf, list[pikepdf.Object]], object]) -> bytes:
    """The empty places as somebody else would keep them, before anybody signs."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf, list(pdf.Root.AcroForm.Fields))
        output = io.BytesIO()
        pdf.save(output)
        return output.getvalue()


def stretched(height: int) -> bytes:
    def stretch(pdf: pikepdf.Pdf, fields: list[pikepdf.Object]) -> None:
        for field in fields:
            field.Rect = field.AP.N.BBox = pikepdf.Array([0, 0, 595, height])

    return changed(reserved(), stretch)


@pytest.mark.parametrize(("height", "fine"), [(70, True), (71, False), (300, False)])
def test_all_boxes_of_a_page_that_are_filled_cover_at_most_a_sixth_of_it(height: int, fine: bool) -> None:
    first = forging.consented(stretched(height), "First")
    assert tolerated(consented(consented(first, 1), 2)) is fine


def test_a_box_that_stands_on_a_second_page_as_well_is_not_passed() -> None:
    """It would be measured on the larger one."""

    def twice(pdf: pikepdf.Pdf, fields: list[pikepdf.Object]) -> None:
        pdf.add_blank_page(page_size=(4000, 4000))
        pdf.pages[1].obj.Annots = pikepdf.Array(fields)
        for field in fields:
            field.P = pdf.pages[1].obj

    before = changed(reserved(), twice)
    assert not tolerated(consented(consented(before, 1), 2))
    alone = changed(reserved(), lambda pdf, fields: pdf.add_blank_page(page_size=(4000, 4000)))
    assert tolerated(consented(consented(alone, 1), 2))


def test_a_timestamp_may_not_draw_into_a_partys_box() -> None:
    """Anybody can have a timestamp; with a drawing of their own it would look like the other party's consent."""
    drawn = rewritten(2, LOOK, b"/AP<</N 90 0 R>>", n90=COVER)(half())
    assert not tolerated(test_attacks.stamped(drawn, test_attacks.Stamper(), field="Consent2"))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_on_turned_pages_pass_too(turn: int) -> None:
    page = forging.PAGE[:-2] + b"/Rotate %d>>" % turn
    data = visible.reserve(forging.document({**forging.CONTRACT, 3: page}), [box(1), box(2)])
    assert tolerated(consented(consented(data, 1), 2))


def test_the_twisted_drawings_would_pass_untwisted() -> None:
    look = Twisted(**vars(visible.Appearance.of(PARTIES[1])))
    object.__setattr__(look, "change", lambda bodies, first: None)
    assert tolerated(consented(half(), 2, look))
