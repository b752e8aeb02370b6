"""Certificates that several threads look at are parsed before. 証明書の試験"""

from __future__ import annotations

import pytest
from asn1crypto import x509

from warifu.pades import certificates, errors, rehearsal

TRIAL = rehearsal.Authority()


def fresh() -> x509.Certificate:
    return x509.Certificate.load(TRIAL._tsa.asn1.dump(), strict=True)


def test_after_parsing_no_field_or_extension_is_left_for_later() -> None:
    parsed = certificates.fully_parsed(fresh())
    assert parsed._processed_extensions
    body = parsed["tbs_certificate"]
    # asn1crypto keeps what it has not parsed yet as a tuple of octets.
    assert not any(isinstance(child, tuple) for child in (*parsed.children, *body.children))
    assert not any(isinstance(child, tuple) for one in body["extensions"] for child in one.children)


def test_a_certificate_that_cannot_be_parsed_to_its_end_is_a_value_error() -> None:
    broken = bytearray(TRIAL._tsa.asn1.dump())
    usage = broken.index(b"\x06\x03\x55\x1d\x0f")
    place = broken.index(b"\x03\x02", usage + 5)
    broken[place] = 0x04  # an OCTET STRING where a BIT STRING is due
    with pytest.raises(ValueError, match="certificate unreadable"):
        certificates.fully_parsed(x509.Certificate.load(bytes(broken), strict=True))


@pytest.mark.parametrize("require", [certificates.require_sealing, certificates.require_timestamping])
def test_a_key_usage_that_is_there_but_does_not_read_forbids(require: object) -> None:
    half = fresh()
    half._processed_extensions = True  # as another thread sees it in the middle of parsing
    half._critical_extensions = set()
    assert half.key_usage_value is None
    with pytest.raises(errors.CertificateUnusable, match="key usage unreadable"):
        require(half)  # type: ignore[operator]  # two functions of one shape
