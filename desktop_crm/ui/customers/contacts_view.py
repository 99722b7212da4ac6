"""The contacts of the customer shown on the card."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.reach import Way, WayLine, Ways
from desktop_crm.ui.customers.rows_area import RowsArea
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, PillLabel

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow


class ContactsView(RowsArea):
    """Names with their numbers; ``chosen(ContactRow | None)`` to edit one or add one."""

    chosen = Signal(object)

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._places: dict[uuid.UUID, QWidget] = {}
        self.show_rows([], {})

    def show_rows(self, rows: list[ContactRow], ways: Ways) -> None:
        """Show other contacts; ``ways`` are their numbers as people write them, as far as they are known."""
        t = self.ctx.t
        self._places.clear()
        add = button(t("Add contact"), lambda: self.chosen.emit(None), theme=self.ctx.theme, picture="plus")
        self.fill((self._row(row, ways) for row in rows), t("Nobody is named here yet."), add)

    def point_at(self, contact: uuid.UUID) -> None:
        """Bring one contact into view, with the keyboard on its button."""
        if contact in self._places:
            self.ensureWidgetVisible(self._places[contact])
            self._places[contact].setFocus()

    def _row(self, row: ContactRow, ways: Ways) -> QHBoxLayout:
        theme, t = self.ctx.theme, self.ctx.t
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        head = QHBoxLayout()
        head.addWidget(Label(f"{row.name} {row.salutation}".strip(), "bold"))
        if row.is_primary:
            head.addWidget(PillLabel(Pill(t("Main contact"), "ok")))
        head.addStretch(1)
        words.addLayout(head)
        role = " · ".join(part for part in (row.department, row.title, row.note) if part)
        if role:
            words.addWidget(ElidedLabel(role, "small"))
        for point in row.points:
            words.addWidget(WayLine(self.ctx, ways.get((point.kind, point.typed), Way(point.typed))))
        made = QHBoxLayout()
        made.addLayout(words, 1)
        edit = icon_button(theme, "pencil", t("Edit %(name)s", name=row.name), lambda: self.chosen.emit(row))
        made.addWidget(edit)
        self._places[row.id] = edit
        return made
