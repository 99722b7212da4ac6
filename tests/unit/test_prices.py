"""Prices of a product for a customer, last prices, and finding products while typing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest

from desktop_crm.core.errors import UserError
from desktop_crm.models import Customer, CustomerFigures, PriceList, PriceListEntry
from desktop_crm.services import orders, prices, products
from desktop_crm.services.prices import Price
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, draft, issued, item, order, read, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


@pytest.fixture
def pump(shop: Shop) -> uuid.UUID:
    values = {"code": "PP-100", "name": "循環水泵 10HP", "list_price": Decimal(1000), "cost": Decimal(600)}
    return write(shop, products.create, values)


def price_list(shop: Shop, product: uuid.UUID, name: str, steps: dict[int, int], **values: object) -> uuid.UUID:
    """A price list with (from quantity: price) steps."""
    with shop.database.write("test") as session:
        made = PriceList(name=name, **values)
        session.add(made)
        session.flush()
        for quantity, price in steps.items():
            session.add(
                PriceListEntry(
                    price_list_id=made.id,
                    product_id=product,
                    min_quantity=Decimal(quantity),
                    unit_price=Decimal(price),
                )
            )
        return made.id


def price(
    shop: Shop, buyer: uuid.UUID, product: uuid.UUID, quantity: int = 1, **values: object
) -> tuple[int, str, str]:
    found: Price = read(shop, prices.price_for, buyer, product, Decimal(quantity), **values)
    return int(found.unit_price), found.source, found.list_name


def test_list_price_without_a_list(shop: Shop, pump: uuid.UUID) -> None:
    found = read(shop, prices.price_for, customer(shop), pump)
    assert found == Price(Decimal(1000), Decimal(600), "TWD", "list_price")


def test_list_price_in_a_foreign_currency(shop: Shop, pump: uuid.UUID) -> None:
    found = read(shop, prices.price_for, customer(shop), pump, currency="USD", rate=Decimal(30))
    assert (found.unit_price, found.unit_cost, found.currency) == (Decimal("33.33"), Decimal(20), "USD")


def test_a_converted_price_has_the_decimals_of_its_currency() -> None:
    assert prices.in_decimals_of("HKD", Decimal("69.5122")) == Decimal("69.51")
    assert prices.in_decimals_of("JPY", Decimal("1234.5")) == Decimal(1235)
    assert prices.in_decimals_of("USD", Decimal("0.00314")) == Decimal("0.0031")
    assert prices.in_decimals_of("USD", Decimal(0)) == 0


def test_own_list_before_group_lists_and_the_lowest_of_those(shop: Shop, pump: uuid.UUID) -> None:
    buyer = customer(shop, customer_type="distributor")
    price_list(shop, pump, "經銷", {0: 800}, customer_type="distributor")
    price_list(shop, pump, "A 級", {0: 700}, grade="A")
    price_list(shop, pump, "A 級代理", {0: 100}, grade="A", customer_type="agent")
    price_list(shop, pump, "別人的", {0: 1})
    assert price(shop, buyer, pump) == (800, "price_list", "經銷")
    with shop.database.write("test") as session:
        session.get_one(CustomerFigures, buyer).grade = "A"
    assert price(shop, buyer, pump) == (700, "price_list", "A 級")
    own = price_list(shop, pump, "專案", {0: 900})
    with shop.database.write("test") as session:
        session.get_one(Customer, buyer).price_list_id = own
    assert price(shop, buyer, pump) == (900, "customer_list", "專案")


def test_quantity_steps_dates_currency_and_archive(shop: Shop, pump: uuid.UUID) -> None:
    buyer = customer(shop)
    steps = price_list(shop, pump, "量價", {1: 950, 10: 900, 100: 800}, customer_type="direct")
    assert [price(shop, buyer, pump, n)[0] for n in (1, 9, 10, 99, 100, 5000)] == [950, 950, 900, 900, 800, 800]
    assert read(shop, prices.price_for, buyer, pump, Decimal("0.5")).source == "list_price"
    price_list(shop, pump, "春", {0: 5}, customer_type="direct", valid_until=TODAY - DAY)
    price_list(shop, pump, "冬", {0: 6}, customer_type="direct", valid_from=TODAY + DAY)
    price_list(shop, pump, "美", {0: 7}, customer_type="direct", currency="USD")
    assert price(shop, buyer, pump)[0] == 950
    assert price(shop, buyer, pump, on=TODAY - DAY)[0] == 5
    assert price(shop, buyer, pump, on=TODAY + DAY)[0] == 6
    assert price(shop, buyer, pump, currency="USD", rate=Decimal(30))[0] == 7
    with shop.database.write("test") as session:
        session.get_one(PriceList, steps).archived_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert price(shop, buyer, pump)[1] == "list_price"


def test_last_prices_are_this_customers_newest_first(shop: Shop, pump: uuid.UUID) -> None:
    buyer, other = customer(shop), customer(shop, "青田咖啡館")
    line = {"product_id": pump, "unit": "台"}
    order(shop, buyer, lines=[item(price=10, **line)], ordered_on=TODAY - 9 * DAY)
    newest = order(shop, buyer, lines=[item(price=30, discount_percent=Decimal(5), **line)], ordered_on=TODAY - DAY)
    offer = issued(shop, buyer, [item(price=20, **line)], quoted_on=TODAY - 5 * DAY)
    draft(shop, buyer, [item(price=1, **line)])
    order(shop, other, lines=[item(price=2, **line)])
    order(shop, buyer, lines=[item(price=3)])
    write(shop, orders.cancel, order(shop, buyer, lines=[item(price=4, **line)]))
    found = read(shop, prices.last_prices, buyer, pump)
    assert [(last.kind, int(last.unit_price)) for last in found] == [("order", 30), ("quotation", 20), ("order", 10)]
    assert (found[0].document_id, found[1].document_id, found[0].discount_percent) == (newest, offer, 5)
    assert [last.unit_price for last in read(shop, prices.last_prices, buyer, pump, 1)] == [30]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("pp", ["PP-100", "PP-20"]),
        ("PP-100", ["PP-100"]),
        ("pp100", ["PP-100"]),
        ("水泵", ["PP-100", "PP-20"]),
        ("循環 10hp", ["PP-100"]),
        ("xhsb", ["PP-100"]),
        ("xunhuan", ["PP-100"]),
        ("ㄒㄏㄕㄅ", ["PP-100"]),
        ("循环", ["PP-100"]),
        ("安裝", ["LB-01"]),
        ("工", ["LB-01"]),
        ("%", ["LB-01", "PP-100", "PP-20"]),
        ("", ["LB-01", "PP-100", "PP-20"]),
        ("zzz", []),
    ],
)
def test_products_are_found_by_code_name_and_reading(shop: Shop, pump: uuid.UUID, typed: str, codes: list[str]) -> None:
    write(shop, products.create, {"code": "PP-20", "name": "沉水泵 PP 殼"})
    write(shop, products.create, {"code": "LB-01", "name": "安裝工資"})
    gone = write(shop, products.create, {"code": "PP-1", "name": "循環水泵舊款"})
    write(shop, products.archive, gone)
    assert [row.code for row in read(shop, products.find, typed)] == codes
    assert [row.code for row in read(shop, products.listed, archived=True)] == ["PP-1"]
    assert [row.code for row in read(shop, products.find, "", 2)] == ["LB-01", "PP-100"]
    assert [row.code for row in read(shop, products.find, "水泵", archived=True)] == ["PP-1"]
    assert (read(shop, products.count), read(shop, products.count, archived=True)) == (3, 1)
    assert read(shop, products.row, gone).is_archived


def test_products_are_found_by_their_names_in_other_languages(shop: Shop, pump: uuid.UUID) -> None:
    said = {"en": {"name": "Circulation pump", "specification": "10 HP", "unit": "piece"}}
    write(shop, products.update, pump, {"wordings": said})
    write(shop, products.create, {"code": "PP-20", "name": "沉水泵"})
    for typed in ("PUMP", "circul", "pump 10hp", "水泵 circulation"):
        assert [row.code for row in read(shop, products.find, typed)] == ["PP-100"]
    assert read(shop, products.find, "piece") == []
    assert read(shop, products.find, "pump", archived=True) == []


def test_products_refuse_what_cannot_be(shop: Shop, pump: uuid.UUID) -> None:
    for values, field in (
        ({"name": " "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"name": "x", "code": "PP-100"}, "code"),
        ({"name": "x", "list_price": Decimal(-1)}, "list_price"),
        ({"name": "x", "list_price": Decimal("NaN")}, "list_price"),
        ({"name": "x", "cost": Decimal(10**10)}, "cost"),
        ({"name": "x", "tax_kind": "none"}, "tax_kind"),
        ({"name": "x", "warranty_months": Decimal("1.5")}, "warranty_months"),
        ({"name": "x", "warranty_months": -1}, "warranty_months"),
    ):
        with pytest.raises(UserError) as caught:
            write(shop, products.create, values)
        assert caught.value.field == field
    write(shop, products.update, pump, {"code": "PP-100", "list_price": Decimal("9.5")})
    assert [(row.code, row.list_price) for row in read(shop, products.listed)] == [("PP-100", Decimal("9.5"))]
    assert read(shop, products.count) == 1


def test_a_code_is_given_when_none_was_typed(shop: Shop) -> None:
    write(shop, products.create, {"name": "x"})
    assert [row.code for row in read(shop, products.listed)] == ["P0001"]
