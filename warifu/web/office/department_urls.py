"""Addresses about departments 部署のアドレス."""

from django.urls import path

from . import department_deeds, departments

urlpatterns = [
    path("", departments.departments, name="departments"),
    path("new/", department_deeds.new, name="department_new"),
    path("<int:department_id>/", departments.department, name="department"),
    path("<int:department_id>/change/", department_deeds.change, name="department_change"),
    path("<int:department_id>/end/", department_deeds.end, name="department_end"),
    path("<int:department_id>/cancel/", department_deeds.cancel, name="department_cancel"),
]
