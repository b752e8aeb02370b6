"""Addresses about groups グループのアドレス."""

from django.urls import path

from . import groups

urlpatterns = [
    path("", groups.groups, name="groups"),
    path("new/", groups.edit, name="group_new"),
    path("<int:group_id>/", groups.group, name="group"),
    path("<int:group_id>/change/", groups.edit, name="group_change"),
    path("<int:group_id>/members/drop/", groups.drop_members, name="group_drop"),
    path("<int:group_id>/remove/", groups.remove, name="group_remove"),
]
