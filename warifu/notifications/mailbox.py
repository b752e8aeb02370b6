"""The embedded default's transport: a directory of mails that one can look at 試験用の受信箱."""

import email
import email.policy
import mailbox
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.mail import EmailMessage

_DELIVERED = re.compile(r"(\d+)\.M(\d+)P\d+Q(\d+)")


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivered mail in plain values 受信したメール.

    `sent_at` is aware, or None when the mail has no readable date.
    """

    key: str
    message_id: str
    sender: str
    to: str
    subject: str
    sent_at: datetime | None
    body: str


class MailboxDirectory:
    """A Maildir that takes mails and shows them; several processes may use it at once 受信箱."""

    def __init__(self, path: Path) -> None:
        """`path` is made, for this user only, when it is missing."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path

    def send(self, message: EmailMessage) -> None:
        """Deliver one mail: complete and on disk when this returns 送信."""
        self._maildir().add(message.message().as_bytes())

    def messages(self, limit: int = 100) -> list[Letter]:
        """The last delivered mails, newest first 受信したメール."""
        maildir = self._maildir()
        keys = sorted(maildir.iterkeys(), key=_order, reverse=True)
        return [_letter(key, maildir.get_bytes(key)) for key in keys[:limit]]

    def letter(self, key: str) -> Letter | None:
        """One mail by its key, or None 受信したメール一通."""
        maildir = self._maildir()
        return _letter(key, maildir.get_bytes(key)) if key in maildir else None

    def _maildir(self) -> "mailbox.Maildir":
        # Made anew each time: its table of contents is not meant to be shared between threads. The parts are made here,
        # because Maildir makes them only where the directory itself is absent, and somebody may have made that one.
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in ("tmp", "new", "cur"):
            (self._path / part).mkdir(mode=0o700, exist_ok=True)
        return mailbox.Maildir(self._path, create=True)


def _order(key: str) -> tuple[int, int, int, str]:
    found = _DELIVERED.match(key)
    return (int(found[1]), int(found[2]), int(found[3]), key) if found else (0, 0, 0, key)


def _letter(key: str, content: bytes) -> Letter:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    date = parsed["Date"]
    body = parsed.get_body(preferencelist=("plain",))
    return Letter(
        key=key,
        message_id=str(parsed["Message-ID"] or "").strip(),
        sender=str(parsed["From"] or "").strip(),
        to=str(parsed["To"] or "").strip(),
        # A folded header keeps the space of its first fold (RFC 5322 §2.2.3), which no mail program shows.
        subject=str(parsed["Subject"] or "").strip(),
        sent_at=date.datetime if date is not None else None,
        body=str(body.get_content()) if body is not None else "",
    )
