"""Find anything: customers, quotations, orders, equipment and products for what somebody types.

Customers come from the search index. Documents come from three places: their number (anywhere within the newest
numbers, at its beginning in all), their project (among the newest), and the customers that were found.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from desktop_crm.core.currencies import to_minor
from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, CustomerFigures, Order, Product, Quotation, QuotationRevision
from desktop_crm.services import finder_equipment, products, search, settings
from desktop_crm.services.products import ProductRow

CUSTOMER, QUOTATION, ORDER, EQUIPMENT, PRODUCT = "customer", "quotation", "customer_order", "equipment", "product"
ENTITIES = (CUSTOMER, QUOTATION, ORDER, EQUIPMENT, PRODUCT)
NEWEST_NUMBERS = 10_000  # numbers looked through for a part of one
NEWEST_PROJECTS = 1_500  # documents looked through for a project
OWNERS = 3  # customers whose documents are shown
LAST_SIGN = "\U0010ffff"
Ref = tuple[str, uuid.UUID]
R = QuotationRevision


@dataclass(frozen=True, slots=True)
class Hit:
    """A record. ``title`` is a name of a customer, equipment or product, or a document's number (empty: a draft).

    ``customer`` and ``text`` (project; phone number; serial number and place; specification) say more, ``code`` is
    the tax number or that of a product. ``total`` (of a product its list price) is in minor units of ``currency``;
    ``state`` of a customer or product is "archived" or empty.
    """

    entity: str
    id: uuid.UUID
    title: str
    customer: str = ""
    text: str = ""
    code: str = ""
    state: str = ""
    total: int = 0
    currency: str = ""
    day: dt.date | None = None


def find(session: Session, typed: str, limit: int = 6) -> list[Hit]:
    """Up to ``limit`` customers, best first, documents, pieces of equipment, and products; none for an empty text."""
    kept = (char if char.isprintable() else " " for char in typed[: search.MAX_TYPED])  # LIKE ends at a NUL
    text = " ".join("".join(kept).split())
    if not text:
        return []
    found = search.search(session, text, entity=CUSTOMER, limit=limit).ids
    customers = _customers(session, found)
    pieces = _equipment(session, finder_equipment.find(session, text, limit))
    sold = _hits(session, products.find(session, text, limit))
    return customers + _documents(session, text, found[:OWNERS], limit) + pieces + sold


def customers(session: Session, typed: str, limit: int = 6) -> list[Hit]:
    """Up to ``limit`` customers alone, best first."""
    return _customers(session, search.search(session, typed, entity=CUSTOMER, limit=limit).ids)


def documents_of(session: Session, customer_id: uuid.UUID, limit: int = 6) -> list[Hit]:
    """The newest quotations and orders of one customer."""
    return recall(session, _of_customer(session, customer_id, limit))


def recall(session: Session, refs: Sequence[Ref]) -> list[Hit]:
    """The records of ``refs`` as they are now, in that order; those that are gone are left out."""
    found = {
        (hit.entity, hit.id): hit
        for entity, read in _READERS.items()
        if (ids := [key for name, key in refs if name == entity])
        for hit in read(session, ids)
    }
    return [found[ref] for ref in refs if ref in found]


# -- documents -------------------------------------------------------------------------------------


def _documents(session: Session, text: str, owners: Sequence[uuid.UUID], limit: int) -> list[Hit]:
    refs = list(_by_number(session, text, limit))
    if len(refs) < limit:
        refs += _by_project(session, text, limit)
    for owner in owners:
        if len(dict.fromkeys(refs)) >= limit:
            break
        refs += _of_customer(session, owner, limit)
    return recall(session, list(dict.fromkeys(refs))[:limit])


def _by_number(session: Session, text: str, limit: int) -> Iterable[Ref]:
    """Documents whose number begins with ``text``, then the newest numbers that hold it."""
    number = text.replace(" ", "").upper()
    if not any(char.isdigit() for char in number):
        return
    for entity, model in ((QUOTATION, Quotation), (ORDER, Order)):
        column = model.number
        newest = select(column).where(column.is_not(None)).order_by(column.desc()).limit(NEWEST_NUMBERS).subquery()
        holding = select(newest.c.number).where(func.instr(newest.c.number, number) > 0).limit(limit)
        for where in (and_(column >= number, column < number + LAST_SIGN), column.in_(holding.subquery().select())):
            statement = select(model.id).where(where).order_by(column.desc()).limit(limit)
            yield from ((entity, key) for key in session.scalars(statement))


def _by_project(session: Session, text: str, limit: int) -> Iterable[Ref]:
    """The newest documents in whose project (or customer's reference) every word occurs."""
    words = text.split()[: search.MAX_WORDS]
    offers = select(R.quotation_id, R.project_name).order_by(R.id.desc()).limit(NEWEST_PROJECTS).subquery()
    orders = (
        select(Order.id, Order.project_name, Order.customer_reference)
        .order_by(Order.ordered_on.desc(), Order.id.desc())
        .limit(NEWEST_PROJECTS)
        .subquery()
    )
    named = [offers.c.project_name.contains(word, autoescape=True) for word in words]
    ordered = [
        (orders.c.project_name + " " + orders.c.customer_reference).contains(word, autoescape=True) for word in words
    ]
    for entity, key, where in ((QUOTATION, offers.c.quotation_id, named), (ORDER, orders.c.id, ordered)):
        yield from ((entity, found) for found in session.scalars(select(key).where(*where).limit(limit)))


def _of_customer(session: Session, customer_id: uuid.UUID, limit: int) -> list[Ref]:
    """Half of them quotations, half orders, the newest of each."""
    offers = select(Quotation.id).where(Quotation.customer_id == customer_id).order_by(Quotation.updated_at.desc())
    orders = select(Order.id).where(Order.customer_id == customer_id).order_by(Order.ordered_on.desc())
    half = max(limit // 2, 1)
    return [(QUOTATION, key) for key in session.scalars(offers.limit(half))] + [
        (ORDER, key) for key in session.scalars(orders.limit(half))
    ]


# -- rows ------------------------------------------------------------------------------------------


def _customers(session: Session, ids: Sequence[uuid.UUID]) -> list[Hit]:
    figures = CustomerFigures
    query = (
        select(Customer.id, Customer.name, Customer.tax_number, Customer.archived_at, figures.phone)
        .outerjoin(figures, figures.customer_id == Customer.id)
        .where(Customer.id.in_(ids), Customer.merged_into_id.is_(None))
    )
    found = {
        key: Hit(CUSTOMER, key, name, text=phone or "", code=tax, state="archived" if archived else "")
        for key, name, tax, archived, phone in (session.execute(query) if ids else ())
    }
    return [found[key] for key in ids if key in found]


def _quotations(session: Session, ids: Sequence[uuid.UUID]) -> list[Hit]:
    query = (
        select(
            Quotation.id, Quotation.number, Customer.name, R.project_name, Quotation.state, R.total, R.currency,
            R.quoted_on,
        )
        .join(R, and_(R.quotation_id == Quotation.id, R.revision == Quotation.standing_revision))
        .join(Customer, Customer.id == Quotation.customer_id)
        .where(Quotation.id.in_(ids))
    )  # fmt: skip
    return [_document(QUOTATION, *row) for row in session.execute(query)]


def _orders(session: Session, ids: Sequence[uuid.UUID]) -> list[Hit]:
    query = (
        select(
            Order.id, Order.number, Customer.name, Order.project_name, Order.state, Order.total, Order.currency,
            Order.ordered_on,
        )
        .join(Customer, Customer.id == Order.customer_id)
        .where(Order.id.in_(ids))
    )  # fmt: skip
    return [_document(ORDER, *row) for row in session.execute(query)]


def _equipment(session: Session, ids: Sequence[uuid.UUID]) -> list[Hit]:
    found = {row[0]: row for row in finder_equipment.rows(session, ids)} if ids else {}
    rows = (found[key] for key in ids if key in found)
    return [Hit(EQUIPMENT, key, name, customer, text, state=state) for key, name, customer, text, state in rows]


def _products(session: Session, ids: Sequence[uuid.UUID]) -> list[Hit]:
    there = session.scalars(select(Product.id).where(Product.id.in_(ids))).all()
    return _hits(session, [products.row(session, key) for key in there])


def _hits(session: Session, found: Sequence[ProductRow]) -> list[Hit]:
    home = settings.load(session, Trade).currency if found else ""
    return [
        Hit(
            PRODUCT,
            row.id,
            row.name,
            text=row.specification,
            code=row.code,
            state="archived" if row.is_archived else "",
            total=to_minor(row.list_price, home),
            currency=home,
        )
        for row in found
    ]


def _document(
    entity: str,
    key: uuid.UUID,
    number: str | None,
    customer: str,
    project: str,
    state: str,
    total: int,
    currency: str,
    day: dt.date | None,
) -> Hit:
    return Hit(entity, key, number or "", customer, project, "", state, total, currency, day)


_READERS: dict[str, Callable[[Session, Sequence[uuid.UUID]], list[Hit]]] = {
    CUSTOMER: _customers,
    QUOTATION: _quotations,
    ORDER: _orders,
    EQUIPMENT: _equipment,
    PRODUCT: _products,
}
