"""Customers that may be the one being typed: same tax number, name, phone or mail. Answers while one types."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core import firm_names, phones
from desktop_crm.core.readings import normalise
from desktop_crm.models import ContactPoint, Customer
from desktop_crm.models.contact import PointKind
from desktop_crm.services import search
from desktop_crm.store import search_index

SHOWN = 3  # of each kind
LOOKED_AT = 20  # customers in whose texts a mail address is looked for
MIN_NAME = 2  # shorter ones, as half-typed names, say nothing


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is typed into a form; ``phones`` and ``mails`` by the name of their field."""

    name: str = ""
    tax_number: str = ""
    phones: tuple[tuple[str, str], ...] = ()
    mails: tuple[tuple[str, str], ...] = ()
    country: str = "TW"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A customer that is there already; ``reason`` is tax_number, name, phone or mail, ``field`` where it was typed."""

    id: uuid.UUID
    code: str
    name: str
    archived: bool
    reason: str
    field: str


def find(session: Session, typed: Candidate, own: uuid.UUID | None = None) -> list[Duplicate]:
    """Customers other than ``own`` that share something with ``typed``, each once, the surest reason first."""
    found: dict[uuid.UUID, Duplicate] = {}
    reasons: list[tuple[str, str, list[Any]]] = [
        ("tax_number", "tax_number", _with_tax_number(session, typed.tax_number)),
        ("name", "name", _named(session, typed.name)),
        *(("phone", field, _with_phone(session, text, typed.country)) for field, text in typed.phones),
        *(("mail", field, _with_mail(session, text)) for field, text in typed.mails),
    ]
    for reason, field, rows in reasons:
        for key, code, name, archived_at in rows:
            if key != own and key not in found:
                found[key] = Duplicate(key, code, name, archived_at is not None, reason, field)
    return list(found.values())


def owner_of_tax_number(session: Session, number: str, own: uuid.UUID | None) -> str | None:
    """The name and code of another customer with this tax number, None if there is none."""
    rows = [row for row in _with_tax_number(session, number) if row[0] != own]
    return f"{rows[0].name} ({rows[0].code})" if rows else None


def _with_tax_number(session: Session, number: str) -> list[Any]:
    return _rows(session, Customer.tax_number == number.strip()) if number.strip() else []


def _named(session: Session, name: str) -> list[Any]:
    """Those whose name folds to the same; an index keeps the names as they are normalised."""
    folded = firm_names.fold(name)
    if len(folded) < MIN_NAME:
        return []
    refs = search_index.named(session, "customer", firm_names.spellings(folded), LOOKED_AT)
    rows = _rows(session, Customer.id.in_([uuid.UUID(bytes=ref) for ref in refs]), LOOKED_AT) if refs else []
    return [row for row in rows if firm_names.fold(row.name) == folded][:SHOWN]


def _with_phone(session: Session, text: str, country: str) -> list[Any]:
    number = phones.to_e164(text, country or "TW")
    return _rows(session, _has_point(ContactPoint.e164 == number)) if number else []


def _with_mail(session: Session, text: str) -> list[Any]:
    """Mail addresses have no index of their own; those of the customers that the search finds are compared."""
    name, _, host = text.strip().partition("@")
    if not name or "." not in host.strip("."):
        return []
    ids = search.search(session, normalise(text), limit=LOOKED_AT).ids
    same = func.lower(ContactPoint.typed) == text.strip().lower()
    mail = (ContactPoint.kind == PointKind.EMAIL, same, ContactPoint.customer_id.in_(ids))
    return _rows(session, _has_point(*mail)) if ids else []


def _has_point(*where: Any) -> Any:
    return Customer.id.in_(select(ContactPoint.customer_id).where(*where))


def _rows(session: Session, where: Any, limit: int = SHOWN) -> list[Any]:
    query = select(Customer.id, Customer.code, Customer.name, Customer.archived_at)
    query = query.where(where, Customer.merged_into_id.is_(None))  # merged ones are known by another name
    return list(session.execute(query.order_by(Customer.id).limit(limit)))


def candidate(values: dict[str, Any], spoken: Iterable[str], mails: Iterable[str], country: str) -> Candidate:
    """What a form's ``values`` say, with the names of its fields for numbers and for mail addresses."""
    return Candidate(
        values.get("name", ""),
        values.get("tax_number", ""),
        tuple((field, values[field]) for field in spoken if values.get(field)),
        tuple((field, values[field]) for field in mails if values.get(field)),
        country,
    )
