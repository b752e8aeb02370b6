"""Addresses for other systems 他システムのアドレス."""

from django.urls import path

from . import scim

app_name = "scim"
urlpatterns = [
    path("<slug:slug>/<slug:kind>", scim.many, name="many"),
    path("<slug:slug>/<slug:kind>/<str:resource>", scim.one, name="one"),
]
