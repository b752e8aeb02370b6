"""IPA 8: mail header injection メールヘッダ・インジェクション."""

import re

import pytest
from django.test import Client

from tests import city
from tests.house import floors
from tests.web.entrance import people
from warifu.notifications import actions, errors
from warifu.notifications import models as notifications
from warifu.web import clock

from . import source

pytestmark = pytest.mark.django_db
BREAKS = ["\r\nBcc: x@evil.example", "\nBcc: x@evil.example", "\rX: y", "\u2028x", "\x00"]


def queue(*, subject: str = "件名", to_name: str = "工藤 正一") -> None:
    actions.queue(
        municipality=city.morioka(),
        about="agreement:x",
        kind="consent_request",
        body="本文",
        key=city.BOX,
        at=clock.now(),
        subject=subject,
        to_name=to_name,
        to_mail="kudo@iwate-kensetsu.example.jp",
    )


def test_8_i_a_a_subject_with_a_line_break_is_not_taken(cast: None) -> None:
    for mark in BREAKS:
        with pytest.raises(errors.HeaderNotAllowed):
            queue(subject=f"件名{mark}")
    assert not notifications.Message.objects.exists()


def test_8_i_b_mails_are_made_by_the_library_of_mails_only() -> None:
    """Nothing of ours writes a header line or speaks SMTP."""
    for path in floors.modules():
        assert not source.imported(path) & {"smtplib", "poplib", "imaplib"}, path
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""f?["'](?:To|Cc|Bcc|Subject): """, text), path


def test_8_ii_no_field_of_a_page_says_to_whom_a_mail_goes(cast: None) -> None:
    typed = {"mail": people.SATO, "to": "x@evil.example", "to_mail": "x@evil.example", "cc": "x@evil.example"}
    Client().post("/signin/forgotten/", typed | {"username": people.SATO})
    sent_to = set(notifications.Message.objects.values_list("to_mail", flat=True))
    assert sent_to <= {people.SATO}
    assert sent_to, "a mail to the account's own address"


def test_8_iii_a_name_with_a_line_break_is_not_taken(cast: None) -> None:
    client = people.signed_in()
    for mark in BREAKS:
        with pytest.raises(errors.HeaderNotAllowed):
            queue(to_name=f"工藤{mark}")
    for mark in ("\r\nBcc: x@evil.example", "\u2028x"):
        typed = {"name": f"岩手{mark}建設", "signatory_name": "工藤", "mail": "a@example.jp"}
        assert client.post("/counterparties/new/", typed).status_code == 422
