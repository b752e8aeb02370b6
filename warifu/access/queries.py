"""Reads of accounts, roles and invitations 認証・権限・招待の照会."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.japan import calendar

from . import models, person
from .rights import Grant, Right, Role, roles_with

FAILURES_ALLOWED = 10
FAILURE_WINDOW = timedelta(minutes=15)


def person_of(account: models.Account, *, ip: str | None, at: datetime) -> person.Person | None:
    """The signed-in member of staff, or None for an operator, who belongs to no municipality サインインした職員.

    Only grants that hold on the Japanese day of `at` count.
    """
    if account.staff_id is None:
        return None
    staff = directory_queries.staff_member(account.staff_id)
    rows = models.RoleGrant.objects.filter(staff=staff).values_list("role", "department", "begins_on", "ends_on")
    today = calendar.day_in_japan(at)
    grants = (Grant(Role(role), department, begins_on, ends_on) for role, department, begins_on, ends_on in rows)
    return person.Person(staff=staff, grants=tuple(grant for grant in grants if grant.holds(today)), ip=ip)


def staff_who_may(municipality: directory.Municipality, right: Right, *, on: date) -> QuerySet[directory.StaffMember]:
    """People of one body to whom a role gives this right on this day in Japan 権限を持つ職員."""
    holding = models.RoleGrant.objects.filter(staff=OuterRef("pk"), role__in=roles_with(right)).filter(
        Q(begins_on__isnull=True) | Q(begins_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )
    return directory_queries.staff_of(municipality).filter(Exists(holding)).order_by("name")


def token_digest(token: str) -> str:
    """What is kept of a token: SHA-256 in hex. The token has 256 random bits, so no salt is needed 招待のハッシュ."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_of_token(token: str, *, at: datetime) -> models.Invitation | None:
    """The living invitation that this link opens, or None. Reads only: mail scanners follow links too 招待の照会."""
    return living_invitations(at=at).filter(token_digest=token_digest(token)).first()


def invitation(invitation_id: UUID, *, at: datetime) -> models.Invitation | None:
    """A living invitation, or None 招待."""
    return living_invitations(at=at).filter(pk=invitation_id).first()


def living_invitations(*, at: datetime) -> QuerySet[models.Invitation]:
    """Those neither revoked nor past their time 有効な招待."""
    return models.Invitation.objects.select_related("municipality").filter(revoked_at__isnull=True, expires_at__gt=at)


def mail_digest(mail: str) -> str:
    """How a failed address is remembered: who mistypes a password there stays unnamed アドレスの照合値."""
    return hashlib.sha256(mail.strip().lower().encode()).hexdigest()


def sign_in_paused(mail: str, *, at: datetime) -> bool:
    """Whether this address has failed too often lately サインインの一時停止."""
    recent = models.SignInFailure.objects.filter(mail=mail_digest(mail), at__gt=at - FAILURE_WINDOW)
    return recent.count() >= FAILURES_ALLOWED
