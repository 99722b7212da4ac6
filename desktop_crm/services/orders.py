"""What is done with orders: create, change the head, cancel; they close by themselves when delivered and paid."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, translator
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import Order, OrderLine, Quotation, QuotationRevision
from desktop_crm.models.order import TRANSITIONS, DeliveryState, OrderState
from desktop_crm.services import instalments, numbering, payment_plan, settings
from desktop_crm.services.document_lines import (
    NONE,
    DraftLine,
    check_rate,
    reckon,
    require_complete,
    require_payable,
    store_line,
    store_totals,
)
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.records import fetch, move
from desktop_crm.services.terms import CustomerTerms, terms_of

FROM_QUOTATION = (
    "contact_id", "site_id", "staff_id", "project_name", "payment_terms",
    "currency", "rate", "tax_mode", "tax_percent", "discount_percent", "discount_amount",
)  # fmt: skip
CHANGEABLE = frozenset(
    {
        "contact_id", "site_id", "staff_id", "project_name", "customer_reference", "channel",
        "promised_on", "due_on", "payment_terms", "note",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderHeader:
    """The head of a new order; what is None comes from the customer, the shop or the calendar."""

    ordered_on: dt.date | None = None
    promised_on: dt.date | None = None
    due_on: dt.date | None = None
    contact_id: uuid.UUID | None = None
    site_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    project_name: str = ""
    customer_reference: str = ""
    channel: str | None = None
    payment_terms: str | None = None
    note: str = ""
    currency: str | None = None
    rate: Decimal = Decimal(1)
    tax_mode: str | None = None
    tax_percent: Decimal | None = None
    discount_percent: Decimal = NONE
    discount_amount: int = 0


@needs(Permission.SELL)
def create(
    session: Session,
    customer_id: uuid.UUID,
    lines: Sequence[DraftLine],
    header: OrderHeader | None = None,
    plan: Sequence[PlanPart] | None = None,
) -> uuid.UUID:
    """Take an order; returns its key. Raises UserError with field and row for what is missing or beyond the limits.

    Without a ``plan`` (an empty one is a plan too) it is paid as ``usual_plan`` says.
    """
    header = header or OrderHeader()
    trade = settings.load(session, Trade)
    terms = terms_of(session, customer_id, trade)
    values = {item.name: getattr(header, item.name) for item in fields(header)}
    defaults: dict[str, Any] = {
        "ordered_on": clock.today(),
        "staff_id": terms.owner_id,
        "channel": terms.channel,
        "payment_terms": terms.payment_terms,
        "currency": trade.currency,
        "tax_mode": trade.tax_mode,
        "tax_percent": Decimal(trade.tax_percent),
    }
    values.update({name: default for name, default in defaults.items() if values[name] is None})
    return _place(session, Order(customer_id=customer_id, **values), lines, terms, trade, plan)


def create_from(
    session: Session, quotation: Quotation, revision: QuotationRevision, lines: Sequence[DraftLine], on: dt.date
) -> uuid.UUID:
    """The order of an accepted revision; returns its key."""
    trade = settings.load(session, Trade)
    terms = terms_of(session, quotation.customer_id, trade)
    order = Order(
        customer_id=quotation.customer_id,
        revision_id=revision.id,
        ordered_on=on,
        channel=terms.channel,
        **{name: getattr(revision, name) for name in FROM_QUOTATION},
    )
    return _place(session, order, lines, terms, trade)


def usual_plan(payment_terms: str, trade: Trade) -> tuple[PlanPart, ...]:
    """How an order is paid unless somebody says otherwise: as its terms spell out, else as the shop's usual orders."""
    spelled = payment_plan.from_words(payment_terms)
    if spelled or trade.payment_plan not in payment_plan.USUAL:
        return spelled
    return payment_plan.usual(trade.payment_plan, translator(trade.document_language))


@needs(Permission.SELL)
def update(session: Session, order_id: uuid.UUID, values: dict[str, Any]) -> uuid.UUID:
    """Change names in ``CHANGEABLE`` of an open order; raises UserError for a closed or cancelled one."""
    order = require_open(fetch(session, Order, order_id))
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"not to be changed on an order: {sorted(unknown)}")
    for name, value in values.items():
        setattr(order, name, value)
    check_dates(order)
    instalments.follow(session, order)
    return order_id


@needs(Permission.SELL)
def cancel(session: Session, order_id: uuid.UUID) -> None:
    """Cancel an order that was neither delivered nor paid; its number stays used."""
    order = fetch(session, Order, order_id)
    if order.paid:
        raise UserError(
            N_("Order %(number)s is paid in part or whole."),
            N_("Release or cancel its payments first; the money then stays as a deposit."),
            number=order.number,
        )
    if order.delivery_state != DeliveryState.NONE:
        raise UserError(
            N_("Order %(number)s is delivered in part or whole."),
            N_("Cancel its deliveries first."),
            number=order.number,
        )
    move(order, OrderState.CANCELLED, TRANSITIONS)


def require_open(order: Order) -> Order:
    """``order`` itself, or UserError when nothing may be changed about it any more."""
    if order.state == OrderState.OPEN:
        return order
    if order.state == OrderState.CANCELLED:
        raise UserError(N_("Order %(number)s is cancelled."), N_("Make a new order."), number=order.number)
    raise UserError(
        N_("Order %(number)s is closed: delivered and paid."),
        N_("Cancel a delivery or a payment first if it was a mistake."),
        number=order.number,
    )


def settle(session: Session, order: Order) -> None:
    """Close the order when it is delivered and paid, open it again when that is no longer so; its plan follows."""
    instalments.follow(session, order)
    done = order.delivery_state == DeliveryState.FULL and order.paid >= order.total
    if done and order.state == OrderState.OPEN:
        move(order, OrderState.CLOSED, TRANSITIONS)
    elif not done and order.state == OrderState.CLOSED:
        move(order, OrderState.OPEN, TRANSITIONS)


def _place(
    session: Session,
    order: Order,
    lines: Sequence[DraftLine],
    terms: CustomerTerms,
    trade: Trade,
    plan: Sequence[PlanPart] | None = None,
) -> uuid.UUID:
    require_complete(lines)
    check_rate(order.currency, order.rate, trade.currency)
    check_day(order.ordered_on, "ordered_on")
    order.due_on = order.due_on or terms.due_on(order.ordered_on)
    check_dates(order)
    for line in lines:
        if line.promised_on is not None:
            check_day(line.promised_on, "promised_on")
    totals = reckon(lines, order)
    require_payable(totals.total)
    store_totals(order, totals, trade.currency)
    order.number = numbering.next_number(session, "order", order.ordered_on)
    session.add(order)
    session.flush()
    for position, line in enumerate(lines, start=1):
        row = OrderLine(order_id=order.id, promised_on=line.promised_on or order.promised_on)
        store_line(row, line, position, totals)
        session.add(row)
    parts = usual_plan(order.payment_terms, trade) if plan is None else plan
    if parts and order.total:
        instalments.set_plan(session, order.id, parts)
    return order.id


def check_dates(order: Order) -> None:
    """Raise UserError for a day of the head that is far out."""
    for name in ("promised_on", "due_on"):
        if (day := getattr(order, name)) is not None:
            check_day(day, name)
