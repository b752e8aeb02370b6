"""Who is told what about an account アカウントの通知.

Everything here takes part in the caller's transaction, as a deed and its mail stand or fall together.
"""

from dataclasses import dataclass
from datetime import date, datetime
from string import Template
from typing import Protocol
from urllib.parse import urlsplit

from warifu.directory import models as directory
from warifu.japan import calendar

from . import actions, addresses, secretbox
from .account_texts import TEXTS, AccountKind


class RoleChange(Protocol):
    """Whose role was changed, how, and by whom, in words 役割の変更."""

    @property
    def whose(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def reach(self) -> str: ...
    @property
    def days(self) -> str: ...
    @property
    def by(self) -> str: ...


@dataclass(frozen=True)
class AccountLetters:
    """Writes the mails about accounts; made by `warifu.wiring` アカウントの通知係.

    `municipality` is None for operators. `account` is an opaque name (`account:<uuid>`), `token` the secret of a link,
    `until` its end, `what` a deed in the words of the mail; moments are aware.
    """

    box: secretbox.SecretBox
    public_url: str
    helpdesk_phone: str

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
        values = {"until": calendar.wareki_moment(until)}
        self._queue(AccountKind.INVITED, municipality, account, name, mail, values, at=at, token=token)

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
        values = {"until": calendar.wareki_moment(until)}
        self._queue(AccountKind.RESET, municipality, account, name, mail, values, at=at, token=token)

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
        values = {"until": calendar.wareki_moment(until)}
        self._queue(
            AccountKind.CONFIRM_MAIL, municipality, account, name, mail, values, at=at, token=token, place="mail"
        )

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
        """How somebody signs in was changed (IPA 6-ii) 変更の知らせ."""
        values = {"what": what, "moment": calendar.wareki_moment(at)}
        self._queue(AccountKind.CHANGED, municipality, account, name, mail, values, at=at)

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
        values = {"day": calendar.wareki(day), "place": place}
        self._queue(AccountKind.MOVED, municipality, account, name, mail, values, at=at)

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
        """An operator has lifted the limit of networks (IPA 6-ii) 接続元の制限の緊急解除の知らせ."""
        values = {"reason": reason, "moment": calendar.wareki_moment(at)}
        self._queue(AccountKind.NETWORKS, municipality, account, name, mail, values, at=at)

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
        """Somebody's role was granted or taken back; who has no address to write to is left out 役割の変更の知らせ."""
        if addresses.is_deliverable(mail):
            values = {
                "whose": change.whose,
                "what": change.what,
                "role": change.role,
                "reach": change.reach,
                "days": change.days,
                "by": change.by,
                "moment": calendar.wareki_moment(at),
            }
            self._queue(AccountKind.ROLE, municipality, staff, name, mail, values, at=at)

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
        """An identity provider has brought somebody whom the register did not know 職員の自動登録の知らせ."""
        values = {"what": what, "provider": provider, "moment": calendar.wareki_moment(at)}
        self._queue(AccountKind.STAFF_JOINED, municipality, account, name, mail, values, at=at)

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
        """Something of an identity provider ends soon, or has ended 職員認証の期限の知らせ."""
        values = {
            "provider": provider,
            "what": what,
            "end": calendar.wareki_moment(end),
            "happens": "過ぎました" if at >= end else "迎えます",
            "place": f"{self.public_url}/office/sso/",
        }
        self._queue(AccountKind.PROVIDER_ENDING, municipality, account, name, mail, values, at=at)

    def _queue(
        self,
        kind: AccountKind,
        municipality: directory.Municipality | None,
        account: str,
        name: str,
        mail: str,
        values: dict[str, str],
        *,
        at: datetime,
        token: str = "",
        place: str = "link",
    ) -> None:
        subject, body = TEXTS[kind]
        service = municipality.name if municipality else "運用者"
        shown = values | {"name": name, "service": service, "helpdesk": self.helpdesk_phone}
        actions.queue(
            municipality=municipality,
            about=account,
            kind=kind,
            to_name=name,
            to_mail=mail,
            subject=f"【{municipality.name if municipality else '割符'}】{subject}",
            body=Template(body).substitute(shown),
            key=self.box,
            secrets={"link": f"{self.public_url}/signin/{place}/{token}"} if token else None,
            host=urlsplit(self.public_url).hostname or "warifu.invalid",
            at=at,
        )
