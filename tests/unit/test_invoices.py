"""Records of invoices: their numbers, allowances, voiding, and what is not invoiced yet."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.models import JournalEntry
from desktop_crm.services import check, history, invoices, order_list, orders
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.order_list import OrderQuery
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, order, read, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


@pytest.fixture
def sold(shop: Shop) -> uuid.UUID:
    """An order of 1,050 with its tax, of a firm."""
    return order(shop, customer(shop, tax_number="04595257"), 1000, tax_mode="exclusive")


def form(number: str, net: int = 1000, tax: int = 50, kind: str = "triplicate") -> InvoiceForm:
    return InvoiceForm(number, kind, TODAY, net, tax)


def listed(shop: Shop) -> list[uuid.UUID]:
    return [row.id for row in read(shop, order_list.window, OrderQuery(TODAY, "to_invoice"), 0, 9)]


def test_an_invoice_in_part_then_the_rest(shop: Shop, sold: uuid.UUID) -> None:
    write(shop, invoices.record, sold, form("ab-12345678", 400, 20))
    assert listed(shop) == [sold]
    write(shop, invoices.record, sold, form("AB12345679", 600, 30))
    assert read(shop, invoices.invoiced, sold) == 1050
    assert listed(shop) == []
    first, second = read(shop, invoices.of_order, sold)
    assert (first.number, first.total, first.left, first.buyer_tax_number) == ("AB-12345678", 420, 420, "04595257")
    assert second.total == 630


@pytest.mark.parametrize("again", ["AB12345678", "ab-12345678", "AB 12345678"])
def test_a_number_is_used_once_even_when_void(shop: Shop, sold: uuid.UUID, again: str) -> None:
    key = write(shop, invoices.record, sold, form("AB-12345678"))
    write(shop, invoices.void, key)
    assert read(shop, invoices.invoiced, sold) == 0
    with pytest.raises(UserError) as caught:
        write(shop, invoices.record, sold, form(again))
    assert caught.value.field == "number"
    with pytest.raises(UserError):
        write(shop, invoices.void, key)


@pytest.mark.parametrize("number", ["A12345678", "AB1234567", "AB123456789", "１２"])
def test_an_odd_number_is_warned_about_and_kept_if_wanted(shop: Shop, sold: uuid.UUID, number: str) -> None:
    with pytest.raises(NeedsConfirmation) as caught:
        write(shop, invoices.record, sold, form(number))
    write(shop, invoices.record, sold, form(number), confirmed={caught.value.key})
    assert read(shop, invoices.invoiced, sold) == 1050


def test_a_receipt_is_numbered_as_the_shop_likes(shop: Shop, sold: uuid.UUID) -> None:
    write(shop, invoices.record, sold, form("0001", kind="receipt"))
    assert read(shop, invoices.invoiced, sold) == 1050


def test_more_than_the_order_is_asked_about(shop: Shop, sold: uuid.UUID) -> None:
    write(shop, invoices.record, sold, form("AB12345678", 1000, 0))
    with pytest.raises(NeedsConfirmation) as caught:
        write(shop, invoices.record, sold, form("AB12345679", 49, 2))
    assert caught.value.key == "over_invoiced"
    write(shop, invoices.record, sold, form("AB12345679", 48, 2))


@pytest.mark.parametrize(("net", "tax"), [(0, 0), (-100, 0), (100, -1), (10**15, 0)])
def test_amounts_that_cannot_be_are_refused(shop: Shop, sold: uuid.UUID, net: int, tax: int) -> None:
    with pytest.raises(UserError) as caught:
        write(shop, invoices.record, sold, form("AB12345678", net, tax), confirmed={"over_invoiced"})
    assert caught.value.field == "net"


def test_an_allowance_lowers_its_invoice_and_no_more(shop: Shop, sold: uuid.UUID) -> None:
    key = write(shop, invoices.record, sold, form("AB12345678"))
    lower = write(shop, invoices.allow, key, form("AB12345678-1", 200, 10))
    assert read(shop, invoices.invoiced, sold) == 840
    one, allowance = read(shop, invoices.of_order, sold)
    assert (one.left, allowance.total, allowance.allowance_of) == (840, -210, "AB12345678")
    with pytest.raises(UserError):
        write(shop, invoices.allow, key, form("AB12345678-2", 800, 41))
    with pytest.raises(UserError):
        write(shop, invoices.void, key)
    with pytest.raises(UserError):
        write(shop, invoices.allow, lower, form("AB12345678-2", 1, 0))
    write(shop, invoices.void, lower, TODAY + DAY)
    assert read(shop, invoices.invoiced, sold) == 1050
    write(shop, invoices.void, key)
    assert listed(shop) == [sold]


def test_voiding_is_taken_back_with_what_the_order_counts(shop: Shop, sold: uuid.UUID) -> None:
    key = write(shop, invoices.record, sold, form("AB12345678"))
    step = shop.database.run(invoices.void, key).changed.batch_id
    assert read(shop, order_list.counts, TODAY)["to_invoice"] == 1
    write(shop, history.undo, step)
    assert read(shop, order_list.counts, TODAY)["to_invoice"] == 0
    assert read(shop, check.run) == []


def test_a_cancelled_order_gets_no_invoice_and_is_not_waited_for(shop: Shop, sold: uuid.UUID) -> None:
    write(shop, orders.cancel, sold)
    assert listed(shop) == []
    with pytest.raises(UserError):
        write(shop, invoices.record, sold, form("AB12345678"))


def test_every_record_and_its_voiding_is_journaled(shop: Shop, sold: uuid.UUID) -> None:
    key = write(shop, invoices.record, sold, form("AB12345678"))
    write(shop, invoices.void, key)
    with shop.database.read() as session:
        told = session.scalars(select(JournalEntry.action).where(JournalEntry.key == key)).all()
    assert sorted(told) == ["invoices.record", "invoices.void"]


@given(st.integers(0, 10**9), st.integers(0, 10**8), st.integers(0, 10**9))
def test_net_and_tax_of_a_part_come_to_it(net: int, tax: int, part: int) -> None:
    part = min(part, net + tax)
    found = invoices.tax_in(net + tax, net, tax, part)
    assert sum(found) == part
    assert 0 <= found[1] <= tax
    assert invoices.tax_in(net + tax, net, tax, net + tax) == (net, tax)
