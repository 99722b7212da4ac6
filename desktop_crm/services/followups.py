"""Follow-ups: planning, moving, done, done-and-next, and the list overdue / today / this week."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from dateutil.rrule import rrulestr
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desktop_crm.core import dates
from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import Customer, CustomerFigures, FollowUp, Staff
from desktop_crm.models.followup import TRANSITIONS, FollowUpState
from desktop_crm.services.records import Query, fetch, move
from desktop_crm.services.typed import cleaned

CHANGEABLE = frozenset({"subject", "note", "due_on", "due_time", "staff_id", "rrule"})
FILTERS = ("overdue", "today", "week", "later", "open", "done")


@dataclass(frozen=True, slots=True)
class FollowUpQuery:
    """What the list shows; ``today`` is the shop's date."""

    today: dt.date
    filter: str = "open"
    staff_id: uuid.UUID | None = None
    customer_id: uuid.UUID | None = None
    text: str = ""


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


def update(session: Session, follow_up_id: uuid.UUID, values: dict[str, Any]) -> uuid.UUID:
    """Change subject, note, due_on, due_time, staff_id or rrule; raises UserError as ``plan`` does."""
    follow_up = fetch(session, FollowUp, follow_up_id)
    clean = cleaned(values, CHANGEABLE)
    _check(clean.get("subject", follow_up.subject), clean.get("due_on", follow_up.due_on), clean.get("rrule", ""))
    for name, value in clean.items():
        setattr(follow_up, name, value)
    return follow_up_id


def postpone(session: Session, follow_up_id: uuid.UUID, due_on: dt.date) -> uuid.UUID:
    """Move a follow-up to another day."""
    return update(session, follow_up_id, {"due_on": due_on})


def finish(session: Session, follow_up_id: uuid.UUID, outcome: str = "") -> uuid.UUID | None:
    """Mark as done; a repeating one plans its next occurrence, whose key is returned."""
    follow_up = fetch(session, FollowUp, follow_up_id)
    move(follow_up, FollowUpState.DONE, TRANSITIONS)
    follow_up.done_at = clock.now()
    follow_up.outcome = outcome.strip()
    due = next_occurrence(follow_up.rrule, follow_up.due_on)
    return _follow(session, follow_up, follow_up.subject, due, follow_up.rrule) if due else None


def finish_and_plan(
    session: Session, follow_up_id: uuid.UUID, outcome: str, subject: str, due_on: dt.date
) -> uuid.UUID:
    """Mark as done and plan the next step in one go; returns the new key."""
    check_day(due_on, "due_on")
    follow_up = fetch(session, FollowUp, follow_up_id)
    move(follow_up, FollowUpState.DONE, TRANSITIONS)
    follow_up.done_at = clock.now()
    follow_up.outcome = outcome.strip()
    return _follow(session, follow_up, subject, due_on, follow_up.rrule)


def reopen(session: Session, follow_up_id: uuid.UUID) -> None:
    """Take back a done or cancelled mark."""
    follow_up = fetch(session, FollowUp, follow_up_id)
    move(follow_up, FollowUpState.OPEN, TRANSITIONS)
    follow_up.done_at = None


def cancel(session: Session, follow_up_id: uuid.UUID) -> None:
    """Drop a follow-up; it stays in the history."""
    move(fetch(session, FollowUp, follow_up_id), FollowUpState.CANCELLED, TRANSITIONS)


def next_occurrence(rule: str, after: dt.date) -> dt.date | None:
    """The first date of an RFC 5545 rule after ``after``, expanded in local time; None without one."""
    if not rule:
        return None
    start = dt.datetime.combine(after, dt.time())
    found = rrulestr(rule, dtstart=start).after(start)
    return found.date() if found else None


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


def counts(session: Session, today: dt.date, staff_id: uuid.UUID | None = None) -> dict[str, int]:
    """The number of each quick filter."""
    return {name: count(session, FollowUpQuery(today, name, staff_id)) for name in FILTERS}


def _order(query: FollowUpQuery) -> tuple[Any, ...]:
    if query.filter == "done":
        return (FollowUp.done_at.desc(), FollowUp.id)
    return (FollowUp.due_on, CustomerFigures.grade == "", CustomerFigures.grade, FollowUp.id)


def _where(query: FollowUpQuery) -> list[ColumnElement[bool]]:
    today, due = query.today, FollowUp.due_on
    sunday = today + dt.timedelta(days=6 - today.weekday())
    where = [FollowUp.state == (FollowUpState.DONE if query.filter == "done" else FollowUpState.OPEN)]
    spans = {
        "overdue": due < today,
        "today": due == today,
        "week": (due > today) & (due <= sunday),
        "later": due > sunday,
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
    if not rule:
        return
    try:
        rrulestr(rule, dtstart=dt.datetime.combine(dates.EARLIEST, dt.time()))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            N_("The repetition is not understood."), N_("Choose it from the list."), field="rrule"
        ) from error
