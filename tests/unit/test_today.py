"""The today tab's lists: who is on them, in which order, how many there are, and by which index they are found."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event, update

from desktop_crm.core.dates import add_months
from desktop_crm.models import CustomerFigures
from desktop_crm.services import customers, followups, late_customers, payments, revenue_months, today
from desktop_crm.services.revenue_months import MonthRevenue
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, issued, item, order, read, write


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


def plan(shop: Shop, who: uuid.UUID, what: str, offset: int, at: str = "") -> uuid.UUID:
    time = dt.time.fromisoformat(at) if at else None
    return write(shop, followups.plan, who, what, day(offset), due_time=time)


def grade(shop: Shop, grades: dict[uuid.UUID, str]) -> None:
    """Give grades as a grading run would, until the figures are worked out anew."""
    with shop.database.write("test") as session:
        for who, letter in grades.items():
            key = CustomerFigures.customer_id == who
            session.execute(update(CustomerFigures).where(key).values(grade=letter))


# -- follow-ups ------------------------------------------------------------------------------------


def test_a_fixed_time_today_is_an_appointment_and_everything_else_is_a_call(shop: Shop) -> None:
    who = customer(shop)
    for what, offset, at in (
        ("下午", 0, "14:00"), ("上午", 0, "09:30"), ("昨天沒去", -1, "10:00"), ("今天", 0, ""), ("明天", 1, "08:00"),
        ("下週", 7, ""), ("太遠", 8, ""),
    ):  # fmt: skip
        plan(shop, who, what, offset, at)
    agenda = read(shop, today.agenda, TODAY)
    assert [row.subject for row in agenda.visits] == ["上午", "下午"]
    assert [row.subject for row in agenda.calls] == ["昨天沒去", "今天", "明天", "下週"]
    assert (agenda.visits_count, agenda.waiting) == (2, 4)


def test_within_a_day_the_best_customers_come_first_and_ungraded_ones_last(shop: Shop) -> None:
    ids = {name: customer(shop, name) for name in ("乙", "未", "甲")}
    for name, who in ids.items():
        plan(shop, who, name, 0)
        plan(shop, who, f"{name}昨", -1)
    grade(shop, {ids["甲"]: "A", ids["乙"]: "B"})
    agenda = read(shop, today.agenda, TODAY)
    assert [row.subject for row in agenda.calls] == ["甲昨", "乙昨", "未昨", "甲", "乙", "未"]


def test_many_overdue_ones_do_not_hide_today(shop: Shop) -> None:
    who = customer(shop)
    for offset in range(1, 12):
        plan(shop, who, f"逾期 {offset}", -offset)
    plan(shop, who, "今天", 0)
    plan(shop, who, "明天", 1)
    agenda = read(shop, today.agenda, TODAY)
    assert [row.subject for row in agenda.calls] == [*(f"逾期 {n}" for n in (11, 10, 9, 8)), "今天", "明天"]
    assert agenda.waiting == 13


def test_what_is_done_leaves_the_list(shop: Shop) -> None:
    key = plan(shop, customer(shop), "回電", 0)
    write(shop, followups.finish, key)
    agenda = read(shop, today.agenda, TODAY)
    assert (agenda.calls, agenda.waiting) == ((), 0)


# -- money -----------------------------------------------------------------------------------------


def test_overdue_money_is_summed_per_customer_the_oldest_debt_first(shop: Shop) -> None:
    newer, older, punctual, paid = (customer(shop, name) for name in ("新債", "舊債", "未到期", "已付"))
    for who, total, due in ((newer, 500, -2), (older, 300, -41), (older, 200, -5), (punctual, 900, 0), (paid, 70, -9)):
        order(shop, who, total, ordered_on=day(-60), due_on=day(due))
    write(shop, payments.receive, paid, "cash", 70, TODAY)
    plan(shop, older, "催收", 3)
    data = read(shop, today.load, TODAY)
    assert [(row.name, row.overdue, row.days) for row in data.overdue] == [("舊債", 500, 41), ("新債", 500, 2)]
    assert (data.overdue_count, data.overdue_sum) == (2, 1000)
    assert [row.next_follow_up_on for row in data.overdue] == [day(3), None]
    assert read(shop, today.overdue_customers) == (older, newer)


def test_a_line_of_overdue_money_names_the_oldest_unpaid_order(shop: Shop) -> None:
    who = customer(shop)
    order(shop, who, 200, ordered_on=day(-60), due_on=day(-5))
    oldest = order(shop, who, 300, ordered_on=day(-50), due_on=day(-20))
    (row,) = read(shop, today.load, TODAY).overdue
    assert row.order_id == oldest


def test_counts_go_beyond_the_lines_shown(shop: Shop) -> None:
    for number in range(today.SHOWN + 2):
        order(shop, customer(shop, f"客戶 {number}"), 10, ordered_on=day(-60), due_on=day(-3))
    data = read(shop, today.load, TODAY)
    assert (len(data.overdue), data.overdue_count, data.overdue_sum) == (
        today.SHOWN,
        today.SHOWN + 2,
        10 * (today.SHOWN + 2),
    )


# -- rhythm ----------------------------------------------------------------------------------------


def buys(shop: Shop, who: uuid.UUID, days_ago: Sequence[int], total: int = 1000) -> None:
    for ago in days_ago:
        order(shop, who, total, ordered_on=day(-ago))


@pytest.mark.parametrize(
    ("days_ago", "judged"),
    [
        ((127, 99, 71, 43), (28, 43)),  # 28 days apart, 43 > 42
        ((126, 98, 70, 42), None),
        ((99, 71, 43), None),  # three orders: nobody can know
        ((43, 36, 29, 22), (7, 22)),  # a weekly rhythm is given three weeks
        ((42, 35, 28, 21), None),
        ((455, 435, 415, 365), (30, 365)),
        ((456, 436, 416, 366), None),  # gone for good
    ],
)
def test_later_than_usual_is_one_and_a_half_times_the_own_rhythm(
    shop: Shop, days_ago: tuple[int, ...], judged: tuple[int, int] | None
) -> None:
    buys(shop, customer(shop), days_ago)
    rows, count = read(shop, late_customers.latest, TODAY, 6)
    assert [(row.rhythm, row.silence) for row in rows] == ([judged] if judged else [])
    assert count == len(rows)


def test_the_best_of_the_late_ones_come_first_and_all_can_be_asked_for(shop: Shop) -> None:
    who = {name: customer(shop, name) for name in ("小", "大", "中", "封存")}
    for name, total in (("小", 10), ("大", 9000), ("中", 500), ("封存", 99)):
        buys(shop, who[name], (127, 99, 71, 43), total)
    write(shop, customers.archive, who["封存"])
    rows, count = read(shop, late_customers.latest, TODAY, 2)
    assert [row.name for row in rows] == ["大", "中"]
    assert count == 3
    assert read(shop, late_customers.ids, TODAY) == (who["大"], who["中"], who["小"])


# -- months ----------------------------------------------------------------------------------------


def test_twelve_months_stand_against_the_same_months_a_year_before(shop: Shop) -> None:
    who = customer(shop)
    for when, total in (
        ("2026-11-03", 620), ("2025-11-30", 990), ("2025-12-01", 50), ("2024-12-31", 40), ("2024-11-30", 7),
    ):  # fmt: skip
        order(shop, who, total, ordered_on=dt.date.fromisoformat(when))
    months = read(shop, revenue_months.load, TODAY)
    assert [month.month for month in months] == [add_months(dt.date(2025, 12, 1), n) for n in range(12)]
    assert months[0] == MonthRevenue(dt.date(2025, 12, 1), 50, 1, 40)
    assert months[-1] == MonthRevenue(dt.date(2026, 11, 1), 620, 1, 990)
    assert sum(month.revenue for month in months) == 670


def test_a_month_knows_its_buyers_the_biggest_first(shop: Shop) -> None:
    small, big, other = (customer(shop, name) for name in ("小", "大", "別月"))
    order(shop, small, 10)
    order(shop, big, 90)
    order(shop, other, 500, ordered_on=day(-40))
    assert read(shop, revenue_months.customers, TODAY.replace(day=1)) == (big, small)


# -- the whole -------------------------------------------------------------------------------------


def test_an_empty_shop_is_new_and_has_nothing(shop: Shop) -> None:
    data = read(shop, today.load, TODAY)
    assert data.is_new
    assert (data.overdue, data.late, data.lapsing, data.overdue_sum) == ((), (), (), 0)
    assert read(shop, revenue_months.load, TODAY) == ()
    customer(shop)
    assert not read(shop, today.load, TODAY).is_new


def test_offers_that_lapse_within_a_week_are_shown(shop: Shop) -> None:
    who = customer(shop)
    for offset in (2, 7, 8):
        issued(shop, who, [item()], valid_until=day(offset))
    data = read(shop, today.load, TODAY)
    assert [row.days_left for row in data.lapsing] == [2, 7]
    assert data.lapsing_count == 2


def test_every_query_of_the_tab_goes_through_an_index(shop: Shop) -> None:
    who = customer(shop)
    order(shop, who, 300, ordered_on=day(-60), due_on=day(-5))
    plan(shop, who, "催收", 0)
    issued(shop, who, [item()], valid_until=day(3))
    asked: list[tuple[str, Any]] = []
    engine = shop.database.engine

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with shop.database.read() as session:
        today.load(session, TODAY)
        revenue_months.load(session, TODAY)
        event.remove(engine, "before_cursor_execute", note)
        plans = [
            str(row[3])
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    tables = ("customer", "customer_figures", "customer_month", "follow_up", "customer_order", "quotation")
    scans = [step for step in plans if step in {f"SCAN {table}" for table in tables}]
    assert len(plans) > 10
    assert scans == []
