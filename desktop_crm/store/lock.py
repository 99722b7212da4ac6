"""Who may write to a shop file: a lock file beside it, held by the window while it is open."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from filelock import FileLock, Timeout

from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_
from desktop_crm.store import faults


class InUse(EnvironmentFault):
    """Another program writes to the shop; it may still be read."""


class ShopLock:
    """Held by one program at a time; a note beside it says who holds it."""

    def __init__(self, shop: Path) -> None:
        # the lane that opens a shop is not the thread that closes it
        self._lock = FileLock(f"{shop}.lock", thread_local=False)
        self._note = Path(f"{shop}.lock-holder")

    def acquire(self) -> None:
        """Take the lock or raise InUse, which names the holder; EnvironmentFault where nothing can be written."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            if not os.path.exists(self._lock.lock_file):  # filelock went on trying where nothing can be made
                raise faults.unwritable() from None
            raise self._held() from None
        except OSError as error:
            raise faults.unwritable() from error
        try:
            self._note.write_text(f"{socket.gethostname()}, {os.getpid()}", encoding="utf-8")
        except OSError as error:
            self.release()
            raise faults.unwritable() from error

    def _held(self) -> InUse:
        computer, _, process = self.holder().rpartition(", ")
        advice = N_("Use that window, or close it first.")
        if computer == socket.gethostname():
            here = N_("The shop is already open in another window on this computer (process %(process)s).")
            return InUse(here, advice, process=process)
        return InUse(N_("The shop is already open on %(computer)s."), advice, computer=computer or "?")

    def release(self) -> None:
        """Give the lock back."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()

    def holder(self) -> str:
        """Computer and process number of the holder, "" if unknown."""
        try:
            return self._note.read_text(encoding="utf-8")
        except OSError:
            return ""
