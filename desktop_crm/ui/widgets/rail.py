"""The column at the left: the shop's name and state, the tabs with their badges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget

from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cells import CENTRE, LEFT, elided
from desktop_crm.ui.widgets.labels import Label

PARTED = " · "  # where the line under the shop's name may break


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
        self._narrow = False
        self.setText(tab.text.replace("&", "&&"))
        self.setCheckable(True)
        self.setAccessibleName(tab.text)
        self.setToolTip(f"{tab.text}  {tab.shortcut}".rstrip())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(theme.px(38))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(156), self.height())

    def be_narrow(self, on: bool) -> None:
        """Put the text small under the icon, where the window has no width to spare."""
        self._narrow = on
        self.setFixedHeight(self._theme.px(52 if on else 38))
        self.update()

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
        if self._narrow:
            self._paint_narrow(painter)
        else:
            self._paint_wide(painter)
        painter.end()

    def _paint_wide(self, painter: QPainter) -> None:
        """The icon, the text beside it, and the badge at the right end."""
        theme = self._theme
        side, gap = theme.size("icon"), theme.px(10)
        painter.drawPixmap(gap, (self.height() - side) // 2, pixmap(theme, self._tab.icon, self._ink()))
        badge = self._badge_width()
        right = self.width() - gap - badge
        self._paint_badge(painter, QRectF(right, (self.height() - theme.px(20)) / 2, badge, theme.px(20)))
        left = gap + side + gap
        place = QRect(left, 0, right - left - (theme.px(4) if badge else 0), self.height())
        self._paint_text(painter, place, LEFT, theme.font(bold=self.isChecked()))

    def _paint_narrow(self, painter: QPainter) -> None:
        """The icon, the text under it, and the badge at the icon's shoulder."""
        theme = self._theme
        side, top = theme.size("icon"), theme.px(8)
        badge = self._badge_width()
        room = self.width() - badge - side + theme.px(4)  # a long badge pushes the icon aside rather than cover it
        left = min((self.width() - side) // 2, room)
        painter.drawPixmap(left, top, pixmap(theme, self._tab.icon, self._ink()))
        shoulder = left + side - theme.px(4)
        self._paint_badge(painter, QRectF(shoulder, theme.px(2), badge, theme.px(18)))
        place = QRect(0, top + side, self.width(), self.height() - top - side)
        self._paint_text(painter, place, CENTRE, theme.font("small", bold=self.isChecked()))

    def _ink(self) -> str:
        return "accentink" if self.isChecked() else "ink2"

    def _paint_text(self, painter: QPainter, place: QRect, align: int, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(self._ink()))
        painter.drawText(place, align, elided(font, self._tab.text, place.width()))

    def _badge_width(self) -> int:
        """The room the badge takes, 0 without one."""
        metrics = QFontMetrics(self._theme.font("small"))
        return metrics.horizontalAdvance(self._badge) + self._theme.px(10 if self._narrow else 16) if self._badge else 0

    def _paint_badge(self, painter: QPainter, box: QRectF) -> None:
        if not self._badge:
            return
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("badbg" if self._urgent else "pill"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("bad" if self._urgent else "ink2"))
        painter.drawText(box, CENTRE, self._badge)


class Rail(QFrame):
    """The tabs; ``chosen(key)``."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, tabs: Sequence[Tab]) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        self._theme = theme
        self._texts = [tab.text for tab in tabs]
        self._narrow = False
        self._tabs: dict[str, RailTab] = {}
        self._heads: list[QWidget] = []  # not shown in a narrow rail
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(2))
        self._shop = Label("", "heading", wrap=True)
        self._line = Label("", "small", wrap=True)
        for label in (self._shop, self._line):
            label.setContentsMargins(theme.px(10), 0, theme.px(6), 0)
            column.addWidget(label)
            self._heads.append(label)
        gap = QWidget()
        gap.setFixedHeight(theme.px(10))
        column.addWidget(gap)
        self._heads.append(gap)
        group = QButtonGroup(self)
        for tab in sorted(tabs, key=lambda tab: tab.foot):
            if tab.foot and column.stretch(column.count() - 1) == 0:
                column.addStretch(1)
            if tab.section:
                head = Label(tab.section, "small")
                head.setContentsMargins(theme.px(10), theme.px(10), 0, theme.px(4))
                column.addWidget(head)
                self._heads.append(head)
            made = RailTab(theme, tab)
            made.clicked.connect(lambda _checked=False, key=tab.key: self.chosen.emit(key))
            group.addButton(made)
            column.addWidget(made)
            self._tabs[tab.key] = made
        if not any(tab.foot for tab in tabs):
            column.addStretch(1)
        self._lay_out()

    def be_narrow(self, on: bool) -> None:
        """Small tabs without the shop's name above them, where the window has no width to spare."""
        if on != self._narrow:
            self._narrow = on
            self._lay_out()

    def _lay_out(self) -> None:
        px, on = self._theme.px, self._narrow
        metrics = QFontMetrics(self._theme.font("small" if on else "text", bold=True))
        widest = max((metrics.horizontalAdvance(text) for text in self._texts), default=0)
        # beside the text: edges; in a wide rail also icon and badge
        self.setFixedWidth(max(px(72), widest + px(16)) if on else max(self._theme.size("rail"), widest + px(108)))
        column = self.layout()
        assert column is not None
        side = px(4 if on else 8)
        column.setContentsMargins(side, px(8 if on else 16), side, px(8 if on else 12))
        for head in self._heads:
            head.setVisible(not on)
        for tab in self._tabs.values():
            tab.be_narrow(on)

    def show_shop(self, name: str, line: str) -> None:
        """Show the shop's name and what is to say of its file."""
        self._shop.setText(name)
        edges = self._line.contentsMargins()
        room = self.width() - 2 * self._theme.px(8) - edges.left() - edges.right()
        fits = QFontMetrics(self._theme.font("small")).horizontalAdvance(line) <= room
        self._line.setText(line if fits else line.replace(PARTED, "\n"))

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
