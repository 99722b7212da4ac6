"""A lane: one thread that does one thing after another, newest request per slot, results on the main thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

_numbers = count(1)
SlotKey = tuple[int, str]


@dataclass(eq=False)
class Request:
    """One piece of work and who wants to hear of it."""

    work: Callable[[], Any]
    done: Callable[[Any], object]
    failed: Callable[[BaseException], object]
    owner: QObject | None = None
    slot: str = ""
    title: str = ""
    started: float = field(default_factory=time.monotonic)
    number: int = field(default_factory=lambda: next(_numbers))
    progress: tuple[int, int] = (0, 0)  # done, total (0: unknown)
    cancel: Callable[[], None] | None = None

    @property
    def key(self) -> SlotKey | None:
        """What a newer request must share to replace this one."""
        return (id(self.owner), self.slot) if self.slot else None

    def wanted(self) -> bool:
        """Whether somebody still lives to hear the answer."""
        return self.owner is None or shiboken6.isValid(self.owner)


class Lane(QObject):
    """A thread named ``name`` with its own queue; ``started`` and ``finished`` tell the progress strip."""

    started = Signal(object)
    finished = Signal(object)
    _came = Signal(object, object, object)  # request, result, error

    def __init__(self, name: str, *, inline: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._inline = inline
        self._queue: deque[Request | None] = deque()
        self._latest: dict[SlotKey, int] = {}
        self._ready = threading.Condition()
        self._open = 0  # requests put and not yet finished
        self._thread: threading.Thread | None = None
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def put(self, request: Request) -> None:
        """Queue a request; a waiting one of the same owner and slot is forgotten."""
        self._open += 1
        self.started.emit(request)
        if request.key:
            self._latest[request.key] = request.number
        if self._inline:
            self._deliver(request, *_attempt(request))
            return
        dropped: list[Request] = []
        with self._ready:
            if request.key:
                dropped = [old for old in self._queue if old is not None and old.key == request.key]
                for old in dropped:
                    self._queue.remove(old)
            self._queue.append(request)
            self._ready.notify()
        for old in dropped:
            self._finish(old)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def busy(self) -> bool:
        """Whether something waits or runs."""
        return self._open > 0

    def close(self, seconds: float = 5.0) -> None:
        """Let the waiting work finish, then end the thread; waits at most ``seconds``."""
        with self._ready:
            self._queue.append(None)
            self._ready.notify()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._queue:
                    self._ready.wait()
                request = self._queue.popleft()
            if request is None:
                return
            result, error = _attempt(request) if request.wanted() else (None, None)
            if not shiboken6.isValid(self):
                return
            self._came.emit(request, result, error)

    def _finish(self, request: Request) -> None:
        self._open -= 1
        self.finished.emit(request)

    def _deliver(self, request: Request, result: Any, error: BaseException | None) -> None:
        self._finish(request)
        stale = request.key is not None and self._latest.get(request.key) != request.number
        if request.key and not stale:
            del self._latest[request.key]
        if stale or not request.wanted():
            return
        if error is None:
            request.done(result)
        else:
            request.failed(error)


def _attempt(request: Request) -> tuple[Any, BaseException | None]:
    try:
        return request.work(), None
    except BaseException as error:  # the lane must outlive whatever its work does
        return None, error
