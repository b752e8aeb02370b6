"""Asking once more who is there, before what matters most 再認証.

Consents in the municipality's name and changes of how one signs in need a proof that is some minutes old at most
(IPA 6-i-b; NIST SP 800-63B §2.2.3). What was typed waits, and is sent on after it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from warifu.access import models

from . import clock, kept, signed_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def recent_proof(view: View[P], *, to_look: bool = False) -> View[P]:
    """Only with a recent proof may this be posted; `to_look`: not even opened without one 再認証を要する画面."""

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        asks = to_look or request.method == "POST"
        if not asks or not isinstance(request.user, models.Account) or signed_in.is_fresh(request, at=clock.now()):
            return view(request, *args, **kwargs)
        kept.put(request, kept.hold(request, request.user))
        return redirect(f"{reverse('entrance:again')}?{urlencode({'next': request.get_full_path()})}")

    return handle
