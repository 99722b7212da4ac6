"""The derived tables: refreshed with every save, rebuilt on demand.

``customer_month`` and ``customer_figures`` are made here, the others in ``revenue_months``, ``receivables`` and
``waiting``.

Revenue is net of tax in the home currency, by order date, without cancelled orders; a cost that is not
known counts as no margin.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    Table,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session, aliased

from desktop_crm.core import sort_keys
from desktop_crm.core.dates import add_months, clock, local_date
from desktop_crm.models import (
    ContactPoint,
    Customer,
    CustomerFigures,
    CustomerMonth,
    FollowUp,
    GradeChange,
    GradingRun,
    Instalment,
    Interaction,
    Order,
)
from desktop_crm.models.contact import PointKind
from desktop_crm.models.followup import FollowUpState
from desktop_crm.models.order import OrderState
from desktop_crm.services import lifecycle, receivables, revenue_months, settings, waiting
from desktop_crm.services.receivables import OpenItem
from desktop_crm.services.records import Ids, PerCustomer, parts, per_customer

AS_OF = "figures_as_of"
QUIET_DAYS = 90
PERIOD_MONTHS = 12
CHUNK = 500
MONTHS, FIGURES = cast(Table, CustomerMonth.__table__), cast(Table, CustomerFigures.__table__)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SUMMED = (MONTHS.c.month, MONTHS.c.orders, MONTHS.c.revenue)
_DROP_MONTHS = delete(MONTHS).where(MONTHS.c.customer_id.in_(_IDS)).returning(*_SUMMED)
_NEW_FIGURES = sqlite.insert(FIGURES)
_PUT_FIGURES = _NEW_FIGURES.on_conflict_do_update(
    index_elements=["customer_id"], set_=dict(_NEW_FIGURES.excluded.items())
)
COUNTED = Order.state != OrderState.CANCELLED
MARGIN = Order.home_net - func.coalesce(Order.home_cost, Order.home_net)


def refresh(session: Session, customer_ids: Ids, today: dt.date | None = None) -> None:
    """Bring the tables up to date for some customers; the figures of one that is gone have gone with it."""
    session.flush()
    today = today or clock.today()
    ids = list(customer_ids)
    if len(ids) > CHUNK:  # orders may have gone from a customer of one part to one of another
        for part in parts(ids):
            receivables.refresh(session, part, ())
            waiting.forget(session, part)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        items = receivables.open_items(session, part)
        before = revenue_months.summed(session.connection().execute(_DROP_MONTHS, {"ids": part}))
        revenue_months.shift(session, before, revenue_months.summed(_PUT_MONTHS(session, part)))
        _fill(session, part, today, items)
        receivables.refresh(session, part, items)
        waiting.refresh(session, part)


def rebuild(session: Session, today: dt.date | None = None) -> None:
    """Make the tables anew for every customer."""
    session.flush()
    today = today or clock.today()
    session.execute(delete(MONTHS))
    session.execute(delete(FIGURES))
    items = receivables.open_items(session)
    _PUT_MONTHS(session, None)
    _fill(session, None, today, items)
    revenue_months.rebuild(session)
    receivables.refresh(session, None, items)
    waiting.rebuild(session)
    settings.put(session, AS_OF, today.isoformat())


def refresh_moved(session: Session, today: dt.date | None = None) -> int:
    """Refresh those whose windows moved since the last time (at open and at midnight); returns how many.

    A clock set back or a gap of over a year makes everything anew.
    """
    today = today or clock.today()
    before = day_of(session)
    if before == today:
        return 0
    if before is None or before > today or (today - before).days > 366:
        rebuild(session, today)
        return session.scalar(select(func.count()).select_from(CustomerFigures)) or 0
    moved = set(session.scalars(_moved(before, today))) | _drifting_since(session, before, today)
    refresh(session, moved, today)
    settings.put(session, AS_OF, today.isoformat())
    return len(moved)


def day_of(session: Session) -> dt.date | None:
    """The day both tables were last brought up to, None in a file that never had figures."""
    stored = settings.get(session, AS_OF)
    return dt.date.fromisoformat(stored) if stored else None


def _moved(before: dt.date, today: dt.date) -> Select[uuid.UUID]:
    """Customers with an order, contact or due date that crossed the edge of a window between two days."""
    crossings: list[ColumnElement[bool]] = []
    for months in (0, PERIOD_MONTHS, 2 * PERIOD_MONTHS):
        crossings.append(Order.ordered_on.between(add_months(before, -months), add_months(today, -months)))
    edge = dt.timedelta(days=QUIET_DAYS)
    crossings.append(Order.ordered_on.between(before - edge, today - edge))
    for days in (lifecycle.NEW_DAYS, lifecycle.LOST_DAYS, lifecycle.COMMITTED_DAYS):
        shift = dt.timedelta(days=days)
        crossings.append(Order.ordered_on.between(before - shift, today - shift))
    parts = [select(Order.customer_id).where(crossing) for crossing in crossings]
    parts.append(select(Order.customer_id).where(Order.due_on.between(before, today), Order.paid < Order.total))
    planned = select(Order.customer_id).join(Instalment, Instalment.order_id == Order.id)
    parts.append(planned.where(Instalment.due_on.between(before, today), Order.paid < Order.total))
    contacted = CustomerFigures.last_contact_on.between(before - edge, today - edge)
    parts.append(select(CustomerFigures.customer_id).where(contacted))
    first, *rest = parts
    return select(first.union(*rest).subquery().c[0])


def _drifting_since(session: Session, before: dt.date, today: dt.date) -> set[uuid.UUID]:
    """Customers whose silence outgrew their rhythm between two days; day arithmetic differs between databases."""
    figures = CustomerFigures
    query = select(figures.customer_id, figures.first_order_on, figures.last_order_on, figures.orders_total).where(
        figures.orders_total >= lifecycle.RHYTHM_ORDERS, figures.stage != lifecycle.Stage.DRIFTING
    )
    return {
        key
        for key, first, last, orders in session.execute(query)
        if first and last and before < lifecycle.drifts_on(first, last, orders) <= today
    }


def _fill(session: Session, ids: Ids | None, today: dt.date, items: list[OpenItem]) -> None:
    batch: list[dict[str, Any]] = []
    for row in computed(session, ids, today, items):
        batch.append(row)
        if len(batch) == 2000:
            session.execute(_PUT_FIGURES, batch)
            batch.clear()
    if batch:
        session.execute(_PUT_FIGURES, batch)


def computed_months(session: Session, ids: Ids | None) -> Iterator[dict[str, Any]]:
    """The rows of ``customer_month`` as the orders give them."""
    for row in _MONTHLY(session, ids):
        yield dict(row._mapping)


def computed(
    session: Session, ids: Ids | None, today: dt.date, items: list[OpenItem] | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of ``customer_figures`` as the records give them on ``today``; ``items``: what is owed, if known."""
    trade = _trade(session, ids, today)
    owed = _owed(receivables.open_items(session, ids) if items is None else items, today)
    for customer in _FACTS(session, ids):
        orders_12m, revenue, margin, before, orders, total, first, last = trade.get(
            customer.id, (0, 0, 0, 0, 0, 0, None, None)
        )
        receivable, overdue, oldest = owed.get(customer.id, (0, 0, None))
        contact_on = local_date(customer.contacted) if customer.contacted else None
        heard = max((day for day in (contact_on, last) if day), default=None)
        yield {
            "customer_id": customer.id,
            "as_of": today,
            "archived": customer.archived_at is not None,
            "owner_id": customer.owner_id,
            "stroke_key": sort_keys.stroke_key(customer.name),
            "pinyin_key": sort_keys.pinyin_key(customer.name),
            "plain_key": customer.name.casefold(),
            "customer_type": customer.customer_type,
            "tax_number": customer.tax_number,
            "phone": customer.phone or "",
            "grade": customer.new_grade or "",
            "previous_grade": customer.old_grade or "",
            "stage": lifecycle.stage_of(today, first, last, orders, revenue, before),
            "orders_12m": orders_12m,
            "revenue_12m": revenue,
            "margin_12m": margin,
            "revenue_before": before,
            "orders_total": orders,
            "revenue_total": total,
            "first_order_on": first,
            "last_order_on": last,
            "last_contact_on": contact_on,
            "next_follow_up_on": customer.planned,
            "receivable": receivable,
            "overdue": overdue,
            "oldest_due_on": oldest,
            "quiet": heard is None or (today - heard).days > QUIET_DAYS,
        }


def _trade(session: Session, ids: Ids | None, today: dt.date) -> dict[uuid.UUID, tuple[Any, ...]]:
    """Per customer: orders, revenue and margin of 12 months, revenue of the 12 before, totals, first and last."""
    start, earlier = add_months(today, -PERIOD_MONTHS), add_months(today, -2 * PERIOD_MONTHS)
    rows = _TRADE(session, ids, today=today, start=start, earlier=earlier)
    return {row[0]: (*(int(value) for value in row[1:7]), row[7], row[8]) for row in rows}


def _owed(items: list[OpenItem], today: dt.date) -> dict[uuid.UUID, tuple[int, int, dt.date | None]]:
    """Per customer: what is owed, what of it is overdue (home currency), and the oldest due date."""
    found: dict[uuid.UUID, tuple[int, int, dt.date | None]] = {}
    for item in items:
        owed, overdue, oldest = found.get(item.customer_id, (0, 0, None))
        late = item.due_on is not None and item.due_on < today
        dates = [day for day in (oldest, item.due_on) if day]
        found[item.customer_id] = (
            owed + item.home_balance,
            overdue + (item.home_balance if late else 0),
            min(dates, default=None),
        )
    return found


# -- the queries, built once -----------------------------------------------------------------------

# the newest grade change that was not undone; keys are UUIDv7, so the greatest is the newest
_EARLIER_CHANGE = aliased(GradeChange)
_STANDING = (
    select(_EARLIER_CHANGE.id)
    .join(GradingRun, GradingRun.id == _EARLIER_CHANGE.run_id)
    .where(_EARLIER_CHANGE.customer_id == Customer.id, GradingRun.undone_at.is_(None))
    .order_by(_EARLIER_CHANGE.id.desc())
    .limit(1)
    .scalar_subquery()
)
_CONTACTED = select(func.max(Interaction.happened_at)).where(Interaction.customer_id == Customer.id)
_PLANNED = select(func.min(FollowUp.due_on)).where(
    FollowUp.customer_id == Customer.id, FollowUp.state == FollowUpState.OPEN
)
# the number to call: primary first, the company's own before a contact's, then the oldest
_PHONE = (
    select(ContactPoint.typed)
    .where(ContactPoint.customer_id == Customer.id, ContactPoint.kind.in_((PointKind.PHONE, PointKind.MOBILE)))
    .order_by(ContactPoint.is_primary.desc(), ContactPoint.contact_id.is_not(None), ContactPoint.id)
    .limit(1)
)
_FACTS = per_customer(
    select(
        Customer.id,
        Customer.name,
        Customer.customer_type,
        Customer.tax_number,
        Customer.owner_id,
        Customer.archived_at,
        _CONTACTED.scalar_subquery().label("contacted"),
        _PLANNED.scalar_subquery().label("planned"),
        _PHONE.scalar_subquery().label("phone"),
        GradeChange.new_grade,
        GradeChange.old_grade,
    ).outerjoin(GradeChange, GradeChange.id == _STANDING),
    Customer.id,
)
# the first day of the month, by the text of the date
_MONTH = type_coerce(func.substr(Order.ordered_on.cast(Text), 1, 7) + "-01", Date)
_MONTH_ROWS = (
    select(
        Order.customer_id,
        _MONTH.label("month"),
        func.count().label("orders"),
        func.sum(Order.home_net).label("revenue"),
        func.sum(MARGIN).label("margin"),
    )
    .where(COUNTED)
    .group_by(Order.customer_id, _MONTH)
)
_MONTHLY = per_customer(_MONTH_ROWS, Order.customer_id)
_PUT_MONTHS = PerCustomer(
    insert(MONTHS).from_select(list(MONTHS.c), _MONTHLY.whole),
    insert(MONTHS).from_select(list(MONTHS.c), _MONTHLY.some).returning(*_SUMMED),
)
_TODAY, _START, _EARLIER = (bindparam(name, type_=Date) for name in ("today", "start", "earlier"))
_NOW = (Order.ordered_on > _START) & (Order.ordered_on <= _TODAY)
_THEN = (Order.ordered_on > _EARLIER) & (Order.ordered_on <= _START)
_TRADE = per_customer(
    select(
        Order.customer_id,
        func.sum(case((_NOW, 1), else_=0)),
        func.sum(case((_NOW, Order.home_net), else_=0)),
        func.sum(case((_NOW, MARGIN), else_=0)),
        func.sum(case((_THEN, Order.home_net), else_=0)),
        func.count(),
        func.sum(Order.home_net),
        func.min(Order.ordered_on),
        func.max(Order.ordered_on),
    )
    .where(COUNTED)
    .group_by(Order.customer_id),
    Order.customer_id,
)
