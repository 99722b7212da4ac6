"""Inspection plans: making and ending them, a visit done, skipped or moved to another day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Equipment, InspectionPlan
from desktop_crm.models.equipment import EquipmentState
from desktop_crm.models.interaction import InteractionKind
from desktop_crm.services import inspection_rules, interactions
from desktop_crm.services.records import fetch
from desktop_crm.services.typed import cleaned, require_short

CHANGEABLE = frozenset({"name", "rrule", "starts_on"})


@needs(Permission.SERVICE)
def plan(session: Session, equipment_id: uuid.UUID, starts_on: dt.date, rrule: str = "", name: str = "") -> uuid.UUID:
    """Plan visits from ``starts_on`` on, one alone without a rule; returns the plan's key.

    Raises UserError for an odd day or rule, and for equipment that is retired.
    """
    _require_in_use(session, equipment_id)
    made = InspectionPlan(equipment_id=equipment_id, name="", rrule="", starts_on=starts_on)
    _set(made, {"name": name.strip(), "rrule": rrule, "starts_on": starts_on}, starts_on)
    session.add(made)
    session.flush()
    return made.id


@needs(Permission.SERVICE)
def update(session: Session, plan_id: uuid.UUID, values: dict[str, Any]) -> uuid.UUID:
    """Change name, rrule or starts_on; with another rule or start the next visit is the first one from today on.

    Raises UserError for an odd day or rule, and for another one of equipment that is retired.
    """
    changed = fetch(session, InspectionPlan, plan_id)
    clean = cleaned(values, CHANGEABLE)
    anew = any(name in clean and clean[name] != getattr(changed, name) for name in ("rrule", "starts_on"))
    if anew:
        _require_in_use(session, changed.equipment_id)
    _set(changed, clean, clock.today() if anew else None)
    return plan_id


@needs(Permission.SERVICE)
def end(session: Session, plan_id: uuid.UUID) -> None:
    """Plan no further visits; what was done stays."""
    ended = fetch(session, InspectionPlan, plan_id)
    if ended.ended_at is None:
        ended.ended_at = clock.now()
    ended.next_on = ended.planned_on = None


@needs(Permission.SERVICE)
def visit_done(
    session: Session,
    equipment_id: uuid.UUID,
    summary: str,
    *,
    plan_id: uuid.UUID | None = None,
    on: dt.date | None = None,
    minutes: int = 0,
    staff_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Note a visit to a piece of equipment and move its plan on; returns the interaction's key.

    ``on`` is today unless it was before. Raises UserError without a text, for a day to come and odd minutes.
    """
    equipment = fetch(session, Equipment, equipment_id)
    day = on or clock.today()
    if check_day(day, "on") > clock.today():
        raise UserError(N_("This is still to come."), N_("Note the visit when it is over."), field="on")
    happened_at = None
    if day != clock.today():
        noon = dt.datetime.combine(day, dt.time(12), clock.local(clock.now()).tzinfo)
        happened_at = noon.astimezone(dt.UTC)
    noted = interactions.record(
        session, equipment.customer_id, InteractionKind.VISIT, summary, minutes=minutes, happened_at=happened_at,
        staff_id=staff_id, equipment_id=equipment_id,
    )  # fmt: skip
    if plan_id is not None:
        done = fetch(session, InspectionPlan, plan_id)
        if done.equipment_id != equipment_id:
            raise ValueError("the plan is of another piece of equipment")
        _advance(done, day)
    return noted


@needs(Permission.SERVICE)
def skip(session: Session, plan_id: uuid.UUID) -> dt.date | None:
    """Leave one visit out; returns the day of the next."""
    skipped = fetch(session, InspectionPlan, plan_id)
    _advance(skipped, None)
    return skipped.next_on


@needs(Permission.SERVICE)
def move_visits(session: Session, plan_ids: Collection[uuid.UUID], day: dt.date) -> int:
    """Move the next visit of some plans to another day; later ones keep their rule. Returns how many were moved.

    Raises UserError for a day that is over.
    """
    if check_day(day, "due_on") < clock.today():
        raise UserError(N_("That day is over."), N_("Choose today or a later day."), field="due_on")
    moved = 0
    for visit in session.scalars(select(InspectionPlan).where(InspectionPlan.id.in_(list(plan_ids)))):
        if visit.next_on is None or visit.next_on == day:
            continue
        planned = visit.planned_on or visit.next_on
        visit.planned_on = None if planned == day else planned
        visit.next_on = day
        moved += 1
    return moved


def _require_in_use(session: Session, equipment_id: uuid.UUID) -> None:
    equipment = fetch(session, Equipment, equipment_id)
    if equipment.state == EquipmentState.RETIRED:
        raise UserError(
            N_("%(name)s is retired."), N_("Put it back in use before you plan a visit."), name=equipment.name
        )


def _advance(done: InspectionPlan, on: dt.date | None) -> None:
    """Go on to the first visit after the one planned, after the day it was moved to and after ``on``.

    A visit of the day of the one before, or earlier, is noted late or twice: the next one is still to come.
    """
    if done.next_on is None:
        return
    planned = done.planned_on or done.next_on
    before = inspection_rules.last_before(done.rrule, done.starts_on, planned)
    if on is not None and before is not None and on <= before:
        return
    passed = max(day for day in (done.planned_on, done.next_on, on) if day is not None)
    done.next_on = inspection_rules.next_after(done.rrule, done.starts_on, passed)
    done.planned_on = None
    if done.next_on is None:
        done.ended_at = clock.now()


def _set(record: InspectionPlan, values: dict[str, Any], anew_from: dt.date | None) -> None:
    require_short(values.get("name", ""))
    start = values.get("starts_on", record.starts_on)
    if start is None:
        raise UserError(N_("The day is missing."), N_("Type it like 2026-11-21 or 11/21."), field="starts_on")
    check_day(start, "starts_on")
    inspection_rules.check(values.get("rrule", record.rrule), start)
    for name, value in values.items():
        setattr(record, name, value)
    if anew_from is not None:
        first = inspection_rules.next_from(record.rrule, record.starts_on, anew_from)
        record.next_on = first or record.starts_on  # a single visit of the past is overdue, not forgotten
        record.planned_on = record.ended_at = None
