"""A popup of suggestions under a line edit, read from the shop while one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAUSE = 60
SHOWN = 8


class Suggestion(NamedTuple):
    """An id or other data, its text, and a second text in the same line."""

    data: Any
    text: str
    note: str = ""


Source = Callable[["Session", str], Sequence[Suggestion]]


class Completer(QObject):
    """Asks ``source(session, typed)`` in the read lane; ``chosen(Suggestion)`` by Enter, Tab or a click."""

    chosen = Signal(object)

    def __init__(self, ctx: Context, edit: QLineEdit, source: Source) -> None:
        super().__init__(edit)
        self._ctx = ctx
        self._edit = edit
        self._source = source
        self.popup = QListWidget(edit)
        self.popup.setWindowFlags(Qt.WindowType.ToolTip)
        self.popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.popup.itemClicked.connect(self._take)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._ask)
        edit.textEdited.connect(lambda _text: self._timer.start())
        edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down, Enter, Tab and Esc while the popup is open."""
        if event.type() == QEvent.Type.FocusOut:
            self.popup.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.popup.isVisible():
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        row = self.popup.currentRow()
        if key == Qt.Key.Key_Down:
            self.popup.setCurrentRow(min(row + 1, self.popup.count() - 1))
        elif key == Qt.Key.Key_Up:
            self.popup.setCurrentRow(max(row - 1, 0))
        elif key == Qt.Key.Key_Escape:
            self.popup.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(self.popup.currentItem())
            return key != Qt.Key.Key_Tab
        else:
            return False
        return True

    def _ask(self) -> None:
        typed = self._edit.text().strip()
        if not typed:
            self.popup.hide()
            return
        self._ctx.tasks.read(self._source, typed, done=self._show, owner=self, slot="suggestions")

    def _show(self, found: Sequence[Suggestion]) -> None:
        self.popup.clear()
        for one in found[:SHOWN]:
            item = QListWidgetItem(f"{one.text}    {one.note}".rstrip())
            item.setData(Qt.ItemDataRole.UserRole, one)
            self.popup.addItem(item)
        if not self.popup.count() or not self._edit.hasFocus():
            self.popup.hide()
            return
        self.popup.setCurrentRow(0)
        theme = self._ctx.theme
        self.popup.resize(max(self._edit.width(), theme.px(320)), theme.px(34) * self.popup.count() + theme.px(6))
        self.popup.move(self._place())
        self.popup.show()

    def _place(self) -> QPoint:
        """Under the text, or over it where the screen ends before the suggestions do."""
        under = self._edit.mapToGlobal(QPoint(0, self._edit.height() + 2))
        over = self._edit.mapToGlobal(QPoint(0, -2 - self.popup.height()))
        room = self._edit.screen().availableGeometry()
        return over if under.y() + self.popup.height() > room.bottom() and over.y() >= room.top() else under

    def _take(self, item: QListWidgetItem | None) -> None:
        self.popup.hide()
        if item is not None:
            one: Suggestion = item.data(Qt.ItemDataRole.UserRole)
            self._edit.setText(one.text)
            self.chosen.emit(one)
