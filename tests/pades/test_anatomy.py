"""A sealed file can be taken apart, and the parts are those of the file."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import anatomy


@pytest.fixture
def sealed(pki: pkis.Pki, tmp_path: Path) -> Path:
    file = tmp_path / "sealed.pdf"
    said = samples.statement("岩手 太郎", source=samples.contract(), at=pkis.SEALED)
    first = pki.sealer().consent_revision(samples.contract(), field="Consent1", party=said, at=pkis.SEALED)
    file.write_bytes(pki.sealer().archive_revision(first, at=pkis.SEALED))
    return file


def taken_apart(path: Path) -> anatomy.Anatomy:
    with path.open("rb") as file:
        return anatomy.dissect(file)


def test_the_pieces_are_cut_out_of_the_file_at_the_places_told(sealed: Path) -> None:
    content = sealed.read_bytes()
    pieces = taken_apart(sealed).pieces
    assert [piece.kind for piece in pieces] == ["signature", "timestamp"]
    for piece in pieces:
        start, length, second, rest = piece.byte_range
        digits = content[piece.first_digit : piece.first_digit + 2 * len(piece.cms)]
        assert bytes.fromhex(digits.decode()) == piece.cms
        assert (start, content[length : length + 1], content[second - 1 : second]) == (0, b"<", b">")
        assert piece.cms[piece.value_offset :].startswith(piece.value)
        stamp = piece.stamp
        assert stamp is not None
        assert piece.cms[stamp.offset : stamp.offset + len(stamp.der)] == stamp.der
        covered = content[:length] + content[second : second + rest]
        imprinted = covered if piece.kind == "timestamp" else piece.value
        assert hashlib.sha256(imprinted).digest() in stamp.der
    assert pieces[-1].byte_range[2] + pieces[-1].byte_range[3] == len(content)


def test_a_token_says_whose_it_is_when_and_which(sealed: Path, pki: pkis.Pki) -> None:
    stamps = [piece.stamp for piece in taken_apart(sealed).pieces if piece.stamp]
    assert len({stamp.serial for stamp in stamps}) == 2
    for stamp in stamps:
        assert abs(stamp.generated_at - pkis.SEALED) < timedelta(seconds=5)
        assert stamp.valid_until > pkis.SEALED + timedelta(days=365)
        assert stamp.authority
        assert int(stamp.serial, 16) > 0
        assert all(part.isdigit() for part in stamp.policy.split("."))


def test_every_response_tells_the_state_of_a_certificate_that_is_there(sealed: Path) -> None:
    found = taken_apart(sealed)
    assert found.ocsps
    for response in found.ocsps:
        matched = anatomy.answers(response, list(found.certificates))
        assert matched
        assert all(one.certificate != one.issuer for one in matched)
        assert anatomy.answers(response, []) == []
