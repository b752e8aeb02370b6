"""Locks that do not outlive the process they were made in. 排他制御"""

from __future__ import annotations

import os
import threading
import weakref


class Locked:
    """Base of what several threads share: `_lock` guards it, and a forked child has one of its own. 排他された部品

    A fork copies a lock as it is at that moment; the thread that held it does not exist in the child, which would wait
    for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        _ALL.add(self)


_ALL: weakref.WeakSet[Locked] = weakref.WeakSet()


def _after_fork() -> None:
    for one in list(_ALL):
        one._lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
