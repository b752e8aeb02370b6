"""紙の契約の件数 and 節減額の計算: what a body itself tells for its statistics."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements.models import Kind
from warifu.directory import departments
from warifu.directory.models import Department
from warifu.japan import calendar, stamp_tax
from warifu.operations import papers, savings
from warifu.web import clock, fields, staff_door

PAGE_SIZE = 30
MONTHS = 24
"""So far back a month may be told."""


class PaperForm(forms.Form):
    """One field for each department of the page 紙の契約の件数."""

    def __init__(self, page: Page[Department], *, known: dict[int, int], typed: QueryDict | None) -> None:
        super().__init__(typed)
        for one in page.object_list:
            self.fields[f"d{one.pk}"] = fields.CountField(
                label=one.path, example=12, largest=papers.LARGEST, required=False, initial=known.get(one.pk)
            )

    def numbers(self) -> dict[int, int | None]:
        """What was typed, by department; None where nothing was 入力した件数."""
        return {int(name[1:]): value for name, value in self.cleaned_data.items()}


class SavingForm(forms.Form):
    """節減額の計算."""

    postage = fields.CountField(label="郵送料（1件あたり、円）", example=940, largest=99_999, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=[(paper.value, stamp_tax.WORDS[paper]) for paper in stamp_tax.Paper],
                error_messages={"required": f"{kind.label}の区分を選んでください。"},
            )

    def rule(self) -> savings.Rule:
        """The valid form as the verb wants it 節減額の決まり."""
        typed = self.cleaned_data
        return savings.Rule(typed["postage"], {kind.value: stamp_tax.Paper(typed[kind.value]) for kind in Kind})


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.SETTINGS)
def told(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Departments with a field each, for one month 紙の契約の件数の入力."""
    body, today = person.municipality, calendar.day_in_japan(clock.now())
    months = months_back(today)
    month = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month")), months[0])
    words = request.GET.get("q", "").strip()
    last = min(today, next_month(month) - timedelta(days=1))
    page = Paginator(departments.search(body, words, on=last), PAGE_SIZE).get_page(request.GET.get("page"))
    known = papers.counts_of(body, month=month, departments=[one.pk for one in page.object_list])
    form = PaperForm(page, known=known, typed=request.POST if request.method == "POST" else None)
    kept = request.GET.copy()
    if request.method == "POST" and form.is_valid():
        papers.enter(month=month, numbers=form.numbers(), by=person, at=clock.now())
        messages.success(request, f"{month.year}年{month.month}月の紙の契約の件数を保存しました。")
        return redirect(f"{reverse('office:statistics_papers')}?{kept.urlencode()}")
    kept.pop("page", None)
    total, told_by = papers.total_of(body, month=month)
    context = {
        "form": form,
        "page": page,
        "months": [(f"{one:%Y-%m}", f"{one.year}年{one.month}月") for one in months],
        "month": f"{month:%Y-%m}",
        "month_name": f"{month.year}年{month.month}月",
        "total": total,
        "told_by": told_by,
        "q": words,
        "query": kept.urlencode(),
        "here": request.get_full_path(),
        "largest": papers.LARGEST,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "office/statistics_papers.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.SETTINGS)
def rule(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Postage of one contract, and as which taxed paper each kind counts 節減額の計算."""
    known = savings.rule_of(person.municipality)
    initial = {"postage": known.postage, **{kind: paper.value for kind, paper in known.papers.items()}}
    form = SavingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        savings.decide(rule=form.rule(), by=person, at=clock.now())
        messages.success(request, "節減額の計算の決まりを保存しました。印紙税の区分の変更は、数分で集計に反映します。")
        return redirect("office:statistics")
    context = {"form": form, "kinds": [form[kind.value] for kind in Kind], "source": stamp_tax.SOURCE}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "office/statistics_savings.html", context, status=status)


def months_back(today: date) -> list[date]:
    """The month of today and those before it, as first days 入力できる月."""
    number = today.year * 12 + today.month - 1
    return [date((number - back) // 12, (number - back) % 12 + 1, 1) for back in range(MONTHS)]


def next_month(month: date) -> date:
    """The first day of the month after 翌月."""
    return (month + timedelta(days=31)).replace(day=1)
