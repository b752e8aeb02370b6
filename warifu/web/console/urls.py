"""Addresses of the console 運用者の画面のアドレス."""

from django.urls import path

from . import pages, seals

app_name = "console"
urlpatterns = [
    path("mailbox/", pages.mailbox, name="mailbox"),
    path("mailbox/<str:key>/", pages.letter, name="letter"),
    path("console/", pages.status, name="status"),
    path("console/seals/", seals.seals, name="seals"),
    path("console/parts/", pages.gallery, name="gallery"),
    path("livez", pages.alive, name="alive"),
    path("readyz", pages.ready, name="ready"),
]
