"""What of each record is searchable: one text per customer, kept up with every save."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import Contact, ContactPoint, Customer
from desktop_crm.services.customers import SPOKEN
from desktop_crm.services.records import Ids, per_customer
from desktop_crm.store import search_index

ENTITY = "customer"
SOURCES = frozenset({"customer", "contact", "contact_point"})  # what the texts are made of
Point = tuple[str, str, str]


def refresh(session: Session, customer_ids: Ids) -> None:
    """Bring the index up to date for some customers."""
    ids = list(customer_ids)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        left = set(part)
        for key, text in texts(session, part):
            search_index.put(session, ENTITY, key.bytes, text)
            left.discard(key)
        for key in left:
            search_index.remove(session, ENTITY, key.bytes)


def rebuild(session: Session) -> None:
    """Make the index anew for every customer, in one pass."""
    search_index.clear(session.connection())
    rows = ((ENTITY, key.bytes, text) for key, text in texts(session, None))
    search_index.bulk_load(session.connection(), rows)


def findings(session: Session) -> list[str]:
    """What ``check`` finds when it compares the index with the records."""
    expected = ((ENTITY, key.bytes, text) for key, text in texts(session, None))
    return search_index.check(session.connection(), expected)


def texts(session: Session, ids: Ids | None) -> Iterator[tuple[uuid.UUID, str]]:
    """The searchable text of customers: names, contacts, numbers, tax number, code."""
    contacts: dict[uuid.UUID, list[str]] = {}
    for key, name in _CONTACTS(session, ids):
        contacts.setdefault(key, []).append(name)
    points: dict[uuid.UUID, list[Point]] = {}
    for key, *point in _POINTS(session, ids):
        points.setdefault(key, []).append(tuple(point))
    for row in _NAMES(session, ids):
        yield row.id, _text(row, contacts.get(row.id, []), points.get(row.id, []))


def _text(row: Any, contacts: list[str], points: list[Point]) -> str:
    return search_index.document(
        [name for name in (row.name, row.short_name, row.name_en) if name],
        phones=[number for typed, e164, kind in points if kind in SPOKEN for number in (typed, e164) if number],
        tax_numbers=[row.tax_number] if row.tax_number else [],
        contacts=contacts,
        codes=[row.code, *(typed for typed, _e164, kind in points if kind not in SPOKEN)],
    )


# In the order of their keys: the text of one customer and of all must be the same, whatever plan reads the rows.
_CONTACTS = per_customer(select(Contact.customer_id, Contact.name).order_by(Contact.id), Contact.customer_id)
_POINTS = per_customer(
    select(ContactPoint.customer_id, ContactPoint.typed, ContactPoint.e164, ContactPoint.kind).order_by(
        ContactPoint.id
    ),
    ContactPoint.customer_id,
)
_NAMES = per_customer(
    select(Customer.id, Customer.name, Customer.short_name, Customer.name_en, Customer.tax_number, Customer.code),
    Customer.id,
)
