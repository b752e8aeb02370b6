"""Pins the moment of a validation inside pyHanko. 検証時刻の固定

pyHanko 0.38 takes a validation time, but its past validation (`past_validate`) and its proofs of existence
(`POEManager`) read this machine's clock all the same. The answer for 2036 would then depend on today, and be kinder.
Importing this module replaces these two names in the modules that use them; without `pinned` they behave as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from pyhanko.sign.validation import ades
from pyhanko_certvalidator import context
from pyhanko_certvalidator.ltv import ades_past, poe

_moment: ContextVar[datetime | None] = ContextVar("pades_validation_moment", default=None)


class PinnedPoeManager(poe.POEManager):
    """Proofs of existence whose "now" is the pinned moment. 存在証明"""

    def __init__(self, current_dt_override: datetime | None = None) -> None:
        super().__init__(current_dt_override or _moment.get())


async def pinned_past_validate(*, init_control_time: datetime | None = None, **named: Any) -> datetime:
    """Past validation from the pinned moment on (EN 319 102-1, 5.6.2.1). 過去時点の検証"""
    return await ades_past.past_validate(init_control_time=init_control_time or _moment.get(), **named)


@contextmanager
def pinned(at: datetime) -> Iterator[None]:
    """Within this block pyHanko's "now" is `at` (aware). 時刻固定"""
    token = _moment.set(at)
    try:
        yield
    finally:
        _moment.reset(token)


def pinned_moment() -> datetime | None:
    """The pinned moment (aware), None outside of `pinned`. 固定された時刻"""
    return _moment.get()


for _module, _name, _value in (
    (ades, "POEManager", PinnedPoeManager),
    (context, "POEManager", PinnedPoeManager),
    (ades, "past_validate", pinned_past_validate),
):
    if not hasattr(_module, _name):
        raise ImportError(f"{_module.__name__} has no {_name}: this release of pyHanko needs another pin")
    setattr(_module, _name, _value)
