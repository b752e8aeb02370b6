"""The local mailbox of the embedded default."""

import stat
import threading
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from warifu.directory import models as directory
from warifu.notifications.mailbox import MailboxDirectory

from . import people


def test_a_delivered_message_can_be_read_as_it_was_written(morioka: directory.Municipality, tmp_path: Path) -> None:
    local = MailboxDirectory(tmp_path / "data" / "mailbox")
    message = people.queued(morioka)
    assert people.deliver(message, local.send) is True
    (letter,) = local.messages()
    assert letter.subject == message.subject
    assert letter.to == "工藤 正一 <kudo@iwate-kensetsu.example.jp>"
    assert letter.sender == "割符 電子契約 <noreply@warifu.example.jp>"
    assert letter.sent_at == people.NOON
    assert letter.message_id == message.message_id
    assert letter.body == message.body.replace("{link}", people.LINK)
    assert local.letter(letter.key) == letter


def test_mails_are_for_this_user_only(tmp_path: Path) -> None:
    local = MailboxDirectory(tmp_path / "mailbox")
    local.send(EmailMessage("件名", "本文", "a@example.jp", ["b@example.jp"]))
    kept = [path for path in (tmp_path / "mailbox").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert stat.S_IMODE((tmp_path / "mailbox").stat().st_mode) == 0o700


def test_the_newest_mails_come_first_and_no_more_than_asked(tmp_path: Path) -> None:
    local = MailboxDirectory(tmp_path / "mailbox")
    for number in range(12):
        local.send(EmailMessage(f"{number}", "本文", "a@example.jp", ["b@example.jp"]))
    assert [letter.subject for letter in local.messages(3)] == ["11", "10", "9"]
    assert len(local.messages()) == 12


def test_a_mail_put_there_by_another_program_does_not_break_the_list(tmp_path: Path) -> None:
    local = MailboxDirectory(tmp_path / "mailbox")
    local.send(EmailMessage("件名", "本文", "a@example.jp", ["b@example.jp"]))
    for name, content in (("odd", b"\xff\xfe no header at all"), ("bad", b"Date: yesterday\nSubject: x\n\nbody")):
        (tmp_path / "mailbox" / "new" / name).write_bytes(content)
    assert local.messages()[0].subject == "件名"
    assert len(local.messages()) == 3


@pytest.mark.parametrize("key", ["", "nothing", "../../etc/passwd"])
def test_a_key_that_names_no_mail_gives_none(tmp_path: Path, key: str) -> None:
    local = MailboxDirectory(tmp_path / "mailbox")
    local.send(EmailMessage("件名", "本文", "a@example.jp", ["b@example.jp"]))
    assert local.letter(key) is None


def test_eight_workers_lose_no_mail(tmp_path: Path) -> None:
    local = MailboxDirectory(tmp_path / "mailbox")

    def work() -> None:
        for _ in range(10):
            local.send(EmailMessage("件名", "本文", "a@example.jp", ["b@example.jp"]))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(local.messages(1000)) == 80


def test_a_directory_that_somebody_made_empty_is_a_mailbox_too(tmp_path: Path) -> None:
    (tmp_path / "mailbox").mkdir()
    local = MailboxDirectory(tmp_path / "mailbox")
    assert local.messages() == []
    local.send(EmailMessage("件名", "本文", "from@example.jp", ["to@example.jp"]))
    assert [letter.subject for letter in local.messages()] == ["件名"]
