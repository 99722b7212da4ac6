"""What an order comes to while it is typed; the discount on the whole is typed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.discount_edit import DiscountEdit
from desktop_crm.ui.widgets.labels import Card, Label, line

if TYPE_CHECKING:
    from desktop_crm.core.money import Totals

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SumCard(Card):
    """Discount, net, tax and total, and a sentence when the lines cannot be reckoned."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx.theme)
        t = ctx.t
        self._ctx = ctx
        self.setFixedWidth(ctx.theme.px(344))
        self.subtotal, self.net, self.tax, self.total = Label(""), Label("", "bold"), Label(""), Label("", "name")
        self.discount = DiscountEdit(ctx)
        self._lines = Label(t("Sum of the lines"), "soft")
        self._fault = Label("", "error", wrap=True)
        grid = QGridLayout()
        grid.setVerticalSpacing(ctx.theme.px(4))
        rows = (
            (self._lines, self.subtotal),
            (Label(t("Discount"), "soft"), self.discount),
            (Label(t("Sum before tax"), "soft"), self.net),
            (Label(t("Sales tax"), "soft"), self.tax),
        )
        for place, (name, figure) in enumerate(rows):
            grid.addWidget(name, place, 0)
            grid.addWidget(figure, place, 1, RIGHT)
        grid.addWidget(line(), len(rows), 0, 1, 2)
        grid.addWidget(Label(t("Order total"), "name"), len(rows) + 1, 0)
        grid.addWidget(self.total, len(rows) + 1, 1, RIGHT)
        self.body.addLayout(grid)
        self.body.addWidget(self._fault)
        self.show_totals(None, "")
        self.say("")

    def show_totals(self, totals: Totals | None, code: str) -> None:
        """Show other totals; nothing before there is a line."""
        money = self._ctx.t.money
        figures = ((self.subtotal, "subtotal"), (self.net, "net"), (self.tax, "tax"))
        for label, key in figures:
            label.setText(money(getattr(totals, key) if totals else 0, code))
        self.total.setText(self._ctx.t.price(totals.total if totals else 0, code))
        for widget in (self._lines, self.subtotal):  # only where the lines come to something else
            widget.setVisible(totals is not None and bool(totals.discount))

    def say(self, sentence: str) -> None:
        """Why the order cannot be reckoned or saved; an empty sentence takes it away."""
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))
