"""Sites of customers through the service, in a real shop file."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from desktop_crm.core.errors import UserError
from desktop_crm.services import contacts, customers, equipment, history, sites
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.shops import Shop


@pytest.fixture
def owner(shop: Shop) -> uuid.UUID:
    return shop.database.run(customers.create, CustomerForm({"name": "宏益建設"})).result


def rows(shop: Shop, owner: uuid.UUID) -> list[sites.SiteRow]:
    with shop.database.read() as session:
        return sites.rows(session, owner)


def choices(shop: Shop, owner: uuid.UUID, chosen: uuid.UUID | None = None) -> list[str]:
    with shop.database.read() as session:
        return [name for _key, name in sites.choices(session, owner, chosen)]


def test_a_site_is_added_changed_archived_and_brought_back(shop: Shop, owner: uuid.UUID) -> None:
    person = shop.database.run(contacts.create, owner, {"name": "林工頭"}).result
    values = {"name": " B 棟 ", "contact_id": person, "county": "台中市", "district": "西屯區", "street": "市政路 2 號"}
    key = shop.database.run(sites.create, owner, values).result
    [row] = rows(shop, owner)
    assert (row.name, row.contact, row.address("TW")) == ("B 棟", "林工頭", "台中市西屯區市政路 2 號")
    shop.database.run(sites.update, key, {"name": "B 棟地下室"})
    assert choices(shop, owner) == ["B 棟地下室"]
    gone = shop.database.run(sites.archive, key)
    assert (choices(shop, owner), choices(shop, owner, key)) == ([], ["B 棟地下室"])
    assert [row.archived for row in rows(shop, owner)] == [True]
    shop.database.run(sites.restore, key)
    assert choices(shop, owner) == ["B 棟地下室"]
    with pytest.raises(UserError):
        shop.database.run(history.undo, gone.changed.batch_id)


def test_the_site_of_another_customer_is_found_and_named_with_its_owner(shop: Shop, owner: uuid.UUID) -> None:
    other = shop.database.run(customers.create, CustomerForm({"name": "王大明"})).result
    house = shop.database.run(sites.create, other, {"name": "王宅", "street": "公益路 12 號"}).result
    own = shop.database.run(sites.create, owner, {"name": "工務所", "street": "公益路 1 號"}).result
    assert choices(shop, owner) == ["工務所"]
    assert choices(shop, owner, house) == ["工務所", "王宅 · 王大明"]
    with shop.database.read() as session:
        found = {typed: [row.id for row in sites.search(session, typed)] for typed in ("公益", "王 公益", "100%", " ")}
    assert found == {"公益": [own, house], "王 公益": [house], "100%": [], " ": []}
    shop.database.run(sites.archive, house)
    with shop.database.read() as session:
        assert sites.search(session, "王宅") == []


def test_a_site_tells_what_stands_there(shop: Shop, owner: uuid.UUID) -> None:
    key = shop.database.run(sites.create, owner, {"name": "機房"}).result
    _tower, pump = (
        shop.database.run(equipment.create, {"customer_id": owner, "site_id": key, "name": name}).result
        for name in ("冷卻水塔", "泵")
    )
    assert rows(shop, owner)[0].equipment == ("冷卻水塔", "泵")
    shop.database.run(equipment.retire, pump)
    assert rows(shop, owner)[0].equipment == ("冷卻水塔",)


@pytest.mark.parametrize(("values", "field"), [({}, "name"), ({"name": "  "}, "name"), ({"name": "x" * 301}, "name")])
def test_a_site_needs_a_name(shop: Shop, owner: uuid.UUID, values: dict[str, Any], field: str) -> None:
    with pytest.raises(UserError) as caught:
        shop.database.run(sites.create, owner, values)
    assert caught.value.field == field


def test_the_contact_must_be_one_of_the_customer(shop: Shop, owner: uuid.UUID) -> None:
    other = shop.database.run(customers.create, CustomerForm({"name": "永昌"})).result
    person = shop.database.run(contacts.create, other, {"name": "張先生"}).result
    key = shop.database.run(sites.create, owner, {"name": "A"}).result
    with pytest.raises(UserError) as caught:
        shop.database.run(sites.update, key, {"contact_id": person})
    assert caught.value.field == "contact_id"
