"""What a delivery note (出貨單, 送貨單) says: who gets what, how much is still to come, with prices only if wanted."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, Delivery, DeliveryLine, Order, OrderLine, Staff
from desktop_crm.models.snapshot import Buyer, Seller
from desktop_crm.services import quotation_snapshot, settings
from desktop_crm.services.records import fetch


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line handed over; ``to_come`` is what of the order is open after this delivery."""

    code: str
    name: str
    specification: str
    unit: str
    quantity: Decimal
    to_come: Decimal
    unit_price: Decimal
    discount_percent: Decimal


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """A delivery for the sheet; unit prices in ``currency``, as on the order."""

    seller: Seller
    buyer: Buyer
    customer_id: uuid.UUID
    contact_id: uuid.UUID | None
    language: str
    number: str
    delivered_on: dt.date
    order_number: str
    customer_reference: str
    project_name: str
    site: str
    salesperson: str
    salesperson_mobile: str
    received_by: str
    note: str
    currency: str
    lines: tuple[NoteLine, ...]
    is_cancelled: bool
    show_roc_dates: bool


def load(session: Session, delivery_id: uuid.UUID) -> DeliveryNote:
    """The note of a delivery; raises UserError when it is gone."""
    delivery = fetch(session, Delivery, delivery_id)
    order = fetch(session, Order, delivery.order_id)
    customer = fetch(session, Customer, order.customer_id)
    trade = settings.load(session, Trade)
    language = customer.language if customer.language in LANGUAGES else trade.document_language
    staff = session.get(Staff, order.staff_id) if order.staff_id else None
    return DeliveryNote(
        seller=quotation_snapshot.seller_of(session, language),
        buyer=quotation_snapshot.buyer_of(session, customer, order.contact_id, language),
        customer_id=customer.id,
        contact_id=order.contact_id,
        language=language,
        number=delivery.number,
        delivered_on=delivery.delivered_on,
        order_number=order.number,
        customer_reference=order.customer_reference,
        project_name=order.project_name,
        site=quotation_snapshot.site_of(session, order.site_id),
        salesperson=staff.name if staff else "",
        salesperson_mobile=staff.mobile if staff else "",
        received_by=delivery.received_by,
        note=delivery.note,
        currency=order.currency,
        lines=tuple(_lines(session, delivery)),
        is_cancelled=delivery.cancelled_at is not None,
        show_roc_dates=trade.show_roc_dates,
    )


def _lines(session: Session, delivery: Delivery) -> list[NoteLine]:
    """What this delivery brought; earlier ones count as handed over, later ones are still to come."""
    query = (
        select(DeliveryLine.order_line_id, func.sum(DeliveryLine.quantity))
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(Delivery.order_id == delivery.order_id, Delivery.cancelled_at.is_(None), Delivery.id <= delivery.id)
        .group_by(DeliveryLine.order_line_id)
    )
    handed: dict[uuid.UUID, Decimal] = {row[0]: row[1] for row in session.execute(query)}
    rows = session.execute(
        select(OrderLine, DeliveryLine.quantity)
        .join(DeliveryLine, DeliveryLine.order_line_id == OrderLine.id)
        .where(DeliveryLine.delivery_id == delivery.id)
        .order_by(OrderLine.position)
    )
    return [
        NoteLine(
            line.code,
            line.name,
            line.specification,
            line.unit,
            quantity,
            line.quantity - handed.get(line.id, Decimal(0)),
            line.unit_price,
            line.discount_percent,
        )
        for line, quantity in rows
    ]
