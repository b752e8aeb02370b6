"""What every address needs of whoever comes, in one table 経路の表.

The doors read it (`admission`), the manual's page and the matrix test are made from it, and a route without a line does
not start. What a line cannot say is the rooms' own: whether this very thing is the visitor's (404) and whether now is
the time (409).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from warifu.access.rights import Right


class Visitor(StrEnum):
    """For whom an address is 来訪者の区分."""

    PUBLIC = "誰でも"
    TRIAL = "誰でも（試験環境だけ）"
    COUNTERPARTY = "招待の届いた事業者"
    ACCOUNT = "サインインした人"
    OPERATOR = "運用者"
    STAFF = "職員"
    SYSTEM = "連携用トークンを持つシステム"


class Thing(StrEnum):
    """Whose is what an address names, in the places that it has 経路が指すもの."""

    OWN = "その団体のもの"
    EACH = "団体ごとに番号のあるもの"
    NOBODYS = "どの団体のものでもないもの"


OPEN = frozenset({Visitor.PUBLIC, Visitor.TRIAL, Visitor.COUNTERPARTY, Visitor.SYSTEM})
"""Nobody has to sign in there; who comes by a link is looked at by the counter's own door."""


@dataclass(frozen=True, slots=True)
class Need:
    """One line: for whom, and which rights open it, any one of them; none means every member of staff 経路に要るもの.

    `consenters`: also whoever is named as consenting in some contracting authority's name, without any role. `names`
    is about addresses with a place for something: what is one body's own is not found by any other.
    """

    visitor: Visitor
    rights: frozenset[Right] = frozenset()
    consenters: bool = False
    names: Thing = Thing.OWN

    def names_rights(self) -> bool:
        """Whether signing in alone does not open it 権限の要否."""
        return bool(self.rights) or self.consenters


def staff(*rights: Right, consenters: bool = False, names: Thing = Thing.OWN) -> Need:
    """A page of the staff that any one of these rights opens 職員の画面."""
    return Need(Visitor.STAFF, frozenset(rights), consenters, names)


PUBLIC, TRIAL, COUNTERPARTY = Need(Visitor.PUBLIC), Need(Visitor.TRIAL), Need(Visitor.COUNTERPARTY)
ACCOUNT, OPERATOR = Need(Visitor.ACCOUNT), Need(Visitor.OPERATOR)
DRAFT, READ = staff(Right.DRAFT), staff(Right.READ)
READ_OR_CONSENT, CONSENT = staff(Right.READ, consenters=True), staff(consenters=True)

_CONSOLE = {
    "console:mailbox": TRIAL,
    "console:letter": TRIAL,
    "console:gallery": TRIAL,
    "console:status": OPERATOR,
    "console:seals": OPERATOR,
    "console:statistics": OPERATOR,
    "console:bodies": OPERATOR,
    "console:body_new": OPERATOR,
    "console:body": OPERATOR,
    "console:body_deed": OPERATOR,
    "console:alive": PUBLIC,
    "console:ready": PUBLIC,
}
_COUNTER = {
    "counter:enter": COUNTERPARTY,
    "counter:landing": COUNTERPARTY,
    "counter:send_code": COUNTERPARTY,
    "counter:read": COUNTERPARTY,
    "counter:consent": COUNTERPARTY,
    "counter:decline": COUNTERPARTY,
    "counter:state": COUNTERPARTY,
    "counter:document": COUNTERPARTY,
    "counter:file": COUNTERPARTY,
    "counter:evidence": COUNTERPARTY,
}
_SYSTEMS = {f"scim:{name}": Need(Visitor.SYSTEM) for name in ("many", "one")}
_ENTRANCE = {
    "verify:page": PUBLIC,
    "entrance:signin": PUBLIC,
    "entrance:second": PUBLIC,
    "entrance:passkey": PUBLIC,
    "entrance:forgotten": PUBLIC,
    "entrance:asked": PUBLIC,
    "entrance:follow": PUBLIC,
    "entrance:choose": PUBLIC,
    "entrance:sso_start": PUBLIC,
    "entrance:sso_back": PUBLIC,
    "entrance:sso_consume": PUBLIC,
    "entrance:sso_finish": PUBLIC,
    "entrance:sso_metadata": PUBLIC,
    "entrance:sso_logout": PUBLIC,
    "entrance:left": PUBLIC,
    "entrance:again_by_provider": ACCOUNT,
    "entrance:again": ACCOUNT,
    "entrance:resume": ACCOUNT,
    "entrance:signout": ACCOUNT,
    "entrance:account": ACCOUNT,
    "entrance:mail_follow": PUBLIC,
    "entrance:mail_confirm": PUBLIC,
    "entrance:mail": ACCOUNT,
    "entrance:password": ACCOUNT,
    "entrance:enrol": ACCOUNT,
    "entrance:authenticator": ACCOUNT,
    "entrance:authenticator_remove": ACCOUNT,
    "entrance:passkey_new": ACCOUNT,
    "entrance:passkey_remove": ACCOUNT,
    "entrance:recovery_codes": ACCOUNT,
    "entrance:browsers": ACCOUNT,
    "entrance:browser_end": ACCOUNT,
    "entrance:browsers_end": ACCOUNT,
}
_OFFICE = {
    "office:anomalies": staff(Right.LEDGER),
    "office:anomaly": staff(Right.LEDGER),
    "office:anomaly_rules": staff(Right.SETTINGS),
    "office:imports": staff(Right.ORGANISATION, Right.COUNTERPARTIES),
    "office:import_new": staff(Right.ORGANISATION, names=Thing.NOBODYS),
    "office:firms_import_new": staff(Right.COUNTERPARTIES),
    "office:import": staff(Right.ORGANISATION),
    "office:firms_import": staff(Right.COUNTERPARTIES),
    "office:import_decide": staff(Right.ORGANISATION),
    "office:firms_import_decide": staff(Right.COUNTERPARTIES),
    "office:import_result": staff(Right.ORGANISATION),
    "office:firms_import_result": staff(Right.COUNTERPARTIES),
    "office:export": staff(Right.ORGANISATION, names=Thing.NOBODYS),
    "office:firms_export": staff(Right.COUNTERPARTIES),
    "office:firms_import_addresses": staff(Right.COUNTERPARTIES),
    "office:firms_export_addresses": staff(Right.COUNTERPARTIES),
    "office:firms_import_delegates": staff(Right.COUNTERPARTIES),
    "office:firms_export_delegates": staff(Right.COUNTERPARTIES),
    "office:ledger": staff(Right.LEDGER),
    "office:ledger_line": staff(Right.LEDGER, names=Thing.EACH),
    "office:ledger_sheet": staff(Right.LEDGER),
    "office:ledger_export": staff(Right.LEDGER),
    "office:ledger_lines": staff(Right.LEDGER),
    "office:ledger_roots": staff(Right.LEDGER),
    "office:roles": staff(Right.ROLES),
    "office:role_holder": staff(Right.ROLES),
    "office:role_revoke": staff(Right.ROLES),
    "office:accounts": staff(Right.SIGN_IN),
    "office:account": staff(Right.SIGN_IN),
    "office:account_deed": staff(Right.SIGN_IN),
    "office:providers": staff(Right.SIGN_IN),
    "office:provider_only": staff(Right.SIGN_IN),
    "office:waiting": staff(Right.SIGN_IN),
    "office:waiting_decide": staff(Right.SIGN_IN),
    "office:tokens": staff(Right.SIGN_IN),
    "office:token_revoke": staff(Right.SIGN_IN),
    "office:provider_new": staff(Right.SIGN_IN, names=Thing.NOBODYS),
    "office:provider": staff(Right.SIGN_IN),
    "office:provider_change": staff(Right.SIGN_IN),
    "office:provider_test": staff(Right.SIGN_IN),
    "office:provider_tested": staff(Right.SIGN_IN),
    "office:provider_switch": staff(Right.SIGN_IN),
    "office:sign_in_rules": staff(Right.SIGN_IN),
    "office:onboarding": staff(Right.SIGN_IN),
    "office:onboarding_ask": staff(Right.SIGN_IN),
    "office:networks": staff(Right.SIGN_IN),
    "office:networks_blocked": staff(Right.SIGN_IN),
    "office:network_rules": staff(Right.SIGN_IN),
    "office:network_new": staff(Right.SIGN_IN),
    "office:network_trial": staff(Right.SIGN_IN),
    "office:network_change": staff(Right.SIGN_IN),
    "office:network_remove": staff(Right.SIGN_IN),
    "office:transfers": staff(Right.ORGANISATION),
    "office:transfer_new": staff(Right.ORGANISATION),
    "office:transfer": staff(Right.ORGANISATION),
    "office:transfer_departments": staff(Right.ORGANISATION),
    "office:transfer_handover": staff(Right.ORGANISATION),
    "office:transfer_move_new": staff(Right.ORGANISATION),
    "office:transfer_move": staff(Right.ORGANISATION),
    "office:transfer_move_drop": staff(Right.ORGANISATION),
    "office:transfer_confirm": staff(Right.ORGANISATION),
    "office:transfer_reopen": staff(Right.ORGANISATION),
    "office:transfer_cancel": staff(Right.ORGANISATION),
    "office:transfer_undo": staff(Right.ORGANISATION),
    "office:people": staff(Right.ORGANISATION),
    "office:person": staff(Right.ORGANISATION),
    "office:person_new": staff(Right.ORGANISATION),
    "office:person_change": staff(Right.ORGANISATION),
    "office:person_post": staff(Right.ORGANISATION),
    "office:person_post_end": staff(Right.ORGANISATION),
    "office:person_leave": staff(Right.ORGANISATION),
    "office:person_back": staff(Right.ORGANISATION),
    "office:groups": staff(Right.ORGANISATION),
    "office:group": staff(Right.ORGANISATION),
    "office:group_new": staff(Right.ORGANISATION),
    "office:group_change": staff(Right.ORGANISATION),
    "office:group_drop": staff(Right.ORGANISATION),
    "office:group_remove": staff(Right.ORGANISATION),
    **{
        f"office:{name}": staff(Right.FOLDERS)
        for name in (
            "folders",
            "folder_new",
            "folder_rule",
            "folder",
            "folder_change",
            "folder_move",
            "folder_close",
            "folder_people",
            "folder_right",
            "folder_right_take",
        )
    },
    "office:settings": staff(Right.SETTINGS),
    "office:statistics": staff(Right.STATISTICS),
    "office:statistics_sheet": staff(Right.STATISTICS),
    "office:statistics_papers": staff(Right.SETTINGS),
    "office:statistics_savings": staff(Right.SETTINGS),
    "office:region": staff(Right.REGION),
    "office:region_sheet": staff(Right.REGION),
    "office:recipients": staff(Right.RECIPIENTS),
    "office:recipient_new": staff(Right.RECIPIENTS),
    "office:recipient_remove": staff(Right.RECIPIENTS),
    "office:titles": staff(Right.TITLES),
    "office:title_new": staff(Right.TITLES),
    "office:title": staff(Right.TITLES),
    "office:title_change": staff(Right.TITLES),
    "office:title_replace": staff(Right.TITLES),
    "office:title_end": staff(Right.TITLES),
    "office:title_holder": staff(Right.TITLES),
    "office:title_holder_end": staff(Right.TITLES),
    "office:title_deputy": staff(Right.TITLES),
    "office:title_deputy_end": staff(Right.TITLES),
    "office:title_users": staff(Right.TITLES),
    "office:title_consenter": staff(Right.TITLES),
    "office:title_consenter_end": staff(Right.TITLES),
    "office:title_approver": staff(Right.TITLES),
    "office:title_approver_end": staff(Right.TITLES),
    "office:departments": staff(Right.ORGANISATION),
    "office:department": staff(Right.ORGANISATION),
    "office:department_new": staff(Right.ORGANISATION),
    "office:department_change": staff(Right.ORGANISATION),
    "office:department_end": staff(Right.ORGANISATION),
    "office:department_cancel": staff(Right.ORGANISATION),
}
_DESK = {
    "desk:home": staff(),
    "desk:me": staff(),
    "desk:post": staff(),
    "desk:new": DRAFT,
    "desk:files": DRAFT,
    "desk:remove": DRAFT,
    "desk:drop": DRAFT,
    "desk:contents": DRAFT,
    "desk:parties": DRAFT,
    "desk:choose_firm": DRAFT,
    "desk:choose_recipient": DRAFT,
    "desk:seals": DRAFT,
    "desk:bare_document": DRAFT,
    "desk:confirm": DRAFT,
    "desk:send": DRAFT,
    "desk:reissue": DRAFT,
    "desk:reopen": DRAFT,
    "desk:withdraw": DRAFT,
    "desk:agreement": READ_OR_CONSENT,
    "desk:document": READ_OR_CONSENT,
    "desk:approvals": staff(Right.APPROVE),
    "desk:approve": staff(Right.APPROVE),
    "desk:consents": CONSENT,
    "desk:consent": CONSENT,
    "desk:records": READ,
    "desk:record": READ,
    "desk:record_file": READ,
    "desk:record_validation": READ,
    "desk:record_evidence": staff(Right.EVIDENCE),
    "desk:records_refile": staff(Right.FILE),
    "desk:expiring": READ,
    "desk:periods": staff(Right.VALIDATE),
    "desk:period": staff(Right.VALIDATE),
    "desk:period_sheet": staff(Right.VALIDATE),
    "desk:municipality": staff(Right.SETTINGS),
    "desk:counterparties": staff(Right.READ, Right.COUNTERPARTIES),
    "desk:counterparty_new": staff(Right.COUNTERPARTIES),
    "desk:counterparty": staff(Right.READ, Right.COUNTERPARTIES),
    "desk:counterparty_duplicates": staff(Right.COUNTERPARTIES),
    "desk:counterparty_change": staff(Right.COUNTERPARTIES),
    "desk:counterparty_stop": staff(Right.COUNTERPARTIES),
    "desk:counterparty_resume": staff(Right.COUNTERPARTIES),
    "desk:counterparty_merge": staff(Right.COUNTERPARTIES),
    "desk:counterparty_note": staff(Right.COUNTERPARTIES),
    "desk:counterparty_note_remove": staff(Right.COUNTERPARTIES),
    "desk:address_new": staff(Right.COUNTERPARTIES),
    "desk:address": staff(Right.COUNTERPARTIES),
    "desk:address_stop": staff(Right.COUNTERPARTIES),
    "desk:address_resume": staff(Right.COUNTERPARTIES),
    "desk:delegate_new": staff(Right.COUNTERPARTIES),
    "desk:delegate": staff(Right.COUNTERPARTIES),
    "desk:delegate_end": staff(Right.COUNTERPARTIES),
}
NEEDS: Mapping[str, Need] = MappingProxyType(_CONSOLE | _SYSTEMS | _COUNTER | _ENTRANCE | _DESK | _OFFICE)


def of(route: str) -> Need:
    """The line of a route; raises `ImproperlyConfigured` where there is none 経路に要るもの."""
    if route not in NEEDS:
        raise ImproperlyConfigured(f"{route} has no line in warifu/web/needs.py")
    return NEEDS[route]


def problems() -> list[str]:
    """Routes without a line, lines without a route, and views whose door says another thing 表の不備."""
    found = dict(routes())
    told = [f"{route} has no line in warifu/web/needs.py" for route in found if route not in NEEDS]
    told += [f"warifu/web/needs.py names {route}, which no address has" for route in NEEDS if route not in found]
    for route, need in NEEDS.items():
        if route in found and (need.visitor in OPEN) is getattr(found[route].callback, "login_required", True):
            told.append(f"{route} is for {need.visitor.name}, but its view says otherwise (login_not_required)")
    return told


def require_complete() -> None:
    """Raises `ImproperlyConfigured` unless every route has its line 表の確認."""
    if found := problems():
        raise ImproperlyConfigured("; ".join(found))


def check(**_: object) -> list[checks.CheckMessage]:
    """The same as a system check of Django's 表の検査."""
    return [checks.Error(problem, id="warifu.E001") for problem in problems()]


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Every address by its name 経路."""
    yield from _below(get_resolver().url_patterns, "")


def _below(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}", pattern
