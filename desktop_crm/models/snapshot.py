"""What a printed quotation or order says, frozen: plain data, complete in itself; quotations are kept as JSON.

Amounts are integer minor units of ``currency``; quantities and unit prices are ``Decimal``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

LineKind = Literal["section", "item", "option", "alternative", "note"]

COPIED = ("name", "code", "specification", "quantity", "unit", "unit_price", "discount_percent", "tax_kind")
BESIDE, LINES = " / ", "\n"  # between the two languages of a term, of notes


@dataclass(frozen=True, slots=True)
class Seller:
    """The shop as it stands on the letterhead."""

    name: str
    name_en: str = ""
    tax_number: str = ""
    address: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""
    bank: str = ""
    bank_branch: str = ""
    bank_account_name: str = ""
    bank_account: str = ""
    logo: bytes | None = None
    chop: bytes | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """The customer as addressed on the sheet."""

    name: str
    tax_number: str = ""
    contact: str = ""
    salutation: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One line; ``option`` and ``alternative`` lines are shown and not summed."""

    kind: LineKind
    name: str
    code: str = ""
    specification: str = ""
    quantity: Decimal = Decimal(0)
    unit: str = ""
    unit_price: Decimal = Decimal(0)
    discount_percent: Decimal = Decimal(0)
    amount: int = 0
    tax_kind: str = "taxable"
    promised_on: dt.date | None = None  # of an order, where its lines have different days
    also: str = ""  # name and specification in the second language of the sheet

    @classmethod
    def of(cls, line: Any, kind: str, amount: int, **more: Any) -> SnapshotLine:
        """A stored line, or one as typed, with what it comes to."""
        copied = {name: getattr(line, name) for name in COPIED}
        return cls(kind=cast(LineKind, kind), amount=amount, **copied, **more)


@dataclass(frozen=True, slots=True)
class QuotationSnapshot:
    """Everything the quotation PDF needs, without a database."""

    seller: Seller
    buyer: Buyer
    lines: tuple[SnapshotLine, ...]
    currency: str
    number: str
    revision: int
    issued_on: dt.date
    valid_until: dt.date | None
    tax_mode: str  # a core.money.TaxMode value: exclusive, inclusive, untaxed
    tax_percent: Decimal
    subtotal: int  # sum of the counted lines' amounts
    discount: int  # document discount, positive
    net: int
    tax: int
    total: int
    tax_kinds: tuple[str, ...] = ("taxable",)
    project_name: str = ""
    site: str = ""
    salesperson: str = ""
    salesperson_mobile: str = ""
    payment_terms: str = ""
    delivery_terms: str = ""
    warranty_terms: str = ""
    notes: str = ""
    show_roc_dates: bool = False
    is_draft: bool = False
    is_copy: bool = False  # drawn on demand from imported data, no stored PDF
    labels: dict[str, str] = field(default_factory=dict)  # free words that replace a default label


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A part of the payment plan; ``trigger`` is an ``InstalmentTrigger``, ``due_on`` None while its day is open."""

    name: str
    trigger: str
    days: int
    due_on: dt.date | None
    amount: int


@dataclass(frozen=True, slots=True)
class OrderSnapshot(QuotationSnapshot):
    """What a confirmation says of an order: a sheet like a quotation's, with days and payments; made when it is drawn.

    ``number`` is that of the order, ``issued_on`` its day, ``quotation_number`` where it came from.
    """

    language: str = "zh_TW"
    second_language: str = ""
    customer_reference: str = ""
    quotation_number: str = ""
    promised_on: dt.date | None = None  # the same for all lines
    plan: tuple[PlannedPart, ...] = ()
    is_cancelled: bool = False
