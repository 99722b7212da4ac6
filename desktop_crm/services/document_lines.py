"""The lines of quotations and orders: as typed, as reckoned by the money engine, as stored."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from desktop_crm.core.currencies import currency as currency_of
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import SCALE, check_total, scaled
from desktop_crm.core.money import (
    LineInput,
    TaxKind,
    TaxMode,
    Totals,
    document_totals,
    line_amount,
    unit_prices_for_total,
)
from desktop_crm.core.rounding import divide_half_up
from desktop_crm.models.document import Priced, PricedLine
from desktop_crm.models.quotation import LineKind

NONE = Decimal(0)
PRICED_KINDS = frozenset({LineKind.ITEM, LineKind.OPTION, LineKind.ALTERNATIVE})
TYPED = (
    "product_id", "code", "name", "specification", "unit", "quantity",
    "unit_price", "unit_cost", "discount_percent", "tax_kind",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as typed; prices and cost in the document's currency. ``promised_on`` is for orders.

    ``line_id`` is the line of a saved order that is changed, None for a new one.
    """

    name: str = ""
    quantity: Decimal = NONE
    unit_price: Decimal = NONE
    kind: str = LineKind.ITEM
    product_id: uuid.UUID | None = None
    code: str = ""
    specification: str = ""
    unit: str = ""
    unit_cost: Decimal | None = None
    discount_percent: Decimal = NONE
    tax_kind: str = TaxKind.TAXABLE
    promised_on: dt.date | None = None
    line_id: uuid.UUID | None = None

    @property
    def is_priced(self) -> bool:
        """Whether quantity and price mean something; sections and notes are words only."""
        return self.kind in PRICED_KINDS

    def to_input(self) -> LineInput:
        """What the money engine reckons with."""
        if not self.is_priced:
            return LineInput(NONE, NONE, counted=False)
        return LineInput(
            self.quantity,
            self.unit_price,
            self.discount_percent,
            TaxKind(self.tax_kind),
            self.kind == LineKind.ITEM,
            self.unit_cost,
        )


class PriceTerms(Protocol):
    """What a header, a revision and an order all say about prices."""

    @property
    def currency(self) -> str: ...
    @property
    def rate(self) -> Decimal: ...
    @property
    def tax_mode(self) -> str: ...
    @property
    def tax_percent(self) -> Decimal: ...
    @property
    def discount_percent(self) -> Decimal: ...
    @property
    def discount_amount(self) -> int: ...


def reckon(lines: Sequence[DraftLine], terms: PriceTerms) -> Totals:
    """The totals of a document; raises UserError with the row for a number beyond the limits."""
    inputs = [_input(row, line, terms.currency) for row, line in enumerate(lines, start=1)]
    if terms.tax_mode not in set(TaxMode):
        raise UserError(N_("Choose how the tax is reckoned."), field="tax_mode")
    return document_totals(
        inputs,
        mode=TaxMode(terms.tax_mode),
        tax_percent=terms.tax_percent,
        code=terms.currency,
        discount_percent=terms.discount_percent,
        discount_amount=terms.discount_amount,
    )


def priced_for_total(lines: Sequence[DraftLine], terms: PriceTerms, total: int) -> list[DraftLine]:
    """The lines with unit prices that make the document come to exactly ``total`` ("make it 50,000").

    Prices of options stay. Raises UserError when no prices give this total.
    """
    reckon(lines, terms)
    prices = unit_prices_for_total(
        [line.to_input() for line in lines],
        total,
        mode=TaxMode(terms.tax_mode),
        tax_percent=terms.tax_percent,
        code=terms.currency,
        discount_percent=terms.discount_percent,
        discount_amount=terms.discount_amount,
    )
    return [
        replace(line, unit_price=price) if line.is_priced else line for line, price in zip(lines, prices, strict=True)
    ]


def _input(row: int, line: DraftLine, code: str) -> LineInput:
    if line.kind not in set(LineKind) or line.tax_kind not in set(TaxKind):
        raise UserError(N_("Row %(row)s is of an unknown kind."), N_("Choose from the list."), field="kind", row=row)
    found = line.to_input()
    try:
        line_amount(found, code)
        if found.unit_cost is not None:
            scaled(found.unit_cost, "unit_cost")
    except UserError as error:
        raise UserError(error.message, N_("Look at row %(row)s."), field=error.field, row=row) from error
    return found


def require_complete(lines: Iterable[DraftLine]) -> None:
    """Raise UserError, naming the row, unless every line can stand on a document and at least one counts."""
    counted = 0
    for row, line in enumerate(lines, start=1):
        if not line.name.strip():
            raise UserError(N_("Row %(row)s has no name."), N_("Type one or delete the row."), field="name", row=row)
        if line.is_priced and not line.quantity:
            raise UserError(
                N_("Row %(row)s has no quantity."), N_("Type one or delete the row."), field="quantity", row=row
            )
        counted += line.kind == LineKind.ITEM
    if not counted:
        raise UserError(N_("There is no line to be paid for."), N_("Add at least one item."), field="lines")


def require_payable(total: int) -> None:
    """Raise UserError for a document that comes to less than nothing."""
    if total < 0:
        raise UserError(N_("The total is negative."), N_("Lower the credits or the discount."), field="total")


def to_home(minor: int, terms: PriceTerms, home: str) -> int:
    """An amount of the document in minor units of the ``home`` currency, rounded half up."""
    if terms.currency == home:
        return minor
    numerator = minor * scaled(terms.rate, "unit_price") * 10 ** currency_of(home).digits
    return check_total(divide_half_up(numerator, SCALE * 10 ** currency_of(terms.currency).digits))


def check_rate(currency: str, rate: Decimal, home: str) -> None:
    """Raise UserError for an unknown currency, a rate that is none, or one that is not 1 in the home currency."""
    currency_of(currency)
    if not rate.is_finite() or rate <= 0:
        raise UserError(N_("The exchange rate must be greater than zero."), field="rate")
    scaled(rate, "unit_price")
    if currency == home and rate != 1:
        raise UserError(N_("The exchange rate of the home currency is 1."), field="rate")


def store_totals(document: Priced, totals: Totals, home: str) -> None:
    """Write the totals of ``document``, whose price terms are set already."""
    document.subtotal, document.discount = totals.subtotal, totals.discount
    document.net, document.tax, document.total = totals.net, totals.tax, totals.total
    document.home_net = to_home(totals.net, document, home)
    document.home_total = to_home(totals.total, document, home)
    document.home_cost = None if totals.cost is None else to_home(totals.cost, document, home)


def store_line(line: PricedLine, draft: DraftLine, position: int, totals: Totals) -> None:
    """Write what was typed and what it came to; ``position`` counts from 1."""
    line.position = position
    for name in TYPED:
        setattr(line, name, getattr(draft, name))
    amounts = totals.lines[position - 1]
    line.amount, line.net, line.tax, line.gross = amounts.amount, amounts.net, amounts.tax, amounts.gross


def drafted(line: PricedLine, kind: str = LineKind.ITEM) -> DraftLine:
    """What was typed for a stored line."""
    return DraftLine(kind=kind, **{name: getattr(line, name) for name in TYPED})
