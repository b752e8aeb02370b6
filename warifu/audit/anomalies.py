"""Which use of the service is worth a look; pure 注意が必要な利用の基準."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db.models import TextChoices

from warifu.japan import calendar

NIGHT_BEGINS, NIGHT_ENDS = 22, 6
"""Hours in Japan between which nobody is expected."""


class AnomalyKind(TextChoices):
    """What is looked for 注意の種類."""

    MASS = "mass", "短い時間に多くの文書を取得"
    OFF_HOURS = "off_hours", "夜間又は閉庁日の利用"
    REFUSALS = "refusals", "断られた操作の多発"
    CLOSED = "closed", "停止した利用者でのサインインの試み"
    NETWORK = "network", "初めての接続元からのサインイン"
    EXPORT = "export", "一覧や操作ログの出力の多発"


@dataclass(frozen=True, slots=True)
class Rule:
    """`threshold` acts of a kind within `minutes` (0: within a day in Japan) are worth a look 注意の基準."""

    threshold: int
    minutes: int
    enabled: bool = True


DEFAULTS: Mapping[AnomalyKind, Rule] = MappingProxyType(
    {
        AnomalyKind.MASS: Rule(30, 10),
        AnomalyKind.OFF_HOURS: Rule(10, 0),
        AnomalyKind.REFUSALS: Rule(10, 10),
        AnomalyKind.CLOSED: Rule(1, 0),
        AnomalyKind.NETWORK: Rule(1, 0),
        AnomalyKind.EXPORT: Rule(5, 60),
    }
)
ACTIONS: Mapping[AnomalyKind, frozenset[str]] = MappingProxyType(
    {
        AnomalyKind.MASS: frozenset({"web.download", "archive.hand_out_evidence"}),
        AnomalyKind.REFUSALS: frozenset({"web.refuse", "access.refuse", "access.code_refused", "access.block"}),
        AnomalyKind.CLOSED: frozenset({"access.refuse"}),
        AnomalyKind.NETWORK: frozenset({"access.sign_in"}),
        AnomalyKind.EXPORT: frozenset({"web.export"}),
    }
)
"""The acts that count; off hours every act of the staff does."""


def densest(moments: Sequence[datetime], minutes: int) -> int:
    """The most of these (sorted, of one day) that lie within so many minutes; all of them for 0 最多件数."""
    if minutes == 0:
        return len(moments)
    width, first, most = timedelta(minutes=minutes), 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > width:
            first += 1
        most = max(most, last - first + 1)
    return most


def off_hours(at: datetime) -> bool:
    """Whether nobody is expected at work at this (aware) moment: at night, or on a closed day 時間外か."""
    here = at.astimezone(calendar.JAPAN)
    return not NIGHT_ENDS <= here.hour < NIGHT_BEGINS or not calendar.is_business_day(here.date())


def network(ip: str) -> str:
    """The network around an address, /24 or /48; text that is no address stands for itself 接続元のネットワーク."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))
