"""Four programs that share no code with us nor with each other judge the same sealed files. 他者による検証の試験"""

from __future__ import annotations

import shutil

import pytest

from tests.pades import samples
from tests.witnesses import openssl, opinions, pdfsig, pdfsigner
from tests.witnesses.conftest import Answer, Sealed

NAMES = ("consents-1", "consents-2", "consents-4", "single", "renewed", "key-rsa-4096", "key-p-256", "key-p-384")
LOWER = ("level-b-b", "level-b-t", "level-b-lt")
STAMPS = ("signature timestamp", "document timestamp")
# What each of them can see.
SEES = {
    "openssl": ("signature", *STAMPS),
    "pdfbox": ("signature", *STAMPS, "document"),
    "pdfsigner": ("signature", "document timestamp", "document"),
    "pdfsig": ("signature",),
}


@pytest.fixture(params=SEES)
def witness(request: pytest.FixtureRequest) -> tuple[str, Answer]:
    name: str = request.param
    if name == "pdfbox":
        return name, request.getfixturevalue("pdfbox_says")
    if name == "pdfsigner":
        return name, pdfsigner.judge
    programs = {"openssl": ("openssl",), "pdfsig": ("pdfsig", "certutil")}[name]
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    return name, {"openssl": openssl.judge, "pdfsig": pdfsig.judge}[name]


@pytest.mark.parametrize("name", [*NAMES, *LOWER])
def test_every_witness_calls_every_signature_and_timestamp_good(
    sealed: Sealed, witness: tuple[str, Answer], name: str
) -> None:
    who, judge = witness
    specimen = sealed[name]
    found = judge(specimen)
    # B-LT ends with validation data, which no signature covers: to some that is a remark, to others a fault.
    open_end = name == "level-b-lt"
    assert [one for one in opinions.bad(found) if not (open_end and one.kind == "document")] == []
    expected = {
        "signature": specimen.signatures,
        "signature timestamp": specimen.signature_timestamps,
        "document timestamp": specimen.document_timestamps,
        "document": 1,
    }
    assert {kind: opinions.count(found, kind) for kind in SEES[who]} == {kind: expected[kind] for kind in SEES[who]}


def test_every_witness_rejects_each_signature_of_a_changed_copy(sealed: Sealed, witness: tuple[str, Answer]) -> None:
    _, judge = witness
    found = [one for one in judge(sealed["tampered"]) if one.kind in ("signature", "document timestamp")]
    assert found
    assert not any(one.good for one in found)


def test_every_witness_rejects_a_seal_under_another_root(sealed: Sealed, witness: tuple[str, Answer]) -> None:
    who, judge = witness
    found = judge(sealed["untrusted"])
    assert opinions.bad(found)
    if who != "pdfsig":
        assert not any(one.good for one in found if one.kind in ("signature", "document timestamp"))


@pytest.mark.parametrize("name", ["consents-2", "single", "key-p-384"])
def test_openssl_calls_all_revocation_data_in_the_file_good(sealed: Sealed, name: str) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    found = openssl.revocation(sealed[name])
    assert opinions.bad(found) == []
    # The signer and the timestamp unit by OCSP, their two authorities by list.
    assert (opinions.count(found, "ocsp"), opinions.count(found, "crl")) == (2, 2)


def test_pdfbox_reads_the_names_of_the_parties(sealed: Sealed, pdfbox_says: Answer) -> None:
    found = pdfbox_says(sealed["consents-2"])
    assert [one.party for one in found if one.kind == "signature"] == ["岩手 太郎 1", "岩手 太郎 2"]


def test_the_changed_copy_differs_in_one_bit_of_the_first_revision(sealed: Sealed) -> None:
    good, bad = (sealed[name].path.read_bytes() for name in ("consents-2", "tampered"))
    places = [index for index, (one, other) in enumerate(zip(good, bad, strict=True)) if one != other]
    assert len(places) == 1
    assert places[0] < samples.contract().rindex(b"%%EOF")
