"""The quick filters of the quotations list, and what calls for attention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from desktop_crm.services import finder, quotation_list, quotation_view, quotations
from desktop_crm.services.quotation_list import QuotationQuery
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, draft, draw, issued, item, read, write


@pytest.fixture(autouse=True)
def held_clock(clock_at: Callable[[str], dt.datetime]) -> None:
    """The tests' own day."""
    clock_at(f"{TODAY} 09:00")


def test_lapsing_soon_is_a_week_and_only_of_what_runs(shop: Shop) -> None:
    buyer = customer(shop)
    for days in (0, 7, 8):
        issued(shop, buyer, valid_until=TODAY + dt.timedelta(days=days))
    draft(shop, buyer, [item()], valid_until=TODAY)
    declined = issued(shop, buyer, valid_until=TODAY)
    write(shop, quotations.decline, declined)
    assert read(shop, quotation_list.counts)["lapsing"] == 2
    assert read(shop, quotation_list.count, QuotationQuery("lapsing")) == 2
    rows = read(shop, quotation_list.window, QuotationQuery("lapsing", sort="valid_until"), 0, 9, TODAY)
    assert [row.days_left for row in rows] == [0, 7]


def test_what_is_issued_or_about_to_lapse_wants_something_done(shop: Shop) -> None:
    buyer = customer(shop)
    draft(shop, buyer, [item()])
    assert read(shop, quotation_list.attention) == 0
    late, soon = (issued(shop, buyer, valid_until=TODAY + dt.timedelta(days=days)) for days in (20, 3))
    assert read(shop, quotation_list.attention) == 2
    write(shop, quotations.mark_sent, late)
    write(shop, quotations.mark_sent, soon)
    assert read(shop, quotation_list.attention) == 1


def test_an_accepted_older_revision_is_the_one_that_counts(shop: Shop) -> None:
    key = issued(shop, customer(shop), [item(price=100)])
    write(shop, quotations.new_revision, key)
    view = read(shop, quotation_view.load, key)
    write(shop, quotations.save_draft, key, view.header, [item(price=300)])
    write(shop, quotations.issue, key, draw)
    (row,) = read(shop, quotation_list.window, QuotationQuery(), 0, 9, TODAY)
    assert (row.revision, row.total) == (2, 315)
    write(shop, quotations.accept, key, 1, TODAY)
    (row,) = read(shop, quotation_list.window, QuotationQuery(), 0, 9, TODAY)
    assert (row.revision, row.total) == (1, 105)
    assert read(shop, quotation_view.load, key).total == 105
    assert read(shop, quotation_view.load, key, 2).total == 315
    (hit,) = read(shop, finder._quotations, [key])
    assert hit.total == 105


@pytest.mark.parametrize("sort", ["", "number", "customer", "total"])
def test_a_quotation_is_found_where_the_list_shows_it(shop: Shop, sort: str) -> None:
    buyer = customer(shop)
    keys = [issued(shop, buyer, [item(price=price)]) for price in (300, 100, 200)]
    query = QuotationQuery(sort=sort)
    rows = read(shop, quotation_list.window, query, 0, 9, TODAY)
    for place, row in enumerate(rows):
        assert read(shop, quotation_list.position, query, row.id) == place
    assert read(shop, quotation_list.position, QuotationQuery("draft"), keys[0]) is None
