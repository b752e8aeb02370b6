"""A ledger written anew as a whole is found against yesterday's root; so is a root that somebody made up."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.standins import trial
from warifu import wiring
from warifu.audit import models, queries, record, roots, verification
from warifu.cli import ledger as command
from warifu.japan import calendar
from warifu.pades import chains, errors, tokens, trust
from warifu.pades.transports import revocation, tsa

from . import emptying, people

pytestmark = pytest.mark.django_db
Stamp = Callable[[bytes], roots.Stamp]


def today() -> date:
    return calendar.day_in_japan(datetime.now(UTC))


@pytest.fixture
def anchors(authority_directory: Path) -> trust.TrustAnchors:
    return trust.TrustAnchors.load([authority_directory / "root.pem"])


@pytest.fixture
def stamp(
    anchors: trust.TrustAnchors, standin_tsa: trial.StandinTsa, standin_revocation: trial.StandinRevocation
) -> Stamp:
    standin_tsa.mode = standin_revocation.mode = "ok"
    source = revocation.HttpRevocation(routes=standin_revocation.routes, wire=city.LINE, seconds=city.PATIENCE)
    asked = tsa.HttpTimestamper(services=tsa.services([standin_tsa.url], seconds=city.PATIENCE), wire=city.LINE)
    checked = chains.RevocationLedger(trust=anchors, source=source)

    def ask(digest: bytes) -> roots.Stamp:
        at = datetime.now(UTC)
        token = tokens.request(digest, "sha256", timestamper=asked, ledger=checked, trust=anchors, at=at)
        return roots.Stamp(token.der, token.generated_at, token.authority)

    return ask


@pytest.fixture
def stamped(anchors: trust.TrustAnchors) -> Callable[[bytes, bytes], datetime | None]:
    return lambda token, digest: wiring.root_stamped(token, digest, trust=anchors)


def make(stamp: Stamp, days_ago: int) -> models.DailyRoot:
    made = roots.make(day=today() - timedelta(days=days_ago), stamp=stamp, at=datetime.now(UTC))
    assert made is not None
    return made


def two_days(stamp: Stamp) -> None:
    people.write(4)
    people.write(2, ledger=people.TAKIZAWA)
    make(stamp, 2)
    people.write(4)
    make(stamp, 1)
    people.write(1)


def rewrite(ledger: str, place: int) -> None:
    """Somebody with every power writes the ledger anew from `place`: digests, head and all; the chain is one again."""
    emptying.run("default", emptying.removal(connection.vendor))
    entries = list(queries.entries_of(ledger).filter(sequence__gte=place))
    before = queries.entries_of(ledger).filter(sequence=place - 1).first()
    previous = before.digest if before else record.GENESIS
    for entry in entries:
        entry.actor_name, entry.previous_digest = "別人", previous
        content = dict(queries.link(ledger, entry).content)
        entry.digest = previous = record.digest_of(content)
        entry.save()
    models.Ledger.objects.filter(name=ledger).update(head_digest=previous)
    assert verification.verify_ledger(ledger).intact, "the chain alone cannot tell"


def test_roots_of_two_days_stand_and_cover_every_ledger(
    stamp: Stamp, stamped: Callable[[bytes, bytes], datetime | None]
) -> None:
    two_days(stamp)
    found = list(roots.kept())
    report = roots.verify(found, stamped=stamped)
    assert (report.count, report.intact, report.last) == (2, True, today() - timedelta(days=1))
    assert [leaf.ledger for leaf in found[0].known] == [people.MORIOKA, people.TAKIZAWA]
    assert [leaf.ledger for leaf in found[1].known] == [people.MORIOKA, people.TAKIZAWA, "service"]
    assert roots.differing(people.MORIOKA, roots.heads(found, people.MORIOKA)) is None


@pytest.mark.parametrize(("place", "between"), [(1, (1, 4)), (3, (1, 4)), (5, (5, 8)), (8, (5, 8))])
def test_a_whole_chain_written_anew_is_found_against_the_root(
    stamp: Stamp, place: int, between: tuple[int, int], authority_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_days(stamp)
    rewrite(people.MORIOKA, place)
    found = roots.differing(people.MORIOKA, roots.heads(roots.kept(), people.MORIOKA))
    assert found is not None
    assert found[1:] == between
    assert command.verify(only=None, export=None, trust=[authority_directory / "root.pem"]) == 1
    told = capsys.readouterr().out
    assert f"{people.MORIOKA}: {between[0]}件目から{between[1]}件目までの間が、" in told
    assert f"{people.TAKIZAWA}: 2件、改変はありません" in told


def test_what_came_after_the_last_root_is_not_yet_witnessed(stamp: Stamp) -> None:
    two_days(stamp)
    rewrite(people.MORIOKA, 9)
    assert roots.differing(people.MORIOKA, roots.heads(roots.kept(), people.MORIOKA)) is None


def test_an_export_and_the_roots_file_prove_it_without_the_database(
    stamp: Stamp, tmp_path: Path, authority_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_days(stamp)
    trusted = [authority_directory / "root.pem"]
    lines, kept = tmp_path / "ledger.jsonl", tmp_path / "roots.jsonl"
    lines.write_text("".join(queries.export(people.MORIOKA)), encoding="utf-8")
    kept.write_text("".join(roots.export(people.MORIOKA)), encoding="utf-8")
    assert people.TAKIZAWA not in kept.read_text(encoding="utf-8"), "no other municipality's head"
    assert command.verify(only=None, export=lines, roots=kept, trust=trusted) == 0
    assert "日次の証明: 2日分" in capsys.readouterr().out
    rewrite(people.MORIOKA, 6)
    lines.write_text("".join(queries.export(people.MORIOKA)), encoding="utf-8")
    assert command.verify(only=None, export=lines) == 0, "alone it is a chain"
    assert command.verify(only=None, export=lines, roots=kept, trust=trusted) == 1
    assert "5件目から8件目までの間が、" in capsys.readouterr().out
    lines.write_text("".join(list(queries.export(people.MORIOKA))[:7]), encoding="utf-8")
    assert command.verify(only=None, export=lines, roots=kept, trust=trusted) == 1
    kept.write_text("[]\n", encoding="utf-8")
    assert command.verify(only=None, export=lines, roots=kept, trust=trusted) == 2


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda a, b: [dataclasses.replace(a, day=a.day - timedelta(days=1)), b], roots.RootProblem.ALTERED),
        (lambda a, b: [dataclasses.replace(a, hashes=a.hashes[1:]), b], roots.RootProblem.ALTERED),
        (lambda a, b: [dataclasses.replace(a, known=(dataclasses.replace(a.known[0], sequence=3),)), b], "altered"),
        (lambda a, b: [b], roots.RootProblem.UNLINKED),
        (lambda a, b: [b, a], roots.RootProblem.UNLINKED),
        (lambda a, b: [dataclasses.replace(a, token=b.token), b], roots.RootProblem.UNSTAMPED),
        (lambda a, b: [dataclasses.replace(a, token=b""), b], roots.RootProblem.UNSTAMPED),
        (lambda a, b: [dataclasses.replace(a, digest="x"), b], roots.RootProblem.ALTERED),
    ],
)
def test_a_root_that_somebody_touched_is_named(
    stamp: Stamp,
    stamped: Callable[[bytes, bytes], datetime | None],
    spoil: Callable[[roots.Root, roots.Root], list[roots.Root]],
    problem: str,
) -> None:
    two_days(stamp)
    first, second = roots.kept()
    report = roots.verify(spoil(first, second), stamped=stamped)
    assert (report.intact, report.problem, report.count) == (False, problem, 0)


def test_a_root_for_a_day_that_has_not_ended_when_it_was_stamped_does_not_stand(
    stamp: Stamp, stamped: Callable[[bytes, bytes], datetime | None]
) -> None:
    people.write(1)
    make(stamp, 0)
    assert roots.verify(roots.kept(), stamped=stamped).problem is roots.RootProblem.BACKDATED


def test_an_authority_of_somebody_else_is_not_believed(stamp: Stamp, tmp_path: Path) -> None:
    from trialpki import authority

    two_days(stamp)
    authority.create(tmp_path / "other", datetime.now(UTC) - timedelta(days=7))
    others = trust.TrustAnchors.load([tmp_path / "other" / "root.pem"])
    report = roots.verify(roots.kept(), stamped=lambda token, digest: wiring.root_stamped(token, digest, trust=others))
    assert report.problem is roots.RootProblem.UNSTAMPED


def test_an_authority_that_fails_leaves_nothing_and_is_asked_again(stamp: Stamp, standin_tsa: trial.StandinTsa) -> None:
    people.write(1)
    standin_tsa.mode = "http500"
    with pytest.raises(errors.PadesError):
        make(stamp, 1)
    assert not models.DailyRoot.objects.exists()
    standin_tsa.mode = "ok"
    assert make(stamp, 1).authority
    assert queries.entries_of("service").get().action == "audit.make_root"


def test_two_workers_make_one_root(stamp: Stamp) -> None:
    people.write(1)
    make(stamp, 1)
    assert roots.make(day=today() - timedelta(days=1), stamp=stamp, at=datetime.now(UTC)) is None
    assert models.DailyRoot.objects.count() == 1


@pytest.mark.parametrize("table", ["audit_dailyroot", "audit_rootleaf"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET digest = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_root(stamp: Stamp, table: str, sql: str) -> None:
    people.write(1)
    make(stamp, 1)
    with pytest.raises(DatabaseError, match=table), transaction.atomic():
        connection.cursor().execute(sql.format(table))


def test_a_root_is_due_ten_minutes_after_midnight_in_japan_and_late_after_one() -> None:
    people.write(1)
    night = people.jst(2026, 4, 20)
    assert roots.due(at=night + timedelta(minutes=9)) == date(2026, 4, 18)
    assert roots.due(at=night + timedelta(minutes=10)) == date(2026, 4, 19)
    models.DailyRoot.objects.create(
        day=date(2026, 4, 18),
        previous_digest=record.GENESIS,
        digest="a" * 64,
        token=b"",
        authority="",
        stamped_at=night,
    )
    assert roots.due(at=night + timedelta(minutes=9)) is None
    assert roots.due(at=night + timedelta(minutes=10)) == date(2026, 4, 19)
    assert roots.late(at=night + timedelta(minutes=69)) is None
    assert roots.late(at=night + timedelta(minutes=70)) == date(2026, 4, 19)


def test_the_exported_form_is_what_the_page_of_the_code_says(stamp: Stamp) -> None:
    people.write(1)
    make(stamp, 1)
    (line,) = roots.export(people.MORIOKA)
    members = json.loads(line)
    assert set(members) == {"day", "format", "head", "leaves", "previous", "root", "token"}
    assert roots.read([line])[0].computed() == members["root"]
