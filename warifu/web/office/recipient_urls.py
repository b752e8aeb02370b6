"""Addresses about recipients of requests 送信先の規則のアドレス."""

from django.urls import path

from . import recipients

urlpatterns = [
    path("", recipients.rules, name="recipients"),
    path("new/", recipients.new, name="recipient_new"),
    path("<int:rule_id>/remove/", recipients.remove, name="recipient_remove"),
]
