"""The quotations list: windows of rows and the counts of its quick filters."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.models import Customer, CustomerFigures, Quotation, QuotationRevision
from desktop_crm.models.quotation import QuotationState
from desktop_crm.services import document_search
from desktop_crm.services.customer_list import NAME_KEYS

S = QuotationState
R = QuotationRevision
FILTERS = ("open", "running", "lapsing", *S, "all")
STATES: dict[str, tuple[str, ...]] = {
    "open": (S.DRAFT, S.ISSUED, S.SENT),
    "running": (S.ISSUED, S.SENT),
    "lapsing": (S.ISSUED, S.SENT),
    **{state: (state,) for state in S},
}
SOON = 7  # days before an offer lapses in which it calls for attention
SORTS = ("number", "customer", "date", "valid_until", "total", "state", "changed")


@dataclass(frozen=True, slots=True)
class QuotationQuery:
    """What the list shows; ``filter`` is one of FILTERS, ``sort`` one of SORTS ("": newest change first).

    "lapsing" is what lapses within a week of ``today`` (the clock's day unless given).
    """

    filter: str = "all"
    text: str = ""
    sort: str = ""
    descending: bool = False
    customer_id: uuid.UUID | None = None
    language: str = "zh_TW"
    today: dt.date | None = None


@dataclass(frozen=True, slots=True)
class QuotationRow:
    """One row: the accepted or else the latest revision of a quotation; ``total`` in minor units of ``currency``.

    ``days_left`` until it lapses, None unless it is issued or sent; negative when it should have lapsed.
    """

    id: uuid.UUID
    number: str
    revision: int
    customer_id: uuid.UUID
    customer: str
    project_name: str
    quoted_on: dt.date | None
    valid_until: dt.date | None
    total: int
    currency: str
    state: str
    is_draft: bool
    days_left: int | None


def count(session: Session, query: QuotationQuery) -> int:
    """How many quotations the query selects."""
    selected = _selected(session, query, func.count())
    return session.scalar(selected) or 0


def window(session: Session, query: QuotationQuery, offset: int, limit: int, today: dt.date) -> list[QuotationRow]:
    """The rows from ``offset`` on: ids first, then their columns."""
    page = _ordered(_selected(session, query, Quotation.id), query).offset(offset).limit(limit)
    return rows_of(session, list(session.scalars(page)), today)


def position(session: Session, query: QuotationQuery, quotation_id: uuid.UUID) -> int | None:
    """Where a quotation stands in the list, None when the query does not have it."""
    keys = session.scalars(_ordered(_selected(session, query, Quotation.id), query))
    return next((place for place, key in enumerate(keys) if key == quotation_id), None)


def rows_of(session: Session, ids: list[uuid.UUID], today: dt.date) -> list[QuotationRow]:
    """The rows of some quotations in the order of ``ids``."""
    query = (
        select(
            Quotation.id,
            Quotation.number,
            R.revision,
            Quotation.customer_id,
            Customer.name,
            R.project_name,
            R.quoted_on,
            R.valid_until,
            R.total,
            R.currency,
            Quotation.state,
            R.issued_at,
        )
        .join(R, _CURRENT)
        .join(Customer, Customer.id == Quotation.customer_id)
        .where(Quotation.id.in_(ids))
    )
    found = {row[0]: _row(tuple(row), today) for row in session.execute(query)}
    return [found[key] for key in ids if key in found]


def counts(session: Session, today: dt.date | None = None) -> dict[str, int]:
    """The number on each quick filter."""
    grouped = select(Quotation.state, func.count()).group_by(Quotation.state)
    by_state = {state: number for state, number in session.execute(grouped)}  # noqa: C416 - rows are not pairs to mypy
    sums = {name: sum(by_state.get(state, 0) for state in STATES[name]) for name in FILTERS if name != "all"}
    soon = count(session, QuotationQuery("lapsing", today=today))
    return {**sums, "lapsing": soon, "all": sum(by_state.values())}


def attention(session: Session, today: dt.date | None = None) -> int:
    """How many quotations want something done: issued and not sent yet, or about to lapse."""
    day = today or clock.today()
    waits = or_(Quotation.state == S.ISSUED, and_(Quotation.state == S.SENT, _lapses(day, SOON)))
    return session.scalar(select(func.count()).select_from(Quotation).join(R, _CURRENT).where(waits)) or 0


def lapsing(session: Session, today: dt.date, days: int = SOON) -> list[QuotationRow]:
    """Issued and sent quotations that lapse within ``days``, the next one first."""
    ids = session.scalars(
        select(Quotation.id)
        .join(R, _CURRENT)
        .where(
            or_(*(Quotation.state == state for state in STATES["lapsing"])),
            _lapses(today, days),
        )
        .order_by(R.valid_until, Quotation.id)
    )
    return rows_of(session, list(ids), today)


_CURRENT = and_(R.quotation_id == Quotation.id, R.revision == Quotation.standing_revision)


def _lapses(today: dt.date, days: int) -> ColumnElement[bool]:
    return and_(R.valid_until >= today, R.valid_until <= today + dt.timedelta(days=days))


def _row(row: tuple[Any, ...], today: dt.date) -> QuotationRow:
    key, number, revision, customer_id, customer, project, quoted, until, total, currency, state, issued = row
    left = (until - today).days if until is not None and state in (S.ISSUED, S.SENT) else None
    return QuotationRow(
        key,
        number or "",
        revision,
        customer_id,
        customer,
        project,
        quoted,
        until,
        total,
        currency,
        state,
        issued is None,
        left,
    )


def _selected(session: Session, query: QuotationQuery, what: Any) -> Select[Any]:
    statement: Select[Any] = select(what).select_from(Quotation)
    if query.sort in ("date", "valid_until", "total") or query.filter == "lapsing":
        statement = statement.join(R, _CURRENT)
    where: list[ColumnElement[bool]] = []
    if query.filter in STATES:
        where.append(or_(*(Quotation.state == state for state in STATES[query.filter])))
    if query.filter == "lapsing":
        where.append(_lapses(query.today or clock.today(), SOON))
    if query.customer_id is not None:
        where.append(Quotation.customer_id == query.customer_id)
    if query.text.strip():
        ids, fields = select(Quotation.id).join(R, _CURRENT), (Quotation.number, R.project_name)
        where.append(Quotation.id.in_(document_search.matches(session, query.text, ids, fields, Quotation.customer_id)))
    return statement.where(*where)


def _ordered(statement: Select[Any], query: QuotationQuery) -> Select[Any]:
    if query.sort == "customer":
        statement = statement.join(CustomerFigures, CustomerFigures.customer_id == Quotation.customer_id)
    keys: dict[str, Any] = {
        "number": Quotation.number,
        "customer": NAME_KEYS.get(query.language, CustomerFigures.plain_key),
        "date": R.quoted_on,
        "valid_until": R.valid_until,
        "total": R.total,
        "state": Quotation.state,
    }
    key = keys.get(query.sort)
    if key is None:
        newest = query.sort == "" or query.descending
        key, descending = Quotation.updated_at, newest
    else:
        descending = query.descending
    first = (key.desc() if descending else key).nulls_last()
    return statement.order_by(first, Quotation.id.desc() if descending else Quotation.id)
