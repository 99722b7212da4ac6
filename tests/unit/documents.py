"""Shorthand for tests about documents: a customer, lines, an issued quotation, an order, what is owed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.services import customers, order_view, orders, quotation_view, quotations, receivables
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.order_view import OrderView
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.quotation_view import QuotationView
from desktop_crm.services.shops import Shop

R = TypeVar("R")
TODAY = dt.date(2026, 11, 21)
PDF = b"%PDF-of-the-test"


def draw(_snapshot: QuotationSnapshot) -> bytes:
    """A renderer that needs no fonts."""
    return PDF


def write(shop: Shop, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Run a service function in a write session of its own."""
    return shop.database.run(function, *args, **kwargs).result


def read(shop: Shop, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Run a reading function in a read session."""
    with shop.database.read() as session:
        return function(session, *args, **kwargs)


def customer(shop: Shop, name: str = "宏益建設有限公司", **values: Any) -> uuid.UUID:
    """A new customer."""
    return write(shop, customers.create, CustomerForm({"name": name, **values}))


def item(name: str = "循環水泵", quantity: int | str = 1, price: int | str = 1000, **values: Any) -> DraftLine:
    """A line to be paid for."""
    return DraftLine(name, Decimal(quantity), Decimal(price), **values)


def draft(shop: Shop, customer_id: uuid.UUID, lines: list[DraftLine], **header: Any) -> uuid.UUID:
    """A saved draft with these lines and changes of the header."""
    quotation = write(shop, quotations.create_draft, customer_id)
    start = read(shop, quotation_view.load, quotation).header
    write(shop, quotations.save_draft, quotation, replace(start, **header), lines)
    return quotation


def issued(shop: Shop, customer_id: uuid.UUID, lines: list[DraftLine] | None = None, **header: Any) -> uuid.UUID:
    """An issued quotation."""
    quotation = draft(shop, customer_id, lines or [item()], **header)
    write(shop, quotations.issue, quotation, draw, confirmed={"zero_price"})
    return quotation


def view(shop: Shop, quotation: uuid.UUID, revision: int | None = None) -> QuotationView:
    """A quotation as its editor sees it."""
    return read(shop, quotation_view.load, quotation, revision)


def order(
    shop: Shop, customer_id: uuid.UUID, total: int | None = None, lines: list[DraftLine] | None = None, **header: Any
) -> uuid.UUID:
    """An order of today, untaxed, that comes to ``total`` or to what its ``lines`` say."""
    lines = lines or [item(price=total if total is not None else 1000)]
    head = OrderHeader(**{"ordered_on": TODAY, "tax_mode": "untaxed", **header})
    return write(shop, orders.create, customer_id, lines, head)


def order_card(shop: Shop, order_id: uuid.UUID) -> OrderView:
    """An order as its card sees it."""
    return read(shop, order_view.load, order_id)


def owed(shop: Shop, customer_id: uuid.UUID) -> int:
    """What a customer owes in all."""

    def sum_of(session: Session) -> int:
        return sum(entry.home_balance for entry in receivables.open_items(session, [customer_id]))

    return read(shop, sum_of)
