"""Where a request comes from 接続元."""

import ipaddress

from django.http import HttpRequest

from warifu import settings


def address_of(request: HttpRequest) -> str | None:
    """The client's address, seen through exactly the proxies we run 接続元のIPアドレス.

    Everything that a client itself writes into X-Forwarded-For lies left of what our proxies add, and is never read.
    """
    seen = str(request.META.get("REMOTE_ADDR") or "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            seen = hops[-settings.TRUSTED_PROXIES]
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
