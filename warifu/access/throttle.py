"""When guessing has to wait サインインの一時停止.

Pure. Failures count per address that was typed, known or not, so a pause says nothing about an account. Ten within the
window pause it; each further one doubles the pause, up to a day. Failures per network address count apart, and only
where nobody has signed in lately: a city hall stands behind one address.
"""

from datetime import timedelta

ALLOWED = 10
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
MEMORY = timedelta(hours=24)
"""A failure older than this does not count any more."""
ALLOWED_PER_NETWORK = 100
NETWORK_WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=7)
"""A network from which somebody has signed in within this time is not shut out as a whole."""


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures without a success 待ち時間."""
    if failures < ALLOWED:
        return timedelta()
    # The exponent is bounded before it is used: 2 ** 10_000 is no time.
    doubled = min(failures - ALLOWED, 10)
    return min(FIRST_PAUSE * (1 << doubled), LONGEST_PAUSE)
