"""The timestamp authority or the revocation service fails under a running worker: the contract waits, then is made.

No answer, none in time, and a wrong one are three things to a running worker; how an answer can be wrong is told apart
in tests/agreements/test_sealing.py, and here in a long run.
"""

import time

import pytest

from . import world

WAITS = 2.5


@pytest.mark.parametrize(
    ("server", "mode"),
    [
        ("tsa", "down"),
        pytest.param("tsa", "hang", marks=pytest.mark.long),
        pytest.param("tsa", "html", marks=pytest.mark.long),
        pytest.param("tsa", "random", marks=pytest.mark.long),
        ("tsa", "wrong_nonce"),
        pytest.param("tsa", "rejection", marks=pytest.mark.long),
        ("revocation", "down"),
        pytest.param("revocation", "html", marks=pytest.mark.long),
        pytest.param("revocation", "unknown", marks=pytest.mark.long),
    ],
)
def test_a_running_worker_waits_for_a_failing_authority(warifu: world.World, server: str, mode: str) -> None:
    warifu.fail(server, mode)
    try:
        with warifu.worker():
            agreement = warifu.agreed()
            world.until(lambda: warifu.do("history", agreement=agreement)["problem"], "the reason of waiting is noted")
            time.sleep(WAITS)
            found = warifu.do("history", agreement=agreement)
            assert found["state"] == "agreed"
            if server == "tsa":
                assert found["problem"] in {"timestamp_unavailable", "timestamp_refused", "timestamp_rejected"}
                assert found["done"] == 0
            else:
                assert found["problem"].startswith("revocation")
            warifu.fail(server, "ok")
            world.until(lambda: warifu.state(agreement) == "concluded", f"concluded after {mode}", seconds=120)
            assert warifu.do("history", agreement=agreement)["problem"] == ""
    finally:
        warifu.fail(server, "ok")


def test_a_timestamp_authority_slower_than_our_patience_is_asked_again(
    warifu: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The slow server answers after two seconds.
    monkeypatch.setitem(warifu.environment, "WARIFU_TSA_TIMEOUT_SECONDS", "1")
    warifu.fail("tsa", "slow")
    before = warifu.hits("tsa")
    try:
        with warifu.worker():
            agreement = warifu.agreed()
            world.until(lambda: warifu.hits("tsa") > before, "the slow server is asked")
            world.until(lambda: warifu.do("history", agreement=agreement)["problem"], "the reason of waiting is noted")
            found = warifu.do("history", agreement=agreement)
            assert (found["state"], found["problem"], found["done"]) == ("agreed", "timestamp_unavailable", 0)
            warifu.fail("tsa", "ok")
            world.until(lambda: warifu.state(agreement) == "concluded", "concluded", seconds=120)
    finally:
        warifu.fail("tsa", "ok")
