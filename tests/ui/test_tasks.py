"""The three queues: order, newest per slot, owners that are gone, failures, confirmation, and the worker's death."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_crm.core.errors import EnvironmentFault, NeedsConfirmation, UserError
from desktop_crm.core.settings import Company
from desktop_crm.services import settings
from desktop_crm.ui.context import Context
from desktop_crm.ui.worker import WorkerDefect

MakeContext = Callable[..., Context]


def shop_name(session: Any) -> str:
    return settings.load(session, Company).name


def rename(session: Any, name: str, *, confirmed: frozenset[str] = frozenset()) -> str:
    if not name:
        raise UserError("No name", field="name")
    if name == "?" and "odd" not in confirmed:
        raise NeedsConfirmation("odd", "An odd name")
    settings.save(session, Company(name=name))
    return name


def double(value: int, progress: Callable[[int, int], None]) -> int:
    progress(1, 2)
    return value * 2


def die() -> None:
    os._exit(1)


def refuse() -> None:
    raise UserError("Bad %(what)s", "Mend it", field="file", what="file")


def break_down() -> None:
    raise ZeroDivisionError


def wait_forever(progress: Callable[[int, int], None]) -> None:
    while True:
        progress(1, 0)


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows classes of priority, no niceness")
def test_the_worker_leaves_the_processor_to_the_window(make_ctx: MakeContext, qtbot: QtBot) -> None:
    heard: list[int] = []
    make_ctx(inline=False).tasks.heavy(niceness, done=heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=10_000)
    assert heard[0] > niceness()


def test_read_and_write_arrive_on_the_main_thread(make_ctx: MakeContext, qtbot: QtBot) -> None:
    ctx = make_ctx(inline=False)
    heard: list[Any] = []
    main = threading.get_ident()
    with qtbot.waitSignal(ctx.data_changed) as changed:
        ctx.tasks.write(
            rename, "永昌", done=lambda outcome: heard.append((outcome.result, threading.get_ident() == main))
        )
    assert heard == [("永昌", True)]
    assert changed.args is not None
    assert "setting" in changed.args[0].entities
    ctx.tasks.read(shop_name, done=lambda name: heard.append((name, threading.get_ident() == main)))
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[1] == ("永昌", True)


def test_newer_request_of_a_slot_replaces_the_older(make_ctx: MakeContext, qtbot: QtBot) -> None:
    ctx = make_ctx(inline=False)
    go, heard, ran, owner = threading.Event(), [], [], QObject()

    def read(_session: object, number: int) -> int:
        go.wait(5)
        ran.append(number)
        return number

    for number in range(5):
        ctx.tasks.read(read, number, done=heard.append, owner=owner, slot="list")
    go.set()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [4]
    assert set(ran) <= {0, 4}


def test_an_owner_that_is_gone_hears_nothing(make_ctx: MakeContext, qtbot: QtBot) -> None:
    import shiboken6

    ctx = make_ctx(inline=False)
    owner, heard, finished = QObject(), [], []
    ctx.tasks.finished.connect(finished.append)
    ctx.tasks.read(shop_name, done=heard.append, owner=owner)
    shiboken6.delete(owner)
    qtbot.waitUntil(lambda: bool(finished))
    assert heard == []


def test_failure_goes_to_the_caller_or_to_all(ctx: Context, failures: list[BaseException]) -> None:
    heard: list[BaseException] = []
    ctx.tasks.write(rename, "", failed=heard.append)
    ctx.tasks.write(rename, "")
    assert [type(error) for error in heard + failures] == [UserError, UserError]


def test_confirmation_is_asked_and_tried_again(ctx: Context, failures: list[BaseException]) -> None:
    asked: list[str] = []
    done: list[Any] = []

    def agree(warning: NeedsConfirmation, retry: Callable[[], object]) -> None:
        asked.append(warning.key)
        retry()

    ctx.tasks.confirmation.connect(agree)
    ctx.tasks.write(rename, "?", done=done.append)
    assert (asked, done[0].result, failures) == (["odd"], "?", [])


def test_heavy_work_runs_in_another_process(make_ctx: MakeContext, qtbot: QtBot) -> None:
    ctx = make_ctx(inline=False)
    heard: list[Any] = []
    told: list[tuple[int, int]] = []
    ctx.tasks.heavy(os.getpid, done=heard.append)
    ctx.tasks.heavy(double, 21, done=heard.append, progress=lambda *figures: told.append(figures))
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=20_000)
    assert heard[0] != os.getpid()
    assert (heard[1], told) == (42, [(1, 2)])


def test_worker_failures_come_back_as_what_they_are(make_ctx: MakeContext, qtbot: QtBot) -> None:
    ctx = make_ctx(inline=False)
    heard: list[BaseException] = []
    for work in (refuse, break_down, die, refuse):
        ctx.tasks.heavy(work, done=pytest.fail, failed=heard.append)
    qtbot.waitUntil(lambda: len(heard) == 4, timeout=20_000)
    user, defect, dead, again = heard
    assert isinstance(user, UserError)
    assert (user.field, user.params, str(user)) == ("file", {"what": "file"}, "Bad file")
    assert isinstance(defect, WorkerDefect)
    assert "break_down" in str(defect)
    assert isinstance(dead, EnvironmentFault)
    assert isinstance(again, UserError)


def test_heavy_work_can_be_cancelled(make_ctx: MakeContext, qtbot: QtBot) -> None:
    ctx = make_ctx(inline=False)
    heard: list[Any] = []
    request = ctx.tasks.heavy(wait_forever, done=heard.append, failed=heard.append)
    with qtbot.waitSignal(ctx.tasks.progressed, timeout=20_000):
        pass
    with qtbot.waitSignal(ctx.tasks.finished, timeout=20_000):
        assert request.cancel is not None
        request.cancel()
    assert heard == []


def test_inline_progress(ctx: Context, qtbot: QtBot) -> None:
    heard: list[int] = []
    ctx.tasks.heavy(double, 4, done=heard.append)
    assert heard == [8]
