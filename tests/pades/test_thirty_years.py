"""Sealed in 2026, and still proven in 2056 with no network. 三十年の延長"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.pades import decades
from tests.standins.succession import Succession
from warifu.pades import errors, renewal, reports, validation
from warifu.pades.transports import wire


@dataclass
class Years:
    service: decades.Trust
    kept: dict[int, bytes]
    ends: dict[int, renewal.ValidUntil]

    def in_force(self, year: int) -> bytes:
        """The file as it was before anything happened in this year."""
        return self.kept[max(one for one in self.kept if one < year)]

    def report(self, content: bytes, year: int) -> reports.ValidationReport:
        return validation.validate(content, trust=self.service.anchors, at=decades.november(year, 2))


@pytest.fixture(scope="module")
def years() -> Iterator[Years]:
    line = wire.Wire()
    with Succession(decades.november(decades.SEALED_IN)) as world:
        service = decades.Trust(world, line)
        service.begin()
        ends: dict[int, renewal.ValidUntil] = {}
        kept = decades.walk(service, note=lambda year, renewed: ends.update({year: renewed.until}))
        yield Years(service, kept, ends)
    line.close()


def test_after_thirty_years_the_file_proves_itself_without_a_network(years: Years) -> None:
    final = years.kept[max(years.kept)]
    report = years.report(final, decades.ENDS_IN)
    assert (report.result, report.level, report.covers_whole_file) == ("passed", "B-LTA", True)
    assert len([one for one in report.signatures if one.kind == "timestamp"]) == 1 + len(years.ends)
    assert {one.result for one in report.signatures} == {reports.Result.PASSED}
    assert report.signatures[0].time == decades.november(decades.SEALED_IN)
    assert report.sealed_until is not None
    assert report.sealed_until > decades.november(decades.ENDS_IN + 1)


def test_roots_authorities_and_the_signer_ended_meanwhile(years: Years) -> None:
    world = years.service.world
    assert {"root-1", "issuing-1", "tsa-ca-1", "tsa-ca-2", "signer-1"} <= {
        name for name, unit in world.units.items() if unit.ends_at < world.now
    }
    assert years.service.counts["root"] > 1
    assert [one.name for one in world.revoked] == ["signer-1"]


def test_each_renewal_continues_the_bytes_before_it(years: Years) -> None:
    kept = [years.kept[year] for year in sorted(years.kept)]
    assert all(after.startswith(before) for before, after in itertools.pairwise(kept))
    assert all(len(after) - len(before) < 45_000 for before, after in itertools.pairwise(kept))


def test_an_eleven_year_certificate_needs_no_renewal_for_ten_years(years: Years) -> None:
    assert [year for year in years.ends if 2036 < year < 2046] == []
    assert years.ends[2036].moment > decades.november(2047, 1)


def test_algorithms_become_stronger_when_the_authority_has_stronger_ones(years: Years) -> None:
    before = years.report(years.in_force(2046), 2046)
    after = years.report(years.kept[max(years.kept)], 2056)
    assert {"p-256", "sha512"} <= set(before.algorithms)
    assert set(after.algorithms) == {"p-384", "sha384", "sha512"}


def test_a_file_whose_renewal_was_left_out_is_not_proven(years: Years) -> None:
    first = min(years.ends)
    missed = years.kept[decades.SEALED_IN]
    assert years.report(missed, first).result is reports.Result.PASSED
    later = years.report(missed, first + 2)
    assert later.result is reports.Result.INDETERMINATE
    assert later.sealed_until is None


def test_a_late_renewal_is_refused(years: Years) -> None:
    world = years.service.world
    now, world.now = world.now, decades.november(2031)
    try:
        with pytest.raises(errors.RenewalTooLate):
            years.service.renew(years.kept[decades.SEALED_IN])
    finally:
        world.now = now


def test_an_altered_file_is_refused(years: Years) -> None:
    content = bytearray(years.kept[max(years.kept)])
    content[2000] ^= 1
    with pytest.raises(errors.AlteredFile):
        years.service.renew(bytes(content))


def test_a_renewal_that_gains_nothing_is_not_kept(years: Years) -> None:
    with pytest.raises(errors.NothingGained):
        years.service.renew(years.kept[max(years.kept)])


def test_no_token_is_bought_when_the_authority_has_no_younger_certificate(years: Years) -> None:
    held = years.service.world.units[f"tsa-{years.service.counts['tsa']}"]
    with pytest.raises(errors.NothingGained, match="no authority has a younger certificate"):
        years.service.renew(years.kept[max(years.kept)], stamps_until=held.ends_at)


def test_a_revoked_last_timestamp_is_refused(years: Years) -> None:
    world = years.service.world
    last = f"tsa-{years.service.counts['tsa']}"
    world.revoke(last)
    try:
        with pytest.raises(errors.RenewalRefused) as refused:
            years.service.renew(years.kept[max(years.kept)])
        assert "revoked" in refused.value.detail
    finally:
        del world.revoked[-1]


def test_without_revocation_data_the_renewal_waits(years: Years) -> None:
    world = years.service.world
    world.now += timedelta(days=60)
    world.silent = True
    try:
        with pytest.raises(errors.RevocationUnavailable) as waiting:
            years.service.renew(years.kept[max(years.kept)])
        assert waiting.value.retry
    finally:
        world.silent = False
        world.now -= timedelta(days=60)
