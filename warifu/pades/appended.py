"""The quick proof that a later revision only adds signatures. 追記内容の即時確認

pyHanko's difference analysis walks the whole document for each revision: seconds for a tagged contract of thirty
pages. What we append ourselves touches a handful of objects, so comparing these is enough. This module only ever says
"certainly harmless"; whatever it cannot prove goes to the difference analysis.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from . import constancy, mentions, reserved

_ROOT_KEYS = {"/AcroForm", "/DSS", "/Extensions", "/Version"}
_FORM_KEYS = {"/Fields", "/SigFlags"}


def only_signatures(reader: PdfFileReader, scan: mentions.Scan, *, revision: int, end: int) -> bool:
    """Whether everything after `revision` is signatures, invisible or in their reserved boxes, and proof. 追記の確認

    `end` is where the bytes of that revision end, as its signature covers them.

    (1) no object that existed is replaced but the catalogue, the form, the DSS, pages whose /Annots grew, and empty
        signature fields that were filled (`reserved`);
    (2) no new object takes a number that the old bytes already mention, so nothing old can reach it;
    (3) a list that grew serves nothing else: the fields of a form could be the content of a page too.
    """
    try:
        return _Comparison(reader, scan, revision, end).harmless()
    except Exception:  # odd objects: not certain, so the difference analysis decides
        return False


class _Comparison:
    def __init__(self, reader: PdfFileReader, scan: mentions.Scan, revision: int, end: int) -> None:
        self._reader = reader
        self._revision = revision
        self._old: Any = HistoricalResolver(reader, revision)
        self._new: Any = HistoricalResolver(reader, reader.xrefs.total_revisions - 1)
        self._explained: set[tuple[int, int]] = set()
        self._added: set[tuple[int, int]] = set()
        self._mentions = scan.until(revision=revision, end=end)

    def harmless(self) -> bool:
        if self._old.root_ref != self._new.root_ref or not self._same_info():
            return False
        changed = self._changed()
        if changed is None:
            return False
        replaced, added = changed
        if not self._unmentioned(added):
            return False
        self._added = {(reference.idnum, reference.generation) for reference in added}
        self._explain()
        return all((reference.idnum, reference.generation) in self._explained for reference in replaced)

    def _same_info(self) -> bool:
        trailer: Any = self._reader.trailer
        before = trailer.raw_get("/Info", revision=self._revision) if "/Info" in trailer else None
        return bool(before == (trailer.raw_get("/Info") if "/Info" in trailer else None))

    def _changed(self) -> tuple[list[Any], list[Any]] | None:
        xrefs: Any = self._reader.xrefs
        replaced: dict[tuple[int, int], Any] = {}
        added: dict[tuple[int, int], Any] = {}
        for revision in range(self._revision + 1, xrefs.total_revisions):
            if xrefs.refs_freed_in_revision(revision):
                return None
            for reference in xrefs.explicit_refs_in_revision(revision):
                known = xrefs.get_historical_ref(reference, self._revision) is not None
                if not known and not self._old.is_ref_unassignable(reference):
                    return None  # a number that the old revision could have meant
                (replaced if known else added)[(reference.idnum, reference.generation)] = reference
        return list(replaced.values()), list(added.values())

    def _unmentioned(self, added: Iterable[Any]) -> bool:
        return all(reference.idnum not in self._mentions for reference in added)

    def _explain(self) -> None:
        old, new = self._old.root, self._new.root
        if not _same_but(old, new, _ROOT_KEYS):
            return
        self._explain_form(old, new)
        self._explain_pages()
        self._explain_store(old, new)
        self._mark(self._old.root_ref)

    def _explain_form(self, old: Any, new: Any) -> None:
        before, after = _at(old, "/AcroForm", {}), new["/AcroForm"]
        fields_before, fields_after = _at(before, "/Fields", ()), after["/Fields"]
        if not _same_but(before, after, _FORM_KEYS) or not self._grown(fields_before, fields_after):
            raise ValueError("the form changed")
        self._mark_value(old, "/AcroForm")
        self._mark_value(before, "/Fields")
        self._explain_fields(fields_before, fields_after)

    def _explain_fields(self, before: Any, after: Any) -> None:
        boxes = []
        for index, reference in enumerate(_raw(before)):
            if isinstance(reference, generic.IndirectObject) and not constancy.same(before[index], after[index]):
                fills = reserved.filled(before[index], after[index], fresh=self._is_new)
                if not fills or not self._changed_once(reference, before[index], after[index]):
                    raise ValueError("a field changed")
                self._mark(reference)
                boxes.append((reference, before[index]))
        if not reserved.stand_apart(boxes, self._old.root):
            raise ValueError("the boxes cover too much")

    def _changed_once(self, reference: Any, before: Any, after: Any) -> bool:
        untyped: Any = self._reader
        between = range(self._revision + 1, untyped.xrefs.total_revisions - 1)
        seen = [untyped.get_object(reference.reference, revision) for revision in between]
        return all(constancy.same(one, before) or constancy.same(one, after) for one in seen)

    def _is_new(self, reference: Any) -> bool:
        return (reference.idnum, reference.generation) in self._added

    def _explain_store(self, old: Any, new: Any) -> None:
        if "/DSS" not in old:
            return
        before, after = old["/DSS"], new["/DSS"]
        for key in ("/Certs", "/OCSPs", "/CRLs"):
            known, now = _raw(_at(before, key, ())), _raw(_at(after, key, ()))
            if not constancy.same(now[: len(known)], known) or not all(_der(after[key][i]) for i in range(len(now))):
                raise ValueError("the DSS lost something")
            self._mark_value(before, key)
        if not _same_but(before, after, {"/Certs", "/OCSPs", "/CRLs"}):
            raise ValueError("the DSS changed otherwise")
        self._mark_value(old, "/DSS")

    def _explain_pages(self) -> None:
        # Our invisible fields hang on the first page; a field elsewhere is left to the difference analysis.
        before, after = _first_page(self._old.root), _first_page(self._new.root)
        if not _same_but(before, after, {"/Annots"}):
            raise ValueError("the page changed")
        if not self._grown(_at(before, "/Annots", ()), _at(after, "/Annots", ())):
            raise ValueError("the annotations changed")
        self._mark(before.container_ref)
        self._mark_value(before, "/Annots")

    def _grown(self, before: Any, after: Any) -> bool:
        known, now = _raw(before), _raw(after)
        if not constancy.same(now[: len(known)], known):
            return False
        return all(constancy.invisible(after[index]) for index in range(len(known), len(now)))

    def _mark(self, reference: Any) -> None:
        self._explained.add((reference.idnum, reference.generation))

    def _mark_value(self, holder: Any, key: str) -> None:
        value = holder.raw_get(key) if key in holder else None
        if isinstance(value, generic.IndirectObject) and self._mentions.only_under(key, value.idnum):
            self._mark(value)


def _at(holder: Any, key: str, default: Any) -> Any:
    try:
        return holder[key]  # pyHanko's own `get` hands out unresolved references
    except KeyError:
        return default


def _raw(array: Any) -> list[Any]:
    return [array.raw_get(index) for index in range(len(array))] if len(array) else []


def _same_but(before: Any, after: Any, free: set[str]) -> bool:
    keys = (set(before) | set(after)) - free
    return all(
        key in before and key in after and constancy.same(before.raw_get(key), after.raw_get(key)) for key in keys
    )


def _der(entry: Any) -> bool:
    return isinstance(entry, generic.StreamObject) and set(entry) <= {"/Length", "/Filter"}


def _first_page(root: Any) -> Any:
    node = root["/Pages"]
    for _ in range(64):
        if "/Kids" not in node:
            return node
        node = node["/Kids"][0]
    raise ValueError("the page tree is too deep")
