"""Where a request comes from 接続元."""

from django.http import HttpRequest

from warifu import settings


def address_of(request: HttpRequest) -> str | None:
    """The client's address, seen through exactly the proxies we run; None where it cannot be known 接続元のIPアドレス.

    One function for everything that asks: the limit of networks, the pause after failures, the ledger.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    return settings.TRUSTED_PROXIES.client(peer=peer, forwarded=request.headers.get(settings.PROXY_HEADER, ""))
