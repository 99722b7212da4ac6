"""What every tab is: a home screen, editors that open in its place, and a few questions the window asks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.dropping import dropped_file
from desktop_crm.ui.widgets.labels import ElidedLabel
from desktop_crm.ui.widgets.search_box import SearchBox


class ToolBar(QFrame):
    """The strip at the top of a screen: a way back, title, search box, whatever is added, buttons at the right."""

    def __init__(self, ctx: Context, title: str, *, search: str = "") -> None:
        super().__init__()
        self.setProperty("look", "tool")
        self.setFixedHeight(ctx.theme.size("tool"))
        self.title = ElidedLabel(title, "title")
        self.title.least = title
        self.search = SearchBox(ctx.theme, search) if search else None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(ctx.theme.px(18), 0, ctx.theme.px(18), 0)
        self._row.setSpacing(ctx.theme.px(10))
        self._row.addWidget(self.title)
        if self.search is not None:
            self._row.addWidget(self.search, 3)
        self._row.addStretch(1)
        self._left = self._row.count() - 1

    def set_title(self, title: str, least: str = "") -> None:
        """Show another title; where room is short ``least`` of it, the beginning, or all if that is not given."""
        self.title.least = least or title
        self.title.setText(title)

    def add_left(self, widget: QWidget) -> None:
        """Put a widget after the title; a search box takes what room there is."""
        self._row.insertWidget(self._left, widget, 3 if isinstance(widget, SearchBox) else 0)
        self._left += 1

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._row.addWidget(widget)

    def add_first(self, widget: QWidget) -> None:
        """Put a widget before the others at the right end."""
        self._row.insertWidget(self._left + 1, widget)

    def add_back(self, ctx: Context, text: str, page: Page) -> None:
        """Put a way back before the title."""
        self._row.insertWidget(0, button(text, page.pop, theme=ctx.theme, picture="chevron-left"))
        self._left += 1


class Screen(QWidget):
    """A tool bar over a body; editors are screens too."""

    def __init__(self, ctx: Context, title: str, *, search: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "page")
        self.ctx = ctx
        self.tool = ToolBar(ctx, title, search=search)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tool)
        column.addLayout(self.body, 1)

    def may_leave(self) -> bool:
        """Whether it may close; an editor with unsaved edits asks here."""
        return True

    def status_text(self) -> str:
        """What stands at the left of the status bar."""
        return ""


class Page(QStackedWidget):
    """A tab. ``home`` is its first screen; ``push`` opens an editor in its place, Esc or ``pop`` goes back."""

    entities: Iterable[str] = ()  # records whose change makes ``reload`` necessary; empty: all

    def __init__(self, ctx: Context, title: str, *, search: str = "") -> None:
        super().__init__(ctx.place)
        self.setProperty("look", "page")
        self.ctx = ctx
        self.home = Screen(ctx, title, search=search, parent=self)
        self.addWidget(self.home)
        self.setAcceptDrops(True)
        ctx.data_changed.connect(self._data_changed)

    def hold(self) -> None:
        """Called before ``first_shown`` where it need not be painted before all of it is read."""

    def first_shown(self) -> None:
        """Called once, when the window is painted: read the first rows here, not in the constructor."""

    def reload(self) -> None:
        """Read again what is shown (F5, and after a change of ``entities``)."""

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Show a record, asked for by another page."""

    def bring_back(self, kind: str, record: str) -> bool:
        """Open the form of unsaved typing: ``record`` is a key or "new"; False if there is no such form here."""
        return False

    def can_add(self) -> bool:
        """Whether what is shown can be added to, for the menus; asked of pages with ``new_record``."""
        return True

    def has_selection(self) -> bool:
        """Whether a record is selected, for the menus."""
        return False

    def has_search(self) -> bool:
        """Whether the screen shown is one that can be searched, for the menus."""
        return self.home.tool.search is not None and self.currentWidget() is self.home

    def status_text(self) -> str:
        """What stands at the left of the status bar while the home screen is shown."""
        return ""

    def find_in_list(self) -> None:
        """Ctrl+F."""
        box = self.home.tool.search
        if box is not None and self.has_search():
            box.setFocus(Qt.FocusReason.ShortcutFocusReason)
            box.selectAll()

    def import_file(self, path: Path | None = None) -> None:
        """Open the import of lists, with a file if one is given."""
        from desktop_crm.ui.importing.screen import ImportScreen

        screen = self.top()
        if not isinstance(screen, ImportScreen):
            screen = ImportScreen(self.ctx, self)
            self.push(screen)
        if path is not None:
            screen.take(path)

    def push(self, screen: Screen) -> None:
        """Open an editor in the place of what is shown."""
        self.addWidget(screen)
        self.setCurrentWidget(screen)
        screen.setFocus()
        self.ctx.status_changed.emit()

    def reveal(self, widget: QWidget) -> None:
        """Show the screen on which ``widget`` is."""
        for place in range(self.count()):
            screen = self.widget(place)
            if screen is not None and (screen is widget or screen.isAncestorOf(widget)):
                self.setCurrentWidget(screen)

    def pop(self) -> bool:
        """Close the editor on top if it may; False if it may not or there is none."""
        top = self.top()
        if top is self.home or not top.may_leave():
            return False
        self.removeWidget(top)
        top.deleteLater()
        self.setCurrentIndex(self.count() - 1)
        self.take_focus()
        self.ctx.status_changed.emit()
        return True

    def take_focus(self) -> None:
        """Put the keyboard on the list of the home screen, or where it was in the editor shown."""
        top = self.top()
        from desktop_crm.ui.widgets.list_view import ListView  # the frame needs none

        wanted = top.findChild(ListView) if top is self.home else top.focusWidget()
        (top if wanted is None else wanted).setFocus()

    def top(self) -> Screen:
        """The screen shown."""
        shown = self.currentWidget()
        assert isinstance(shown, Screen)
        return shown

    def may_close(self) -> bool:
        """Whether the window may close; every open editor is asked."""
        screens = [self.widget(n) for n in range(1, self.count())]
        return all(screen.may_leave() for screen in screens if isinstance(screen, Screen))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.import_file(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.currentWidget() is not self.home:
            self.pop()
        else:
            super().keyPressEvent(event)

    def _data_changed(self, changed: object) -> None:
        touched = set(getattr(changed, "entities", {}))
        if not self.entities or touched & set(self.entities):
            self.reload()
