"""`Client.force_login` begins one of our sessions too, as a sign-in with a password would サインインの準備."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest


def prepare() -> None:
    """From now on, in this process; real sign-ins are left alone: their requests have a method."""
    user_logged_in.connect(_begin, dispatch_uid="tests.signing_in")


def _begin(*, request: HttpRequest, user: Any, **_: Any) -> None:
    from warifu.access.methods import Method
    from warifu.access.models import Session
    from warifu.web import clock, signed_in

    if "REQUEST_METHOD" in request.META:
        return
    at = clock.now()
    session = Session.objects.create(
        account=user, methods=Method.PASSWORD.value, began_at=at, seen_at=at, proved_at=at, ip="127.0.0.1"
    )
    request.session[signed_in.NUMBER] = str(session.pk)
