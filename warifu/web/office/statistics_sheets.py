"""利用統計のCSV: every line of a fiscal year by month, department and kind; and the region's."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements.models import Kind
from warifu.directory import models
from warifu.integrations import writing
from warifu.integrations.reading import Encoding
from warifu.japan import calendar
from warifu.operations import statistics as queries
from warifu.web import clock, documents, staff_door

HEADER = (
    "年度",
    "年月",
    "部署コード",
    "部署",
    "文書の種類",
    "起案",
    "送信",
    "締結完了",
    "却下",
    "期限切れ",
    "取下げ",
    "契約金額（税込）の合計",
    "印紙税の節減見込額（受注者）",
    "紙の契約の件数",
)
_KINDS = {**dict(Kind.choices), "": "未選択"}


@require_GET
@staff_door.page_with(Right.STATISTICS)
def sheet(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """One fiscal year as CSV (UTF-8 with a byte order mark) 利用統計のCSV."""
    body, today = person.municipality, calendar.day_in_japan(clock.now())
    years = queries.fiscal_years(body, today=today)
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isascii() and wanted.isdigit() and int(wanted) in years else years[-1]
    written = writing.write(HEADER, rows(body, year), encoding=Encoding.UTF8)
    name = f"利用統計_{body.name}_{calendar.fiscal_year_name(year)}.csv"
    return documents.as_file(written.content, name=name, media_type="text/csv")


def rows(body: models.Municipality, year: int) -> Iterator[tuple[str, ...]]:
    """Lines of contracts by month, department and kind, then what was told of paper 利用統計の明細."""
    name = calendar.fiscal_year_name(year)
    for tally in queries.rows_of_year(body, year):
        if tally.department is not None:
            counts = (str(getattr(tally, count)) for count in queries.COUNTS)
            place = (tally.department.code, tally.department.path, _KINDS.get(tally.kind, tally.kind))
            yield (name, f"{tally.month:%Y/%m}", *place, *counts, str(tally.amount), str(tally.stamp_tax), "")
    for paper in queries.papers_of_year(body, year):
        place = (paper.department.code, paper.department.path, "紙の契約")
        empty = ("",) * (len(queries.COUNTS) + 2)
        yield (name, f"{paper.month:%Y/%m}", *place, *empty, str(paper.number))
