"""A step is not taken back when the records would contradict each other, though none of its fields changed since."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from desktop_crm.core.errors import UserError
from desktop_crm.models import InspectionPlan, Instalment, Order
from desktop_crm.services import (
    check,
    deliveries,
    equipment,
    figures,
    history,
    inspections,
    instalments,
    invoices,
    orders,
    payments,
)
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, item, read, write

BY_DELIVERY = (PlanPart("出貨", "delivery", Decimal(100)),)


@pytest.fixture(autouse=True)
def _today(shop: Shop, clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")
    write(shop, figures.rebuild)  # the shop is of the day the tests run


def order_of(shop: Shop, buyer: uuid.UUID, price: int = 1000, plan: Any = ()) -> uuid.UUID:
    return write(shop, orders.create, buyer, [item(price=price)], OrderHeader(tax_mode="untaxed"), plan)


def batch(shop: Shop, function: Callable[..., Any], *arguments: Any) -> uuid.UUID:
    return shop.database.run(function, *arguments).changed.batch_id


def refused(shop: Shop, step: uuid.UUID) -> None:
    with pytest.raises(UserError, match="changed again"):
        write(shop, history.undo, step)


def test_money_given_to_another_order_does_not_come_back_to_the_first(shop: Shop) -> None:
    buyer = customer(shop)
    first, second = order_of(shop, buyer), order_of(shop, buyer)
    payment = write(shop, payments.receive, buyer, "cash", 1000, TODAY, {first: 1000})
    step = batch(shop, payments.release, payment, first)
    write(shop, payments.allocate, payment, {second: 1000})
    refused(shop, step)
    write(shop, payments.release, payment, second)
    write(shop, history.undo, step)  # free again, it may
    with shop.database.read() as session:
        assert [session.get_one(Order, key).paid for key in (first, second)] == [1000, 0]
    assert read(shop, check.run) == []


def test_a_cancelled_order_gets_neither_its_money_nor_its_goods_back(shop: Shop) -> None:
    buyer = customer(shop)
    order = order_of(shop, buyer)
    payment = write(shop, payments.receive, buyer, "cash", 400, TODAY, {order: 400})
    delivery = write(shop, deliveries.deliver, order, TODAY)
    steps = [batch(shop, payments.release, payment, order), batch(shop, deliveries.cancel_delivery, delivery)]
    write(shop, orders.cancel, order)
    for step in steps:
        refused(shop, step)


def test_an_order_does_not_stay_closed_without_its_money(shop: Shop) -> None:
    buyer = customer(shop)
    order = order_of(shop, buyer)
    payment = write(shop, payments.receive, buyer, "cash", 1000, TODAY, {})
    step = batch(shop, payments.allocate, payment)
    write(shop, deliveries.deliver, order, TODAY)
    refused(shop, step)


def test_no_more_is_allowed_than_the_invoice_says(shop: Shop) -> None:
    order = order_of(shop, customer(shop))
    invoice = write(shop, invoices.record, order, InvoiceForm("AB12345678", "triplicate", TODAY, 100, 0))
    allowance = write(shop, invoices.allow, invoice, InvoiceForm("Z1", "allowance", TODAY, 100, 0))
    step = batch(shop, invoices.void, allowance, TODAY)
    write(shop, invoices.allow, invoice, InvoiceForm("Z2", "allowance", TODAY, 60, 0))
    refused(shop, step)


def test_retired_equipment_gets_no_visits(shop: Shop) -> None:
    piece = write(shop, equipment.create, {"customer_id": customer(shop), "name": "冷卻水塔"})
    plan = write(shop, inspections.plan, piece, dt.date(2026, 12, 1))
    step = batch(shop, inspections.end, plan)
    write(shop, equipment.retire, piece)
    refused(shop, step)
    with pytest.raises(UserError, match="retired"):
        write(shop, inspections.update, plan, {"starts_on": dt.date(2026, 12, 24)})
    used = batch(shop, equipment.put_in_use, piece)
    write(shop, inspections.update, plan, {"starts_on": dt.date(2026, 12, 24)})
    refused(shop, used)
    with shop.database.read() as session:
        assert session.get_one(InspectionPlan, plan).next_on == dt.date(2026, 12, 24)


def test_a_plan_that_comes_back_is_due_by_what_happened_since(shop: Shop) -> None:
    order = order_of(shop, customer(shop), plan=BY_DELIVERY)
    step = batch(shop, instalments.set_plan, order, [PlanPart("訂金", "order", Decimal(100))])
    write(shop, deliveries.deliver, order, dt.date(2026, 11, 20))
    write(shop, history.undo, step)
    with shop.database.read() as session:
        assert session.scalars(select(Instalment.due_on)).all() == [dt.date(2026, 11, 20)]
        assert session.get_one(Order, order).due_on == dt.date(2026, 11, 20)
        assert check.run(session) == []
