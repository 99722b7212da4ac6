"""What the editor of orders reads, each for the read lane."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.document_lines import DraftLine
    from desktop_crm.services.order_view import OrderView
    from desktop_crm.services.payment_plan import PlanPart
    from desktop_crm.services.terms import CustomerTerms

Choices = list[tuple[uuid.UUID, str]]


@dataclass(frozen=True, slots=True)
class Prices:
    """In what the lines are reckoned."""

    currency: str = "TWD"
    rate: Decimal = Decimal(1)
    tax_mode: str = "exclusive"
    tax_percent: Decimal = Decimal(5)
    discount_percent: Decimal = Decimal(0)
    discount_amount: int = 0


class Saved(NamedTuple):
    """An order as it stands, to be changed."""

    view: OrderView
    prices: Prices
    lines: tuple[DraftLine, ...]
    plan: tuple[PlanPart, ...]
    sites: Choices
    language: str  # of the buyer, empty for that of the shop


def read_prices(session: Session) -> Prices:
    """How the shop sells."""
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import settings

    trade = settings.load(session, Trade)
    return Prices(trade.currency, tax_mode=trade.tax_mode, tax_percent=Decimal(trade.tax_percent))


def read_plan(session: Session, payment_terms: str) -> tuple[PlanPart, ...]:
    """How an order with these terms is usually paid."""
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import orders, settings

    return orders.usual_plan(payment_terms, settings.load(session, Trade))


def read_terms(session: Session, customer_id: uuid.UUID) -> tuple[CustomerTerms, Choices]:
    """What holds for a customer, and their sites."""
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import settings, sites
    from desktop_crm.services.terms import terms_of

    return terms_of(session, customer_id, settings.load(session, Trade)), sites.choices(session, customer_id)


def read_order(session: Session, order_id: uuid.UUID) -> Saved:
    """An order with its lines and plan as they were typed."""
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import instalments, order_view, settings, sites
    from desktop_crm.services.terms import terms_of

    view = order_view.load(session, order_id)
    terms = terms_of(session, view.customer_id, settings.load(session, Trade))
    return Saved(
        view,
        Prices(view.currency, view.rate, view.tax_mode, view.tax_percent, view.discount_percent, view.discount_amount),
        order_view.drafts(view),
        instalments.stored(session, order_id),
        sites.choices(session, view.customer_id, view.site_id),
        terms.language,
    )
