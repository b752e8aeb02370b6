"""Where people go from the entrance 行き先."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from warifu.access import enrolment, models
from warifu.web import guard, kept


def after_sign_in(request: HttpRequest, account: models.Account, wanted: str) -> str:
    """To a form that waits, to what is demanded, or to where the person wanted to go サインインの後の画面."""
    if kept.look(request, account) is not None:
        return reverse("entrance:resume")
    there = destination(account, wanted)
    if guard.must_enrol(account) is enrolment.Demand.SOON:
        request.session["after_enrol"] = there
        return reverse("entrance:enrol")
    return there


def destination(account: models.Account, wanted: str) -> str:
    """The page that was wanted, if it is one of ours; operators have one page only 行き先."""
    if account.is_operator and not wanted.startswith(("/account/", "/console/")):
        return reverse("console:status")
    wanted = wanted or "/"
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else "/"
