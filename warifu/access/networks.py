"""From which networks the staff of a municipality may come 接続元の制限.

Pure. A policy is whole and never changed: each change is another policy. One that might shut people out may hold on
trial; unless somebody confirms it from inside within a quarter of an hour, the one before it holds again by itself.
"""

import ipaddress
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from warifu.japan.errors import Unreadable

from . import proxies
from .rights import Role

TRIAL = timedelta(minutes=15)
MOST = 200
WIDEST = {4: 8, 6: 16}
"""A network wider than this is a mistake of typing, not an office."""


class Answer(StrEnum):
    """Whether somebody is let in, and why 判定."""

    OPEN = "open"
    LISTED = "listed"
    FREE = "free"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Entry:
    """One network of the list, with a note, from a day to a day in Japan (both included; None: no bound) 接続元."""

    key: str
    network: str
    note: str = ""
    begins_on: date | None = None
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it counts on this day in Japan 有効期間."""
        return (self.begins_on is None or self.begins_on <= on) and (self.ends_on is None or on <= self.ends_on)

    def has(self, address: proxies.Address) -> bool:
        """Whether the address lies in it 照合."""
        return address in _network(self.network)


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole of what holds for one municipality; `enforced` False lets everybody in 接続元の制限.

    Whoever is a member of a free group, or holds free roles only, may come from anywhere; one role that is bound binds.
    """

    enforced: bool = False
    entries: tuple[Entry, ...] = ()
    free_roles: frozenset[Role] = field(default_factory=frozenset)
    free_groups: frozenset[int] = field(default_factory=frozenset)

    def entry_of(self, address: str | None, *, on: date) -> Entry | None:
        """The network of today's list in which this address lies, or None 該当する接続元."""
        seen = proxies.address(address or "")
        if seen is None:
            return None
        return next((entry for entry in self.entries if entry.holds(on) and entry.has(seen)), None)

    def frees(self, *, roles: Collection[Role], groups: Collection[int]) -> bool:
        """Whether a person with these roles and groups may come from anywhere 制限の対象外."""
        if self.free_groups.intersection(groups):
            return True
        return bool(roles) and self.free_roles.issuperset(roles)

    def lasting(self, *, on: date) -> bool:
        """Whether some network counts today and has no last day 期限のない接続元の有無."""
        return any(entry.holds(on) and entry.ends_on is None for entry in self.entries)

    def with_entry(self, entry: Entry) -> "Policy":
        """With this network, in place of the one with its key if there is one 接続元の追加・変更."""
        if any(one.key == entry.key for one in self.entries):
            changed = tuple(entry if one.key == entry.key else one for one in self.entries)
        else:
            changed = (*self.entries, entry)
        return Policy(self.enforced, changed, self.free_roles, self.free_groups)

    def without(self, key: str) -> "Policy":
        """Without the network of this key 接続元の削除."""
        left = tuple(one for one in self.entries if one.key != key)
        return Policy(self.enforced, left, self.free_roles, self.free_groups)


NO_LIMIT = Policy()


def read_network(text: str) -> str:
    """A network as people type it, in its one notation; raises `Unreadable` with the next step ネットワークの読取り."""
    typed = text.strip()
    try:
        found = proxies.network(typed)
    except ValueError as wrong:
        raise Unreadable(*_mistake(typed)) from wrong
    if found.prefixlen < WIDEST[found.version]:
        narrower = f"IPv4は/{WIDEST[4]}、IPv6は/{WIDEST[6]}か、それより狭い範囲で入力してください。"
        raise Unreadable("範囲が広すぎます。", narrower)
    return str(found)


def _mistake(typed: str) -> tuple[str, str]:
    plain, slash, _ = typed.partition("/")
    if slash and proxies.address(plain) is not None:
        try:
            whole = ipaddress.ip_network(typed, strict=False)
        except ValueError:
            return (
                "「/」の後を読み取れません。",
                "IPv4では32まで、IPv6では128までの数字で入力してください。例：192.0.2.0/24",
            )
        return "範囲の先頭のアドレスではありません。", f"この範囲全体であれば「{whole}」と入力してください。"
    return "IPアドレス又は範囲として読み取れません。", "例：192.0.2.0/24、192.0.2.10、2001:db8:10::/48"


@lru_cache(maxsize=4096)
def _network(text: str) -> proxies.Network:
    return proxies.network(text)


def kept(policy: Policy) -> dict[str, Any]:
    """A policy as plain values 保存の形."""
    return {
        "entries": [
            {
                "key": one.key,
                "network": one.network,
                "note": one.note,
                "begins_on": one.begins_on.isoformat() if one.begins_on else None,
                "ends_on": one.ends_on.isoformat() if one.ends_on else None,
            }
            for one in policy.entries
        ],
        "free_roles": sorted(role.value for role in policy.free_roles),
        "free_groups": sorted(policy.free_groups),
    }


def restored(values: Mapping[str, Any], *, enforced: bool) -> Policy:
    """What `kept` has written 保存の読取り."""
    return Policy(
        enforced=enforced,
        entries=tuple(
            Entry(one["key"], one["network"], one["note"], _day(one["begins_on"]), _day(one["ends_on"]))
            for one in values["entries"]
        ),
        free_roles=frozenset(Role(role) for role in values["free_roles"] if role in Role.values),
        free_groups=frozenset(values["free_groups"]),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def texts(entries: Iterable[Entry]) -> list[str]:
    """Networks with their days, as the ledger keeps them 台帳の語."""
    return [" ".join(filter(None, (one.network, _span(one)))) for one in entries]


def _span(one: Entry) -> str:
    if one.begins_on is None and one.ends_on is None:
        return ""
    return f"{one.begins_on or ''}..{one.ends_on or ''}"
