"""How money is spread over orders, deposits used, and the payment plan filled."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.models import Instalment
from desktop_crm.services import deposits, instalments, order_list, orders, payment_list, payments, receivables
from desktop_crm.services.order_list import OrderQuery
from desktop_crm.services.receivables import BUCKETS, OpenItem
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, order, order_card, read, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def item(number: int, balance: int, currency: str = "TWD") -> OpenItem:
    key = uuid.UUID(int=number)
    return OpenItem(key, key, f"S{number}", TODAY, TODAY, balance, balance, currency)


@given(st.lists(st.integers(1, 1000), max_size=6), st.integers(1, 5000), st.integers(0, 7))
def test_nothing_is_given_twice_and_the_first_comes_first(balances: list[int], amount: int, first: int) -> None:
    items = [item(number, balance) for number, balance in enumerate(balances)]
    shares = receivables.propose(items, amount, "TWD", uuid.UUID(int=first))
    owed = {one.order_id: one.balance for one in items}
    assert sum(shares.values()) == min(amount, sum(balances))
    assert all(0 < share <= owed[key] for key, share in shares.items())
    order_of = sorted(owed, key=lambda key: key != uuid.UUID(int=first))
    whole = [key for key in order_of if shares.get(key) == owed[key]]
    assert whole == order_of[: len(whole)]


def test_orders_in_another_currency_get_nothing() -> None:
    assert receivables.propose([item(1, 50, "USD"), item(2, 70)], 100, "TWD") == {uuid.UUID(int=2): 70}


def test_deposits_are_used_oldest_first_and_no_more_than_is_owed(shop: Shop) -> None:
    buyer = customer(shop)
    write(shop, payments.receive, buyer, "cash", 300, TODAY - DAY)
    write(shop, payments.receive, buyer, "cash", 500, TODAY)
    wanted = order(shop, buyer, 400)
    assert write(shop, deposits.use, wanted) == 400
    assert order_card(shop, wanted).balance == 0
    assert [row.free for row in read(shop, payment_list.deposits, buyer)] == [400]
    assert write(shop, deposits.use, wanted) == 0


def test_a_cancelled_order_takes_no_deposit(shop: Shop) -> None:
    buyer = customer(shop)
    write(shop, payments.receive, buyer, "cash", 300, TODAY)
    gone = order(shop, buyer, 400)
    write(shop, orders.cancel, gone)
    with pytest.raises(UserError):
        write(shop, deposits.use, gone)


def test_payments_fill_the_plan_part_by_part(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000)

    def plan(session: Session) -> None:
        for place, (name, amount) in enumerate((("訂金", 300), ("出貨", 400), ("驗收", 300)), start=1):
            session.add(Instalment(order_id=key, position=place, name=name, amount=amount))

    write(shop, plan)
    for amount in (200, 250):
        write(shop, payments.receive, buyer, "cash", amount, TODAY, {key: amount})
    view = order_card(shop, key)
    rows = read(shop, instalments.of_order, key, view.payments)
    assert [(row.name, row.paid) for row in rows] == [("訂金", 300), ("出貨", 150), ("驗收", 0)]
    assert [row.payment and row.payment.number for row in rows] == [view.payments[1].number, None, None]


def test_every_unpaid_order_is_in_exactly_one_age(shop: Shop) -> None:
    buyer = customer(shop)
    for late in (-1, 0, 1, 30, 31, 60, 61, 90, 91):
        order(shop, buyer, 100 + late, due_on=TODAY - late * DAY)
    items = read(shop, receivables.open_items)
    by_age = dict(zip(BUCKETS, receivables.ageing(items, TODAY).buckets(), strict=True))
    for name in BUCKETS:
        query = OrderQuery(TODAY, filter="unpaid", bucket=name)
        assert sum(row.balance for row in read(shop, order_list.window, query, 0, 50)) == by_age[name]
    assert sum(by_age.values()) == sum(item.balance for item in items)


def test_an_order_is_found_at_its_place(shop: Shop) -> None:
    buyer = customer(shop)
    keys = [order(shop, buyer, amount) for amount in (300, 100, 200)]
    query = OrderQuery(TODAY, sort="total")
    assert [read(shop, order_list.position, query, key) for key in keys] == [2, 0, 1]
    assert read(shop, order_list.position, OrderQuery(TODAY, filter="overdue"), keys[0]) is None
