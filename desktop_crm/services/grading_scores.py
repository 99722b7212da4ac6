"""The grading rule as arithmetic over whole columns, without a database.

Recency, frequency and revenue are scored by quintiles as in RFM (Arthur Hughes, "Strategic Database
Marketing", 1994), gross margin beside them; the ranking is cut as in an ABC analysis (Pareto's 80/20).

* A value's score is 1 + floor(5 x customers strictly below / n): equal values score equal.
* Revenue and number of orders: more is better. Recency: the later the last order of the period the better.
  Margin: the amount earned, what the customer is worth to us; by the rate a bargain of a household would
  outrank the builder who feeds the shop. Selling at a loss counts less than not selling.
  Who has no order in the period stands below everybody who has, for all but the margin.
* Total = sum of weight x score, as an exact integer of weight x 10^4. Rank: total, revenue, then the lower id.
* By customers: limit k ends at rank n x limit / 100, rounded half up; the rest is D, and so is
  who has no order in the period: in a young shop nobody may call them better than each other.
* By revenue share: grade k as long as those ranked before have less than its limit of all revenue, so whoever
  crosses a limit still belongs to the better grade; no revenue in the period is D.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_crm.core.limits import SCALE
from desktop_crm.models.grading import GRADES, GradeLimits
from desktop_crm.services.grading_rule import Rule

Ints = npt.NDArray[np.int64]
REVENUE, FREQUENCY, RECENCY, MARGIN = range(4)  # the places in CRITERIA
HUNDRED = 100 * SCALE
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Columns:
    """What was ordered in the period, one place per customer.

    ``ids`` holds the keys end to end; money in home currency minor units; ``last_day`` is the proleptic ordinal
    of the last order, 0 for none.
    """

    ids: bytes
    orders: Ints
    revenue: Ints
    margin: Ints
    last_day: Ints

    def __len__(self) -> int:
        return len(self.orders)

    def key(self, place: int) -> bytes:
        """The 16 bytes of the customer at ``place``."""
        return self.ids[KEY_BYTES * place : KEY_BYTES * (place + 1)]


@dataclass(frozen=True, slots=True)
class Scores:
    """What the rule made of the columns: ``criteria`` has a row per criterion, ``order`` the places by rank."""

    criteria: npt.NDArray[np.uint8]
    totals: Ints
    order: Ints
    grades: npt.NDArray[np.uint8]


def score(columns: Columns, rule: Rule) -> Scores:
    """Score, rank and grade every customer."""
    criteria = np.stack(
        [
            quintiles(columns.revenue),
            quintiles(columns.orders),
            quintiles(columns.last_day),
            quintiles(columns.margin),
        ]
    )
    totals: Ints = np.array(rule.weights, dtype=np.int64) @ criteria.astype(np.int64)
    halves = np.frombuffer(columns.ids, dtype=">u8").reshape(-1, 2)
    order = np.lexsort((halves[:, 1], halves[:, 0], -columns.revenue, -totals)).astype(np.int64)
    grades = np.empty(len(columns), dtype=np.uint8)
    if rule.limits_by == GradeLimits.REVENUE:
        grades[order] = _by_revenue(columns.revenue[order], rule.limits)
    else:
        grades[order] = _by_customers(len(columns), rule.limits)
        grades[columns.orders == 0] = len(GRADES) - 1
    return Scores(criteria, totals, order, grades)


def quintiles(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The score 1 to 5 of every value among all."""
    below = np.searchsorted(np.sort(values), values, side="left")
    return (1 + 5 * below // max(len(values), 1)).astype(np.uint8)


def _by_customers(count: int, limits: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    ends = [(2 * count * limit + HUNDRED) // (2 * HUNDRED) for limit in limits]
    return np.searchsorted(ends, np.arange(count), side="right").astype(np.uint8)


def _by_revenue(ranked: Ints, limits: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    earned = np.maximum(ranked, 0)
    before = np.cumsum(earned) - earned
    total = int(earned.sum())
    ends = [-(-total * limit // HUNDRED) for limit in limits]  # rounded up: before < limit x total, exactly
    grades = np.searchsorted(ends, before, side="right").astype(np.uint8)
    grades[ranked <= 0] = len(GRADES) - 1
    return grades


def pareto(revenue: Ints, points: int = 200) -> tuple[tuple[float, float], ...]:
    """The 80/20 curve: share of customers (best first) and their share of revenue, from (0, 0) to (1, 1)."""
    earned = _descending(revenue)
    total = int(earned.sum())
    if not total:
        return ()
    heads = np.unique(np.linspace(0, len(earned), points).round().astype(np.int64))
    sums = np.concatenate(([0], np.cumsum(earned)))[heads]
    return tuple((float(head / len(earned)), float(part / total)) for head, part in zip(heads, sums, strict=True))


def top_share(revenue: Ints, percent: int) -> float:
    """The revenue share of the best ``percent`` of customers, whose number is rounded half up."""
    earned = _descending(revenue)
    total = int(earned.sum())
    head = (2 * len(earned) * percent + 100) // 200
    return float(int(earned[:head].sum()) / total) if total else 0.0


def _descending(revenue: Ints) -> Ints:
    return np.sort(np.maximum(revenue, 0))[::-1]


def heat(scores: Scores) -> tuple[tuple[int, ...], ...]:
    """Customers by recency (rows 1 to 5) and frequency (columns 1 to 5)."""
    cells = (scores.criteria[RECENCY].astype(np.int64) - 1) * 5 + scores.criteria[FREQUENCY] - 1
    counts = np.bincount(cells, minlength=25).reshape(5, 5)
    return tuple(tuple(int(count) for count in row) for row in counts)


def places_in_cell(scores: Scores, recency: int, frequency: int) -> Ints:
    """The places of the customers in one cell of ``heat``, by rank."""
    ranked = scores.criteria[:, scores.order]
    found: Ints = scores.order[(ranked[RECENCY] == recency) & (ranked[FREQUENCY] == frequency)]
    return found
