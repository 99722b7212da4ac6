"""The worker process for heavy work: runs functions by name, one at a time, under a memory limit.

Imported by the spawned process too, therefore without Qt.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from desktop_crm.core import errors
from desktop_crm.core.i18n import N_

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

NICE = 5
BELOW_NORMAL = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS of processthreadsapi.h
MEMORY_LIMIT = 3 * 2**30  # bytes of address space; a foreign spreadsheet must not take the machine down


class Cancelled(Exception):
    """The user asked the running work to stop."""


class WorkerDefect(Exception):
    """A defect inside the worker; the text is its traceback there."""


class Worker:
    """The parent's side: starts the process late, hands it work, ends it when it does not listen."""

    def __init__(self) -> None:
        self._process: Any = None
        self._pipe: Any = None
        self._stop: Any = None
        self._lock = threading.Lock()
        self._cancelled = False

    def run(
        self,
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        report: Callable[[int, int], None],
    ) -> Any:
        """Run ``fn(*args, **kwargs)`` over there and wait; its ``progress`` calls arrive in ``report``."""
        with self._lock:
            self._start()
            self._cancelled = False
            self._stop.clear()
            self._pipe.send((fn.__module__, fn.__qualname__, args, kwargs))
        while True:
            try:
                kind, value = self._pipe.recv()
            except (EOFError, OSError):
                self.close()
                raise self._death() from None
            if kind == "progress":
                report(*value)
            elif kind == "done":
                return value
            else:
                raise _rebuild(kind, value)

    def cancel(self, seconds: float = 3.0) -> None:
        """Ask the running work to stop; if it does not within ``seconds`` its process is ended."""
        if self._process is None:
            return
        self._cancelled = True
        self._stop.set()
        timer = threading.Timer(seconds, self._end, (self._process, self._stop))
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join(2)
            self._pipe.close()
            self._process = None

    @staticmethod
    def _end(process: Any, stop: Any) -> None:
        if stop.is_set():
            process.kill()

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        from multiprocessing import get_context  # needed late, costs 10 ms at the start

        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._stop = context.Event()
        self._process = context.Process(target=serve, args=(theirs, self._stop), name="crm-worker", daemon=True)
        self._process.start()
        theirs.close()

    def _death(self) -> Exception:
        if self._cancelled:
            return Cancelled()
        return errors.EnvironmentFault(
            N_("The background work ended unexpectedly, probably for lack of memory."),
            N_("Nothing was changed. Close other programs or try with a smaller file."),
        )


def serve(pipe: Connection, stop: Any) -> None:
    """The process's own loop: receive a name and arguments, send progress and the result."""
    _limit_memory()
    _step_back()
    while True:
        try:
            module, name, args, kwargs = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(("done", _call(pipe, stop, module, name, args, kwargs)))
        except Exception as error:
            pipe.send(_described(error))
        stop.clear()


def _call(pipe: Connection, stop: Any, module: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    import inspect

    fn: Any = importlib.import_module(module)
    for part in name.split("."):
        fn = getattr(fn, part)

    def progress(done: int, total: int = 0, *_more: object) -> None:
        if stop.is_set():
            raise Cancelled
        pipe.send(("progress", (done, total)))

    if "progress" in inspect.signature(fn).parameters:
        kwargs = {**kwargs, "progress": progress}
    return fn(*args, **kwargs)


def _step_back() -> None:
    """Leave the processor to the window when both want it."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
    else:
        os.nice(NICE)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    except (ValueError, OSError):  # macOS refuses it
        return


def _described(error: Exception) -> tuple[str, Any]:
    if isinstance(error, Cancelled):
        return "cancelled", None
    if isinstance(error, MemoryError):
        return "memory", None
    if isinstance(error, errors.CrmError):
        extra = getattr(error, "field", "") or getattr(error, "key", "")
        return type(error).__name__, (error.message, error.advice, error.params, extra)
    import traceback

    return "defect", "".join(traceback.format_exception(error))


def _rebuild(kind: str, value: Any) -> Exception:
    if kind == "cancelled":
        return Cancelled()
    if kind == "memory":
        return errors.EnvironmentFault(N_("There is not enough memory for this."), N_("Try with a smaller file."))
    if kind == "defect":
        return WorkerDefect(value)
    message, advice, params, extra = value
    if kind == "UserError":
        return errors.UserError(message, advice, field=extra, **params)
    if kind == "NeedsConfirmation":
        return errors.NeedsConfirmation(extra, message, advice, **params)
    return errors.EnvironmentFault(message, advice, **params)
