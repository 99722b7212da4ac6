"""What the draft comes to, and what it brings: margin at the left, totals at the right."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.core.quantities import format_quantity
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import FlowLayout
from desktop_crm.ui.widgets.discount_edit import DiscountEdit
from desktop_crm.ui.widgets.labels import Card, Label, line

if TYPE_CHECKING:
    from desktop_crm.core.money import Totals

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class MarginBox(Card):
    """Cost, margin and the shop's floor; hidden in the customer view."""

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        super().__init__(ctx.theme, t("Margin (never printed, F9 hides it)"))
        self._ctx = ctx
        row = FlowLayout(None, ctx.theme.px(26), ctx.theme.px(8))
        self.cost, self.margin, self.floor = Label("—", "bold"), Label("—", "bold"), Label("—", "bold")
        for name, figure in ((t("Cost"), self.cost), (t("Margin amount"), self.margin), (t("Floor"), self.floor)):
            both = QWidget()
            column = QVBoxLayout(both)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(ctx.theme.px(2))
            column.addWidget(Label(name, "small"))
            column.addWidget(figure)
            row.addWidget(both)
        self.body.addLayout(row)
        self.hint = Label("", "small", wrap=True)
        self.body.addWidget(self.hint)
        self.body.addStretch(1)
        ctx.customer_view.changed.connect(self.setHidden)
        if ctx.customer_view.on:
            self.hide()

    def show_totals(self, totals: Totals | None, code: str, floor: Decimal, uncosted: int) -> None:
        """Show the margin of ``totals``; ``uncosted`` items have no known cost and are left out of it."""
        t = self._ctx.t
        self.floor.setText(f"{format_quantity(floor)}%")
        if totals is None or totals.cost is None or totals.margin is None:
            self.cost.setText("—")
            self.margin.setText("—")
            self.margin.set_look("bold")
            self.hint.setText("")
        else:
            ratio = totals.margin_ratio
            self.cost.setText(t.money(totals.cost, code))
            self.margin.setText(
                t.money(totals.margin, code) + (f" · {t.percent(ratio, 1)}" if ratio is not None else "")
            )
            below = ratio is not None and ratio * 100 < floor
            self.margin.set_look("warn" if below else "accent")
            missing = t.plural("%(count)s line without a cost", "%(count)s lines without a cost", uncosted)
            said = [t("Below the floor.")] if below else []
            self.hint.setText(" ".join([*said, *([missing] if uncosted else [])]))
        self.hint.setVisible(bool(self.hint.text()))


class TotalsBox(Card):
    """Discount, net, tax and total of the document; the discount is typed here: ``95折``, ``5%`` or an amount."""

    discount_typed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx.theme)
        self._ctx = ctx
        t = ctx.t
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(ctx.theme.px(12))
        self._grid.setVerticalSpacing(ctx.theme.px(3))
        self._grid.setColumnStretch(0, 1)
        self.discount = DiscountEdit(ctx)
        self.discount.editingFinished.connect(self.discount_typed)
        self._names: dict[str, Label] = {}
        self._figures: dict[str, Label] = {}
        for row, key in enumerate(("subtotal", "discount", "net", "tax")):
            self._names[key] = Label("", "soft")
            self._figures[key] = Label("", "bold" if key == "net" else "")
            self._grid.addWidget(self._names[key], row, 0)
            self._grid.addWidget(self._figures[key], row, 2, RIGHT)
        self._grid.addWidget(self.discount, 1, 1, 1, 2, RIGHT)
        self._names["discount"].setText(t("Discount"))
        self.body.addLayout(self._grid)
        self.body.addWidget(line())
        row_box = QHBoxLayout()
        self._total_name, self._total = Label("", "name"), Label("", "name")
        row_box.addWidget(self._total_name)
        row_box.addStretch(1)
        row_box.addWidget(self._total)
        self.body.addLayout(row_box)
        self.fault = Label("", "error", wrap=True)
        self.fault.hide()
        self.body.addWidget(self.fault)

    def typed_discount(self, code: str) -> tuple[Decimal, int]:
        """The percentage and the amount typed; raises UserError. ``95折 + 1000`` gives both."""
        return self.discount.typed(code)

    def set_discount(self, percent: Decimal, amount: int, code: str) -> None:
        """Show a stored discount."""
        self.discount.show_discount(percent, amount, code)

    def show_totals(self, totals: Totals | None, mode: str, rate: Decimal, code: str) -> None:
        """Show other totals."""
        t = self._ctx.t
        percent = f"{format_quantity(rate)}%"
        self._names["subtotal"].setText(t("Sum of the lines"))
        self._names["net"].setText(t("Total (excl. tax)"))
        tax = t("Tax included %(rate)s", rate=percent) if mode == "inclusive" else t("VAT %(rate)s", rate=percent)
        self._names["tax"].setText(tax)
        self._total_name.setText(t("Total before tax") if mode == "untaxed" else t("Total (incl. tax)"))
        for key in self._figures:
            value = getattr(totals, key) if totals is not None else 0
            self._figures[key].setText(t.money(-value if key == "discount" else value, code))
        self._total.setText(t.price(totals.total if totals else 0, code))
        discounted = totals is not None and bool(totals.discount)
        for shown, keys in ((discounted, ("subtotal",)), (mode != "untaxed", ("net", "tax"))):
            for key in keys:
                self._names[key].setVisible(shown)
                self._figures[key].setVisible(shown)
        self._figures["discount"].setVisible(discounted)
        self._grid.addWidget(
            self.discount, 1, 1, 1, 1 if discounted else 2, RIGHT
        )  # the figures' edge while it has none

    def say(self, sentence: str) -> None:
        """Say why the totals are not those of the lines."""
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))


class Sums(QWidget):
    """Both boxes beside each other."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.margin = MarginBox(ctx)
        self.totals = TotalsBox(ctx)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ctx.theme.px(14))
        row.addWidget(self.margin, 8)
        row.addWidget(self.totals, 7)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
