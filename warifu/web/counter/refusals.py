"""What a visitor sees whose link does not open 事業者への断り."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def link_dead(request: HttpRequest) -> HttpResponse:
    """The link is unknown, too old, or was replaced by a newer one リンクの失効."""
    return render(request, "counter/link_dead.html", {}, status=HTTPStatus.NOT_FOUND)


def link_needed(request: HttpRequest) -> HttpResponse:
    """This browser holds no visit any more: open the mail's link again リンクの開き直し."""
    return render(request, "counter/link_needed.html", {}, status=HTTPStatus.NOT_FOUND)
