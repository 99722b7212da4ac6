"""Handing over orders, in parts or whole, and the customer's acceptance."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import scaled
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import Acceptance, Delivery, DeliveryLine, Order, OrderLine
from desktop_crm.models.order import DeliveryState, OrderState
from desktop_crm.services import equipment_cards, instalments, numbering, settings
from desktop_crm.services.equipment_cards import Handed
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


@needs(Permission.SELL)
def deliver(
    session: Session,
    order_id: uuid.UUID,
    on: dt.date,
    quantities: Mapping[uuid.UUID, Decimal] | None = None,
    received_by: str = "",
    note: str = "",
    confirmed: Collection[str] = (),
) -> uuid.UUID:
    """Hand over ``quantities`` by order line, or all that is open; returns the delivery's key.

    Goods that make equipment get their cards. Raises UserError for more than is open, for nothing at all, and for an
    order that is not open; NeedsConfirmation for very many cards.
    """
    order = require_open(fetch(session, Order, order_id))
    check_day(on, "on")
    lines = lines_of(session, order_id)
    wanted = _wanted(lines, quantities)
    number = numbering.next_number(session, "delivery", on)
    delivery = Delivery(
        number=number, order_id=order_id, delivered_on=on, received_by=received_by.strip(), note=note.strip()
    )
    session.add(delivery)
    session.flush()
    handed = []
    for line, quantity in wanted:
        session.add(DeliveryLine(delivery_id=delivery.id, order_line_id=line.id, quantity=quantity))
        handed.append(Handed(line, line.delivered, line.delivered + quantity))
        line.delivered += quantity
    equipment_cards.make(session, order, handed, on, confirmed)
    note_state(session, order, lines)
    return delivery.id


@needs(Permission.SELL)
def cancel_delivery(session: Session, delivery_id: uuid.UUID, confirmed: Collection[str] = ()) -> None:
    """Take a delivery back: its quantities are open again, its equipment cards go; the number stays used.

    Raises NeedsConfirmation when cards stay because somebody has worked with them.
    """
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
    lines = lines_of(session, order.id)
    by_id = {line.id: line for line in lines}
    handed = []
    for row in session.scalars(select(DeliveryLine).where(DeliveryLine.delivery_id == delivery_id)):
        line = by_id[row.order_line_id]
        handed.append(Handed(line, line.delivered, line.delivered - row.quantity))
        line.delivered -= row.quantity
    equipment_cards.take_back(session, handed, delivery.delivered_on, confirmed)
    note_state(session, order, lines)


@needs(Permission.SELL)
def accept(session: Session, order_id: uuid.UUID, on: dt.date, accepted_by: str = "", note: str = "") -> uuid.UUID:
    """Note the customer's signature under a fully delivered order; returns the acceptance's key.

    What waited for it falls due: instalments on that day, an order without a due date by its customer's terms. Its
    equipment is in use from now on: the warranty begins, inspections are planned.
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
    delivered_on = instalments.delivered_on(session, order_id)
    if delivered_on is not None and on < delivered_on:
        raise UserError(N_("It was accepted before it was delivered."), N_("Correct one of the two days."), field="on")
    acceptance = Acceptance(order_id=order_id, accepted_on=on, accepted_by=accepted_by.strip(), note=note.strip())
    session.add(acceptance)
    order.accepted_on = on
    if order.due_on is None:
        order.due_on = terms_of(session, order.customer_id, settings.load(session, Trade)).due_on(on)
    instalments.follow(session, order)
    equipment_cards.begin(session, order, on)
    session.flush()
    return acceptance.id


@needs(Permission.SELL)
def cancel_acceptance(session: Session, order_id: uuid.UUID, confirmed: Collection[str] = ()) -> None:
    """Take the acceptance of an order back; its instalments wait again; without a plan it keeps its due date.

    Its equipment waits too, without warranty and visits. Raises NeedsConfirmation when cards stay because somebody
    has worked with them.
    """
    order = fetch(session, Order, order_id)
    if order.accepted_on is None:
        raise UserError(N_("Order %(number)s was not accepted yet."), number=order.number)
    equipment_cards.unbegin(session, order, order.accepted_on, confirmed)
    order.accepted_on = None
    instalments.follow(session, order)
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


def lines_of(session: Session, order_id: uuid.UUID) -> Sequence[OrderLine]:
    """The lines of an order in their places."""
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


def note_state(session: Session, order: Order, lines: Sequence[OrderLine]) -> None:
    """Say on an order how much of its lines is delivered; one delivered and paid is closed, its plan follows."""
    if all(line.delivered == line.quantity for line in lines):
        order.delivery_state = DeliveryState.FULL
    elif any(line.delivered for line in lines):
        order.delivery_state = DeliveryState.PARTIAL
    else:
        order.delivery_state = DeliveryState.NONE
    settle(session, order)
