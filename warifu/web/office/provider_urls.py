"""Addresses about identity providers 職員認証のアドレス."""

from django.urls import path

from . import joining, providers, provisioning

urlpatterns = [
    path("", providers.providers, name="providers"),
    path("only/", providers.only, name="provider_only"),
    path("waiting/", joining.waiting, name="waiting"),
    path("waiting/<int:waiting_id>/", joining.decide, name="waiting_decide"),
    path("tokens/", provisioning.tokens, name="tokens"),
    path("tokens/<uuid:provisioning_id>/revoke/", provisioning.revoke, name="token_revoke"),
    path("new/<slug:kind>/", providers.new, name="provider_new"),
    path("<uuid:provider_id>/", providers.provider, name="provider"),
    path("<uuid:provider_id>/change/", providers.change, name="provider_change"),
    path("<uuid:provider_id>/test/", providers.test, name="provider_test"),
    path("<uuid:provider_id>/tested/", providers.tested, name="provider_tested"),
    path("<uuid:provider_id>/switch/<slug:switch>/", providers.switch, name="provider_switch"),
]
