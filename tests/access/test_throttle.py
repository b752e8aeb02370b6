from datetime import timedelta

import pytest

from warifu.access import throttle


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (1, 0), (9, 0), (10, 15), (11, 30), (12, 60), (16, 960), (17, 1440), (18, 1440), (10_000, 1440)],
)
def test_the_pause_doubles_from_the_tenth_failure_up_to_a_day(failures: int, minutes: int) -> None:
    assert throttle.pause_after(failures) == timedelta(minutes=minutes)
