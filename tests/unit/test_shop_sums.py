"""The sums of a whole shop follow every change, also those that touch no customer by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from desktop_crm.models import Equipment, Instalment, OrderToAccept, ShopMonth
from desktop_crm.models.order import InstalmentTrigger
from desktop_crm.services import (
    check,
    deliveries,
    equipment,
    figures,
    history,
    order_list,
    orders,
    payments,
    products,
    revenue_months,
)
from desktop_crm.services.order_list import OrderQuery
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, item, order, order_card, read, write


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def waiting(shop: Shop) -> int:
    """How many orders wait for acceptance, when the file is sound."""
    with shop.database.read() as session:
        assert check.run(session) == []
        return session.scalar(select(func.count()).select_from(OrderToAccept)) or 0


def test_a_product_that_becomes_equipment_lets_its_orders_wait(shop: Shop) -> None:
    sold = write(shop, products.create, {"name": "水泵"})
    key = order(shop, customer(shop), lines=[item(product_id=sold)])
    write(shop, deliveries.deliver, key, TODAY)
    assert waiting(shop) == 0
    batch = shop.database.run(products.update, sold, {"makes_equipment": True}).changed.batch_id
    assert waiting(shop) == 1
    write(shop, history.undo, batch)
    assert waiting(shop) == 0


def test_a_paid_order_waits_until_its_equipment_is_in_use(shop: Shop) -> None:
    """Else a piece paid at once would never get its warranty."""
    sold = write(shop, products.create, {"name": "冷卻水塔", "makes_equipment": True, "warranty_months": 12})
    keys = [order(shop, customer(shop), lines=[item(product_id=sold, price=1000)]) for _ in range(2)]
    for key in keys:
        write(shop, deliveries.deliver, key, TODAY)
        owed = order_card(shop, key)
        write(shop, payments.receive, owed.customer_id, "cash", owed.balance, TODAY, {key: owed.balance})
        assert (order_card(shop, key).state, order_card(shop, key).balance) == ("closed", 0)
    assert waiting(shop) == 2
    write(shop, figures.rebuild)
    assert waiting(shop) == 2
    assert [row.id for row in read(shop, order_list.window, OrderQuery(TODAY, "to_accept"), 0, 9)] == keys[::-1]
    write(shop, deliveries.accept, keys[0], TODAY)
    assert waiting(shop) == 1
    with shop.database.read() as session:
        (card,) = session.scalars(select(Equipment).where(Equipment.state == "delivered"))
    write(shop, equipment.retire, card.id)
    assert waiting(shop) == 0


def test_an_instalment_added_or_removed_by_itself_counts(shop: Shop) -> None:
    key = order(shop, customer(shop))
    write(shop, deliveries.deliver, key, TODAY)
    assert waiting(shop) == 0
    with shop.database.write("test") as session:
        part = Instalment(order_id=key, position=1, name="驗收", trigger=InstalmentTrigger.ACCEPTANCE, amount=500)
        session.add(part)
    assert waiting(shop) == 1
    with shop.database.write("test") as session:
        session.delete(session.get_one(Instalment, part.id))
    assert waiting(shop) == 0


def test_months_add_up_all_customers_and_empty_ones_go(shop: Shop) -> None:
    first, second = customer(shop), customer(shop)
    key = write(shop, orders.create, first, [item(price=100)], OrderHeader(ordered_on=dt.date(2026, 9, 3)))
    order(shop, first, lines=[item(price=200)])
    order(shop, second, lines=[item(price=300)])
    months = {row.month: (row.revenue, row.orders) for row in read(shop, revenue_months.load, TODAY)}
    assert (months[dt.date(2026, 9, 1)], months[dt.date(2026, 11, 1)]) == ((100, 1), (500, 2))
    write(shop, orders.cancel, key)
    with shop.database.read() as session:
        assert session.scalars(select(ShopMonth.month)).all() == [dt.date(2026, 11, 1)]
        assert check.run(session) == []


def test_customers_that_are_forgotten_take_their_months_along(shop: Shop) -> None:
    first, second = customer(shop), customer(shop)
    order(shop, first, lines=[item(price=200)])
    order(shop, second, lines=[item(price=300)])
    with shop.database.write("test") as session:
        revenue_months.forget(session, [first])
        assert session.scalars(select(ShopMonth.revenue)).all() == [300]
        figures.refresh(session, [first])
        assert session.scalars(select(ShopMonth.revenue)).all() == [500]


def test_check_finds_sums_that_are_wrong(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, lines=[item(price=200)])
    write(shop, payments.receive, buyer, "cash", 10, TODAY, {key: 10})
    with shop.database.write("test") as session:
        for table, column in (("shop_month", "revenue"), ("receivable", "home_balance")):
            session.connection().exec_driver_sql(f"UPDATE {table} SET {column} = {column} + 1")
        session.connection().exec_driver_sql("INSERT INTO order_to_accept SELECT id, customer_id FROM customer_order")
    with shop.database.read() as session:
        found = check.run(session)
    assert [line.partition(":")[0] for line in found] == ["shop_month", "receivable", "order_to_accept"]
