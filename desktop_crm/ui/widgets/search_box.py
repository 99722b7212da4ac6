"""The box above a list that filters it as one types."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from desktop_crm.ui.icons import icon
from desktop_crm.ui.theme import Theme

PAUSE = 60  # milliseconds without a key before the list follows


class SearchBox(QLineEdit):
    """``searched(text)`` a moment after the last key; Esc empties it."""

    searched = Signal(str)

    def __init__(self, theme: Theme, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "search")
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setMinimumWidth(theme.px(120))
        self.setMaximumWidth(theme.size("search"))
        self.addAction(icon(theme, "search", "ink3"), QLineEdit.ActionPosition.LeadingPosition)
        for glass in self.findChildren(QAbstractButton):
            glass.setAccessibleName(hint)
        self._told = ""
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._tell)
        self.textChanged.connect(lambda _text: self._timer.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        text = self.text().strip()
        if text != self._told:
            self._told = text
            self.searched.emit(text)
