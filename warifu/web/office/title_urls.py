"""Addresses about contracting authorities 契約名義のアドレス."""

from django.urls import path

from . import title_deeds, titles

urlpatterns = [
    path("", titles.titles, name="titles"),
    path("new/", titles.edit, name="title_new"),
    path("<int:title_id>/", titles.title, name="title"),
    path("<int:title_id>/change/", titles.edit, name="title_change"),
    path("<int:title_id>/replace/", titles.replace, name="title_replace"),
    path("<int:title_id>/end/", titles.end, name="title_end"),
    path("<int:title_id>/holders/new/", title_deeds.holder, name="title_holder"),
    path("<int:title_id>/holders/<int:holder_id>/end/", title_deeds.end_holder, name="title_holder_end"),
    path("<int:title_id>/deputies/new/", title_deeds.deputy, name="title_deputy"),
    path("<int:title_id>/deputies/<int:deputy_id>/end/", title_deeds.end_deputy, name="title_deputy_end"),
    path("<int:title_id>/users/", title_deeds.users, name="title_users"),
    path("<int:title_id>/consenters/new/", title_deeds.consenter, name="title_consenter"),
    path(
        "<int:title_id>/consenters/<uuid:consenter_id>/remove/",
        title_deeds.remove_consenter,
        name="title_consenter_end",
    ),
    path("<int:title_id>/approvers/new/", title_deeds.approver, name="title_approver"),
    path("<int:title_id>/approvers/<uuid:approver_id>/remove/", title_deeds.remove_approver, name="title_approver_end"),
]
