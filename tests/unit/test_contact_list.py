"""The contacts of all customers, listed and searched."""

from __future__ import annotations

import uuid

import pytest

from desktop_crm.services import contact_list, contacts, customers
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.services.shops import Shop

PEOPLE = {
    "宏益建設": [("張志明", "0912-345-678", "ming@hongyi.example"), ("李淑芬", "04-2258-1180", "")],
    "Harbour View Hotel": [("Amy Wong", "+852 2811 3388", "")],
    "青田咖啡館": [("張美麗", "", "mei@qingtian.example")],
}


@pytest.fixture
def people(shop: Shop) -> dict[str, uuid.UUID]:
    made = {}
    for at, persons in PEOPLE.items():
        key = shop.database.run(customers.create, CustomerForm({"name": at})).result
        made[at] = key
        for name, phone, mail in persons:
            points = (*([Point("mobile", phone)] if phone else []), *([Point("email", mail)] if mail else []))
            made[name] = shop.database.run(contacts.create, key, {"name": name, "title": "經理"}, points).result
    return made


def names(shop: Shop, text: str = "", language: str = "zh_TW") -> list[str]:
    with shop.database.read() as session:
        rows = contact_list.window(session, text, language, 0, 100)
        assert contact_list.count(session, text) == len(rows)
        assert [contact_list.position(session, text, language, row.id) for row in rows] == list(range(len(rows)))
        return [row.name for row in rows]


def test_everybody_is_listed_by_customer(shop: Shop, people: dict[str, uuid.UUID]) -> None:
    assert names(shop) == ["Amy Wong", "張志明", "李淑芬", "張美麗"]
    assert names(shop, language="zh_CN") == ["Amy Wong", "張志明", "李淑芬", "張美麗"]
    with shop.database.read() as session:
        [row] = contact_list.window(session, "", "zh_TW", 1, 1)
    assert (row.customer, row.phone, row.mail, row.title) == (
        "宏益建設", "0912-345-678", "ming@hongyi.example", "經理"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("張", ["張美麗", "張志明"]),
        ("zhang", ["張美麗", "張志明"]),
        ("zzm", ["張志明"]),
        ("ㄓㄓㄇ", ["張志明"]),
        ("0912 345", ["張志明"]),
        ("2811-3388", ["Amy Wong"]),
        ("宏益", ["張志明", "李淑芬"]),
        ("宏益 李", ["李淑芬"]),
        ("mei@qingtian", ["張美麗"]),
        ("%", []),
        ("nobody", []),
    ],
)
def test_a_person_is_found_by_name_reading_number_and_customer(
    shop: Shop, people: dict[str, uuid.UUID], typed: str, found: list[str]
) -> None:
    assert names(shop, typed) == found


def test_who_left_and_who_is_at_an_archived_customer_is_not_listed(shop: Shop, people: dict[str, uuid.UUID]) -> None:
    shop.database.run(contacts.archive, people["李淑芬"])
    shop.database.run(customers.archive, people["青田咖啡館"])
    assert names(shop) == ["Amy Wong", "張志明"]
    assert names(shop, "張") == ["張志明"]
