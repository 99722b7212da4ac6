"""The card of one piece of equipment: what it is, its warranty and visits, and everything that happened to it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from desktop_crm.core.dates import local_date
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import (
    Acceptance,
    Customer,
    CustomerFigures,
    Delivery,
    DeliveryLine,
    Equipment,
    FollowUp,
    Interaction,
    Order,
    OrderLine,
    Product,
    Site,
    Staff,
)
from desktop_crm.models.base import entity_of
from desktop_crm.services import history, visits
from desktop_crm.services.visits import VisitRow

E = Equipment
MOST_EVENTS = 100
TOLD = ("state", "serial", "location", "site_id", "user_id", "warranty_until", "customer_id")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a piece; ``kind`` is visit, follow_up, delivery, acceptance, made or one of TOLD.

    ``text`` is what was noted, a document's number, or the new value; ``order_id`` is what a click opens.
    """

    kind: str
    on: dt.date
    text: str = ""
    who: str = ""
    minutes: int = 0
    order_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class EquipmentCard:
    """Everything the card shows; ``warranty_months`` is the product's, 0 without one."""

    id: uuid.UUID
    name: str
    model: str
    serial: str
    location: str
    state: str
    delivered_on: dt.date | None
    accepted_on: dt.date | None
    warranty_until: dt.date | None
    consumables: str
    note: str
    customer_id: uuid.UUID
    customer: str
    grade: str
    user: str
    site: str
    warranty_months: int
    order_id: uuid.UUID | None
    order: str
    visits: tuple[VisitRow, ...]
    events: tuple[Event, ...]


def load(session: Session, equipment_id: uuid.UUID) -> EquipmentCard:
    """The card of a piece; raises UserError when it is gone."""
    user = aliased(Customer)
    query = (
        select(
            E, Customer.name, CustomerFigures.grade, user.name, Site.name, Product.warranty_months,
            Order.id, Order.number,
        )
        .join(Customer, Customer.id == E.customer_id)
        .outerjoin(CustomerFigures, CustomerFigures.customer_id == E.customer_id)
        .outerjoin(user, user.id == E.user_id)
        .outerjoin(Site, Site.id == E.site_id)
        .outerjoin(Product, Product.id == E.product_id)
        .outerjoin(OrderLine, OrderLine.id == E.order_line_id)
        .outerjoin(Order, Order.id == OrderLine.order_id)
        .where(E.id == equipment_id)
    )  # fmt: skip
    row = session.execute(query).one_or_none()
    if row is None:
        raise UserError(N_("This record is no longer there."), N_("Refresh the list and try again."))
    card, customer, grade, used_by, site, months, order_id, number = row
    return EquipmentCard(
        card.id, card.name, card.model, card.serial, card.location, card.state, card.delivered_on, card.accepted_on,
        card.warranty_until, card.consumables, card.note, card.customer_id, customer, grade or "", used_by or "",
        site or "", months or 0, order_id, number or "",
        tuple(visits.of_equipment(session, equipment_id)),
        tuple(_events(session, card, order_id)),
    )  # fmt: skip


def _events(session: Session, card: Equipment, order_id: uuid.UUID | None) -> list[Event]:
    found = [
        *_changes(session, card.id),
        *_handed_over(session, card, order_id),
        *_follow_ups(session, card.id),
        *_visits(session, card.id),
    ]
    order = sorted(range(len(found)), key=lambda place: (found[place].on, place), reverse=True)
    return [found[place] for place in order[:MOST_EVENTS]]


def _visits(session: Session, equipment_id: uuid.UUID) -> list[Event]:
    i = Interaction
    query = (
        select(i.happened_at, i.summary, Staff.name, i.minutes)
        .outerjoin(Staff, Staff.id == i.staff_id)
        .where(i.equipment_id == equipment_id)
        .order_by(i.happened_at.desc())
        .limit(MOST_EVENTS)
    )
    rows = [Event("visit", local_date(at), text, who or "", took) for at, text, who, took in session.execute(query)]
    return rows[::-1]


def _follow_ups(session: Session, equipment_id: uuid.UUID) -> list[Event]:
    f = FollowUp
    query = (
        select(f.done_at, f.subject, f.outcome, Staff.name)
        .outerjoin(Staff, Staff.id == f.staff_id)
        .where(f.about_id == equipment_id, f.about_entity == entity_of(Equipment), f.done_at.is_not(None))
    )
    return [
        Event("follow_up", local_date(at), " · ".join(part for part in (subject, outcome) if part), who or "")
        for at, subject, outcome, who in session.execute(query)
        if at
    ]


def _handed_over(session: Session, card: Equipment, order_id: uuid.UUID | None) -> list[Event]:
    """The delivery that brought the piece, and its acceptance."""
    events = []
    if card.delivered_on is not None:
        query = (
            select(Delivery.number)
            .join(DeliveryLine, DeliveryLine.delivery_id == Delivery.id)
            .where(
                DeliveryLine.order_line_id == card.order_line_id,
                Delivery.delivered_on == card.delivered_on,
                Delivery.cancelled_at.is_(None),
            )
            .order_by(Delivery.id)
            .limit(1)
        )
        number = session.scalar(query) if card.order_line_id else None
        events.append(Event("delivery", card.delivered_on, number or "", order_id=order_id))
    if card.accepted_on is not None:
        standing = select(Acceptance.accepted_by).where(
            Acceptance.order_id == order_id, Acceptance.cancelled_at.is_(None)
        )
        by = session.scalar(standing.limit(1)) if order_id else None
        events.append(Event("acceptance", card.accepted_on, by or "", order_id=order_id))
    return events


def _changes(session: Session, equipment_id: uuid.UUID) -> list[Event]:
    """What was changed on the card, from the journal, oldest first; typing it in is one event."""
    events: list[Event] = []
    for row in reversed(history.of_record(session, entity_of(Equipment), equipment_id)):
        on = local_date(row.happened_at)
        if row.verb == "create":
            events.append(Event("made", on, "", row.actor))
        elif row.verb == "update" and not row.action.startswith("deliveries."):
            for name in TOLD:
                if name in row.changes:
                    events.append(Event(name, on, _shown(session, name, row.changes[name][1]), row.actor))
    return events


def _shown(session: Session, name: str, value: Any) -> str:
    """The new value of a field: the name behind a key."""
    if not value:
        return ""
    if name in ("site_id", "user_id", "customer_id"):
        model = Site if name == "site_id" else Customer
        return session.scalar(select(model.name).where(model.id == uuid.UUID(value))) or ""
    return str(value)
