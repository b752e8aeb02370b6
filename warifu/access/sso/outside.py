"""The wire to identity providers, as the roof lends it 認証基盤への接続."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from .errors import ProviderRefused, Why


class Outside(Protocol):
    """Asks one address and follows no redirect; `integrations.outside` has one 外部への照会.

    Each raises `Unreachable` for no usable answer in time, and for an address that may not be asked.
    """

    def get(self, url: str) -> bytes:
        """The body of a GET 取得."""

    def post(self, url: str, *, data: bytes, headers: Mapping[str, str]) -> bytes:
        """The body of a POST's answer 送信."""


class Unreachable(Exception):
    """No usable answer; `forbidden` when the address may not be asked at all 応答なし."""

    def __init__(self, detail: str, *, forbidden: bool = False) -> None:
        super().__init__(detail)
        self.forbidden = forbidden


def fetched(outside: Outside, url: str) -> dict[str, Any]:
    """A JSON object from this address; raises `ProviderRefused` JSONの取得."""
    try:
        return as_object(outside.get(url))
    except Unreachable as fault:
        raise refusal(fault) from fault


def as_object(body: bytes) -> dict[str, Any]:
    """A JSON object; raises `ProviderRefused` for anything else JSONの読取り."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise ProviderRefused(Why.MALFORMED, "not JSON") from wrong
    if not isinstance(found, dict):
        raise ProviderRefused(Why.MALFORMED, "not an object")
    return found


def refusal(fault: Unreachable) -> ProviderRefused:
    """The same as a refusal 応答なしの断り."""
    return ProviderRefused(Why.ADDRESS if fault.forbidden else Why.NO_ANSWER, str(fault))
