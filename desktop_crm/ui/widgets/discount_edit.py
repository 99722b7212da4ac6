"""A discount on a whole document, typed as ``95折``, ``5%``, an amount, or both: ``95折 + 1000``."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt

from desktop_crm.core.currencies import to_major, to_minor
from desktop_crm.core.quantities import format_discount, format_quantity, parse_decimal, parse_discount
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import TextEdit

PERCENT_SIGNS = ("%", "％", "折")


class DiscountEdit(TextEdit):
    """``typed`` raises UserError for what is no discount."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(hint=ctx.t("Percent or sum"))
        self._lang = ctx.t.lang
        self.setAccessibleName(ctx.t("Discount on the whole"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedWidth(ctx.theme.px(140))

    def typed(self, code: str) -> tuple[Decimal, int]:
        """The percentage, and the amount in minor units of the currency ``code``."""
        percent, amount = Decimal(0), 0
        for part in filter(None, (piece.strip() for piece in self.text().split("+"))):
            if part.endswith(PERCENT_SIGNS):
                percent = parse_discount(part)
            else:
                value = parse_decimal(part, field="discount_amount", signed=False)
                amount = to_minor(value, code)
        return percent, amount

    def show_discount(self, percent: Decimal, amount: int, code: str) -> None:
        """Show a stored discount."""
        parts = [format_discount(percent, self._lang)] if percent else []
        if amount:
            parts.append(format_quantity(to_major(amount, code)))
        self.setText(" + ".join(parts))
