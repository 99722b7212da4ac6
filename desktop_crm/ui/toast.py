"""The line that says what was done, for ten seconds, with a way to undo it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

SECONDS = 10
ABOVE = 104  # pixels at 15 px text: what stands at the foot of a page (sums, zoom of a sheet) stays free


class Toast(QFrame):
    """Floats over the foot of ``parent``; ``undo(batch)`` is called by its button."""

    def __init__(self, ctx: Context, parent: QWidget, undo: Callable[[Any], object]) -> None:
        super().__init__(parent)
        self.setProperty("look", "toast")
        self._ctx = ctx
        self._place = parent
        self._batch: Any = None
        row = QHBoxLayout(self)
        row.setContentsMargins(ctx.theme.px(16), ctx.theme.px(8), ctx.theme.px(10), ctx.theme.px(8))
        row.setSpacing(ctx.theme.px(12))
        self._text = Label()
        self._undo = button(ctx.t("Undo"), lambda: self._take_back(undo))
        row.addWidget(self._text)
        row.addWidget(self._undo)
        self._timer = QTimer(self, singleShot=True, interval=SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        ctx.toasted.connect(self.say)
        self.hide()

    def say(self, text: str, batch: Any = None) -> None:
        """Show ``text``; with a batch also the undo button."""
        self._batch = batch
        room = self._place.width() - self._ctx.theme.px(240)
        self._text.setText(self._text.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room))
        self.setAccessibleName(text)
        self._undo.setVisible(batch is not None)
        self.adjustSize()
        self._settle()
        self.show()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot when the parent is resized."""
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        foot = self._place.height() - self._ctx.theme.px(ABOVE)
        self.move((self._place.width() - self.width()) // 2, foot - self.height())

    def _take_back(self, undo: Callable[[Any], object]) -> None:
        self.hide()
        undo(self._batch)
