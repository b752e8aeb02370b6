"""Addresses of the pages about unusual use 注意が必要な利用のアドレス."""

from django.urls import path

from . import anomalies

urlpatterns = [
    path("", anomalies.listed, name="anomalies"),
    path("rules/", anomalies.rules, name="anomaly_rules"),
    path("<int:anomaly_id>/", anomalies.one, name="anomaly"),
]
