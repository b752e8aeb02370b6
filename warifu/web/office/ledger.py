"""操作ログ: who did, saw, took and was refused what, and its place in the chain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.audit import models, queries, spool, verification
from warifu.audit import search as ledger_search
from warifu.japan import calendar
from warifu.web import fields, staff_door

from . import ledger_members, ledger_targets, ledger_words

_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{1,45}")


class SearchForm(forms.Form):
    """操作ログの検索条件."""

    date_from = fields.DayField(label="期間（から）", required=False)
    date_to = fields.DayField(label="期間（まで）", required=False)
    who = fields.LineField(label="利用者", max_length=80, required=False)
    post = fields.LineField(label="所属・職名", max_length=80, required=False)
    kind = forms.ChoiceField(label="操作の種類", choices=[("", "すべて"), *ledger_words.Kind.choices], required=False)
    about = fields.LineField(label="対象", max_length=100, required=False)
    ip = fields.LineField(label="接続元", max_length=45, required=False)

    def clean_ip(self) -> str:
        """An address, or its beginning with a dot or colon at the end."""
        typed = str(self.cleaned_data["ip"])
        if typed and not _ADDRESS.fullmatch(typed):
            raise ValidationError("接続元は、IPアドレスで入力してください。例：192.0.2.10、先頭だけなら 192.0.2.")
        return typed.lower()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("date_from"), values.get("date_to")
        if first and last and first > last:
            self.add_error("date_to", "期間の末日が初日より前になっています。日付を入れ替えてください。")
        return values


def require(person: access.Person) -> None:
    """Only those whom the table of rights lets see the ledger 操作ログの権限."""
    if not person.may(Right.LEDGER):
        raise PermissionDenied


def criteria_of(person: access.Person, given: dict[str, Any]) -> ledger_search.Criteria:
    """What was typed, as the ledger understands it; days are days in Japan 検索条件."""
    first, last = given.get("date_from"), given.get("date_to")
    return ledger_search.Criteria(
        since=calendar.midnight_before(first) if first else None,
        before=calendar.midnight_after(last) if last else None,
        person=given.get("who", ""),
        post=given.get("post", ""),
        ip=given.get("ip", ""),
        actions=ledger_words.actions_of([given["kind"]]) if given.get("kind") else (),
        targets=ledger_targets.matching(person, given["about"]) if given.get("about") else None,
    )


@require_GET
@staff_door.staff_page
def search(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The newest lines, or those that meet the conditions 操作ログの検索."""
    require(person)
    form = SearchForm(request.GET)
    ledger, good = person.municipality.code, form.is_valid()
    page = None
    if good:
        after = ledger_search.Cursor.read(request.GET.get("after", ""))
        page = ledger_search.search(ledger, criteria_of(person, form.cleaned_data), after=after)
    kept = request.GET.copy()
    kept.pop("after", None)
    context = {
        "form": form,
        "page": page,
        "rows": rows(person, page.entries) if page else [],
        "narrowed": good and any(value not in (None, "") for value in form.cleaned_data.values()),
        "query": kept.urlencode(),
        "waiting": spool.waiting(ledger),
        "reads": ledger_targets.may_read(person),
    }
    status = HTTPStatus.OK if good else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "office/ledger.html", context, status=status)


@dataclass(frozen=True)
class Row:
    """One line as the list shows it: its words, the name of its target and, for views, of the page 操作ログの行."""

    entry: models.Entry
    word: ledger_words.Word
    target: str
    page: str


def rows(person: access.Person, entries: Sequence[models.Entry]) -> list[Row]:
    """Lines with their words and the names of what they are about 操作ログの行."""
    called = ledger_targets.names(person, (entry.target for entry in entries))
    return [
        Row(
            entry,
            ledger_words.word_of(entry.action),
            called[entry.target],
            ledger_words.PAGES.get(str(entry.facts.get("page", "")), ""),
        )
        for entry in entries
    ]


@require_GET
@staff_door.staff_page
def line(request: HttpRequest, person: access.Person, sequence: int) -> HttpResponseBase:
    """One line with all that it says, and its place in the chain 操作ログの一件."""
    require(person)
    entry = queries.entries_of(person.municipality.code).filter(sequence=sequence).select_related("ledger").first()
    if entry is None:
        raise Http404
    reads = ledger_targets.may_read(person) and entry.target not in ledger_targets.closed(person)
    open_to_person = reads or not ledger_targets.tells_contents(entry.action)
    context = {
        "row": rows(person, [entry])[0],
        "changes": _changes(entry, shown=open_to_person),
        "facts": _facts(entry) if open_to_person else [],
        "withheld": not open_to_person,
        "intact": verification.verify_line(entry),
    }
    return render(request, "office/ledger_line.html", context)


def _changes(entry: models.Entry, *, shown: bool) -> list[dict[str, Any]]:
    changed, before, after = (entry.facts.get(name) for name in ("changed", "before", "after"))
    if not (isinstance(changed, list) and isinstance(before, list) and isinstance(after, list)):
        return []
    return [
        {
            "name": ledger_members.member_of(str(name)),
            "before": _said(old) if shown else "",
            "after": _said(new) if shown else "",
        }
        for name, old, new in zip(changed, before, after, strict=False)
    ]


def _facts(entry: models.Entry) -> list[tuple[str, str]]:
    left_out = {"changed", "before", "after"} if isinstance(entry.facts.get("changed"), list) else set()
    told = {name: value for name, value in entry.facts.items() if name not in left_out}
    return [(ledger_members.member_of(name), _fact(name, value)) for name, value in told.items()]


def _fact(name: str, value: Any) -> str:
    if name == "page":
        return ledger_words.PAGES.get(str(value), str(value))
    if name == "conditions" and isinstance(value, list):
        return "、".join(ledger_members.member_of(str(one)) for one in value)
    return "、".join(_said(one) for one in value) if isinstance(value, list) else _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return "（なし）" if value in (None, "") else str(value)
