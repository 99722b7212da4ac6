"""Orders: taking them, delivering in parts, acceptance, closing and opening by themselves, the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from desktop_crm.core.errors import UserError
from desktop_crm.models import Instalment, Order
from desktop_crm.services import check, deliveries, order_list, orders, payments, products
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.order_list import OrderQuery
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.shops import Shop
from desktop_crm.services.terms import due_on
from tests.unit.documents import TODAY, customer, item, order, order_card, owed, read, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def test_new_order_takes_defaults_and_numbers(shop: Shop) -> None:
    buyer = customer(shop, agreed_payment_days=45, agreed_payment_terms="月結 45 天")
    found = order_card(shop, write(shop, orders.create, buyer, [item(quantity=2, price=500)]))
    assert (found.number, found.state, found.ordered_on) == ("S2026-0001", "open", TODAY)
    assert (found.net, found.tax, found.total, found.balance) == (1000, 50, 1050, 1050)
    assert (found.due_on, found.payment_terms) == (TODAY + 45 * DAY, "月結 45 天")
    assert [(line.quantity, line.open) for line in found.lines] == [(2, 2)]
    assert owed(shop, buyer) == 1050


@pytest.mark.parametrize(
    ("ordered", "days", "closing", "due"),
    [
        ("2026-11-21", 30, None, "2026-12-21"),
        ("2026-11-21", 30, 25, "2026-12-25"),
        ("2026-11-25", 0, 25, "2026-11-25"),
        ("2026-11-26", 0, 25, "2026-12-25"),
        ("2026-02-10", 0, 31, "2026-02-28"),
        ("2026-12-31", 0, 31, "2026-12-31"),
        ("2026-12-31", 0, 5, "2027-01-05"),
    ],
)
def test_due_date_follows_days_and_closing_day(ordered: str, days: int, closing: int | None, due: str) -> None:
    assert due_on(dt.date.fromisoformat(ordered), days, closing) == dt.date.fromisoformat(due)


@pytest.mark.parametrize(
    ("lines", "header", "field"),
    [
        ([], {}, "lines"),
        ([item(), item(quantity=0)], {}, "quantity"),
        ([item(), item(quantity="NaN")], {}, "quantity"),
        ([item(price=-5)], {}, "total"),
        ([item(quantity=999_999_999, price=9_999_999_999)], {}, "total"),
        ([item()], {"ordered_on": dt.date(1, 1, 1)}, "ordered_on"),
        ([item()], {"ordered_on": dt.date(9999, 12, 31)}, "ordered_on"),
        ([item()], {"promised_on": dt.date(9999, 12, 31)}, "promised_on"),
        ([item(promised_on=dt.date(1, 1, 1))], {}, "promised_on"),
        ([item()], {"currency": "USD", "rate": Decimal("NaN")}, "rate"),
        ([item()], {"discount_amount": 2000}, "discount_amount"),
    ],
)
def test_what_cannot_be_ordered_names_the_field(
    shop: Shop, lines: list[DraftLine], header: dict[str, object], field: str
) -> None:
    buyer = customer(shop)
    with pytest.raises(UserError) as caught:
        write(shop, orders.create, buyer, lines, OrderHeader(**header))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert owed(shop, buyer) == 0
    assert order_card(shop, order(shop, buyer)).number == "S2026-0001"


def test_deliver_in_parts_never_more_than_open(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a", 5), item("b", "2.5")])
    first, second = (line.id for line in order_card(shop, key).lines)
    write(shop, deliveries.deliver, key, TODAY, {first: Decimal(3), second: Decimal(0)}, "王先生")
    found = order_card(shop, key)
    assert ([line.open for line in found.lines], found.delivery_state) == ([2, Decimal("2.5")], "partial")
    assert [(row.number, row.lines, row.received_by) for row in found.deliveries] == [("D2026-0001", 1, "王先生")]
    for typed in ("2.0001", "-1", "NaN", "0"):
        with pytest.raises(UserError) as caught:
            write(shop, deliveries.deliver, key, TODAY, {first: Decimal(typed)})
        assert caught.value.field == "quantity"
    write(shop, deliveries.deliver, key, TODAY)
    found = order_card(shop, key)
    assert ([line.open for line in found.lines], found.delivery_state, found.state) == ([0, 0], "full", "open")
    with pytest.raises(UserError):
        write(shop, deliveries.deliver, key, TODAY)


def test_cancelled_delivery_opens_its_quantities(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a", 5)])
    delivery = write(shop, deliveries.deliver, key, TODAY)
    write(shop, deliveries.cancel_delivery, delivery)
    found = order_card(shop, key)
    assert (found.lines[0].open, found.delivery_state, found.deliveries[0].is_cancelled) == (5, "none", True)
    with pytest.raises(UserError):
        write(shop, deliveries.cancel_delivery, delivery)


def test_returned_goods_are_delivered_as_they_stand(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a", 5), item("back", -1)])
    write(shop, deliveries.deliver, key, TODAY)
    assert [line.delivered for line in order_card(shop, key).lines] == [5, -1]


def test_acceptance_needs_full_delivery_and_holds_the_delivery(shop: Shop) -> None:
    key = order(shop, customer(shop))
    with pytest.raises(UserError):
        write(shop, deliveries.accept, key, TODAY)
    delivery = write(shop, deliveries.deliver, key, TODAY)
    with pytest.raises(UserError, match="before it was delivered"):
        write(shop, deliveries.accept, key, TODAY - DAY)
    write(shop, deliveries.accept, key, TODAY, "張經理")
    found = order_card(shop, key)
    assert (found.accepted_on, found.accepted_by) == (TODAY, "張經理")
    for refused in (
        lambda: write(shop, deliveries.accept, key, TODAY),
        lambda: write(shop, deliveries.cancel_delivery, delivery),
    ):
        with pytest.raises(UserError):
            refused()
    write(shop, deliveries.cancel_acceptance, key)
    write(shop, deliveries.cancel_delivery, delivery)
    assert (order_card(shop, key).accepted_on, order_card(shop, key).delivery_state) == (None, "none")


def test_closes_when_delivered_and_paid_and_opens_again(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000)
    delivery = write(shop, deliveries.deliver, key, TODAY)
    payment = write(shop, payments.receive, buyer, "cash", 1000, TODAY)
    assert order_card(shop, key).state == "closed"
    with pytest.raises(UserError):
        write(shop, orders.update, key, {"note": "late"})
    write(shop, payments.cancel_payment, payment)
    assert (order_card(shop, key).state, order_card(shop, key).balance) == ("open", 1000)
    write(shop, payments.receive, buyer, "cash", 1000, TODAY)
    assert order_card(shop, key).state == "closed"
    write(shop, deliveries.cancel_delivery, delivery)
    assert order_card(shop, key).state == "open"


def test_an_order_for_nothing_closes_on_delivery(shop: Shop) -> None:
    key = order(shop, customer(shop), 0)
    write(shop, deliveries.deliver, key, TODAY)
    assert order_card(shop, key).state == "closed"


def test_cancel_only_what_was_neither_paid_nor_delivered(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000)
    payment = write(shop, payments.receive, buyer, "cash", 10, TODAY)
    with pytest.raises(UserError, match="paid"):
        write(shop, orders.cancel, key)
    write(shop, payments.release, payment, key)
    delivery = write(shop, deliveries.deliver, key, TODAY)
    with pytest.raises(UserError, match="delivered"):
        write(shop, orders.cancel, key)
    write(shop, deliveries.cancel_delivery, delivery)
    write(shop, orders.cancel, key)
    assert (order_card(shop, key).state, order_card(shop, key).balance, owed(shop, buyer)) == ("cancelled", 0, 0)
    for refused, extra in ((orders.cancel, ()), (deliveries.deliver, (TODAY,)), (deliveries.accept, (TODAY,))):
        with pytest.raises(UserError):
            write(shop, refused, key, *extra)


def test_update_changes_the_head_only(shop: Shop) -> None:
    key = order(shop, customer(shop))
    write(shop, orders.update, key, {"note": "急", "due_on": TODAY})
    assert (order_card(shop, key).note, order_card(shop, key).due_on) == ("急", TODAY)
    with pytest.raises(ValueError):
        write(shop, orders.update, key, {"total": 1})
    with pytest.raises(UserError):
        write(shop, orders.update, key, {"due_on": dt.date(1, 1, 1)})


def test_saving_an_order_needs_few_statements(shop: Shop) -> None:
    """However many lines: settings, terms, number, two inserts and their journal (the bar is 15 ms a save)."""
    buyer = customer(shop)
    counts = []
    for lines in (1, 5, 50):
        statements: list[str] = []
        with shop.database.write("test") as session:
            event.listen(session.connection(), "before_cursor_execute", lambda *args, to=statements: to.append(args[2]))
            orders.create(session, buyer, [item(str(n)) for n in range(lines)])
            session.flush()
            counts.append(len(statements))
    assert max(counts) <= 12


@pytest.mark.parametrize(
    ("product", "waits"),
    [
        ({"warranty_months": 12}, False),
        ({"is_work": True, "warranty_months": 12}, False),
        ({"makes_equipment": True}, True),
    ],
)
def test_equipment_waits_for_acceptance(shop: Shop, product: dict[str, object], waits: bool) -> None:
    sold = write(shop, products.create, {"name": "水泵", **product})
    key = order(shop, customer(shop), lines=[item(), item(product_id=sold)])
    assert not order_card(shop, key).waits_for_acceptance
    write(shop, deliveries.deliver, key, TODAY)
    (row,) = read(shop, order_list.rows_of, [key], TODAY)
    assert (order_card(shop, key).waits_for_acceptance, row.waits_for_acceptance) == (waits, waits)
    write(shop, deliveries.accept, key, TODAY)
    assert not order_card(shop, key).waits_for_acceptance


def test_acceptance_starts_what_is_due_by_it(shop: Shop) -> None:
    buyer = customer(shop, agreed_payment_days=10)
    key = order(shop, buyer)
    with shop.database.write("test") as session:
        for place, trigger in enumerate(("order", "acceptance"), start=1):
            session.add(Instalment(order_id=key, position=place, name=trigger, trigger=trigger, amount=500))
    write(shop, deliveries.deliver, key, TODAY)

    def due() -> tuple[dt.date | None, list[dt.date | None]]:
        with shop.database.read() as session:
            dates = session.scalars(select(Instalment.due_on).order_by(Instalment.position)).all()
            assert check.run(session) == []
            return session.get_one(Order, key).due_on, list(dates)

    assert order_card(shop, key).waits_for_acceptance
    assert due() == (TODAY, [TODAY, None])  # the first part was due with the order
    write(shop, payments.receive, buyer, "cash", 500, TODAY, {key: 500})
    assert due() == (None, [TODAY, None])
    write(shop, deliveries.accept, key, TODAY + DAY)
    assert due() == (TODAY + DAY, [TODAY, TODAY + DAY])
    write(shop, deliveries.cancel_acceptance, key)
    assert due() == (None, [TODAY, None])
    assert order_card(shop, key).waits_for_acceptance


def test_list_filters_sorts_searches_and_counts(shop: Shop) -> None:
    first, second = customer(shop, "宏益建設"), customer(shop, "青田咖啡館")
    tower = write(shop, products.create, {"code": "CT", "name": "冷卻塔", "makes_equipment": True})
    late = order(
        shop, first, lines=[item("冷卻塔", price=300, product_id=tower)], due_on=TODAY - 12 * DAY,
        project_name="B 棟冷卻塔",
    )  # fmt: skip
    paid = order(shop, second, 200, lines=[item("a", price=100), item("b", price=100)])
    done = order(shop, second, 100)
    gone = order(shop, second, 999)
    write(shop, payments.receive, second, "cash", 300, TODAY, {paid: 200, done: 100})
    write(shop, deliveries.deliver, done, TODAY)
    write(shop, deliveries.deliver, late, TODAY)
    write(shop, deliveries.deliver, paid, TODAY, {order_card(shop, paid).lines[0].id: Decimal(1)})
    write(shop, orders.cancel, gone)

    def found(**query: object) -> list[object]:
        rows = read(shop, order_list.window, OrderQuery(TODAY, **query), 0, 50)  # type: ignore[arg-type]
        assert len(rows) == read(shop, order_list.count, OrderQuery(TODAY, **query))  # type: ignore[arg-type]
        return [row.id for row in rows]

    assert found() == [paid, late]
    assert found(filter="all") == [gone, done, paid, late]
    assert found(filter="to_deliver") == [paid]
    assert found(filter="to_accept") == [late]
    assert found(filter="unpaid") == [late]
    assert found(filter="overdue") == [late]
    assert found(filter="all", sort="total") == [done, paid, late, gone]
    assert found(filter="all", sort="number", descending=True) == [gone, done, paid, late]
    assert found(filter="all", sort="due")[0] == late
    assert set(found(filter="all", sort="customer", language="zh_CN")) == {late, paid, done, gone}
    assert found(filter="all", text="冷卻塔 棟") == [late]
    assert found(filter="all", text="qtkfg", customer_id=first) == []
    assert found(text="青田") == [paid]
    counts = read(shop, order_list.counts, TODAY)
    assert counts == {"open": 2, "to_deliver": 1, "to_accept": 1, "unpaid": 1, "overdue": 1, "to_invoice": 3}
    rows = {row.id: row for row in read(shop, order_list.window, OrderQuery(TODAY, "all"), 0, 50)}
    assert [(rows[key].lines_delivered, rows[key].lines) for key in (late, paid, done)] == [(1, 1), (1, 2), (1, 1)]
    assert [rows[key].payment for key in (late, paid, done, gone)] == ["overdue", "settled", "settled", "cancelled"]
    assert (rows[late].days_overdue, rows[late].balance, rows[gone].balance) == (12, 300, 0)
