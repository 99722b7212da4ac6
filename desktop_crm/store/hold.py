"""Keeping the locks of an open shop file that the system lets go behind SQLite's back.

On POSIX systems a process loses all its locks on a file as soon as any part of it closes that file: a file dialog
that looks what kind of file it is, or our own check of a header, is enough
(https://www.sqlite.org/howtocorrupt.html, 2.2). The next program that closes the shop then believes to be the last
one and removes the write-ahead log this one still writes to. Windows has no such locks.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# What SQLite itself holds while a file is open in WAL mode: the shared range of the file (os.h), the
# "dead man switch" of the shared memory (os_unix.c): (name ends on, first byte, bytes).
RANGES = (("", 0x40000002, 510), ("-shm", 128, 1))

_holds: dict[str, Hold] = {}
_guard = threading.Lock()


@dataclass(slots=True)
class Hold:
    """The files of one shop that are kept open; closing one of them would lose its locks again."""

    users: int = 0
    files: dict[str, int] = field(default_factory=dict)


def begin(path: Path) -> None:
    """One more database of this process uses the shop."""
    with _guard:
        _holds.setdefault(str(path), Hold()).users += 1


def renew(path: Path) -> None:
    """Take the locks again, if they were lost; does nothing before the shop is in use or after its end."""
    if os.name == "nt" or not os.path.exists(f"{path}-shm"):
        return
    with _guard:
        hold = _holds.get(str(path))
        if hold is None:
            return
        for suffix, first, size in RANGES:
            with suppress(OSError):  # another program is just closing it, or the file is gone: the next time then
                fcntl.lockf(_kept(hold, f"{path}{suffix}"), fcntl.LOCK_SH | fcntl.LOCK_NB, size, first)


def end(path: Path) -> None:
    """A database closed the shop; the last one lets the files go."""
    with _guard:
        hold = _holds.get(str(path))
        if hold is None:
            return
        hold.users -= 1
        if hold.users <= 0:
            del _holds[str(path)]
            for number in hold.files.values():
                os.close(number)


def _kept(hold: Hold, name: str) -> int:
    """The number of an open file; a new one when another file has taken its place."""
    there = os.stat(name)
    number = hold.files.get(name)
    if number is not None:
        kept = os.fstat(number)
        if (kept.st_dev, kept.st_ino) == (there.st_dev, there.st_ino):
            return number
        os.close(hold.files.pop(name))
    hold.files[name] = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    return hold.files[name]
