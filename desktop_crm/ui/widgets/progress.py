"""The strip at the window's foot for work that takes longer than 0.6 seconds: what, how far, how fast, cancel."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.lanes import Request
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

PATIENCE = 0.6  # seconds
TICK = 100  # milliseconds


class ProgressStrip(QFrame):
    """Follows ``ctx.tasks``; shows the oldest request that is over its time."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "progress")
        self._ctx = ctx
        self._running: list[Request] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(ctx.theme.px(14), ctx.theme.px(6), ctx.theme.px(14), ctx.theme.px(6))
        row.setSpacing(ctx.theme.px(12))
        self._what = Label("", "medium")
        self._figures = Label("", "small")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(ctx.t("Progress"))
        self._cancel = button(ctx.t("Cancel"), self._stop)
        for widget, stretch in ((self._what, 0), (self._bar, 1), (self._figures, 0), (self._cancel, 0)):
            row.addWidget(widget, stretch)
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self._tick)
        ctx.tasks.started.connect(self._started)
        ctx.tasks.finished.connect(self._finished)
        self.hide()

    def _started(self, request: Request) -> None:
        self._running.append(request)
        if not self._timer.isActive():
            self._timer.start()

    def _finished(self, request: Request) -> None:
        if request in self._running:
            self._running.remove(request)
        if not self._running:
            self._timer.stop()
            self.hide()

    def _late(self) -> Request | None:
        now = time.monotonic()
        return next((one for one in self._running if now - one.started >= PATIENCE), None)

    def _tick(self) -> None:
        request = self._late()
        self.setVisible(request is not None)
        if request is None:
            return
        t = self._ctx.t
        done, total = request.progress
        self._what.setText(request.title or t("Working ..."))
        # a bar paints at once, and with it all that has just made room for this strip
        self._bar.setUpdatesEnabled(False)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setUpdatesEnabled(True)
        self._cancel.setVisible(request.cancel is not None)
        self._figures.setText(self._told(done, total, time.monotonic() - request.started))

    def _told(self, done: int, total: int, seconds: float) -> str:
        t = self._ctx.t
        if not done:
            return ""
        rate = t.number(round(done / max(seconds, 0.001)))
        if total:
            return t(
                "%(done)s of %(total)s, %(rate)s per second", done=t.number(done), total=t.number(total), rate=rate
            )
        return t("%(done)s, %(rate)s per second", done=t.number(done), rate=rate)

    def _stop(self) -> None:
        request = self._late()
        if request is not None and request.cancel is not None:
            self._what.setText(self._ctx.t("Stopping ..."))
            request.cancel()
