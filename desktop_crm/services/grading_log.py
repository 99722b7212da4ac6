"""The gradings that were applied, and what they did to a customer: looking back over them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import GradeChange, GradingRun, GradingScheme
from desktop_crm.services import grading_reasons
from desktop_crm.services.grading_reasons import Reason


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list of gradings; ``can_undo`` is true for the latest one that stands."""

    id: uuid.UUID
    scheme: str
    as_of: dt.date
    applied_at: dt.datetime
    customers: int
    moved: int
    seconds: Decimal
    undone_at: dt.datetime | None
    can_undo: bool


@dataclass(frozen=True, slots=True)
class GradeStep:
    """A change of a customer's grade; ``undone`` when its run was taken back."""

    run_id: uuid.UUID
    as_of: dt.date
    applied_at: dt.datetime
    old_grade: str
    new_grade: str
    reasons: tuple[Reason, ...]
    undone: bool


def latest(session: Session) -> GradingRun | None:
    """The last run that stands; keys are UUIDv7, so the greatest is the newest."""
    query = select(GradingRun).where(GradingRun.undone_at.is_(None)).order_by(GradingRun.id.desc()).limit(1)
    return session.scalar(query)


def runs(session: Session) -> list[RunRow]:
    """Every run, the newest first."""
    query = (
        select(
            GradingRun.id,
            GradingScheme.name,
            GradingRun.as_of,
            GradingRun.created_at,
            GradingRun.counts,
            GradingRun.seconds,
            GradingRun.undone_at,
        )
        .join(GradingScheme, GradingScheme.id == GradingRun.scheme_id)
        .order_by(GradingRun.id.desc())
    )
    last = latest(session)
    return [
        RunRow(
            key,
            name,
            as_of,
            made,
            counts["customers"],
            counts["moved"],
            seconds,
            undone,
            last is not None and last.id == key,
        )
        for key, name, as_of, made, counts, seconds, undone in session.execute(query)
    ]


def history(session: Session, customer_id: uuid.UUID) -> list[GradeStep]:
    """Every change of a customer's grade, the newest first."""
    query = (
        select(GradeChange, GradingRun.as_of, GradingRun.undone_at)
        .join(GradingRun, GradingRun.id == GradeChange.run_id)
        .where(GradeChange.customer_id == customer_id)
        .order_by(GradeChange.id.desc())
    )
    return [
        GradeStep(
            change.run_id,
            as_of,
            change.created_at,
            change.old_grade,
            change.new_grade,
            grading_reasons.from_stored(change.reasons),
            undone is not None,
        )
        for change, as_of, undone in session.execute(query)
    ]
