"""Three queues: reads, writes (one lane each beside the main thread) and heavy work in one worker process.

Results, failures and progress always arrive on the main thread, and never for an owner that is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from desktop_crm.core.errors import NeedsConfirmation
from desktop_crm.ui.lanes import Lane, Request
from desktop_crm.ui.worker import Cancelled, Worker

if TYPE_CHECKING:
    from desktop_crm.services.shops import Shop
    from desktop_crm.store.database import Database, Outcome

Done = Callable[[Any], object]
Failed = Callable[[BaseException], object]


class Tasks(QObject):
    """What pages ask for work. ``opener`` opens the shop file, in the read lane, before the first request."""

    data_changed = Signal(object)  # store.database.Changed
    failure = Signal(object)  # an exception nobody else handles
    confirmation = Signal(object, object)  # NeedsConfirmation, retry()
    started = Signal(object)  # lanes.Request
    finished = Signal(object)
    progressed = Signal(object)
    _reported = Signal(object, int, int)

    def __init__(
        self, opener: Callable[[], Shop] | None = None, *, inline: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._opener = opener
        self._inline = inline
        self._shop: Shop | None = None
        self._opening = threading.Lock()
        self._worker: Worker | None = None
        self._lanes = {name: Lane(name, inline=inline, parent=self) for name in ("read", "write", "heavy")}
        for lane in self._lanes.values():
            lane.started.connect(self.started)
            lane.finished.connect(self.finished)
        self._reported.connect(self._note, Qt.ConnectionType.QueuedConnection)

    def database(self) -> Database:
        """The open shop; opens it at the first call (in a lane, never on the main thread)."""
        with self._opening:
            if self._shop is None:
                if self._opener is None:
                    raise RuntimeError("no shop is open")
                self._shop = self._opener()
            return self._shop.database

    def read(
        self,
        fn: Callable[..., Any],
        *args: Any,
        done: Done,
        failed: Failed | None = None,
        owner: QObject | None = None,
        slot: str = "",
        title: str = "",
        **kw: Any,
    ) -> Request:
        """Call ``fn(session, *args, **kw)`` in the read lane; ``slot``: a newer one replaces an older one."""

        def work() -> Any:
            with self.database().read() as session:
                return fn(session, *args, **kw)

        request = Request(work, done, failed or self.failure.emit, owner, slot, title)
        self._lanes["read"].put(request)
        return request

    def write(
        self,
        fn: Callable[..., Any],
        *args: Any,
        done: Done | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
        title: str = "",
        **kw: Any,
    ) -> None:
        """Run ``fn(session, *args, **kw)`` as one write; ``data_changed``, then ``done(outcome)`` follows.

        In this order, so that what ``done`` selects is looked for in the lists as they are now.

        A ``NeedsConfirmation`` is asked and, if the user agrees, tried again with its key added to the
        keyword ``confirmed`` (a frozenset of keys).
        """

        def work() -> Outcome[Any]:
            return self.database().run(fn, *args, **kw)

        def settled(outcome: Outcome[Any]) -> None:
            self.data_changed.emit(outcome.changed)
            if done and (owner is None or shiboken6.isValid(owner)):
                done(outcome)

        def refused(error: BaseException) -> None:
            if isinstance(error, NeedsConfirmation):
                keys = frozenset(kw.get("confirmed", ())) | {error.key}
                again = {**kw, "confirmed": keys, "done": done, "failed": failed, "owner": owner, "title": title}
                self.confirmation.emit(error, partial(self.write, fn, *args, **again))
            else:
                (failed or self.failure.emit)(error)

        self._lanes["write"].put(Request(work, settled, refused, None, "", title))

    def heavy(
        self,
        fn: Callable[..., Any],
        *args: Any,
        done: Done,
        failed: Failed | None = None,
        progress: Callable[[int, int], None] | None = None,
        owner: QObject | None = None,
        title: str = "",
        **kw: Any,
    ) -> Request:
        """Run ``fn(*args, **kw)`` in the worker process; arguments and result must pickle.

        If ``fn`` has a parameter ``progress`` it gets ``progress(done, total)`` to call; a cancel raises there.
        The answer's ``cancel()`` stops it; nothing is called back then.
        """

        def work() -> Any:
            if self._inline:
                return fn(*args, **_with_progress(fn, kw, report))
            self._worker = self._worker or Worker()
            if self._shop is not None:
                self._shop.database.keep_locks()
            return self._worker.run(fn, args, kw, report)

        def report(count: int, total: int = 0, *_more: object) -> None:
            self._reported.emit((request, progress), count, total)

        def refused(error: BaseException) -> None:
            if not isinstance(error, Cancelled):
                (failed or self.failure.emit)(error)

        request = Request(work, done, refused, owner, "", title)
        request.cancel = self._cancel_heavy
        self._lanes["heavy"].put(request)
        return request

    def background(
        self,
        fn: Callable[..., Any],
        *args: Any,
        done: Done,
        failed: Failed | None = None,
        owner: QObject | None = None,
        title: str = "",
    ) -> None:
        """Call ``fn(*args)`` in the read lane without a session: files, fonts, other small work off the window."""
        self._lanes["read"].put(Request(partial(fn, *args), done, failed or self.failure.emit, owner, "", title))

    def busy(self, *names: str) -> bool:
        """Whether any lane has work, or any of those named "read", "write" or "heavy"."""
        return any(lane.busy() for name, lane in self._lanes.items() if not names or name in names)

    def close(self) -> None:
        """Finish what waits, end the lanes and the worker, close the shop."""
        if self._worker is not None:
            self._worker.close()
        self._lanes["heavy"].close()
        self._lanes["write"].close()
        self._lanes["read"].put(Request(self._close_shop, _ignore, _ignore))
        self._lanes["read"].close()

    def _close_shop(self) -> None:
        """In the lane that opened it: a lock belongs to the thread that took it."""
        if self._shop is not None:
            self._shop.close()
            self._shop = None

    def _cancel_heavy(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    def _note(self, pair: tuple[Request, Callable[[int, int], None] | None], count: int, total: int) -> None:
        request, progress = pair
        request.progress = (count, total)
        if request.wanted():
            self.progressed.emit(request)
            if progress:
                progress(count, total)


def _with_progress(fn: Callable[..., Any], kw: dict[str, Any], report: Callable[..., None]) -> dict[str, Any]:
    import inspect

    return {**kw, "progress": report} if "progress" in inspect.signature(fn).parameters else kw


def _ignore(_value: Any) -> None:
    return None
