"""The one money engine: screen, PDF, workbook and order take their amounts from ``document_totals``.

Amounts are integer minor units of the document's currency. Rules (Taiwan's business tax, and the same
arithmetic for others):

* exclusive (外加): the sum of the line nets is the tax base; tax = base x rate, rounded half up once;
* inclusive (內含): the sum of the line gross is the total; tax = taxable total x r / (100 + r) half up,
  sales = total - tax;
* untaxed: prices without tax; the total is the net, no tax is reckoned;
* zero-rated and exempt lines carry no tax.

What the document says first is spread over its lines afterwards, so that lines always add up to it.
A half goes away from zero: a credit document mirrors its debit.
"""

from __future__ import annotations

from desktop_crm.core.currencies import Currency, currency, to_major, to_minor
from desktop_crm.core.rounding import allocate, round_half_up
from desktop_crm.core.target_price import unit_prices_for_total
from desktop_crm.core.totals import LineAmount, LineInput, TaxKind, TaxMode, Totals, document_totals, line_amount

__all__ = [
    "Currency",
    "LineAmount",
    "LineInput",
    "TaxKind",
    "TaxMode",
    "Totals",
    "allocate",
    "currency",
    "document_totals",
    "line_amount",
    "round_half_up",
    "to_major",
    "to_minor",
    "unit_prices_for_total",
]
