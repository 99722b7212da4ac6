"""The prices that make a document come to a wanted total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain

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

MOVED, STEPS = 4, 6  # how many lines, and by how many steps each, are moved to find prices without decimals


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

    Prices of counted lines are scaled alike and rounded as one writes prices, without decimals where the currency
    has none; one line, the last that can, takes up the rest. Finer prices are given only where no others do.
    Prices of options stay. Raises UserError when nothing is priced yet, when the sign would turn, and when
    no prices give this total: exclusive tax skips some totals, and large quantities make large steps.
    """
    terms = terms_of(mode, tax_percent, code, discount_percent, discount_amount)
    before = [line_amount(line, code) for line in lines]
    now = settle(lines, before, terms)
    if now.total == check_total(target_total):
        return [line.unit_price for line in lines]
    factor = _factor(now, target_total, terms)
    exact = [Fraction(scaled(line.unit_price, "unit_price")) * (factor if line.counted else 1) for line in lines]
    steps = [_step(price, terms.digits) for price in exact]
    rounded = [_at(line, price, step) for line, price, step in zip(lines, exact, steps, strict=True)]
    finest = [1] * len(lines)
    attempts = chain(
        ((moved, steps) for moved in _nearby(rounded, steps)),
        [(rounded, finest), ([_at(line, price, 1) for line, price in zip(lines, exact, strict=True)], finest)],
    )
    for moved, steps_of_rest in attempts:
        prices = _settled(moved, before, steps_of_rest, target_total, terms, code)
        if prices is not None and (steps_of_rest is finest or _near(prices, exact, steps)):
            return prices
    raise UserError(
        N_("No unit prices give exactly this total."),
        N_("Try a total that is one higher or lower, or prices that include the tax."),
        field="total",
    )


def _step(exact: Fraction, digits: int) -> int:
    """To what a price of that size is rounded, scaled: as the currency is, finer below 100 and below 1."""
    decimals = digits if abs(exact) >= 100 * SCALE else max(digits, 2) if abs(exact) >= SCALE else DECIMALS
    return int(10 ** (DECIMALS - decimals))


def _at(line: LineInput, exact: Fraction, step: int) -> LineInput:
    if not line.counted:
        return line
    price = exact / step
    return replace(line, unit_price=_price(divide_half_up(price.numerator, price.denominator) * step))


def _nearby(lines: Sequence[LineInput], steps: Sequence[int]) -> Iterator[list[LineInput]]:
    """The lines, then with one price some steps off: a rest that no quantity divides may then be taken up."""
    yield list(lines)
    movable = [i for i, line in enumerate(lines) if line.counted and line.unit_price]
    for i in sorted(movable, key=lambda i: abs(lines[i].quantity))[:MOVED]:
        for off in (sign * size for size in range(1, STEPS + 1) for sign in (1, -1)):
            price = _price(scaled(lines[i].unit_price, "unit_price") + off * steps[i])
            if price * lines[i].unit_price > 0 and LIMITS["unit_price"].holds(price):
                yield [replace(line, unit_price=price) if k == i else line for k, line in enumerate(lines)]


def _near(prices: Sequence[Decimal], exact: Sequence[Fraction], steps: Sequence[int]) -> bool:
    """Whether every price is within a hundredth, or a few steps, of what scaling alike would make of it."""
    return all(
        abs(scaled(price, "unit_price") - wanted) <= max(Fraction(STEPS * step), abs(wanted) / 100)
        for price, wanted, step in zip(prices, exact, steps, strict=True)
    )


def _settled(
    lines: Sequence[LineInput], before: Sequence[int], steps: Sequence[int], target: int, terms: Terms, code: str
) -> list[Decimal] | None:
    """The prices of ``lines``, one of them changed by ``steps`` if it has to be; None when none gives the target."""
    amounts = [line_amount(line, code) for line in lines]
    if settle(lines, amounts, terms).total == target:
        return [line.unit_price for line in lines]
    needed: dict[TaxKind, int | None] = {}
    for i in reversed(range(len(lines))):
        line = lines[i]
        if not line.counted or not before[i]:
            continue
        if line.tax_kind not in needed:
            needed[line.tax_kind] = _missing(lines, amounts, i, target, terms)
        change = needed[line.tax_kind]
        price = None if change is None else _price_for(line, amounts[i] + change, before[i], steps[i], terms.digits)
        if price is not None and change is not None:
            tried = _with(amounts, i, change)
            if settle(lines, tried, terms).total == target:
                return [price if k == i else other.unit_price for k, other in enumerate(lines)]
    return None


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


def _price(scaled_price: int) -> Decimal:
    return Decimal(scaled_price).scaleb(-DECIMALS)


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


def _price_for(line: LineInput, amount: int, before: int, step: int, digits: int) -> Decimal | None:
    """The price in steps at which ``line`` comes to ``amount``; None if none does or its sign would turn."""
    quantity = scaled(line.quantity, "quantity")
    kept = WHOLE - scaled(line.discount_percent, "discount_percent")
    if amount * before < 0:
        return None
    price = divide_half_up(amount * SCALE * SCALE * WHOLE, quantity * kept * 10**digits * step) * step
    if product(quantity, price, kept, digits) != amount or not LIMITS["unit_price"].holds(_price(price)):
        return None
    return _price(price)
