"""Addresses about people 職員のアドレス."""

from django.urls import path

from . import people, people_deeds

urlpatterns = [
    path("", people.people, name="people"),
    path("new/", people_deeds.new, name="person_new"),
    path("<uuid:staff_id>/", people.member, name="person"),
    path("<uuid:staff_id>/change/", people_deeds.change, name="person_change"),
    path("<uuid:staff_id>/posts/new/", people_deeds.post, name="person_post"),
    path("<uuid:staff_id>/posts/<int:post_id>/end/", people_deeds.end_post, name="person_post_end"),
    path("<uuid:staff_id>/leave/", people_deeds.leave, name="person_leave"),
    path("<uuid:staff_id>/return/", people_deeds.come_back, name="person_back"),
]
