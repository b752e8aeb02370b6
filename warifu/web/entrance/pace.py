"""Answers that take the same time, whatever was found 応答の時間."""

import time

from django.http import HttpResponseBase

from warifu import settings


def begin() -> float:
    """The beginning of a request whose answer shall not tell by its time whether an account exists 開始."""
    return time.monotonic()


def settle(began: float, response: HttpResponseBase) -> HttpResponseBase:
    """Hand out the answer no sooner than the setting says, counted from the beginning 応答の時間をそろえる."""
    time.sleep(max(0.0, settings.SIGN_IN_ANSWER_MILLISECONDS / 1000 - (time.monotonic() - began)))
    return response
