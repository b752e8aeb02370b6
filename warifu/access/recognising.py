"""Whose account a provider's word opens, and what the register learns from it 本人の特定.

Each step is a verb with its own ledger line: found or taken into the register, given an account, linked.
"""

from datetime import date, datetime

from django.db import transaction

from warifu.directory import actions as directory_actions
from warifu.directory import departments
from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.japan import calendar

from . import actions, models, queries
from . import letters as mails
from .sso import queries as sso
from .sso.errors import ProviderRefused, Why
from .sso.identity import Identity
from .sso.tables import IdentityProvider, NewPeople, WaitingPerson


def account_for(provider: IdentityProvider, found: Identity, *, letters: mails.Letters, at: datetime) -> models.Account:
    """The account that this verified word opens, of the provider's own municipality and of no other 本人の特定.

    Raises `ProviderRefused` for nobody, for who waits or has left, and for who goes with another subject.
    """
    known = sso.identity_of(provider, found.subject)
    if known is not None:
        account = known.account
        _learn_name(provider, account, found, at=at)
    else:
        account = _linked(provider, found, letters=letters, at=at)
    # A person who has moved to another body is another body's person, whatever this provider says.
    if account.staff is None or account.staff.municipality_id != provider.municipality_id:
        raise ProviderRefused(Why.UNKNOWN_PERSON)
    if queries.has_left(account, at=at):
        raise ProviderRefused(Why.CLOSED)
    return account


def meant(provider: IdentityProvider, found: Identity) -> directory.StaffMember | None:
    """Whom a sign-in would find, without changing anything; for the administrator's test 照合の試験."""
    known = sso.identity_of(provider, found.subject)
    return known.account.staff if known is not None else sso.person_meant(provider, found)


def take_in(
    waiting: WaitingPerson, department: directory.Department, *, letters: mails.Letters, at: datetime
) -> directory.StaffMember:
    """Somebody who waited becomes a member of staff without any role 登録待ちの職員の登録.

    Raises `ProviderRefused` where the address or the number is somebody's already.
    """
    kept = {name: getattr(waiting, name) for name in ("subject", "name", "mail", "number", "title")}
    return _joined(waiting.provider, Identity(**kept), department, letters=letters, at=at)


def _linked(provider: IdentityProvider, found: Identity, *, letters: mails.Letters, at: datetime) -> models.Account:
    by = actions.by_provider(provider)
    with transaction.atomic():
        staff = sso.person_meant(provider, found)
        if staff is None:
            department = department_named(provider, found.department_code, on=calendar.day_in_japan(at))
            _require_newcomer(provider, found)
            if provider.new_people == NewPeople.CREATE and department is not None:
                staff = _joined(provider, found, department, letters=letters, at=at)
        if staff is not None:
            account = queries.account_of_staff(staff)
            if account is None:
                account = actions.open_account_without_password(staff=staff, by=by, at=at)
            elif queries.has_left(account, at=at):
                raise ProviderRefused(Why.CLOSED)
            actions.link_identity(provider=provider, account=account, subject=found.subject, by=by, at=at)
            return account
    # What is held must stay although the sign-in is refused.
    actions.hold_person(provider=provider, found=found, letters=letters, at=at)
    raise ProviderRefused(Why.WAITING)


def _require_newcomer(provider: IdentityProvider, found: Identity) -> None:
    """Whether somebody unknown may be taken in at all, and has said enough."""
    unnamed = not found.name or not found.mail or not found.mail_verified
    if provider.new_people == NewPeople.REFUSE or unnamed or "@" not in found.mail:
        raise ProviderRefused(Why.UNKNOWN_PERSON)
    refused = provider.waiting.filter(subject=found.subject, decision=WaitingPerson.Decision.REFUSED)
    if refused.exists():
        raise ProviderRefused(Why.UNKNOWN_PERSON)


def department_named(provider: IdentityProvider, code: str, *, on: date) -> directory.Department | None:
    """The department with this code on this day, else where this provider's newcomers go, if anywhere 所属の特定."""
    if code:
        named = departments.departments_on(provider.municipality, on).filter(code=code).first()
        if named is not None:
            return named
    return provider.first_department


def _joined(
    provider: IdentityProvider,
    found: Identity,
    department: directory.Department,
    *,
    letters: mails.Letters,
    at: datetime,
) -> directory.StaffMember:
    entry = directory_actions.PersonEntry(name=found.name, mail=found.mail, number=found.number)
    with transaction.atomic():
        try:
            staff = directory_actions.add_person(
                municipality=provider.municipality,
                entry=entry,
                department=department,
                title=found.title,
                begins_on=calendar.day_in_japan(at),
                by=actions.by_provider(provider),
                at=at,
            )
        except directory_errors.Refusal as refusal:
            # Whose the address is (perhaps another body's) is nothing that this provider may learn.
            raise ProviderRefused(Why.UNKNOWN_PERSON, type(refusal).__name__) from refusal
        actions.tell_administrators(provider, f"{found.name}さんを、職員として登録しました", letters=letters, at=at)
    return staff


def _learn_name(provider: IdentityProvider, account: models.Account, found: Identity, *, at: datetime) -> None:
    """A new name from the provider replaces the old one, where newcomers are its affair too."""
    staff = account.staff
    if staff is None or provider.new_people == NewPeople.REFUSE or found.name in ("", staff.name):
        return
    entry = directory_actions.PersonEntry(name=found.name, mail=staff.mail, number=staff.number)
    directory_actions.change_person(staff=staff, entry=entry, by=actions.by_provider(provider), at=at)
    staff.name = found.name
