"""Two workers on one queue: each contract is sealed once; what one leaves when it dies, the other does once."""

from . import test_killed_transfer as transfers
from . import world
from .test_killed_renewal import SAMPLE, Buried
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


def test_records_whose_worker_was_killed_are_renewed_once_by_another(warifu: world.World) -> None:
    buried = Buried(warifu, SAMPLE)
    for point in SAMPLE:
        buried.check(point)
    buried.check_house()


def test_plans_whose_worker_was_killed_are_done_once_by_another(warifu: world.World) -> None:
    buried = transfers.Buried(warifu, transfers.SAMPLE)
    for point in transfers.SAMPLE:
        buried.check(point)
