"""Grading: see who would move and why, apply it, undo it, look back. The rule is in ``grading_scores``.

A customer's grade is that of the latest change of a run that was not undone; ``customer_figures`` repeats it.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import GradingRun
from desktop_crm.models.grading import GRADES
from desktop_crm.services import (
    grading_columns,
    grading_log,
    grading_movers,
    grading_runs,
    grading_scheme,
    grading_scores,
)
from desktop_crm.services.grading_explain import Explanation, explain
from desktop_crm.services.grading_log import history, runs
from desktop_crm.services.grading_movers import Mover, Movers
from desktop_crm.services.grading_pictures import GradeShare, Pictures
from desktop_crm.services.grading_runs import undo
from desktop_crm.services.grading_scheme import SchemeFacts
from desktop_crm.services.grading_scores import Columns, Ints, Scores

TOP_PERCENTS = (5, 20)
__all__ = [
    "Explanation",
    "GradeShare",
    "GradingPreview",
    "Mover",
    "apply",
    "explain",
    "history",
    "period_start",
    "preview",
    "runs",
    "scored",
    "undo",
]


@dataclass(frozen=True, slots=True)
class GradingPreview:
    """What a grading would do, and the pictures of it; ``shares`` as proposed, ``present`` as grades stand now."""

    scheme: SchemeFacts
    as_of: dt.date
    period_start: dt.date
    last_run_id: uuid.UUID | None
    columns: Columns
    scores: Scores
    movers: Movers
    shares: tuple[GradeShare, ...]
    present: tuple[GradeShare, ...]
    standing: Ints  # the place in GRADES of every customer now, past its end for none
    pareto: tuple[tuple[float, float], ...]
    top_shares: tuple[tuple[int, float], ...]
    heat: tuple[tuple[int, ...], ...]
    customers: int
    revenue: int
    margin: int
    seconds: float

    @property
    def pictures(self) -> Pictures:
        """The grades as they stand, or as proposed where nobody was graded yet, with curve and heat map."""
        shares = self.shares if self.last_run_id is None else self.present
        return Pictures(shares, self.pareto, self.top_shares, self.heat)

    def customers_in_cell(self, recency: int, frequency: int) -> list[uuid.UUID]:
        """The customers behind a cell of ``heat`` (scores 1 to 5), the best first."""
        return self._customers(grading_scores.places_in_cell(self.scores, recency, frequency))

    def customers_of_grade(self, grade: str, *, proposed: bool = False) -> list[uuid.UUID]:
        """The customers who have ``grade`` now, or whom the scheme would give it; the best first."""
        order, number = self.scores.order, GRADES.index(grade)
        grades = self.scores.grades if proposed else self.standing
        return self._customers(order[grades[order] == number])

    def _customers(self, places: np.ndarray) -> list[uuid.UUID]:
        return [uuid.UUID(bytes=self.columns.key(int(place))) for place in places]


def preview(session: Session, scheme_id: uuid.UUID | None = None, as_of: dt.date | None = None) -> GradingPreview:
    """What the scheme (the active one) says as of a date (today), without changing anything.

    Raises UserError when there is no scheme.
    """
    began = time.perf_counter()
    scheme = grading_scheme.load(session, scheme_id)
    as_of = as_of or clock.today()
    present = grading_columns.participants(session)
    columns, scores = scored(session, scheme, as_of, list(present))
    last = grading_log.latest(session)
    moved = _moved(present, scores)
    movers = grading_movers.explain(session, scheme, as_of, columns, scores, moved, last)
    standing = np.array([GRADES.index(grade) if grade else len(GRADES) for grade in present.values()], dtype=np.int64)
    return GradingPreview(
        scheme=scheme,
        as_of=as_of,
        period_start=period_start(scheme, as_of),
        last_run_id=last.id if last else None,
        columns=columns,
        scores=scores,
        movers=movers,
        shares=_shares(columns, scores.grades.astype(np.int64)),
        present=_shares(columns, standing),
        standing=standing,
        pareto=grading_scores.pareto(columns.revenue),
        top_shares=tuple((percent, grading_scores.top_share(columns.revenue, percent)) for percent in TOP_PERCENTS),
        heat=grading_scores.heat(scores),
        customers=len(columns),
        revenue=int(columns.revenue.sum()),
        margin=int(columns.margin.sum()),
        seconds=time.perf_counter() - began,
    )


def period_start(scheme: SchemeFacts, as_of: dt.date) -> dt.date:
    """The first day of the period that ends with ``as_of``."""
    return add_months(as_of, -scheme.period_months) + dt.timedelta(days=1)


def scored(session: Session, scheme: SchemeFacts, as_of: dt.date, keys: list[bytes]) -> tuple[Columns, Scores]:
    """The period's figures of ``keys`` and what the scheme makes of them."""
    after = add_months(as_of, -scheme.period_months)
    columns = grading_columns.read(session, keys, after, as_of)
    return columns, grading_scores.score(columns, scheme.rule())


def _moved(present: dict[bytes, str], scores: Scores) -> list[tuple[int, str]]:
    """Place and old grade of everybody whose grade would change, by rank."""
    old = list(present.values())
    letters = scores.grades.tolist()
    return [(place, old[place]) for place in scores.order.tolist() if GRADES[letters[place]] != old[place]]


def _shares(columns: Columns, grades: Ints) -> tuple[GradeShare, ...]:
    everybody, total = len(columns), int(columns.revenue.sum())
    found = []
    for number, grade in enumerate(GRADES):
        mine = grades == number
        customers, revenue = int(mine.sum()), int(columns.revenue[mine].sum())
        found.append(
            GradeShare(
                grade,
                customers,
                customers / everybody if everybody else 0.0,
                revenue,
                revenue / total if total else 0.0,
                int(columns.margin[mine].sum()),
            )
        )
    return tuple(found)


@needs(Permission.GRADE)
def apply(
    session: Session,
    target: GradingPreview | uuid.UUID | None = None,
    accepted: Collection[uuid.UUID] | None = None,
    left_out: Collection[uuid.UUID] = (),
) -> uuid.UUID:
    """Give the accepted movers (all) but those ``left_out`` their new grade and return the run's key.

    ``target`` is a preview, or the scheme to grade by now. Raises UserError when grades have changed since
    the preview; movers archived or erased since are left out.
    """
    plan = target if isinstance(target, GradingPreview) else preview(session, target)
    began = time.perf_counter()
    last = grading_log.latest(session)
    if (last.id if last else None) != plan.last_run_id:
        raise UserError(N_("Grades have changed since this preview."), N_("Grade again and look at the new preview."))
    keys = plan.movers.all_keys()
    present = grading_columns.present_grades(session, keys)
    wanted = None if accepted is None else {key.bytes for key in accepted}
    unwanted = {key.bytes for key in left_out}
    movers = plan.movers.only(
        place
        for place, key in enumerate(keys)
        if (wanted is None or key in wanted)
        and key not in unwanted
        and present.get(key) == plan.movers.old_grade(place)
    )
    counts = {share.grade: share.customers for share in plan.shares}
    run = GradingRun(
        scheme_id=plan.scheme.id,
        as_of=plan.as_of,
        period_start=plan.period_start,
        parameters=plan.scheme.stored(),
        counts={**counts, "customers": plan.customers, "moved": len(movers), "revenue": plan.revenue},
        pictures=replace(plan.pictures, shares=_shares_after(plan, movers)).stored(),
    )
    grading_runs.store(session, run, plan.columns, plan.scores, movers, began - plan.seconds)
    return run.id


def _shares_after(plan: GradingPreview, accepted: Movers) -> tuple[GradeShare, ...]:
    """The shares when the accepted movers have moved and nobody else."""
    if len(accepted) == len(plan.movers):
        return plan.shares
    places = {plan.columns.key(place): place for place in range(len(plan.columns))}
    grades = plan.standing.copy()
    for key, grade in zip(accepted.all_keys(), accepted.new, strict=True):
        grades[places[key]] = GRADES.index(grade)
    return _shares(plan.columns, grades)
