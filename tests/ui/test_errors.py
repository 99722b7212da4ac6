"""Failures are told once, in sentences; reports hold no customer data."""

from __future__ import annotations

import faulthandler
import logging
import operator
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text
from sqlalchemy.orm import Session

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault, NeedsConfirmation, UserError
from desktop_crm.ui import crash_log, errors
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


def test_another_failure_waits_for_its_turn(reporter: Reporter, window: QWidget) -> None:
    for sentence in ("First.", "Second.", "First.", "Second."):
        reporter.tell(UserError(sentence))
    assert said(window).count("First.") == 1
    assert "Second." not in said(window)
    press(boxes(window)[0], 0)
    assert "Second." in said(window)
    press(boxes(window)[0], 0)
    assert boxes(window) == []


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
    report = crash_log.report_of(WorkerDefect(text))
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


def test_a_defect_in_a_slot_is_told_without_what_it_had_in_hand(
    reporter: Reporter, window: QWidget, ctx: Context, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    """The customer's name stands in a local variable, in the SQL parameters and in the message of the database."""

    def broken(session: Session) -> None:
        name = "王太太"
        session.execute(text("SELECT * FROM nothing WHERE name = :name AND phone = '0912-345-678'"), {"name": name})

    ctx.tasks.read(broken, done=lambda _: None)
    report = boxes(window)[0].findChildren(QPlainTextEdit)[0].toPlainText()
    assert "OperationalError" in report
    assert "broken" in report
    written = "".join(file.read_text(encoding="utf-8") for file in paths.log_dir().iterdir())
    for private in ("王太太", "0912", "SELECT", str(Path.home())):
        assert private not in report
        assert private not in written
        assert private not in caplog.text
    caplog.clear()


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("/home/wang/app/desktop_crm/ui/errors.py", "desktop_crm/ui/errors.py"),
        (r"C:\Users\王太太\desktop_crm\x\desktop_crm\app.py", "desktop_crm/app.py"),
        ("/home/wang/lib/python3.13/json/decoder.py", "json/decoder.py"),
        ("<string>", "<string>"),
    ],
)
def test_places_do_not_name_whose_computer_it_is(file: str, shown: str) -> None:
    assert crash_log.place(file) == shown


def test_only_the_newest_reports_are_kept(ctx: Context) -> None:
    made = [crash_log.write(str(number)) for number in range(crash_log.REPORTS + 5)]
    kept = sorted(paths.log_dir().glob("crash-*.txt"))
    assert kept == made[-crash_log.REPORTS :]


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ('QFile: cannot open "/home/wang/宏益.dcrm" now', "QFile: cannot open ... now"),
        ("libpng: 宏益建設 is bad", "libpng: ... is bad"),
        (r"C:\Users\wang\a.png missing", "... missing"),
        ("QPainter::begin: Paint device returned engine == 0", "QPainter::begin: Paint device returned engine == 0"),
    ],
)
def test_what_qt_says_is_logged_without_names(said: str, logged: str, caplog: pytest.LogCaptureFixture) -> None:
    crash_log.note_qt(QtMsgType.QtWarningMsg, QMessageLogContext(), said)
    assert caplog.messages == [f"Qt: {logged}"]
    caplog.clear()


def test_the_log_rotates(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger(crash_log.PACKAGE)
    before, level = list(logger.handlers), logger.level
    monkeypatch.setattr(crash_log, "LOG_BYTES", 2000)
    monkeypatch.setattr(crash_log, "qInstallMessageHandler", lambda _handler: None)
    monkeypatch.setattr(faulthandler, "enable", lambda file: file.close())
    try:
        crash_log.start()
        for number in range(300):
            logging.getLogger("desktop_crm.test").info("entry %d", number)
        files = sorted(paths.log_dir().glob("desktop-crm.log*"))
        assert len(files) == 4
        assert all(file.stat().st_size <= 2000 for file in files)
    finally:
        for handler in [one for one in logger.handlers if one not in before]:
            logger.removeHandler(handler)
            handler.close()
        logger.setLevel(level)


def test_a_worker_that_dies_is_one_sentence(make_ctx: Callable[..., Context], window: QWidget, qtbot: QtBot) -> None:
    ctx = make_ctx(lang="en", inline=False)
    Reporter(ctx, window)
    ctx.tasks.heavy(os.abort, done=lambda _: None)
    qtbot.waitUntil(lambda: bool(boxes(window)), timeout=20_000)
    assert "The background work ended unexpectedly" in said(window)
    assert boxes(window)[0].findChildren(QPlainTextEdit) == []
    heard: list[int] = []
    ctx.tasks.heavy(operator.add, 2, 3, done=heard.append)  # the next work gets a new worker
    qtbot.waitUntil(lambda: heard == [5], timeout=20_000)


def test_folded_details_leave_no_gap(ctx: Context, qtbot: QtBot) -> None:
    box = errors.Message(ctx, "What", "Advice", details="line\n" * 20)
    qtbot.addWidget(box)
    box.show()
    height = box.height()
    (details,) = [one for one in box.findChildren(QPushButton) if one.text() == ctx.t("Details")]
    details.click()
    assert box.height() > height
    details.click()
    assert box.height() == height
