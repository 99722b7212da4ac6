"""Lines priced anew: for another customer, language, currency or rate; and the rate a currency had last."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.models import Product, QuotationRevision
from desktop_crm.services import products
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.prices import in_decimals_of, price_for

FOUR_PLACES = Decimal("0.0001")
WORDS = ("name", "specification", "unit")


@dataclass(frozen=True, slots=True)
class PricedFor:
    """For whom lines are priced; ``rate`` home units buy one of ``currency``."""

    customer_id: uuid.UUID | None = None
    language: str = "zh_TW"
    currency: str = "TWD"
    rate: Decimal = Decimal(1)

    def priced_like(self, other: PricedFor) -> bool:
        """Whether the prices are the same for both: they differ in the language at most."""
        return replace(self, language=other.language) == other


def repriced(session: Session, lines: Sequence[DraftLine], before: PricedFor, now: PricedFor) -> list[DraftLine]:
    """The lines as they would be typed now: products at this customer's price and in the document's language.

    Words changed by hand stay. What is no product keeps its price, converted when the currency is another one.
    Another language alone changes no price: what was agreed stands in every language.
    """
    there = {line.product_id for line in lines if line.product_id is not None}
    known = set(session.scalars(select(Product.id).where(Product.id.in_(there))))
    return [
        _of_product(session, line, before, now)
        if line.product_id in known and line.is_priced
        else _free(line, before, now)
        for line in lines
    ]


def last_rate(session: Session, currency: str) -> Decimal | None:
    """The exchange rate of the latest quotation in a currency, None without one."""
    newest = (
        select(QuotationRevision.rate)
        .where(QuotationRevision.currency == currency, QuotationRevision.rate != 1)
        .order_by(
            QuotationRevision.quoted_on.is_(None), QuotationRevision.quoted_on.desc(), QuotationRevision.id.desc()
        )
        .limit(1)
    )
    return session.scalar(newest)


def _of_product(session: Session, line: DraftLine, before: PricedFor, now: PricedFor) -> DraftLine:
    assert line.product_id is not None
    line = _worded(session, line, line.product_id, now.language)
    if now.customer_id is None or line.product_id is None or before.priced_like(now):
        return line
    quantity = line.quantity or Decimal(1)
    found = price_for(session, now.customer_id, line.product_id, quantity, currency=now.currency, rate=now.rate)
    return replace(line, unit_price=found.unit_price, unit_cost=found.unit_cost)


def _worded(session: Session, line: DraftLine, product_id: uuid.UUID, language: str) -> DraftLine:
    known = [products.worded(session, product_id, lang) for lang in LANGUAGES]
    wanted = products.worded(session, product_id, language)
    untouched = {name: wanted[name] for name in WORDS if getattr(line, name) in {words[name] for words in known}}
    fields: dict[str, Any] = untouched
    return replace(line, **fields)


def _free(line: DraftLine, before: PricedFor, now: PricedFor) -> DraftLine:
    if before.currency == now.currency or not line.is_priced:
        return line
    cost = None if line.unit_cost is None else _converted(line.unit_cost, before, now)
    price = in_decimals_of(now.currency, line.unit_price * before.rate / now.rate)
    return replace(line, unit_price=price, unit_cost=cost)


def _converted(cost: Decimal, before: PricedFor, now: PricedFor) -> Decimal:
    return (cost * before.rate / now.rate).quantize(FOUR_PLACES, ROUND_HALF_UP)
