"""Who must have a second factor, and from when 多要素認証の必須化.

Pure. A municipality may demand it; whoever has none yet is asked at each sign-in and may go on until the days of grace
are over, counted from the first sign-in under the demand. Operators have no days of grace.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .sessions import Limits

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a municipality demands of those who sign in サインインの設定."""

    mfa_required: bool
    grace: timedelta = timedelta(days=14)
    limits: Limits = LIMITS


class Demand(StrEnum):
    """Whether somebody must set up a second factor 登録の求め."""

    NONE = "none"
    SOON = "soon"
    NOW = "now"


def demand(rules: Rules, *, has_second_factor: bool, enrol_by: datetime | None, at: datetime) -> Demand:
    """What is asked of this account at this moment; `enrol_by` is None before the first sign-in under it 登録の求め."""
    if has_second_factor or not rules.mfa_required:
        return Demand.NONE
    if rules.grace <= timedelta() or (enrol_by is not None and at >= enrol_by):
        return Demand.NOW
    return Demand.SOON
