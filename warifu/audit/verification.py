"""Whether a ledger, or an export of it, is what was written 監査証跡の検証.

A ledger that somebody with full power over the database has rewritten from an entry to its head, digests included, is a
chain again: that is found by a head kept elsewhere (`expected`; see `queries.head_of`), not by the ledger alone.
"""

from collections.abc import Iterable, Iterator

from django.db.models import F

from . import chain, errors, extracts, models, queries
from .chain import ChainReport, Head, Problem


def verify_ledger(name: str, *, expected: Head | None = None) -> ChainReport:
    """Walk a ledger in the database and compare it with its head 台帳の検証.

    Finds entries edited, removed, inserted or put in another order, a cut tail, and entries beyond the head. `expected`
    is an earlier head kept elsewhere: its entry must still stand at its place. Entries appended meanwhile do no harm.
    """
    try:
        head = queries.head_of(name)
    except errors.UnknownLedger:
        return ChainReport(name, 0, False, 1, Problem.NO_LEDGER, Head())
    report = chain.follow(queries.links(name, up_to=head.sequence), ledger=name, expected=head)
    if not report.intact:
        return report
    if models.Entry.objects.filter(ledger__name=name, sequence__gt=F("ledger__head_sequence")).exists():
        return ChainReport(name, report.entries, False, head.sequence + 1, Problem.TAIL_UNKNOWN, head)
    if expected is not None and expected.sequence > head.sequence:
        return ChainReport(name, report.entries, False, head.sequence + 1, Problem.TAIL_CUT, head)
    if expected is not None and expected.sequence > 0:
        place = queries.entries_of(name).filter(sequence=expected.sequence, digest=expected.digest)
        if not place.exists():
            return ChainReport(name, report.entries, False, expected.sequence, Problem.TAIL_UNKNOWN, head)
    return report


def verify_line(entry: models.Entry) -> bool:
    """Whether a line says what its digest covers, and is the one after the line before 一件の検証."""
    before = queries.entries_of(entry.ledger.name).filter(sequence=entry.sequence - 1).first()
    start = Head(before.sequence, before.digest) if before else Head()
    links = iter([queries.link(entry.ledger.name, entry)])
    return chain.follow(links, ledger=entry.ledger.name, expected=None, start=start).intact


def verify_export(lines: Iterable[str], *, expected: Head | None = None) -> ChainReport:
    """Walk the JSON lines of `queries.export`, without any database 書出しの検証.

    `expected` is the head that the file must end at; without it a cut tail cannot be found. A line is accepted only in
    its canonical form, so that no two programs can read different things in it, and only in full.
    """
    return chain.follow(_links(lines), ledger=None, expected=expected)


def _links(lines: Iterable[str]) -> Iterator[chain.Link]:
    for line in lines:
        link = extracts.read(line)
        if extracts.is_withheld(link):
            raise ValueError("an export withholds nothing")
        yield link
