"""The prices that make a document come to a wanted total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import DECIMALS, LIMITS, SCALE, check_total, scaled
from desktop_crm.core.rounding import divide_half_up
from desktop_crm.core.totals import (
    WHOLE,
    ZERO,
    LineInput,
    TaxKind,
    TaxMode,
    Terms,
    Totals,
    line_amount,
    product,
    settle,
    terms_of,
)


def unit_prices_for_total(
    lines: Sequence[LineInput],
    target_total: int,
    *,
    mode: TaxMode,
    tax_percent: Decimal,
    code: str,
    discount_percent: Decimal = ZERO,
    discount_amount: int = 0,
) -> list[Decimal]:
    """Unit prices with which ``document_totals`` gives exactly ``target_total`` ("make it 50,000").

    Prices of counted lines are scaled alike to four decimals; the last line that can takes up the rest.
    Prices of options stay. Raises UserError when nothing is priced yet, when the sign would turn, and when
    no prices give this total: exclusive tax skips some totals, and large quantities make large steps.
    """
    terms = terms_of(mode, tax_percent, code, discount_percent, discount_amount)
    before = [line_amount(line, code) for line in lines]
    now = settle(lines, before, terms)
    if now.total == check_total(target_total):
        return [line.unit_price for line in lines]
    factor = _factor(now, target_total, terms)
    moved = [_scale_price(line, factor) if line.counted else line for line in lines]
    amounts = [line_amount(line, code) for line in moved]
    if settle(moved, amounts, terms).total == target_total:
        return [line.unit_price for line in moved]
    return _take_up_rest(moved, before, amounts, target_total, terms)


def _factor(now: Totals, target: int, terms: Terms) -> Fraction:
    """By what every price is multiplied so that the document comes close to ``target``."""
    if not now.subtotal or not now.total or now.total * target < 0 or now.total * now.subtotal < 0:
        raise UserError(
            N_("The prices cannot be scaled to this total."),
            N_("Give the lines prices first; the total keeps its sign."),
            field="total",
        )
    after_discount = Fraction(target, now.total) * (now.subtotal - now.discount) + terms.discount_amount
    return after_discount / now.subtotal / (1 - Fraction(terms.discount_rate, WHOLE))


def _scale_price(line: LineInput, factor: Fraction) -> LineInput:
    exact = scaled(line.unit_price, "unit_price") * factor
    return replace(line, unit_price=_price(divide_half_up(exact.numerator, exact.denominator)))


def _price(scaled_price: int) -> Decimal:
    return Decimal(scaled_price).scaleb(-DECIMALS)


def _take_up_rest(
    lines: Sequence[LineInput], before: Sequence[int], amounts: Sequence[int], target: int, terms: Terms
) -> list[Decimal]:
    """Let one line, the last that can, take what rounding left; it keeps its sign."""
    needed: dict[TaxKind, int | None] = {}
    for i in reversed(range(len(lines))):
        line = lines[i]
        if not line.counted or not before[i]:
            continue
        if line.tax_kind not in needed:
            needed[line.tax_kind] = _missing(lines, amounts, i, target, terms)
        change = needed[line.tax_kind]
        price = None if change is None else _price_for(line, amounts[i] + change, before[i], terms.digits)
        if price is not None and change is not None:
            tried = _with(amounts, i, change)
            if settle(lines, tried, terms).total == target:
                return [price if k == i else other.unit_price for k, other in enumerate(lines)]
    raise UserError(
        N_("No unit prices give exactly this total."),
        N_("Try a total that is one higher or lower, or prices that include the tax."),
        field="total",
    )


def _missing(lines: Sequence[LineInput], amounts: Sequence[int], i: int, target: int, terms: Terms) -> int | None:
    """The change of line ``i`` with which the document reaches ``target``, by bisection; None if none does."""

    def total(change: int) -> int:
        return settle(lines, _with(amounts, i, change), terms).total

    slope = 1 - Fraction(terms.discount_rate, WHOLE)
    bound = int((abs(target - total(0)) + 2) / slope) + 2
    low, high = -bound, bound
    while low < high:
        middle = (low + high) // 2
        if total(middle) < target:
            low = middle + 1
        else:
            high = middle
    return low if total(low) == target else None


def _with(amounts: Sequence[int], i: int, change: int) -> list[int]:
    changed = list(amounts)
    changed[i] += change
    return changed


def _price_for(line: LineInput, amount: int, before: int, digits: int) -> Decimal | None:
    """The price at which ``line`` comes to ``amount``; None if none does or its sign would turn."""
    quantity = scaled(line.quantity, "quantity")
    kept = WHOLE - scaled(line.discount_percent, "discount_percent")
    if amount * before < 0:
        return None
    price = divide_half_up(amount * SCALE * SCALE * WHOLE, quantity * kept * 10**digits)
    if product(quantity, price, kept, digits) != amount or not LIMITS["unit_price"].holds(_price(price)):
        return None
    return _price(price)
