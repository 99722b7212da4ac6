"""Failures are told once, in sentences; reports hold no customer data."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault, NeedsConfirmation, UserError
from desktop_crm.ui import errors
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import Message, Reporter
from desktop_crm.ui.worker import WorkerDefect


@pytest.fixture
def window(ctx: Context, qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    yield made
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def reporter(ctx: Context, window: QWidget) -> Reporter:
    return Reporter(ctx, window)


def boxes(window: QWidget) -> list[Message]:
    return [box for box in window.findChildren(Message) if box.isVisible()]


def said(window: QWidget) -> str:
    return " ".join(label.text() for box in boxes(window) for label in box.findChildren(QLabel))


def press(box: Message, place: int) -> None:
    box.findChildren(QPushButton)[place].click()


@pytest.mark.parametrize("kind", [UserError, EnvironmentFault])
def test_sentence_and_advice(reporter: Reporter, window: QWidget, ctx: Context, kind: type[UserError]) -> None:
    ctx.tasks.failure.emit(kind("%(file)s is <b>gone</b>.", "Look elsewhere.", file="a.dcrm"))
    assert "a.dcrm is <b>gone</b>." in said(window)
    assert "Look elsewhere." in said(window)
    assert boxes(window)[0].findChildren(QPlainTextEdit) == []


def test_one_box_at_a_time(reporter: Reporter, window: QWidget) -> None:
    for _ in range(3):
        reporter.tell(UserError("Once"))
    assert len(boxes(window)) == 1
    press(boxes(window)[0], 0)
    reporter.tell(UserError("Again"))
    assert len(boxes(window)) == 1


def secret_failure() -> None:
    customer = "王太太"
    raise ValueError(f"cannot save {customer}")


def test_a_defect_leaves_a_report_without_customer_data(
    reporter: Reporter, window: QWidget, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ValueError) as caught:
        secret_failure()
    reporter.tell(caught.value)
    caplog.clear()
    report = boxes(window)[0].findChildren(QPlainTextEdit)[0].toPlainText()
    files = list(paths.log_dir().glob("crash-*.txt"))
    assert [file.read_text(encoding="utf-8") for file in files] == [report]
    assert "secret_failure" in report
    assert "ValueError" in report
    assert "王太太" not in report
    copy = next(b for b in boxes(window)[0].findChildren(QPushButton) if b.text() == reporter._ctx.t("Copy"))
    copy.click()
    assert QGuiApplication.clipboard().text() == report


def test_a_defect_in_the_worker_names_its_places() -> None:
    text = 'Traceback:\n  File "/x/importer.py", line 3, in read\n    row["王太太"]\nKeyError: 王太太'
    report = errors.crash_report(WorkerDefect(text))
    assert "importer.py" in report
    assert "王太太" not in report


def test_a_warning_is_asked_and_done_again(reporter: Reporter, window: QWidget, ctx: Context) -> None:
    again: list[int] = []
    ctx.tasks.confirmation.emit(NeedsConfirmation("k", "A second %(name)s?", name="永昌"), lambda: again.append(1))
    assert "A second 永昌?" in said(window)
    press(boxes(window)[0], 0)
    assert again == []
    ctx.tasks.confirmation.emit(NeedsConfirmation("k", "Again?"), lambda: again.append(1))
    press(boxes(window)[0], 1)
    assert again == [1]


def test_hooks_catch_every_thread(
    reporter: Reporter, window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(reporter, "_show", lambda *texts: None)
    errors.install_hooks(reporter)
    heard: list[BaseException] = []
    reporter.crashed.disconnect()
    reporter.crashed.connect(heard.append)
    sys.excepthook(ValueError, ValueError("here"), None)
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert [type(error) for error in heard] == [ValueError, ZeroDivisionError]
