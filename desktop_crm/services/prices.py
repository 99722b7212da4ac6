"""What a product costs a customer: price lists with quantity steps, the list price, and what was asked before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.currencies import currency as currency_of
from desktop_crm.core.dates import clock
from desktop_crm.core.settings import Trade
from desktop_crm.models import (
    Order,
    OrderLine,
    PriceList,
    PriceListEntry,
    Product,
    Quotation,
    QuotationLine,
    QuotationRevision,
)
from desktop_crm.models.order import OrderState
from desktop_crm.services import settings
from desktop_crm.services.records import fetch
from desktop_crm.services.terms import CustomerTerms, terms_of

FOUR_PLACES = Decimal("0.0001")
LOOK_BACK = 200  # documents of the customer that are looked through for a last price


@dataclass(frozen=True, slots=True)
class Price:
    """A unit price in ``currency`` and where it comes from.

    ``source`` is "customer_list" (the list agreed with this customer), "price_list" (one for its grade or
    type) or "list_price"; ``unit_cost`` is in the same currency.
    """

    unit_price: Decimal
    unit_cost: Decimal | None
    currency: str
    source: str
    list_name: str = ""
    min_quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LastPrice:
    """What a customer was asked for a product once; ``kind`` is "order" or "quotation"."""

    kind: str
    document_id: uuid.UUID
    number: str
    on: dt.date
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount_percent: Decimal
    currency: str


def price_for(
    session: Session,
    customer_id: uuid.UUID,
    product_id: uuid.UUID,
    quantity: Decimal = Decimal(1),
    *,
    on: dt.date | None = None,
    currency: str | None = None,
    rate: Decimal = Decimal(1),
) -> Price:
    """The price of a product for a customer and quantity in a document of ``currency`` at ``rate``.

    The list agreed with the customer comes first, then the lowest of those for its grade and type, then the
    list price. Lists in another currency than the document's do not apply.
    """
    trade = settings.load(session, Trade)
    product = fetch(session, Product, product_id)
    wanted = currency or trade.currency
    terms = terms_of(session, customer_id, trade)
    cost = None if product.cost is None else _converted(product.cost, rate)
    entries = list(_entries(session, product_id, quantity, terms, wanted, on or clock.today()))
    if entries:
        source, price, name, step = min(entries)
        return Price(price, cost, wanted, source, name, step)
    asked = product.list_price if rate == 1 else in_decimals_of(wanted, product.list_price / rate)
    return Price(asked, cost, wanted, "list_price")


def in_decimals_of(code: str, price: Decimal) -> Decimal:
    """A price that was reckoned, as people ask it in a currency: 69.51 HKD.

    One so small that nothing would be left of it keeps four decimals; so does whatever is typed.
    """
    rounded = price.quantize(Decimal(1).scaleb(-currency_of(code).digits), ROUND_HALF_UP)
    return rounded or price.quantize(FOUR_PLACES, ROUND_HALF_UP)


def last_prices(session: Session, customer_id: uuid.UUID, product_id: uuid.UUID, limit: int = 5) -> list[LastPrice]:
    """What this customer ordered or was quoted the product for, the newest first."""
    found = [*_ordered(session, customer_id, product_id, limit), *_quoted(session, customer_id, product_id, limit)]
    return sorted(found, key=lambda price: (price.on, price.kind == "order", price.number), reverse=True)[:limit]


def _entries(
    session: Session, product_id: uuid.UUID, quantity: Decimal, terms: CustomerTerms, currency: str, on: dt.date
) -> Iterator[tuple[str, Decimal, str, Decimal]]:
    """For each list that applies, the entry of the greatest step reached: (source, price, list, step)."""
    of_group = PriceList.grade.in_(("", terms.grade)) & PriceList.customer_type.in_(("", terms.customer_type))
    rows = session.execute(
        select(PriceList.id, PriceList.name, PriceListEntry.min_quantity, PriceListEntry.unit_price)
        .join(PriceListEntry, PriceListEntry.price_list_id == PriceList.id)
        .where(
            PriceListEntry.product_id == product_id,
            PriceListEntry.min_quantity <= quantity,
            PriceList.archived_at.is_(None),
            PriceList.currency == currency,
            or_(PriceList.valid_from.is_(None), PriceList.valid_from <= on),
            or_(PriceList.valid_until.is_(None), PriceList.valid_until >= on),
            or_(
                PriceList.id == terms.price_list_id,
                of_group & or_(PriceList.grade != "", PriceList.customer_type != ""),
            ),
        )
        .order_by(PriceListEntry.min_quantity)
    )
    steps = {row[0]: row for row in rows}
    for key, name, step, price in steps.values():
        yield "customer_list" if key == terms.price_list_id else "price_list", price, name, step


def _converted(home: Decimal, rate: Decimal) -> Decimal:
    """A cost of the home currency in one of which ``rate`` home units buy one, to four decimals."""
    return home if rate == 1 else (home / rate).quantize(FOUR_PLACES, ROUND_HALF_UP)


def _ordered(session: Session, customer_id: uuid.UUID, product_id: uuid.UUID, limit: int) -> list[LastPrice]:
    recent = (
        select(Order.id, Order.number, Order.ordered_on, Order.currency)
        .where(Order.customer_id == customer_id, Order.state != OrderState.CANCELLED)
        .order_by(Order.ordered_on.desc())
        .limit(LOOK_BACK)
        .subquery()
    )
    rows = session.execute(
        select(
            recent.c.id, recent.c.number, recent.c.ordered_on, OrderLine.quantity, OrderLine.unit,
            OrderLine.unit_price, OrderLine.discount_percent, recent.c.currency,
        )
        .join(OrderLine, OrderLine.order_id == recent.c.id)
        .where(OrderLine.product_id == product_id)
        .order_by(recent.c.ordered_on.desc(), OrderLine.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [LastPrice("order", *row) for row in rows]


def _quoted(session: Session, customer_id: uuid.UUID, product_id: uuid.UUID, limit: int) -> list[LastPrice]:
    revision, line = QuotationRevision, QuotationLine
    recent = (
        select(revision.id, Quotation.id.label("quotation"), Quotation.number, revision.quoted_on, revision.currency)
        .join(revision, revision.quotation_id == Quotation.id)
        .where(Quotation.customer_id == customer_id, revision.issued_at.is_not(None), revision.quoted_on.is_not(None))
        .order_by(revision.quoted_on.desc())
        .limit(LOOK_BACK)
        .subquery()
    )
    rows = session.execute(
        select(
            recent.c.quotation, recent.c.number, recent.c.quoted_on, line.quantity, line.unit,
            line.unit_price, line.discount_percent, recent.c.currency,
        )
        .join(line, line.revision_id == recent.c.id)
        .where(line.product_id == product_id)
        .order_by(recent.c.quoted_on.desc(), line.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [LastPrice("quotation", *row) for row in rows]
