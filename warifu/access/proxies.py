"""Through which proxies a request came, and so from which address 中継装置.

Pure. Whatever a client writes into the header itself lies left of what our proxies add; it is read from the right, and
only as far as the setting says that a hop is ours. What cannot be read so is no address at all: who is let in by their
address is not let in then.
"""

import ipaddress
import re
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_WITH_PORT = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\](?::[0-9]{1,5})?|(?P<four>[0-9.]+):[0-9]{1,5})")
LONGEST = 8_000


class ChainUnreadable(ValueError):
    """The setting names no chain of proxies 中継装置の設定の誤り."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The proxies in front of us: how many, or where they stand, or both; neither means none 中継装置の列.

    `networks` are those of the proxies; with `count`, no more hops than that are ours, and without networks exactly so
    many.
    """

    count: int = 0
    networks: tuple[Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.count or self.networks)

    def client(self, *, peer: str, forwarded: str) -> str | None:
        """The client's address, IPv4 in IPv6 unwrapped; None where it cannot be known 接続元のIPアドレス.

        `peer` is the address of the connection, `forwarded` what the header says, "" for none.
        """
        seen = address(peer)
        if seen is None or not self:
            return str(seen) if seen else None
        hops = forwarded.split(",") if forwarded and len(forwarded) <= LONGEST else []
        found = self._counted(hops) if not self.networks else self._walked(seen, hops)
        return str(found) if found else None

    def _counted(self, hops: list[str]) -> Address | None:
        # Fewer hops than proxies: somebody came by another way than through all of them.
        ours = [address(hop) for hop in hops[-self.count :]]
        return ours[0] if len(ours) == self.count and None not in ours else None

    def _walked(self, seen: Address, hops: list[str]) -> Address | None:
        most = self.count or len(hops)
        for hop in list(reversed(hops))[:most]:
            if not is_in(seen, self.networks):
                return seen
            before = address(hop)
            if before is None:
                return None
            seen = before
        # A connection from one of our proxies that names nobody is the proxy's own, or a header was lost on the way.
        return None if not hops and is_in(seen, self.networks) else seen


def read(text: str) -> Chain:
    """`2`, `10.0.0.0/8,fd00::/8` or `2,10.0.0.0/8` as a chain; raises `ChainUnreadable` 中継装置の設定."""
    count, networks = 0, []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        if part.isascii() and part.isdigit() and len(part) < 3:
            count = int(part)
            continue
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError as wrong:
            raise ChainUnreadable(f"{part!r} is neither a number of proxies nor a network") from wrong
    if any(network.prefixlen == 0 for network in networks):
        raise ChainUnreadable("a network of all addresses would let everybody name their own address")
    return Chain(count, tuple(networks))


def address(text: str) -> Address | None:
    """An address, perhaps with a port as some proxies write it; None for anything else IPアドレスの読取り.

    ::ffff:a.b.c.d is a.b.c.d, as which a connection to a socket of both families shows itself (RFC 4291 §2.5.5.2).
    """
    plain = text.strip()
    ported = _WITH_PORT.fullmatch(plain)
    try:
        found = ipaddress.ip_address((ported["six"] or ported["four"]) if ported else plain)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv4Address):
        return found
    return None if found.scope_id else found.ipv4_mapped or found


def network(text: str) -> Network:
    """A network in CIDR notation, or one address; ::ffff:… is the IPv4 one. Raises ValueError ネットワークの読取り."""
    found = ipaddress.ip_network(text.strip())
    if isinstance(found, ipaddress.IPv6Network) and found.subnet_of(_MAPPED):
        return ipaddress.ip_network((int(found.network_address) & 0xFFFF_FFFF, found.prefixlen - 96))
    return found


def is_in(seen: Address, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in any of these networks ネットワークの照合."""
    return any(seen in network for network in networks)
