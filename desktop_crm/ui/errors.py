"""The one place that tells of failures: the user's, the environment's, and our own."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_crm.core.errors import CrmError, EnvironmentFault, NeedsConfirmation
from desktop_crm.ui import crash_log
from desktop_crm.ui.context import Context
from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

log = logging.getLogger(__name__)
MOST = 5  # failures that wait to be told


class Message(QDialog):
    """What happened, what to do, a details fold with a copy button, and up to two answers."""

    def __init__(
        self, ctx: Context, what: str, advice: str, *, details: str = "", yes: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        t, theme = ctx.t, ctx.theme
        self.setWindowTitle("Desktop CRM")
        self.setMinimumWidth(theme.px(440))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(22), theme.px(20), theme.px(22), theme.px(16))
        column.setSpacing(theme.px(12))
        top = QHBoxLayout()
        top.setSpacing(theme.px(14))
        sign = Label()
        sign.setPixmap(pixmap(theme, "triangle-alert" if details or yes else "info", "accentink", theme.px(24)))
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.addWidget(Label(what, "bold", wrap=True))
        if advice:
            texts.addWidget(Label(advice, "soft", wrap=True))
        top.addLayout(texts, 1)
        column.addLayout(top)
        self._row = QHBoxLayout()
        if details:
            self._add_details(ctx, column, details)
        self._row.addStretch(1)
        self._row.addWidget(button(t("Cancel") if yes else t("Close"), self.reject))
        if yes:
            self._row.addWidget(button(yes, self.accept, primary=True))
        column.addLayout(self._row)
        from desktop_crm.ui.widgets.dialog_height import DialogHeight  # the start needs no box

        DialogHeight(self)

    def _add_details(self, ctx: Context, column: QVBoxLayout, details: str) -> None:
        fold = QPlainTextEdit(details, readOnly=True)
        fold.setAccessibleName(ctx.t("Details"))
        fold.setMinimumHeight(ctx.theme.px(180))
        fold.hide()
        column.addWidget(fold)

        def turn() -> None:
            fold.setVisible(not fold.isVisible())
            self.adjustSize()

        self._row.addWidget(button(ctx.t("Details"), turn))
        self._row.addWidget(button(ctx.t("Copy"), lambda: QGuiApplication.clipboard().setText(details)))


class Reporter(QObject):
    """Hears every failure nobody else handles, and says it once."""

    crashed = Signal(object)  # from any thread

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(window)
        self._ctx = ctx
        self._window = window
        self._told: list[tuple[str, str, str]] = []  # what is said now, and what waits for its turn
        ctx.tasks.failure.connect(self.tell)
        ctx.tasks.confirmation.connect(self.ask)
        self.crashed.connect(self.tell)

    def tell(self, error: BaseException) -> None:
        """Show a failure: one sentence what happened, one what to do."""
        t = self._ctx.t
        if isinstance(error, CrmError):
            if isinstance(error, EnvironmentFault):
                log.info("environment: %s", type(error).__name__)
            self._show(t(error.message, **error.params), t(error.advice, **error.params), "")
            return
        report = crash_log.report_of(error)
        file = crash_log.write(report)
        log.error("defect, see %s", file.name)
        self._show(
            t("Something went wrong inside the program."),
            t("Your saved data is safe. Please send the details to whoever looks after this program."),
            report,
        )

    def ask(self, warning: NeedsConfirmation, retry: Callable[[], object]) -> None:
        """Ask about a warning; on yes do it again."""
        t = self._ctx.t
        box = Message(
            self._ctx,
            t(warning.message, **warning.params),
            t(warning.advice, **warning.params),
            yes=t("Continue"),
            parent=self._window,
        )
        box.accepted.connect(lambda: retry())
        box.open()

    def _show(self, what: str, advice: str, details: str) -> None:
        """One box at a time; another failure waits for its turn, the same one again is not said twice."""
        if len(self._told) >= MOST or any(what == told[0] for told in self._told):
            return
        self._told.append((what, advice, details))
        if len(self._told) == 1:
            self._say_next()

    def _say_next(self) -> None:
        what, advice, details = self._told[0]
        box = Message(self._ctx, what, advice, details=details, parent=self._window)
        box.finished.connect(self._shown)
        box.open()

    def _shown(self, _result: int) -> None:
        self._told.pop(0)
        if self._told:
            self._say_next()


def confirm(ctx: Context, what: str, advice: str, yes: str, parent: QWidget) -> bool:
    """Ask and wait for the answer, with the page of ``parent`` shown."""
    ctx.asking.emit(parent)
    return Message(ctx, what, advice, yes=yes, parent=parent).exec() == QDialog.DialogCode.Accepted


def install_hooks(reporter: Reporter) -> None:
    """Every exception that nobody caught, in any thread, goes to ``reporter``."""

    def hook(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.exit(130)
        reporter.crashed.emit(error)

    def thread_hook(caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            reporter.crashed.emit(caught.exc_value)

    sys.excepthook = hook
    threading.excepthook = thread_hook
