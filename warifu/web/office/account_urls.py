"""Addresses about accounts and how people sign in アカウントのアドレス."""

from django.urls import path

from . import accounts, sign_in_rules

urlpatterns = [
    path("", accounts.accounts, name="accounts"),
    path("rules/", sign_in_rules.rules, name="sign_in_rules"),
    path("<uuid:staff_id>/", accounts.account, name="account"),
    path("<uuid:staff_id>/<slug:deed>/", accounts.deed, name="account_deed"),
]
