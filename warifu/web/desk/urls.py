"""Addresses of the desk; printed guides point here, so they stay 職員の画面のアドレス."""

from django.urls import include, path

from . import (
    agreements,
    approvals,
    choosing,
    counterparty_urls,
    drafting,
    filing,
    me,
    municipality,
    periods,
    posts,
    records,
    seals,
    validations,
    validity,
)

app_name = "desk"
urlpatterns = [
    path("", agreements.home, name="home"),
    path("me/", me.me, name="me"),
    path("agreements/new/", drafting.new, name="new"),
    path("agreements/<uuid:agreement_id>/", agreements.agreement, name="agreement"),
    path("agreements/<uuid:agreement_id>/files/", drafting.files, name="files"),
    path("agreements/<uuid:agreement_id>/files/<uuid:document_id>/remove/", drafting.remove_document, name="remove"),
    path("agreements/<uuid:agreement_id>/files/<int:upload_id>/drop/", drafting.drop_refused, name="drop"),
    path("agreements/<uuid:agreement_id>/contents/", drafting.contents, name="contents"),
    path("agreements/<uuid:agreement_id>/parties/", drafting.parties, name="parties"),
    path("agreements/<uuid:agreement_id>/counterparty/", choosing.firms, name="choose_firm"),
    path(
        "agreements/<uuid:agreement_id>/counterparty/<uuid:counterparty_id>/", choosing.choose, name="choose_recipient"
    ),
    path("agreements/<uuid:agreement_id>/seals/", seals.seals, name="seals"),
    path("agreements/<uuid:agreement_id>/seals/document.pdf", seals.bare_document, name="bare_document"),
    path("agreements/<uuid:agreement_id>/confirm/", drafting.confirm, name="confirm"),
    path("agreements/<uuid:agreement_id>/approve/", approvals.approve, name="approve"),
    path("agreements/<uuid:agreement_id>/send/", agreements.send, name="send"),
    path("agreements/<uuid:agreement_id>/parties/<uuid:party_id>/reissue/", agreements.reissue, name="reissue"),
    path("agreements/<uuid:agreement_id>/reopen/", agreements.reopen, name="reopen"),
    path("agreements/<uuid:agreement_id>/withdraw/", agreements.withdraw, name="withdraw"),
    path("agreements/<uuid:agreement_id>/consent/", approvals.consent, name="consent"),
    path("agreements/<uuid:agreement_id>/documents/<uuid:document_id>.pdf", agreements.document, name="document"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("consents/", approvals.consents, name="consents"),
    path("records/", records.records, name="records"),
    path("records/refile/", filing.refile, name="records_refile"),
    path("records/validations/", periods.validations, name="periods"),
    path("records/validations/<uuid:period_id>/", periods.validation, name="period"),
    path("records/validations/<uuid:period_id>/result.csv", periods.sheet, name="period_sheet"),
    path("records/<uuid:record_id>/files/<uuid:file_id>/validation/", validations.validation, name="record_validation"),
    path("records/expiring/", validity.expiring, name="expiring"),
    path("records/<uuid:record_id>/", records.record, name="record"),
    path("records/<uuid:record_id>/files/<uuid:file_id>.pdf", records.file, name="record_file"),
    path("records/<uuid:record_id>/evidence/", records.evidence, name="record_evidence"),
    path("post/", posts.choose, name="post"),
    path("municipality/", municipality.edit, name="municipality"),
    path("counterparties/", include(counterparty_urls)),
]
