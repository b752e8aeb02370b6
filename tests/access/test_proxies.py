"""Which address a request came from: forty ways to write a false one into the header, and none is believed."""

import pytest

from warifu.access import proxies

CLIENT = "203.0.113.7"
OFFICE = "192.0.2.10"
"""What somebody outside would like to be."""
PROXY = "10.0.0.2"


@pytest.mark.parametrize(
    ("setting", "count", "networks"),
    [
        ("", 0, []),
        ("0", 0, []),
        ("2", 2, []),
        ("10.0.0.0/8, fd00::/8", 0, ["10.0.0.0/8", "fd00::/8"]),
        ("2,10.0.0.0/8", 2, ["10.0.0.0/8"]),
        ("10.0.0.2", 0, ["10.0.0.2/32"]),
    ],
)
def test_the_setting_is_a_number_or_networks_or_both(setting: str, count: int, networks: list[str]) -> None:
    chain = proxies.read(setting)
    assert (chain.count, [str(one) for one in chain.networks]) == (count, networks)


@pytest.mark.parametrize("setting", ["two", "-1", "10.0.0.1/8", "0.0.0.0/0", "::/0", "10.0.0.0/8;fd00::/8", "1000"])
def test_a_setting_that_names_no_chain_is_refused(setting: str) -> None:
    with pytest.raises(proxies.ChainUnreadable):
        proxies.read(setting)


SPOOFS = [
    OFFICE,
    f"{OFFICE}, {OFFICE}",
    f"{OFFICE},{OFFICE},{OFFICE},{OFFICE}",
    f"{OFFICE}, ",
    f" , {OFFICE}",
    ",",
    ",,,,",
    "unknown",
    "_hidden",
    f"for={OFFICE}",
    f'"{OFFICE}"',
    f"{OFFICE}:443",
    f"[::ffff:{OFFICE}]",
    f"::ffff:{OFFICE}",
    f"[::ffff:{OFFICE}]:443",
    "::ffff:c000:20a",
    "0xC000020A",
    "3221225994",
    "192.0.2.010",
    "192.0.2.10%eth0",
    "fe80::1%eth0",
    "127.0.0.1",
    "localhost",
    "::1",
    PROXY,
    f"{OFFICE}, {PROXY}",
    f"{PROXY}, {PROXY}, {PROXY}",
    f"{OFFICE}\t",
    f"{OFFICE};{OFFICE}",
    f"{OFFICE} {OFFICE}",
    "\x00",
    "１９２.０.２.１０",
    "192.0.2.10/24",
    "-",
    "null",
    "' OR 1=1--",
    "a" * 3000,
    f"{OFFICE}," * 500,
    "2001:db8:10::1",
    "[2001:db8:10::1",
]


@pytest.mark.parametrize("setting", ["1", "10.0.0.0/8", "1,10.0.0.0/8"])
@pytest.mark.parametrize("typed", SPOOFS)
def test_what_a_client_writes_is_never_its_address(setting: str, typed: str) -> None:
    """The proxy adds the client's true address at the right, in the same header or in another that is joined to it."""
    chain = proxies.read(setting)
    assert chain.client(peer=PROXY, forwarded=f"{typed}, {CLIENT}") == CLIENT
    assert chain.client(peer=PROXY, forwarded=f"{typed},{CLIENT}") == CLIENT


@pytest.mark.parametrize("typed", SPOOFS)
def test_without_a_proxy_the_header_is_not_read(typed: str) -> None:
    assert proxies.read("").client(peer=CLIENT, forwarded=typed) == CLIENT


@pytest.mark.parametrize("typed", SPOOFS)
def test_who_reaches_us_without_our_proxy_is_who_connects(typed: str) -> None:
    assert proxies.read("10.0.0.0/8").client(peer=CLIENT, forwarded=typed) == CLIENT
    assert proxies.read("2,10.0.0.0/8").client(peer=CLIENT, forwarded=typed) == CLIENT


def test_two_proxies_in_a_row() -> None:
    through = f"{OFFICE}, {CLIENT}, 10.0.0.1"
    for setting in ("2", "10.0.0.0/8", "2,10.0.0.0/8"):
        assert proxies.read(setting).client(peer=PROXY, forwarded=through) == CLIENT


def test_with_a_count_no_more_hops_are_ours_even_where_the_client_stands_in_our_network() -> None:
    inside = "10.9.9.9"
    assert proxies.read("1,10.0.0.0/8").client(peer=PROXY, forwarded=f"{OFFICE}, {inside}") == inside
    assert proxies.read("10.9.9.9,10.0.0.2").client(peer=PROXY, forwarded=f"{OFFICE}, {CLIENT}") == CLIENT


@pytest.mark.parametrize("forwarded", ["", ",", f"{CLIENT},", "unknown", f"{OFFICE}, garbage", "x" * 9000])
def test_an_address_that_cannot_be_known_is_none_rather_than_the_proxys(forwarded: str) -> None:
    assert proxies.read("10.0.0.0/8").client(peer=PROXY, forwarded=forwarded) is None
    assert proxies.read("2").client(peer=PROXY, forwarded=forwarded) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("192.0.2.10", "192.0.2.10"),
        (" 192.0.2.10:50123 ", "192.0.2.10"),
        ("::ffff:192.0.2.10", "192.0.2.10"),
        ("::FFFF:C000:20A", "192.0.2.10"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("2001:0db8:0000::0001", "2001:db8::1"),
    ],
)
def test_one_address_has_one_notation(typed: str, read: str) -> None:
    assert str(proxies.address(typed)) == read


def test_a_network_of_mapped_addresses_is_the_ipv4_one() -> None:
    assert str(proxies.network("::ffff:192.0.2.0/120")) == "192.0.2.0/24"
