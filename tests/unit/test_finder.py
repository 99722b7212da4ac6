"""Find anything: which records a typed text brings, and in what order."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest

from desktop_crm.core.settings import Company
from desktop_crm.services import customers, finder, products, settings
from desktop_crm.services.shops import Shop
from tests.unit import documents


@pytest.fixture
def stocked(shop: Shop, clock_at: Callable[[str], dt.datetime]) -> dict[str, uuid.UUID]:
    """Two customers, an issued quotation, a draft, an order."""
    clock_at("2026-11-21 09:00")
    documents.write(shop, settings.save, Company(name="明德水電工程行"))
    hongyi = documents.customer(shop, "宏益建設有限公司", tax_number="04595257")
    coffee = documents.customer(shop, "青田咖啡館")
    issued = documents.issued(shop, hongyi, [documents.item()], project_name="B 棟冷卻塔")
    draft = documents.draft(shop, coffee, [documents.item()], project_name="100%_吧台")
    order = documents.order(shop, coffee, project_name="吧台冷氣")
    return {"hongyi": hongyi, "coffee": coffee, "issued": issued, "draft": draft, "order": order}


def found(shop: Shop, stocked: dict[str, uuid.UUID], typed: str, limit: int = 6) -> list[str]:
    names = {key: name for name, key in stocked.items()}
    return [names[hit.id] for hit in documents.read(shop, finder.find, typed, limit)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("宏益", ["hongyi", "issued"]),
        ("hongyi", ["hongyi", "issued"]),
        ("ㄏㄧ", ["hongyi", "issued"]),
        ("04595257", ["hongyi", "issued"]),
        ("青田", ["coffee", "draft", "order"]),
        ("冷卻塔", ["issued"]),
        ("B 冷卻", ["issued"]),
        ("吧台", ["draft", "order"]),
        ("100%_", ["draft"]),
        ("%", ["draft"]),
        ("' OR 1=1 --", []),
        ("\x00", []),
        ("", []),
        ("   ", []),
        ("沒有這個", []),
    ],
)
def test_find(shop: Shop, stocked: dict[str, uuid.UUID], typed: str, names: list[str]) -> None:
    assert found(shop, stocked, typed) == names


def test_numbers_are_found_by_their_beginning_and_any_part(shop: Shop, stocked: dict[str, uuid.UUID]) -> None:
    (offer,) = documents.read(shop, finder.recall, [(finder.QUOTATION, stocked["issued"])])
    assert offer.title
    for typed in (offer.title, offer.title.lower(), offer.title[:5], offer.title[-2:]):
        assert "issued" in found(shop, stocked, typed), typed


def test_limits_hold_for_customers_and_documents_each(shop: Shop, stocked: dict[str, uuid.UUID]) -> None:
    assert found(shop, stocked, "青田", 1) == ["coffee", "draft"]
    assert found(shop, stocked, "吧" * 5000) == []


def test_rows_say_what_is_needed_to_tell_them_apart(shop: Shop, stocked: dict[str, uuid.UUID]) -> None:
    customer, offer = documents.read(shop, finder.find, "宏益", 6)
    assert (customer.entity, customer.title, customer.code) == ("customer", "宏益建設有限公司", "04595257")
    assert (offer.entity, offer.customer, offer.text) == ("quotation", "宏益建設有限公司", "B 棟冷卻塔")
    assert (offer.state, offer.total, offer.currency) == ("issued", 1050, "TWD")


def test_an_archived_customer_says_so(shop: Shop, stocked: dict[str, uuid.UUID]) -> None:
    documents.write(shop, customers.archive, stocked["hongyi"])
    assert documents.read(shop, finder.customers, "宏益")[0].state == "archived"


def test_recall_keeps_the_order_and_drops_what_is_gone(shop: Shop, stocked: dict[str, uuid.UUID]) -> None:
    refs = [
        (finder.ORDER, stocked["order"]),
        (finder.CUSTOMER, uuid.UUID(int=5)),
        (finder.CUSTOMER, stocked["hongyi"]),
        ("nothing", uuid.UUID(int=5)),
    ]
    assert [hit.id for hit in documents.read(shop, finder.recall, refs)] == [stocked["order"], stocked["hongyi"]]


def test_documents_of_a_customer_are_of_both_kinds(shop: Shop, stocked: dict[str, uuid.UUID]) -> None:
    assert {hit.id for hit in documents.read(shop, finder.documents_of, stocked["coffee"])} == {
        stocked["draft"],
        stocked["order"],
    }


def test_products_are_found_by_code_name_and_reading(shop: Shop) -> None:
    pump = {"code": "PP-100", "name": "循環水泵", "specification": "10HP", "list_price": Decimal(21500)}
    key = documents.write(shop, products.create, pump)
    for typed in ("pp-1", "水泵", "xhsb", "10hp"):
        (hit,) = documents.read(shop, finder.find, typed)
        assert (hit.entity, hit.id, hit.title, hit.code, hit.text) == (
            finder.PRODUCT, key, "循環水泵", "PP-100", "10HP",
        )  # fmt: skip
        assert (hit.total, hit.currency, hit.state) == (21500, "TWD", "")
    documents.write(shop, products.archive, key)
    assert documents.read(shop, finder.find, "水泵") == []
    (hit,) = documents.read(shop, finder.recall, [(finder.PRODUCT, key), (finder.PRODUCT, uuid.UUID(int=1))])
    assert hit.state == "archived"
