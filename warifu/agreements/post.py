"""Who is told what, and with which link 契約案件の通知.

Everything here takes part in the caller's transaction: invitation, message and deed stand or fall together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from warifu.access import actions as access
from warifu.access import models as access_models
from warifu.access import queries as access_queries
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.japan import calendar
from warifu.notifications import actions as notifications
from warifu.notifications import secretbox, wording
from warifu.notifications.wording import Kind

from . import lifecycle, models, queries, transition

KEEP_LINK = timedelta(days=365)
CODE_NAME = "code"
_TOLD = "相手方には、手続が終わったことをメールでお知らせします。"
_NOT_ASKED = "相手方には、まだ依頼を送っていません。"


@dataclass(frozen=True)
class Post:
    """Writes the mails about agreements; made by `warifu.wiring` 通知係."""

    box: secretbox.SecretBox
    public_url: str
    helpdesk_phone: str

    @property
    def verify_url(self) -> str:
        """Where anyone can check a PDF 検証ページ."""
        return f"{self.public_url}/verify/"

    def approval_request(self, agreement: models.Agreement, *, at: datetime) -> None:
        """To the approver 承認の依頼."""
        if agreement.approver is not None:
            self._to_staff(Kind.APPROVAL_REQUEST, agreement, agreement.approver, page="approve/", at=at)

    def approved(self, agreement: models.Agreement, *, at: datetime) -> None:
        """To the officer 承認の知らせ."""
        self._to_staff(Kind.APPROVED, agreement, agreement.in_charge, at=at)

    def returned(self, agreement: models.Agreement, *, by: str, at: datetime) -> None:
        """To the officer, with the reason 差戻しの知らせ."""
        self._to_staff(Kind.RETURNED, agreement, agreement.in_charge, page="contents/", by_name=by, at=at)

    def invite(self, agreement: models.Agreement, party: models.Party, *, at: datetime) -> None:
        """Ask a party: by a link of their own, or at the desk; every earlier link dies 合意の依頼.

        A counterparty that has consented gets a link to see how it stands, or to keep the files.
        """
        if party.side == models.Side.MUNICIPALITY:
            if agreement.authority is not None:
                for staff in agreement.authority.consenters.all():
                    self._to_staff(Kind.YOUR_TURN, agreement, staff, page="consent/", at=at)
            return
        if agreement.respond_by is None:
            raise ValueError("an agreement without a time to respond cannot be sent")
        code = access.new_access_code() if agreement.municipality.access_code_required else ""
        party.sealed_code = self.box.close({CODE_NAME: code}, at=at) if code else ""
        party.save(update_fields=["sealed_code"])
        if not hasattr(party, "consent"):
            self._with_link(Kind.CONSENT_REQUEST, agreement, party, code=code, until=agreement.respond_by, at=at)
            return
        # Who has consented is never asked again: the link leads to how it stands, or to the files.
        kind = Kind.CONCLUDED if agreement.state == lifecycle.State.CONCLUDED else Kind.LINK_AGAIN
        self._with_link(kind, agreement, party, code=code, until=at + KEEP_LINK, at=at)

    def code_of(self, party: models.Party) -> str:
        """The access code for the telephone, as the officer reads it out; "" where there is none 確認コード."""
        return self.box.open(party.sealed_code).get(CODE_NAME, "")

    def code_to_tell(self, party: models.Party, *, at: datetime) -> str:
        """That code while a link of this party lives, before and after its consent; else "" 伝える確認コード."""
        if not party.sealed_code:
            return ""
        lives = access_queries.living_invitations(at=at).filter(subject=_subject(party)).exists()
        return self.code_of(party) if lives else ""

    def one_time_code(
        self, party: models.Party, *, invitation: access_models.Invitation, by: Actor, at: datetime
    ) -> None:
        """A code to the invited address, in a transaction of its own ワンタイム確認コード."""
        agreement = party.agreement
        with transaction.atomic():
            code = access.make_one_time_code(invitation=invitation, by=by, at=at)
            values = self._values(agreement) | {"to_organisation": party.organisation, "to_name": party.name}
            self._queue(Kind.ACCESS_CODE, agreement, values, name=party.name, mail=invitation.mail, at=at, code=code)

    def declined(self, agreement: models.Agreement, party: models.Party, *, at: datetime) -> None:
        """To the officer; and to the other side, if it was asked, when the municipality declines 却下の知らせ."""
        if party.side == models.Side.COUNTERPARTY:
            self._to_staff(Kind.DECLINED, agreement, agreement.in_charge, by_name=party.organisation, at=at)
            return
        told = self._to_asked_counterparties(Kind.TURNED_DOWN, agreement, at=at)
        self._to_staff(
            Kind.DECLINED_HERE,
            agreement,
            agreement.in_charge,
            by_name=party.organisation,
            told=_TOLD if told else _NOT_ASKED,
            at=at,
        )

    def withdrawn(self, agreement: models.Agreement, *, at: datetime) -> None:
        """To every counterparty that has been asked already 取下げの知らせ."""
        self._to_asked_counterparties(Kind.WITHDRAWN, agreement, at=at)

    def _to_asked_counterparties(self, kind: Kind, agreement: models.Agreement, *, at: datetime) -> bool:
        """Whether there was one."""
        told = False
        turn = queries.whose_turn(queries.parties_of(agreement))
        for party in queries.parties_of(agreement):
            asked = turn is None or party.position <= turn.position
            if party.side == models.Side.COUNTERPARTY and asked:
                values = self._values(agreement) | {"to_organisation": party.organisation, "to_name": party.name}
                self._queue(kind, agreement, values, name=party.name, mail=party.mail, at=at)
                told = True
        return told

    def expired(self, agreement: models.Agreement, *, at: datetime) -> None:
        """To the officer, and to every counterparty that has been asked already 期限切れの知らせ."""
        self._to_staff(Kind.EXPIRED, agreement, agreement.in_charge, at=at)
        self._to_asked_counterparties(Kind.EXPIRED_OUTSIDE, agreement, at=at)

    def concluded(self, agreement: models.Agreement, *, at: datetime) -> None:
        """To both sides, the counterparty with a fresh link to its files 締結の知らせ."""
        self._to_staff(Kind.CONCLUDED_STAFF, agreement, agreement.in_charge, at=at)
        for party in queries.parties_of(agreement):
            if party.side == models.Side.COUNTERPARTY:
                code = self.code_of(party)
                # Who consented on a page that is still open presses "latest state" there and must not meet a dead link.
                self._with_link(
                    Kind.CONCLUDED, agreement, party, code=code, until=at + KEEP_LINK, at=at, revoke_earlier=False
                )

    def _with_link(
        self,
        kind: Kind,
        agreement: models.Agreement,
        party: models.Party,
        *,
        code: str,
        until: datetime,
        at: datetime,
        revoke_earlier: bool = True,
    ) -> None:
        _, token = access.issue_invitation(
            municipality=agreement.municipality,
            subject=_subject(party),
            mail=party.mail,
            code=code,
            expires_at=until,
            at=at,
            revoke_earlier=revoke_earlier,
        )
        values = self._values(agreement) | {
            "to_organisation": party.organisation,
            "to_name": party.name,
            "available": calendar.wareki(calendar.day_in_japan(until)),
        }
        link = f"{self.public_url}/c/{token}"
        self._queue(kind, agreement, values, name=party.name, mail=party.mail, at=at, link=link)

    def _to_staff(
        self,
        kind: Kind,
        agreement: models.Agreement,
        staff: directory.StaffMember,
        *,
        at: datetime,
        page: str = "",
        by_name: str = "",
        told: str = "",
    ) -> None:
        values = self._values(agreement) | {
            "to_name": staff.name,
            "by_name": by_name or agreement.in_charge.name,
            "told": told,
            "page": f"{self.public_url}/agreements/{agreement.pk}/{page}",
        }
        self._queue(kind, agreement, values, name=staff.name, mail=staff.mail, at=at)

    def _queue(
        self,
        kind: Kind,
        agreement: models.Agreement,
        values: dict[str, str],
        *,
        name: str,
        mail: str,
        at: datetime,
        **secrets: str,
    ) -> None:
        text = wording.compose(kind, values)
        notifications.queue(
            municipality=agreement.municipality,
            about=transition.target(agreement),
            kind=kind,
            to_name=name,
            to_mail=mail,
            subject=text.subject,
            body=text.body,
            key=self.box,
            secrets=secrets,
            host=urlsplit(self.public_url).hostname or "warifu.invalid",
            at=at,
        )

    def _values(self, agreement: models.Agreement) -> dict[str, str]:
        def day(at: datetime | None) -> str:
            return calendar.wareki(calendar.day_in_japan(at)) if at else ""

        return {
            "municipality": agreement.municipality.name,
            "department": agreement.department.path,
            "phone": agreement.department.phone or self.helpdesk_phone,
            "helpdesk": self.helpdesk_phone,
            "title": agreement.title,
            "number": agreement.number,
            "authority": agreement.authority.title if agreement.authority else "",
            "counterparty": agreement.counterparty.name if agreement.counterparty else "",
            "deadline": day(agreement.respond_by),
            "concluded": calendar.wareki_moment(agreement.concluded_at) if agreement.concluded_at else "",
            "reason": agreement.reason,
            "public_url": self.public_url,
        }


def _subject(party: models.Party) -> str:
    return f"party:{party.pk}"
