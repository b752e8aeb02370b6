"""What the sealing cycle works with; made by `warifu.wiring` 封緘の道具."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from warifu.pades import reports, trust
from warifu.pades import sealing as pades
from warifu.vault import custody as vault

from .post import Post


class Validate(Protocol):
    """Validation as the product trusts it: embedded data first, fresh revocation data for the last timestamp 検証.

    `agreed_size` as in `pades.validation.validate`.
    """

    def __call__(self, source: bytes, /, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport: ...


@dataclass(frozen=True)
class Tools:
    """What the cycle works with; made by `warifu.wiring` 封緘の道具."""

    sealer: pades.Sealer
    trust: trust.TrustAnchors
    validate: Validate
    custody: vault.Custody
    post: Post
    lease: timedelta
    clock: Callable[[], datetime]
    trial: bool
    name_fonts: tuple[Path, ...] = ()
