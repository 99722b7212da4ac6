"""The contacts of all customers: windows of rows in the order of their customers, and searching among them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desktop_crm.core.readings import normalise, typed_forms
from desktop_crm.models import Contact, ContactPoint, Customer, CustomerFigures
from desktop_crm.models.contact import PointKind
from desktop_crm.services import search
from desktop_crm.services.customer_list import NAME_KEYS
from desktop_crm.services.customers import SPOKEN
from desktop_crm.store import search_index

F = CustomerFigures
LOOKED_AT = 400  # customers among whose contacts is searched
DIALLED = (PointKind.MOBILE, PointKind.PHONE)  # which number a row shows, the first there is


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A contact with the customer, a number, a mail address, and what the person is there."""

    id: uuid.UUID
    customer_id: uuid.UUID
    customer: str
    name: str
    salutation: str
    title: str
    department: str
    phone: str
    mail: str


def count(session: Session, text: str = "") -> int:
    """How many contacts of customers in use a text selects."""
    if text.strip():
        return len(_found(session, text))
    there = select(func.count()).select_from(Contact).where(Contact.archived_at.is_(None))
    left_out = there.join(F, F.customer_id == Contact.customer_id).where(F.archived)
    return (session.scalar(there) or 0) - (session.scalar(left_out) or 0)


def window(session: Session, text: str, language: str, offset: int, limit: int) -> list[PersonRow]:
    """The rows from ``offset`` on, ids first: by customer in the order of ``language``; when searching best first."""
    if text.strip():
        ids = _found(session, text)[offset : offset + limit]
    else:
        ids = list(session.scalars(_ordered(language).offset(offset).limit(limit)))
    return rows_of(session, ids)


def position(session: Session, text: str, language: str, contact_id: uuid.UUID) -> int | None:
    """The row a contact has in the list, None when it is not in it."""
    ids: Sequence[uuid.UUID] = _found(session, text) if text.strip() else session.scalars(_ordered(language)).all()
    return next((place for place, key in enumerate(ids) if key == contact_id), None)


def rows_of(session: Session, ids: Sequence[uuid.UUID]) -> list[PersonRow]:
    """The rows of some contacts in the order of ``ids``."""
    numbers = _points(session, ids)
    query = (
        select(
            Contact.id, Contact.customer_id, Customer.name, Contact.name, Contact.salutation, Contact.title,
            Contact.department,
        )
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.id.in_(ids))
    )  # fmt: skip
    found = {row[0]: PersonRow(*row, *numbers.get(row[0], ("", ""))) for row in session.execute(query)}
    return [found[key] for key in ids if key in found]


def _ordered(language: str) -> Select[uuid.UUID]:
    """By customer, and oldest first; contacts of archived customers are left out."""
    name = NAME_KEYS.get(language, F.plain_key)
    return (
        select(Contact.id)
        .join(F, F.customer_id == Contact.customer_id)
        .where(~F.archived, Contact.archived_at.is_(None))
        .order_by(name, F.customer_id, Contact.id)
    )


def _points(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, tuple[str, str]]:
    """The number and the mail address shown for some contacts."""
    query = select(ContactPoint.contact_id, ContactPoint.kind, ContactPoint.typed)
    found: dict[uuid.UUID | None, dict[str, str]] = {}
    for key, kind, typed in session.execute(query.where(ContactPoint.contact_id.in_(ids)).order_by(ContactPoint.id)):
        found.setdefault(key, {}).setdefault(kind, typed)
    return {
        key: (next((by[kind] for kind in DIALLED if kind in by), ""), by.get(PointKind.EMAIL, ""))
        for key, by in found.items()
    }


# -- searching -------------------------------------------------------------------------------------


def _found(session: Session, text: str) -> list[uuid.UUID]:
    """The contacts in whose own names and numbers, or in the names of whose customer, every word occurs.

    The index knows customers with all their contacts; which of those is meant is found out here.
    """
    owners = search.search(session, text, limit=LOOKED_AT).ids
    places = {key: place for place, key in enumerate(owners)}
    terms = [typed_forms(word) for word in _words(text)]
    rows = [row for row in _searched(session, owners) if all(_holds(row[2], forms) for forms in terms)]
    return [key for key, _owner, _body in sorted(rows, key=lambda row: (places[row[1]], row[0]))]


def _words(text: str) -> list[str]:
    """As the search parts what was typed: a number in parts is one word."""
    typed = text[: search.MAX_TYPED]
    parts = [typed] if search.is_number(typed) else typed.split()
    return [word for word in map(normalise, parts) if word][: search.MAX_WORDS]


def _holds(body: str, forms: Sequence[str]) -> bool:
    return any(form in body for form in forms)


def _searched(session: Session, owners: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """Contact, customer and searchable text of the contacts of some customers."""
    points: dict[uuid.UUID | None, list[Any]] = {}
    known = select(ContactPoint.contact_id, ContactPoint.kind, ContactPoint.typed, ContactPoint.e164)
    for key, *point in session.execute(known.where(ContactPoint.customer_id.in_(owners))):
        points.setdefault(key, []).append(point)
    query = (
        select(Contact.id, Contact.customer_id, Contact.name, Customer.name, Customer.short_name, Customer.name_en)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.customer_id.in_(owners), Contact.archived_at.is_(None), Customer.archived_at.is_(None))
    )
    return [
        (key, owner, _text(name, [one for one in at if one], points.get(key, ())))
        for key, owner, name, *at in session.execute(query)
    ]


def _text(name: str, at: Sequence[str], points: Sequence[Any]) -> str:
    spoken = [number for kind, typed, e164 in points if kind in SPOKEN for number in (typed, e164) if number]
    written = [typed for kind, typed, _e164 in points if kind not in SPOKEN]
    return search_index.document(at, contacts=[name], phones=spoken, codes=written)
