"""Verbs on personnel transfers: keyword-only, one transaction, one ledger line 人事異動の操作."""

from .choosing import choose
from .moves import Entry, Newcomer, drop, enter
from .plans import cancel, confirm, plan, reopen
from .undoing import undo

__all__ = [
    "Entry",
    "Newcomer",
    "cancel",
    "choose",
    "confirm",
    "drop",
    "enter",
    "plan",
    "reopen",
    "undo",
]
