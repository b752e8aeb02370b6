"""Addresses about the networks from which staff may come 接続元の制限のアドレス."""

from django.urls import path

from . import network_deeds, networks

urlpatterns = [
    path("", networks.networks, name="networks"),
    path("blocked/", networks.blocked, name="networks_blocked"),
    path("rules/", network_deeds.binding, name="network_rules"),
    path("new/", network_deeds.new, name="network_new"),
    path("trial/", network_deeds.trial, name="network_trial"),
    path("<slug:network_key>/", network_deeds.change, name="network_change"),
    path("<slug:network_key>/remove/", network_deeds.remove, name="network_remove"),
]
