"""How large typed numbers may be, and the exact integers the money engine reckons with.

Quantities, prices and percentages carry at most four decimals and are reckoned as integers x 10^4.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_

DECIMALS = 4
SCALE = 10**DECIMALS
TOTAL_LIMIT = 10**15  # minor units: fifteen digits are what a spreadsheet cell still holds exactly

_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])


@dataclass(frozen=True, slots=True)
class Limit:
    """The range of one kind of number, and the sentences that say what is wrong with another."""

    lowest: Decimal
    highest: Decimal
    exclusive: bool  # the ends themselves are refused
    not_a_number: str
    out_of_range: str
    too_fine: str

    def holds(self, value: Decimal) -> bool:
        """Whether the finite ``value`` lies in the range."""
        if self.exclusive:
            return self.lowest < value < self.highest
        return self.lowest <= value <= self.highest


_QUANTITY = Limit(
    Decimal(-(10**9)),
    Decimal(10**9),
    True,
    N_("The quantity must be a number."),
    N_("The quantity must be smaller than 1,000,000,000."),
    N_("The quantity may have at most four decimals."),
)
_PRICE = Limit(
    Decimal(-(10**10)),
    Decimal(10**10),
    True,
    N_("The price must be a number."),
    N_("The price must be smaller than 10,000,000,000."),
    N_("The price may have at most four decimals."),
)
_PERCENT = Limit(
    Decimal(0),
    Decimal(100),
    False,
    N_("The percentage must be a number."),
    N_("The percentage must lie between 0 and 100."),
    N_("The percentage may have at most four decimals."),
)
LIMITS = {
    "quantity": _QUANTITY,
    "unit_price": _PRICE,
    "unit_cost": _PRICE,
    "discount_percent": _PERCENT,
    "tax_percent": _PERCENT,
}


def scaled(value: Decimal | int, field: str) -> int:
    """``value`` x 10^4 as an exact integer; ``field`` is a key of ``LIMITS``.

    Raises UserError when the value is no number, out of range or has more than four decimals.
    """
    limit = LIMITS[field]
    if not value:  # NaN counts as something
        return 0
    if isinstance(value, int):
        value = Decimal(value)
    if not value.is_finite():
        raise UserError(limit.not_a_number, field=field)
    if not limit.holds(value):
        raise UserError(limit.out_of_range, field=field)
    try:
        return int(_EXACT.to_integral_exact(_EXACT.scaleb(value, DECIMALS)))
    except (Inexact, InvalidOperation):
        raise UserError(limit.too_fine, field=field) from None


def check_total(minor: int, field: str = "total") -> int:
    """``minor`` itself, or UserError when it has more than fifteen digits."""
    if abs(minor) >= TOTAL_LIMIT:
        raise UserError(N_("The amount is too large: it may have at most 15 digits, cents included."), field=field)
    return minor
