"""What every page is handed: the shop's tasks, the language, the theme, and ways to tell the rest of the window."""

from __future__ import annotations

import uuid
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.state import State
from desktop_crm.ui.tasks import Tasks
from desktop_crm.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_crm.store.database import Database
    from desktop_crm.ui.actions import Actions


class CustomerView(QObject):
    """Whether the customer may look at the screen: cost, margin, grade and price lists are hidden while on."""

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = False

    def toggle(self) -> None:
        """F9."""
        self.set(not self.on)

    def set(self, on: bool) -> None:
        """Turn it on or off."""
        if on != self.on:
            self.on = on
            self.changed.emit(on)


class Context(QObject):
    """Handed to each page as ``ctx``; ``actions`` is filled by the window."""

    data_changed = Signal(object)  # store.database.Changed, after every write
    opened = Signal(str, object)  # entity, id: show that record
    toasted = Signal(str, object)  # text, batch id to undo or None
    status_changed = Signal()  # a page's status text is another one
    asking = Signal(object)  # the widget that asks a question now; its page is shown
    badge_changed = Signal(str, int, bool)  # page key, count that needs attention, urgent
    rebuild_wanted = Signal()  # language or sizes changed: build the window again

    actions: Actions
    place: QWidget | None = None  # where pages stand; built there, their parts are styled once

    def __init__(
        self,
        tasks: Tasks,
        t: Translator,
        theme: Theme,
        state: State,
        *,
        path: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path  # the shop file
        self.tasks = tasks
        self.t = copy(t)  # its own, because the home currency is the shop's
        self.theme = theme
        self.state = state
        self.customer_view = CustomerView(self)
        tasks.data_changed.connect(self.data_changed)

    @property
    def db(self) -> Database:
        """The open shop; for use inside lanes."""
        return self.tasks.database()

    def open_record(self, entity: str, record: uuid.UUID | tuple[uuid.UUID, ...]) -> None:
        """Show a record on the page that keeps its kind (``customer``, ``quotation``, ``customer_order`` ...).

        Several customers at once are the entity ``customers``.
        """
        self.opened.emit(entity, record)

    def toast(self, text: str, undo: uuid.UUID | None = None) -> None:
        """Say what was done for ten seconds; with a batch id it can be undone from there."""
        self.toasted.emit(text, undo)

    def set_badge(self, page: str, count: int, urgent: bool = False) -> None:
        """Show on a page's tab how many things there need attention."""
        self.badge_changed.emit(page, count, urgent)
