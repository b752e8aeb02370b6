"""Reads of accounts, roles and invitations 認証・権限・招待の照会."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from warifu.audit.actor import Actor, ActorKind
from warifu.directory import models as directory
from warifu.directory import people, reach
from warifu.directory import queries as directory_queries
from warifu.japan import calendar

from . import enrolment, models, person, sessions, throttle
from .rights import OF_A_DEPARTMENT, Grant, Right, Role, roles_with


def person_of(
    account: models.Account,
    *,
    ip: str | None,
    at: datetime,
    post_id: int | None = None,
    staff: directory.StaffMember | None = None,
) -> person.Person | None:
    """The signed-in member of staff, or None for an operator, who belongs to no municipality サインインした職員.

    Only grants that hold on the Japanese day of `at` count. `post_id` is the post that the person has chosen to act in;
    where they do not hold it (any more), they act in their main post. `staff` is the account's, where the caller has
    them at hand with body and department.
    """
    if account.staff_id is None:
        return None
    staff = staff or directory_queries.staff_member(account.staff_id)
    rows = models.RoleGrant.objects.filter(staff=staff).values_list("role", "department", "begins_on", "ends_on")
    today = calendar.day_in_japan(at)
    grants = [Grant(Role(role), department, begins_on, ends_on) for role, department, begins_on, ends_on in rows]
    posts = tuple(people.posts_of(staff, on=today))
    chosen = next((post for post in posts if post.pk == post_id), posts[0] if posts else None)
    holding = tuple(_with_reach(grant, today) for grant in grants if grant.holds(today))
    return person.Person(staff=staff, grants=holding, ip=ip, post=chosen, posts=posts)


def _with_reach(grant: Grant, today: date) -> Grant:
    if grant.department_id is None:
        return grant
    return replace(grant, covered=reach.below(grant.department_id, on=today))


def grants_of(staff: directory.StaffMember) -> QuerySet[models.RoleGrant]:
    """What one person was granted, those over and those to come included, with department and granter 役割の付与."""
    return (
        models.RoleGrant.objects.filter(staff=staff)
        .select_related("department", "granted_by", "staff__department")
        .order_by("role", "department__position", "department_id")
    )


def staff_who_may(
    municipality: directory.Municipality, right: Right, *, on: date, over: int | None = None
) -> QuerySet[directory.StaffMember]:
    """People of one body to whom a role gives this right on this day in Japan 権限を持つ職員.

    `over`: for what belongs to the department with this key; without one, anywhere.
    """
    holding = models.RoleGrant.objects.filter(staff=OuterRef("pk"), role__in=roles_with(right)).filter(
        Q(begins_on__isnull=True) | Q(begins_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )
    if right not in OF_A_DEPARTMENT:
        holding = holding.filter(department__isnull=True)
    elif over is not None:
        holding = holding.filter(Q(department__isnull=True) | Q(department__in=reach.above(over, on=on)))
    return directory_queries.staff_of(municipality).filter(Exists(holding)).order_by("name")


def staff_with_role(municipality: directory.Municipality, role: Role, *, on: date) -> QuerySet[directory.StaffMember]:
    """People of one body who hold this role on this day in Japan 役割を持つ職員."""
    holding = models.RoleGrant.objects.filter(staff=OuterRef("pk"), role=role).filter(
        Q(begins_on__isnull=True) | Q(begins_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )
    return directory_queries.staff_of(municipality).filter(Exists(holding))


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


def paused_until(mail: str, *, ip: str | None, at: datetime) -> datetime | None:
    """Until when tries for this address, or from this network, are not looked at; None when they are 一時停止の期限."""
    tries = models.SignInFailure.objects
    counted = tries.filter(mail=mail_digest(mail), at__gt=at - throttle.MEMORY).aggregate(Count("pk"), Max("at"))
    until = counted["at__max"] + throttle.pause_after(counted["pk__count"]) if counted["pk__count"] else at
    if until <= at and ip is not None:
        seen = tries.filter(ip=ip, at__gt=at - throttle.NETWORK_WINDOW)
        if seen.count() >= throttle.ALLOWED_PER_NETWORK and not _is_known(ip, at=at):
            oldest = seen.order_by("-at").values_list("at", flat=True)[throttle.ALLOWED_PER_NETWORK - 1]
            until = oldest + throttle.NETWORK_WINDOW
    return until if until > at else None


def _is_known(ip: str, *, at: datetime) -> bool:
    # `network_queries` asks this module who may do what.
    from . import network_queries

    return network_queries.is_listed_anywhere(ip, at=at) or _has_signed_in(ip, at=at)


def _has_signed_in(ip: str, *, at: datetime) -> bool:
    return models.Session.objects.filter(ip=ip, began_at__gt=at - throttle.KNOWN_FOR).exists()


def actor_of(account: models.Account, *, ip: str | None, at: datetime) -> Actor:
    """The person of an account, as the ledger names them 行為者."""
    person = person_of(account, ip=ip, at=at)
    return person.actor if person else Actor(kind=ActorKind.OPERATOR, id=str(account.pk), name=account.mail, ip=ip)


def ledger_of(account: models.Account) -> str:
    """The ledger that tells of an account: its municipality's, or the service's for operators 台帳."""
    return account.staff.municipality.code if account.staff else "service"


def link_of_token(token: str, *, at: datetime) -> models.AccountLink | None:
    """The living link to set a password, or None. Reads only: mail scanners follow links too アカウントのリンク."""
    return living_links(at=at).filter(token_digest=token_digest(token)).first()


def link(link_id: int, *, at: datetime) -> models.AccountLink | None:
    """A living link, or None アカウントのリンク."""
    return living_links(at=at).filter(pk=link_id).first()


def living_links(*, at: datetime) -> QuerySet[models.AccountLink]:
    """Links neither used nor too old 有効なリンク."""
    return models.AccountLink.objects.select_related("account__staff__municipality").filter(
        used_at__isnull=True, expires_at__gt=at
    )


def living_mail_changes(*, at: datetime) -> QuerySet[models.MailChange]:
    """Changes of an address that wait for their link to be opened アドレスの変更の申込み."""
    return models.MailChange.objects.filter(ended_at__isnull=True, expires_at__gt=at)


def mail_change(*, at: datetime, token: str = "", change_id: int = 0) -> models.MailChange | None:
    """One of them, by the token of its link or by its key; reads only アドレスの変更の申込み."""
    known = {"token_digest": token_digest(token)} if token else {"pk": change_id}
    return living_mail_changes(at=at).select_related("account__staff__municipality").filter(**known).first()


def mail_is_taken(mail: str) -> bool:
    """Whether some account has this address, whatever its case アドレスの重複."""
    return models.Account.objects.filter(mail__iexact=mail.strip()).exists()


def accounts_of(municipality: directory.Municipality) -> QuerySet[models.Account]:
    """Accounts of the staff of one body アカウント."""
    return models.Account.objects.filter(staff__municipality=municipality).select_related("staff__municipality")


WHICH = {"no_account": "アカウントなし", "one_factor": "多要素認証なし", "closed": "停止"}
"""Ways to narrow the list of people, with their words."""


def staff_with_accounts(
    municipality: directory.Municipality, *, words: str, which: str
) -> QuerySet[directory.StaffMember]:
    """People of one body with their accounts, if any, and `second_factor`; narrowed by words and `WHICH` 職員の一覧."""
    found = _with_second_factor(municipality).order_by("name", "pk")
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(mail__icontains=word) | Q(department__path__icontains=word))
    match which:
        case "no_account":
            return found.filter(account__isnull=True)
        case "one_factor":
            return found.filter(*_without_second_factor(), account__is_active=True)
        case "closed":
            return found.filter(account__is_active=False)
    return found


def staff_with_account(municipality: directory.Municipality, staff_id: UUID) -> directory.StaffMember | None:
    """One of them 職員."""
    return _with_second_factor(municipality).filter(pk=staff_id).first()


def _with_second_factor(municipality: directory.Municipality) -> QuerySet[directory.StaffMember]:
    app, passkey = _second_factors()
    staff = directory_queries.staff_of(municipality).select_related("department", "account")
    return staff.annotate(second_factor=app | passkey)


def _without_second_factor() -> tuple[Q, Q]:
    app, passkey = _second_factors()
    return ~Q(app), ~Q(passkey)


def _second_factors() -> tuple[Exists, Exists]:
    app = models.Authenticator.objects.filter(account__staff=OuterRef("pk"))
    return Exists(app), Exists(models.Passkey.objects.filter(account__staff=OuterRef("pk")))


def account(account_id: UUID | str) -> models.Account | None:
    """One account アカウント."""
    return models.Account.objects.select_related("staff__municipality").filter(pk=account_id).first()


def account_of_staff(staff: directory.StaffMember) -> models.Account | None:
    """The account of this person, or None アカウント."""
    return models.Account.objects.filter(staff=staff).select_related("staff__municipality").first()


def account_of_mail(mail: str) -> models.Account | None:
    """The account with this address, whatever its case アカウント."""
    return models.Account.objects.select_related("staff__municipality").filter(mail__iexact=mail.strip()).first()


def rules_of(account: models.Account, *, mfa_by_default: bool, mfa_for_operators: bool) -> enrolment.Rules:
    """What is demanded of this account: by its municipality, or by the service where that has said nothing 設定."""
    if account.staff is None:
        return enrolment.Rules(mfa_required=mfa_for_operators, grace=timedelta())
    return rules_in(account.staff.municipality, mfa_by_default=mfa_by_default)


def rules_in(municipality: directory.Municipality, *, mfa_by_default: bool) -> enrolment.Rules:
    """What one municipality demands サインインの設定."""
    kept = models.SignInRules.objects.filter(municipality=municipality).first()
    if kept is None:
        return enrolment.Rules(mfa_required=mfa_by_default)
    return enrolment.Rules(
        mfa_required=kept.mfa_required,
        grace=timedelta(days=kept.grace_days),
        limits=sessions.Limits(
            idle=timedelta(minutes=kept.idle_minutes), absolute=timedelta(hours=kept.absolute_hours)
        ),
    )


def authenticator_of(account: models.Account) -> models.Authenticator | None:
    """The authenticator app of an account, or None 認証アプリ."""
    return models.Authenticator.objects.filter(account=account).first()


def has_second_factor(account: models.Account) -> bool:
    """Whether an authenticator app or a passkey is registered; recovery codes alone are none 二つ目の要素の有無."""
    return account.passkeys.exists() or models.Authenticator.objects.filter(account=account).exists()


def session(session_id: UUID, account: models.Account) -> models.Session | None:
    """A session of this account that nobody has ended; its limits are the caller's to look at セッション."""
    living = models.Session.objects.filter(pk=session_id, account=account, ended_at__isnull=True)
    return living.select_related("account__staff__municipality", "account__staff__department").first()


def sessions_of(account: models.Account, *, limits: sessions.Limits, at: datetime) -> list[models.Session]:
    """Where this account is signed in now, the latest use first サインイン中の端末."""
    begun = account.sessions.filter(ended_at__isnull=True, began_at__gt=at - limits.absolute)
    return [one for one in begun if sessions.ended(limits, began_at=one.began_at, seen_at=one.seen_at, at=at) is None]


def has_left(account: models.Account, *, at: datetime) -> bool:
    """Whether the account is closed, or its person's last day in Japan is over アカウントの停止."""
    left_on = account.staff.left_on if account.staff else None
    return not account.is_active or (left_on is not None and calendar.day_in_japan(at) > left_on)


def closed_accounts(municipality: directory.Municipality, *, on: date) -> frozenset[str]:
    """How the ledger names the accounts of one body that nobody should use any more 停止したアカウント."""
    own = models.Account.objects.filter(staff__municipality=municipality)
    ended = own.filter(Q(is_active=False) | Q(staff__left_on__lt=on))
    return frozenset(f"account:{account_id}" for account_id in ended.values_list("pk", flat=True))


def roles_granted(municipality: directory.Municipality, *, on: date) -> frozenset[str]:
    """Every role that somebody of this body holds on this day in Japan 付与済みの役割."""
    holding = models.RoleGrant.objects.filter(staff__municipality=municipality).filter(
        Q(begins_on__isnull=True) | Q(begins_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )
    return frozenset(holding.values_list("role", flat=True))
