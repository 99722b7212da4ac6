"""Receivables: open items, ageing, and that the figures of a customer agree with them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.models import CustomerFigures
from desktop_crm.services import orders, payments, receivables
from desktop_crm.services.receivables import BUCKETS, OpenItem
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, order, read, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def entry(due_on: dt.date | None, balance: int = 1) -> OpenItem:
    return OpenItem(uuid.uuid4(), uuid.uuid4(), "S1", TODAY, due_on, balance, balance, "TWD")


@pytest.mark.parametrize(
    ("late", "name"),
    [
        (-5, "not_due"),
        (0, "not_due"),
        (1, "1_30"),
        (30, "1_30"),
        (31, "31_60"),
        (60, "31_60"),
        (61, "61_90"),
        (90, "61_90"),
        (91, "over_90"),
        (4000, "over_90"),
    ],
)
def test_each_age_falls_into_its_bucket(late: int, name: str) -> None:
    found = receivables.ageing([entry(TODAY - late * DAY)], TODAY)
    assert dict(zip(BUCKETS, found.buckets(), strict=True)) == {bucket: int(bucket == name) for bucket in BUCKETS}


def test_without_a_due_date_nothing_is_late() -> None:
    assert receivables.ageing([entry(None, 7)], TODAY).not_due == 7


@given(st.lists(st.tuples(st.dates(dt.date(2024, 1, 1), dt.date(2028, 1, 1)), st.integers(1, 10**12)), max_size=30))
def test_buckets_add_up_to_the_receivable(rows: list[tuple[dt.date, int]]) -> None:
    items = [entry(due, balance) for due, balance in rows]
    found = receivables.ageing(items, TODAY)
    assert found.total == sum(balance for _, balance in rows)
    assert found.overdue == sum(balance for due, balance in rows if due < TODAY)


@given(st.integers(1, 10**12), st.data())
def test_home_balance_is_whole_when_unpaid_and_never_more(total: int, data: st.DataObject) -> None:
    paid, home = data.draw(st.integers(0, total)), data.draw(st.integers(0, 10**12))
    found = receivables.home_balance(total, paid, home)
    assert 0 <= found <= home
    assert receivables.home_balance(total, 0, home) == home
    assert receivables.home_balance(total, total, home) == 0


def test_open_items_hold_only_what_is_owed_oldest_first(shop: Shop) -> None:
    first, second = customer(shop, "甲"), customer(shop, "乙")
    later = order(shop, first, 100, due_on=TODAY + DAY)
    sooner = order(shop, first, 200, due_on=TODAY - 40 * DAY)
    other = order(shop, second, 50, due_on=TODAY)
    order(shop, first, 0)
    write(shop, orders.cancel, order(shop, first, 999))
    write(shop, payments.receive, first, "cash", 30, TODAY, {later: 30})
    items = read(shop, receivables.open_items)
    assert [(found.order_id, found.balance) for found in items] == [(sooner, 200), (other, 50), (later, 70)]
    assert [found.order_id for found in read(shop, receivables.open_items, [second])] == [other]
    assert read(shop, receivables.open_items, []) == []
    with shop.database.read() as session:
        figures = session.get_one(CustomerFigures, first)
        assert (figures.receivable, figures.overdue, figures.oldest_due_on) == (270, 200, TODAY - 40 * DAY)


def test_the_database_sums_the_same_ages(shop: Shop) -> None:
    buyer = customer(shop)
    for place, days in enumerate((-3, 0, 1, 30, 31, 60, 61, 90, 91, 500)):
        order(shop, buyer, 10**place, due_on=TODAY - days * DAY)
        order(shop, buyer, 7, due_on=TODAY - days * DAY, currency="USD", rate=Decimal("31.5"))
    write(shop, payments.receive, buyer, "cash", 400, TODAY, currency="USD", rate=Decimal(31))
    found = read(shop, receivables.aged, TODAY)
    assert found == receivables.ageing(read(shop, receivables.open_items), TODAY)
    assert len({*found.buckets()}) == len(BUCKETS)
