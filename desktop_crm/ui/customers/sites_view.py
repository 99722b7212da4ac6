"""The sites of the customer shown on the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.rows_area import RowsArea
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, PillLabel

if TYPE_CHECKING:
    from desktop_crm.services.sites import SiteRow

SHOWN = 3  # pieces of equipment named; the rest are counted


class SitesView(RowsArea):
    """Names with address and what stands there; ``chosen(SiteRow | None)`` to edit one or add one."""

    chosen = Signal(object)

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.show_rows([], "")

    def show_rows(self, rows: list[SiteRow], country: str) -> None:
        """Show other sites."""
        t = self.ctx.t
        add = button(t("Add site"), lambda: self.chosen.emit(None), theme=self.ctx.theme, picture="plus")
        nothing = t("No site yet. Quotations, orders and equipment can name one.")
        self.fill((self._row(row, country) for row in rows), nothing, add)

    def _row(self, row: SiteRow, country: str) -> QHBoxLayout:
        theme, t = self.ctx.theme, self.ctx.t
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(row.name, "bold"), 1)
        if row.archived:
            head.addWidget(PillLabel(Pill(t("Archived"), "neutral")))
        words.addLayout(head)
        where = " · ".join(part for part in (row.address(country), row.contact, row.note) if part)
        if where:
            words.addWidget(Label(where, "small", wrap=True))
        if row.equipment:
            named = t("Equipment: %(names)s", names=", ".join(row.equipment[:SHOWN]))
            rest = len(row.equipment) - SHOWN
            more = t("and %(count)s more", count=rest) if rest > 0 else ""
            words.addWidget(Label(f"{named} {more}".rstrip(), "soft", wrap=True))
        made = QHBoxLayout()
        made.addLayout(words, 1)
        made.addWidget(icon_button(theme, "pencil", t("Edit %(name)s", name=row.name), lambda: self.chosen.emit(row)))
        return made
