"""Two workers on one queue: each contract is sealed once."""

from . import world
from .test_killed_worker import concluded, mailed, whole


def test_two_workers_at_once_seal_each_contract_once(warifu: world.World) -> None:
    with warifu.worker(), warifu.worker():
        agreements = [warifu.agreed() for _ in range(6)]
        concluded(warifu, agreements)
        mailed(warifu, agreements)
    for agreement in agreements:
        whole(warifu.do("facts", agreement=agreement))
    found = warifu.do("house")
    assert (found["intact"], found["clean"], found["unused"]) == (True, True, 0)
