"""Addresses of the counter 事業者の画面のアドレス."""

from django.urls import path

from . import pages

app_name = "counter"
urlpatterns = [
    path("c/<str:token>", pages.enter, name="enter"),
    path("counter/<uuid:invitation_id>/", pages.landing, name="landing"),
    path("counter/<uuid:invitation_id>/code/", pages.send_code, name="send_code"),
    path("counter/<uuid:invitation_id>/read/", pages.read, name="read"),
    path("counter/<uuid:invitation_id>/consent/", pages.consent, name="consent"),
    path("counter/<uuid:invitation_id>/decline/", pages.decline, name="decline"),
    path("counter/<uuid:invitation_id>/state/", pages.state, name="state"),
    path("counter/<uuid:invitation_id>/documents/<uuid:document_id>.pdf", pages.document, name="document"),
    path("counter/<uuid:invitation_id>/files/<uuid:file_id>.pdf", pages.file, name="file"),
    path("counter/<uuid:invitation_id>/evidence/", pages.evidence, name="evidence"),
]
