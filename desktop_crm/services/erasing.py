"""Erasing what is known of a person or firm, so that nothing of it is left in the file.

A customer without documents that must be kept goes whole; of one with documents the contacts are made nameless, and
a private person loses numbers, addresses and note.
The journal keeps that something was there, not what; neither can be undone.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import (
    Address,
    Contact,
    ContactPoint,
    Customer,
    Equipment,
    ExternalKey,
    FollowUp,
    Interaction,
    InvoiceRecord,
    JournalEntry,
    Order,
    Payment,
    Quotation,
    Record,
    Site,
)
from desktop_crm.models.base import entity_of
from desktop_crm.models.customer import LegalForm
from desktop_crm.services import search_documents
from desktop_crm.services.records import fetch
from desktop_crm.store import journal, search_index

NAMELESS = "—"
KEPT: tuple[tuple[type[Record], Any], ...] = (
    (Quotation, Quotation.number.is_not(None)),
    (Order, True),
    (Payment, True),
    (InvoiceRecord, True),
    (Equipment, True),
)
Owned = dict[str, set[uuid.UUID]]  # keys by entity


@dataclass(frozen=True, slots=True)
class Extent:
    """What erasing would touch; with ``documents`` (numbered quotations, orders, payments, equipment) only contacts
    and ``own``: numbers, addresses and note of a private person.
    """

    name: str
    documents: int
    contacts: int
    sites: int
    interactions: int
    follow_ups: int
    drafts: int
    own: int = 0


def extent(session: Session, customer_id: uuid.UUID) -> Extent:
    """What there is to erase; raises UserError when the customer is gone."""

    def of(model: Any, *where: Any) -> int:
        query = select(func.count()).select_from(model).where(model.customer_id == customer_id, *where)
        return session.scalar(query) or 0

    documents = sum(of(model) if where is True else of(model, where) for model, where in KEPT)
    drafts = of(Quotation, Quotation.number.is_(None))
    customer = fetch(session, Customer, customer_id)
    own = of(ContactPoint, ContactPoint.contact_id.is_(None)) + of(Address) + bool(customer.note)
    counts = (of(Contact), of(Site), of(Interaction), of(FollowUp), drafts)
    return Extent(customer.name, documents, *counts, own=own if customer.legal_form == LegalForm.PERSON else 0)


@needs(Permission.DATA)
def erase(session: Session, customer_id: uuid.UUID) -> None:
    """Delete a customer with everything that belongs to it, and those merged into it.

    Raises UserError when there are documents to be kept.
    """
    if extent(session, customer_id).documents:
        raise UserError(
            N_("There are documents of this customer that must be kept."), N_("Make its contacts nameless instead.")
        )
    gone = {customer_id, *(key for key in _merged(session, customer_id) if not extent(session, key).documents)}
    owned = _owned(session, gone)
    _let_go(session, owned)
    session.flush()
    _forget_former(session, owned, _LINKS)
    session.expunge_all()
    for table in reversed(Record.metadata.sorted_tables):
        if keys := owned.get(table.name):
            session.execute(delete(table).where(table.c.id.in_(keys)))
            journal.bulk_keys(session, "delete", table.name, keys)
            _forget(session, table.name, keys)
    journal.batch_of(session).customers.difference_update(gone)
    search_documents.refresh(session, gone)
    search_index.wipe(session.connection())


@needs(Permission.DATA)
def make_nameless(session: Session, customer_id: uuid.UUID) -> int:
    """Take names, numbers and notes off the contacts of a customer and archive them; returns how many.

    Of a private person go its own numbers, addresses and note too; its name stays on what must be kept.
    """
    customer = fetch(session, Customer, customer_id)
    private = customer.legal_form == LegalForm.PERSON
    people = session.scalars(select(Contact).where(Contact.customer_id == customer_id)).all()
    points = session.scalars(
        select(ContactPoint).where(
            ContactPoint.customer_id == customer_id, or_(literal(private), ContactPoint.contact_id.is_not(None))
        )
    ).all()
    of_person = select(Address).where(Address.customer_id == customer_id)
    addresses = session.scalars(of_person).all() if private else []
    for record in (*points, *addresses):
        session.delete(record)
    known = {customer_id, *_merged(session, customer_id)}
    for one in known if private else ():
        fetch(session, Customer, one).note = ""
    for person in people:
        person.name = NAMELESS
        person.salutation = person.title = person.department = person.note = ""
        person.birthday = None
        person.is_primary = False
        person.archived_at = person.archived_at or clock.now()
    session.flush()
    _forget(session, "contact", [person.id for person in people])
    _forget(session, "contact_point", [point.id for point in points])
    owned = {"customer": known, "contact": {person.id for person in people}}
    links = {"contact": ["customer_id"], "contact_point": ["contact_id"]}
    if private:
        links = {"contact": ["customer_id"], "contact_point": ["customer_id"], "address": ["customer_id"]}
        _forget(session, "address", [address.id for address in addresses])
        _forget(session, "customer", known)
    _forget_former(session, owned, links)
    search_documents.refresh(session, [customer_id])
    search_index.wipe(session.connection())
    return len(people)


def _merged(session: Session, customer_id: uuid.UUID) -> set[uuid.UUID]:
    """The archived customers that are the same one."""
    return set(session.scalars(select(Customer.id).where(Customer.merged_into_id == customer_id)))


def _owned(session: Session, customers: set[uuid.UUID]) -> Owned:
    """The customers and all records that cannot be without them, found along the keys that must not be empty."""
    owned: Owned = {"customer": set(customers)}
    for table in Record.metadata.sorted_tables:
        for column, owner in _keys(table):
            if column.nullable or owner not in owned or "id" not in table.c:
                continue
            found = session.scalars(select(table.c.id).where(column.in_(owned[owner])))
            owned.setdefault(table.name, set()).update(found)
    keys = {key for ids in owned.values() for key in ids}
    outside = session.scalars(select(ExternalKey.id).where(ExternalKey.record_id.in_(keys)))
    owned.setdefault(entity_of(ExternalKey), set()).update(outside)
    return owned


def _let_go(session: Session, owned: Owned) -> None:
    """Empty the keys by which records of others point at what goes."""
    models = {entity_of(mapper.class_): mapper.class_ for mapper in Record.registry.mappers}
    for table in Record.metadata.sorted_tables:
        for column, owner in _keys(table):
            if not column.nullable or owner not in owned or "id" not in table.c:
                continue
            pointing = set(session.scalars(select(table.c.id).where(column.in_(owned[owner]))))
            others = pointing - owned.get(table.name, set())
            if others:
                journal.bulk_update(session, models[table.name], others, {column.name: None})
            if mine := pointing & owned.get(table.name, set()):
                session.execute(update(table).where(table.c.id.in_(mine)).values({column.name: None}))


def _keys(table: Table) -> list[tuple[Any, str]]:
    return [(column, key.column.table.name) for column in table.c for key in column.foreign_keys]


def _forget_former(session: Session, owned: Owned, links: dict[str, list[str]]) -> None:
    """Take out of the journal what was in records deleted before, which pointed at what is erased by ``links``."""
    entry = JournalEntry
    deleted = session.execute(
        select(entry.entity, entry.key, entry.changes).where(entry.verb == "delete", entry.entity.in_(links))
    ).all()
    known = {str(key) for keys in owned.values() for key in keys}
    while True:
        former: Owned = {}
        for entity, key, told in deleted:
            if str(key) not in known and any(told.get(name, [None])[0] in known for name in links[entity]):
                former.setdefault(entity, set()).add(key)
        if not former:
            return
        for entity, keys in former.items():
            _forget(session, entity, keys)
            known |= {str(key) for key in keys}


def _forget(session: Session, entity: str, keys: Collection[uuid.UUID]) -> None:
    """Take what was in the records out of the journal."""
    session.execute(
        update(JournalEntry).where(JournalEntry.entity == entity, JournalEntry.key.in_(keys)).values(changes={})
    )


# by entity, the columns that say whose a record is
_LINKS = {
    table.name: [column.name for column, _owner in _keys(table) if not column.nullable]
    for table in Record.metadata.sorted_tables
} | {entity_of(ExternalKey): ["record_id"]}
