"""The stage of a relationship (關係階段), read from orders alone.

Textbook names: 初識期 acquaintance, 矜持期 courtship, 平穩期 steady, 穩固期 committed, 思異期 drifting.
The limits are our own and stand in one place, here.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from desktop_crm.core.i18n import N_

RHYTHM_ORDERS = 4
NEW_DAYS = 180
DRIFT_FACTOR = 2
SHORTEST_RHYTHM = 14
LOST_DAYS = 365
COMMITTED_ORDERS = 12
COMMITTED_DAYS = 730


class Stage(StrEnum):
    """From first acquaintance to drifting away; "" for a customer who never ordered."""

    NONE = ""
    NEW = "new"
    GROWING = "growing"
    STEADY = "steady"
    COMMITTED = "committed"
    DRIFTING = "drifting"


TITLES: dict[str, str] = {
    Stage.NONE: "",
    Stage.NEW: N_("Newly won"),
    Stage.GROWING: N_("Growing"),
    Stage.STEADY: N_("Steady"),
    Stage.COMMITTED: N_("Loyal"),
    Stage.DRIFTING: N_("Drifting"),
}
TEXTBOOK: dict[str, str] = {
    Stage.NONE: "",
    Stage.NEW: N_("Acquaintance stage"),
    Stage.GROWING: N_("Courtship stage"),
    Stage.STEADY: N_("Steady stage"),
    Stage.COMMITTED: N_("Committed stage"),
    Stage.DRIFTING: N_("Drifting stage"),
}


def rhythm_days(first: dt.date | None, last: dt.date | None, orders: int) -> int | None:
    """The usual days between two orders; None before the fourth order, when nobody can know."""
    if first is None or last is None or orders < RHYTHM_ORDERS:
        return None
    return max(1, round((last - first).days / (orders - 1)))


def drifts_on(first: dt.date, last: dt.date, orders: int) -> dt.date:
    """The first day on which a customer counts as drifting if nothing more is ordered."""
    rhythm = rhythm_days(first, last, orders)
    silence = LOST_DAYS if rhythm is None else min(LOST_DAYS, DRIFT_FACTOR * max(rhythm, SHORTEST_RHYTHM))
    return last + dt.timedelta(days=silence + 1)


def stage_of(
    today: dt.date, first: dt.date | None, last: dt.date | None, orders: int, revenue: int, revenue_before: int
) -> Stage:
    """The stage from first and last order, number of orders, and revenue of 12 months against the 12 before."""
    if first is None or last is None:
        return Stage.NONE
    if today >= drifts_on(first, last, orders):
        return Stage.DRIFTING
    if (today - first).days <= NEW_DAYS or orders == 1:
        return Stage.NEW
    if revenue * 10 > revenue_before * 12:
        return Stage.GROWING
    if orders >= COMMITTED_ORDERS and (today - first).days >= COMMITTED_DAYS:
        return Stage.COMMITTED
    return Stage.STEADY
