"""What each kind of work works with, made of what `wiring` makes 作業台.

Each function makes its object once per process. Only the roof calls them.
"""

from datetime import timedelta
from functools import cache

from warifu import settings, wiring
from warifu.agreements import tools
from warifu.archive import periods, renewing
from warifu.archive.bundles import making
from warifu.integrations import actions as integrations
from warifu.transfers import applying as transfers


@cache
def evidence_kit() -> making.Kit:
    """What evidence bundles are made with 証拠一式の道具."""
    return making.Kit(
        custody=wiring.custody(), validate=wiring.validate_offline, trust=wiring.trust_anchors(), trial=settings.TRIAL
    )


@cache
def period_tools() -> periods.Tools:
    """What the validation of a period works with 一括検証の道具."""
    return periods.Tools(
        validate=wiring.validate_kept,
        custody=wiring.custody(),
        clock=wiring.clock,
        lease=timedelta(seconds=settings.SEAL_LEASE_SECONDS),
    )


@cache
def import_tools() -> integrations.Tools:
    """What imports work with 取込みの道具."""
    return integrations.Tools(clock=wiring.clock, lease=timedelta(seconds=settings.SEAL_LEASE_SECONDS))


@cache
def transfer_tools() -> transfers.Tools:
    """What personnel transfers work with 人事異動の道具."""
    lease = timedelta(seconds=settings.SEAL_LEASE_SECONDS)
    return transfers.Tools(clock=wiring.clock, lease=lease, post=wiring.post(), letters=wiring.account_letters())


def sealing_tools() -> tools.Tools:
    """What the sealing cycle works with, keys of this moment included 封緘の道具."""
    wiring.sealing_keys().current()
    return _sealing_tools()


@cache
def _sealing_tools() -> tools.Tools:
    return tools.Tools(
        sealer=wiring.sealer(),
        trust=wiring.trust_anchors(),
        validate=wiring.validate,
        custody=wiring.custody(),
        post=wiring.post(),
        lease=timedelta(seconds=settings.SEAL_LEASE_SECONDS),
        clock=wiring.clock,
        trial=settings.TRIAL,
        name_fonts=tuple(settings.NAME_FONTS),
    )


@cache
def renewal_tools() -> renewing.Tools:
    """What the renewal of records works with 延長の道具."""
    return renewing.Tools(
        renew=wiring.renew,
        validate=wiring.validate,
        custody=wiring.custody(),
        table=wiring.sunset_table(),
        clock=wiring.clock,
        lease=timedelta(seconds=settings.RENEWAL_LEASE_SECONDS),
        lead=timedelta(days=settings.RENEWAL_LEAD_DAYS),
    )
