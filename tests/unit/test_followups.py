"""Follow-ups: lists by day, done, done-and-next, repeats."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

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
    shop: Shop, customer: uuid.UUID, rule: str, due: dt.date, following: dt.date
) -> None:
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
