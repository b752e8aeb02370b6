"""The persons and moments of the ledger's tests."""

from datetime import UTC, datetime, timedelta, timezone

from django.db import transaction

from warifu.audit import actions, models
from warifu.audit.actor import Actor, ActorKind

MORIOKA = "032018"
TAKIZAWA = "032166"
SATO = Actor(ActorKind.STAFF, "staff:1", "佐藤 花子", "契約検査課 主査", "192.0.2.10")
IWATE_KENSETSU = Actor(ActorKind.COUNTERPARTY, "party:7", "岩手建設 代表取締役 岩手 太郎", ip="2001:db8::7")
JST = timezone(timedelta(hours=9))


def jst(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST).astimezone(UTC)


END_OF_YEAR = jst(2026, 3, 31, 23, 59)


def write(count: int, *, ledger: str = MORIOKA, target: str = "agreement:1") -> list[models.Entry]:
    """`count` entries, one transaction each, a minute apart."""
    written = []
    for number in range(count):
        with transaction.atomic():
            written.append(
                actions.append(
                    ledger=ledger,
                    action="agreements.consent",
                    target=target,
                    by=SATO if number % 2 else IWATE_KENSETSU,
                    at=END_OF_YEAR + timedelta(minutes=number),
                    facts={
                        "amount": 1_100_000 + number,
                        "title": "樹木剪定業務委託 葛󠄀巻",
                        "parties": ["盛岡市", None, True],
                    },
                )
            )
    return written
