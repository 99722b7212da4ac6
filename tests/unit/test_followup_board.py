"""Follow-ups as columns and by day, with the inspections due."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import update

from desktop_crm.core.errors import UserError
from desktop_crm.models import CustomerFigures, Equipment, FollowUp, InspectionPlan, Staff
from desktop_crm.services import customers, followup_board, followups
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.followup_board import INSPECTION, Pile, Scope
from desktop_crm.services.shops import Shop

TODAY = dt.date(2026, 11, 18)  # a Wednesday


@pytest.fixture(autouse=True)
def _wednesday(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-18 10:00")


@pytest.fixture
def customer(shop: Shop) -> Callable[[str], uuid.UUID]:
    def make(name: str) -> uuid.UUID:
        return shop.database.run(customers.create, CustomerForm({"name": name})).result

    return make


def plan(shop: Shop, who: uuid.UUID, what: str, days: int, **more: object) -> uuid.UUID:
    return shop.database.run(followups.plan, who, what, TODAY + dt.timedelta(days=days), **more).result  # type: ignore[arg-type]


def board(shop: Shop, scope: Scope | None = None, limit: int = 60) -> dict[str, Pile]:
    with shop.database.read() as session:
        return followup_board.board(session, scope or Scope(TODAY), limit)


def subjects(pile: Pile) -> list[str]:
    return [card.subject for card in pile.cards]


def inspection(shop: Shop, who: uuid.UUID, name: str, on: dt.date) -> uuid.UUID:
    with shop.database.write("test") as session:
        thing = Equipment(customer_id=who, name=name, location="B 棟屋頂")
        session.add(thing)
        session.flush()
        made = InspectionPlan(equipment_id=thing.id, name="", rrule="", starts_on=on, next_on=on)
        session.add(made)
        session.flush()
        return made.id


def test_the_best_customers_come_first_in_a_column(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    none, c, a = customer("無"), customer("丙"), customer("甲")
    plan(shop, none, "沒等級", -9)
    plan(shop, c, "丙的", -5)
    plan(shop, a, "甲的第二件", -1)
    plan(shop, a, "甲的第一件", -2)
    with shop.database.write("test") as session:
        for key, grade in ((c, "C"), (a, "A")):
            session.execute(update(CustomerFigures).where(CustomerFigures.customer_id == key).values(grade=grade))
    assert subjects(board(shop)["overdue"]) == ["甲的第一件", "甲的第二件", "丙的", "沒等級"]


def test_those_of_today_with_a_time_come_in_its_order(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    who = customer("甲")
    plan(shop, who, "隨時", 0)
    plan(shop, who, "下午", 0, due_time=dt.time(16, 30))
    plan(shop, who, "上午", 0, due_time=dt.time(9))
    assert subjects(board(shop)["today"]) == ["上午", "下午", "隨時"]


def test_a_long_column_is_counted_and_cut(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    who = customer("甲")
    for number in range(5):
        plan(shop, who, f"第{number}件", 9 + number)
    pile = board(shop, limit=2)["later"]
    assert (pile.count, subjects(pile)) == (5, ["第0件", "第1件"])


@pytest.mark.parametrize(
    ("done", "there"), [("2026-11-18 09:00", True), ("2026-11-12 00:00", True), ("2026-11-11 23:59", False)]
)
def test_done_ones_stay_for_a_week(
    shop: Shop,
    customer: Callable[[str], uuid.UUID],
    clock_at: Callable[[str], dt.datetime],
    done: str,
    there: bool,
) -> None:
    key = plan(shop, customer("甲"), "回電", -20)
    clock_at(done)
    shop.database.run(followups.finish, key)
    assert subjects(board(shop)["lately"]) == (["回電"] if there else [])


def test_only_mine_and_only_what_is_typed(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    with shop.database.write("test") as session:
        me = Staff(code="E01", name="林書豪")
        session.add(me)
        session.flush()
        mine = me.id
    who = customer("青田咖啡館")
    plan(shop, who, "我的", 0, staff_id=mine)
    plan(shop, who, "別人的", 0)
    assert subjects(board(shop, Scope(TODAY, mine))["today"]) == ["我的"]
    assert subjects(board(shop, Scope(TODAY, text="別人"))["today"]) == ["別人的"]
    assert board(shop, Scope(TODAY, text="青田"))["today"].count == 2
    assert board(shop, Scope(TODAY, text="%"))["today"].count == 0


def test_a_card_tells_what_it_is_about(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    who = customer("甲")
    visit = inspection(shop, who, "冷卻水塔", TODAY)
    with shop.database.read() as session:
        planned = session.get(InspectionPlan, visit)
        assert planned is not None
        thing = planned.equipment_id
    plan(shop, who, "保固檢視", 0, about=("equipment", thing))
    plan(shop, who, "追報價", 0, about=("quotation", uuid.UUID(int=1)))
    found = {card.subject: card.about for card in board(shop)["today"].cards}
    assert found == {"保固檢視": "冷卻水塔", "追報價": ""}


def test_a_month_counts_each_day_and_shows_the_first(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    who = customer("甲")
    for number in range(4):
        plan(shop, who, f"第{number}件", 1)
    plan(shop, who, "定時", 1, due_time=dt.time(8))
    visit = inspection(shop, who, "冷卻水塔", TODAY + dt.timedelta(days=2))
    inspection(shop, who, "明年的", TODAY + dt.timedelta(days=400))
    with shop.database.read() as session:
        days = followup_board.month(session, Scope(TODAY), dt.date(2026, 11, 1), dt.date(2026, 11, 30), 2)
        typed = followup_board.month(session, Scope(TODAY, text="水塔"), dt.date(2026, 11, 1), dt.date(2026, 11, 30), 2)
    assert {on.day: (pile.count, len(pile.cards)) for on, pile in days.items()} == {19: (5, 2), 20: (1, 1)}
    assert days[dt.date(2026, 11, 19)].cards[0].subject == "定時"
    (card,) = days[dt.date(2026, 11, 20)].cards
    assert (card.kind, card.id, card.subject, card.note) == (INSPECTION, visit, "冷卻水塔", "B 棟屋頂")
    assert list(typed) == [dt.date(2026, 11, 20)]


def test_a_day_without_anything_is_empty(shop: Shop) -> None:
    with shop.database.read() as session:
        assert followup_board.day(session, Scope(TODAY), TODAY) == Pile(0, ())


# -- moving ----------------------------------------------------------------------------------------


def find(shop: Shop, key: uuid.UUID) -> FollowUp:
    with shop.database.read() as session:
        found = session.get(FollowUp, key)
        assert found is not None
        return found


def test_a_done_one_that_is_moved_is_open_again(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    key = plan(shop, customer("甲"), "回電", -2)
    shop.database.run(followups.finish, key)
    shop.database.run(followups.move_to, key, TODAY)
    found = find(shop, key)
    assert (found.state, found.due_on, found.done_at) == ("open", TODAY, None)


def test_one_whose_next_is_planned_stays_done(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    key = plan(shop, customer("甲"), "回電", -2, rrule="FREQ=WEEKLY")
    shop.database.run(followups.finish, key)
    with pytest.raises(UserError, match="planned already"):
        shop.database.run(followups.move_to, key, TODAY)


def test_nothing_moves_into_the_past(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    key = plan(shop, customer("甲"), "回電", 3)
    with pytest.raises(UserError, match="That day is over"):
        shop.database.run(followups.move_to, key, TODAY - dt.timedelta(days=1))


def test_a_repeating_one_keeps_its_rhythm_when_it_was_moved(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    key = plan(shop, customer("甲"), "巡檢", 5, rrule="FREQ=WEEKLY")  # Mondays
    shop.database.run(followups.move_to, key, TODAY + dt.timedelta(days=6))
    following = shop.database.run(followups.finish, key).result
    assert following is not None
    assert find(shop, following).due_on == TODAY + dt.timedelta(days=12)


def test_moved_back_to_its_day_it_is_as_before(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    key = plan(shop, customer("甲"), "巡檢", 5, rrule="FREQ=WEEKLY")
    for days in (6, 8, 5):
        shop.database.run(followups.move_to, key, TODAY + dt.timedelta(days=days))
    assert find(shop, key).planned_on is None


def test_one_done_late_skips_what_went_by(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    key = plan(shop, customer("甲"), "週報", -16, rrule="FREQ=WEEKLY")  # Mondays
    following = shop.database.run(followups.finish, key).result
    assert following is not None
    assert find(shop, following).due_on == TODAY + dt.timedelta(days=5)


def test_the_last_of_a_series_plans_no_further(shop: Shop, customer: Callable[[str], uuid.UUID]) -> None:
    key = plan(shop, customer("甲"), "週報", 0, rrule="FREQ=WEEKLY;UNTIL=20261120")
    assert shop.database.run(followups.finish, key).result is None


def test_a_next_step_after_the_end_of_the_series_does_not_repeat(
    shop: Shop, customer: Callable[[str], uuid.UUID]
) -> None:
    key = plan(shop, customer("甲"), "週報", 0, rrule="FREQ=WEEKLY;UNTIL=20261120")
    following = shop.database.run(followups.finish_and_plan, key, "", "收尾", TODAY + dt.timedelta(days=9)).result
    assert find(shop, following).rrule == ""
