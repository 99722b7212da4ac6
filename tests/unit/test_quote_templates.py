"""Packages of lines, and lines priced anew for somebody else."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.models import Customer, PriceList, PriceListEntry, Wording
from desktop_crm.services import customers, products, quotation_view, quotations, quote_templates
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.quotation_prices import PricedFor, last_rate, repriced
from desktop_crm.services.shops import Shop

HOME = PricedFor()


class Stock:
    """Two customers, one with a price list of its own, and a product."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        with shop.database.write("test") as session:
            self.plain = customers.create(session, CustomerForm({"name": "宏益"}))
            self.agreed = customers.create(session, CustomerForm({"name": "晨光"}))
            pump = {"code": "PP-100", "name": "循環水泵", "unit": "台", "list_price": Decimal(21500)}
            self.pump = products.create(session, {**pump, "cost": Decimal(15000)})
            listed = PriceList(name="晨光", currency="TWD")
            session.add(listed)
            session.flush()
            session.add(PriceListEntry(price_list_id=listed.id, product_id=self.pump, unit_price=Decimal(19000)))
            session.get_one(Customer, self.agreed).price_list_id = listed.id
            session.add(Wording(entity="product", key=str(self.pump), field="name", language="en", text="Pump"))

    def line(self, **fields: object) -> DraftLine:
        start = DraftLine("循環水泵", Decimal(2), Decimal(21500), product_id=self.pump, code="PP-100", unit="台")
        return replace(start, **fields)  # type: ignore[arg-type]

    def repriced(self, lines: list[DraftLine], before: PricedFor, now: PricedFor) -> list[DraftLine]:
        with self.shop.database.read() as session:
            return repriced(session, lines, before, now)


@pytest.fixture
def stock(shop: Shop) -> Stock:
    return Stock(shop)


def test_lines_take_the_prices_of_the_other_customer(stock: Stock) -> None:
    free, note = DraftLine("配管工料", Decimal(1), Decimal(8000)), DraftLine("說明", kind="note")
    found = stock.repriced([stock.line(), free, note], PricedFor(stock.plain), PricedFor(stock.agreed))
    assert found == [stock.line(unit_price=Decimal(19000), unit_cost=Decimal(15000)), free, note]


def test_words_follow_the_language_but_for_those_changed_by_hand(stock: Stock) -> None:
    now = PricedFor(stock.plain, "en")
    plain, own = stock.repriced([stock.line(), stock.line(name="舊款水泵")], PricedFor(stock.plain), now)
    assert (plain.name, own.name) == ("Pump", "舊款水泵")
    (back,) = stock.repriced([plain], now, PricedFor(stock.plain))
    assert back.name == "循環水泵"


def test_another_language_alone_leaves_the_agreed_price(stock: Stock) -> None:
    agreed = stock.line(unit_price=Decimal(18000))
    (found,) = stock.repriced([agreed], PricedFor(stock.agreed), PricedFor(stock.agreed, "en"))
    assert (found.name, found.unit_price) == ("Pump", Decimal(18000))


def test_another_currency_converts_products_and_free_lines(stock: Stock) -> None:
    free = DraftLine("配管工料", Decimal(1), Decimal(8000), unit_cost=Decimal(4000))
    now = PricedFor(stock.plain, currency="USD", rate=Decimal(32))
    product, other = stock.repriced([stock.line(), free], PricedFor(stock.plain), now)
    assert product.unit_price == Decimal("671.88")
    assert (other.unit_price, other.unit_cost) == (Decimal(250), Decimal(125))
    assert stock.repriced([other], now, PricedFor(stock.plain))[0].unit_price == Decimal(8000)


def test_a_product_that_is_gone_keeps_its_price(stock: Stock) -> None:
    line = stock.line(product_id=uuid.UUID(int=7))
    assert stock.repriced([line], PricedFor(stock.plain), PricedFor(stock.agreed)) == [line]


def test_a_template_is_kept_and_inserted_at_the_prices_of_the_day(stock: Stock) -> None:
    run = stock.shop.database.run
    section, free = DraftLine("泵浦", kind="section"), DraftLine("配管", Decimal("1.5"), Decimal(8000), unit="式")
    lines = [section, stock.line(), replace(free, discount_percent=Decimal(5), kind="option")]
    key = run(quote_templates.save, " 泵浦  更換 ", lines, HOME).result
    run(products.update, stock.pump, {"list_price": Decimal(22000)})
    with stock.shop.database.read() as session:
        (row,) = quote_templates.rows(session)
        found = quote_templates.lines(session, key, PricedFor(stock.plain))
    assert (row.name, row.lines, row.first) == ("泵浦 更換", 3, ("泵浦", "循環水泵", "配管"))
    assert found == [section, stock.line(unit_price=Decimal(22000), unit_cost=Decimal(15000)), lines[2]]


def test_a_name_in_use_is_replaced_only_when_agreed(stock: Stock) -> None:
    run = stock.shop.database.run
    first = run(quote_templates.save, "更換", [stock.line()], HOME).result
    with pytest.raises(NeedsConfirmation) as caught:
        run(quote_templates.save, "更換", [stock.line()] * 2, HOME)
    run(quote_templates.save, "更換", [stock.line()] * 2, HOME, confirmed=frozenset({caught.value.key}))
    with stock.shop.database.read() as session:
        assert [(row.key, row.lines) for row in quote_templates.rows(session)] == [(first, 2)]


@pytest.mark.parametrize(("name", "count", "field"), [("  ", 1, "name"), ("x" * 121, 1, "name"), ("x", 0, "lines")])
def test_what_cannot_be_kept_is_said_at_its_field(stock: Stock, name: str, count: int, field: str) -> None:
    with pytest.raises(UserError) as caught:
        stock.shop.database.run(quote_templates.save, name, [stock.line()] * count, HOME)
    assert caught.value.field == field


def test_a_deleted_template_is_gone(stock: Stock) -> None:
    run = stock.shop.database.run
    key = run(quote_templates.save, "更換", [stock.line()], HOME).result
    run(quote_templates.delete, key)
    with stock.shop.database.read() as session:
        assert quote_templates.rows(session) == []
        with pytest.raises(UserError):
            quote_templates.lines(session, key, HOME)
    with pytest.raises(UserError):
        run(quote_templates.delete, "company")


def test_the_latest_rate_of_a_currency_is_proposed_and_used_for_its_customers(stock: Stock) -> None:
    run = stock.shop.database.run
    abroad = run(customers.create, CustomerForm({"name": "Harbour Ltd.", "currency": "USD"})).result
    with stock.shop.database.read() as session:
        assert last_rate(session, "USD") is None
    first = run(quotations.create_draft, abroad).result
    with stock.shop.database.read() as session:
        header = quotation_view.load(session, first).header
    assert (header.currency, header.rate) == ("TWD", Decimal(1))
    run(quotations.save_draft, first, replace(header, currency="USD", rate=Decimal("31.5")), [])
    second = run(quotations.create_draft, abroad).result
    with stock.shop.database.read() as session:
        header = quotation_view.load(session, second).header
        assert last_rate(session, "USD") == Decimal("31.5")
    assert (header.currency, header.rate) == ("USD", Decimal("31.5"))


def test_templates_are_found_by_words_and_readings_of_their_name(stock: Stock) -> None:
    run = stock.shop.database.run
    for name in ("泵房更新", "泵房", "Cooling tower service"):
        run(quote_templates.save, name, [stock.line()], HOME)
    with stock.shop.database.read() as session:

        def found(typed: str, limit: int = 9) -> list[str]:
            return [row.name for row in quote_templates.find(session, typed, limit)]

        assert found("泵房") == ["泵房", "泵房更新"], "the one called so comes first"
        assert found("bfgx") == ["泵房更新"]
        assert found("tower  cool") == ["Cooling tower service"]
        assert found("泵房", 1) == ["泵房"]
        assert found("") == found("  ") == found("閥") == []
