"""Sealed files that somebody went on writing in, and single changed bytes: none of them may pass. 改変の試験

Seeded, so that a finding can be repeated by its number. A finding is mended in the engine, not here.
"""

from __future__ import annotations

import functools
import random
import signal
from collections.abc import Iterator, Mapping
from types import FrameType

import pytest
from pyhanko.pdf_utils import misc

from tests.pades import forging, regions, samples, updates
from tests.pades.test_attacks import FORM, Stamper, stamped
from tests.witnesses import embedded
from warifu.pades import errors, reports, validation

SECONDS = 60
SHARES = (40, 200)
BYTES = (150, 1000)


class TooSlow(BaseException):
    """Not an Exception: a validation turns those into a result. 時間切れ"""


@pytest.fixture(autouse=True)
def guard() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def result(data: bytes) -> reports.Result:
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    return validation.validate(data, trust=forging.authority().trust, at=forging.AT).result


@functools.cache
def consented() -> Mapping[str, bytes]:
    """Files after the first of two consents: a bare page, a form with a text field, a contract set by typst."""
    sources = {
        "page": forging.document(forging.CONTRACT),
        "form": forging.document(FORM),
        "contract": samples.contract(),
    }
    return {name: forging.consented(source) for name, source in sources.items()}


@functools.cache
def concluded() -> Mapping[str, bytes]:
    """The same after the second consent and the archive timestamp."""
    return {name: forging.archived(forging.consented(one, "Consent2")) for name, one in consented().items()}


def altered(seed: int) -> tuple[str, bytes]:
    """One of all updates in turn, appended to a concluded file or between two consents.

    "stamped" ends with a document timestamp that any stranger can have; "signed" with the second party's consent and
    our own archive timestamp, as if we had not looked.
    """
    chance = random.Random(seed)
    name = list(updates.UPDATES)[seed % len(updates.UPDATES)]
    base = chance.choice(sorted(consented()))
    ending = chance.choice(["bare", "stamped", "signed", "archived"])
    if name == "blanks after the end":
        ending = "bare"
    source = (concluded() if ending in ("bare", "stamped") else consented())[base]
    data = updates.UPDATES[name](source, chance)
    assert data != source
    try:
        if ending == "stamped":
            data = stamped(data, Stamper())
        elif ending != "bare":
            data = forging.archived(forging.consented(data, "Consent2") if ending == "signed" else data)
    except (errors.PadesError, misc.PdfError, ValueError, TypeError, KeyError, OSError):
        ending += ", which was refused"
    return f"{seed}: {name}, {base}, {ending}", data


def test_the_files_pass_before_anybody_touches_them() -> None:
    assert {name: result(data) for name, data in concluded().items()} == dict.fromkeys(concluded(), "passed")


def test_the_changed_bytes_reach_every_part_of_a_file() -> None:
    for data in concluded().values():
        found = regions.found_in(data)
        assert max(end for _, _, end in found) == len(data)
        assert {"header", "table", "trailer", "/DSS", "validation data", "padding 2", "dictionary 0"} <= {
            name for name, _, _ in found
        }


@pytest.mark.parametrize(
    "count", [pytest.param(SHARES[0], id="sample"), pytest.param(SHARES[1], id="all", marks=pytest.mark.long)]
)
def test_no_file_with_an_appended_update_passes(count: int) -> None:
    assert count >= len(updates.UPDATES), "every kind once"
    passed = [name for name, data in map(altered, range(count)) if result(data) is reports.Result.PASSED]
    assert passed == []


@pytest.mark.parametrize(
    "count", [pytest.param(BYTES[0], id="sample"), pytest.param(BYTES[1], id="all", marks=pytest.mark.long)]
)
def test_no_file_with_one_changed_byte_passes(count: int) -> None:
    passed = []
    for seed in range(count):
        chance = random.Random(seed)
        base = chance.choice(sorted(concluded()))
        name, data = regions.changed(concluded()[base], chance)
        if result(data) is reports.Result.PASSED:
            passed.append(f"{seed}: {base}, {name}")
    assert passed == []


def test_no_byte_at_the_head_of_the_last_container_is_free() -> None:
    """Versions and the list of digest algorithms: no signature covers them, and nothing that is proven needs them."""
    data = concluded()["page"]
    place = embedded.found_in(data)[-1].byte_range[1] + 1
    passed = []
    for index in range(0, 90, 2):
        digit = b"%x" % (int(data[place + index : place + index + 1], 16) ^ 1)
        if result(data[: place + index] + digit + data[place + index + 1 :]) is reports.Result.PASSED:
            passed.append(index // 2)
    assert passed == []


def test_a_timestamp_that_comes_after_a_plain_renewal_still_passes() -> None:
    """The rules above refuse changes, not the standard's own way of going on."""
    for data in concluded().values():
        assert result(stamped(data, Stamper())) is reports.Result.PASSED
        assert result(forging.archived(data)) is reports.Result.PASSED
