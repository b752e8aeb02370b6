"""Addresses of the entrance; printed guides point here, so they stay サインインの画面のアドレス."""

from django.urls import path

from . import again, browsers, factors, overview, passwords, resume, second, signin

app_name = "entrance"
urlpatterns = [
    path("signin/", signin.sign_in, name="signin"),
    path("signin/second/", second.second, name="second"),
    path("signin/passkey/", second.passkey, name="passkey"),
    path("signin/forgotten/", passwords.forgotten, name="forgotten"),
    path("signin/forgotten/asked/", passwords.asked, name="asked"),
    path("signin/link/<str:token>", passwords.follow, name="follow"),
    path("signin/choose/", passwords.choose, name="choose"),
    path("signin/again/", again.again, name="again"),
    path("signin/resume/", resume.resume, name="resume"),
    path("signout/", signin.sign_out, name="signout"),
    path("account/", overview.overview, name="account"),
    path("account/password/", passwords.change, name="password"),
    path("account/enrol/", overview.enrol, name="enrol"),
    path("account/authenticator/", factors.authenticator, name="authenticator"),
    path("account/authenticator/remove/", factors.remove_authenticator, name="authenticator_remove"),
    path("account/passkeys/new/", factors.new_passkey, name="passkey_new"),
    path("account/passkeys/<int:passkey_id>/remove/", factors.remove_passkey, name="passkey_remove"),
    path("account/recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("account/browsers/", browsers.browsers, name="browsers"),
    path("account/browsers/<uuid:session_id>/end/", browsers.end, name="browser_end"),
    path("account/browsers/end/", browsers.end_others, name="browsers_end"),
]
