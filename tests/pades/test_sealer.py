"""A sealer that lives for months: authorities with many machines, services that end, forks, full disks. 封緘器の試験"""

from __future__ import annotations

import multiprocessing
import resource
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import errors, keys, rehearsal, sealing, tokens, validation

AT = rehearsal.MOMENT


@dataclass
class Pool:
    """A timestamp authority with a certificate for each of its machines, asked in turn. 複数機の時刻認証局"""

    authority: rehearsal.Authority
    size: int
    asked: int = 0
    units: list[rehearsal._Issued] = field(default_factory=list)

    def __post_init__(self) -> None:
        root = self.authority._root
        self.units = [rehearsal._issue(f"unit {number}", root, timestamps=True) for number in range(self.size)]

    def candidates(self, at: datetime) -> Sequence[tokens.Authority]:
        return self.authority.candidates(at)

    def note(
        self,
        authority: tokens.Authority,
        *,
        fault: errors.PadesError | None,
        at: datetime,
        token: tokens.Token | None = None,
    ) -> None:
        """Nobody asks."""

    def ask(self, query: bytes, *, authority: tokens.Authority) -> bytes:
        self.authority._tsa = self.units[self.asked % self.size]
        self.asked += 1
        return self.authority.ask(query, authority=authority)


def sealer(authority: rehearsal.Authority, timestamper: tokens.Timestamper) -> sealing.Sealer:
    root = authority._root.asn1
    key = keys.FileKey(authority._signer.asn1, authority._signer.key, (root,))
    return sealing.Sealer(
        keyring=keys.Keyring.of(key), trust=authority.trust, timestamper=timestamper, revocation=authority
    )


def consented(made: sealing.Sealer) -> bytes:
    party = samples.statement("岩手 太郎", source=samples.plain(), at=AT)
    return made.consent_revision(samples.plain(), field="Consent1", party=party, at=AT)


@pytest.mark.parametrize("machines", [1, 2, 5])
def test_an_authority_with_many_machines_is_paid_once_for_each_seal(machines: int) -> None:
    authority = rehearsal.Authority()
    pool = Pool(authority, machines)
    made = sealer(authority, pool)
    first = consented(made)
    for _ in range(machines):  # until each machine was met
        try:
            made.archive_revision(first, at=AT)
        except errors.TimestampRejected:
            continue
    before = pool.asked
    sealed = made.archive_revision(first, at=AT)
    assert pool.asked == before + 1
    at = AT + timedelta(minutes=1)
    validation.check_revision(first, sealed, expected_fields=["Consent1"], trust=authority.trust, at=at, final=True)


def test_a_token_longer_than_expected_is_asked_for_once_more_and_then_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_FIRST_TOKEN", 100)
    monkeypatch.setattr(sealing, "_LARGEST_TOKEN", 200)
    authority = rehearsal.Authority()
    pool = Pool(authority, 1)
    made = sealer(authority, pool)
    consented(made)
    assert pool.asked == 2


def test_a_token_that_finds_no_room_was_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_FIRST_TOKEN", 100)
    monkeypatch.setattr(sealing, "_TRIES", 1)
    authority = rehearsal.Authority()
    with pytest.raises(errors.SealingFailed, match="no room") as caught:
        consented(sealer(authority, Pool(authority, 1)))
    assert caught.value.paid


def test_tokens_of_authorities_that_keep_changing_were_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    authority = rehearsal.Authority()
    made = sealer(authority, Pool(authority, 2))
    first = consented(made)
    monkeypatch.setattr(sealing, "_TRIES", 1)
    with pytest.raises(errors.TimestampRejected, match="keeps changing") as caught:
        made.archive_revision(first, at=AT)
    assert caught.value.paid


@dataclass
class Ending(Pool):
    """Issues one token, and then something happens."""

    fault: Exception = field(default_factory=errors.TimestampUnavailable)

    def ask(self, query: bytes, *, authority: tokens.Authority) -> bytes:
        if self.asked:
            raise self.fault
        return super().ask(query, authority=authority)


@pytest.mark.parametrize("fault", [errors.TimestampUnavailable(), OSError("no descriptor is left")])
def test_a_seal_that_ends_between_its_two_tokens_was_paid_for_and_the_next_one_begins_free(fault: Exception) -> None:
    authority = rehearsal.Authority()
    made = sealer(authority, Ending(authority, 1, fault=fault))
    for paid in (True, False):
        with pytest.raises(errors.PadesError) as caught:
            made.single_seal(samples.plain(), field="Seal", party=None, at=AT)
        assert (caught.value.retry, caught.value.paid) == (True, paid)
        fault.__dict__.pop("paid", None)


def test_an_authority_out_of_service_does_not_hold_up_the_one_that_answers(pki: pkis.Pki) -> None:
    first = rehearsal.Authority()
    made = sealer(first, Pool(first, 1))
    signed = consented(made)
    made._seen[b"gone"] = (pki.key.certificate,)  # its chain can be proven by nobody here
    sealed = made.archive_revision(signed, at=AT)
    assert len(sealed) > len(signed)
    assert b"gone" not in made._seen


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(samples.plain())
    child = multiprocessing.get_context("fork").Process(target=seal_with_little_room, args=(path,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert path.read_bytes() == samples.plain()


def seal_with_little_room(path: Path) -> None:
    authority = rehearsal.Authority()
    party = samples.statement("岩手 太郎", source=b"", at=AT)
    limit = len(samples.plain()) + 2000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with pytest.raises(errors.SealingFailed) as caught:
        authority.sealer().consent_in_file(path, field="Consent1", party=party, at=AT)
    assert caught.value.paid, "the token had been issued"


def test_the_child_of_a_fork_seals_although_its_parent_was_sealing() -> None:
    authority = rehearsal.Authority()
    made = authority.sealer()
    consented(made)
    with made._lock:  # as another thread of the parent holds it
        child = multiprocessing.get_context("fork").Process(target=consented, args=(made,))
        child.start()
    child.join(60)
    alive = child.is_alive()
    if alive:
        child.kill()
    assert (alive, child.exitcode) == (False, 0)


def test_many_threads_share_one_sealer() -> None:
    authority = rehearsal.Authority()
    made, results = authority.sealer(), []
    threads = [threading.Thread(target=lambda: results.append(consented(made))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 8
    for result in results:
        validation.check_revision(
            samples.plain(), result, expected_fields=["Consent1"], trust=authority.trust, at=AT, final=False
        )
