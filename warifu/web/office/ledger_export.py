"""操作ログの出力: the lines that were found as a sheet, and the whole chain as a file that anybody can verify."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.audit import models, queries
from warifu.audit import roots as daily_roots
from warifu.audit import search as ledger_search
from warifu.japan import calendar
from warifu.web import clock, staff_door

from . import ledger, ledger_targets

HEAD = (
    "番号",
    "日時（日本時間）",
    "利用者",
    "所属・職名",
    "利用者の区分",
    "操作",
    "対象",
    "対象の識別子",
    "画面",
    "接続元",
    "操作の符号",
    "ハッシュ値",
)
SIDES = {"staff": "職員", "counterparty": "相手方", "operator": "運用者", "service": "システム"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TOGETHER = 500


@require_GET
@staff_door.staff_page
def sheet(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The found lines as CSV, UTF-8 with a byte order mark or CP932, sent while it is read 操作ログのCSV.

    The line about this export is in the ledger before the first row leaves (`web.footprints`).
    """
    ledger.require(person)
    form = ledger.SearchForm(request.GET)
    if not form.is_valid():
        return redirect(f"{request.path.removesuffix('lines.csv')}?{request.GET.urlencode()}")
    entries = ledger_search.walk(person.municipality.code, ledger.criteria_of(person, form.cleaned_data))
    plain = request.GET.get("encoding") == "cp932"
    encoding = "cp932" if plain else "utf-8"
    response = StreamingHttpResponse(
        (part.encode(encoding, errors="replace") for part in _sheet(person, entries, mark="" if plain else "\ufeff")),
        content_type=f"text/csv; charset={'Shift_JIS' if plain else 'utf-8'}",
    )
    return _attached(response, f"操作ログ_{calendar.day_in_japan(clock.now()):%Y%m%d}.csv")


@require_GET
@staff_door.staff_page
def whole(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """How much there is by fiscal year, and how to take it away and verify it 操作ログの書出し."""
    ledger.require(person)
    code = person.municipality.code
    first = _first_day(code)
    years: list[tuple[str, int]] = []
    if first is not None:
        last = calendar.fiscal_year_of(calendar.day_in_japan(clock.now()))
        begun = range(calendar.fiscal_year_of(first), last + 1)
        bounds = [calendar.midnight_before(calendar.fiscal_year_span(year)[0]) for year in [*begun, last + 1]]
        years = list(zip(map(calendar.fiscal_year_name, begun), queries.counts(code, bounds), strict=True))
    late = daily_roots.late(at=clock.now())
    context = {"root": daily_roots.last(), "late": late, "years": years[::-1], "reads": ledger_targets.may_read(person)}
    return render(request, "office/ledger_export.html", context)


@require_GET
@staff_door.staff_page
def lines(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The whole chain as JSON lines; what tells of contracts is withheld from those who may not read them 書出し."""
    ledger.require(person)
    code = person.municipality.code
    reads, closed = ledger_targets.may_read(person), ledger_targets.closed(person)
    if reads and not closed:
        told = queries.export(code)
    else:
        last = queries.head_of(code).sequence
        told = queries.extract(
            code,
            first=1,
            last=last,
            disclosed=lambda line: (
                not ledger_targets.tells_contents(line.action) or (reads and line.target not in closed)
            ),
        )
    response = StreamingHttpResponse((line.encode() for line in told), content_type="application/jsonl")
    return _attached(response, f"操作ログ_{code}_{calendar.day_in_japan(clock.now()):%Y%m%d}.jsonl")


@require_GET
@staff_door.staff_page
def roots(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The daily roots with their tokens, to be kept outside of the service 日次の証明の書出し."""
    ledger.require(person)
    code = person.municipality.code
    told = (line.encode() for line in daily_roots.export(code))
    response = StreamingHttpResponse(told, content_type="application/jsonl")
    return _attached(response, f"日次の証明_{code}_{calendar.day_in_japan(clock.now()):%Y%m%d}.jsonl")


def _first_day(code: str) -> date | None:
    entry = queries.entries_of(code).first()
    return calendar.day_in_japan(entry.at) if entry else None


def _sheet(person: access.Person, entries: Iterator[models.Entry], *, mark: str) -> Iterator[str]:
    yield mark + _written([HEAD])
    while together := list(islice(entries, _TOGETHER)):
        yield _written(_values(row) for row in ledger.rows(person, together))


def _written(rows: Iterable[tuple[str, ...]]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return target.getvalue()


def _values(row: ledger.Row) -> tuple[str, ...]:
    entry = row.entry
    return (
        str(entry.sequence),
        f"{entry.at.astimezone(calendar.JAPAN):%Y-%m-%d %H:%M:%S}",
        entry.actor_name,
        entry.actor_post,
        SIDES.get(entry.actor_kind, entry.actor_kind),
        row.word.sentence,
        row.target,
        entry.target,
        row.page,
        entry.ip or "",
        entry.action,
        entry.digest,
    )


def _cell(value: str) -> str:
    """No cell begins like a formula of a spreadsheet program (CWE-1236)."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _attached(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response["Content-Disposition"] = f"attachment; filename=\"ledger\"; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
