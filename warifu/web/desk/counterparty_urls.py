"""Addresses of the register of firms 取引先のアドレス."""

from django.urls import path

from . import counterparties, counterparty_deeds, merging

ONE = "<uuid:counterparty_id>/"
urlpatterns = [
    path("", counterparties.index, name="counterparties"),
    path("new/", counterparties.edit, name="counterparty_new"),
    path("duplicates/", merging.duplicates, name="counterparty_duplicates"),
    path(ONE, counterparties.firm, name="counterparty"),
    path(f"{ONE}change/", counterparties.edit, name="counterparty_change"),
    path(f"{ONE}stop/", counterparty_deeds.stop, name="counterparty_stop"),
    path(f"{ONE}resume/", counterparty_deeds.resume, name="counterparty_resume"),
    path(f"{ONE}merge/", merging.merge, name="counterparty_merge"),
    path(f"{ONE}notes/new/", counterparty_deeds.note, name="counterparty_note"),
    path(f"{ONE}notes/<int:note_id>/remove/", counterparty_deeds.remove_note, name="counterparty_note_remove"),
    path(f"{ONE}addresses/new/", counterparty_deeds.address, name="address_new"),
    path(f"{ONE}addresses/<int:address_id>/", counterparty_deeds.address, name="address"),
    path(f"{ONE}addresses/<int:address_id>/stop/", counterparty_deeds.stop_address, name="address_stop"),
    path(f"{ONE}addresses/<int:address_id>/resume/", counterparty_deeds.resume_address, name="address_resume"),
    path(f"{ONE}delegates/new/", counterparty_deeds.delegate, name="delegate_new"),
    path(f"{ONE}delegates/<int:delegate_id>/", counterparty_deeds.delegate, name="delegate"),
    path(f"{ONE}delegates/<int:delegate_id>/end/", counterparty_deeds.end_delegate, name="delegate_end"),
]
