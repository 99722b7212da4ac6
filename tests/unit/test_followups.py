"""Follow-ups: lists by day, done, done-and-next, repeats."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core.dates import add_months
from desktop_crm.core.errors import UserError
from desktop_crm.services import customer_card, customers, followups
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.followups import FollowUpQuery
from desktop_crm.services.shops import Shop

TODAY = dt.date(2026, 11, 18)  # a Wednesday


@pytest.fixture
def customer(shop: Shop) -> uuid.UUID:
    return shop.database.run(customers.create, CustomerForm({"name": "青田咖啡館"})).result


def subjects(shop: Shop, name: str) -> list[str]:
    with shop.database.read() as session:
        return [row.subject for row in followups.window(session, FollowUpQuery(TODAY, name), 0, 50)]


@pytest.mark.parametrize(
    ("days", "name"), [(-1, "overdue"), (0, "today"), (1, "week"), (4, "week"), (5, "later"), (400, "later")]
)
def test_each_day_is_in_one_list(shop: Shop, customer: uuid.UUID, days: int, name: str) -> None:
    shop.database.run(followups.plan, customer, "回電", TODAY + dt.timedelta(days=days))
    found = {each: subjects(shop, each) for each in ("overdue", "today", "week", "later")}
    assert [each for each, rows in found.items() if rows] == [name]


def test_what_has_a_time_stands_by_it_and_the_rest_follows(shop: Shop, customer: uuid.UUID) -> None:
    for subject, hour in (("報價", 14), ("回電", None), ("拜訪", 9)):
        at = None if hour is None else dt.time(hour)
        shop.database.run(followups.plan, customer, subject, TODAY, due_time=at)
    assert subjects(shop, "today") == ["拜訪", "報價", "回電"]


def test_done_leaves_the_list_and_reaches_the_timeline(shop: Shop, customer: uuid.UUID) -> None:
    key = shop.database.run(followups.plan, customer, "回電確認", TODAY).result
    assert shop.database.run(followups.finish, key, "已約週五").result is None
    assert subjects(shop, "open") == []
    with shop.database.read() as session:
        assert [(item.title, item.text) for item in customer_card.timeline(session, customer)] == [
            ("回電確認", "已約週五")
        ]
    with pytest.raises(UserError):
        shop.database.run(followups.finish, key)


def test_done_and_next_keeps_the_thread(shop: Shop, customer: uuid.UUID) -> None:
    key = shop.database.run(followups.plan, customer, "報價", TODAY).result
    shop.database.run(followups.finish_and_plan, key, "寄出", "追報價", TODAY + dt.timedelta(days=3))
    assert subjects(shop, "open") == ["追報價"]
    assert subjects(shop, "done") == ["報價"]


def test_a_follow_up_knows_its_place_in_a_list(shop: Shop, customer: uuid.UUID) -> None:
    keys = [
        shop.database.run(followups.plan, customer, "回電", TODAY + dt.timedelta(days=days)).result
        for days in (9, -2, 0)
    ]
    with shop.database.read() as session:
        places = [followups.position(session, FollowUpQuery(TODAY), key) for key in keys]
        assert followups.position(session, FollowUpQuery(TODAY, "today"), keys[0]) is None
    assert places == [2, 0, 1]


@pytest.mark.parametrize(
    ("rule", "due", "following"),
    [
        ("FREQ=MONTHLY;INTERVAL=6", dt.date(2026, 11, 18), dt.date(2027, 5, 18)),
        ("FREQ=WEEKLY", dt.date(2026, 12, 30), dt.date(2027, 1, 6)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", dt.date(2027, 1, 31), dt.date(2027, 2, 28)),
    ],
)
def test_a_repeating_one_plans_its_next(
    shop: Shop,
    customer: uuid.UUID,
    clock_at: Callable[[str], dt.datetime],
    rule: str,
    due: dt.date,
    following: dt.date,
) -> None:
    clock_at("2026-11-21 09:00")
    key = shop.database.run(followups.plan, customer, "濾心更換", due, rrule=rule).result
    shop.database.run(followups.finish, key)
    with shop.database.read() as session:
        (row,) = followups.window(session, FollowUpQuery(TODAY, "open"), 0, 5)
    assert (row.due_on, row.rrule) == (following, rule)


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_implausible_dates_are_refused(shop: Shop, customer: uuid.UUID, day: dt.date) -> None:
    with pytest.raises(UserError) as refused:
        shop.database.run(followups.plan, customer, "回電", day)
    assert refused.value.field == "due_on"


def test_a_broken_rule_is_refused(shop: Shop, customer: uuid.UUID) -> None:
    with pytest.raises(UserError):
        shop.database.run(followups.plan, customer, "回電", TODAY, rrule="FREQ=SOMETIMES")


def test_a_change_needs_a_subject_too(shop: Shop, customer: uuid.UUID) -> None:
    key = shop.database.run(followups.plan, customer, "回電", TODAY).result
    with pytest.raises(UserError, match="The follow-up says nothing"):
        shop.database.run(followups.update, key, {"subject": "  "})


# -- repeating -------------------------------------------------------------------------------------

D = dt.date


@pytest.mark.parametrize(
    ("unit", "every", "start", "following"),
    [
        ("DAILY", 1, D(2027, 2, 28), [D(2027, 3, 1), D(2027, 3, 2)]),
        ("DAILY", 10, D(2026, 12, 25), [D(2027, 1, 4), D(2027, 1, 14)]),
        ("WEEKLY", 2, D(2026, 12, 21), [D(2027, 1, 4), D(2027, 1, 18)]),
        ("MONTHLY", 1, D(2027, 1, 15), [D(2027, 2, 15), D(2027, 3, 15)]),
        ("MONTHLY", 1, D(2027, 1, 31), [D(2027, 2, 28), D(2027, 3, 31), D(2027, 4, 30)]),
        ("MONTHLY", 1, D(2028, 1, 30), [D(2028, 2, 29), D(2028, 3, 30)]),
        ("MONTHLY", 3, D(2026, 11, 30), [D(2027, 2, 28), D(2027, 5, 30)]),
        ("YEARLY", 1, D(2028, 2, 29), [D(2029, 2, 28), D(2030, 2, 28), D(2031, 2, 28), D(2032, 2, 29)]),
        ("YEARLY", 2, D(2026, 12, 31), [D(2028, 12, 31), D(2030, 12, 31)]),
    ],
)
def test_the_rhythm_holds_over_short_months_and_leap_years(
    unit: str, every: int, start: dt.date, following: list[dt.date]
) -> None:
    rule = followups.repeat_rule(unit, every, start)
    assert followups.next_days(rule, start, len(following)) == following


def test_a_series_done_one_by_one_keeps_to_the_end_of_the_month(
    shop: Shop, customer: uuid.UUID, clock_at: Callable[[str], dt.datetime]
) -> None:
    clock_at("2027-01-31 09:00")
    rule = followups.repeat_rule("MONTHLY", 1, D(2027, 1, 31))
    key = shop.database.run(followups.plan, customer, "月結", D(2027, 1, 31), rrule=rule).result
    days = []
    for today in ("2027-01-31", "2027-02-28", "2027-03-31"):
        clock_at(f"{today} 09:00")
        key = shop.database.run(followups.finish, key).result
        with shop.database.read() as session:
            row = followups.row(session, key)
        assert row is not None
        days.append(row.due_on)
    assert days == [D(2027, 2, 28), D(2027, 3, 31), D(2027, 4, 30)]


def test_the_last_day_ends_a_series() -> None:
    rule = followups.repeat_rule("WEEKLY", 1, D(2026, 11, 18), D(2026, 12, 2))
    assert followups.next_days(rule, D(2026, 11, 18), 9) == [D(2026, 11, 25), D(2026, 12, 2)]


@pytest.mark.parametrize(
    ("every", "until", "field"), [(0, None, "every"), (100, None, "every"), (1, D(2026, 11, 17), "until")]
)
def test_an_odd_repetition_is_refused_at_its_field(every: int, until: dt.date | None, field: str) -> None:
    with pytest.raises(UserError) as refused:
        followups.repeat_rule("MONTHLY", every, TODAY, until)
    assert refused.value.field == field


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 99),
    st.dates(D(2000, 1, 1), D(2090, 12, 31)),
)
def test_every_rule_goes_on_and_says_what_it_is(unit: str, every: int, start: dt.date) -> None:
    rule = followups.repeat_rule(unit, every, start)
    (following,) = followups.next_days(rule, start, 1)
    days = {"DAILY": 1, "WEEKLY": 7}.get(unit)
    if days:
        assert following == start + dt.timedelta(days=days * every)
    else:
        assert following == add_months(start, every * (12 if unit == "YEARLY" else 1))
