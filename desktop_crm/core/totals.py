"""What a document comes to: the arithmetic behind ``core.money``, where the rules are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from desktop_crm.core.currencies import currency
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import SCALE, check_total, scaled
from desktop_crm.core.rounding import divide_half_up, spread

ZERO = Decimal(0)
WHOLE = 100 * SCALE  # 100 per cent as a scaled percentage


class TaxMode(StrEnum):
    """Whether the prices of a document hold the tax."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"
    UNTAXED = "untaxed"


class TaxKind(StrEnum):
    """How a line is taxed: 應稅, 零稅率, 免稅."""

    TAXABLE = "taxable"
    ZERO_RATED = "zero_rated"
    EXEMPT = "exempt"


_RANK = {kind: rank for rank, kind in enumerate(TaxKind)}


@dataclass(frozen=True, slots=True)
class LineInput:
    """One line; ``counted`` is False for options and alternatives, which are shown and not summed.

    Negative quantities or prices are credits. ``unit_cost`` is in the document's currency, None if unknown.
    """

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = ZERO
    tax_kind: TaxKind = TaxKind.TAXABLE
    counted: bool = True
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineAmount:
    """What a line shows (``amount``: in the document's mode, before the document discount) and what it brings.

    ``net``, ``tax`` and ``gross`` are after the line's share of the document discount.
    """

    amount: int
    net: int
    tax: int
    gross: int
    cost: int | None

    @property
    def margin(self) -> int | None:
        """Net less cost, None if the cost is not known."""
        return None if self.cost is None else self.net - self.cost


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a document; ``taxable + zero_rated + exempt == net`` and ``net + tax == total``."""

    lines: tuple[LineAmount, ...]
    subtotal: int  # of the counted lines' amounts
    discount: int  # what the document discount takes off the subtotal
    net: int
    tax: int
    total: int
    taxable: int
    zero_rated: int
    exempt: int
    cost: int | None  # of the counted lines that know theirs; None if none does
    costed_net: int  # the net of those lines

    @property
    def margin(self) -> int | None:
        """Net less cost of the lines that know their cost; lines without a cost do not count as pure gain."""
        return None if self.cost is None else self.costed_net - self.cost

    @property
    def margin_ratio(self) -> Decimal | None:
        """The margin as a fraction of the net it was made on; None without a cost or a net."""
        if self.cost is None or not self.costed_net:
            return None
        return Decimal(self.costed_net - self.cost) / Decimal(self.costed_net)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the whole document, as exact integers; tax = amount x tax_rate / tax_base."""

    mode: TaxMode
    digits: int
    tax_rate: int
    tax_base: int
    discount_rate: int
    discount_amount: int

    def tax_on(self, amount: int) -> int:
        return divide_half_up(amount * self.tax_rate, self.tax_base)

    def discount_on(self, subtotal: int) -> int:
        return divide_half_up(subtotal * self.discount_rate, WHOLE)


def document_totals(
    lines: Sequence[LineInput],
    *,
    mode: TaxMode,
    tax_percent: Decimal,
    code: str,
    discount_percent: Decimal = ZERO,
    discount_amount: int = 0,
) -> Totals:
    """The amounts of a document and of each of its lines, in minor units of currency ``code``.

    The document discount is ``discount_percent`` of the subtotal and then ``discount_amount``, both in the
    document's mode. A document may come to nothing or be negative (a credit); the discount amount may
    neither be negative nor take off more than there is. Options keep their own net, tax and gross without
    the document discount. Raises UserError with the field's name for a number beyond the limits.
    """
    terms = terms_of(mode, tax_percent, code, discount_percent, discount_amount)
    totals = settle(lines, [line_amount(line, code) for line in lines], terms)
    if discount_amount < 0:
        raise UserError(N_("The discount cannot be negative."), field="discount_amount")
    if discount_amount and discount_amount > totals.subtotal - terms.discount_on(totals.subtotal):
        raise UserError(N_("The discount is larger than the amount it is taken from."), field="discount_amount")
    for amount in (totals.subtotal, totals.total, totals.cost or 0, *(line.gross for line in totals.lines)):
        check_total(amount)
    return totals


def line_amount(line: LineInput, code: str) -> int:
    """Quantity x price less the line discount, rounded half up once to minor units; UserError beyond the limits."""
    kept = WHOLE - scaled(line.discount_percent, "discount_percent")
    amount = product(
        scaled(line.quantity, "quantity"), scaled(line.unit_price, "unit_price"), kept, currency(code).digits
    )
    return check_total(amount)


def _line_cost(line: LineInput, digits: int) -> int | None:
    if line.unit_cost is None:
        return None
    return check_total(product(scaled(line.quantity, "quantity"), scaled(line.unit_cost, "unit_cost"), WHOLE, digits))


def product(quantity: int, price: int, kept: int, digits: int) -> int:
    """Minor units of three scaled integers: quantity, price and the percentage that is kept of it."""
    return divide_half_up(quantity * price * kept * 10**digits, SCALE * SCALE * WHOLE)


def terms_of(mode: TaxMode, tax_percent: Decimal, code: str, discount_percent: Decimal, discount_amount: int) -> Terms:
    """The terms as exact integers; UserError when one is beyond the limits."""
    rate = scaled(tax_percent, "tax_percent")
    if mode == TaxMode.UNTAXED:
        rate = 0
    return Terms(
        mode=mode,
        digits=currency(code).digits,
        tax_rate=rate,
        tax_base=WHOLE + rate if mode == TaxMode.INCLUSIVE else WHOLE,
        discount_rate=scaled(discount_percent, "discount_percent"),
        discount_amount=check_total(discount_amount, "discount_amount"),
    )


def settle(lines: Sequence[LineInput], amounts: Sequence[int], terms: Terms) -> Totals:
    """Totals of lines whose ``amounts`` are known."""
    counted = [i for i, line in enumerate(lines) if line.counted]
    shares = _discount_shares([amounts[i] for i in counted], [_RANK[lines[i].tax_kind] for i in counted], terms)
    kept = list(amounts)
    for i, share in zip(counted, shares, strict=True):
        kept[i] -= share
    taxes = [terms.tax_on(kept[i]) if line.tax_kind == TaxKind.TAXABLE else 0 for i, line in enumerate(lines)]
    taxable = [i for i in counted if lines[i].tax_kind == TaxKind.TAXABLE]
    tax = terms.tax_on(sum(kept[i] for i in taxable))
    for i, part in zip(taxable, spread(tax, [kept[i] * terms.tax_rate for i in taxable], terms.tax_base), strict=True):
        taxes[i] = part
    rows = tuple(_line(lines[i], amounts[i], kept[i], taxes[i], terms) for i in range(len(lines)))
    return _sum(lines, rows, sum(amounts[i] for i in counted), sum(shares))


def _line(line: LineInput, amount: int, kept: int, tax: int, terms: Terms) -> LineAmount:
    net = kept - tax if terms.mode == TaxMode.INCLUSIVE else kept
    return LineAmount(amount, net, tax, net + tax, _line_cost(line, terms.digits))


def _sum(lines: Sequence[LineInput], rows: tuple[LineAmount, ...], subtotal: int, discount: int) -> Totals:
    counted = [(line.tax_kind, row) for line, row in zip(lines, rows, strict=True) if line.counted]
    nets = {kind: sum(row.net for of, row in counted if of == kind) for kind in TaxKind}
    costed = [(row.net, row.cost) for _, row in counted if row.cost is not None]
    net, tax = sum(nets.values()), sum(row.tax for _, row in counted)
    return Totals(
        lines=rows,
        subtotal=subtotal,
        discount=discount,
        net=net,
        tax=tax,
        total=net + tax,
        taxable=nets[TaxKind.TAXABLE],
        zero_rated=nets[TaxKind.ZERO_RATED],
        exempt=nets[TaxKind.EXEMPT],
        cost=sum(cost for _, cost in costed) if costed else None,
        costed_net=sum(row_net for row_net, _ in costed),
    )


def _discount_shares(amounts: Sequence[int], ranks: Sequence[int], terms: Terms) -> list[int]:
    """Each line's share of the document discount; ties are settled by tax kind, so order changes no total.

    The percentage falls on every line alike, credits too; the fixed amount only on lines that cost something.
    """
    if not terms.discount_rate and not terms.discount_amount:
        return [0] * len(amounts)
    percent = terms.discount_on(sum(amounts))
    shares = spread(percent, [amount * terms.discount_rate for amount in amounts], WHOLE, ranks)
    if not terms.discount_amount:
        return shares
    weights = [max(amount - share, 0) for amount, share in zip(amounts, shares, strict=True)]
    if not any(weights):
        return shares
    fixed = spread(terms.discount_amount, [weight * terms.discount_amount for weight in weights], sum(weights), ranks)
    return [share + part for share, part in zip(shares, fixed, strict=True)]
