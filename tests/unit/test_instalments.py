"""The payment plan of an order: set, due when things happen, and what that means for receivables."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.models import CustomerFigures, Instalment, Order
from desktop_crm.services import (
    check,
    deliveries,
    figures,
    history,
    instalments,
    order_list,
    orders,
    payments,
    quotations,
    receivables,
    trade,
)
from desktop_crm.services.order_list import OrderQuery
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.receivables import BUCKETS
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, issued, item, order, order_card, owed, read, write

DAY = dt.timedelta(days=1)
THIRDS = (
    PlanPart("訂金", "order", Decimal(30)),
    PlanPart("出貨", "delivery", Decimal(40)),
    PlanPart("驗收", "acceptance", Decimal(30)),
)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def plan(shop: Shop, key: uuid.UUID) -> list[tuple[int, dt.date | None]]:
    rows = read(shop, instalments.of_order, key, order_card(shop, key).payments)
    return [(row.amount, row.due_on) for row in rows]


def ages(shop: Shop) -> tuple[int, ...]:
    """What is owed by age; asked in both ways, and the figures of the customers must agree."""
    found = read(shop, receivables.aged, TODAY)
    items = read(shop, receivables.open_items)
    assert found == receivables.ageing(items, TODAY)
    assert read(shop, check.run) == []
    for number, name in enumerate(BUCKETS):
        listed = {row.id for row in read(shop, order_list.window, OrderQuery(TODAY, "unpaid", bucket=name), 0, 50)}
        assert listed == {one.order_id for one in items if receivables.bucket(one.days_overdue(TODAY)) == number}
    return found.buckets()


def test_parts_fall_due_as_things_happen(shop: Shop) -> None:
    key = order(shop, customer(shop), 1001)
    write(shop, instalments.set_plan, key, THIRDS)
    assert plan(shop, key) == [(300, TODAY), (401, None), (300, None)]
    assert order_card(shop, key).due_on == TODAY
    write(shop, payments.receive, order_card(shop, key).customer_id, "cash", 300, TODAY, {key: 300})
    assert order_card(shop, key).due_on is None, "the deposit is paid, the rest waits"
    write(shop, deliveries.deliver, key, TODAY + DAY)
    assert plan(shop, key)[1:] == [(401, TODAY + DAY), (300, None)]
    assert order_card(shop, key).due_on == TODAY + DAY
    write(shop, deliveries.accept, key, TODAY + 3 * DAY)
    assert plan(shop, key)[2] == (300, TODAY + 3 * DAY)
    write(shop, deliveries.cancel_acceptance, key)
    assert plan(shop, key)[2] == (300, None)
    write(shop, payments.receive, order_card(shop, key).customer_id, "cash", 701, TODAY, {key: 701})
    assert order_card(shop, key).state == "closed"


def test_a_part_waits_for_the_delivery_that_completes_the_order(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item("a", 2), item("b", 3)])
    write(shop, instalments.set_plan, key, [replace(THIRDS[1], percent=Decimal(100), days=30)])
    line = order_card(shop, key).lines[0]
    write(shop, deliveries.deliver, key, TODAY, {line.id: Decimal(1)})
    assert plan(shop, key) == [(5000, None)]
    rest = write(shop, deliveries.deliver, key, TODAY + 5 * DAY)
    assert plan(shop, key) == [(5000, TODAY + 35 * DAY)]
    write(shop, deliveries.cancel_delivery, rest)
    assert plan(shop, key) == [(5000, None)]
    assert order_card(shop, key).due_on is None


def test_terms_and_days_of_their_own(shop: Shop) -> None:
    buyer = customer(shop, agreed_payment_days=30, closing_day=25)
    key = order(shop, buyer, 100)
    day = dt.date(2027, 3, 1)
    write(
        shop, instalments.set_plan, key,
        [PlanPart("月結", "terms", Decimal(50)), PlanPart("餘款", "date", Decimal(50), due_on=day)],
    )  # fmt: skip
    assert plan(shop, key) == [(50, dt.date(2026, 11, 25) + 30 * DAY), (50, day)]


def test_only_the_part_that_is_late_is_overdue(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000, ordered_on=TODAY - 40 * DAY)
    write(shop, instalments.set_plan, key, THIRDS)
    assert ages(shop) == (700, 0, 300, 0, 0)
    write(shop, deliveries.deliver, key, TODAY - 5 * DAY)
    assert ages(shop) == (300, 400, 300, 0, 0)
    with shop.database.read() as session:
        known = session.get_one(CustomerFigures, buyer)
        assert (known.receivable, known.overdue, known.oldest_due_on) == (1000, 700, TODAY - 40 * DAY)
    write(shop, payments.receive, buyer, "cash", 350, TODAY)
    assert ages(shop) == (300, 350, 0, 0, 0)
    assert order_card(shop, key).due_on == TODAY - 5 * DAY


def test_money_goes_to_what_is_due_first_across_orders(shop: Shop) -> None:
    buyer = customer(shop)
    planned = order(shop, buyer, 1000)
    write(shop, instalments.set_plan, planned, THIRDS)
    plain = order(shop, buyer, 500, due_on=TODAY + 10 * DAY)
    items = read(shop, receivables.open_items, [buyer])
    assert receivables.propose(items, 900, "TWD") == {planned: 400, plain: 500}
    assert receivables.propose(items, 900, "TWD", plain) == {plain: 500, planned: 400}
    write(shop, payments.receive, buyer, "cash", 900, TODAY)
    assert (order_card(shop, planned).balance, order_card(shop, plain).balance) == (600, 0)


def test_figures_follow_the_day_on_which_a_part_becomes_late(
    shop: Shop, clock_at: Callable[[str], dt.datetime]
) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000, ordered_on=TODAY - 9 * DAY)
    late = PlanPart("二", "date", Decimal(50), due_on=TODAY + 2 * DAY)
    write(shop, instalments.set_plan, key, [PlanPart("一", "order", Decimal(50)), late])
    clock_at("2026-11-24 09:00")
    write(shop, figures.refresh_moved)
    with shop.database.read() as session:
        assert session.get_one(CustomerFigures, buyer).overdue == 1000


def test_a_plan_is_replaced_and_taken_away(shop: Shop) -> None:
    key = order(shop, customer(shop, agreed_payment_days=7), 1000)
    write(shop, instalments.set_plan, key, THIRDS)
    write(shop, instalments.set_plan, key, [PlanPart("全額", "delivery", Decimal(100))])
    assert plan(shop, key) == [(1000, None)]
    write(shop, instalments.set_plan, key, [])
    assert plan(shop, key) == []
    assert order_card(shop, key).due_on == TODAY + 7 * DAY
    assert ages(shop) == (1000, 0, 0, 0, 0)


def test_a_plan_that_does_not_fit_and_a_closed_order_are_refused(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000)
    with pytest.raises(UserError):
        write(shop, instalments.set_plan, key, THIRDS[:2])
    assert plan(shop, key) == []
    write(shop, orders.cancel, key)
    with pytest.raises(UserError):
        write(shop, instalments.set_plan, key, THIRDS)


def test_shares_follow_another_total_and_a_plan_that_fits_no_more_is_told(shop: Shop) -> None:
    shares, fixed = order(shop, customer(shop), 1000), order(shop, customer(shop), 1000)
    write(shop, instalments.set_plan, shares, THIRDS)
    write(shop, instalments.set_plan, fixed, [PlanPart("a", amount=400), PlanPart("b", "delivery", amount=600)])

    def cheaper(session: Session) -> None:
        for key in (shares, fixed):
            one = session.get_one(Order, key)
            one.total, one.home_total, one.subtotal, one.net = 901, 901, 901, 901
            instalments.follow(session, one)

    write(shop, cheaper)
    assert [amount for amount, _ in plan(shop, shares)] == [270, 361, 270]
    assert [amount for amount, _ in plan(shop, fixed)] == [400, 600]
    rows = {key: read(shop, instalments.of_order, key, ()) for key in (shares, fixed)}
    assert [instalments.fits(rows[key], 901) for key in (shares, fixed)] == [True, False]
    assert sum(one.balance for one in read(shop, receivables.open_items)) == 1802


def test_a_changed_plan_is_undone_whole(shop: Shop) -> None:
    key = order(shop, customer(shop, agreed_payment_days=7), 1000)
    write(shop, instalments.set_plan, key, THIRDS)
    before = (plan(shop, key), order_card(shop, key).due_on)
    changed = shop.database.run(instalments.set_plan, key, [PlanPart("全額", "delivery", Decimal(100))])
    assert plan(shop, key) == [(1000, None)]
    write(shop, history.undo, changed.changed.batch_id)
    assert (plan(shop, key), order_card(shop, key).due_on) == before
    assert read(shop, check.run) == []


def test_orders_take_the_plan_of_their_terms_or_of_the_shop(shop: Shop) -> None:
    buyer = customer(shop)
    spelled = order(shop, buyer, 1000, payment_terms="訂金 50%，驗收 50%")
    plain = order(shop, buyer, 1000)
    write(shop, trade.change, {"payment_plan": "thirds"})
    usual = order(shop, buyer, 1000)
    nothing = write(shop, orders.create, buyer, [item()], None, [])
    parts = {key: [amount for amount, _ in plan(shop, key)] for key in (spelled, plain, usual)}
    assert parts == {spelled: [500, 500], plain: [], usual: [300, 400, 300]}
    assert plan(shop, nothing) == []
    with pytest.raises(ValueError, match="plan"):
        write(shop, trade.change, {"payment_plan": "fifths"})


def test_an_accepted_quotation_brings_the_plan_of_its_terms(shop: Shop) -> None:
    quotation = issued(shop, customer(shop), [item(price=1000)], payment_terms="訂金 40%，出貨 60%", tax_mode="untaxed")
    key = write(shop, quotations.accept, quotation, 1, TODAY)
    assert plan(shop, key) == [(400, TODAY), (600, None)]


def test_payments_of_a_part_that_goes_away_stay_with_the_order(sample_shop: Shop) -> None:
    with sample_shop.database.read() as session:
        noted = select(Order.id).join(Instalment, Instalment.order_id == Order.id)
        key = session.scalars(noted.where(Order.paid > 0, Order.state == "open")).first()
    assert key is not None
    before = order_card(sample_shop, key).paid
    write(sample_shop, instalments.set_plan, key, [])
    assert order_card(sample_shop, key).paid == before
    assert read(sample_shop, check.run) == []


def test_sample_orders_are_due_as_their_plans_say(sample_shop: Shop) -> None:
    """The generator and ``follow`` know one rule."""
    with sample_shop.database.read() as session:
        planned = session.scalars(select(Order).where(Order.id.in_(select(Instalment.order_id)))).all()
        for one in planned:
            if one.paid < one.total:
                parts = session.execute(
                    select(Instalment.amount, Instalment.due_on)
                    .where(Instalment.order_id == one.id)
                    .order_by(Instalment.position)
                ).all()
                days = [
                    due
                    for _, due in instalments.open_of([(part[0], part[1], 0) for part in parts], one.total, one.paid)
                ]
                assert one.due_on == min((day for day in days if day), default=None), one.number
        assert len(planned) > 5


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.none(), st.integers(0, 10**9)), min_size=1, max_size=8),
    st.integers(1, 10**10),
    st.data(),
)
def test_open_parts_always_come_to_what_is_owed(
    parts: list[tuple[int, None, int]], total: int, data: st.DataObject
) -> None:
    meant = sum(part[2] for part in parts)
    paid = data.draw(st.integers(min(meant, total), total))
    found = instalments.open_of(parts, total, paid)
    assert sum(left for left, _ in found) == total - paid
    assert all(left > 0 for left, _ in found)


def paid_of(shop: Shop, key: uuid.UUID) -> list[tuple[int, str]]:
    """What of each part is paid, and the payment that filled it."""
    rows = read(shop, instalments.of_order, key, order_card(shop, key).payments)
    return [(row.paid, row.payment.number if row.payment else "") for row in rows]


def test_money_counts_for_the_part_it_was_meant_for(shop: Shop) -> None:
    """The rest of it, and all other money, goes to the earliest part."""
    buyer = customer(shop)
    key = order(shop, buyer, 1000, ordered_on=TODAY - 5 * DAY)
    write(shop, instalments.set_plan, key, THIRDS)
    write(shop, deliveries.deliver, key, TODAY - DAY)
    _deposit, delivered, accepted = (row.id for row in read(shop, instalments.of_order, key, ()))
    first = write(shop, payments.receive, buyer, "cash", 350, TODAY, {key: 350}, part=accepted)
    assert paid_of(shop, key) == [(50, ""), (0, ""), (300, "R2026-0001")]
    assert ages(shop) == (0, 650, 0, 0, 0)
    assert order_card(shop, key).due_on == TODAY - 5 * DAY
    write(shop, payments.receive, buyer, "cash", 250, TODAY, {key: 250})
    assert paid_of(shop, key) == [(300, "R2026-0002"), (0, ""), (300, "R2026-0001")]
    assert order_card(shop, key).due_on == TODAY - DAY
    write(shop, payments.receive, buyer, "cash", 100, TODAY, {key: 100}, part=delivered)
    assert paid_of(shop, key)[1] == (100, "")
    write(shop, payments.release, first, key)
    assert paid_of(shop, key) == [(250, ""), (100, ""), (0, "")]
    assert ages(shop) == (300, 350, 0, 0, 0)
    assert read(shop, check.run) == []


def test_another_part_in_its_place_does_not_take_the_money(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000)
    write(shop, instalments.set_plan, key, THIRDS)
    last = read(shop, instalments.of_order, key, ())[2].id
    write(shop, payments.receive, buyer, "cash", 300, TODAY, {key: 300}, part=last)
    other = (THIRDS[0], replace(THIRDS[2], percent=Decimal(40)), replace(THIRDS[1], percent=Decimal(30)))
    write(shop, instalments.set_plan, key, other)
    assert [paid for paid, _ in paid_of(shop, key)] == [300, 0, 0]


def test_money_of_another_order_is_for_none_of_its_parts(shop: Shop) -> None:
    buyer = customer(shop)
    key, plain = order(shop, buyer, 1000), order(shop, buyer, 500)
    write(shop, instalments.set_plan, key, THIRDS)
    last = read(shop, instalments.of_order, key, ())[2].id
    write(shop, payments.receive, buyer, "cash", 500, TODAY, {plain: 500}, part=last)
    assert [paid for paid, _ in paid_of(shop, key)] == [0, 0, 0]
    with pytest.raises(UserError):
        write(shop, payments.receive, buyer, "cash", 5, TODAY, {key: 5}, part=plain)


def test_nothing_is_owed_twice(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000, currency="USD", rate=Decimal("31.7"))
    whole = owed(shop, buyer)
    write(shop, instalments.set_plan, key, THIRDS)
    assert owed(shop, buyer) == whole
    assert sum(ages(shop)) == whole
