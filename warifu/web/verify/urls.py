"""The public address of validation 検証ページのアドレス."""

from django.urls import path

from . import pages

app_name = "verify"
urlpatterns = [path("verify/", pages.verify, name="page")]
