"""Orders, their deliveries, acceptance and instalments."""

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record
from desktop_crm.models.document import Priced, PricedLine
from desktop_crm.models.types import Minor, Scaled


class OrderState(StrEnum):
    """Open until everything is delivered and paid, or cancelled."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[str, frozenset[str]] = {
    OrderState.OPEN: frozenset({OrderState.CLOSED, OrderState.CANCELLED}),
    OrderState.CLOSED: frozenset({OrderState.OPEN}),
    OrderState.CANCELLED: frozenset(),
}


class DeliveryState(StrEnum):
    """How much of an order was handed over."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Order(Priced, Record):
    """What the buyer ordered.

    ``paid`` is the sum of allocations, kept by the payments service; ``invoiced`` that of standing invoice records less
    allowances, kept by the invoices service.
    """

    __tablename__ = "customer_order"
    __table_args__ = (
        # grading and figures read whole shops from this index alone: 0.2 s instead of 1.7 s for 1,000,000 orders
        Index("ix_customer_order_customer_id", "customer_id", "ordered_on", "state", "home_net", "home_cost"),
        Index("ix_customer_order_state", "state", "ordered_on", "id"),
        Index("ix_customer_order_ordered_on", "ordered_on", "id"),
        Index("ix_customer_order_due_on", "due_on", "id"),
        # Naming PostgreSQL for a partial index would import its dialect at every start: 25 ms.
        # what the quick filters count, without reading the orders: 14 ms instead of 170 with 50,000 open ones
        Index(
            "ix_customer_order_open",
            "state",
            "due_on",
            "total",
            "paid",
            "delivery_state",
            sqlite_where=text("state = 'open'"),
        ),
        # orders without an invoice, counted from here alone: 25 ms instead of 300 with 400,000 orders of a year
        Index(
            "ix_customer_order_to_invoice",
            "ordered_on",
            "id",
            "state",
            "total",
            "invoiced",
            sqlite_where=text("total > invoiced"),
        ),
    )

    number: Mapped[str] = mapped_column(Text, unique=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    revision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("quotation_revision.id"), index=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"))
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    project_name: Mapped[str] = mapped_column(Text, default="")
    customer_reference: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default=OrderState.OPEN)
    delivery_state: Mapped[str] = mapped_column(Text, default=DeliveryState.NONE)
    ordered_on: Mapped[dt.date]
    promised_on: Mapped[dt.date | None]
    accepted_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]
    payment_terms: Mapped[str] = mapped_column(Text, default="")
    paid: Mapped[int] = mapped_column(Minor, default=0)
    paid_on: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    invoiced: Mapped[int] = mapped_column(Minor, default=0, server_default="0")


class OrderLine(PricedLine, Record):
    """A line of an order with its promised date and how much was delivered."""

    __tablename__ = "order_line"
    __table_args__ = (Index("ix_order_line_order_id", "order_id", "position"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_order.id"))
    promised_on: Mapped[dt.date | None]
    delivered: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))


class Delivery(Record):
    """A hand-over of an order, or of a part of it."""

    __tablename__ = "delivery"

    number: Mapped[str] = mapped_column(Text, unique=True)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_order.id"), index=True)
    delivered_on: Mapped[dt.date]
    received_by: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[dt.datetime | None]


class DeliveryLine(Record):
    """How much of an order line a delivery brought."""

    __tablename__ = "delivery_line"
    __table_args__ = (UniqueConstraint("delivery_id", "order_line_id"),)

    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("delivery.id"))
    order_line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Scaled)


class Acceptance(Record):
    """The customer's signature under the work: starts warranty and the last instalment."""

    __tablename__ = "acceptance"

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_order.id"), index=True)
    accepted_on: Mapped[dt.date]
    accepted_by: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[dt.datetime | None]


class InstalmentTrigger(StrEnum):
    """What makes an instalment fall due.

    The day of the order, the customer's terms counted from it (as 月結), the delivery that completes the order,
    the customer's signature, or a day of its own.
    """

    ORDER = "order"
    TERMS = "terms"
    DELIVERY = "delivery"
    ACCEPTANCE = "acceptance"
    DATE = "date"


class Instalment(Record):
    """A part of the payment plan (訂金 30 %, 出貨 40 %, 驗收 30 %).

    A part with a ``percent`` follows the total of its order; one without has a fixed amount. It falls due ``days``
    after what its ``trigger`` names; ``due_on`` is None while that has not happened.
    """

    __tablename__ = "instalment"
    __table_args__ = (Index("ix_instalment_order_id", "order_id", "position"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_order.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    trigger: Mapped[str] = mapped_column(Text, default=InstalmentTrigger.ORDER)
    percent: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    amount: Mapped[int] = mapped_column(Minor)
    due_on: Mapped[dt.date | None]
    days: Mapped[int] = mapped_column(default=0, server_default="0")
