"""Statuses and lists of the trial authority, judged by OpenSSL."""

import base64
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp
from cryptography import x509

from tests.standins import trial
from tests.trialpki.conftest import HandClock
from trialpki import __main__ as command
from trialpki import authority, profiles

ISSUED = [(profile.issuer, profile.name) for profile in profiles.PROFILES if profile.name != "root"]


# OpenSSL compares a status with the machine's clock, whatever -attime says; the tests look at its times themselves.
THIRTY_YEARS = str(30 * 365 * 86_400)


def openssl_asks(made: authority.Authority, url: str, at: datetime, issuer: str, *names: str) -> str:
    asked = [part for name in names for part in ("-cert", str(made.directory / f"{name}.pem"))]
    return openssl_asks_about(made, url, at, issuer, *asked)


def openssl_asks_about(made: authority.Authority, url: str, at: datetime, issuer: str, *asked: str) -> str:
    trust = ["-CAfile", str(made.directory / "root.pem"), "-attime", str(int(at.timestamp()))]
    whom = ["-issuer", str(made.directory / f"{issuer}.pem"), *asked, "-url", f"{url}/ocsp/{issuer}"]
    done = subprocess.run(
        ["openssl", "ocsp", *trust, "-validity_period", THIRTY_YEARS, *whom],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def ask(made: authority.Authority, issuer: str, name: str, *options: str) -> bytes:
    directory = made.directory
    done = subprocess.run(
        [
            "openssl",
            "ocsp",
            "-issuer",
            directory / f"{issuer}.pem",
            *options,
            "-cert",
            directory / f"{name}.pem",
            "-reqout",
            "-",
        ],
        capture_output=True,
        check=True,
    )
    return done.stdout


def post(url: str, body: bytes) -> ocsp.OCSPResponse:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/ocsp-request"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return ocsp.OCSPResponse.load(response.read(), strict=True)


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as response:
        content: bytes = response.read()
        return content


@pytest.fixture
def own(tmp_path: Path, made: authority.Authority, clock: HandClock) -> Iterator[trial.StandinRevocation]:
    """Return a server over a copy that a test may revoke certificates of 失効させてよい写し."""
    place = tmp_path / "own"
    place.mkdir(mode=0o700)
    for path in made.directory.iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    with trial.StandinRevocation(place, now=clock) as server:
        yield server


@pytest.mark.parametrize(("issuer", "name"), ISSUED)
def test_openssl_hears_good_about_every_certificate(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock, issuer: str, name: str
) -> None:
    heard = openssl_asks(made, revocation.url, clock.at, issuer, name)
    assert "Response verify OK" in heard
    assert f"{name}.pem: good" in heard
    assert "WARNING" not in heard


def test_two_questions_in_one_request_get_two_answers(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock
) -> None:
    heard = openssl_asks(made, revocation.url, clock.at, "root", "issuing", "tsa-ca")
    assert "issuing.pem: good" in heard
    assert "tsa-ca.pem: good" in heard


def test_the_nonce_comes_back_and_the_answer_is_due_in_seven_days(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock
) -> None:
    body = ask(made, "issuing", "signer")
    response = post(f"{revocation.url}/ocsp/issuing", body)
    assert response.nonce_value.native == ocsp.OCSPRequest.load(body).nonce_value.native
    single = response.response_data["responses"][0]
    assert single["this_update"].native == clock.at.replace(microsecond=0)
    assert single["next_update"].native - single["this_update"].native == timedelta(days=7)


def test_a_get_with_slashes_in_its_base64_is_answered(
    made: authority.Authority, revocation: trial.StandinRevocation
) -> None:
    plain = next(
        text
        for text in (base64.b64encode(ask(made, "issuing", "signer")).decode() for _ in range(200))
        if "/" in text and "+" in text
    )
    for spelling in (plain, urllib.parse.quote(plain, safe="")):
        response = ocsp.OCSPResponse.load(fetch(f"{revocation.url}/ocsp/issuing/{spelling}"))
        assert response["response_status"].native == "successful"


def test_sha256_certificate_identifiers_are_understood(
    made: authority.Authority, revocation: trial.StandinRevocation
) -> None:
    response = post(f"{revocation.url}/ocsp/tsa-ca", ask(made, "tsa-ca", "tsa", "-sha256"))
    assert response.response_data["responses"][0]["cert_status"].name == "good"


def test_a_responder_does_not_speak_for_another_authority(
    made: authority.Authority, revocation: trial.StandinRevocation
) -> None:
    response = post(f"{revocation.url}/ocsp/tsa-ca", ask(made, "issuing", "signer"))
    assert response["response_status"].native == "unauthorized"


def test_nor_for_two_authorities_in_one_request(made: authority.Authority, revocation: trial.StandinRevocation) -> None:
    second = ["-issuer", str(made.directory / "issuing.pem"), "-cert", str(made.directory / "signer.pem")]
    body = ask(made, "root", "tsa-ca", "-cert", str(made.directory / "issuing.pem"), *second)
    for name in ("root", "issuing"):
        assert post(f"{revocation.url}/ocsp/{name}", body)["response_status"].native == "unauthorized"


def test_more_than_twenty_questions_are_too_many(
    made: authority.Authority, revocation: trial.StandinRevocation
) -> None:
    found = {}
    for count in (20, 21):
        serials = [part for number in range(count - 1) for part in ("-serial", str(number + 1))]
        response = post(f"{revocation.url}/ocsp/issuing", ask(made, "issuing", "signer", *serials))
        found[count] = response["response_status"].native
    assert found == {20: "successful", 21: "malformed_request"}


def test_an_unspecified_reason_is_said_by_leaving_it_out(
    made: authority.Authority, own: trial.StandinRevocation, clock: HandClock
) -> None:
    assert command.main(["revoke", str(own.directory), "tsa", "--at", "2026-06-30T09:00:00Z"]) == 0
    heard = openssl_asks(made, own.url, clock.at, "tsa-ca", "tsa")
    assert "tsa.pem: revoked" in heard
    assert "Reason" not in heard
    listed = x509.load_der_x509_crl(fetch(f"{own.url}/crl/tsa-ca.crl"))
    assert [len(entry.extensions) for entry in listed] == [0]


def test_a_certificate_that_was_never_issued_is_unknown(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock
) -> None:
    assert "4711: unknown" in openssl_asks_about(made, revocation.url, clock.at, "issuing", "-serial", "4711")


@pytest.mark.parametrize("body", [b"", b"\x30", b"GIF89a", bytes(300)])
def test_rubbish_is_a_malformed_request(revocation: trial.StandinRevocation, body: bytes) -> None:
    assert post(f"{revocation.url}/ocsp/root", body)["response_status"].native == "malformed_request"


@pytest.mark.parametrize("name", profiles.AUTHORITIES)
def test_openssl_verifies_each_list(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock, tmp_path: Path, name: str
) -> None:
    content = fetch(f"{revocation.url}/crl/{name}.crl")
    (tmp_path / "list.crl").write_bytes(content)
    done = subprocess.run(
        [
            "openssl",
            "crl",
            "-inform",
            "DER",
            "-in",
            tmp_path / "list.crl",
            "-noout",
            "-CAfile",
            made.directory / f"{name}.pem",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "verify OK" in done.stdout + done.stderr
    parsed = x509.load_der_x509_crl(content)
    assert parsed.last_update_utc == clock.at.replace(microsecond=0)
    assert parsed.next_update_utc is not None
    assert parsed.next_update_utc - parsed.last_update_utc == timedelta(days=30)
    assert len(parsed) == 0


def test_issuer_certificates_are_served(made: authority.Authority, revocation: trial.StandinRevocation) -> None:
    served = x509.load_der_x509_certificate(fetch(f"{revocation.url}/certs/issuing.crt"))
    assert served == made.by_name["issuing"]


def test_keys_are_not_served(revocation: trial.StandinRevocation) -> None:
    for path in ("/issuing.key", "/certs/issuing.key", "/certs/signer.crt", "/certs/../signer.key", "/crl/signer.crl"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(revocation.url + path)


def test_a_revoked_signer_is_named_by_status_and_list_at_once(
    made: authority.Authority, own: trial.StandinRevocation, clock: HandClock
) -> None:
    assert "signer.pem: good" in openssl_asks(made, own.url, clock.at, "issuing", "signer")
    place = str(own.directory)
    assert command.main(["revoke", place, "signer", "--reason", "keyCompromise", "--at", "2026-06-30T09:00:00Z"]) == 0
    heard = openssl_asks(made, own.url, clock.at, "issuing", "signer")
    assert "signer.pem: revoked" in heard
    assert "Reason: keyCompromise" in heard
    assert "Revocation Time: Jun 30 09:00:00 2026 GMT" in heard
    entry = x509.load_der_x509_crl(fetch(f"{own.url}/crl/issuing.crl")).get_revoked_certificate_by_serial_number(
        made.by_name["signer"].serial_number
    )
    assert entry is not None
    assert entry.revocation_date_utc == datetime(2026, 6, 30, 9, tzinfo=UTC)
    assert len(x509.load_der_x509_crl(fetch(f"{own.url}/crl/root.crl"))) == 0
