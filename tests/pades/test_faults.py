"""When TSA, OCSP or CRL fail, nothing is sealed and the error says whether to wait. 障害の試験"""

from __future__ import annotations

import pytest

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import errors, validation
from warifu.pades.transports import revocation, wire

AT = pkis.SEALED
UNAVAILABLE = (
    "down",
    "hang",
    "slow",
    "drip",
    "html",
    "empty",
    "truncated",
    "random",
    "http500",
    "http503",
    "rejection",
)
REJECTED = ("wrong_nonce", "no_nonce", "wrong_imprint", "untrusted_chain", "expired_cert", "gentime_off")
STATUS_FAULTS = (
    "down",
    "hang",
    "html",
    "empty",
    "truncated",
    "random",
    "http500",
    "try_later",
    "unauthorized",
    "unknown",
    "stale",
    "wrong_cert_id",
    "wrong_signer",
)


def sealed(pki: pkis.Pki, *urls: str) -> bytes:
    return pki.sealer(*urls).single_seal(samples.plain(), field="Seal", party=None, at=AT)


@pytest.mark.parametrize("mode", UNAVAILABLE + REJECTED)
def test_a_timestamp_authority_with_this_fault_seals_nothing(pki: pkis.Pki, mode: str) -> None:
    pki.tsa.mode = mode
    with pytest.raises((errors.TimestampUnavailable, errors.TimestampRejected)) as caught:
        sealed(pki)
    assert caught.value.retry
    if mode in REJECTED:
        assert isinstance(caught.value, errors.TimestampRejected)


def test_sealing_works_again_after_the_authority_came_back(pki: pkis.Pki) -> None:
    sealer = pki.sealer()
    pki.tsa.mode = "down"
    with pytest.raises(errors.TimestampUnavailable):
        sealer.single_seal(samples.plain(), field="Seal", party=None, at=AT)
    pki.tsa.mode = "ok"
    final = sealer.single_seal(samples.plain(), field="Seal", party=None, at=AT)
    validation.check_revision(samples.plain(), final, expected_fields=["Seal"], trust=pki.trust, at=AT, final=True)


def test_the_second_authority_is_asked_when_the_first_is_down(pki: pkis.Pki) -> None:
    final = sealed(pki, "http://127.0.0.1:9/", pki.tsa.url + "/")
    assert validation.validate(final, trust=pki.trust, at=AT).result is validation.Result.PASSED


@pytest.mark.parametrize("mode", STATUS_FAULTS)
def test_without_usable_revocation_data_nothing_is_sealed(pki: pkis.Pki, mode: str) -> None:
    pki.status.mode = mode
    with pytest.raises(errors.RevocationUnavailable) as caught:
        sealed(pki)
    assert caught.value.retry


def test_a_revoked_key_never_seals(pki: pkis.Pki) -> None:
    pki.status.mode = "revoked"
    with pytest.raises(errors.CertificateUnusable) as caught:
        sealed(pki)
    assert not caught.value.retry


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "http://ocsp.trial-ca.test.example.org/x",
        "file:///etc/passwd",
        "http://ocsp.trial-ca.test@127.0.0.1/",
    ],
)
def test_an_address_outside_the_route_table_is_never_asked(url: str) -> None:
    shared = wire.Wire()
    source = revocation.HttpRevocation(routes={"http://ocsp.trial-ca.test": "http://127.0.0.1:9"}, wire=shared)
    assert not source.allows(url)
    with pytest.raises(errors.RevocationUnavailable):
        source.crl(url)
