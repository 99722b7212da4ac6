"""What records must still say together after a step was taken back: fields alone do not show that they fit.

A payment released, used elsewhere and given back to its first order has every field as the release left it, and would
still be spent twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from desktop_crm.models import (
    Cheque,
    Equipment,
    InspectionPlan,
    Instalment,
    InvoiceRecord,
    JournalEntry,
    Order,
    OrderLine,
    Payment,
    PaymentAllocation,
)
from desktop_crm.models.base import entity_of
from desktop_crm.models.equipment import EquipmentState
from desktop_crm.models.order import DeliveryState, OrderState
from desktop_crm.models.payment import ChequeState
from desktop_crm.services import instalments, references
from desktop_crm.services.records import parts

Keys = set[uuid.UUID]


def contradicted(session: Session, entries: Sequence[JournalEntry]) -> bool:
    """Whether records that ``entries`` tell of contradict others, now that the entries are reversed and flushed.

    Payments spent twice or without being there; orders cancelled with money or goods, or open though done, or not
    what their lines say; allowances of more than their invoice; visits to retired equipment; what came since and
    refers to a record that is another customer's again.
    """
    return references.torn(session, entries) or any(
        session.scalar(select(model.id).where(model.id.in_(part), wrong).limit(1)) is not None
        for model, keys, wrong in (
            (Payment, _payments(session, entries), _OVERSPENT),
            (Order, _told(entries, Order), _MISFIT),
            (Order, _told(entries, Order, "paid") | _told(entries, Order, "total"), _UNPAID),
            (Order, _lined(session, entries), _MISLINED),
            (InvoiceRecord, _invoices(session, entries), _OVERALLOWED),
            (InspectionPlan, _told(entries, InspectionPlan), _TO_RETIRED),
            (Equipment, _told(entries, Equipment), _VISITED),
        )
        for part in parts(keys)
    )


def follow_plans(session: Session, entries: Sequence[JournalEntry]) -> None:
    """Bring plans of payment that came back up to what happened since."""
    orders = {one.order_id for one in _standing(session, Instalment, entries)}
    for part in parts(orders):
        for order in session.scalars(select(Order).where(Order.id.in_(part))).all():
            instalments.follow(session, order)


def _told(entries: Iterable[JournalEntry], model: Any, field: str = "") -> Keys:
    """The records of ``model`` that entries tell of, or of a change of their ``field``."""
    entity = entity_of(model)
    return {one.key for one in entries if one.entity == entity and one.key and (not field or field in one.changes)}


def _standing(session: Session, model: Any, entries: Iterable[JournalEntry]) -> Sequence[Any]:
    """Those of them that are there."""
    keys = _told(entries, model)
    return [record for part in parts(keys) for record in session.scalars(select(model).where(model.id.in_(part)))]


def _payments(session: Session, entries: Sequence[JournalEntry]) -> Keys:
    linked = (*_standing(session, PaymentAllocation, entries), *_standing(session, Cheque, entries))
    return _told(entries, Payment) | {one.payment_id for one in linked}


def _lined(session: Session, entries: Sequence[JournalEntry]) -> Keys:
    """The orders whose lines entries tell of, also of lines that are gone."""
    entity = entity_of(OrderLine)
    told = [one.changes.get("order_id", ()) for one in entries if one.entity == entity]
    return {one.order_id for one in _standing(session, OrderLine, entries)} | {
        uuid.UUID(key) for old_and_new in told for key in old_and_new if key
    }


def _invoices(session: Session, entries: Sequence[JournalEntry]) -> Keys:
    found = _standing(session, InvoiceRecord, entries)
    return {one.allowance_of_id or one.id for one in found}


_ALLOWANCE = aliased(InvoiceRecord)
_SPENT = (
    select(func.coalesce(func.sum(PaymentAllocation.amount), 0))
    .where(PaymentAllocation.payment_id == Payment.id)
    .scalar_subquery()
)
_BOUNCED = exists().where(Cheque.payment_id == Payment.id, Cheque.state == ChequeState.BOUNCED)
_OVERSPENT: ColumnElement[bool] = (
    case((or_(Payment.cancelled_at.is_not(None), _BOUNCED), 0), else_=Payment.amount) < _SPENT
)
_FULL = Order.delivery_state == DeliveryState.FULL
_MISFIT = or_(
    and_(Order.state == OrderState.CANCELLED, or_(Order.paid != 0, Order.delivery_state != DeliveryState.NONE)),
    and_(Order.state == OrderState.OPEN, _FULL, Order.paid >= Order.total),
    and_(Order.state == OrderState.CLOSED, ~_FULL),
    Order.paid < 0,
    and_(Order.total >= 0, Order.paid > Order.total),  # an import may bring credits
)
_LINE = OrderLine.order_id == Order.id
_HAS_OPEN = exists().where(_LINE, OrderLine.delivered != OrderLine.quantity)
_HAS_DELIVERED = exists().where(_LINE, OrderLine.delivered != 0)
_OVER_DELIVERED = exists().where(
    _LINE,
    (func.abs(OrderLine.delivered) > func.abs(OrderLine.quantity)) | (OrderLine.delivered * OrderLine.quantity < 0),
)
_NET = select(func.sum(OrderLine.net)).where(_LINE).scalar_subquery()
_MISLINED = or_(
    _OVER_DELIVERED,
    _FULL == _HAS_OPEN,
    (Order.delivery_state == DeliveryState.NONE) == _HAS_DELIVERED,
    Order.net != _NET,
    and_(Order.paid < Order.total, Order.paid_on.is_not(None)),
)
_UNPAID = and_(Order.state == OrderState.CLOSED, Order.paid < Order.total)  # imported ones are closed and never paid
_ALLOWED = (
    select(func.coalesce(func.sum(_ALLOWANCE.total), 0))
    .where(_ALLOWANCE.allowance_of_id == InvoiceRecord.id, _ALLOWANCE.voided_on.is_(None))
    .scalar_subquery()
)
_OVERALLOWED = case((InvoiceRecord.voided_on.is_not(None), 0), else_=InvoiceRecord.total) < -_ALLOWED
_RETIRED = Equipment.state == EquipmentState.RETIRED
_TO_RETIRED = and_(
    InspectionPlan.next_on.is_not(None), exists().where(Equipment.id == InspectionPlan.equipment_id, _RETIRED)
)
_VISITED = and_(
    _RETIRED, exists().where(InspectionPlan.equipment_id == Equipment.id, InspectionPlan.next_on.is_not(None))
)
