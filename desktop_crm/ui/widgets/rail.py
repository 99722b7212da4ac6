"""The column at the left: the shop's name and state, the tabs with their badges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget

from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cells import CENTRE, LEFT, elided
from desktop_crm.ui.widgets.labels import Label


@dataclass(frozen=True, slots=True)
class Tab:
    """What the rail needs to know of a page."""

    key: str
    text: str
    icon: str
    section: str = ""
    foot: bool = False
    shortcut: str = ""


class RailTab(QAbstractButton):
    """One tab: icon, text, and a badge for what needs attention."""

    def __init__(self, theme: Theme, tab: Tab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tab = tab
        self._badge = ""
        self._urgent = False
        self.setText(tab.text.replace("&", "&&"))
        self.setCheckable(True)
        self.setAccessibleName(tab.text)
        self.setToolTip(f"{tab.text}  {tab.shortcut}".rstrip())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(theme.px(38))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(156), self._theme.px(38))

    def set_badge(self, text: str, *, urgent: bool) -> None:
        """Show a count; none for an empty text."""
        self._badge = text
        self._urgent = urgent
        self.setAccessibleName(f"{self._tab.text} {text}".rstrip())
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accentbg" if on else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), theme.size("radius"), theme.size("radius"))
        if self.hasFocus():
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, theme.size("radius"), theme.size("radius"))
        ink = "accentink" if on else "ink2"
        side = theme.size("icon")
        painter.drawPixmap(theme.px(10), (self.height() - side) // 2, pixmap(theme, self._tab.icon, ink))
        right = self._paint_badge(painter)
        left = theme.px(10) + side + theme.px(10)
        font = theme.font(bold=on)
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        room = right - left
        painter.drawText(QRect(left, 0, room, self.height()), LEFT, elided(font, self._tab.text, room))
        painter.end()

    def _paint_badge(self, painter: QPainter) -> int:
        """Draw the badge; the x where the text must end."""
        theme = self._theme
        right = self.width() - theme.px(10)
        if not self._badge:
            return right
        font = theme.font("small")
        width = QFontMetrics(font).horizontalAdvance(self._badge) + theme.px(16)
        height = theme.px(20)
        box = QRectF(right - width, (self.height() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("badbg" if self._urgent else "pill"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(theme.color("bad" if self._urgent else "ink2"))
        painter.drawText(box, CENTRE, self._badge)
        return int(box.x()) - theme.px(4)


class Rail(QFrame):
    """The tabs; ``chosen(key)``."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, tabs: Sequence[Tab]) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        widest = max((QFontMetrics(theme.font(bold=True)).horizontalAdvance(tab.text) for tab in tabs), default=0)
        self.setFixedWidth(max(theme.size("rail"), widest + theme.px(108)))  # icon, badge and edges beside the text
        self._tabs: dict[str, RailTab] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(8), theme.px(16), theme.px(8), theme.px(12))
        column.setSpacing(theme.px(2))
        self._shop = Label("", "heading", wrap=True)
        self._line = Label("", "small", wrap=True)
        for label in (self._shop, self._line):
            label.setContentsMargins(theme.px(10), 0, theme.px(6), 0)
            column.addWidget(label)
        column.addSpacing(theme.px(12))
        group = QButtonGroup(self)
        for tab in sorted(tabs, key=lambda tab: tab.foot):
            if tab.foot and column.stretch(column.count() - 1) == 0:
                column.addStretch(1)
            if tab.section:
                head = Label(tab.section, "small")
                head.setContentsMargins(theme.px(10), theme.px(10), 0, theme.px(4))
                column.addWidget(head)
            made = RailTab(theme, tab)
            made.clicked.connect(lambda _checked=False, key=tab.key: self.chosen.emit(key))
            group.addButton(made)
            column.addWidget(made)
            self._tabs[tab.key] = made
        if not any(tab.foot for tab in tabs):
            column.addStretch(1)

    def show_shop(self, name: str, line: str) -> None:
        """Show the shop's name and what is to say of its file."""
        self._shop.setText(name)
        self._line.setText(line)

    def choose(self, key: str) -> None:
        """Mark a tab as the one shown."""
        self._tabs[key].setChecked(True)

    def set_badge(self, key: str, text: str, *, urgent: bool) -> None:
        """Show a count on a tab."""
        if key in self._tabs:
            self._tabs[key].set_badge(text, urgent=urgent)

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a tab, as for the customer view."""
        self._tabs[key].setVisible(shown)
