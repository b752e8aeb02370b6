"""Questions to addresses that an administrator has typed: bounded, and never into our own network 外部への照会.

Whoever may type an address must not make the service ask its own neighbours (server-side request forgery): loopback,
link-local with the metadata services of clouds, private and reserved networks are refused unless the one who runs the
service names them. The name is looked up once, and the address that was looked at is the one that is asked.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from warifu.access.sso.outside import Unreachable
from warifu.pades.transports import wire

SECONDS = 8
LARGEST = 512 * 1024
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# RFC 4291 §2.4. What lies outside and counts as global all the same leads to IPv4 by other names: IPv4-compatible
# (RFC 4291 §2.5.5.1) and NAT64 addresses (RFC 6052), which a router here may turn into a neighbour's. So does 6to4.
_UNICAST = ipaddress.IPv6Network("2000::/3")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")


def admitted(address: str, networks: Iterable[Network]) -> bool:
    """Whether a network address may be asked: one of the whole world, or of `networks` 接続先の可否."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    seen = getattr(found, "ipv4_mapped", None) or found
    named = any(seen.version == network.version and seen in network for network in networks)
    return named or _of_the_world(seen)


def _of_the_world(seen: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(seen, ipaddress.IPv6Address) and (seen not in _UNICAST or seen in _SIX_TO_FOUR):
        return False
    return seen.is_global and not seen.is_multicast


def guarded(networks: Iterable[str]) -> Callable[[str], bool]:
    """The same with the networks as CIDR texts; raises ValueError for another text 接続先の制限."""
    allowed = tuple(ipaddress.ip_network(network) for network in networks)
    return lambda address: admitted(address, allowed)


class Outside:
    """A wire with limits; each call raises `Unreachable` 外部への照会.

    `plain` lets http addresses be asked too, as a trial on one machine needs.
    """

    def __init__(self, *, networks: Iterable[str], plain: bool) -> None:
        self._wire = wire.Wire(admits=guarded(networks))
        self._plain = plain

    def get(self, url: str) -> bytes:
        """The body of a GET 取得."""
        self._require_allowed(url)
        try:
            return self._wire.get(url, seconds=SECONDS, limit=LARGEST)
        except wire.WireFault as fault:
            raise _unreachable(fault) from fault

    def post(self, url: str, *, data: bytes, headers: Mapping[str, str]) -> bytes:
        """The body of a POST's answer 送信."""
        self._require_allowed(url)
        try:
            return self._wire.post(
                url, data=data, headers=headers, answer_type="application/json", seconds=SECONDS, limit=LARGEST
            )
        except wire.WireFault as fault:
            raise _unreachable(fault) from fault

    def close(self) -> None:
        """Close what is kept open 終了."""
        self._wire.close()

    def _require_allowed(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            sound = bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
        except ValueError:
            sound = False
        if not sound or parts.scheme not in ({"https", "http"} if self._plain else {"https"}):
            raise Unreachable("the address is not https", forbidden=True)


def _unreachable(fault: wire.WireFault) -> Unreachable:
    return Unreachable(str(fault), forbidden=isinstance(fault, wire.ForbiddenPlace))
