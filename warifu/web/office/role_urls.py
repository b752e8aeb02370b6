"""Addresses about roles 役割のアドレス."""

from django.urls import path

from . import roles

urlpatterns = [
    path("", roles.roles, name="roles"),
    path("<uuid:staff_id>/", roles.holder, name="role_holder"),
    path("<uuid:staff_id>/<int:grant_id>/revoke/", roles.revoke, name="role_revoke"),
]
