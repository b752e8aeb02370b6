"""Each fault does what its name says, and "ok" heals it."""

import socket
import threading
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp, tsp
from cryptography import x509

from tests.standins import trial
from tests.trialpki import test_trial_revocation as statuses
from tests.trialpki import test_trial_timestamps as tokens
from tests.trialpki.conftest import HandClock
from trialpki import authority, faults, lies


@pytest.fixture
def request_body(data: Path) -> bytes:
    """Return a timestamp query with nonce, asking for certificates タイムスタンプ要求."""
    return tokens.query(data, "-sha256", "-cert")


def test_no_fault_is_on_by_default(
    tsa: trial.StandinTsa, revocation: trial.StandinRevocation, request_body: bytes
) -> None:
    assert (tsa.mode, revocation.mode) == ("ok", "ok")
    tokens.token_info(tokens.ask(tsa.url, request_body))
    assert tsa.hits == 1


def test_down_refuses_connections_and_comes_back_on_the_same_port(tsa: trial.StandinTsa, request_body: bytes) -> None:
    for _ in range(3):
        tsa.mode = "down"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", tsa.port), timeout=5)
        tsa.mode = "ok"
        tokens.token_info(tokens.ask(tsa.url, request_body))
    assert tsa.hits == 3


def test_down_drops_connections_that_were_open(tsa: trial.StandinTsa) -> None:
    with socket.create_connection(("127.0.0.1", tsa.port), timeout=5) as peer:
        peer.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        assert peer.recv(4096).startswith(b"HTTP/1.1 200")
        tsa.mode = "down"
        peer.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        assert peer.recv(4096) == b""


def test_hang_answers_nothing_until_it_is_lifted(tsa: trial.StandinTsa, request_body: bytes) -> None:
    tsa.mode = "hang"
    request = urllib.request.Request(
        tsa.url, data=request_body, headers={"Content-Type": "application/timestamp-query"}
    )
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(request, timeout=0.3)
    tsa.mode = "ok"
    tokens.token_info(tokens.ask(tsa.url, request_body))


def test_slow_answers_rightly_but_late(tsa: trial.StandinTsa, request_body: bytes) -> None:
    tsa.switch.slowness = timedelta(seconds=0.3)
    tsa.mode = "slow"
    before = time.monotonic()
    tokens.token_info(tokens.ask(tsa.url, request_body))
    assert time.monotonic() - before >= 0.3


def test_drip_sends_one_octet_at_a_time(tsa: trial.StandinTsa, request_body: bytes) -> None:
    tsa.mode = "drip"
    head = (
        f"POST / HTTP/1.1\r\nContent-Type: application/timestamp-query\r\nContent-Length: {len(request_body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", tsa.port), timeout=5) as peer:
        peer.sendall(head.encode() + request_body)
        received = peer.recv(65536)
        body = received.partition(b"\r\n\r\n")[2]
        assert len(body) <= 1
        tsa.mode = "ok"


@pytest.mark.parametrize(("mode", "status"), [("http500", 500), ("http503", 503)])
def test_http_errors_are_sent(tsa: trial.StandinTsa, request_body: bytes, mode: str, status: int) -> None:
    tsa.mode = mode
    with pytest.raises(urllib.error.HTTPError) as caught:
        tokens.ask(tsa.url, request_body)
    assert caught.value.code == status


def test_html_comes_with_status_200(tsa: trial.StandinTsa, request_body: bytes) -> None:
    tsa.mode = "html"
    request = urllib.request.Request(
        tsa.url, data=request_body, headers={"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(request, timeout=5) as response:
        assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("mode", ["empty", "truncated", "random"])
def test_spoilt_bodies_are_no_timestamp(tsa: trial.StandinTsa, request_body: bytes, mode: str) -> None:
    whole = len(tokens.ask(tsa.url, request_body))
    tsa.mode = mode
    body = tokens.ask(tsa.url, request_body)
    assert abs(len(body) - {"empty": 0, "truncated": whole // 2, "random": whole}[mode]) <= 2
    with pytest.raises(ValueError, match=r".+"):
        tsp.TimeStampResp.load(body, strict=True)


def test_a_rejection_carries_no_token(tsa: trial.StandinTsa, request_body: bytes) -> None:
    tsa.mode = "rejection"
    assert tokens.failure(tokens.ask(tsa.url, request_body)) == {"system_failure"}


@pytest.mark.parametrize("mode", ["wrong_nonce", "no_nonce", "wrong_imprint", "untrusted_chain", "expired_cert"])
def test_openssl_refuses_each_lying_token_and_accepts_the_next_honest_one(
    made: authority.Authority, tsa: trial.StandinTsa, clock: HandClock, request_body: bytes, tmp_path: Path, mode: str
) -> None:
    tsa.mode = mode
    lie = tokens.ask(tsa.url, request_body)
    tokens.token_info(lie)
    assert not tokens.openssl_verifies(made, clock.at, tmp_path, request_body, lie)
    tsa.mode = "ok"
    assert tokens.openssl_verifies(made, clock.at, tmp_path, request_body, tokens.ask(tsa.url, request_body))


def test_each_lie_is_the_one_it_is_named_after(tsa: trial.StandinTsa, clock: HandClock, request_body: bytes) -> None:
    sent = tsp.TimeStampReq.load(request_body)
    tsa.mode = "wrong_nonce"
    assert tokens.token_info(tokens.ask(tsa.url, request_body))["nonce"].native == sent["nonce"].native + 1
    tsa.mode = "no_nonce"
    assert tokens.token_info(tokens.ask(tsa.url, request_body))["nonce"].native is None
    tsa.mode = "wrong_imprint"
    info = tokens.token_info(tokens.ask(tsa.url, request_body))
    assert info["nonce"].native == sent["nonce"].native
    assert info["message_imprint"].native != sent["message_imprint"].native
    tsa.mode = "gentime_off"
    info = tokens.token_info(tokens.ask(tsa.url, request_body))
    assert info["gen_time"].native - clock.at == lies.CLOCK_ERROR
    tsa.mode = "expired_cert"
    response = tsp.TimeStampResp.load(tokens.ask(tsa.url, request_body))
    chosen = [each.chosen for each in response["time_stamp_token"]["content"]["certificates"]]
    assert min(each.not_valid_after for each in chosen) < clock.at


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("try_later", "trylater"),
        ("unauthorized", "unauthorized"),
        ("unknown", "signer.pem: unknown"),
        ("revoked", "signer.pem: revoked"),
        ("wrong_cert_id", "No Status found"),
        ("wrong_signer", "Response Verify Failure"),
    ],
)
def test_openssl_hears_each_fault_of_the_responder(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock, mode: str, expected: str
) -> None:
    revocation.mode = mode
    heard = statuses.openssl_asks(made, revocation.url, clock.at, "issuing", "signer")
    assert expected in heard
    revocation.mode = "ok"
    heard = statuses.openssl_asks(made, revocation.url, clock.at, "issuing", "signer")
    assert "signer.pem: good" in heard


@pytest.mark.parametrize("mode", sorted(set(faults.REVOCATION_MODES) - {"ok", "slow", "down", "hang", "drip"}))
def test_under_no_fault_does_the_list_prove_what_the_status_refuses(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock, mode: str
) -> None:
    revocation.mode = mode
    try:
        content = statuses.fetch(f"{revocation.url}/crl/issuing.crl")
        found = x509.load_der_x509_crl(content)
    except (urllib.error.HTTPError, ValueError):
        return
    assert found.next_update_utc is not None
    serial = made.by_name["signer"].serial_number
    assert found.next_update_utc < clock.at or found.get_revoked_certificate_by_serial_number(serial) is not None


def test_a_stale_status_was_due_before_now(
    made: authority.Authority, revocation: trial.StandinRevocation, clock: HandClock
) -> None:
    revocation.mode = "stale"
    response = statuses.post(f"{revocation.url}/ocsp/issuing", statuses.ask(made, "issuing", "signer"))
    assert response.response_data["responses"][0]["next_update"].native < clock.at - timedelta(days=7)


def test_status_questions_are_counted(made: authority.Authority, revocation: trial.StandinRevocation) -> None:
    body = statuses.ask(made, "issuing", "signer")
    for _ in range(3):
        answered: ocsp.OCSPResponse = statuses.post(f"{revocation.url}/ocsp/issuing", body)
        assert answered["response_status"].native == "successful"
    statuses.fetch(f"{revocation.url}/livez")
    assert revocation.hits == 3


def test_an_unknown_mode_is_refused_and_changes_nothing(tsa: trial.StandinTsa) -> None:
    with pytest.raises(faults.UnknownMode, match="wrong_nonce"):
        tsa.mode = "sleepy"
    assert tsa.mode == "ok"


def test_twenty_peers_at_once_are_all_served(tsa: trial.StandinTsa, request_body: bytes) -> None:
    answers: list[bytes] = []
    peers = [threading.Thread(target=lambda: answers.append(tokens.ask(tsa.url, request_body))) for _ in range(20)]
    for peer in peers:
        peer.start()
    for peer in peers:
        peer.join()
    assert len({tokens.token_info(answer)["serial_number"].native for answer in answers}) == 20
