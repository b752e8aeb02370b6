"""All addresses アドレス. `docs/development/routes.txt` lists them; a test compares."""

from django.urls import include, path

urlpatterns = [
    path("", include("warifu.web.console.urls")),
    path("", include("warifu.web.counter.urls")),
    path("", include("warifu.web.verify.urls")),
    path("", include("warifu.web.entrance.urls")),
    path("scim/v2/", include("warifu.web.api.urls")),
    path("office/", include("warifu.web.office.urls")),
    path("", include("warifu.web.desk.urls")),
]
handler400 = "warifu.web.refusals.bad_request"
handler403 = "warifu.web.refusals.not_allowed"
handler404 = "warifu.web.refusals.not_found"
handler500 = "warifu.web.refusals.fault"
