"""Addresses about personnel transfers 人事異動のアドレス."""

from django.urls import path

from . import transfer_deeds, transfer_handover, transfer_moves, transfers

urlpatterns = [
    path("", transfers.index, name="transfers"),
    path("new/", transfers.new, name="transfer_new"),
    path("<uuid:plan_id>/", transfers.plan, name="transfer"),
    path("<uuid:plan_id>/departments/", transfers.by_department, name="transfer_departments"),
    path("<uuid:plan_id>/handover/", transfer_handover.handover, name="transfer_handover"),
    path("<uuid:plan_id>/moves/new/", transfer_moves.new, name="transfer_move_new"),
    path("<uuid:plan_id>/moves/<int:move_id>/", transfer_moves.change, name="transfer_move"),
    path("<uuid:plan_id>/moves/<int:move_id>/drop/", transfer_moves.drop, name="transfer_move_drop"),
    path("<uuid:plan_id>/confirm/", transfer_deeds.confirm, name="transfer_confirm"),
    path("<uuid:plan_id>/reopen/", transfer_deeds.reopen, name="transfer_reopen"),
    path("<uuid:plan_id>/cancel/", transfer_deeds.cancel, name="transfer_cancel"),
    path("<uuid:plan_id>/undo/", transfer_deeds.undo, name="transfer_undo"),
]
