"""Follow-ups: planning, moving, done, done-and-next, and the list overdue / today / this week."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Customer, CustomerFigures, FollowUp, Staff
from desktop_crm.models.followup import TRANSITIONS, FollowUpState
from desktop_crm.services import inspection_rules as rules
from desktop_crm.services.records import Query, fetch, move
from desktop_crm.services.typed import cleaned

CHANGEABLE = frozenset({"subject", "note", "due_on", "due_time", "staff_id", "rrule"})
FILTERS = ("overdue", "today", "week", "later", "open", "done")
MOST = 99  # days, weeks, months or years between two
LATELY = 7  # days in which a follow-up counts as done lately


@dataclass(frozen=True, slots=True)
class FollowUpQuery:
    """What the list shows; ``today`` is the shop's date, ``filter`` one of ``FILTERS`` or "lately" (done).

    ``week_end`` is the last day of this week, None for the coming Sunday.
    """

    today: dt.date
    filter: str = "open"
    staff_id: uuid.UUID | None = None
    customer_id: uuid.UUID | None = None
    text: str = ""
    week_end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One row of the list."""

    id: uuid.UUID
    customer_id: uuid.UUID
    customer: str
    grade: str
    subject: str
    note: str
    due_on: dt.date
    due_time: dt.time | None
    rrule: str
    state: str
    staff: str
    about_entity: str
    about_id: uuid.UUID | None
    done_at: dt.datetime | None


@needs(Permission.CUSTOMERS)
def plan(
    session: Session,
    customer_id: uuid.UUID,
    subject: str,
    due_on: dt.date,
    *,
    due_time: dt.time | None = None,
    note: str = "",
    staff_id: uuid.UUID | None = None,
    rrule: str = "",
    about: tuple[str, uuid.UUID] | None = None,
    previous_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Add a follow-up and return its key; raises UserError for an empty subject, odd date or rule."""
    fetch(session, Customer, customer_id)
    _check(subject.strip(), due_on, rrule)
    follow_up = FollowUp(
        customer_id=customer_id,
        subject=subject.strip(),
        due_on=due_on,
        due_time=due_time,
        zone=clock.zone,
        note=note.strip(),
        staff_id=staff_id,
        rrule=rrule,
        about_entity=about[0] if about else "",
        about_id=about[1] if about else None,
        previous_id=previous_id,
    )
    session.add(follow_up)
    session.flush()
    return follow_up.id


@needs(Permission.CUSTOMERS)
def update(session: Session, follow_up_id: uuid.UUID, values: dict[str, Any]) -> uuid.UUID:
    """Change subject, note, due_on, due_time, staff_id or rrule; raises UserError as ``plan`` does."""
    follow_up = fetch(session, FollowUp, follow_up_id)
    clean = cleaned(values, CHANGEABLE)
    due_on = clean.get("due_on", follow_up.due_on)
    _check(clean.get("subject", follow_up.subject), due_on, clean.get("rrule", ""))
    if clean.get("rrule", follow_up.rrule) != follow_up.rrule:
        follow_up.planned_on = None
    elif due_on != follow_up.due_on and follow_up.rrule:
        planned = follow_up.planned_on or follow_up.due_on
        follow_up.planned_on = None if planned == due_on else planned
    for name, value in clean.items():
        setattr(follow_up, name, value)
    return follow_up_id


@needs(Permission.CUSTOMERS)
def postpone(session: Session, follow_up_id: uuid.UUID, due_on: dt.date) -> uuid.UUID:
    """Move a follow-up to another day; a repeating one keeps its rhythm from the day it was planned for."""
    return update(session, follow_up_id, {"due_on": due_on})


@needs(Permission.CUSTOMERS)
def move_to(session: Session, follow_up_id: uuid.UUID, due_on: dt.date) -> uuid.UUID:
    """Move to today or a later day; one that is done is opened again.

    Raises UserError for a day that is over, and for a done one whose next step is planned already.
    """
    if check_day(due_on, "due_on") < clock.today():
        raise UserError(N_("That day is over."), N_("Choose today or a later day."), field="due_on")
    if fetch(session, FollowUp, follow_up_id).state != FollowUpState.OPEN:
        if session.scalar(select(FollowUp.id).where(FollowUp.previous_id == follow_up_id).limit(1)):
            raise UserError(N_("The step after this one is planned already."), N_("Move that one instead."))
        reopen(session, follow_up_id)
    return postpone(session, follow_up_id, due_on)


@needs(Permission.CUSTOMERS)
def finish(session: Session, follow_up_id: uuid.UUID, outcome: str = "") -> uuid.UUID | None:
    """Mark as done; a repeating one plans its next occurrence after today, whose key is returned."""
    follow_up = fetch(session, FollowUp, follow_up_id)
    move(follow_up, FollowUpState.DONE, TRANSITIONS)
    follow_up.done_at = clock.now()
    follow_up.outcome = outcome.strip()
    due = next_due(follow_up.rrule, follow_up.planned_on or follow_up.due_on, max(follow_up.due_on, clock.today()))
    return _follow(session, follow_up, follow_up.subject, due, follow_up.rrule) if due else None


@needs(Permission.CUSTOMERS)
def finish_and_plan(
    session: Session, follow_up_id: uuid.UUID, outcome: str, subject: str, due_on: dt.date
) -> uuid.UUID:
    """Mark as done and plan the next step in one go; returns the new key."""
    check_day(due_on, "due_on")
    follow_up = fetch(session, FollowUp, follow_up_id)
    move(follow_up, FollowUpState.DONE, TRANSITIONS)
    follow_up.done_at = clock.now()
    follow_up.outcome = outcome.strip()
    rule = follow_up.rrule
    goes_on = rule and rules.next_from(rule, due_on, due_on) is not None
    return _follow(session, follow_up, subject, due_on, rule if goes_on else "")


@needs(Permission.CUSTOMERS)
def reopen(session: Session, follow_up_id: uuid.UUID) -> None:
    """Take back a done or cancelled mark."""
    follow_up = fetch(session, FollowUp, follow_up_id)
    move(follow_up, FollowUpState.OPEN, TRANSITIONS)
    follow_up.done_at = None


@needs(Permission.CUSTOMERS)
def cancel(session: Session, follow_up_id: uuid.UUID) -> None:
    """Drop a follow-up; it stays in the history."""
    move(fetch(session, FollowUp, follow_up_id), FollowUpState.CANCELLED, TRANSITIONS)


def repeat_rule(unit: str, every: int, start: dt.date, until: dt.date | None = None) -> str:
    """The rule "every so many DAILY, WEEKLY, MONTHLY or YEARLY" from ``start``; empty for an empty unit.

    The 29th to 31st become the last day of a shorter month. Raises UserError for an odd number or an end that is past.
    """
    if not unit:
        return ""
    if not 1 <= every <= MOST:
        raise UserError(
            N_("It cannot repeat so rarely."), N_("Type a number from 1 to %(most)s."), field="every", most=MOST
        )
    if until is not None and check_day(until, "until") < start:
        raise UserError(N_("It ends before it begins."), N_("Choose a later last day."), field="until")
    if unit in ("MONTHLY", "YEARLY"):
        rule = rules.every_months(every * (12 if unit == "YEARLY" else 1), start.day)
    else:
        rule = f"FREQ={unit};INTERVAL={every}"
    return f"{rule};UNTIL={until:%Y%m%d}" if until else rule


def next_days(rule: str, start: dt.date, count: int) -> list[dt.date]:
    """The next ``count`` days of a rule after ``start``, or as many as there are."""
    days: list[dt.date] = []
    while len(days) < count and (following := next_due(rule, start, days[-1] if days else start)) is not None:
        days.append(following)
    return days


def next_due(rule: str, start: dt.date, after: dt.date) -> dt.date | None:
    """The first day after ``after`` of an RFC 5545 rule counted from ``start``, in local time; None without one."""
    return rules.next_after(rule, start, max(start, after)) if rule else None


def count(session: Session, query: FollowUpQuery) -> int:
    """How many follow-ups the query selects."""
    counted = select(func.count()).select_from(FollowUp)
    if query.text.strip():
        counted = counted.join(Customer, Customer.id == FollowUp.customer_id)
    return session.scalar(counted.where(*_where(query))) or 0


def window(session: Session, query: FollowUpQuery, offset: int, limit: int) -> list[FollowUpRow]:
    """Rows by due date, A customers first within a day; done ones newest first."""
    statement = _ROWS.where(*_where(query)).order_by(*_order(query)).offset(offset).limit(limit)
    return [FollowUpRow(*row) for row in session.execute(statement)]


def position(session: Session, query: FollowUpQuery, follow_up_id: uuid.UUID) -> int | None:
    """Where a follow-up stands in the list, None when the query does not have it."""
    statement: Query = _ROWS.with_only_columns(FollowUp.id).where(*_where(query)).order_by(*_order(query))
    keys = session.scalars(statement)
    return next((place for place, key in enumerate(keys) if key == follow_up_id), None)


def selected(column: Any, query: FollowUpQuery, *more: Any) -> Select[Any]:
    """A statement of ``column`` and ``more`` over the follow-ups of a query, with their customers and figures."""
    return _ROWS.with_only_columns(column, *more, maintain_column_froms=True).where(*_where(query))


def row(session: Session, follow_up_id: uuid.UUID) -> FollowUpRow | None:
    """One follow-up, None when it is gone."""
    found = session.execute(_ROWS.where(FollowUp.id == follow_up_id)).first()
    return FollowUpRow(*found) if found else None


def rows_of(session: Session, ids: list[uuid.UUID]) -> list[FollowUpRow]:
    """The rows of some follow-ups in the order of ``ids``."""
    found = {row[0]: FollowUpRow(*row) for row in session.execute(_ROWS.where(FollowUp.id.in_(ids)))}
    return [found[key] for key in ids if key in found]


_ROWS: Query = (
    select(
        FollowUp.id,
        FollowUp.customer_id,
        Customer.name,
        func.coalesce(CustomerFigures.grade, ""),
        FollowUp.subject,
        FollowUp.note,
        FollowUp.due_on,
        FollowUp.due_time,
        FollowUp.rrule,
        FollowUp.state,
        func.coalesce(Staff.name, ""),
        FollowUp.about_entity,
        FollowUp.about_id,
        FollowUp.done_at,
    )
    .join(Customer, Customer.id == FollowUp.customer_id)
    .outerjoin(CustomerFigures, CustomerFigures.customer_id == FollowUp.customer_id)
    .outerjoin(Staff, Staff.id == FollowUp.staff_id)
)


def counts(
    session: Session, today: dt.date, staff_id: uuid.UUID | None = None, week_end: dt.date | None = None
) -> dict[str, int]:
    """The number of each quick filter."""
    return {name: count(session, FollowUpQuery(today, name, staff_id, week_end=week_end)) for name in FILTERS}


def _order(query: FollowUpQuery) -> tuple[Any, ...]:
    if query.filter in ("done", "lately"):
        return (FollowUp.done_at.desc(), FollowUp.id)
    grade, time = CustomerFigures.grade, FollowUp.due_time
    return (FollowUp.due_on, grade == "", grade, time.is_(None), time, FollowUp.id)


def _where(query: FollowUpQuery) -> list[ColumnElement[bool]]:
    today, due = query.today, FollowUp.due_on
    week_end = query.week_end or today + dt.timedelta(days=6 - today.weekday())
    where = [FollowUp.state == (FollowUpState.DONE if query.filter in ("done", "lately") else FollowUpState.OPEN)]
    spans = {
        "overdue": due < today,
        "today": due == today,
        "week": (due > today) & (due <= week_end),
        "later": due > week_end,
        "lately": FollowUp.done_at >= _midnight(today - dt.timedelta(days=LATELY - 1)),
    }
    if query.filter in spans:
        where.append(spans[query.filter])
    if query.staff_id is not None:
        where.append(FollowUp.staff_id == query.staff_id)
    if query.customer_id is not None:
        where.append(FollowUp.customer_id == query.customer_id)
    for word in query.text.split():
        where.append(FollowUp.subject.icontains(word, autoescape=True) | Customer.name.icontains(word, autoescape=True))
    return where


def _midnight(day: dt.date) -> dt.datetime:
    """When ``day`` begins in the shop's zone."""
    return dt.datetime.combine(day, dt.time(), clock.local(clock.now()).tzinfo)


def _follow(session: Session, done: FollowUp, subject: str, due_on: dt.date, rule: str) -> uuid.UUID:
    about = (done.about_entity, done.about_id) if done.about_id else None
    return plan(
        session,
        done.customer_id,
        subject,
        due_on,
        due_time=done.due_time,
        staff_id=done.staff_id,
        rrule=rule,
        about=about,
        previous_id=done.id,
    )


def _check(subject: str, due_on: dt.date, rule: str) -> None:
    if not subject:
        raise UserError(N_("The follow-up says nothing."), N_("Write what is to be done."), field="subject")
    check_day(due_on, "due_on")
    rules.check(rule, due_on)
