"""Buttons, quick filters with counts and sub-tabs; each is named by its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QLayout, QLayoutItem, QMenu, QPushButton, QSizePolicy, QWidget

from desktop_crm.ui.icons import icon
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.labels import restyle


def button(
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    primary: bool = False,
    theme: Theme | None = None,
    picture: str = "",
) -> QPushButton:
    """A button; ``primary`` for the one main step of a screen, ``picture`` an icon name (needs ``theme``)."""
    made = QPushButton(text.replace("&", "&&"))
    made.setAccessibleName(text)
    made.setAutoDefault(True)  # Enter presses it too, as in a dialog
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    if primary:
        made.setProperty("look", "primary")
    if picture and theme is not None:
        made.setIcon(icon(theme, picture, "on_accent" if primary else "ink2"))
        made.setIconSize(QSize(theme.size("icon"), theme.size("icon")))
    if pressed is not None:
        made.clicked.connect(lambda _checked=False: pressed())
    return made


def make_primary(made: QPushButton, theme: Theme, picture: str, on: bool) -> None:
    """Let a button be the main step of its screen for as long as it is."""
    made.setIcon(icon(theme, picture, "on_accent" if on else "ink2"))
    restyle(made, "primary" if on else "")


def icon_button(theme: Theme, picture: str, name: str, pressed: Callable[[], object] | None = None) -> QPushButton:
    """A flat button with an icon alone; ``name`` is its tooltip and accessible name."""
    made = button("", pressed, theme=theme, picture=picture)
    made.setProperty("look", "flat")
    made.setAccessibleName(name)
    made.setToolTip(name)
    return made


def more_button(theme: Theme, name: str, actions: Sequence[QAction | None]) -> QPushButton:
    """The "..." button with further actions in a menu; None parts them."""
    made = button("⋯")
    made.setAccessibleName(name)
    made.setToolTip(name)
    menu = QMenu(made)
    for action in actions:
        menu.addSeparator() if action is None else menu.addAction(action)
    made.setMenu(menu)
    return made


@dataclass(frozen=True, slots=True)
class Chip:
    """A quick filter: its key in the query, and its text; customers who look on are not told of a ``private`` one."""

    key: str
    text: str
    private: bool = False


class Choice(QPushButton):
    """A checkable text that has room for being bold, which it is while it is on."""

    def __init__(self, text: str, look: str) -> None:
        super().__init__(text.replace("&", "&&"))
        self.setProperty("look", look)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, text: str) -> None:
        """Show another text."""
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        font = QFont(self.font())
        font.setBold(True)
        more = QFontMetrics(font).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(self.text())
        return super().sizeHint() + QSize(max(0, more), 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class FlowLayout(QLayout):
    """Puts its widgets in rows, the next row where there is no room; ``gap`` pixels between them."""

    def __init__(self, parent: QWidget | None, gap: int, row_gap: int | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self._row_gap = gap if row_gap is None else row_gap
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        """Asked for dozens of times between two changes."""
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        edge = self.contentsMargins()
        return size + QSize(edge.left() + edge.right(), edge.top() + edge.bottom())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        edge = self.contentsMargins()
        inner = rect.marginsRemoved(edge)
        x, y, height = inner.x(), inner.y(), 0
        for item in self._items:
            if item.isEmpty():  # hidden
                continue
            size = item.sizeHint()
            if x > inner.x() and x + size.width() > inner.right() + 1:
                x, y, height = inner.x(), y + height + self._row_gap, 0
            if move:
                item.setGeometry(QRect(x, y, size.width(), size.height()))
            x += size.width() + self._gap
            height = max(height, size.height())
        return y + height - rect.y() + edge.bottom()


class EvenLayout(FlowLayout):
    """Widgets that share the width of their rows evenly; as many in a row as none is cut."""

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        edge = self.contentsMargins()
        inner = rect.marginsRemoved(edge)
        shown = [item for item in self._items if not item.isEmpty()]
        if not shown:
            return edge.top() + edge.bottom()
        height = max(item.sizeHint().height() for item in shown)
        widths = self._widths([item.minimumSize().width() for item in shown], inner.width())
        y = inner.y()
        for start in range(0, len(shown), len(widths)):
            x = inner.x()
            for item, width in zip(shown[start:], widths, strict=False):
                if move:
                    item.setGeometry(QRect(x, y, width, height))
                x += width + self._gap
            y += height + self._row_gap
        return y - self._row_gap - rect.y() + edge.bottom()

    def _widths(self, least: list[int], room: int) -> list[int]:
        """The widths in a row: of all, a wide one at the cost of the others, or in columns of one width."""
        spare = room - self._gap * (len(least) - 1)
        if sum(least) <= spare:
            widths: list[int] = [0] * len(least)
            for done, n in enumerate(sorted(range(len(least)), key=lambda n: -least[n])):
                widths[n] = max(least[n], spare // (len(least) - done))
                spare -= widths[n]
            return widths
        across = max(1, min(len(least) - 1, (room + self._gap) // (max(least) + self._gap)))
        return [(room + self._gap) // across - self._gap] * across


class ButtonRow(QWidget):
    """Buttons side by side, going on in the next row where there is no room."""

    def __init__(self, theme: Theme, buttons: Sequence[QPushButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = FlowLayout(self, theme.px(7))
        row.setContentsMargins(0, 0, 0, 0)
        for made in buttons:
            row.addWidget(made)


class ChipsBar(QWidget):
    """Quick filters of which one is on: ``chosen(key)``."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, chips: Sequence[Chip], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips = {chip.key: chip for chip in chips}
        self._buttons: dict[str, Choice] = {}
        row = FlowLayout(self, theme.px(8))
        row.setContentsMargins(theme.px(18), theme.px(10), theme.px(18), theme.px(10))
        group = QButtonGroup(self)
        for chip in chips:
            made = Choice(chip.text, "chip")
            made.clicked.connect(lambda _checked=False, key=chip.key: self.chosen.emit(key))
            group.addButton(made)
            row.addWidget(made)
            self._buttons[chip.key] = made
        if chips:
            self._buttons[chips[0].key].setChecked(True)

    def show_counts(self, counts: dict[str, str]) -> None:
        """Put a formatted count behind the texts, by key."""
        for key, made in self._buttons.items():
            text = self._chips[key].text
            made.say(f"{text} {counts[key]}" if key in counts else text)

    def choose(self, key: str) -> None:
        """Turn a filter on without telling."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a filter, as for the customer view."""
        self._buttons[key].setVisible(shown)


class SubTabs(QWidget):
    """Underlined texts of which one is on: ``chosen(key)``; Left and Right move."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, tabs: Sequence[Chip], parent: QWidget | None = None, *, gap: int = 18) -> None:
        super().__init__(parent)
        self._tabs = {tab.key: tab for tab in tabs}
        self._buttons: dict[str, Choice] = {}
        row = FlowLayout(self, theme.px(gap), 0)
        row.setContentsMargins(theme.px(18), 0, theme.px(18), 0)
        group = QButtonGroup(self)
        for tab in tabs:
            made = Choice(tab.text, "subtab")
            made.toggled.connect(lambda on, key=tab.key: self.chosen.emit(key) if on else None)
            group.addButton(made)
            row.addWidget(made)
            self._buttons[tab.key] = made
        if tabs:
            self.choose(tabs[0].key)

    def show_counts(self, counts: dict[str, str]) -> None:
        """Put a formatted count behind the texts, by key."""
        for key, made in self._buttons.items():
            count = counts.get(key, "")
            made.say(f"{self._tabs[key].text} {count}".rstrip())

    def choose(self, key: str) -> None:
        """Turn a tab on."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def set_enabled(self, key: str, enabled: bool) -> None:
        """Whether a tab can be turned on."""
        self._buttons[key].setEnabled(enabled)

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a tab, as for the customer view."""
        self._buttons[key].setVisible(shown)
