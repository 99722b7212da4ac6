"""Who would move in a grading, with the reasons.

They go from the worker to the window and into the file as columns, and a mover is made where one is looked at: 100,000
at once would hold the window up for half a second.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, overload

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months
from desktop_crm.models import Customer, CustomerFigures, GradingRun
from desktop_crm.models.grading import GRADES
from desktop_crm.services import grading_columns, grading_reasons
from desktop_crm.services.grading_reasons import Period, Reason, Standing
from desktop_crm.services.grading_scheme import SchemeFacts
from desktop_crm.services.grading_scores import KEY_BYTES, Columns, Scores

NOTHING = Period()
NONE = "-"  # the letter of no grade


class Mover(NamedTuple):
    """A customer whose grade would change; ``old_grade`` is "" for somebody new."""

    customer_id: uuid.UUID
    name: str
    old_grade: str
    new_grade: str
    reasons: tuple[Reason, ...]


class Movers(Sequence[Mover]):
    """Movers as columns: the 16 bytes of each key one after another, a letter of old and new grade each ("-" for
    none), the names, and the reasons as they are stored.
    """

    def __init__(self, keys: bytes, names: Sequence[str], old: str, new: str, reasons: Sequence[str]) -> None:
        self.keys, self.names, self.old, self.new, self.reasons = keys, names, old, new, reasons

    def __len__(self) -> int:
        return len(self.new)

    @overload
    def __getitem__(self, place: int) -> Mover: ...
    @overload
    def __getitem__(self, place: slice) -> list[Mover]: ...
    def __getitem__(self, place: int | slice) -> Mover | list[Mover]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        why = grading_reasons.from_stored(json.loads(self.reasons[place]))
        return Mover(uuid.UUID(bytes=self.key(place)), self.names[place], self.old_grade(place), self.new[place], why)

    def key(self, place: int) -> bytes:
        """The customer's key."""
        return self.keys[KEY_BYTES * place : KEY_BYTES * (place + 1)]

    def old_grade(self, place: int) -> str:
        """The grade before, "" for none."""
        return "" if self.old[place] == NONE else self.old[place]

    def all_keys(self) -> list[bytes]:
        """The key of each."""
        return [self.keys[start : start + KEY_BYTES] for start in range(0, len(self.keys), KEY_BYTES)]

    def only(self, places: Iterable[int]) -> Movers:
        """Those at some places, in that order."""
        wanted = list(places)
        return Movers(
            b"".join(map(self.key, wanted)),
            [self.names[place] for place in wanted],
            "".join(self.old[place] for place in wanted),
            "".join(self.new[place] for place in wanted),
            [self.reasons[place] for place in wanted],
        )


def explain(
    session: Session,
    scheme: SchemeFacts,
    as_of: dt.date,
    columns: Columns,
    scores: Scores,
    moved: Sequence[tuple[int, str]],
    last: GradingRun | None,
) -> Movers:
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
    return Movers(
        b"".join(keys),
        [known[key][0] for key in keys],
        "".join(old or NONE for _place, old in moved),
        "".join(GRADES[letters[place]] for place, _old in moved),
        _as_stored([why[key] for key in keys]),
    )


def _as_stored(reasons: Sequence[tuple[Reason, ...]]) -> list[str]:
    """The reasons of each as JSON; what many share, as in a first grading, is made once."""
    made: dict[int, str] = {}
    for why in reasons:
        if id(why) not in made:
            made[id(why)] = json.dumps({"reasons": [reason.stored() for reason in why]}, ensure_ascii=False)
    return [made[id(why)] for why in reasons]


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
