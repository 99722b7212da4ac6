"""Handing over orders, in parts or whole, and the customer's acceptance."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import scaled
from desktop_crm.core.settings import Trade
from desktop_crm.models import Acceptance, Delivery, DeliveryLine, Instalment, Order, OrderLine, Product
from desktop_crm.models.order import DeliveryState, InstalmentTrigger, OrderState
from desktop_crm.services import numbering, settings
from desktop_crm.services.orders import require_open, settle
from desktop_crm.services.records import fetch
from desktop_crm.services.terms import terms_of


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery of an order and how many lines it touched."""

    id: uuid.UUID
    number: str
    delivered_on: dt.date
    received_by: str
    note: str
    lines: int
    is_cancelled: bool


def deliver(
    session: Session,
    order_id: uuid.UUID,
    on: dt.date,
    quantities: Mapping[uuid.UUID, Decimal] | None = None,
    received_by: str = "",
    note: str = "",
) -> uuid.UUID:
    """Hand over ``quantities`` by order line, or all that is open; returns the delivery's key.

    Raises UserError for more than is open, for nothing at all, and for an order that is not open.
    """
    order = require_open(fetch(session, Order, order_id))
    check_day(on, "on")
    lines = _lines(session, order_id)
    wanted = _wanted(lines, quantities)
    number = numbering.next_number(session, "delivery", on)
    delivery = Delivery(
        number=number, order_id=order_id, delivered_on=on, received_by=received_by.strip(), note=note.strip()
    )
    session.add(delivery)
    session.flush()
    for line, quantity in wanted:
        session.add(DeliveryLine(delivery_id=delivery.id, order_line_id=line.id, quantity=quantity))
        line.delivered += quantity
    _note_state(order, lines)
    return delivery.id


def cancel_delivery(session: Session, delivery_id: uuid.UUID) -> None:
    """Take a delivery back: its quantities are open again; the number stays used."""
    delivery = fetch(session, Delivery, delivery_id)
    if delivery.cancelled_at is not None:
        raise UserError(N_("Delivery %(number)s is cancelled already."), number=delivery.number)
    order = fetch(session, Order, delivery.order_id)
    if order.accepted_on is not None:
        raise UserError(
            N_("Order %(number)s was accepted by the customer."),
            N_("Cancel the acceptance first."),
            number=order.number,
        )
    delivery.cancelled_at = clock.now()
    lines = _lines(session, order.id)
    by_id = {line.id: line for line in lines}
    for row in session.scalars(select(DeliveryLine).where(DeliveryLine.delivery_id == delivery_id)):
        by_id[row.order_line_id].delivered -= row.quantity
    _note_state(order, lines)


def waits_for_acceptance() -> ColumnElement[bool]:
    """The condition under which the customer's signature is the next step of an order.

    It is open, delivered whole and not accepted, and acceptance starts something: its due date, an instalment,
    or the warranty of equipment. Goods handed over the counter and small repairs wait for nothing.
    """
    starts_instalment = (
        select(Instalment.id)
        .where(Instalment.order_id == Order.id, Instalment.trigger == InstalmentTrigger.ACCEPTANCE)
        .exists()
    )
    starts_warranty = (
        select(OrderLine.id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.order_id == Order.id, Product.makes_equipment)
        .exists()
    )
    return and_(
        Order.state == OrderState.OPEN,
        Order.delivery_state == DeliveryState.FULL,
        Order.accepted_on.is_(None),
        or_(Order.due_on.is_(None), starts_instalment, starts_warranty),
    )


def accept(session: Session, order_id: uuid.UUID, on: dt.date, accepted_by: str = "", note: str = "") -> uuid.UUID:
    """Note the customer's signature under a fully delivered order; returns the acceptance's key.

    What waited for it falls due: instalments on that day, an order without a due date by its customer's terms.
    """
    order = fetch(session, Order, order_id)
    check_day(on, "on")
    if order.state == OrderState.CANCELLED:
        require_open(order)
    if order.delivery_state != DeliveryState.FULL:
        raise UserError(
            N_("Order %(number)s is not fully delivered."), N_("Deliver the rest first."), number=order.number
        )
    if order.accepted_on is not None:
        raise UserError(
            N_("Order %(number)s was accepted on %(day)s already."), number=order.number, day=order.accepted_on
        )
    acceptance = Acceptance(order_id=order_id, accepted_on=on, accepted_by=accepted_by.strip(), note=note.strip())
    session.add(acceptance)
    order.accepted_on = on
    for instalment in _accepted_instalments(session, order_id):
        instalment.due_on = instalment.due_on or on
    if order.due_on is None:
        order.due_on = terms_of(session, order.customer_id, settings.load(session, Trade)).due_on(on)
    session.flush()
    return acceptance.id


def cancel_acceptance(session: Session, order_id: uuid.UUID) -> None:
    """Take the acceptance of an order back; its instalments wait again, the order keeps its due date."""
    order = fetch(session, Order, order_id)
    if order.accepted_on is None:
        raise UserError(N_("Order %(number)s was not accepted yet."), number=order.number)
    order.accepted_on = None
    for instalment in _accepted_instalments(session, order_id):
        instalment.due_on = None
    standing = select(Acceptance).where(Acceptance.order_id == order_id, Acceptance.cancelled_at.is_(None))
    for acceptance in session.scalars(standing):
        acceptance.cancelled_at = clock.now()


def of_order(session: Session, order_id: uuid.UUID) -> list[DeliveryRow]:
    """The deliveries of an order, newest first, cancelled ones too."""
    rows = session.execute(
        select(
            Delivery.id, Delivery.number, Delivery.delivered_on, Delivery.received_by, Delivery.note,
            Delivery.cancelled_at, DeliveryLine.id,
        )
        .outerjoin(DeliveryLine, DeliveryLine.delivery_id == Delivery.id)
        .where(Delivery.order_id == order_id)
        .order_by(Delivery.id.desc())
    ).all()  # fmt: skip
    counts: dict[uuid.UUID, int] = {}
    for row in rows:
        counts[row[0]] = counts.get(row[0], 0) + (row[-1] is not None)
    first = {row[0]: row for row in reversed(rows)}
    return [DeliveryRow(*first[key][:5], count, first[key][5] is not None) for key, count in counts.items()]


def _accepted_instalments(session: Session, order_id: uuid.UUID) -> Sequence[Instalment]:
    """The instalments of an order that fall due by its acceptance."""
    by_acceptance = Instalment.trigger == InstalmentTrigger.ACCEPTANCE
    return session.scalars(select(Instalment).where(Instalment.order_id == order_id, by_acceptance)).all()


def _lines(session: Session, order_id: uuid.UUID) -> Sequence[OrderLine]:
    return session.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)).all()


def _wanted(
    lines: Sequence[OrderLine], quantities: Mapping[uuid.UUID, Decimal] | None
) -> list[tuple[OrderLine, Decimal]]:
    """The lines to deliver with their quantities, each checked against what is open."""
    if quantities is None:
        wanted = [(line, line.quantity - line.delivered) for line in lines]
    else:
        strange = set(quantities) - {line.id for line in lines}
        if strange:
            raise UserError(N_("This line is not part of the order."), N_("Refresh the list and try again."))
        wanted = [(line, quantities[line.id]) for line in lines if line.id in quantities]
    checked = [(line, quantity) for line, quantity in wanted if scaled(quantity, "quantity")]
    for line, quantity in checked:
        _require_open_quantity(line, quantity)
    if not checked:
        raise UserError(
            N_("There is nothing to deliver."), N_("Type a quantity of at least one line."), field="quantity"
        )
    return checked


def _require_open_quantity(line: OrderLine, quantity: Decimal) -> None:
    """A returned line has negative quantities; what is delivered never passes what was ordered."""
    still_open = line.quantity - line.delivered
    if (quantity > 0) != (line.quantity > 0):
        raise UserError(
            N_("Row %(row)s cannot be delivered the other way round."),
            N_("Cancel a delivery instead."),
            field="quantity",
            row=line.position,
        )
    if abs(quantity) > abs(still_open):
        raise UserError(
            N_("Row %(row)s has only %(open)s left to deliver."),
            N_("Type that or less."),
            field="quantity",
            row=line.position,
            open=f"{still_open:f}",
        )


def _note_state(order: Order, lines: Sequence[OrderLine]) -> None:
    if all(line.delivered == line.quantity for line in lines):
        order.delivery_state = DeliveryState.FULL
    elif any(line.delivered for line in lines):
        order.delivery_state = DeliveryState.PARTIAL
    else:
        order.delivery_state = DeliveryState.NONE
    settle(order)
