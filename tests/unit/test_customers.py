"""Customers through the service, in a real shop file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.settings import Trade
from desktop_crm.services import (
    check,
    contacts,
    customer_card,
    customer_list,
    customers,
    followups,
    history,
    settings,
)
from desktop_crm.services.customer_list import CustomerQuery
from desktop_crm.services.customers import CustomerForm, Point, PostalAddress
from desktop_crm.services.shops import Shop

PHONE = Point("phone", "04-2258-1180", is_primary=True)
ADDRESS = PostalAddress(postal_code="407", county="台中市", district="西屯區", street="文心路 1 號")


def form(name: str = "宏益建設有限公司", **values: Any) -> CustomerForm:
    return CustomerForm({"name": name, **values}, (PHONE,), ADDRESS)


def names(shop: Shop, **query: Any) -> list[str]:
    with shop.database.read() as session:
        return [row.name for row in customer_list.window(session, CustomerQuery(**query), 0, 100)]


def test_a_new_customer_is_in_the_list_and_found_by_every_way(shop: Shop) -> None:
    shop.database.run(customers.create, form(tax_number="04595257"))
    for typed in ("宏益", "建設", "hy", "hongyi", "ㄏㄧ", "2258", "04595257", "C00001"):
        assert names(shop, text=typed) == ["宏益建設有限公司"], typed
    assert names(shop, text="永昌") == []


def test_what_is_loaded_is_what_was_saved(shop: Shop) -> None:
    key = shop.database.run(customers.create, form(industry="營造業")).result
    with shop.database.read() as session:
        loaded = customers.load(session, key)
    assert (loaded.values["industry"], loaded.points, loaded.address) == ("營造業", (PHONE,), ADDRESS)


def test_a_renamed_customer_is_found_under_the_new_name_only(shop: Shop) -> None:
    key = shop.database.run(customers.create, form()).result
    shop.database.run(customers.update, key, form("永昌機電"))
    assert names(shop, text="永昌") == ["永昌機電"]
    assert names(shop, text="宏益") == []


@pytest.mark.parametrize(
    "other",
    [
        form(note="in the meantime"),
        CustomerForm({}, (Point("phone", "04-2258-0000"),)),
        CustomerForm({}, (PHONE,), PostalAddress()),
    ],
    ids=["a field", "the phone", "the address is gone"],
)
def test_a_form_loaded_before_another_change_does_not_win(shop: Shop, other: CustomerForm) -> None:
    key = shop.database.run(customers.create, form()).result
    with shop.database.read() as session:
        loaded = customers.load(session, key)
    shop.database.run(customers.update, key, other)
    with shop.database.read() as session:
        stands = customers.load(session, key)
    with pytest.raises(UserError, match="Somebody else changed this record"):
        shop.database.run(customers.update, key, loaded)
    with shop.database.read() as session:
        assert customers.load(session, key) == stands
    shop.database.run(customers.update, key, stands)


def test_undo_brings_the_old_name_back_everywhere(shop: Shop) -> None:
    key = shop.database.run(customers.create, form()).result
    change = shop.database.run(customers.update, key, form("永昌機電"))
    shop.database.run(history.undo, change.changed.batch_id)
    assert names(shop, text="宏益") == ["宏益建設有限公司"]
    with shop.database.read() as session:
        assert check.run(session) == []
        actions = [row.action for row in history.of_record(session, "customer", key)]
    assert actions == ["history.undo", "customers.update", "customers.create"]


def test_undo_of_a_creation_removes_it_and_its_phone(shop: Shop) -> None:
    made = shop.database.run(customers.create, form())
    shop.database.run(history.undo, made.changed.batch_id)
    assert names(shop) == []
    with shop.database.read() as session:
        assert check.run(session) == []


def test_undo_refuses_when_the_record_changed_since(shop: Shop) -> None:
    key = shop.database.run(customers.create, form()).result
    first = shop.database.run(customers.update, key, form("甲"))
    shop.database.run(customers.update, key, form("乙"))
    with pytest.raises(UserError):
        shop.database.run(history.undo, first.changed.batch_id)
    assert names(shop) == ["乙"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "長" * 301}, "name"),
        ({"legal_form": "castle"}, "legal_form"),
        ({"customer_type": "friend"}, "customer_type"),
        ({"code": "TAKEN"}, "code"),
    ],
)
def test_bad_values_are_refused_at_their_field(shop: Shop, values: dict[str, str], field: str) -> None:
    shop.database.run(customers.create, form("有人", code="TAKEN"))
    with pytest.raises(UserError) as refused:
        shop.database.run(customers.create, CustomerForm({"name": "甲", **values}))
    assert refused.value.field == field
    assert names(shop) == ["有人"]


def test_a_wrong_tax_number_asks_and_may_be_kept(shop: Shop) -> None:
    with pytest.raises(NeedsConfirmation) as asked:
        shop.database.run(customers.create, form(tax_number="12345678"))
    shop.database.run(customers.create, form(tax_number="12345678"), frozenset({asked.value.key}))
    assert names(shop, text="12345678") == ["宏益建設有限公司"]


def test_archived_customers_leave_the_list_and_come_back(shop: Shop) -> None:
    key = shop.database.run(customers.create, form()).result
    shop.database.run(customers.archive, key)
    assert names(shop) == []
    assert names(shop, filter="archived") == ["宏益建設有限公司"]
    shop.database.run(customers.restore, key)
    assert names(shop) == ["宏益建設有限公司"]


def test_names_sort_by_strokes_in_taiwan_and_by_pinyin_in_china(shop: Shop) -> None:
    for name in ("陳記", "丁記", "王記", "一記"):
        shop.database.run(customers.create, form(name))
    assert names(shop, language="zh_TW") == ["一記", "丁記", "王記", "陳記"]
    assert names(shop, language="zh_CN") == ["陳記", "丁記", "王記", "一記"]
    assert names(shop, language="zh_TW", descending=True, sort="name") == ["陳記", "王記", "丁記", "一記"]


def test_empty_follow_up_dates_sort_last_both_ways(shop: Shop) -> None:
    keys = [shop.database.run(customers.create, form(name)).result for name in "甲乙丙"]
    today = dt.date(2026, 11, 21)
    shop.database.run(followups.plan, keys[0], "回電", today)
    shop.database.run(followups.plan, keys[2], "拜訪", today + dt.timedelta(days=3))
    assert names(shop, sort="next") == ["甲", "丙", "乙"]
    assert names(shop, sort="next", descending=True) == ["丙", "甲", "乙"]


def test_the_first_contact_is_the_primary_one_and_is_searched(shop: Shop) -> None:
    key = shop.database.run(customers.create, form()).result
    shop.database.run(contacts.create, key, {"name": "張大明"}, (Point("mobile", "0912-000-345"),))
    second = shop.database.run(contacts.create, key, {"name": "李小姐"}).result
    assert names(shop, text="0912000345") == names(shop, text="張大") == ["宏益建設有限公司"]
    shop.database.run(contacts.update, second, {"is_primary": True})
    with shop.database.read() as session:
        assert [(row.name, row.is_primary) for row in contacts.rows(session, key)] == [
            ("李小姐", True),
            ("張大明", False),
        ]
        assert customer_card.load(session, key).counts["contacts"] == 2


@pytest.mark.parametrize("name", ["<b>粗</b>", "A & B", '=HYPERLINK("x")', "咖啡☕️😀", "مرحبا", "名" * 300, "a'b\"c"])
def test_odd_names_survive(shop: Shop, name: str) -> None:
    shop.database.run(customers.create, form(name))
    assert names(shop) == [name]
    with shop.database.read() as session:
        assert check.run(session) == []


def test_a_customer_of_a_shop_abroad_starts_with_its_country_and_currency(shop: Shop) -> None:
    shop.database.run(settings.save, Trade(currency="USD", country="US", document_language="en"))
    key = shop.database.run(customers.create, form("Hudson Plumbing")).result
    with shop.database.read() as session:
        values = customers.load(session, key).values
    assert (values["country"], values["currency"], values["language"]) == ("US", "USD", "en")


def test_only_one_contact_is_the_primary_one(shop: Shop) -> None:
    key = shop.database.run(customers.create, form()).result
    first = shop.database.run(contacts.create, key, {"name": "張志明"}).result
    shop.database.run(contacts.create, key, {"name": "李淑芬", "is_primary": True})
    with shop.database.read() as session:
        assert [(row.name, row.is_primary) for row in contacts.rows(session, key)] == [
            ("李淑芬", True),
            ("張志明", False),
        ]
    shop.database.run(contacts.update, first, {}, (PHONE,))
    saved = shop.database.run(contacts.update, first, {}, (PHONE,))
    assert saved.changed.entities == {}
    with shop.database.read() as session:
        assert [row.points for row in contacts.rows(session, key)] == [(), (PHONE,)]
        assert customers.load(session, key).points == (PHONE,)
