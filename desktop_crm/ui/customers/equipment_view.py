"""The equipment a customer bought or uses, on the card."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from desktop_crm.core.dates import clock
from desktop_crm.core.titles import EQUIPMENT_STATES
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.rows_area import RowsArea
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, PillLabel

if TYPE_CHECKING:
    from desktop_crm.services.equipment import Piece


class EquipmentView(RowsArea):
    """Each piece with its warranty and next visit; ``opened(id)``."""

    opened = Signal(object)

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.show_rows([])

    def show_rows(self, rows: list[Piece]) -> None:
        """Show other pieces."""
        t = self.ctx.t
        self.fill((self._row(row) for row in rows), t("No equipment yet. It comes from delivered order lines."))

    def _row(self, row: Piece) -> QHBoxLayout:
        theme, t = self.ctx.theme, self.ctx.t
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(f"{row.name} {row.model}".strip(), "bold"), 1)
        if row.state != "in_use":
            head.addWidget(PillLabel(Pill(t(EQUIPMENT_STATES[row.state]), "neutral")))
        words.addLayout(head)
        if where := " · ".join(part for part in (row.serial, row.location) if part):
            words.addWidget(ElidedLabel(where, "small"))
        if dates := " · ".join(self._dates(row)):
            words.addWidget(Label(dates, "soft", wrap=True))
        made = QHBoxLayout()
        made.addLayout(words, 1)
        made.addWidget(self._way(row.id, row.name))
        return made

    def _dates(self, row: Piece) -> list[str]:
        t, parts = self.ctx.t, []
        if row.warranty_until is not None:
            over = row.warranty_until < clock.today()
            day = t.date(row.warranty_until)
            parts.append(t("Warranty ended %(day)s", day=day) if over else t("Warranty until %(day)s", day=day))
        if row.next_on is not None:
            parts.append(t("Next visit %(day)s", day=t.date(row.next_on)))
        return parts

    def _way(self, key: uuid.UUID, name: str) -> QPushButton:
        return icon_button(
            self.ctx.theme, "chevron-right", self.ctx.t("Open %(name)s", name=name), lambda: self.opened.emit(key)
        )
