"""Statements of account (對帳單, 請款單): what a customer ordered and paid in a period, and what is owed at its end.

A statement agrees with ``receivables``: on the last day it closes with what the open items come to. Payments count
from the day they came, but not before the order they settle. What is not allocated stands apart as a deposit. Orders
that were settled elsewhere (imported as closed) are left out on both sides, and so are credits among them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months
from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.core.settings import Trade
from desktop_crm.models import Cheque, Customer, CustomerFigures, Instalment, Order, Payment, PaymentAllocation
from desktop_crm.models.order import OrderState
from desktop_crm.models.payment import ChequeState
from desktop_crm.models.snapshot import Buyer, Seller
from desktop_crm.services import quotation_snapshot, receivables, settings
from desktop_crm.services.instalments import open_parts
from desktop_crm.services.records import fetch

CHUNK = 500


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An order (``charge``) or a payment (``credit``); ``balance`` after it. ``text`` is a project or a method."""

    on: dt.date
    is_payment: bool
    number: str
    text: str
    charge: int
    credit: int
    balance: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    """What is owed at the end: an order or a part of it; ``part`` is its name in the payment plan."""

    number: str
    project_name: str
    ordered_on: dt.date
    due_on: dt.date | None
    balance: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One customer in one currency; amounts in its minor units, ``ageing`` in the order of ``receivables.BUCKETS``."""

    seller: Seller
    buyer: Buyer
    customer_id: uuid.UUID
    code: str
    language: str
    currency: str
    since: dt.date
    until: dt.date
    opening: int
    rows: tuple[StatementRow, ...]
    open_lines: tuple[OpenLine, ...]
    ageing: tuple[int, ...]
    deposit: int
    show_roc_dates: bool

    @property
    def charged(self) -> int:
        """The orders of the period."""
        return sum(row.charge for row in self.rows)

    @property
    def credited(self) -> int:
        """The payments of the period."""
        return sum(row.credit for row in self.rows)

    @property
    def closing(self) -> int:
        """What is owed at the end."""
        return self.opening + self.charged - self.credited


@dataclass(frozen=True, slots=True)
class _Plans:
    """The payment plans by order, and what their parts are called."""

    parts: dict[uuid.UUID, receivables.Plan] = field(default_factory=dict)
    names: dict[uuid.UUID, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Account:
    """What happened between us and a customer in one currency."""

    orders: list[Any] = field(default_factory=list)
    credits: Counter[tuple[dt.date, str, str]] = field(default_factory=Counter)  # by day, number and method
    paid: Counter[uuid.UUID] = field(default_factory=Counter)  # by order, up to the last day
    received: int = 0  # by then, allocated or not


def usual_period(until: dt.date) -> dt.date:
    """The first day of the month that ends on ``until``."""
    month_end = (until + dt.timedelta(days=1)).day == 1
    return until.replace(day=1) if month_end else add_months(until, -1) + dt.timedelta(days=1)


def last_closing(today: dt.date, closing_day: int | None) -> dt.date:
    """The latest closing day that is over; without one the end of last month."""
    for back in (0, 1):
        first = add_months(today.replace(day=1), -back)
        end = add_months(first, 1) - dt.timedelta(days=1)
        day = first.replace(day=min(closing_day or 31, end.day))
        if day <= today:
            return day
    raise AssertionError("the closing day of last month is over")


def of_customer(session: Session, customer_id: uuid.UUID, since: dt.date, until: dt.date) -> list[Statement]:
    """The statements of a customer, one for each currency; one without any entry when nothing was ever ordered."""
    fetch(session, Customer, customer_id)
    return list(_statements(session, [customer_id], since, until)) or [_empty(session, customer_id, since, until)]


def of_all(
    session: Session,
    since: dt.date,
    until: dt.date,
    *,
    closing_only: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> list[Statement]:
    """The statements of everybody who owes something at the end of ``until``, by name.

    ``closing_only``: only those whose closing day it is. ``progress(done, total)`` hears of every customer gathered.
    """
    ids = list(session.scalars(_owing(until, closing_only)))
    place = {key: number for number, key in enumerate(ids, start=1)}
    found: list[Statement] = []
    for start in range(0, len(ids), CHUNK):
        for one in _statements(session, ids[start : start + CHUNK], since, until):
            if one.closing:
                found.append(one)
            if progress is not None:
                progress(place[one.customer_id], len(ids))
    return found


def _owing(until: dt.date, closing_only: bool) -> Select[Any]:
    late = and_(Order.state != OrderState.CANCELLED, Order.paid_on > until)
    owing = select(Order.customer_id).where(Order.ordered_on <= until, or_(receivables.unpaid(), late))
    query = (
        select(Customer.id)
        .join(CustomerFigures, CustomerFigures.customer_id == Customer.id)
        .where(Customer.id.in_(owing))
        .order_by(CustomerFigures.stroke_key, Customer.id)
    )
    if closing_only:
        is_last = (until + dt.timedelta(days=1)).day == 1
        day = Customer.closing_day >= until.day if is_last else Customer.closing_day == until.day
        query = query.where(day)
    return query


def _statements(session: Session, ids: Sequence[uuid.UUID], since: dt.date, until: dt.date) -> Iterator[Statement]:
    accounts = _accounts(session, ids, until)
    plans = _plans(session, ids, until)
    received = _received(session, ids, until)
    sellers: dict[str, Seller] = {}
    for customer_id in ids:
        if customer_id in accounts:
            head = _head(session, customer_id, sellers)
            for currency, account in sorted(accounts[customer_id].items()):
                known = replace(account, received=received.get((customer_id, currency), 0))
                yield _statement(head, currency, known, plans, (since, until))


def _accounts(session: Session, ids: Collection[uuid.UUID], until: dt.date) -> dict[uuid.UUID, dict[str, _Account]]:
    """By customer and currency: the orders up to ``until`` and what was credited to them by then."""
    found: dict[uuid.UUID, dict[str, _Account]] = defaultdict(lambda: defaultdict(_Account))
    counted = or_(Order.state == OrderState.OPEN, and_(Order.state == OrderState.CLOSED, Order.paid >= Order.total))
    query = select(
        Order.id, Order.customer_id, Order.currency, Order.number, Order.project_name, Order.ordered_on,
        Order.due_on, Order.total, Order.paid, Order.paid_on,
    ).where(Order.customer_id.in_(ids), Order.ordered_on <= until, Order.total > 0, counted)  # fmt: skip
    orders = session.execute(query.order_by(Order.ordered_on, Order.number)).all()
    credited = _credited(session, ids)
    for order in orders:
        account = found[order.customer_id][order.currency]
        account.orders.append(order)
        for on, number, method, amount in _credits(order, credited.get(order.id, ())):
            if on <= until:
                account.credits[on, number, method] += amount
                account.paid[order.id] += amount
    return found


def _credited(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """By order: day, number, method and amount of what was allocated to it."""
    query = (
        select(
            PaymentAllocation.order_id, Payment.received_on, Payment.number, Payment.method, PaymentAllocation.amount
        )
        .join(Payment, Payment.id == PaymentAllocation.payment_id)
        .where(Payment.customer_id.in_(ids))
    )
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for order_id, *rest in session.execute(query):
        found[order_id].append(rest)
    return found


def _received(session: Session, ids: Collection[uuid.UUID], until: dt.date) -> dict[tuple[uuid.UUID, str], int]:
    """By customer and currency: the money that came by ``until`` and still counts."""
    query = (
        select(Payment.customer_id, Payment.currency, func.sum(Payment.amount))
        .outerjoin(Cheque, Cheque.payment_id == Payment.id)
        .where(
            Payment.customer_id.in_(ids),
            Payment.received_on <= until,
            Payment.cancelled_at.is_(None),
            func.coalesce(Cheque.state, "") != ChequeState.BOUNCED,
        )
        .group_by(Payment.customer_id, Payment.currency)
    )
    return {(customer, currency): int(amount) for customer, currency, amount in session.execute(query)}


def _credits(order: Any, allocated: Iterable[Any]) -> Iterator[tuple[dt.date, str, str, int]]:
    """What was paid of an order and when; what no payment here tells of was paid when the order says."""
    told = 0
    for received_on, number, method, amount in allocated:
        told += amount
        yield max(received_on, order.ordered_on), number, method, amount
    if order.paid > told:
        yield max(order.paid_on or order.ordered_on, order.ordered_on), "", "", order.paid - told


def _plans(session: Session, ids: Collection[uuid.UUID], until: dt.date) -> _Plans:
    """The plans of the orders, with the money that came for their parts by ``until``."""
    come = receivables.MEANT.join(Payment, Payment.id == PaymentAllocation.payment_id)
    meant = come.where(Payment.received_on <= until).scalar_subquery()
    query = (
        select(Instalment.order_id, Instalment.amount, Instalment.due_on, meant)
        .join(Order, Order.id == Instalment.order_id)
        .where(Order.customer_id.in_(ids))
        .order_by(Instalment.order_id, Instalment.position)
    )
    names: dict[uuid.UUID, list[str]] = defaultdict(list)
    for order_id, name in session.execute(query.with_only_columns(Instalment.order_id, Instalment.name)):
        names[order_id].append(name)
    return _Plans(receivables.plans_of(session.execute(query)), names)


def _statement(
    head: dict[str, Any],
    currency: str,
    account: _Account,
    plans: _Plans,
    period: tuple[dt.date, dt.date],
) -> Statement:
    since, until = period
    opening, rows = _rows(account, since)
    lines = [line for order in account.orders for line in _open(order, account.paid[order.id], plans)]
    ageing = [0] * len(receivables.BUCKETS)
    for line in lines:
        late = max((until - line.due_on).days, 0) if line.due_on else 0
        ageing[receivables.bucket(late)] += line.balance
    used = sum(amount for (_on, number, _how), amount in account.credits.items() if number)
    lines.sort(key=lambda line: (line.due_on or dt.date.max, line.ordered_on, line.number))
    return Statement(
        **head,
        currency=currency,
        since=since,
        until=until,
        opening=opening,
        rows=tuple(rows),
        open_lines=tuple(lines),
        ageing=tuple(ageing),
        deposit=max(account.received - used, 0),
    )


def _empty(session: Session, customer_id: uuid.UUID, since: dt.date, until: dt.date) -> Statement:
    currency = settings.load(session, Trade).currency
    received = _received(session, [customer_id], until).get((customer_id, currency), 0)
    head = _head(session, customer_id, {})
    return _statement(head, currency, _Account(received=received), _Plans(), (since, until))


def _rows(account: _Account, since: dt.date) -> tuple[int, list[StatementRow]]:
    """What was owed before ``since``, and the entries from then on with the balance after each."""
    entries = [(one.ordered_on, False, one.number, one.project_name, one.total, 0) for one in account.orders]
    entries += [(on, True, number, how, 0, amount) for (on, number, how), amount in account.credits.items()]
    entries.sort(key=lambda entry: entry[:3])
    opening, balance, rows = 0, 0, []
    for entry in entries:
        balance += entry[4] - entry[5]
        if entry[0] < since:
            opening = balance
        elif entry[4] or entry[5]:
            rows.append(StatementRow(*entry, balance))
    return opening, rows


def _open(order: Any, paid: int, plans: _Plans) -> Iterator[OpenLine]:
    if order.total <= paid:
        return
    plan = plans.parts.get(order.id)
    if not plan:
        yield OpenLine(order.number, order.project_name, order.ordered_on, order.due_on, order.total - paid)
        return
    names = plans.names[order.id]
    for place, left, due in open_parts(plan, order.total, paid):
        yield OpenLine(order.number, order.project_name, order.ordered_on, due, left, names[place])


def _head(session: Session, customer_id: uuid.UUID, sellers: dict[str, Seller]) -> dict[str, Any]:
    trade = settings.load(session, Trade)
    customer = fetch(session, Customer, customer_id)
    language = customer.language if customer.language in LANGUAGES else trade.document_language
    if language not in sellers:
        sellers[language] = quotation_snapshot.seller_of(session, language)
    return {
        "seller": sellers[language],
        "buyer": quotation_snapshot.buyer_of(session, customer, None, language),
        "customer_id": customer_id,
        "code": customer.code,
        "language": language,
        "show_roc_dates": trade.show_roc_dates,
    }
