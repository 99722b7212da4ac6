"""The grading rule against a plain reference, and its properties."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core.ids import new_key
from desktop_crm.models.grading import GradeLimits
from desktop_crm.services import grading_blob, grading_reasons, grading_scores
from desktop_crm.services.grading_reasons import Period, Standing
from desktop_crm.services.grading_rule import Rule
from desktop_crm.services.grading_scores import Columns

DEFAULT = Rule((500_000, 200_000, 150_000, 150_000), GradeLimits.CUSTOMERS, (50_000, 200_000, 500_000))
BY_REVENUE = Rule(DEFAULT.weights, GradeLimits.REVENUE, (800_000, 950_000, 1_000_000))

buyers = st.lists(
    st.tuples(st.integers(0, 6), st.integers(-50, 300), st.integers(-50, 200), st.integers(1, 40)), max_size=60
)


def columns_of(rows: list[tuple[int, int, int, int]]) -> Columns:
    """Columns of (orders, revenue, margin, last day), nothing at all for those without orders."""
    rows = [row if row[0] else (0, 0, 0, 0) for row in rows]
    orders, revenue, margin, last = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Columns(b"".join(new_key() for _ in rows), orders, revenue, margin, last)


def reference(columns: Columns, rule: Rule) -> list[str]:
    """The rule as the documentation words it, one customer at a time, in exact fractions."""
    people = range(len(columns))
    criteria = (columns.revenue, columns.orders, columns.last_day, columns.margin)

    def points(values: object, i: int) -> int:
        below = sum(values[j] < values[i] for j in people)  # type: ignore[index]
        return 1 + int(5 * below // len(columns))

    totals = [sum(w * points(v, i) for w, v in zip(rule.weights, criteria, strict=True)) for i in people]
    ranked = sorted(people, key=lambda i: (-totals[i], -int(columns.revenue[i]), columns.key(i)))
    everything = sum(max(int(value), 0) for value in columns.revenue)
    grades, before = [""] * len(columns), 0
    for rank, i in enumerate(ranked):
        if rule.limits_by == GradeLimits.REVENUE:
            reached = [before < Fraction(everything * limit, 1_000_000) for limit in rule.limits]
            grade = "ABC"[reached.index(True)] if True in reached and columns.revenue[i] > 0 else "D"
            before += max(int(columns.revenue[i]), 0)
        else:
            ends = [int(Fraction(len(columns) * limit, 1_000_000) + Fraction(1, 2)) for limit in rule.limits]
            reached = [rank < end and columns.orders[i] > 0 for end in ends]
            grade = "ABC"[reached.index(True)] if True in reached else "D"
        grades[i] = grade
    return grades


@given(buyers, st.sampled_from([DEFAULT, BY_REVENUE]))
def test_grades_follow_the_rule(rows: list[tuple[int, int, int, int]], rule: Rule) -> None:
    columns = columns_of(rows)
    scores = grading_scores.score(columns, rule)
    assert ["ABCD"[grade] for grade in scores.grades] == reference(columns, rule)


def test_shares_of_the_mock_up() -> None:
    """1,284 customers part into 64, 193, 385 and 642: limits are rounded half up."""
    columns = columns_of([(1, 1000 + i, 300, 5) for i in range(1284)])
    grades = grading_scores.score(columns, DEFAULT).grades
    assert np.bincount(grades).tolist() == [64, 193, 385, 642]


def test_who_never_ordered_is_no_better_than_another_who_never_did() -> None:
    columns = columns_of([(0, 0, 0, 0)] * 19 + [(1, 500, 100, 9)])
    assert ["ABCD"[grade] for grade in grading_scores.score(columns, DEFAULT).grades] == ["D"] * 19 + ["A"]


def test_of_equal_scores_the_greater_revenue_ranks_first() -> None:
    """Of twenty the first five by revenue score alike; only one of them can be A (5 %)."""
    columns = columns_of([(1, 100 + i, 50, 5) for i in range(20)])
    scores = grading_scores.score(columns, DEFAULT)
    assert len({scores.totals[place] for place in (16, 17, 18, 19)}) == 1
    assert [place for place, grade in enumerate(scores.grades) if grade == 0] == [19]


def test_equal_values_score_equal() -> None:
    scores = grading_scores.quintiles(np.array([0, 0, 0, 0, 7, 7, 7, 9, 9, 10]))
    assert scores.tolist() == [1, 1, 1, 1, 3, 3, 3, 4, 4, 5]


def test_who_crosses_the_limit_keeps_the_better_grade() -> None:
    columns = columns_of([(9, 900, 90, 9), (1, 60, 1, 1), (1, 40, 1, 1), (0, 0, 0, 0)])
    grades = grading_scores.score(columns, BY_REVENUE).grades
    assert ["ABCD"[grade] for grade in grades] == ["A", "B", "C", "D"]


def test_nobody_at_all() -> None:
    scores = grading_scores.score(columns_of([]), DEFAULT)
    assert len(scores.grades) == 0
    assert grading_scores.pareto(np.array([], dtype=np.int64)) == ()


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=500))
def test_pareto_rises_to_one(revenue: list[int]) -> None:
    points = grading_scores.pareto(np.array(revenue))
    if sum(revenue):
        assert points[0] == (0, 0)
        assert points[-1] == (1, 1)
        assert len(points) <= 200
        assert list(points) == sorted(points)
        assert all(share >= head - 1e-9 for head, share in points)
    else:
        assert points == ()


@given(buyers)
def test_blob_gives_back_what_it_was_given(rows: list[tuple[int, int, int, int]]) -> None:
    columns = columns_of(rows)
    scores = grading_scores.score(columns, DEFAULT)
    again, scored = grading_blob.unpack(grading_blob.pack(columns, scores))
    assert again.ids == columns.ids
    for name in ("orders", "revenue", "margin", "last_day"):
        assert getattr(again, name).tolist() == getattr(columns, name).tolist()
    for name in ("criteria", "totals", "order", "grades"):
        assert getattr(scored, name).tolist() == getattr(scores, name).tolist()
    assert all(grading_blob.place_of(again, columns.key(i)) == i for i in range(len(columns)))
    assert grading_blob.place_of(again, new_key()) is None


TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("now", "before", "standing", "rose", "expected"),
    [
        (Period(3, 142, 40), Period(3, 100, 28), Standing(), True, ["Revenue +%(percent)s%%"]),
        (Period(1, 36_000, 0), Period(), Standing(orders_total=1), True, ["First order %(amount)s"]),
        (
            Period(2, 100, 30),
            Period(2, 100, 30),
            Standing(dt.date(2026, 6, 9), dt.date(2026, 9, 7), 4),
            False,
            ["%(days)s days without an order (usually %(usual)s)"],
        ),
        (
            Period(4, 100, 20),
            Period(4, 100, 28),
            Standing(overdue=500),
            False,
            ["Margin %(points)s points lower", "%(amount)s overdue"],
        ),
        (Period(), Period(4, 100, 28), Standing(), False, ["No orders in the period, %(amount)s before"]),
        (Period(4, 100, 28), Period(4, 100, 28), Standing(), True, ["Own figures similar, others moved"]),
    ],
)
def test_reasons(now: Period, before: Period, standing: Standing, rose: bool, expected: list[str]) -> None:
    found = grading_reasons.reasons(now, before, standing, TODAY, rose)
    assert [reason.msgid for reason in found] == expected
    assert grading_reasons.from_stored({"reasons": [reason.stored() for reason in found]}) == found


def test_silence_is_counted_in_days() -> None:
    standing = Standing(dt.date(2026, 6, 9), dt.date(2026, 9, 7), 4)
    (reason,) = grading_reasons.reasons(Period(2, 100, 30), Period(2, 100, 30), standing, TODAY, False)
    assert reason.params == {"days": 75, "usual": 30}
