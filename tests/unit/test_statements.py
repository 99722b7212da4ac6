"""Statements of account agree with the receivables to the dollar; delivery notes say what was handed over."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import translator
from desktop_crm.models import Order
from desktop_crm.reports import delivery_note_pdf, statement_pdf
from desktop_crm.services import (
    deliveries,
    delivery_notes,
    instalments,
    orders,
    payment_list,
    payments,
    receivables,
    statements,
)
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.shops import Shop
from desktop_crm.services.statements import Statement
from tests.unit.documents import TODAY, customer, item, order, order_card, read, write

DAY = dt.timedelta(days=1)
MONTH = dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def statement(shop: Shop, buyer: uuid.UUID, since: dt.date = MONTH, until: dt.date = TODAY) -> Statement:
    (found,) = read(shop, statements.of_customer, buyer, since, until)
    return found


def words(content: bytes) -> list[str]:
    """The text of each page without blanks."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_orders_and_payments_of_a_period(shop: Shop) -> None:
    buyer = customer(shop)
    old = order(shop, buyer, 1000, ordered_on=dt.date(2026, 10, 5), project_name="舊案")
    write(shop, payments.receive, buyer, "cash", 300, dt.date(2026, 10, 20), {old: 300})
    new = order(shop, buyer, 500, ordered_on=dt.date(2026, 11, 3), project_name="新案")
    write(shop, payments.receive, buyer, "transfer", 900, dt.date(2026, 11, 10), {old: 700, new: 150})
    write(shop, orders.cancel, order(shop, buyer, 77))
    found = statement(shop, buyer)
    assert (found.opening, found.charged, found.credited, found.closing, found.deposit) == (700, 500, 850, 350, 50)
    assert [(row.on.day, row.is_payment, row.charge, row.credit, row.balance) for row in found.rows] == [
        (3, False, 500, 0, 1200),
        (10, True, 0, 850, 350),
    ]
    assert [(line.project_name, line.balance) for line in found.open_lines] == [("新案", 350)]
    before = statement(shop, buyer, dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert (before.opening, before.closing, sum(before.ageing)) == (0, 700, 700)


def test_a_deposit_used_for_a_later_order_counts_from_that_order(shop: Shop) -> None:
    buyer = customer(shop)
    money = write(shop, payments.receive, buyer, "cash", 400, dt.date(2026, 10, 20), {})
    key = order(shop, buyer, 1000, ordered_on=dt.date(2026, 11, 3))
    write(shop, payments.allocate, money, {key: 400})
    found = statement(shop, buyer)
    assert (found.opening, found.closing, found.deposit) == (0, 600, 0)
    assert [row.on.day for row in found.rows] == [3, 3]


def test_an_order_whose_last_part_was_an_older_deposit_is_owed_until_the_newer_money_came(shop: Shop) -> None:
    buyer = customer(shop)
    deposit = write(shop, payments.receive, buyer, "cash", 400, dt.date(2026, 10, 1), {})
    key = order(shop, buyer, 1000, ordered_on=dt.date(2026, 10, 5))
    write(shop, payments.receive, buyer, "transfer", 600, dt.date(2026, 11, 10), {key: 600})
    write(shop, payments.allocate, deposit, {key: 400})
    october = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
    (found,) = read(shop, statements.of_all, *october)
    assert found.closing == statement(shop, buyer, *october).closing == 600
    assert read(shop, statements.of_all, MONTH, TODAY) == []


def test_credits_of_an_import_stand_in_no_statement(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 100, ordered_on=dt.date(2026, 11, 3))
    with shop.database.write("import") as session:
        session.get_one(Order, key).total = -100
    assert statement(shop, buyer).closing == 0


def test_money_meant_for_a_part_counts_from_its_day(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000, ordered_on=TODAY - dt.timedelta(days=40))
    day = TODAY - dt.timedelta(days=20)
    parts = [PlanPart("一", "order", Decimal(50)), PlanPart("二", "date", Decimal(50), due_on=day)]
    write(shop, instalments.set_plan, key, parts)
    second = read(shop, instalments.of_order, key, ())[1].id
    write(shop, payments.receive, buyer, "cash", 500, TODAY, {key: 500}, part=second)
    for until, dues in ((TODAY, [TODAY - dt.timedelta(days=40)]), (day, [TODAY - dt.timedelta(days=40), day])):
        (one,) = read(shop, statements.of_customer, buyer, day, until)
        assert [line.due_on for line in one.open_lines] == dues


def test_parts_of_a_plan_age_by_themselves(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000, ordered_on=TODAY - 40 * DAY)
    parts = [PlanPart("訂金", "order", Decimal(30)), PlanPart("出貨", "delivery", Decimal(70))]
    write(shop, instalments.set_plan, key, parts)
    found = statement(shop, buyer)
    assert found.ageing == (700, 0, 300, 0, 0)
    assert [(line.due_on, line.balance) for line in found.open_lines] == [(TODAY - 40 * DAY, 300), (None, 700)]
    assert [line.part for line in found.open_lines] == [part.name for part in parts]


def test_nobody_but_those_who_owe_and_only_their_closing_day(shop: Shop) -> None:
    first, second, third = (
        customer(shop, name, closing_day=day) for name, day in (("丙", 25), ("甲", 31), ("乙", None))
    )
    for buyer in (first, second):
        order(shop, buyer, 100, ordered_on=MONTH)
    paid = order(shop, third, 100, ordered_on=MONTH)
    write(shop, payments.receive, third, "cash", 100, MONTH + 10 * DAY, {paid: 100})
    end = dt.date(2026, 11, 30)

    def who(until: dt.date, **only: bool) -> list[uuid.UUID]:
        return [one.customer_id for one in read(shop, statements.of_all, MONTH, until, **only)]

    assert who(end) == [first, second]
    assert who(end, closing_only=True) == [second]
    assert who(dt.date(2026, 11, 25), closing_only=True) == [first]
    assert who(MONTH + 5 * DAY) == [third, first, second], "paid since, but owed then"
    assert who(MONTH - DAY) == []


def test_every_statement_agrees_with_the_receivables(sample_shop: Shop) -> None:
    clock.freeze(None)  # the sample is of the day the tests run
    today = clock.today()
    found = read(sample_shop, statements.of_all, statements.usual_period(today), today)
    items = read(sample_shop, receivables.open_items)
    assert items
    by_customer: dict[tuple[uuid.UUID, str], int] = {}
    for one in items:
        key = (one.customer_id, one.currency)
        by_customer[key] = by_customer.get(key, 0) + one.balance
    assert {(one.customer_id, one.currency): one.closing for one in found} == by_customer
    home = [one for one in items if one.currency == "TWD"]
    sums = tuple(map(sum, zip(*(one.ageing for one in found if one.currency == "TWD"), strict=True)))
    assert sums == receivables.ageing(home, today).buckets()
    for made in found:
        assert sum(made.ageing) == made.closing == sum(line.balance for line in made.open_lines)
        free = read(sample_shop, payment_list.deposits, made.customer_id)
        assert made.deposit == sum(row.free for row in free if row.currency == made.currency)


def test_periods_follow_each_other(sample_shop: Shop) -> None:
    """What closes one month opens the next."""
    for one in read(sample_shop, statements.of_all, MONTH, TODAY)[:12]:
        before = read(sample_shop, statements.of_customer, one.customer_id, MONTH - 31 * DAY, MONTH - DAY)
        assert one.opening == sum(other.closing for other in before if other.currency == one.currency)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)), st.none() | st.integers(1, 31))
def test_a_closing_day_is_over_and_its_month_follows_the_one_before(today: dt.date, day: int | None) -> None:
    until = statements.last_closing(today, day)
    assert 0 <= (today - until).days <= 31
    since = statements.usual_period(until)
    assert 27 <= (until - since).days <= 30
    assert statements.last_closing(since - DAY, day) <= since - DAY


def test_one_pdf_in_which_each_customer_begins_a_page(shop: Shop) -> None:
    long, short = customer(shop, "甲一"), customer(shop, "乙一")
    for number in range(60):
        order(shop, long, 100 + number, ordered_on=MONTH, project_name=f"案{number}")
    order(shop, short, 5, ordered_on=MONTH)
    found = read(shop, statements.of_all, MONTH, TODAY)
    content = statement_pdf.render(found, translator)
    pages = words(content)
    starts = [number for number, text in enumerate(pages) if "台照" in text]
    assert len(starts) == 2
    assert len(pages) > 3
    counts = [starts[1], len(pages) - starts[1]]
    for start, count in zip(starts, counts, strict=True):
        assert f"第1頁，共{count}頁" in pages[start]
    assert f"{sum(100 + number for number in range(60)):,}" in "".join(pages)
    assert statement_pdf.render(found, translator) == content
    with pytest.raises(ValueError, match="no statement"):
        statement_pdf.render([], translator)


def test_a_customer_who_never_ordered_has_an_empty_statement(shop: Shop) -> None:
    found = statement(shop, customer(shop))
    assert (found.opening, found.rows, found.closing) == (0, (), 0)
    assert len(words(statement_pdf.render([found], translator))) == 1


# -- delivery notes --------------------------------------------------------------------------------


def test_a_delivery_note_says_what_came_and_what_is_to_come(shop: Shop) -> None:
    buyer = customer(shop, "宏益建設有限公司")
    key = order(shop, buyer, lines=[item("揚水馬達", 5, 1234), item("安裝工資", 1, 999)], project_name="B 棟")
    pump = order_card(shop, key).lines[0]
    first = write(shop, deliveries.deliver, key, TODAY, {pump.id: Decimal(2)}, "警衛")
    rest = write(shop, deliveries.deliver, key, TODAY + DAY)
    early, late = (read(shop, delivery_notes.load, one) for one in (first, rest))
    assert [(line.name, int(line.quantity), int(line.to_come)) for line in early.lines] == [("揚水馬達", 2, 3)]
    assert [(line.name, int(line.quantity), int(line.to_come)) for line in late.lines] == [
        ("揚水馬達", 3, 0),
        ("安裝工資", 1, 0),
    ]
    (plain,) = words(delivery_note_pdf.render(late, translator("zh_TW")))
    (priced,) = words(delivery_note_pdf.render(late, translator("zh_TW"), priced=True))
    assert "揚水馬達" in plain
    assert late.number in plain
    assert "1,234" not in plain
    assert "1,234" in priced


def test_a_cancelled_delivery_says_so_on_its_note(shop: Shop) -> None:
    key = order(shop, customer(shop), 10)
    one = write(shop, deliveries.deliver, key, TODAY)
    write(shop, deliveries.cancel_delivery, one)
    note = read(shop, delivery_notes.load, one)
    assert note.is_cancelled
    (text,) = words(delivery_note_pdf.render(note, translator("en")))
    assert "Cancelled" in text


def test_the_sheet_names_the_parts_that_are_open(shop: Shop) -> None:
    buyer = customer(shop)
    key = order(shop, buyer, 1000, ordered_on=TODAY - 40 * DAY)
    parts = [PlanPart("訂金", "order", Decimal(30)), PlanPart("出貨款", "delivery", Decimal(70))]
    write(shop, instalments.set_plan, key, parts)
    (page,) = words(statement_pdf.render([statement(shop, buyer)], translator))
    assert "訂金" in page
    assert "出貨款" in page
