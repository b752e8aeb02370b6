"""People of one body, as SCIM shows and changes them SCIMの職員.

Each deed is a verb of `directory` or `access` with its own ledger line. Posts are moved by 人事異動 and roles are
granted by people: neither is ever changed here. Who is inactive keeps the post until that is handed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from warifu.access import actions as access
from warifu.access import errors as access_errors
from warifu.access import letters as mails
from warifu.access import queries as accounts
from warifu.access import recognising
from warifu.access.sso import queries as sso
from warifu.audit.actor import Actor
from warifu.directory import actions as directory
from warifu.directory import departments
from warifu.directory import errors as directory_errors
from warifu.directory import models as people
from warifu.directory import queries as directory_queries
from warifu.integrations.models import ScimLink
from warifu.japan import calendar

from . import reading
from .errors import ScimRefused, missing, taken, wrong

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
FILTERED = ("userName", "externalId", "id")
MOST = 100


@dataclass(frozen=True)
class Hand:
    """For which body, by which system and when something is done 連携の主体."""

    municipality: people.Municipality
    by: Actor
    at: datetime
    letters: mails.Letters


def staff_of(municipality: people.Municipality) -> QuerySet[people.StaffMember]:
    """Everybody of this body whom no system has deleted, in a fixed order 職員."""
    own = directory_queries.staff_of(municipality).exclude(scim__removed_at__isnull=False)
    return own.select_related("department", "account", "scim").order_by("pk")


def found(municipality: people.Municipality, user_id: str) -> people.StaffMember:
    """One of them; raises `ScimRefused` 404 職員."""
    try:
        staff = staff_of(municipality).filter(pk=UUID(user_id)).first()
    except ValueError:
        staff = None
    if staff is None:
        raise missing()
    return staff


def matching(municipality: people.Municipality, wanted: reading.Filter | None) -> QuerySet[people.StaffMember]:
    """Those whom a filter finds 職員の検索."""
    own = staff_of(municipality)
    if wanted is None:
        return own
    if wanted.attribute == "userName":
        return own.filter(Q(account__mail__iexact=wanted.value) | Q(account__isnull=True, mail__iexact=wanted.value))
    if wanted.attribute == "externalId":
        return own.filter(scim__external_id=wanted.value)
    try:
        return own.filter(pk=UUID(wanted.value))
    except ValueError:
        return own.none()


def shown(staff: people.StaffMember) -> dict[str, Any]:
    """The resource, without its `meta` SCIMの表現."""
    external = _external_id(staff)
    return {
        "schemas": [SCHEMA, reading.ENTERPRISE],
        "id": str(staff.pk),
        **({"externalId": external} if external else {}),
        "userName": staff.mail,
        "name": {"formatted": staff.name},
        "displayName": staff.name,
        "active": _active(staff),
        "emails": [{"value": staff.mail, "type": "work", "primary": True}],
        **({"title": staff.title} if staff.title else {}),
        reading.ENTERPRISE: {
            **({"employeeNumber": staff.number} if staff.number else {}),
            **({"department": staff.department.code} if staff.department.code else {}),
        },
    }


def create(body: Mapping[str, Any], hand: Hand) -> people.StaffMember:
    """A new member of staff with an account that has no password, without any role 職員の登録."""
    wanted = reading.whole(body)
    _require_sound(wanted)
    department = _department(wanted, hand)
    with transaction.atomic():
        returning = _removed(wanted, hand)
        if returning is not None:
            ScimLink.objects.filter(staff=returning).update(removed_at=None)
            return change(returning, wanted, hand)
        try:
            staff = directory.add_person(
                municipality=hand.municipality,
                entry=directory.PersonEntry(name=wanted.name, mail=wanted.user_name, number=wanted.number),
                department=department,
                title=wanted.title,
                begins_on=calendar.day_in_japan(hand.at),
                by=hand.by,
                at=hand.at,
            )
        except (directory_errors.MailTaken, directory_errors.NumberTaken) as refusal:
            raise taken("userName or employeeNumber is in use.") from refusal
        except directory_errors.Refusal as refusal:
            raise wrong("The department does not take anybody today.") from refusal
        access.open_account_without_password(staff=staff, by=hand.by, at=hand.at)
        _remember(staff, wanted, hand)
        _switch(staff, active=wanted.active, hand=hand)
    return found(hand.municipality, str(staff.pk))


def change(staff: people.StaffMember, wanted: reading.Wanted, hand: Hand) -> people.StaffMember:
    """Another name, address, number or state; nothing is written where nothing differs 職員の変更."""
    _require_sound(wanted)
    entry = directory.PersonEntry(name=wanted.name, mail=wanted.user_name, number=wanted.number)
    with transaction.atomic():
        if (entry.name, entry.mail, entry.number) != (staff.name, staff.mail, staff.number):
            account = accounts.account_of_staff(staff)
            other = accounts.account_of_mail(entry.mail)
            if other is not None and other != account:
                raise taken("userName is in use.")
            try:
                directory.change_person(staff=staff, entry=entry, by=hand.by, at=hand.at)
            except directory_errors.Refusal as refusal:
                raise taken("userName or employeeNumber is in use.") from refusal
            if account is not None and account.mail != entry.mail:
                access.change_mail(account=account, mail=entry.mail, letters=hand.letters, by=hand.by, at=hand.at)
        _remember(staff, wanted, hand)
        _switch(staff, active=wanted.active, hand=hand)
    return found(hand.municipality, str(staff.pk))


def as_wanted(staff: people.StaffMember) -> reading.Wanted:
    """The person as it is, for a PATCH to begin with 現在の内容."""
    return reading.Wanted(
        user_name=staff.mail,
        name=staff.name,
        external_id=_external_id(staff),
        number=staff.number,
        title=staff.title,
        active=_active(staff),
    )


def remove(staff: people.StaffMember, hand: Hand) -> None:
    """Inactive, and seen by no system any more; who did what stays (RFC 7644 §3.6) 職員の削除."""
    with transaction.atomic():
        _switch(staff, active=False, hand=hand)
        ScimLink.objects.update_or_create(
            staff=staff, defaults={"municipality": hand.municipality, "removed_at": hand.at}
        )


def _switch(staff: people.StaffMember, *, active: bool, hand: Hand) -> None:
    account = accounts.account_of_staff(staff)
    if account is None:
        if active:
            return
        # Without a closed account the next sign-in by a provider would open one.
        account = access.open_account_without_password(staff=staff, by=hand.by, at=hand.at)
    if account.is_active and not active:
        try:
            access.close_account(account=account, by=hand.by, at=hand.at)
        except access_errors.LastAdministrator as refusal:
            raise ScimRefused(409, "", refusal.message) from refusal
    elif not account.is_active and active:
        access.reopen_account(account=account, by=hand.by, at=hand.at)


def _require_sound(wanted: reading.Wanted) -> None:
    try:
        validate_email(wanted.user_name)
    except ValidationError as bad:
        raise wrong("userName is a mail address.") from bad
    if not wanted.name:
        raise wrong("displayName or name.formatted is needed.")


def _department(wanted: reading.Wanted, hand: Hand) -> people.Department:
    today = calendar.day_in_japan(hand.at)
    for provider in sso.providers_of(hand.municipality):
        named = recognising.department_named(provider, wanted.department, on=today)
        if named is not None:
            return named
    own = departments.departments_on(hand.municipality, today)
    chosen = own.filter(code=wanted.department).first() if wanted.department else None
    if chosen is None:
        raise wrong("department (enterprise extension) is the code of a department of this body.")
    return chosen


def _removed(wanted: reading.Wanted, hand: Hand) -> people.StaffMember | None:
    gone = directory_queries.staff_of(hand.municipality).filter(scim__removed_at__isnull=False)
    return gone.select_related("department", "scim").filter(mail__iexact=wanted.user_name).first()


def _remember(staff: people.StaffMember, wanted: reading.Wanted, hand: Hand) -> None:
    others = ScimLink.objects.filter(municipality=hand.municipality, external_id=wanted.external_id, group=None)
    if wanted.external_id and others.exclude(staff=staff).exists():
        raise taken("externalId is in use.")
    ScimLink.objects.update_or_create(
        staff=staff, defaults={"municipality": hand.municipality, "external_id": wanted.external_id}
    )


def _external_id(staff: people.StaffMember) -> str:
    link = getattr(staff, "scim", None)
    return link.external_id if isinstance(link, ScimLink) else ""


def _active(staff: people.StaffMember) -> bool:
    account = accounts.account_of_staff(staff)
    return staff.left_on is None and (account is None or account.is_active)
