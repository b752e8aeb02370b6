"""Addresses of the office 団体の管理のアドレス."""

from django.urls import include, path

from . import body_settings, onboarding, region

app_name = "office"
urlpatterns = [
    path("departments/", include("warifu.web.office.department_urls")),
    path("anomalies/", include("warifu.web.office.anomalies_urls")),
    path("people/", include("warifu.web.office.people_urls")),
    path("groups/", include("warifu.web.office.group_urls")),
    path("folders/", include("warifu.web.office.folder_urls")),
    path("recipients/", include("warifu.web.office.recipient_urls")),
    path("settings/", body_settings.edit, name="settings"),
    path("statistics/", include("warifu.web.office.statistics_urls")),
    path("region/", region.region, name="region"),
    path("region/sheet/", region.sheet, name="region_sheet"),
    path("titles/", include("warifu.web.office.title_urls")),
    path("transfers/", include("warifu.web.office.transfer_urls")),
    path("imports/", include("warifu.web.office.import_urls")),
    path("ledger/", include("warifu.web.office.ledger_urls")),
    path("onboarding/", onboarding.onboarding, name="onboarding"),
    path("onboarding/ask/", onboarding.ask, name="onboarding_ask"),
    path("networks/", include("warifu.web.office.network_urls")),
    path("roles/", include("warifu.web.office.role_urls")),
    path("sso/", include("warifu.web.office.provider_urls")),
    path("accounts/", include("warifu.web.office.account_urls")),
]
