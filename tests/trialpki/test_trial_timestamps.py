"""Tokens of the trial authority, judged by OpenSSL and by pyHanko's client."""

import asyncio
import socket
import subprocess
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from asn1crypto import algos, cms, core, parser, tsp
from pyhanko.sign import timestamps

from tests.standins import trial
from tests.trialpki.conftest import BIRTH, HandClock
from trialpki import authority, der, profiles, timestamping


def query(data: Path, *options: str) -> bytes:
    done = subprocess.run(["openssl", "ts", "-query", "-data", data, *options], capture_output=True, check=True)
    return done.stdout


def ask(url: str, body: bytes, content_type: str = "application/timestamp-query") -> bytes:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": content_type})
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.headers["Content-Type"] == "application/timestamp-reply"
        content: bytes = response.read()
        return content


def failure(response: bytes) -> set[str]:
    # asn1crypto takes the token for mandatory, against RFC 3161 clause 2.4.2, so only the status is read with it.
    status = tsp.PKIStatusInfo.load(parser.parse(response, strict=True)[4], strict=True)
    assert status["status"].native == "rejection"
    found: set[str] = status["fail_info"].native
    return found


def token_info(response: bytes) -> tsp.TSTInfo:
    parsed = tsp.TimeStampResp.load(response, strict=True)
    assert parsed["status"]["status"].native == "granted"
    return parsed["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed


def openssl_verifies(made: authority.Authority, at: datetime, folder: Path, request: bytes, response: bytes) -> bool:
    (folder / "q.tsq").write_bytes(request)
    (folder / "r.tsr").write_bytes(response)
    done = subprocess.run(
        [
            "openssl",
            "ts",
            "-verify",
            "-attime",
            str(int(at.timestamp())),
            "-queryfile",
            folder / "q.tsq",
            "-in",
            folder / "r.tsr",
            "-CAfile",
            made.directory / "root.pem",
            "-untrusted",
            made.directory / "tsa-chain.pem",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0 and "Verification: OK" in done.stdout


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_openssl_verifies_a_token(
    made: authority.Authority, tsa: trial.StandinTsa, clock: HandClock, data: Path, tmp_path: Path, algorithm: str
) -> None:
    request = query(data, f"-{algorithm}", "-cert")
    response = ask(tsa.url, request)
    assert openssl_verifies(made, clock.at, tmp_path, request, response)
    assert not openssl_verifies(made, clock.at, tmp_path, query(data, f"-{algorithm}", "-cert"), response)


def test_a_token_says_when_under_which_policy_and_how_exactly(
    tsa: trial.StandinTsa, clock: HandClock, data: Path
) -> None:
    info = token_info(ask(tsa.url, query(data, "-sha256")))
    assert info["gen_time"].native == clock.at
    assert info["policy"].native == profiles.TIMESTAMP_POLICY
    assert info["accuracy"]["seconds"].native == 1


def test_no_two_tokens_share_a_serial_number(tsa: trial.StandinTsa, data: Path) -> None:
    request = query(data, "-sha256")
    serials = {token_info(ask(tsa.url, request))["serial_number"].native for _ in range(20)}
    assert len(serials) == 20
    assert all(0 < serial < 1 << 128 for serial in serials)


def test_the_nonce_comes_back_only_when_one_was_sent(tsa: trial.StandinTsa, data: Path) -> None:
    request = query(data, "-sha256")
    sent = tsp.TimeStampReq.load(request)["nonce"].native
    assert token_info(ask(tsa.url, request))["nonce"].native == sent
    assert token_info(ask(tsa.url, query(data, "-sha256", "-no_nonce")))["nonce"].native is None


def test_certificates_come_along_only_when_asked_for(tsa: trial.StandinTsa, data: Path) -> None:
    with_them = tsp.TimeStampResp.load(ask(tsa.url, query(data, "-sha256", "-cert")))
    without = tsp.TimeStampResp.load(ask(tsa.url, query(data, "-sha256")))
    assert len(with_them["time_stamp_token"]["content"]["certificates"]) == 2
    assert not without["time_stamp_token"]["content"]["certificates"].native


def test_sha1_is_refused_as_a_bad_algorithm(tsa: trial.StandinTsa, data: Path) -> None:
    assert failure(ask(tsa.url, query(data, "-sha1"))) == {"bad_alg"}


def test_a_policy_of_somebody_else_is_refused(tsa: trial.StandinTsa, data: Path) -> None:
    assert failure(ask(tsa.url, query(data, "-sha256", "-tspolicy", "1.2.3.4"))) == {"unaccepted_policy"}
    own = query(data, "-sha256", "-tspolicy", profiles.TIMESTAMP_POLICY)
    assert token_info(ask(tsa.url, own))["policy"].native == profiles.TIMESTAMP_POLICY


@pytest.mark.parametrize("body", [b"", b"\x30", b"%PDF-1.7", b"\x30\x03\x02\x01\x01", bytes(500)])
def test_rubbish_is_refused_as_bad_data(tsa: trial.StandinTsa, body: bytes) -> None:
    assert failure(ask(tsa.url, body)) == {"bad_data_format"}


def test_a_digest_of_the_wrong_length_is_refused(tsa: trial.StandinTsa) -> None:
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": bytes(31),
            },
        }
    )
    assert failure(ask(tsa.url, request.dump())) == {"bad_data_format"}


def test_every_truncation_of_a_query_is_refused(made: authority.Authority, clock: HandClock, data: Path) -> None:
    unit = timestamping.unit_of(made)
    request = query(data, "-sha256", "-cert")
    for length in range(len(request)):
        assert failure(timestamping.answer(request[:length], unit=unit, at=clock.at)) <= {"bad_data_format"}


def test_an_expired_authority_stamps_nothing(tsa: trial.StandinTsa, clock: HandClock, data: Path) -> None:
    clock.at = BIRTH + timedelta(days=365.25 * 11 + 1)
    assert failure(ask(tsa.url, query(data, "-sha256"))) == {"time_not_available"}


def test_an_authority_not_yet_born_stamps_nothing(tsa: trial.StandinTsa, clock: HandClock, data: Path) -> None:
    clock.at = BIRTH - timedelta(days=1)
    assert failure(ask(tsa.url, query(data, "-sha256"))) == {"time_not_available"}


def test_another_version_or_an_extension_is_refused(tsa: trial.StandinTsa, data: Path) -> None:
    request = tsp.TimeStampReq.load(query(data, "-sha256"))
    request["extensions"] = [{"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}]
    assert failure(ask(tsa.url, request.dump(force=True))) == {"unaccepted_extensions"}
    request["version"] = 2
    assert failure(ask(tsa.url, request.dump(force=True))) == {"bad_request"}


def test_ten_years_later_it_still_stamps(tsa: trial.StandinTsa, clock: HandClock, data: Path) -> None:
    clock.at = datetime(2037, 3, 1, tzinfo=UTC)
    assert token_info(ask(tsa.url, query(data, "-sha256")))["gen_time"].native == clock.at


def test_another_content_type_is_not_taken_for_a_query(tsa: trial.StandinTsa, data: Path) -> None:
    with pytest.raises(urllib.error.HTTPError, match="415"):
        ask(tsa.url, query(data, "-sha256"), content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize(("length", "status"), [("65537", 413), ("9" * 5000, 413), ("-1", 411), ("x", 411), ("", 411)])
def test_a_body_of_no_sensible_length_is_not_read(tsa: trial.StandinTsa, length: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", tsa.port), timeout=5) as peer:
        peer.sendall(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode())
        received = b"".join(iter(lambda: peer.recv(4096), b""))
    assert received.startswith(f"HTTP/1.1 {status} ".encode())
    assert tsa.hits == 0


def test_pyhankos_client_gets_a_token(tsa: trial.StandinTsa) -> None:
    async def stamp() -> cms.ContentInfo:
        async with aiohttp.ClientSession() as session:
            return await timestamps.HTTPTimeStamper(tsa.url, session=session).async_timestamp(bytes(32), "sha256")

    signer = asyncio.run(stamp())["content"]["signer_infos"][0]
    assert signer["digest_algorithm"]["algorithm"].native == "sha256"
    kinds = {attribute["type"].native for attribute in signer["signed_attrs"]}
    assert kinds == {"content_type", "message_digest", "signing_certificate_v2"}


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, -1, -128, -129, (1 << 63) - 1, 1 << 63, (1 << 127) + 5])
def test_integers_are_written_in_their_shortest_form(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()


def test_fractions_of_a_second_lose_their_trailing_zeros() -> None:
    whole = datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)
    assert der.generalized_time(whole) == b"\x18\x0f20260331145959Z"
    assert der.generalized_time(whole.replace(microsecond=120_000)) == b"\x18\x1220260331145959.12Z"
    assert der.generalized_time(whole.replace(microsecond=999)) == b"\x18\x0f20260331145959Z"
