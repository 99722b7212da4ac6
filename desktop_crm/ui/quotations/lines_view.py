"""The lines and totals of a quotation, to be read at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.core.quantities import format_discount, format_quantity
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, line

if TYPE_CHECKING:
    from desktop_crm.services.quotation_view import LineView, QuotationView

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SHOWN = 60  # lines; the rest is in the PDF


class LinesView(QWidget):
    """Name, quantity and amount of each line, then the totals."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("look", "clear")
        self._ctx = ctx
        px = ctx.theme.px
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(18), px(10), px(18), px(14))
        self._column.setSpacing(0)
        self._inner = QWidget()
        self._column.addWidget(self._inner)
        self._column.addStretch(1)

    def show_view(self, view: QuotationView) -> None:
        """Show another quotation."""
        px = self._ctx.theme.px
        self._inner.hide()
        self._inner.deleteLater()
        self._inner = QWidget()
        box = QVBoxLayout(self._inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(10))
        for one in view.lines[:SHOWN]:
            box.addLayout(self._line(one, view.header.currency))
        if not view.lines:
            box.addWidget(Label(self._ctx.t("There are no lines yet."), "muted"))
        elif len(view.lines) > SHOWN:
            more = len(view.lines) - SHOWN
            box.addWidget(
                Label(self._ctx.t.plural("and %(count)s more line", "and %(count)s more lines", more), "muted")
            )
        box.addWidget(line())
        box.addLayout(self._totals(view))
        self._column.insertWidget(0, self._inner)

    def _line(self, view: LineView, code: str) -> QVBoxLayout:
        t, typed = self._ctx.t, view.typed
        box = QVBoxLayout()
        box.setSpacing(0)
        top = QHBoxLayout()
        priced = typed.is_priced
        top.addWidget(ElidedLabel(typed.name, "" if priced else "bold" if typed.kind == "section" else "muted"), 1)
        if priced:
            amount = t.money(view.amount, code)
            if typed.kind == "item":
                top.addWidget(Label(amount, "bold"))
            else:
                kind = t("Option") if typed.kind == "option" else t("Alternative")
                top.addWidget(Label(f"{kind} {amount}", "muted"))
        box.addLayout(top)
        if priced:
            box.addWidget(ElidedLabel(self._detail(view), "small"))
        return box

    def _detail(self, view: LineView) -> str:
        t, typed = self._ctx.t, view.typed
        parts = [f"{format_quantity(typed.quantity)} {typed.unit} × {t.number(typed.unit_price, 4)}".replace("  ", " ")]
        if typed.discount_percent:
            parts.append(format_discount(typed.discount_percent, t.lang))
        return " · ".join([*parts, *([typed.specification] if typed.specification else [])])

    def _totals(self, view: QuotationView) -> QGridLayout:
        t, code = self._ctx.t, view.header.currency
        grid = QGridLayout()
        grid.setVerticalSpacing(self._ctx.theme.px(3))
        rows = [(t("Total (excl. tax)"), view.net), (t("Tax"), view.tax)] if view.tax else []
        if view.discount:
            rows.insert(0, (t("Discount"), -view.discount))
        for number, (name, amount) in enumerate(rows):
            grid.addWidget(Label(name, "soft"), number, 0)
            grid.addWidget(Label(t.money(amount, code), "soft"), number, 1, RIGHT)
        name = t("Total before tax") if view.header.tax_mode == "untaxed" else t("Total (incl. tax)")
        grid.addWidget(Label(name, "bold"), len(rows), 0)
        grid.addWidget(Label(t.price(view.total, code), "bold"), len(rows), 1, RIGHT)
        return grid
