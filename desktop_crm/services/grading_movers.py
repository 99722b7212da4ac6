"""Who would move in a grading, with the reasons."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months
from desktop_crm.models import Customer, CustomerFigures, GradingRun
from desktop_crm.models.grading import GRADES
from desktop_crm.services import grading_columns, grading_reasons
from desktop_crm.services.grading_reasons import Period, Reason, Standing
from desktop_crm.services.grading_scheme import SchemeFacts
from desktop_crm.services.grading_scores import Columns, Scores

NOTHING = Period()


class Mover(NamedTuple):
    """A customer whose grade would change; ``old_grade`` is "" for somebody new."""

    customer_id: uuid.UUID
    name: str
    old_grade: str
    new_grade: str
    reasons: tuple[Reason, ...]


def explain(
    session: Session,
    scheme: SchemeFacts,
    as_of: dt.date,
    columns: Columns,
    scores: Scores,
    moved: Sequence[tuple[int, str]],
    last: GradingRun | None,
) -> tuple[Mover, ...]:
    """The movers with name and reasons; ``moved`` has the place in ``columns`` and the old grade of each."""
    places = {columns.key(place): place for place, _old in moved}
    keys = list(places)
    known = _known(session, keys)
    why: dict[bytes, tuple[Reason, ...]]
    if last is None:
        why = dict.fromkeys(keys, (grading_reasons.FIRST_GRADING,))
    else:
        why = _reasons(session, scheme, as_of, columns, scores, dict(zip(keys, moved, strict=True)), known)
        if last.parameters != scheme.stored():
            why = {key: (grading_reasons.SCHEME_CHANGED, *found) for key, found in why.items()}
    letters = scores.grades.tolist()
    return tuple(
        Mover(uuid.UUID(bytes=key), known[key][0], old, GRADES[letters[place]], why[key])
        for key, (place, old) in zip(keys, moved, strict=True)
    )


def _reasons(
    session: Session,
    scheme: SchemeFacts,
    as_of: dt.date,
    columns: Columns,
    scores: Scores,
    moved: dict[bytes, tuple[int, str]],
    known: dict[bytes, Any],
) -> dict[bytes, tuple[Reason, ...]]:
    start = add_months(as_of, -scheme.period_months)
    wanted = list(moved)
    before = {
        key: Period(orders, int(revenue), int(margin))
        for key, orders, revenue, margin, _last in grading_columns.trades(
            session, add_months(start, -scheme.period_months), start, wanted
        )
    }
    letters = scores.grades.tolist()
    found = {}
    for key, (place, old) in moved.items():
        now = Period(int(columns.orders[place]), int(columns.revenue[place]), int(columns.margin[place]))
        rose = not old or GRADES[letters[place]] < old
        why = grading_reasons.reasons(now, before.get(key, NOTHING), _standing(known[key]), as_of, rose)
        found[key] = why if old or why != (grading_reasons.OTHERS_MOVED,) else (grading_reasons.FIRST_GRADING,)
    return found


def _known(session: Session, keys: list[bytes]) -> dict[bytes, Any]:
    """Per key: name, first and last order (ISO text), number of orders, amount overdue."""
    figures = CustomerFigures
    query = select(
        figures.customer_id,
        Customer.name,
        figures.first_order_on,
        figures.last_order_on,
        figures.orders_total,
        figures.overdue,
    ).join(Customer, Customer.id == figures.customer_id)
    return {row[0]: row[1:] for row in grading_columns.rows_of(session, query, figures.customer_id, keys)}


def _standing(known: Any) -> Standing:
    _name, first, last, orders, overdue = known
    return Standing(_date(first), _date(last), orders, overdue)


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
