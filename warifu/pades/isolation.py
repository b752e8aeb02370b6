"""What a child process gives up before it opens a stranger's file. 隔離

Network: a namespace of its own, where the machine lets a process make one (as root, or where unprivileged user
namespaces are allowed). Where it does not, the child goes on: nothing that it runs opens a connection of its own
accord, and the guard is one more wall, not the only one.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38


def limit(*, cpu_seconds: int, memory: int) -> None:
    """Bound CPU seconds, bytes of address space and of files written, for this process and its children. 資源の制限"""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory // 4, memory // 4))


def leave_network() -> bool:
    """Step into a network namespace without any interface that is up; whether the machine allowed it. 通信の遮断

    Call it before the process has threads (user_namespaces(7)).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    # The same user inside as outside, so that what it may read and write stays as it was.
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True
