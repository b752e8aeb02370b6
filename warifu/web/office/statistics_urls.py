"""Addresses of the statistics 利用統計のアドレス."""

from django.urls import path

from . import statistics, statistics_rules, statistics_sheets

urlpatterns = [
    path("", statistics.statistics, name="statistics"),
    path("sheet/", statistics_sheets.sheet, name="statistics_sheet"),
    path("papers/", statistics_rules.told, name="statistics_papers"),
    path("savings/", statistics_rules.rule, name="statistics_savings"),
]
