"""Addresses of the console 運用者の画面のアドレス."""

from django.urls import path

from . import bodies, pages, seals, statistics

app_name = "console"
urlpatterns = [
    path("mailbox/", pages.mailbox, name="mailbox"),
    path("mailbox/<str:key>/", pages.letter, name="letter"),
    path("console/", pages.status, name="status"),
    path("console/bodies/", bodies.bodies, name="bodies"),
    path("console/bodies/new/", bodies.new, name="body_new"),
    path("console/bodies/<str:body_code>/", bodies.body, name="body"),
    path("console/bodies/<str:body_code>/<slug:body_deed>/", bodies.deed, name="body_deed"),
    path("console/seals/", seals.seals, name="seals"),
    path("console/statistics/", statistics.statistics, name="statistics"),
    path("console/parts/", pages.gallery, name="gallery"),
    path("livez", pages.alive, name="alive"),
    path("readyz", pages.ready, name="ready"),
]
