"""Addresses of the entrance; printed guides point here, so they stay サインインの画面のアドレス."""

from django.urls import path

from . import again, browsers, factors, leaving, mail, overview, passwords, resume, second, signin, sso

app_name = "entrance"
urlpatterns = [
    path("signin/", signin.sign_in, name="signin"),
    path("signin/second/", second.second, name="second"),
    path("signin/passkey/", second.passkey, name="passkey"),
    path("signin/forgotten/", passwords.forgotten, name="forgotten"),
    path("signin/forgotten/asked/", passwords.asked, name="asked"),
    path("signin/link/<str:token>", passwords.follow, name="follow"),
    path("signin/choose/", passwords.choose, name="choose"),
    path("signin/mail/<str:token>", mail.follow, name="mail_follow"),
    path("signin/mail/", mail.confirm, name="mail_confirm"),
    path("signin/again/", again.again, name="again"),
    path("signin/resume/", resume.resume, name="resume"),
    path("signin/again/<uuid:provider_id>/", again.by_provider, name="again_by_provider"),
    path("signin/sso/<uuid:provider_id>/", sso.start, name="sso_start"),
    path("signin/sso/<uuid:provider_id>/back/", sso.back, name="sso_back"),
    path("signin/sso/<uuid:provider_id>/acs/", sso.consume, name="sso_consume"),
    path("signin/sso/<uuid:provider_id>/finish/", sso.finish, name="sso_finish"),
    path("signin/sso/<uuid:provider_id>/metadata/", sso.our_metadata, name="sso_metadata"),
    path("signin/sso/<uuid:provider_id>/logout/", sso.signed_out, name="sso_logout"),
    path("signin/left/", leaving.left, name="left"),
    path("signout/", signin.sign_out, name="signout"),
    path("account/", overview.overview, name="account"),
    path("account/password/", passwords.change, name="password"),
    path("account/mail/", mail.ask, name="mail"),
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
