"""A step that is taken back is named."""

from __future__ import annotations

import uuid

import pytest

from desktop_crm.core.titles import RECORDS
from desktop_crm.services import (
    change_words,
    contacts,
    customers,
    interactions,
    quotations,
    sites,
    trade,
)
from desktop_crm.services.change_words import Step, step_of
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.services.shops import Shop


@pytest.fixture
def key(shop: Shop) -> uuid.UUID:
    return shop.database.run(
        customers.create, CustomerForm({"name": "宏益建設"}, (Point("phone", "04-22581180"),))
    ).result


def told(shop: Shop, batch: uuid.UUID) -> Step | None:
    with shop.database.read() as session:
        return step_of(session, batch)


def test_a_customer_is_told_with_what_was_done(shop: Shop, key: uuid.UUID) -> None:
    made = shop.database.run(customers.create, CustomerForm({"name": "永昌"}))
    assert told(shop, made.changed.batch_id) == Step("customer", "永昌", "added")
    for function, verb in ((customers.archive, "archived"), (customers.restore, "restored")):
        assert told(shop, shop.database.run(function, key).changed.batch_id) == Step("customer", "宏益建設", verb)
    renamed = shop.database.run(customers.update, key, CustomerForm({"name": "宏益營造"}))
    assert told(shop, renamed.changed.batch_id) == Step("customer", "宏益營造", "changed")


def test_a_part_is_told_by_the_record_it_belongs_to(shop: Shop, key: uuid.UUID) -> None:
    form = CustomerForm({}, (Point("phone", "04-22580000"),))
    assert told(shop, shop.database.run(customers.update, key, form).changed.batch_id) == Step(
        "customer", "宏益建設", "changed"
    )
    person = shop.database.run(contacts.create, key, {"name": "張志明"}, (Point("mobile", "0912345678"),))
    assert told(shop, person.changed.batch_id) == Step("contact", "張志明", "added")
    silent = shop.database.run(contacts.update, person.result, {}, ())
    assert told(shop, silent.changed.batch_id) == Step("contact", "張志明", "changed")


def test_settings_are_told_as_settings(shop: Shop) -> None:
    changed = shop.database.run(trade.change, {"payment_terms": "月結三十天"})
    assert told(shop, changed.changed.batch_id) == Step("setting", "", "changed")


def test_drafts_and_small_records_are_told_too(shop: Shop, key: uuid.UUID) -> None:
    draft = shop.database.run(quotations.create_draft, key)
    assert told(shop, draft.changed.batch_id) == Step("quotation", "宏益建設", "added")
    gone = shop.database.run(quotations.delete_draft, draft.result)
    assert told(shop, gone.changed.batch_id) == Step("quotation", "宏益建設", "removed")
    said = shop.database.run(interactions.record, key, "call", "要補報價")
    assert told(shop, said.changed.batch_id) == Step("interaction", "要補報價", "added")
    place = shop.database.run(sites.create, key, {"name": "B 棟"})
    assert told(shop, place.changed.batch_id) == Step("site", "B 棟", "added")


def test_what_has_no_name_is_not_named(shop: Shop) -> None:
    assert told(shop, uuid.uuid4()) is None


def test_every_named_record_has_a_word() -> None:
    assert set(change_words.NAMES) == set(RECORDS)
    assert {owner for ways in change_words.OWNERS.values() for _column, owner in ways} <= {
        *change_words.NAMES,
        *change_words.OWNERS,
    }
    models = change_words._models()
    for entity, column in change_words.NAMES.items():
        assert not column or hasattr(models[entity], column), entity
    for entity, ways in change_words.OWNERS.items():
        assert all(hasattr(models[entity], column) for column, _owner in ways), entity


def test_of_many_records_one_is_named_and_the_rest_counted(shop: Shop, key: uuid.UUID) -> None:
    other = shop.database.run(customers.create, CustomerForm({"name": "永昌"})).result
    with shop.database.write("both") as session:
        customers.archive(session, key)
        customers.archive(session, other)
        contacts.create(session, key, {"name": "張志明"})
        batch = session.info["batch"].id
    step = told(shop, batch)
    assert step is not None
    assert (step.entity, step.verb, step.others) == ("customer", "archived", 1)
