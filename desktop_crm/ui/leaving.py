"""The last backup when the window closes: a few seconds with its progress, and a way to do without."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

PATIENCE = 8000  # milliseconds; what is not ready then is made up when the shop is next opened


class Leaving(QDialog):
    """``finished`` when the window may close: backed up, given up, or not wanted."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        t, theme = ctx.t, ctx.theme
        self._keeper = BackupKeeper.of(ctx)
        self.setWindowTitle("Desktop CRM")
        self.setMinimumWidth(theme.px(380))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(22), theme.px(20), theme.px(22), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(Label(t("Backing up before closing"), "bold"))
        bar = QProgressBar(textVisible=False)
        bar.setRange(0, 0)
        bar.setAccessibleName(t("Progress"))
        column.addWidget(bar)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(t("Close without this backup"), self.reject))
        column.addLayout(row)
        self._keeper.ended.connect(self.accept)
        self.rejected.connect(self._keeper.cancel)
        QTimer.singleShot(PATIENCE, self, self.reject)

    def start(self) -> None:
        """Begin, unless a backup runs already."""
        self.open()
        self._keeper.run()


def first(ctx: Context, window: QWidget, step: Callable[[], object]) -> None:
    """Make the last backup if one is needed, then do the ``step`` that leaves the shop."""
    if not is_needed(ctx):
        step()
        return
    dialog = Leaving(ctx, window)
    dialog.finished.connect(lambda _result: step())
    dialog.start()


def is_needed(ctx: Context) -> bool:
    """Whether something would be lost that no copy has."""
    app = QGuiApplication.instance()
    if isinstance(app, QGuiApplication) and app.isSavingSession():
        return False  # the system shuts down and will not wait; the next start makes up for it
    keeper = BackupKeeper.of(ctx)
    return keeper.dirty or keeper.busy
