"""Inspection plans: rules at the end of months, visits done, skipped and moved, the load of a month."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desktop_crm.core.dates import add_months
from desktop_crm.core.errors import UserError
from desktop_crm.models import InspectionPlan, Interaction
from desktop_crm.services import (
    customer_card,
    equipment,
    equipment_card,
    history,
    inspection_rules,
    inspections,
    visits,
)
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, read, write

QUARTER = "FREQ=MONTHLY;INTERVAL=3"


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


@pytest.fixture
def piece(shop: Shop) -> uuid.UUID:
    """A piece of equipment."""
    return write(shop, equipment.create, {"customer_id": customer(shop), "name": "冷卻水塔", "serial": "SN 1"})


def plan_of(shop: Shop, key: uuid.UUID) -> InspectionPlan:
    with shop.database.read() as session:
        found = session.get(InspectionPlan, key)
        assert found is not None
        return found


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 24), st.integers(1, 8))
def test_a_visit_every_few_months_never_leaves_a_short_month_out(begun: dt.date, months: int, turns: int) -> None:
    rule, day = inspection_rules.first_after(begun, months)
    start = day
    for turn in range(1, turns + 1):
        assert day == add_months(begun, turn * months)
        following = inspection_rules.next_after(rule, start, day)
        assert following is not None
        day = following
    assert inspection_rules.months_of(rule) == months


@pytest.mark.parametrize(
    "rule", ["often", "FREQ=HOURLY", "FREQ=MONTHLY;INTERVAL=x", "FREQ=MONTHLY;BYMONTHDAY=99", "x" * 400, "A=B"]
)
def test_a_rule_that_is_not_understood_is_refused(shop: Shop, piece: uuid.UUID, rule: str) -> None:
    with pytest.raises(UserError) as caught:
        write(shop, inspections.plan, piece, TODAY, rule)
    assert caught.value.field == "rrule"


def test_a_visit_noted_twice_or_late_leaves_the_next_one(shop: Shop, piece: uuid.UUID) -> None:
    key = write(shop, inspections.plan, piece, dt.date(2026, 11, 20), QUARTER)
    for _ in range(2):
        write(shop, inspections.visit_done, piece, "正常", plan_id=key, on=dt.date(2026, 11, 20))
        assert plan_of(shop, key).next_on == dt.date(2027, 2, 20)
    write(shop, inspections.visit_done, piece, "提早", plan_id=key)
    assert plan_of(shop, key).next_on == dt.date(2027, 5, 20)


def test_a_visit_done_is_noted_and_the_next_one_planned(shop: Shop, piece: uuid.UUID) -> None:
    key = write(shop, inspections.plan, piece, dt.date(2026, 12, 10), QUARTER)
    write(shop, inspections.visit_done, piece, "正常；更換填料 2 包", plan_id=key, minutes=90)
    assert plan_of(shop, key).next_on == dt.date(2027, 3, 10)
    card = read(shop, equipment_card.load, piece)
    newest = card.events[0]
    assert (newest.kind, newest.text, newest.minutes) == ("visit", "正常；更換填料 2 包", 90)
    timeline = read(shop, customer_card.timeline, card.customer_id)
    assert [(item.kind, item.text) for item in timeline] == [("visit", "正常；更換填料 2 包")]


def test_an_overdue_visit_goes_on_after_the_day_it_was_done(shop: Shop, piece: uuid.UUID) -> None:
    key = write(shop, inspections.plan, piece, TODAY, QUARTER)
    write(shop, inspections.update, key, {"starts_on": dt.date(2026, 12, 10)})
    with shop.database.write("test") as session:
        late = session.get(InspectionPlan, key)
        assert late is not None
        late.next_on = late.starts_on = dt.date(2026, 2, 10)
    write(shop, inspections.visit_done, piece, "補做", plan_id=key)
    assert plan_of(shop, key).next_on == dt.date(2027, 2, 10)


@pytest.mark.parametrize("moved_to", ["2026-12-05", "2026-12-18"])
def test_a_moved_visit_leaves_the_rule_alone(shop: Shop, piece: uuid.UUID, moved_to: str) -> None:
    planned = dt.date(2026, 12, 10)
    key = write(shop, inspections.plan, piece, planned, QUARTER)
    assert write(shop, inspections.move_visits, [key], dt.date.fromisoformat(moved_to)) == 1
    found = plan_of(shop, key)
    assert (found.next_on, found.planned_on) == (dt.date.fromisoformat(moved_to), planned)
    write(shop, inspections.move_visits, [key], planned)
    assert plan_of(shop, key).planned_on is None
    write(shop, inspections.move_visits, [key], dt.date.fromisoformat(moved_to))
    assert write(shop, inspections.skip, key) == dt.date(2027, 3, 10)
    assert plan_of(shop, key).planned_on is None


def test_a_single_visit_ends_its_plan(shop: Shop, piece: uuid.UUID) -> None:
    key = write(shop, inspections.plan, piece, TODAY)
    write(shop, inspections.visit_done, piece, "看過", plan_id=key)
    assert (plan_of(shop, key).next_on, plan_of(shop, key).ended_at is None) == (None, False)
    assert read(shop, visits.of_equipment, piece) == []


def test_a_visit_done_can_be_undone_whole(shop: Shop, piece: uuid.UUID) -> None:
    key = write(shop, inspections.plan, piece, TODAY, QUARTER)
    outcome = shop.database.run(inspections.visit_done, piece, "看過", plan_id=key)
    write(shop, history.undo, outcome.changed.batch_id)
    assert plan_of(shop, key).next_on == TODAY
    with shop.database.read() as session:
        assert session.scalar(select(Interaction.id)) is None


def test_what_cannot_be_done_says_why(shop: Shop, piece: uuid.UUID) -> None:
    key = write(shop, inspections.plan, piece, TODAY, QUARTER)
    with pytest.raises(UserError, match="note is empty"):
        write(shop, inspections.visit_done, piece, " ", plan_id=key)
    with pytest.raises(UserError, match="still to come"):
        write(shop, inspections.visit_done, piece, "x", plan_id=key, on=TODAY + dt.timedelta(days=1))
    with pytest.raises(UserError, match="day is over"):
        write(shop, inspections.move_visits, [key], TODAY - dt.timedelta(days=1))
    assert plan_of(shop, key).next_on == TODAY


def test_an_ended_plan_asks_for_nothing_and_can_begin_again(shop: Shop, piece: uuid.UUID) -> None:
    key = write(
        shop,
        inspections.plan,
        piece,
        dt.date(2026, 8, 31),
        "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    )
    assert plan_of(shop, key).next_on == dt.date(2026, 8, 31)
    write(shop, inspections.end, key)
    assert read(shop, visits.count_due, TODAY) == 0
    write(shop, inspections.update, key, {"rrule": QUARTER, "starts_on": dt.date(2026, 9, 5)})
    assert (plan_of(shop, key).next_on, plan_of(shop, key).ended_at) == (dt.date(2026, 12, 5), None)


def test_the_load_of_a_month_and_what_is_due(shop: Shop, piece: uuid.UUID) -> None:
    days = [dt.date(2026, 11, 3), TODAY, TODAY, dt.date(2026, 11, 30), dt.date(2026, 12, 1)]
    for day in days:
        write(shop, inspections.plan, piece, day, QUARTER)
    load = read(shop, visits.month, TODAY, TODAY)
    assert (load.first, load.last, load.overdue) == (dt.date(2026, 11, 1), dt.date(2026, 11, 30), 1)
    assert load.days == {dt.date(2026, 11, 3): 1, TODAY: 2, dt.date(2026, 11, 30): 1}
    assert [row.on for row in read(shop, visits.due, TODAY)] == days[:3]
    assert read(shop, visits.count_due, TODAY) == 3
    row = read(shop, visits.due, TODAY)[0]
    assert (row.equipment, row.customer, row.serial) == ("冷卻水塔", "宏益建設有限公司", "SN 1")


@pytest.mark.parametrize(
    ("rule", "on", "is_meant"),
    [
        ("FREQ=MONTHLY;INTERVAL=6", dt.date(2027, 5, 20), False),
        ("FREQ=MONTHLY;INTERVAL=6", dt.date(2027, 2, 10), True),
        ("FREQ=MONTHLY;INTERVAL=6", dt.date(2026, 1, 1), True),
        ("FREQ=MONTHLY", dt.date(2026, 12, 12), False),
        ("", dt.date(2026, 12, 12), True),
        ("", dt.date(2027, 2, 12), False),
    ],
)
def test_a_visit_of_today_is_the_planned_one_only_where_that_is_near(rule: str, on: dt.date, is_meant: bool) -> None:
    blank = ("",) * 3
    row = visits.VisitRow(uuid.uuid4(), uuid.uuid4(), *blank, uuid.uuid4(), "", "", "", "", rule, on, None)
    assert visits.meant([row], dt.date(2026, 11, 21)) == (row if is_meant else None)
