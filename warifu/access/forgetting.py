"""What this room need not remember; the ledger keeps who signed in, and when 古い記録の整理."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session as Cookie
from django.db.models import Q

from . import models, throttle

KEEP_SESSIONS = timedelta(days=90)
KEEP_LINKS = timedelta(days=30)


def forget(*, at: datetime) -> None:
    """Remove ended sessions after three months, links after a month, failures after a day 古い記録の整理."""
    old = at - KEEP_SESSIONS
    models.Session.objects.filter(Q(ended_at__lt=old) | Q(seen_at__lt=old)).delete()
    models.AccountLink.objects.filter(expires_at__lt=at - KEEP_LINKS).delete()
    models.SignInFailure.objects.filter(at__lt=at - throttle.MEMORY).delete()
    Cookie.objects.filter(expire_date__lt=at).delete()
