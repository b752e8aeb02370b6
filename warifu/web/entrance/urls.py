"""Addresses of the entrance; printed guides point here, so they stay サインインの画面のアドレス."""

from django.urls import path

from . import resume, signin

app_name = "entrance"
urlpatterns = [
    path("signin/", signin.sign_in, name="signin"),
    path("signin/resume/", resume.resume, name="resume"),
    path("signout/", signin.sign_out, name="signout"),
]
