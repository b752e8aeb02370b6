"""Where people go from the entrance 行き先."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from warifu.access import enrolment, models
from warifu.web import guard, kept, signed_in

AFTER_ENROLMENT = "after_enrolment"


def after_sign_in(request: HttpRequest, account: models.Account, wanted: str) -> str:
    """To a form that waits, to what is asked for, or to where the person wanted to go サインインの後の画面."""
    there = onward(request, account, wanted)
    if guard.must_enrol(account, signed_in.rules_for(account), shown=signed_in.shown(request)) is enrolment.Demand.SOON:
        request.session[AFTER_ENROLMENT] = there
        return reverse("entrance:enrol")
    return there


def after_enrolment(request: HttpRequest, account: models.Account) -> str:
    """Where the person was going before they were asked to register a second factor 登録の後の画面."""
    return str(request.session.pop(AFTER_ENROLMENT, "")) or destination(account, "")


def onward(request: HttpRequest, account: models.Account, wanted: str) -> str:
    """To a form that waits, or to where the person wanted to go 続きの画面."""
    return reverse("entrance:resume") if kept.look(request, account) else destination(account, wanted)


def destination(account: models.Account, wanted: str) -> str:
    """The page that was wanted, if it is one of ours; operators have one page only 行き先."""
    if account.is_operator and not wanted.startswith(("/account/", "/console/")):
        return reverse("console:status")
    wanted = wanted or "/"
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else "/"
