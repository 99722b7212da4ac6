"""The one clock, months, working days, plausible dates."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core.dates import (
    EARLIEST,
    LATEST,
    Clock,
    add_months,
    add_working_days,
    check_day,
    clock,
    local_date,
    roc_year,
)
from desktop_crm.core.errors import UserError

days = st.dates(EARLIEST, LATEST)
months = st.integers(-1200, 1200)


@given(days, months)
def test_adding_months_moves_the_month_and_keeps_the_day_if_there_is_one(day: dt.date, count: int) -> None:
    moved = add_months(day, count)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == count
    assert moved.day == min(day.day, calendar.monthrange(moved.year, moved.month)[1])


@given(days, days, months)
def test_adding_months_keeps_the_order_of_days(one: dt.date, other: dt.date, count: int) -> None:
    if one <= other:
        assert add_months(one, count) <= add_months(other, count)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", -48, "2020-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-11-21", 0, "2026-11-21"),
        ("9999-11-30", 1, "9999-12-30"),
        ("0001-02-28", -1, "0001-01-28"),
    ],
)
def test_months_by_hand(day: str, count: int, expected: str) -> None:
    assert add_months(dt.date.fromisoformat(day), count).isoformat() == expected


@given(days, st.integers(0, 300))
def test_working_days_are_counted_one_by_one(day: dt.date, count: int) -> None:
    moved = add_working_days(day, count)
    between = [day + dt.timedelta(days=step) for step in range(1, (moved - day).days + 1)]
    assert sum(each.weekday() < 5 for each in between) == count
    assert count == 0 or moved.weekday() < 5


def test_working_days_by_hand() -> None:
    friday = dt.date(2026, 11, 20)
    assert add_working_days(friday, 1) == dt.date(2026, 11, 23)
    assert add_working_days(friday, 3) == dt.date(2026, 11, 25)
    assert add_working_days(friday + dt.timedelta(days=1), 1) == dt.date(2026, 11, 23)


@given(st.dates())
def test_a_day_is_plausible_or_refused_at_its_field(day: dt.date) -> None:
    if 1900 <= day.year <= 2199:
        assert check_day(day, "due_on") == day
    else:
        with pytest.raises(UserError, match=f"The year {day.year} cannot be meant") as caught:
            check_day(day, "due_on")
        assert caught.value.field == "due_on"


def test_the_year_of_the_republic() -> None:
    assert [roc_year(dt.date(year, 1, 1)) for year in (1912, 2026)] == [1, 115]


def test_the_date_is_that_of_the_shop(clock_at: Callable[[str], dt.datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock_at("2026-11-21 00:30")
    assert clock.now() == moment
    assert clock.now().tzinfo is dt.UTC
    assert clock.now().date() == dt.date(2026, 11, 20)
    assert clock.today() == local_date(moment) == dt.date(2026, 11, 21)
    monkeypatch.setattr(clock, "zone", "America/New_York")
    assert clock.today() == local_date(moment) == dt.date(2026, 11, 20)


def test_the_clock_runs_unless_it_is_held() -> None:
    own = Clock()
    assert abs(own.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=60)
    with pytest.raises(ValueError, match="aware"):
        own.freeze(dt.datetime(2026, 1, 1))  # noqa: DTZ001
