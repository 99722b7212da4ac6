"""The orders list: windows of rows with delivery and payment state, and the counts of its quick filters."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from desktop_crm.models import (
    Customer,
    CustomerFigures,
    Order,
    OrderLine,
    OrderToAccept,
    Quotation,
    QuotationRevision,
)
from desktop_crm.models.order import DeliveryState, OrderState
from desktop_crm.services import document_search
from desktop_crm.services.customer_list import NAME_KEYS
from desktop_crm.services.invoices import to_invoice
from desktop_crm.services.receivables import due_within, unpaid
from desktop_crm.services.waiting import to_accept, waits_for_acceptance

FILTERS = ("open", "to_deliver", "to_accept", "unpaid", "overdue", "to_invoice", "all")
COUNTED = 10_000  # orders not invoiced; a shop that notes no invoices has hundreds of thousands
SORTS = ("number", "customer", "date", "total", "balance", "due", "promised")


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """What the list shows; ``filter`` is one of FILTERS, ``sort`` one of SORTS ("": newest first).

    ``bucket`` narrows to one of ``receivables.BUCKETS``.
    """

    today: dt.date
    filter: str = "open"
    text: str = ""
    sort: str = ""
    descending: bool = False
    customer_id: uuid.UUID | None = None
    language: str = "zh_TW"
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row; amounts in minor units of ``currency``.

    ``payment`` is "settled", "due" (on ``due_on``), "overdue" (by ``days_overdue``) or "cancelled".
    """

    id: uuid.UUID
    number: str
    customer_id: uuid.UUID
    customer: str
    project_name: str
    ordered_on: dt.date
    promised_on: dt.date | None
    total: int
    currency: str
    lines: int
    lines_delivered: int
    balance: int
    due_on: dt.date | None
    days_overdue: int
    payment: str
    state: str
    delivery_state: str
    accepted_on: dt.date | None
    waits_for_acceptance: bool


def count(session: Session, query: OrderQuery) -> int:
    """How many orders the query selects."""
    return session.scalar(_selected(session, query, func.count())) or 0


def window(session: Session, query: OrderQuery, offset: int, limit: int) -> list[OrderRow]:
    """The rows from ``offset`` on: ids first, then their columns."""
    page = _ordered(_selected(session, query, Order.id), query).offset(offset).limit(limit)
    return rows_of(session, list(session.scalars(page)), query.today)


def position(session: Session, query: OrderQuery, order_id: uuid.UUID) -> int | None:
    """Where an order stands in the list, None when the query does not have it."""
    keys = session.scalars(_ordered(_selected(session, query, Order.id), query))
    return next((place for place, key in enumerate(keys) if key == order_id), None)


def rows_of(session: Session, ids: list[uuid.UUID], today: dt.date) -> list[OrderRow]:
    """The rows of some orders in the order of ``ids``."""
    query = (
        select(
            Order.id, Order.number, Order.customer_id, Customer.name, Order.project_name, Order.ordered_on,
            Order.promised_on, Order.total, Order.currency, Order.paid, Order.due_on, Order.state,
            Order.delivery_state, Order.accepted_on, waits_for_acceptance(),
        )
        .join(Customer, Customer.id == Order.customer_id)
        .where(Order.id.in_(ids))
    )  # fmt: skip
    counted = _line_counts(session, ids)
    found = {row[0]: _row(tuple(row), counted.get(row[0], (0, 0)), today) for row in session.execute(query)}
    return [found[key] for key in ids if key in found]


def counts(session: Session, today: dt.date) -> dict[str, int]:
    """The number on each quick filter but "all"; the order list itself tells how many there are.

    Of orders not invoiced no more than ``COUNTED`` are counted, and one that says there are more.
    """
    summed = ("to_deliver", "unpaid", "overdue")  # all from one index
    sums = [func.sum(case((condition(name, today), 1), else_=0)) for name in summed]
    open_, *rest = session.execute(select(func.count(), *sums).where(Order.state == OrderState.OPEN)).one()
    found = {"open": open_, **{name: int(value or 0) for name, value in zip(summed, rest, strict=True)}}
    uninvoiced = select(Order.id).where(condition("to_invoice", today)).limit(COUNTED + 1).subquery()
    found["to_invoice"] = session.scalar(select(func.count()).select_from(uninvoiced)) or 0
    found["to_accept"] = session.scalar(select(func.count()).select_from(OrderToAccept)) or 0
    return found


def condition(name: str, today: dt.date) -> ColumnElement[bool]:
    """What a quick filter (but "all") selects; everything unpaid or undelivered is open."""
    is_open = Order.state == OrderState.OPEN
    return {
        "open": is_open,
        "to_deliver": and_(is_open, Order.delivery_state != DeliveryState.FULL),
        "to_accept": to_accept(),
        "unpaid": unpaid(),
        "overdue": and_(unpaid(), Order.due_on < today),
        "to_invoice": to_invoice(today),
    }[name]


def _selected(session: Session, query: OrderQuery, what: Any) -> Select[Any]:
    statement: Select[Any] = select(what).select_from(Order)
    if query.filter != "all":
        statement = statement.where(condition(query.filter, query.today))
    if query.bucket:
        statement = statement.where(due_within(query.bucket, query.today))
    if query.customer_id is not None:
        statement = statement.where(Order.customer_id == query.customer_id)
    if query.text.strip():
        fields = (Order.number, Order.project_name, Order.customer_reference)
        found = document_search.matches(session, query.text, select(Order.id), fields, Order.customer_id)
        statement = statement.where(Order.id.in_(_with_quoted(found, query.text.strip())))
    return statement


def _with_quoted(found: Select[Any], typed: str) -> Select[Any]:
    """Keys of orders, and of those made from the quotation whose number was typed."""
    if not any(letter.isdigit() for letter in typed):
        return found  # no number of a document is without one
    quoted = select(Order.id).where(Order.revision_id.in_(_quoted(typed)))
    return select(found.union(quoted).subquery().c.id)


def _quoted(number: str) -> Select[Any]:
    """The revisions of the quotations whose number contains what was typed, like ``Q2026-0565``."""
    quoted = select(QuotationRevision.id).join(Quotation, Quotation.id == QuotationRevision.quotation_id)
    return quoted.where(Quotation.number.contains(number, autoescape=True))


def _ordered(statement: Select[Any], query: OrderQuery) -> Select[Any]:
    if query.sort == "customer":
        statement = statement.join(CustomerFigures, CustomerFigures.customer_id == Order.customer_id)
    keys: dict[str, Any] = {
        "number": Order.number,
        "customer": NAME_KEYS.get(query.language, CustomerFigures.plain_key),
        "total": Order.total,
        "balance": Order.total - Order.paid,
        "due": Order.due_on,
        "promised": Order.promised_on,
    }
    key = keys.get(query.sort, Order.ordered_on)
    descending = query.descending or not query.sort
    first = key.desc() if descending else key
    if query.sort in ("due", "promised"):
        first = first.nulls_last()
    return statement.order_by(first, Order.id.desc() if descending else Order.id)


def _line_counts(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Per order: how many lines, and how many of them are delivered whole."""
    whole = func.sum(case((OrderLine.delivered == OrderLine.quantity, 1), else_=0))
    rows = session.execute(
        select(OrderLine.order_id, func.count(), whole).where(OrderLine.order_id.in_(ids)).group_by(OrderLine.order_id)
    )
    return {key: (number, int(delivered)) for key, number, delivered in rows}


def _row(row: tuple[Any, ...], counted: tuple[int, int], today: dt.date) -> OrderRow:
    key, number, customer_id, customer, project, ordered, promised, total, currency, paid, due, *rest = row
    state, delivery_state, accepted, waits = rest
    balance = total - paid if state == OrderState.OPEN else 0  # imported closed orders were settled elsewhere
    late = max((today - due).days, 0) if due and balance > 0 else 0
    return OrderRow(
        key,
        number,
        customer_id,
        customer,
        project,
        ordered,
        promised,
        total,
        currency,
        counted[0],
        counted[1],
        balance,
        due,
        late,
        payment_state(state, balance, late),
        state,
        delivery_state,
        accepted,
        waits,
    )


def payment_state(state: str, balance: int, days_overdue: int) -> str:
    """Whether an order is "settled", "due", "overdue" or "cancelled"."""
    if state == OrderState.CANCELLED:
        return "cancelled"
    if balance <= 0:
        return "settled"
    return "overdue" if days_overdue else "due"
