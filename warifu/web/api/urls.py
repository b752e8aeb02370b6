"""Addresses for other systems 他システムのアドレス."""

from django.urls import path

from . import scim

app_name = "scim"
urlpatterns = [
    path("<slug:slug>/Users", scim.people, name="people"),
    path("<slug:slug>/Users/<str:resource>", scim.person, name="person"),
    path("<slug:slug>/Groups", scim.bands, name="bands"),
    path("<slug:slug>/Groups/<str:resource>", scim.band, name="band"),
    path("<slug:slug>/ServiceProviderConfig", scim.config, name="config"),
    path("<slug:slug>/<slug:kind>", scim.about, name="about"),
    path("<slug:slug>/<slug:kind>/<str:resource>", scim.about_one, name="about_one"),
]
