"""Addresses about folders フォルダのアドレス."""

from django.urls import path

from . import folder_deeds, folders

urlpatterns = [
    path("", folders.folders, name="folders"),
    path("new/", folder_deeds.add, name="folder_new"),
    path("rule/", folder_deeds.rule, name="folder_rule"),
    path("<int:folder_id>/", folders.folder, name="folder"),
    path("<int:folder_id>/change/", folder_deeds.change, name="folder_change"),
    path("<int:folder_id>/move/", folder_deeds.move, name="folder_move"),
    path("<int:folder_id>/close/", folder_deeds.close, name="folder_close"),
    path("<int:folder_id>/people/", folder_deeds.people, name="folder_people"),
    path("<int:folder_id>/rights/", folder_deeds.give, name="folder_right"),
    path("<int:folder_id>/rights/<int:right_id>/take/", folder_deeds.take, name="folder_right_take"),
]
