"""Contacts of a customer with their phone numbers and mail addresses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Contact, ContactPoint, Customer
from desktop_crm.services.customers import Point, put_points
from desktop_crm.services.records import editable, fetch
from desktop_crm.services.typed import cleaned

FIELDS = editable(Contact) - {"customer_id"}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as listed on the customer card."""

    id: uuid.UUID
    name: str
    salutation: str
    title: str
    department: str
    is_primary: bool
    note: str
    points: tuple[Point, ...]


@needs(Permission.CUSTOMERS)
def create(
    session: Session, customer_id: uuid.UUID, values: dict[str, Any], points: tuple[Point, ...] = ()
) -> uuid.UUID:
    """Add a contact; the first one of a customer becomes the primary one. Raises UserError without a name."""
    customer = fetch(session, Customer, customer_id)
    contact = Contact(customer_id=customer_id, **_checked(values))
    others = select(Contact.id).where(Contact.customer_id == customer_id, Contact.archived_at.is_(None))
    if session.scalar(others.limit(1)) is None:
        contact.is_primary = True
    session.add(contact)
    session.flush()
    if contact.is_primary:
        _only_primary(session, contact)
    put_points(session, customer, points, contact.id)
    return contact.id


@needs(Permission.CUSTOMERS)
def update(
    session: Session, contact_id: uuid.UUID, values: dict[str, Any], points: tuple[Point, ...] | None = None
) -> uuid.UUID:
    """Change a contact; with ``points`` given, replace them. Raises UserError without a name."""
    contact = fetch(session, Contact, contact_id)
    for name, value in _checked({"name": contact.name, **values}).items():
        setattr(contact, name, value)
    if contact.is_primary:
        _only_primary(session, contact)
    if points is not None:
        put_points(session, fetch(session, Customer, contact.customer_id), points, contact_id)
    return contact_id


@needs(Permission.CUSTOMERS)
def archive(session: Session, contact_id: uuid.UUID) -> None:
    """Take a contact off the card; quotations that name the person keep the name."""
    contact = fetch(session, Contact, contact_id)
    contact.archived_at = clock.now()
    contact.is_primary = False


def rows(session: Session, customer_id: uuid.UUID) -> list[ContactRow]:
    """The contacts of a customer, primary first."""
    points: dict[uuid.UUID, list[Point]] = {}
    query = select(
        ContactPoint.contact_id, ContactPoint.kind, ContactPoint.typed, ContactPoint.label, ContactPoint.is_primary
    ).where(ContactPoint.customer_id == customer_id, ContactPoint.contact_id.is_not(None))
    for contact_id, kind, typed, label, primary in session.execute(query.order_by(ContactPoint.id)):
        if contact_id:
            points.setdefault(contact_id, []).append(Point(kind, typed, label, primary))
    contacts = session.execute(
        select(
            Contact.id,
            Contact.name,
            Contact.salutation,
            Contact.title,
            Contact.department,
            Contact.is_primary,
            Contact.note,
        )
        .where(Contact.customer_id == customer_id, Contact.archived_at.is_(None))
        .order_by(Contact.is_primary.desc(), Contact.id)
    )
    return [ContactRow(*row, tuple(points.get(row.id, ()))) for row in contacts]


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    clean = cleaned(values, FIELDS)
    if not clean.get("name"):
        raise UserError(N_("The contact has no name."), N_("Type a name."), field="name")
    return clean


def _only_primary(session: Session, contact: Contact) -> None:
    others = select(Contact).where(
        Contact.customer_id == contact.customer_id, Contact.id != contact.id, Contact.is_primary
    )
    for other in session.scalars(others):
        other.is_primary = False
