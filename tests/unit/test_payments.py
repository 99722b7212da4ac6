"""Payments: allocation, deposits, taking back, cheques."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from desktop_crm.core.errors import UserError
from desktop_crm.models import Cheque, Order, PaymentAllocation
from desktop_crm.models.payment import TRANSITIONS, ChequeState
from desktop_crm.services import deliveries, orders, payment_list, payments
from desktop_crm.services.payments import ChequeDetails
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, order, order_card, owed, read, write

DAY = dt.timedelta(days=1)
CHEQUE = ChequeDetails("AB1234567", TODAY + 30 * DAY, "第一銀行", "123")


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def free(shop: Shop, buyer: uuid.UUID) -> int:
    """The deposits of a customer."""
    return sum(row.free for row in read(shop, payment_list.deposits, buyer))


def test_the_oldest_due_is_paid_first_and_the_rest_is_a_deposit(shop: Shop) -> None:
    buyer = customer(shop)
    late, later = order(shop, buyer, 300, due_on=TODAY + DAY), order(shop, buyer, 500, due_on=TODAY - DAY)
    write(shop, payments.receive, buyer, "transfer", 600, TODAY)
    assert [order_card(shop, key).balance for key in (late, later)] == [200, 0]
    second = write(shop, payments.receive, buyer, "cash", 250, TODAY)
    assert (owed(shop, buyer), free(shop, buyer)) == (0, 50)
    third = order(shop, buyer, 40)
    assert order_card(shop, third).balance == 40
    write(shop, payments.allocate, second, {third: 30})
    write(shop, payments.allocate, second)
    assert (order_card(shop, third).balance, free(shop, buyer)) == (0, 10)
    rows = read(shop, payment_list.of_order, third)
    assert [(row.number, row.share, row.free) for row in rows] == [("R2026-0002", 40, 10)]


def test_named_allocations_are_kept(shop: Shop) -> None:
    buyer = customer(shop)
    first, second = order(shop, buyer, 300), order(shop, buyer, 500)
    write(shop, payments.receive, buyer, "cash", 400, TODAY, {second: 400})
    write(shop, payments.receive, buyer, "cash", 100, TODAY, {})
    assert [order_card(shop, key).balance for key in (first, second)] == [300, 100]
    assert free(shop, buyer) == 100


def test_what_cannot_be_received_names_the_field(shop: Shop) -> None:
    buyer = customer(shop)
    for amount in (0, -5, 10**15):
        with pytest.raises(UserError) as caught:
            write(shop, payments.receive, buyer, "cash", amount, TODAY)
        assert caught.value.field == "amount"
    for method, day, cheque, field in (
        ("barter", TODAY, None, "method"),
        ("cash", dt.date(1, 1, 1), None, "received_on"),
        ("cash", dt.date(9999, 12, 31), None, "received_on"),
        ("cash", TODAY, CHEQUE, "cheque_number"),
        ("cheque", TODAY, None, "cheque_number"),
        ("cheque", TODAY, ChequeDetails(" ", TODAY), "cheque_number"),
        ("cheque", TODAY, ChequeDetails("1", dt.date(9999, 1, 1)), "maturity_on"),
    ):
        with pytest.raises(UserError) as caught:
            write(shop, payments.receive, buyer, method, 5, day, cheque=cheque)
        assert caught.value.field == field
    assert read(shop, payment_list.of_customer, buyer) == []


def test_nothing_is_allocated_beyond_order_payment_or_customer(shop: Shop) -> None:
    buyer, other = customer(shop), customer(shop, "青田咖啡館")
    mine, foreign, dollars = order(shop, buyer, 100), order(shop, other, 100), order(shop, buyer, 100, currency="USD")
    closed = order(shop, buyer, 100)
    write(shop, orders.cancel, closed)
    for allocations in (
        {mine: 101},
        {mine: 0},
        {mine: -1},
        {foreign: 1},
        {dollars: 1},
        {closed: 1},
        {mine: 100, foreign: 1},
    ):
        with pytest.raises(UserError):
            write(shop, payments.receive, buyer, "cash", 500, TODAY, allocations)
    with pytest.raises(UserError):
        write(shop, payments.receive, buyer, "cash", 50, TODAY, {mine: 51})
    assert (order_card(shop, mine).paid, owed(shop, other)) == (0, 100)


def test_a_payment_in_another_currency_settles_only_its_own(shop: Shop) -> None:
    buyer = customer(shop)
    home, dollars = order(shop, buyer, 100), order(shop, buyer, 100, currency="USD", rate=Decimal(30))
    assert owed(shop, buyer) == 100 + 3000
    write(shop, payments.receive, buyer, "transfer", 2500, TODAY, currency="USD", rate=Decimal(31))
    assert (order_card(shop, home).paid, order_card(shop, dollars).paid) == (0, 2500)
    assert owed(shop, buyer) == 100 + 2250


def test_cancelling_gives_the_balance_back(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 100)
    payment = write(shop, payments.receive, buyer, "cash", 150, TODAY)
    write(shop, payments.cancel_payment, payment)
    assert (owed(shop, buyer), free(shop, buyer), order_card(shop, key).payments) == (100, 0, ())
    assert [row.is_cancelled for row in read(shop, payment_list.of_customer, buyer)] == [True]
    for refused in (payments.cancel_payment, payments.allocate):
        with pytest.raises(UserError):
            write(shop, refused, payment)


def test_released_money_stays_as_a_deposit(shop: Shop) -> None:
    buyer = customer(shop)
    first, second = order(shop, buyer, 100), order(shop, buyer, 100)
    payment = write(shop, payments.receive, buyer, "cash", 200, TODAY)
    write(shop, payments.release, payment, first)
    assert [order_card(shop, key).balance for key in (first, second)] == [100, 0]
    assert free(shop, buyer) == 100


def test_a_bounced_cheque_settles_nothing(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 100)
    payment = write(shop, payments.receive, buyer, "cheque", 130, TODAY, cheque=CHEQUE)
    write(shop, deliveries.deliver, key, TODAY)
    assert (order_card(shop, key).state, free(shop, buyer)) == ("closed", 30)
    assert [(row.number, row.state) for row in read(shop, payment_list.cheques)] == [("AB1234567", "received")]
    write(shop, payments.set_cheque_state, payment, "bounced")
    assert (order_card(shop, key).state, owed(shop, buyer), free(shop, buyer)) == ("open", 100, 0)
    with pytest.raises(UserError):
        write(shop, payments.allocate, payment)
    write(shop, payments.set_cheque_state, payment, "deposited")
    assert free(shop, buyer) == 130
    write(shop, payments.allocate, payment)
    assert (order_card(shop, key).state, free(shop, buyer)) == ("closed", 30)


@pytest.mark.parametrize(("state", "target"), list(product(ChequeState, ChequeState)))
def test_cheques_move_only_along_the_arrows(shop: Shop, state: str, target: str) -> None:
    payment = write(shop, payments.receive, customer(shop), "cheque", 5, TODAY, cheque=CHEQUE)
    with shop.database.write("test") as session:
        session.scalars(select(Cheque)).one().state = state
    if target in TRANSITIONS[state]:
        write(shop, payments.set_cheque_state, payment, target)
    else:
        with pytest.raises(UserError):
            write(shop, payments.set_cheque_state, payment, target)
        target = state
    assert [row.state for row in read(shop, payment_list.cheques, tuple(ChequeState))] == [target]


def test_only_cheques_have_cheque_states(shop: Shop) -> None:
    payment = write(shop, payments.receive, customer(shop), "cash", 5, TODAY)
    with pytest.raises(UserError):
        write(shop, payments.set_cheque_state, payment, "cleared")


STEPS = st.lists(
    st.tuples(st.sampled_from(["receive", "cancel", "release", "allocate"]), st.integers(1, 900), st.integers(0, 9)),
    min_size=3,
    max_size=9,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(totals=st.lists(st.integers(0, 500), min_size=1, max_size=3), steps=STEPS)
def test_allocations_never_exceed(shop: Shop, totals: list[int], steps: list[tuple[str, int, int]]) -> None:
    """After any steps: paid is the sum of allocations, no order is overpaid, no payment overused, no money is lost."""
    buyer = customer(shop)
    keys = [order(shop, buyer, total) for total in totals]
    received: list[uuid.UUID] = []
    for verb, amount, which in steps:
        try:
            if verb == "receive" or not received:
                received.append(write(shop, payments.receive, buyer, "cash", amount, TODAY))
            elif verb == "cancel":
                write(shop, payments.cancel_payment, received[which % len(received)])
            elif verb == "release":
                write(shop, payments.release, received[which % len(received)], keys[which % len(keys)])
            else:
                write(shop, payments.allocate, received[which % len(received)], {keys[which % len(keys)]: amount})
        except UserError:
            continue
    rows = read(shop, payment_list.of_customer, buyer)
    money = sum(row.amount for row in rows if not row.is_cancelled)
    with shop.database.read() as session:
        shares = session.execute(
            select(PaymentAllocation.order_id, func.sum(PaymentAllocation.amount)).group_by(PaymentAllocation.order_id)
        )
        by_order = dict(list(shares))  # type: ignore[arg-type]
        paid = {key: session.get_one(Order, key).paid for key in keys}
    assert paid == {key: by_order.get(key, 0) for key in keys}
    assert all(0 <= paid[key] <= total for key, total in zip(keys, totals, strict=True))
    assert all(row.free >= 0 for row in rows)
    assert sum(paid.values()) + free(shop, buyer) == money
    assert owed(shop, buyer) == sum(totals) - sum(paid.values())
