"""What a new order comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.labels import Card, Label, line

if TYPE_CHECKING:
    from desktop_crm.core.money import Totals

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SumCard(Card):
    """Net, tax and total, and a sentence when the lines cannot be reckoned."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx.theme)
        t = ctx.t
        self._ctx = ctx
        self.setFixedWidth(ctx.theme.px(300))
        self.net, self.tax, self.total = Label("", "bold"), Label(""), Label("", "name")
        self._fault = Label("", "error", wrap=True)
        grid = QGridLayout()
        grid.setVerticalSpacing(ctx.theme.px(4))
        for place, (name, figure) in enumerate(((t("Sum before tax"), self.net), (t("Sales tax"), self.tax))):
            grid.addWidget(Label(name, "soft"), place, 0)
            grid.addWidget(figure, place, 1, RIGHT)
        grid.addWidget(line(), 2, 0, 1, 2)
        grid.addWidget(Label(t("Order total"), "name"), 3, 0)
        grid.addWidget(self.total, 3, 1, RIGHT)
        self.body.addLayout(grid)
        self.body.addWidget(self._fault)
        self.show_totals(None, "")
        self.say("")

    def show_totals(self, totals: Totals | None, code: str) -> None:
        """Show other totals; nothing before there is a line."""
        money = self._ctx.t.money
        for label, amount in ((self.net, totals and totals.net), (self.tax, totals and totals.tax)):
            label.setText(money(amount or 0, code))
        self.total.setText(self._ctx.t.price(totals.total if totals else 0, code))

    def say(self, sentence: str) -> None:
        """Why the order cannot be reckoned or saved; an empty sentence takes it away."""
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))
