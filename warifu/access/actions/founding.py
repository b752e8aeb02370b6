"""The first administrator of a body that joins 最初の全体管理者."""

from datetime import datetime

from django.db import transaction

from warifu.access import errors, models, queries
from warifu.access import letters as mails
from warifu.access.rights import Right, Role
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.japan import calendar

from .accounts import LINK_LIFE, Purpose, new_link


def appoint_first_administrator(
    *, staff: directory.StaffMember, letters: mails.Letters, by: Actor, at: datetime
) -> models.Account:
    """The role for the whole body, with an account and a link by mail; all others are appointed by them 最初の任命.

    Raises `errors.RoleRefused` where the body has somebody already who can grant roles.
    """
    body = staff.municipality
    if queries.staff_who_may(body, Right.ROLES, on=calendar.day_in_japan(at)).exists():
        raise errors.RoleRefused(f"{body.name}には全体管理者がいます。役割は、その職員が付与してください。")
    with transaction.atomic():
        models.RoleGrant.objects.create(staff=staff, role=Role.ADMINISTRATOR, granted_at=at)
        account = models.Account(mail=staff.mail.lower(), staff=staff)
        account.set_unusable_password()
        account.save()
        token = new_link(account, Purpose.INVITE, at=at)
        letters.invited(**mails.addressed(account), token=token, until=at + LINK_LIFE, at=at)
        audit.append(
            ledger=body.code,
            action="access.appoint_first_administrator",
            target=f"account:{account.pk}",
            by=by,
            at=at,
            facts={"person": staff.name, "role": Role.ADMINISTRATOR.value},
        )
    return account
