"""The contacts of the customer shown on the card."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.core import titles
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.reach import Way, WayLine, Ways
from desktop_crm.ui.customers.rows_area import RowsArea
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel, PillLabel

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow


class ContactsView(RowsArea):
    """Names with their numbers; ``chosen(ContactRow | None)`` to edit one or add one."""

    chosen = Signal(object)

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._places: dict[uuid.UUID, QWidget] = {}
        self._pointed: uuid.UUID | None = None
        self.show_rows([], {})

    def show_rows(self, rows: list[ContactRow], ways: Ways, pointed: uuid.UUID | None = None) -> None:
        """Show other contacts; ``ways`` are their numbers as people write them, as far as they are known.

        The contact ``pointed`` at stands out and is brought into view.
        """
        t = self.ctx.t
        self._places.clear()
        self._pointed = pointed
        add = button(t("Add contact"), lambda: self.chosen.emit(None), theme=self.ctx.theme, picture="plus")
        self.fill((self._row(row, ways) for row in rows), t("Nobody is named here yet."), add)
        if pointed in self._places:
            QTimer.singleShot(0, self._places[pointed], lambda: self.ensureWidgetVisible(self._places[pointed]))

    def _row(self, row: ContactRow, ways: Ways) -> QHBoxLayout:
        theme, t = self.ctx.theme, self.ctx.t
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(titles.addressed(row.name, row.salutation), "bold"))
        if row.is_primary:
            head.addWidget(PillLabel(Pill(t("Main contact"), "ok")))
        head.addStretch(1)
        words.addLayout(head)
        role = " · ".join(part for part in (row.department, row.title, row.note) if part)
        if role:
            words.addWidget(ElidedLabel(role, "small"))
        for point in row.points:
            words.addWidget(WayLine(self.ctx, ways.get((point.kind, point.typed), Way(point.typed))))
        place = QFrame()
        if row.id == self._pointed:
            place.setProperty("look", "note")
        inner = QHBoxLayout(place)
        edge = theme.px(8) if row.id == self._pointed else 0
        inner.setContentsMargins(edge, edge, edge, edge)
        inner.addLayout(words, 1)
        inner.addWidget(icon_button(theme, "pencil", t("Edit %(name)s", name=row.name), lambda: self.chosen.emit(row)))
        self._places[row.id] = place
        made = QHBoxLayout()
        made.addWidget(place)
        return made
