"""Reading one order: head, lines delivered and open, deliveries, payments, what may be done with it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import Acceptance, Customer, Order, OrderLine, Quotation, QuotationRevision
from desktop_crm.models.order import DeliveryState, OrderState
from desktop_crm.services import deliveries, payment_list, waiting
from desktop_crm.services.deliveries import DeliveryRow
from desktop_crm.services.document_lines import TYPED, DraftLine
from desktop_crm.services.payment_list import PaymentRow
from desktop_crm.services.receivables import home_balance
from desktop_crm.services.records import fetch


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line of an order; ``open`` is what is still to be delivered."""

    id: uuid.UUID
    position: int
    product_id: uuid.UUID | None
    code: str
    name: str
    specification: str
    unit: str
    quantity: Decimal
    delivered: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    tax_kind: str
    amount: int
    promised_on: dt.date | None
    unit_cost: Decimal | None

    @property
    def open(self) -> Decimal:
        """The quantity still to be delivered."""
        return self.quantity - self.delivered


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with everything its card shows; amounts in minor units of ``currency``.

    ``actions`` are the verbs of ``orders``, ``deliveries``, ``payments`` and ``invoices`` that are possible now.
    """

    id: uuid.UUID
    number: str
    customer_id: uuid.UUID
    customer: str
    quotation_id: uuid.UUID | None
    quotation_number: str
    quotation_revision: int | None
    state: str
    delivery_state: str
    ordered_on: dt.date
    promised_on: dt.date | None
    accepted_on: dt.date | None
    accepted_by: str
    waits_for_acceptance: bool
    due_on: dt.date | None
    payment_terms: str
    project_name: str
    customer_reference: str
    channel: str
    note: str
    contact_id: uuid.UUID | None
    site_id: uuid.UUID | None
    staff_id: uuid.UUID | None
    currency: str
    rate: Decimal
    tax_mode: str
    tax_percent: Decimal
    discount_percent: Decimal
    discount_amount: int
    subtotal: int
    discount: int
    net: int
    tax: int
    total: int
    home_total: int
    paid: int
    home_balance: int
    lines: tuple[OrderLineRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    payments: tuple[PaymentRow, ...]
    actions: frozenset[str]

    @property
    def balance(self) -> int:
        """What is still owed; nothing for a cancelled order, nor for a closed one (it is paid, or was elsewhere)."""
        return self.total - self.paid if self.state == OrderState.OPEN else 0

    def days_overdue(self, today: dt.date) -> int:
        """Days since the due date while something is owed."""
        late = self.due_on is not None and self.balance > 0
        return max((today - self.due_on).days, 0) if late and self.due_on else 0


COPIED = (
    "id", "number", "customer_id", "state", "delivery_state", "ordered_on", "promised_on", "accepted_on", "due_on",
    "payment_terms", "project_name", "customer_reference", "channel", "note", "contact_id", "site_id", "staff_id",
    "currency", "rate", "tax_mode", "tax_percent", "discount_percent", "discount_amount",
    "subtotal", "discount", "net", "tax", "total", "home_total", "paid",
)  # fmt: skip


def load(session: Session, order_id: uuid.UUID) -> OrderView:
    """An order whole; raises UserError when it is gone."""
    order = fetch(session, Order, order_id)
    quotation = session.execute(
        select(Quotation.id, Quotation.number, QuotationRevision.revision)
        .join(QuotationRevision, QuotationRevision.quotation_id == Quotation.id)
        .where(QuotationRevision.id == order.revision_id)
    ).first()
    return OrderView(
        **{name: getattr(order, name) for name in COPIED},
        customer=fetch(session, Customer, order.customer_id).name,
        quotation_id=quotation[0] if quotation else None,
        quotation_number=quotation[1] or "" if quotation else "",
        quotation_revision=quotation[2] if quotation else None,
        accepted_by=_accepted_by(session, order),
        waits_for_acceptance=bool(session.scalar(select(waiting.waits_for_acceptance()).where(Order.id == order_id))),
        home_balance=home_balance(order.total, order.paid, order.home_total) if order.state == OrderState.OPEN else 0,
        lines=tuple(lines(session, order_id)),
        deliveries=tuple(deliveries.of_order(session, order_id)),
        payments=tuple(payment_list.of_order(session, order_id)),
        actions=_actions(order),
    )


def lines(session: Session, order_id: uuid.UUID) -> list[OrderLineRow]:
    """The lines of an order."""
    line = OrderLine
    columns: list[Any] = [
        line.id, line.position, line.product_id, line.code, line.name, line.specification, line.unit,
        line.quantity, line.delivered, line.unit_price, line.discount_percent, line.tax_kind, line.amount,
        line.promised_on, line.unit_cost,
    ]  # fmt: skip
    rows = session.execute(select(*columns).where(line.order_id == order_id).order_by(line.position))
    return [OrderLineRow(*row) for row in rows]


def drafts(view: OrderView) -> tuple[DraftLine, ...]:
    """The lines of an order as they were typed, to be changed."""
    return tuple(
        DraftLine(**{name: getattr(line, name) for name in TYPED}, promised_on=line.promised_on, line_id=line.id)
        for line in view.lines
    )


def _accepted_by(session: Session, order: Order) -> str:
    if order.accepted_on is None:
        return ""
    standing = select(Acceptance.accepted_by).where(Acceptance.order_id == order.id, Acceptance.cancelled_at.is_(None))
    return session.scalar(standing.order_by(Acceptance.id.desc()).limit(1)) or ""


def _actions(order: Order) -> frozenset[str]:
    is_open, full = order.state == OrderState.OPEN, order.delivery_state == DeliveryState.FULL
    possible = {
        "update": is_open,
        "deliver": is_open and not full,
        "receive": is_open and order.total > order.paid,
        "accept": order.state != OrderState.CANCELLED and full and order.accepted_on is None,
        "cancel_acceptance": order.accepted_on is not None,
        "invoice": order.state != OrderState.CANCELLED,
        "cancel": is_open and not order.paid and order.delivery_state == DeliveryState.NONE,
    }
    return frozenset(name for name, is_possible in possible.items() if is_possible)
