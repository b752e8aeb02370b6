"""Each verb of the room `access`, made ready to be run once 招待・サインインの行為."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests import city
from warifu.access import actions as access
from warifu.access import enrolment, networks, passkeys, sessions, totp
from warifu.access import models as access_models
from warifu.access.methods import Method
from warifu.access.rights import Role
from warifu.audit.actor import Actor
from warifu.directory import models as directory

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
Act = Callable[[], object]
Prepare = Callable[[Path], Act]


def invitation(code: str) -> access_models.Invitation:
    made, _ = access.issue_invitation(
        municipality=city.morioka(),
        subject="party:someone",
        mail="kudo@iwate-kensetsu.example.jp",
        code=code,
        expires_at=AT + timedelta(days=14),
        at=AT,
    )
    return made


def present_code(objects: Path) -> Act:
    made = invitation("12345678")
    return lambda: access.present_code(invitation=made, code="12345678", by=city.sato().actor, at=AT)


def make_one_time_code(objects: Path) -> Act:
    made = invitation("")
    return lambda: access.make_one_time_code(invitation=made, by=city.sato().actor, at=AT)


def account() -> access_models.Account:
    return access_models.Account.objects.get(mail="sato@morioka.example.jp")


def session() -> access_models.Session:
    return access.begin_session(
        account=account(),
        shown=[Method.PASSWORD],
        rules=enrolment.Rules(mfa_required=False),
        ip="192.0.2.10",
        agent="test",
        at=AT,
    )


def begin_session(objects: Path) -> Act:
    return session


def refuse(objects: Path) -> Act:
    return lambda: access.refuse(account=account(), method=Method.PASSWORD, ip="192.0.2.10", at=AT)


def prove(objects: Path) -> Act:
    begun = session()
    return lambda: access.prove(session=begun, method=Method.PASSWORD, by=city.sato().actor, at=AT)


def end_session(objects: Path) -> Act:
    begun = session()

    def end_twice() -> None:
        for _ in range(2):
            access.end_session(session=begun, why=sessions.End.SIGNED_OUT, by=city.sato().actor, at=AT)

    return end_twice


def end_sessions(objects: Path) -> Act:
    session()
    return lambda: access.end_sessions(account=account(), why=sessions.End.OWN, by=city.sato().actor, at=AT)


def open_account(objects: Path) -> Act:
    staff = city.sato().staff
    return lambda: access.open_account(staff=staff, letters=city.LETTERS, by=city.oikawa().actor, at=AT)


def open_operator_account(objects: Path) -> Act:
    by = Actor.service("command")
    return lambda: access.open_operator_account(mail="new@warifu.example.jp", letters=city.LETTERS, by=by, at=AT)


def ask_reset(objects: Path) -> Act:
    def ask_twice() -> None:
        for _ in range(2):
            access.ask_reset(mail="sato@morioka.example.jp", letters=city.LETTERS, ip="192.0.2.10", at=AT)

    return ask_twice


def set_password_by_link(objects: Path) -> Act:
    ask_reset(objects)()
    link = access_models.AccountLink.objects.get(used_at__isnull=True)
    return lambda: access.set_password_by_link(
        link=link, password="atarashii-nagai-aikotoba", letters=city.LETTERS, ip=None, at=AT
    )


def change_password(objects: Path) -> Act:
    return lambda: access.change_password(
        account=account(),
        password="atarashii-nagai-aikotoba",
        letters=city.LETTERS,
        by=city.sato().actor,
        at=AT,
    )


def of_account(verb: Callable[..., object], **more: object) -> Prepare:
    """A verb about 佐藤's account that an administrator performs."""
    return lambda objects: lambda: verb(account=account(), by=city.oikawa().actor, at=AT, **more)


def with_authenticator() -> str:
    secret = totp.new_secret()
    access.add_authenticator(
        account=account(),
        secret=secret,
        typed=city.one_time_password(secret, at=AT),
        keeper=city.KEEPER,
        letters=city.LETTERS,
        by=city.sato().actor,
        at=AT,
    )
    return secret


def set_networks(objects: Path, *, on_trial: bool = False) -> Act:
    policy = networks.Policy(True, (networks.Entry("k", "192.0.2.0/24"),))
    return lambda: access.set_networks(policy=policy, seen=0, on_trial=on_trial, by=city.chida(), at=AT)


def confirm_networks(objects: Path) -> Act:
    set_networks(objects, on_trial=True)()
    return lambda: access.confirm_networks(by=city.chida(), at=AT)


def stop_network_trial(objects: Path) -> Act:
    set_networks(objects, on_trial=True)()
    return lambda: access.stop_network_trial(by=city.chida(), at=AT)


def release_networks(objects: Path) -> Act:
    set_networks(objects)()
    return lambda: access.release_networks(
        municipality=city.morioka(), reason="電話での依頼", letters=city.LETTERS, by=Actor.service("command"), at=AT
    )


def appoint_first_administrator(objects: Path) -> Act:
    staff = directory.StaffMember.objects.get(mail="takahashi@takizawa.example.jp")
    access_models.RoleGrant.objects.filter(staff__municipality=staff.municipality).delete()
    access_models.Account.objects.filter(staff=staff).delete()
    by = Actor.service("command")
    return lambda: access.appoint_first_administrator(staff=staff, letters=city.LETTERS, by=by, at=AT)


def block(objects: Path) -> Act:
    def twice() -> None:
        for _ in range(2):
            access.block(account=account(), ip="198.51.100.7", at_sign_in=True, at=AT)

    return twice


def add_authenticator(objects: Path) -> Act:
    return with_authenticator


def remove_authenticator(objects: Path) -> Act:
    with_authenticator()
    return lambda: access.remove_authenticator(account=account(), letters=city.LETTERS, by=city.sato().actor, at=AT)


def with_passkey() -> access_models.Passkey:
    made = passkeys.Made(identifier="AAAA", credential=b"", uses=0, synced=False)
    return access.add_passkey(
        account=account(), made=made, name="庁内の端末", letters=city.LETTERS, by=city.sato().actor, at=AT
    )


def add_passkey(objects: Path) -> Act:
    return with_passkey


def remove_passkey(objects: Path) -> Act:
    passkey = with_passkey()
    return lambda: access.remove_passkey(passkey=passkey, letters=city.LETTERS, by=city.sato().actor, at=AT)


def set_rules(objects: Path) -> Act:
    rules = enrolment.Rules(mfa_required=True)
    return lambda: access.set_rules(municipality=city.morioka(), rules=rules, by=city.oikawa().actor, at=AT)


def grant_role(objects: Path) -> Act:
    return lambda: access.grant_role(
        staff=city.sato().staff,
        role=Role.KEEPER,
        department=None,
        begins_on=None,
        ends_on=None,
        letters=city.LETTERS,
        by=city.chida(),
        at=AT,
    )


def revoke_role(objects: Path) -> Act:
    grant = access_models.RoleGrant.objects.get(staff=city.sato().staff)
    return lambda: access.revoke_role(grant=grant, letters=city.LETTERS, by=city.chida(), at=AT)


def operator() -> access_models.Account:
    return access_models.Account.objects.get(mail="operator@warifu.example.jp")


def ask_mail_change(objects: Path) -> Act:
    by = Actor.service("command")
    return lambda: access.ask_mail_change(
        account=operator(), mail="new@warifu.example.jp", letters=city.LETTERS, by=by, at=AT
    )


def confirm_mail(objects: Path) -> Act:
    """An operator's; for a member of staff the register has a line of its own."""
    ask_mail_change(objects)()
    change = access_models.MailChange.objects.get()
    return lambda: access.confirm_mail(change=change, letters=city.LETTERS, ip=None, at=AT)


RUNS: dict[str, Prepare] = {
    "access.ask_mail_change": ask_mail_change,
    "access.confirm_mail": confirm_mail,
    "access.set_networks": set_networks,
    "access.confirm_networks": confirm_networks,
    "access.stop_network_trial": stop_network_trial,
    "access.release_networks": release_networks,
    "access.block": block,
    "access.appoint_first_administrator": appoint_first_administrator,
    "access.grant_role": grant_role,
    "access.revoke_role": revoke_role,
    "access.present_code": present_code,
    "access.make_one_time_code": make_one_time_code,
    "access.add_authenticator": add_authenticator,
    "access.add_passkey": add_passkey,
    "access.ask_reset": ask_reset,
    "access.begin_session": begin_session,
    "access.change_mail": of_account(access.change_mail, mail="misaki@morioka.example.jp", letters=city.LETTERS),
    "access.change_password": change_password,
    "access.clear_factors": of_account(access.clear_factors, letters=city.LETTERS),
    "access.close_account": of_account(access.close_account),
    "access.demand_new_password": of_account(access.demand_new_password),
    "access.make_recovery_codes": of_account(access.make_recovery_codes, letters=city.LETTERS),
    "access.open_account": open_account,
    "access.open_operator_account": open_operator_account,
    "access.release": of_account(access.release),
    "access.remove_authenticator": remove_authenticator,
    "access.remove_passkey": remove_passkey,
    "access.reopen_account": of_account(access.reopen_account),
    "access.set_password_by_link": set_password_by_link,
    "access.set_rules": set_rules,
    "access.refuse": refuse,
    "access.prove": prove,
    "access.end_session": end_session,
    "access.end_sessions": end_sessions,
}
