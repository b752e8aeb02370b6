"""利用件数: how many contracts each body drafted, sent and concluded; an operator sees counts and nothing else."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.japan import calendar
from warifu.operations import region

from . import visitors

PAGE_SIZE = 50


@require_GET
def statistics(request: HttpRequest) -> HttpResponseBase:
    """Counts by body and fiscal year 利用件数."""
    found = [(name, calendar.fiscal_year_name(year), counts) for name, year, counts in region.by_body_and_year()]
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "console/statistics.html", {"page": page, "nav": visitors.menu(request)})
