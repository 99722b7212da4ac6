"""The pictures of a grading, kept with its run so that the tab shows them before anything is worked out anew.

Reading them needs no arithmetic and none of its libraries.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, astuple, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import CustomerFigures
from desktop_crm.services import grading_log

MOST = 5000  # customers behind a bar or a cell
F = CustomerFigures


@dataclass(frozen=True, slots=True)
class GradeShare:
    """A grade's part of the shop; money in home currency minor units, shares as fractions."""

    grade: str
    customers: int
    customer_share: float
    revenue: int
    revenue_share: float
    margin: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """Shares by grade, the 80/20 curve with its two marks, customers by recency (rows) and frequency (columns)."""

    shares: tuple[GradeShare, ...]
    pareto: tuple[tuple[float, float], ...]
    top_shares: tuple[tuple[int, float], ...]
    heat: tuple[tuple[int, ...], ...]

    def stored(self) -> dict[str, Any]:
        """As a run keeps them, in JSON."""
        found = asdict(self)
        found["shares"] = [astuple(share) for share in self.shares]
        found["pareto"] = [(round(customers, 6), round(revenue, 6)) for customers, revenue in self.pareto]
        return found


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest grading that stands; ``pictures`` is None for one of a program that did not keep them."""

    run_id: uuid.UUID
    as_of: dt.date
    customers: int
    pictures: Pictures | None


def standing(session: Session) -> Standing | None:
    """The latest grading that stands, None when there is none."""
    run = grading_log.latest(session)
    if run is None:
        return None
    return Standing(run.id, run.as_of, run.counts["customers"], _from_stored(run.pictures) if run.pictures else None)


def _from_stored(stored: dict[str, Any]) -> Pictures:
    shares = tuple(GradeShare(*share) for share in stored["shares"])
    curve, marks, heat = (tuple(tuple(row) for row in stored[name]) for name in ("pareto", "top_shares", "heat"))
    return Pictures(shares, curve, marks, heat)


def customers_of_grade(session: Session, grade: str) -> list[uuid.UUID]:
    """The customers who have ``grade`` now, those of most revenue first."""
    query = select(F.customer_id).where(F.archived.is_(False), F.grade == grade)
    return list(session.scalars(query.order_by(F.revenue_12m.desc(), F.customer_id).limit(MOST)))


def customers_in_cell(session: Session, run_id: uuid.UUID, recency: int, frequency: int) -> list[uuid.UUID]:
    """The customers behind a cell of the heat map (scores 1 to 5) of a run, the best first."""
    from desktop_crm.services import grading_runs, grading_scores  # the arithmetic, needed for nothing else here

    columns, scores = grading_runs.scores_of(session, run_id)
    places = grading_scores.places_in_cell(scores, recency, frequency)[:MOST]
    return [uuid.UUID(bytes=columns.key(int(place))) for place in places]
