"""The derived tables are always what a rebuild would give, whatever is edited and however days go by."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from desktop_crm.core.dates import add_months, clock
from desktop_crm.core.errors import UserError
from desktop_crm.models import CustomerFigures, Order
from desktop_crm.services import (
    check,
    customer_list,
    customers,
    deliveries,
    figures,
    followups,
    interactions,
    orders,
    payments,
    shops,
)
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.shops import Shop
from desktop_crm.store.journal import batch_of
from tests.unit.documents import customer, item, order, read, write

REUSED = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


class NotWanted(Exception):
    """Ends a session whose work is not kept."""


@contextmanager
def scratch(shop: Shop) -> Iterator[Session]:
    """A write session that leaves the shop as it was, for the next example."""
    with suppress(NotWanted), shop.database.write("test") as session:
        yield session
        raise NotWanted
    clock.freeze(None)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4), dt.UTC)  # 12:00 in Taipei


def wrong(session: Session) -> list[str]:
    return [*check._figures(session), *check._months(session)]


# -- edits -----------------------------------------------------------------------------------------


def edit(session: Session, dice: random.Random, keys: list[uuid.UUID], today: dt.date) -> None:
    """One random thing that moves a figure."""
    key = dice.choice(keys)
    open_orders = [row for row in session.scalars(select(Order).order_by(Order.id)) if row.state == "open"]
    day = today - dt.timedelta(days=dice.randrange(800))
    steps: list[Callable[[], object]] = [
        lambda: orders.create(session, key, [item(price=dice.randrange(1, 9999))], OrderHeader(ordered_on=day)),
        lambda: payments.receive(session, key, "cash", dice.randrange(1, 9999), day),
        lambda: followups.plan(session, key, "回電", today + dt.timedelta(days=dice.randrange(90))),
        lambda: interactions.record(session, key, "call", "談過", happened_at=noon(day)),
        lambda: customers.update(session, key, CustomerForm({"name": dice.choice(["永昌", "大同", "ACME"])})),
        lambda: dice.choice([customers.archive, customers.restore])(session, key),
    ]
    if open_orders:
        chosen = dice.choice(open_orders)
        steps += [
            lambda: orders.cancel(session, chosen.id),
            lambda: orders.update(session, chosen.id, {"due_on": day}),
            lambda: deliveries.deliver(session, chosen.id, today),
        ]
    with suppress(UserError):  # not everything is allowed in every state
        dice.choice(steps)()


@given(seed=st.integers(0, 2**32), count=st.integers(1, 15))
@settings(max_examples=15, suppress_health_check=REUSED)
def test_any_edits_leave_the_figures_as_a_rebuild_would(shop: Shop, seed: int, count: int) -> None:
    dice, today = random.Random(seed), clock.today()
    with scratch(shop) as session:
        keys = [customers.create(session, CustomerForm({"name": name})) for name in ("宏益", "永昌")]
        for _ in range(count):
            edit(session, dice, keys, today)
            session.flush()
            shops.keep_derived(session)
            batch_of(session).customers.clear()  # so that each step must name its own customers
            assert wrong(session) == []


# -- days going by ---------------------------------------------------------------------------------

EDGES = [0, 1, 14, 28, 29, 89, 90, 91, 180, 181, 364, 365, 366, 367, 729, 730, 731, 732]
# days on which the months and years of a window are of odd length
STARTS = [dt.date(2024, 2, 27), dt.date(2024, 2, 29), dt.date(2025, 2, 27), dt.date(2026, 2, 28), dt.date(2027, 12, 30)]
days_before = st.one_of(st.sampled_from(EDGES), st.integers(-40, 800))


@given(
    start=st.one_of(st.sampled_from(STARTS), st.dates(dt.date(2023, 1, 1), dt.date(2030, 12, 31))),
    ordered=st.lists(st.tuples(days_before, st.integers(0, 40)), max_size=14),
    heard=st.lists(days_before, max_size=2),
    steps=st.lists(st.sampled_from([1, 1, 1, 2, 30, 90, 366, 400, -3]), min_size=1, max_size=4),
)
@example(start=dt.date(2024, 2, 28), ordered=[(729 - n * 30, 0) for n in range(13)], heard=[], steps=[1, 1, 1])
@settings(max_examples=40, suppress_health_check=REUSED)
def test_days_going_by_leave_the_figures_as_a_rebuild_would(
    shop: Shop, start: dt.date, ordered: list[tuple[int, int]], heard: list[int], steps: list[int]
) -> None:
    with scratch(shop) as session:
        clock.freeze(noon(start))
        key = customers.create(session, CustomerForm({"name": "宏益"}))
        for before, due in ordered:
            day = start - dt.timedelta(days=before)
            header = OrderHeader(ordered_on=day, due_on=day + dt.timedelta(days=due))
            orders.create(session, key, [item()], header)
        for before in heard:
            moment = noon(start - dt.timedelta(days=before))
            interactions.record(session, key, "call", "談過", happened_at=moment)
        session.flush()
        figures.rebuild(session)
        today = start
        for step in steps:
            today += dt.timedelta(days=step)
            clock.freeze(noon(today))
            figures.refresh_moved(session)
            assert wrong(session) == [], today


def test_a_customer_becomes_close_after_730_days_though_two_years_have_731(
    shop: Shop, clock_at: Callable[[str], object]
) -> None:
    clock_at("2025-03-07 09:00")
    key = customer(shop)
    for day in [dt.date(2023, 3, 10), *(add_months(dt.date(2023, 4, 25), number) for number in range(23))]:
        order(shop, key, ordered_on=day)
    stages = []
    for day in (7, 8, 9):
        clock_at(f"2025-03-{day:02} 09:00")
        write(shop, shops.catch_up)
        assert read(shop, check.run) == []
        with shop.database.read() as session:
            stages.append(session.scalars(select(CustomerFigures.stage)).one())
    assert stages == ["steady", "steady", "committed"]


@pytest.mark.parametrize(("days", "quiet"), [(89, False), (90, False), (91, True)])
def test_no_contact_for_90_days_is_quiet_from_the_91st(shop: Shop, days: int, quiet: bool) -> None:
    key = customer(shop)
    order(shop, key, 100, ordered_on=clock.today() - dt.timedelta(days=days))
    with shop.database.read() as session:
        assert session.scalar(select(CustomerFigures.quiet).where(CustomerFigures.customer_id == key)) is quiet


def test_a_talk_before_eight_in_the_morning_counts_for_that_day(
    shop: Shop, clock_at: Callable[[str], dt.datetime]
) -> None:
    moment = clock_at("2026-11-21 07:30")  # in UTC it is still the 20th
    key = customer(shop)
    write(shop, interactions.record, key, "call", "談過", happened_at=moment)
    with shop.database.read() as session:
        assert session.scalars(select(CustomerFigures.last_contact_on)).one() == dt.date(2026, 11, 21)


def test_a_shop_that_was_not_opened_for_days_is_sound_when_only_read(
    shop: Shop, clock_at: Callable[[str], object]
) -> None:
    clock_at("2026-11-21 09:00")
    write(shop, shops.catch_up)
    key = customer(shop)
    order(shop, key, ordered_on=dt.date(2026, 11, 1), due_on=dt.date(2026, 11, 25))
    clock_at("2026-12-24 09:00")
    customer(shop, "saved after midnight, before the figures of the others were moved on")
    assert read(shop, check.run) == []
    write(shop, shops.catch_up)
    assert read(shop, check.run) == []
    with shop.database.read() as session:
        assert session.scalar(select(CustomerFigures.overdue).where(CustomerFigures.customer_id == key))


# -- check finds what is wrong ---------------------------------------------------------------------

SPOILT = [
    ("UPDATE customer_figures SET revenue_12m = revenue_12m + 1", "customer_figures: .* has revenue_12m"),
    ("UPDATE customer_month SET orders = 7", "customer_month: .* has orders 7"),
    ("DELETE FROM customer_month", "customer_month: 1 rows are missing"),
    ("DELETE FROM customer_figures", "customer_figures: 1 rows are missing"),
    ("UPDATE customer_order SET total = total + 1, home_total = home_total + 1", "totals: order"),
    ("UPDATE customer_order SET paid = 5", "payments: order .* counts 5 as paid"),
    ("UPDATE customer_order SET invoiced = 5", "invoices: order .* counts 5 as invoiced, its records come to 0"),
    ("DELETE FROM search_text", "search: "),
    ("DELETE FROM journal WHERE sequence = 3", "journal: device 1 has"),
    ("PRAGMA foreign_keys = OFF; UPDATE customer SET owner_id = zeroblob(16)", "foreign key: customer"),
]


@pytest.mark.parametrize(("statements", "finding"), SPOILT)
def test_check_tells_what_is_wrong(shop: Shop, statements: str, finding: str) -> None:
    order(shop, customer(shop))
    path = shop.database.path
    shop.close()
    with dbapi2.connect(str(path)) as connection:
        for statement in statements.split(";"):
            connection.execute(statement)
    connection.close()
    spoilt = shops.open_shop(path, writable=False)
    findings = read(spoilt, check.run)
    spoilt.close()
    assert any(re.search(finding, line) for line in findings), findings


def test_a_list_filter_agrees_with_the_figures(shop: Shop) -> None:
    key = customer(shop)
    order(shop, key, ordered_on=clock.today() - dt.timedelta(days=60), due_on=clock.today() - dt.timedelta(days=30))
    with shop.database.read() as session:
        rows = customer_list.window(session, customer_list.CustomerQuery(filter="overdue"), 0, 10)
        assert [row.id for row in rows] == [key]
        assert session.execute(text("SELECT overdue FROM customer_figures")).scalar_one() == 1000
