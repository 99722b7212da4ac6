"""A part of a screen that is as high as it needs, and scrolls where there is no room for that."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QSizePolicy, QWidget

from desktop_crm.ui.theme import Theme

LEAST = 120  # pixels at 15 px text that stay in sight


class Yielding(QScrollArea):
    """Around a widget or a layout; what stands beside it in the column should be able to do with little."""

    def __init__(self, theme: Theme, inside: QWidget | QLayout) -> None:
        super().__init__()
        self._least = theme.px(LEAST)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if isinstance(inside, QLayout):
            place = QWidget()
            place.setProperty("look", "clear")
            place.setLayout(inside)
            inside = place
        self.hold(inside)

    def hold(self, inside: QWidget) -> None:
        """Show another widget; the one before is deleted."""
        self._inside = inside
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        return QSize(self._inside.sizeHint().width(), self._wanted())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inside.minimumSizeHint().width(), min(self._wanted(), self._least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_bar()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # lines that wrap are more or fewer now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self._inside:
            self.updateGeometry()
            self._show_bar()
        return super().eventFilter(watched, event)

    def _show_bar(self) -> None:
        """Take the scroll bar away where all fits without: beside it words wrap into more lines, and would need it."""
        fits = self._wanted() <= self.maximumViewportSize().height()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        if self.verticalScrollBarPolicy() != policy:
            self.setVerticalScrollBarPolicy(policy)

    def _wanted(self) -> int:
        inside, width = self._inside, max(self.width(), 1)
        return inside.heightForWidth(width) if inside.hasHeightForWidth() else inside.sizeHint().height()


def give_way(theme: Theme, below: QWidget) -> None:
    """Let the part below a ``Yielding`` one take what is left, and not ask for more."""
    below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
    below.setMinimumHeight(theme.px(LEAST))
