"""Addresses about sheets that come and go, by the right that opens them 取込みと書出しのアドレス."""

from django.urls import path

from . import exports, imports

FIRMS = {"layout": "counterparties"}
ADDRESSES = {"layout": "addresses"}
DELEGATES = {"layout": "delegates"}
urlpatterns = [
    path("", imports.index, name="imports"),
    path("firms/", imports.hand_in, FIRMS, name="firms_import_new"),
    path("firms/export.csv", exports.export, FIRMS, name="firms_export"),
    path("firms/addresses/", imports.hand_in, ADDRESSES, name="firms_import_addresses"),
    path("firms/addresses/export.csv", exports.export, ADDRESSES, name="firms_export_addresses"),
    path("firms/delegates/", imports.hand_in, DELEGATES, name="firms_import_delegates"),
    path("firms/delegates/export.csv", exports.export, DELEGATES, name="firms_export_delegates"),
    path("firms/<uuid:firms_import_id>/", imports.firms, name="firms_import"),
    path("firms/<uuid:firms_import_id>/decide/", imports.decide_firms, name="firms_import_decide"),
    path("firms/<uuid:firms_import_id>/result.csv", exports.firms_result, name="firms_import_result"),
    path("organisation/<slug:layout>/", imports.hand_in, name="import_new"),
    path("organisation/<slug:layout>/export.csv", exports.export, name="export"),
    path("organisation/<slug:layout>/<uuid:import_id>/", imports.one, name="import"),
    path("organisation/<slug:layout>/<uuid:import_id>/decide/", imports.decide, name="import_decide"),
    path("organisation/<slug:layout>/<uuid:import_id>/result.csv", exports.result, name="import_result"),
]
