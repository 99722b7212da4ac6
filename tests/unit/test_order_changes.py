"""Changing the lines of an order that is taken already, and everything that hangs on them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.models import CustomerMonth, Equipment, Order, OrderLine, PaymentAllocation, ShopMonth
from desktop_crm.services import (
    check,
    deliveries,
    figures,
    history,
    instalments,
    invoices,
    order_changes,
    orders,
    payments,
    products,
)
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.instalments import InstalmentRow
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.order_view import drafts
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, item, order, order_card, owed, read, write

DAY = dt.timedelta(days=1)
HALVES = (PlanPart("訂金", "order", Decimal(50)), PlanPart("尾款", "delivery", Decimal(50)))


@pytest.fixture(autouse=True)
def _sound(shop: Shop, clock_at: Callable[[str], dt.datetime]) -> Iterator[None]:
    """Whatever a test does, the books agree afterwards."""
    clock_at("2026-11-21 09:00")
    write(shop, figures.rebuild)  # the shop is of the day the tests run
    yield
    assert read(shop, check.run) == []


def lines_of(shop: Shop, key: uuid.UUID) -> list[DraftLine]:
    return list(drafts(order_card(shop, key)))


def change(shop: Shop, key: uuid.UUID, lines: list[DraftLine], *args: Any, **named: Any) -> uuid.UUID:
    """Change an order; the batch."""
    return shop.database.run(order_changes.change, key, lines, *args, **named).changed.batch_id


def plan_of(shop: Shop, key: uuid.UUID) -> list[InstalmentRow]:
    return read(shop, instalments.of_order, key, ())


def test_lines_are_added_changed_moved_and_taken_out(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, lines=[item("a", 2, 100), item("b", 1, 50), item("c", 1, 10)])
    a, b, c = lines_of(shop, key)
    change(
        shop, key, [replace(c, name="C"), item("new", 3, 7), replace(a, quantity=Decimal(5), unit_price=Decimal(90))]
    )
    found = order_card(shop, key)
    assert [(line.position, line.name, line.quantity, line.amount) for line in found.lines] == [
        (1, "C", 1, 10),
        (2, "new", 3, 21),
        (3, "a", 5, 450),
    ]
    assert (found.lines[0].id, found.lines[2].id) == (c.line_id, a.line_id)
    assert (found.total, found.net, found.balance, owed(shop, buyer)) == (481, 481, 481, 481)
    assert b.line_id not in {line.id for line in found.lines}


def test_discount_and_tax_of_the_whole_are_reckoned_anew(shop: Shop) -> None:
    key = order(shop, customer(shop), 1000)
    values = {"discount_percent": Decimal(10), "tax_mode": "exclusive", "note": "議價"}
    change(shop, key, lines_of(shop, key), values)
    found = order_card(shop, key)
    assert (found.subtotal, found.discount, found.net, found.tax, found.total) == (1000, 100, 900, 45, 945)
    assert (found.note, found.discount_percent, found.tax_mode) == ("議價", 10, "exclusive")
    with pytest.raises(ValueError):
        change(shop, key, lines_of(shop, key), {"currency": "USD"})


def test_the_figures_follow_in_the_month_of_the_order(shop: Shop) -> None:
    key = order(shop, customer(shop), 1000)
    change(shop, key, [*lines_of(shop, key), item(price=500)])
    with shop.database.read() as session:
        assert session.execute(select(CustomerMonth.orders, CustomerMonth.revenue)).all() == [(1, 1500)]
        assert session.execute(select(ShopMonth.orders, ShopMonth.revenue)).all() == [(1, 1500)]


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([], "lines"),
        ([item(quantity=0)], "quantity"),
        ([item("")], "name"),
        ([item(price=-5)], "total"),
        ([item(line_id=uuid.UUID(int=7))], ""),
        ([item(promised_on=dt.date(1, 1, 1))], "promised_on"),
    ],
)
def test_what_cannot_be_ordered_is_refused_and_leaves_the_order(shop: Shop, lines: list[DraftLine], field: str) -> None:
    key = order(shop, customer(shop), 1000)
    with pytest.raises(UserError) as caught:
        change(shop, key, lines)
    assert caught.value.field == field
    assert (order_card(shop, key).total, len(order_card(shop, key).lines)) == (1000, 1)


def test_what_was_delivered_stays(shop: Shop) -> None:
    sold = write(shop, products.create, {"name": "閥"})
    key = order(shop, customer(shop), lines=[item("a", 5, product_id=sold), item("back", -2, 10), item("b", 1)])
    a, back, b = lines_of(shop, key)
    assert a.line_id
    assert back.line_id
    write(shop, deliveries.deliver, key, TODAY, {a.line_id: Decimal(3), back.line_id: Decimal(-1)})
    for refused, field in (
        ([replace(a, quantity=Decimal(2)), back, b], "quantity"),
        ([replace(a, quantity=Decimal(-5)), back, b], "quantity"),
        ([a, replace(back, quantity=Decimal(1)), b], "quantity"),
        ([back, b], "lines"),
        ([replace(a, product_id=None), back, b], "name"),
    ):
        with pytest.raises(UserError) as caught:
            change(shop, key, refused)
        assert caught.value.field == field
    change(shop, key, [replace(a, quantity=Decimal(3)), replace(back, quantity=Decimal(-1)), b])
    assert order_card(shop, key).delivery_state == "partial"
    change(shop, key, lines_of(shop, key)[:2])  # what is left is all there
    assert order_card(shop, key).delivery_state == "full"
    change(shop, key, [*lines_of(shop, key), item("more")])
    assert order_card(shop, key).delivery_state == "partial"


def test_a_line_whose_delivery_was_cancelled_can_go(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a"), item("b")])
    delivery = write(shop, deliveries.deliver, key, TODAY)
    write(shop, deliveries.cancel_delivery, delivery)
    _a, b = lines_of(shop, key)
    step = change(shop, key, [b])
    assert [(row.lines, row.is_cancelled) for row in order_card(shop, key).deliveries] == [(1, True)]
    write(shop, history.undo, step)
    assert [line.name for line in order_card(shop, key).lines] == ["a", "b"]
    assert [row.lines for row in order_card(shop, key).deliveries] == [2]


def test_a_line_with_equipment_stays_though_its_delivery_was_cancelled(shop: Shop) -> None:
    sold = write(shop, products.create, {"name": "水泵", "makes_equipment": True})
    key = order(shop, customer(shop), lines=[item("泵", product_id=sold), item("b")])
    pump, other = lines_of(shop, key)
    delivery = write(shop, deliveries.deliver, key, TODAY)
    with shop.database.write("test") as session:
        session.scalars(select(Equipment)).one().serial = "7"
    write(shop, deliveries.cancel_delivery, delivery, {"cards_stay"})
    with pytest.raises(UserError, match="equipment"):
        change(shop, key, [other])
    with pytest.raises(UserError, match="keeps its product"):
        change(shop, key, [replace(pump, product_id=None), other])


def test_an_accepted_order_changes_its_prices_only(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a", 2, 100)])
    write(shop, deliveries.deliver, key, TODAY)
    write(shop, deliveries.accept, key, TODAY)
    (line,) = lines_of(shop, key)
    for lines in ([replace(line, quantity=Decimal(3))], [line, item("more")]):
        with pytest.raises(UserError, match="accepted"):
            change(shop, key, lines)
    change(shop, key, [replace(line, unit_price=Decimal(80))])
    assert (order_card(shop, key).total, order_card(shop, key).accepted_on) == (160, TODAY)


def test_closed_and_cancelled_orders_stay(shop: Shop) -> None:
    buyer = customer(shop)
    closed, cancelled = order(shop, buyer, 100), order(shop, buyer, 100)
    write(shop, deliveries.deliver, closed, TODAY)
    write(shop, payments.receive, buyer, "cash", 100, TODAY, {closed: 100})
    write(shop, orders.cancel, cancelled)
    for key in (closed, cancelled):
        with pytest.raises(UserError):
            change(shop, key, [item()])


def test_shares_of_the_plan_follow_and_amounts_wait_for_the_last_part(shop: Shop) -> None:
    shares = order(shop, customer(shop), 1000)
    write(shop, instalments.set_plan, shares, HALVES)
    change(shop, shares, [item(price=501)])
    assert [row.amount for row in plan_of(shop, shares)] == [251, 250]
    fixed = order(shop, customer(shop), 1000)
    write(shop, instalments.set_plan, fixed, [PlanPart("訂金", amount=300), PlanPart("尾款", "delivery", amount=700)])
    change(shop, fixed, [item(price=1500)])
    assert [row.amount for row in plan_of(shop, fixed)] == [300, 700]
    assert not instalments.fits(plan_of(shop, fixed), 1500)
    assert order_card(shop, fixed).balance == 1500
    new = (PlanPart("訂金", amount=300), PlanPart("尾款", "delivery", amount=1200))
    change(shop, fixed, lines_of(shop, fixed), plan=new)
    assert read(shop, instalments.stored, fixed) == new
    with pytest.raises(UserError) as caught:
        change(shop, fixed, [item(price=10)], plan=new)
    assert caught.value.field == "plan"


def test_a_plan_that_stays_keeps_the_day_agreed_by_terms(shop: Shop) -> None:
    buyer = customer(shop, agreed_payment_days=10)
    key = order(shop, buyer, 1000)
    write(shop, instalments.set_plan, key, [PlanPart("月結", "terms", Decimal(100))])
    with shop.database.write("test") as session:
        from desktop_crm.models import Customer

        session.get_one(Customer, buyer).agreed_payment_days = 60
    change(shop, key, [item(price=700)], plan=read(shop, instalments.stored, key))
    assert [row.due_on for row in plan_of(shop, key)] == [TODAY + 10 * DAY]


def test_money_beyond_the_new_total_becomes_a_deposit_once_agreed(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000)
    for amount in (400, 100, 300):
        write(shop, payments.receive, buyer, "cash", amount, TODAY, {key: amount})
    lines = [replace(line, unit_price=Decimal(450)) for line in lines_of(shop, key)]
    with pytest.raises(NeedsConfirmation) as asked:
        change(shop, key, lines)
    assert (asked.value.key, asked.value.params["excess"]) == ("overpaid", "350")
    assert order_card(shop, key).paid == 800
    step = change(shop, key, lines, confirmed={"overpaid"})
    found = order_card(shop, key)
    assert (found.paid, found.balance, found.total) == (450, 0, 450)
    with shop.database.read() as session:
        assert sorted(session.scalars(select(PaymentAllocation.amount))) == [50, 400]
        assert session.get_one(Order, key).paid_on == TODAY
    write(shop, history.undo, step)
    assert (order_card(shop, key).paid, order_card(shop, key).balance) == (800, 200)


def test_a_dearer_order_is_paid_no_more_and_a_cheaper_one_closes(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000)
    write(shop, payments.receive, buyer, "cash", 1000, TODAY, {key: 1000})
    change(shop, key, [replace(line, unit_price=Decimal(1200)) for line in lines_of(shop, key)])
    with shop.database.read() as session:
        assert session.get_one(Order, key).paid_on is None
    assert owed(shop, buyer) == 200
    write(shop, deliveries.deliver, key, TODAY)
    change(shop, key, [replace(line, unit_price=Decimal(1000)) for line in lines_of(shop, key)])
    assert order_card(shop, key).state == "closed"


def test_less_than_was_invoiced_is_asked(shop: Shop) -> None:
    key = order(shop, customer(shop), 1000)
    write(shop, invoices.record, key, InvoiceForm("AB12345678", "triplicate", TODAY, 800, 0))
    change(shop, key, [item(price=800)])
    with pytest.raises(NeedsConfirmation) as asked:
        change(shop, key, [item(price=799)])
    assert asked.value.key == "over_invoiced"
    change(shop, key, [item(price=799)], confirmed={"over_invoiced"})
    assert order_card(shop, key).total == 799


def test_a_copied_line_is_a_new_one(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a", 2, 100)])
    (line,) = lines_of(shop, key)
    assert line.line_id
    write(shop, deliveries.deliver, key, TODAY)
    change(shop, key, [line, line])
    assert [(row.id == line.line_id, row.delivered) for row in order_card(shop, key).lines] == [(True, 2), (False, 0)]


def test_lines_promised_with_the_order_follow_its_day(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a"), item("b", promised_on=TODAY + 3 * DAY)], promised_on=TODAY)
    change(shop, key, lines_of(shop, key), {"promised_on": TODAY + DAY})
    assert [row.promised_on for row in order_card(shop, key).lines] == [TODAY + DAY, TODAY + 3 * DAY]


def test_a_change_is_taken_back_whole(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, lines=[item("a", 2, 100), item("b", 1, 50)])
    write(shop, instalments.set_plan, key, HALVES)
    before = order_card(shop, key)
    step = change(shop, key, [item("new", 1, 999), *lines_of(shop, key)[1:]], {"discount_amount": 9})
    assert order_card(shop, key).total == 1040
    write(shop, history.undo, step)
    assert order_card(shop, key) == before
    assert [row.amount for row in plan_of(shop, key)] == [125, 125]


@pytest.mark.parametrize(("was", "becomes"), [(5, 2), (2, 5), (3, 5)])
def test_a_change_of_quantity_is_not_taken_back_under_a_delivery(shop: Shop, was: int, becomes: int) -> None:
    """Neither may less stand there than was delivered, nor "in part" where it is all."""
    key = order(shop, customer(shop), lines=[item("a", was, 100)])
    (line,) = lines_of(shop, key)
    assert line.line_id
    step = change(shop, key, [replace(line, quantity=Decimal(becomes))])
    write(shop, deliveries.deliver, key, TODAY, {line.line_id: Decimal(min(becomes, 3))})
    with pytest.raises(UserError, match="changed again"):
        write(shop, history.undo, step)


def test_a_cancelled_delivery_does_not_come_back_over_other_quantities(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a", 5, 100)])
    delivery = write(shop, deliveries.deliver, key, TODAY)
    step = shop.database.run(deliveries.cancel_delivery, delivery).changed.batch_id
    (line,) = lines_of(shop, key)
    for quantity in (2, 9):
        change(shop, key, [replace(line, quantity=Decimal(quantity))])
        with pytest.raises(UserError, match="changed again"):
            write(shop, history.undo, step)


def test_a_lower_total_is_not_taken_back_once_it_was_paid(shop: Shop) -> None:
    buyer = customer(shop)
    for goods in (False, True):
        key = order(shop, buyer, 1000)
        (line,) = lines_of(shop, key)
        step = change(shop, key, [replace(line, unit_price=Decimal(800))])
        write(shop, payments.receive, buyer, "cash", 800, TODAY, {key: 800})
        if goods:
            write(shop, deliveries.deliver, key, TODAY)
        with pytest.raises(UserError, match="changed again"):
            write(shop, history.undo, step)


def test_a_deposit_used_elsewhere_does_not_come_back(shop: Shop) -> None:
    buyer = customer(shop)
    first, second = order(shop, buyer, 1000), order(shop, buyer, 500)
    payment = write(shop, payments.receive, buyer, "cash", 1000, TODAY, {first: 1000})
    (line,) = lines_of(shop, first)
    step = change(shop, first, [replace(line, unit_price=Decimal(600))], confirmed={"overpaid"})
    write(shop, payments.allocate, payment, {second: 400})
    with pytest.raises(UserError, match="changed again"):
        write(shop, history.undo, step)


def test_line_totals_of_foreign_money_are_kept_at_the_rate_of_the_order(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item(price=10)], currency="USD", rate=Decimal("31.5"))
    change(shop, key, [item(price=20)])
    with shop.database.read() as session:
        found = session.get_one(Order, key)
        assert (found.total, found.home_total, found.currency) == (2000, 630, "USD")
        assert len(session.scalars(select(OrderLine).where(OrderLine.order_id == key)).all()) == 1
