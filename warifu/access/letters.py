"""What this room wants to have told; the outbox lives in a room beside it アカウントの通知."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypedDict

from warifu.directory import models as directory

from . import models


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """Whose role was changed, how, and by whom, in the words of a mail 役割の変更."""

    whose: str
    what: str
    role: str
    reach: str
    days: str
    by: str


class Letters(Protocol):
    """Writes a mail in the caller's transaction; `notifications.account_letters` does アカウントの通知係."""

    def invited(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        token: str,
        until: datetime,
        at: datetime,
    ) -> None:
        """A new account waits for its first password 利用開始の案内."""

    def reset(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        token: str,
        until: datetime,
        at: datetime,
    ) -> None:
        """Somebody asked for a new password 再設定の案内."""

    def staff_joined(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        what: str,
        provider: str,
        at: datetime,
    ) -> None:
        """An identity provider has brought somebody whom the register did not know; to administrators 自動登録."""

    def provider_ending(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        provider: str,
        what: str,
        end: datetime,
        at: datetime,
    ) -> None:
        """Something of an identity provider ends soon, or has ended; to administrators 期限の知らせ."""

    def confirm_mail(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        token: str,
        until: datetime,
        at: datetime,
    ) -> None:
        """Somebody wants to sign in with this address from now on アドレスの確認."""

    def changed(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        what: str,
        at: datetime,
    ) -> None:
        """How somebody signs in was changed 変更の知らせ."""

    def moved(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        day: date,
        place: str,
        at: datetime,
    ) -> None:
        """Somebody has another post from this day on 所属の変更の知らせ."""

    def networks_released(
        self,
        *,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        reason: str,
        at: datetime,
    ) -> None:
        """An operator has lifted the limit of networks 接続元の制限の緊急解除の知らせ."""

    def role_changed(
        self,
        *,
        municipality: directory.Municipality,
        staff: str,
        name: str,
        mail: str,
        change: RoleChange,
        at: datetime,
    ) -> None:
        """Somebody's role was granted or taken back; `staff` is an opaque name 役割の変更の知らせ."""


class Addressed(TypedDict):
    """To whom a mail about an account goes 宛先."""

    municipality: directory.Municipality | None
    account: str
    name: str
    mail: str


def addressed(account: models.Account) -> Addressed:
    """The person of an account, as `Letters` wants them named 宛先."""
    return {
        "municipality": account.staff.municipality if account.staff else None,
        "account": f"account:{account.pk}",
        "name": account.name,
        "mail": account.mail,
    }


def tell_change(letters: Letters, account: models.Account, *, what: str, at: datetime, mail: str = "") -> None:
    """Tell the person of an account what was changed, at `mail` or the account's own address 変更の知らせ."""
    to = addressed(account)
    if mail:
        to["mail"] = mail
    letters.changed(**to, what=what, at=at)
