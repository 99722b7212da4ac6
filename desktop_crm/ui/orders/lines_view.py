"""What was ordered, delivered and is still open, the payment plan below, and the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.quantities import format_discount
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.plan_view import PlanView
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.widgets.inset_table import InsetTable

if TYPE_CHECKING:
    from decimal import Decimal

    from desktop_crm.services.order_view import OrderLineRow
    from desktop_crm.ui.orders.card_data import CardData


def _open(t: Translator, quantity: Decimal) -> str | Pill:
    return t.number(quantity, 4) if quantity else "0"


def _specified(_t: Translator, value: tuple[str, str]) -> str:
    return value[0]


def _specification(_t: Translator, value: tuple[str, str]) -> str:
    return " · ".join(part for part in value if part)


def _amount(t: Translator, value: tuple[OrderLineRow, str]) -> str:
    line, code = value
    return t.money(line.amount, code)


def _unit_price(t: Translator, value: tuple[OrderLineRow, str]) -> str:
    line, _code = value
    price = t("Unit price %(price)s", price=t.number(line.unit_price, 4))
    return " · ".join([price, *([format_discount(line.discount_percent, t.lang)] if line.discount_percent else [])])


LINES = (
    Column("name", N_("Item"), 130, show=_specified, tip=_specification, stretch=True),
    Column("quantity", N_("Ordered"), 58, "quantity"),
    Column("delivered", N_("Handed over"), 58, "quantity", rank=1),
    Column("open", N_("To come"), 58, "figure", show=_open),
    Column("amount", N_("Amount"), 84, "money", show=_amount, tip=_unit_price),
)


class LinesView(QWidget):
    """A small table, and the plan under it."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("look", "clear")
        t, px = ctx.t, ctx.theme.px
        self.lines = InsetTable(ctx, t("Lines"), LINES)
        self.plan = PlanView(ctx)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(8), px(18), px(14))
        column.setSpacing(px(6))
        column.addWidget(self.lines)
        column.addSpacing(px(8))
        column.addWidget(self.plan)
        column.addStretch(1)

    def show_order(self, data: CardData) -> None:
        """Show another order."""
        view = data.view
        self.lines.show_rows(
            [
                (
                    row.id,
                    (row.name, row.specification),
                    row.quantity,
                    row.delivered,
                    row.open,
                    (row, view.currency),
                )
                for row in view.lines
            ]
        )
        self.plan.show_plan(data)
