"""The session behind a request: how it begins, what it may do, how it ends サインイン中のセッション.

Django's session only carries the number of ours; `access.models.Session` decides whether it lives.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from warifu import settings
from warifu.access import actions, enrolment, methods, models, queries, sessions
from warifu.access import person as access
from warifu.access.methods import Method

from . import origin, premises

NUMBER = "access_session"
RIGHTS = "rights"
POST = "post"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def rules_for(account: models.Account) -> enrolment.Rules:
    """What is demanded of this account サインインの設定."""
    return queries.rules_of(
        account,
        mfa_by_default=settings.MFA_REQUIRED,
        mfa_for_operators=settings.MFA_REQUIRED or not settings.TRIAL,
    )


def open_session(
    request: HttpRequest, account: models.Account, *, shown: Sequence[Method], at: datetime
) -> models.Session:
    """Begin a session for who has shown `shown`, under a new key; every way of signing in ends here サインイン.

    What the visitor's session held before (a form that waits) stays, unless it belonged to somebody else. Raises
    `errors.OutsideNetwork` for who stands at an address that their municipality does not list.
    """
    premises.require_inside(request, account, at=at)
    session = actions.begin_session(
        account=account,
        shown=shown,
        rules=rules_for(account),
        ip=origin.address_of(request),
        agent=request.headers.get("User-Agent", ""),
        at=at,
    )
    login(request, account, backend=BACKEND)
    request.session[NUMBER] = str(session.pk)
    request.session.pop(RIGHTS, None)
    request.session.pop(POST, None)
    return session


def close_session(request: HttpRequest, *, why: sessions.End, at: datetime) -> None:
    """End the session of this browser on the server サインアウト."""
    account, session = request.user, kept(request)
    if isinstance(account, models.Account) and session is not None:
        by = queries.actor_of(account, ip=origin.address_of(request), at=at)
        actions.end_session(session=session, why=why, by=by, at=at)
    logout(request)


def renew_key(request: HttpRequest) -> None:
    """A new key for the same session, after anything that raises what it may do (IPA 4-iv-a) セッションIDの更新."""
    request.session.cycle_key()


def why_ended(request: HttpRequest, account: models.Account, *, at: datetime) -> sessions.End | None:
    """None for a session that lives, and `session_of` then knows it; else why it does not セッションの確認."""
    session = kept(request)
    # The session's row brought the person along; the account of the request would ask for them again.
    if queries.has_left(session.account if session else account, at=at):
        return sessions.End.CLOSED
    if session is None:
        return sessions.End.OWN
    rules = rules_for(session.account)
    ended = sessions.ended(rules.limits, began_at=session.began_at, seen_at=session.seen_at, at=at)
    if ended is None:
        request.access_session = session  # type: ignore[attr-defined]  # read by session_of
        request.access_rules = rules  # type: ignore[attr-defined]  # read by rules_of
    return ended


def rules_of(request: HttpRequest) -> enrolment.Rules:
    """What is demanded of the person of this request サインインの設定."""
    rules = getattr(request, "access_rules", None)
    return rules if isinstance(rules, enrolment.Rules) else rules_for(session_of(request).account)


def session_of(request: HttpRequest) -> models.Session:
    """The living session of this request; raises PermissionDenied where the guard has seen none セッション."""
    session = getattr(request, "access_session", None)
    if not isinstance(session, models.Session):
        raise PermissionDenied
    return session


def is_fresh(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the person has shown who they are a moment ago 本人確認の新しさ."""
    within = timedelta(minutes=settings.STEP_UP_MINUTES)
    return sessions.is_fresh(session_of(request).proved_at, at=at, within=within)


def evidence(request: HttpRequest) -> str:
    """How we know the person of this request, in the words that a consent carries 本人確認の方法."""
    session = session_of(request)
    again = Method(session.proved_by) if session.proved_by else None
    return methods.evidence(methods.read(session.methods), again)


def shown(request: HttpRequest) -> tuple[Method, ...]:
    """How the session of this browser began, also before the guard has looked at it サインインの方法."""
    session = kept(request)
    return methods.read(session.methods) if session else ()


def chosen_post(request: HttpRequest) -> int | None:
    """In which post the person has chosen to act since they signed in 選んだ所属."""
    chosen = request.session.get(POST)
    return chosen if isinstance(chosen, int) else None


def choose_post(request: HttpRequest, post_id: int) -> None:
    """From the next request on, act in this post; one that is not theirs changes nothing 所属の選択."""
    request.session[POST] = post_id


def note_rights(request: HttpRequest, person: access.Person) -> None:
    """A new key when what the person may do has changed since the last page (IPA 4-iv-a) 権限の変更."""
    held = sorted((grant.role.value, str(grant.department_id)) for grant in person.grants)
    digest = hashlib.sha256(repr(held).encode()).hexdigest()
    before = request.session.get(RIGHTS)
    if before != digest:
        if before is not None:
            renew_key(request)
        request.session[RIGHTS] = digest


def kept(request: HttpRequest) -> models.Session | None:
    """The session that this browser carries, if nobody has ended it; its limits are not looked at セッションの控え."""
    number, account = request.session.get(NUMBER), request.user
    if not number or not isinstance(account, models.Account):
        return None
    return queries.session(UUID(number), account)
