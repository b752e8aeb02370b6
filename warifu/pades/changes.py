"""What later revisions changed, in kinds that a person can be told. 署名後の変更内容

This module decides nothing: whether a change is tolerated is said by `revisions`. It compares each revision with the
one before, object by object and by the places where the pages use them, and stops at a budget: what it could not look
at is reported as `not_examined`, never as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from . import comparing, reports


class Kind(StrEnum):
    """What changed. 変更の種類"""

    SIGNATURE = "signature"
    VISIBLE_SIGNATURE = "visible_signature"
    TIMESTAMP = "timestamp"
    VALIDATION_DATA = "validation_data"
    PAGES_ADDED = "pages_added"
    PAGES_REMOVED = "pages_removed"
    PAGES_REORDERED = "pages_reordered"
    CONTENT = "content"
    RESOURCES = "resources"
    PAGE_SETTINGS = "page_settings"
    ANNOTATIONS = "annotations"
    FORM_VALUES = "form_values"
    FORM_FIELDS = "form_fields"
    METADATA = "metadata"
    DOCUMENT_SETTINGS = "document_settings"
    OTHER = "other"
    NOT_EXAMINED = "not_examined"


HARMLESS = frozenset({Kind.SIGNATURE, Kind.TIMESTAMP, Kind.VALIDATION_DATA})
"""What every further signature brings along. 署名に伴う追記"""

_MOST_PAGES_NAMED = 100
_MOST_REVISIONS = 100
_BUDGET = 60_000
_QUIET_ROOT_KEYS = {"/Extensions", "/Version", "/Type", "/Perms"}
_QUIET_PAGE_KEYS = {"/Parent", "/Type", "/Tabs"}
Number = comparing.Number


class _Spent(Exception):
    pass


@dataclass
class _Found:
    """Pages by kind, as numbers from one; fields by name."""

    pages: dict[Kind, set[int]] = field(default_factory=dict)
    names: dict[Kind, set[str]] = field(default_factory=dict)

    def note(self, kind: Kind, *, page: int | None = None, name: str | None = None) -> None:
        pages, names = self.pages.setdefault(kind, set()), self.names.setdefault(kind, set())
        if page is not None:
            pages.add(page)
        if name:
            names.add(name[:200])

    def merge(self, other: _Found) -> None:
        for kind, pages in other.pages.items():
            self.pages.setdefault(kind, set()).update(pages)
            self.names.setdefault(kind, set()).update(other.names[kind])

    def told(self) -> tuple[reports.Change, ...]:
        return tuple(_told(kind, self.pages[kind], self.names[kind]) for kind in Kind if kind in self.pages)


def _told(kind: Kind, pages: Iterable[int], names: Iterable[str]) -> reports.Change:
    ordered, called = sorted(pages), sorted(names)
    return reports.Change(
        kind.value,
        tuple(ordered[:_MOST_PAGES_NAMED]),
        tuple(called[:_MOST_PAGES_NAMED]),
        max(0, len(ordered) - _MOST_PAGES_NAMED, len(called) - _MOST_PAGES_NAMED),
    )


def after_each(reader: PdfFileReader, revisions: Iterable[int]) -> list[tuple[reports.Change, ...]]:
    """For each signed revision: what all revisions after it changed, taken together. 署名ごとの変更

    Never raises; a revision that cannot be read gives `not_examined`.
    """
    wanted = list(revisions)
    untyped: Any = reader
    total = int(untyped.xrefs.total_revisions)
    first = min(wanted, default=total)
    steps: dict[int, _Found] = {}
    budget = _Budget(_BUDGET)
    for revision in range(first + 1, total):
        if revision - first > _MOST_REVISIONS:
            steps[revision] = _unseen()
            break
        steps[revision] = _step(reader, revision, budget)
    found = []
    for start in wanted:
        together = _Found()
        for revision, step in steps.items():
            if revision > start:
                together.merge(step)
        found.append(together.told())
    return found


def _unseen() -> _Found:
    found = _Found()
    found.note(Kind.NOT_EXAMINED)
    return found


def _step(reader: PdfFileReader, revision: int, budget: _Budget) -> _Found:
    try:
        return _Comparison(reader, revision, budget).run()
    except (Exception, RecursionError):  # odd objects make the readers raise nearly anything, and the budget ends here
        return _unseen()


class _Budget:
    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, amount: int = 1) -> None:
        self._left -= amount
        if self._left < 0:
            raise _Spent


class _Comparison:
    """One revision against the one before."""

    def __init__(self, reader: PdfFileReader, revision: int, budget: _Budget) -> None:
        self._reader: Any = reader
        self._revision = revision
        self._budget = budget
        self._old: Any = HistoricalResolver(reader, revision - 1)
        self._new: Any = HistoricalResolver(reader, revision)
        xrefs = self._reader.xrefs
        named = [*xrefs.explicit_refs_in_revision(revision), *xrefs.refs_freed_in_revision(revision)]
        budget.spend(len(named))
        self._changed: set[Number] = {
            comparing.number(one) for one in named if xrefs.get_historical_ref(one, revision - 1) is not None
        }
        self._explained: set[Number] = set()
        self._fields: set[Number] = set()
        self._hunting = True
        self._reaches: dict[Number, bool] = {}
        self._found = _Found()

    def run(self) -> _Found:
        self._proof()
        self._information()
        before, after = (comparing.Pages(one, self._budget.spend) for one in (self._old, self._new))
        self._page_list(before, after)
        self._form()
        pages = [
            (place, comparing.number(page), earlier.get_object(), page.get_object())
            for place, page in enumerate(after.pages, start=1)
            if (earlier := before.by_number.get(comparing.number(page))) is not None
        ]
        for place, _, old, new in pages:
            self._annotations(place, old, new)
        # What is accounted for by now need not be looked for elsewhere: that would read every image.
        self._hunting = bool(self._changed - self._explained - set(after.by_number))
        for place, number, old, new in pages:
            if number in self._changed or self._hunting:
                self._page(place, number, old, new)
        self._settings()
        if self._changed - self._explained - before.nodes:
            self._found.note(Kind.OTHER)
        return self._found

    def _explain(self, *holders: Any) -> None:
        for holder in holders:
            if isinstance(holder, generic.IndirectObject):
                self._explained.add(comparing.number(holder))

    def _proof(self) -> None:
        old, new = self._old.root, self._new.root
        self._explain(self._new.trailer_view.raw_get("/Root"))
        for key, kind in (("/DSS", Kind.VALIDATION_DATA), ("/Metadata", Kind.METADATA)):
            if self._differs(old, new, key):
                self._found.note(kind)

    def _settings(self) -> None:
        old, new = self._old.root, self._new.root
        told = {"/AcroForm", "/Pages", "/DSS", "/Metadata"}
        for key in comparing.differing(old, new, _QUIET_ROOT_KEYS | told):
            self._found.note(Kind.DOCUMENT_SETTINGS, name=key)
        for key in sorted(set(new) - told - {"/StructTreeRoot", "/Perms"}):
            if self._hunting and self._touched(new.raw_get(key)):
                self._found.note(Kind.DOCUMENT_SETTINGS, name=key)
        self._tree(new, "/StructTreeRoot")

    def _tree(self, root: Any, key: str) -> None:
        """The structure tree is long and shows nothing: only its root is looked at."""
        if key in root and self._is_changed(root.raw_get(key)):
            self._found.note(Kind.DOCUMENT_SETTINGS, name=key)
            self._explain(root.raw_get(key))

    def _information(self) -> None:
        old, new = self._old.trailer_view, self._new.trailer_view
        if self._differs(old, new, "/Info"):
            self._found.note(Kind.METADATA)

    def _differs(self, old: Any, new: Any, key: str) -> bool:
        before = old.raw_get(key) if key in old else None
        after = new.raw_get(key) if key in new else None
        if after is None:
            return before is not None
        touched = self._touched(after)
        return touched or before is None or not comparing.alike(before, after)

    def _page_list(self, before: comparing.Pages, after: comparing.Pages) -> None:
        for place, page in enumerate(after.pages, start=1):
            if comparing.number(page) not in before.by_number:
                self._found.note(Kind.PAGES_ADDED, page=place)
        for place, page in enumerate(before.pages, start=1):
            if comparing.number(page) not in after.by_number:
                self._found.note(Kind.PAGES_REMOVED, page=place)
        kept = [comparing.number(page) for page in after.pages if comparing.number(page) in before.by_number]
        if kept != [comparing.number(page) for page in before.pages if comparing.number(page) in after.by_number]:
            self._found.note(Kind.PAGES_REORDERED)
        for number in (before.nodes | after.nodes) & self._changed:
            self._explained.add(number)
            if {Kind.PAGES_ADDED, Kind.PAGES_REMOVED, Kind.PAGES_REORDERED} & set(self._found.pages):
                continue
            self._found.note(Kind.PAGE_SETTINGS)

    def _page(self, place: int, number: Number, old: Any, new: Any) -> None:
        own = number in self._changed
        if own:
            self._explained.add(number)
            settings = comparing.differing(old, new, _QUIET_PAGE_KEYS | {"/Annots", "/Contents", "/Resources"})
            if settings:
                self._found.note(Kind.PAGE_SETTINGS, page=place)
        for key, kind in (("/Contents", Kind.CONTENT), ("/Resources", Kind.RESOURCES)):
            rewritten = own and not comparing.same_entry(old, new, key)
            if rewritten or (self._hunting and key in new and self._touched(new.raw_get(key))):
                self._found.note(kind, page=place)

    def _annotations(self, place: int, old: Any, new: Any) -> None:
        before, after = comparing.entries(old, "/Annots"), comparing.entries(new, "/Annots")
        self._explain(*(one.raw_get("/Annots") for one in (old, new) if "/Annots" in one))
        known = {comparing.number(one) for one in before if isinstance(one, generic.IndirectObject)}
        for entry in after:
            self._budget.spend()
            direct = not isinstance(entry, generic.IndirectObject)
            fresh = not direct and comparing.number(entry) not in known
            if not fresh and not self._touched(entry):
                continue
            widget = entry.get_object()
            kind = comparing.inherited(widget, "/FT") if comparing.at(widget, "/Subtype") in (None, "/Widget") else None
            if kind == "/Sig" and not direct and comparing.number(entry) in self._fields:
                continue  # told by the form
            if kind is not None and kind != "/Sig":
                self._found.note(Kind.FORM_VALUES, page=place, name=_name_of(widget))
            else:
                self._found.note(Kind.ANNOTATIONS, page=place)
        if len(after) < len(before):
            self._found.note(Kind.ANNOTATIONS, page=place)

    def _form(self) -> None:
        old, new = comparing.at(self._old.root, "/AcroForm"), comparing.at(self._new.root, "/AcroForm")
        if new is None:
            if old is not None:
                self._found.note(Kind.FORM_FIELDS)
            return
        self._explain(self._new.root.raw_get("/AcroForm"))
        if "/Fields" in new:
            self._explain(new.raw_get("/Fields"))
        for key in comparing.differing(old or {}, new, {"/Fields", "/SigFlags"}):
            if old is not None or key not in ("/DR", "/DA"):
                self._found.note(Kind.FORM_FIELDS, name=key)
        known = {
            comparing.number(one)
            for one in comparing.entries(old, "/Fields")
            if isinstance(one, generic.IndirectObject)
        }
        for entry in comparing.entries(new, "/Fields"):
            self._field(entry, known, depth=0)

    def _field(self, entry: Any, known: set[Number], *, depth: int) -> None:
        self._budget.spend()
        holder = entry.get_object()
        if isinstance(entry, generic.IndirectObject):
            self._fields.add(comparing.number(entry))
        if depth < 30:
            for child in comparing.entries(holder, "/Kids"):
                self._field(child, known, depth=depth + 1)
        fresh = isinstance(entry, generic.IndirectObject) and depth == 0 and comparing.number(entry) not in known
        if not fresh and not self._is_changed(entry) and not self._touched_value(holder):
            return
        self._explain(entry)
        if comparing.inherited(holder, "/FT") == "/Sig":
            self._signed(holder)
        elif fresh:
            self._found.note(Kind.FORM_FIELDS, name=_name_of(holder))
        elif not isinstance(entry, generic.IndirectObject) or self._touched(entry):
            self._found.note(Kind.FORM_VALUES, name=_name_of(holder))

    def _touched_value(self, holder: Any) -> bool:
        return any(key in holder and self._is_changed(holder.raw_get(key)) for key in ("/V", "/AP"))

    def _signed(self, holder: Any) -> None:
        for key in ("/V", "/AP"):
            if key in holder:
                self._touched(holder.raw_get(key))
        if "/V" not in holder:
            self._found.note(Kind.FORM_FIELDS, name=_name_of(holder))
        elif comparing.at(holder["/V"], "/Type") == "/DocTimeStamp":
            self._found.note(Kind.TIMESTAMP)
        elif _visible(holder):
            self._found.note(Kind.VISIBLE_SIGNATURE, name=_name_of(holder))
        else:
            self._found.note(Kind.SIGNATURE, name=_name_of(holder))

    def _is_changed(self, value: Any) -> bool:
        return isinstance(value, generic.IndirectObject) and comparing.number(value) in self._changed

    def _touched(self, value: Any) -> bool:
        """Whether a changed object is reached from here without passing a page; all such are thereby explained."""
        if not self._changed:
            return False
        return self._walk(value)

    def _walk(self, start: Any) -> bool:
        found = False
        waiting: list[Any] = [start]
        seen: set[Number] = set()
        numbers: list[Number] = []
        while waiting:
            value: Any = waiting.pop()
            reference = isinstance(value, generic.IndirectObject)
            if reference:
                number = comparing.number(value)
                if number in seen:
                    continue
                if number in self._reaches:
                    found = found or self._reaches[number]
                    continue
                seen.add(number)
                self._budget.spend()
                if number in self._changed:
                    found = True
                    self._explained.add(number)
                value = value.get_object()
                if isinstance(value, dict) and comparing.plain_type(value) in ("/Page", "/Pages", "/Catalog"):
                    continue
                numbers.append(number)
            holder: Any = value
            if isinstance(value, dict):
                waiting.extend(holder.raw_get(key) for key in holder if key not in ("/Parent", "/P"))
            elif isinstance(value, list):
                waiting.extend(list.__iter__(value))
        if not found:
            self._reaches.update(dict.fromkeys(numbers, False))
        elif isinstance(start, generic.IndirectObject):
            self._reaches[comparing.number(start)] = True
        return found


def _visible(field: Any) -> bool:
    box = comparing.entries(field, "/Rect")
    return len(box) == 4 and box[0] != box[2] and box[1] != box[3]


def _name_of(holder: Any) -> str:
    return str(comparing.inherited(holder, "/T") or "")
