"""The journal tells enough to take everything back, and undo refuses what it must not touch."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.models import Contact, ContactPoint, Customer, CustomerFigures, JournalEntry, Record, Tombstone
from desktop_crm.services import check, contacts, customers, followups, history, interactions, orders, quotations, staff
from desktop_crm.services.customers import CustomerForm, Point, PostalAddress
from desktop_crm.services.shops import Shop
from desktop_crm.store import journal
from tests.unit.documents import customer, item, read, write

SILENT = {"version", "updated_at"}
NAMES = ["宏益建設有限公司", "永昌機電", "Café Ñandú", "ACME & Söhne", "陳小姐"]


def dump(shop: Shop) -> dict[str, dict[uuid.UUID, tuple[Any, ...]]]:
    """Every record there is, without versions and times of change."""
    found = {}
    with shop.database.read() as session:
        for mapper in Record.registry.mappers:
            if issubclass(mapper.class_, Record):
                table = mapper.local_table
                assert isinstance(table, Table)
                columns = [column for column in table.c if column.name not in SILENT]
                found[table.name] = {row.id: tuple(row) for row in session.execute(select(*columns))}
    return found


# -- undo of everything ----------------------------------------------------------------------------


class Clerk:
    """Does random things to customers and remembers the batches."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.random = random.Random(seed)
        self.batches: list[uuid.UUID] = []

    def run(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        outcome = self.shop.database.run(function, *arguments, **named)
        if outcome.changed.entities:
            self.batches.append(outcome.changed.batch_id)

    def some(self, column: Any) -> uuid.UUID | None:
        with self.shop.database.read() as session:
            keys = sorted(session.scalars(select(column)))
        return self.random.choice(keys) if keys else None

    def form(self) -> CustomerForm:
        choose = self.random.choice
        return CustomerForm(
            {
                "name": choose(NAMES),
                "note": choose(["", "老客戶"]),
                "credit_limit": choose([None, 0, 500_000]),
                "closing_day": choose([None, 25]),
            },
            tuple(Point("phone", f"04-{self.random.randrange(10**8):08}") for _ in range(choose([0, 1, 3]))),
            choose([None, PostalAddress(), PostalAddress(street="文心路 1 號")]),
        )

    def step(self) -> None:
        choose = self.random.choice
        key = self.some(Customer.id)
        contact = self.some(Contact.id)
        points = (Point("mobile", f"09{self.random.randrange(10**8):08}"),)
        steps: list[Callable[[], None]] = [lambda: self.run(customers.create, self.form())]
        if key is not None:
            day = clock.today() + dt.timedelta(days=self.random.randrange(60))
            steps += [
                lambda: self.run(customers.update, key, self.form()),
                lambda: self.run(choose([customers.archive, customers.restore]), key),
                lambda: self.run(contacts.create, key, {"name": choose(NAMES)}, points),
                lambda: self.run(followups.plan, key, "回電", day, due_time=choose([None, dt.time(9, 30)])),
                lambda: self.run(interactions.record, key, "call", "談過"),
            ]
        if contact is not None:
            steps += [
                lambda: self.run(contacts.update, contact, {"name": choose(NAMES), "is_primary": True}, points),
                lambda: self.run(contacts.archive, contact),
            ]
        choose(steps)()


@given(seed=st.integers(0, 2**32), count=st.integers(1, 14))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_undoing_everything_backwards_gives_the_start_and_redoing_it_the_end(shop: Shop, seed: int, count: int) -> None:
    start = dump(shop)
    clerk = Clerk(shop, seed)
    for _ in range(count):
        clerk.step()
    end = dump(shop)
    undone = [shop.database.run(history.undo, batch).changed.batch_id for batch in reversed(clerk.batches)]
    assert dump(shop) == start
    assert read(shop, check.run) == []
    redone = [shop.database.run(history.undo, batch).changed.batch_id for batch in reversed(undone)]
    assert dump(shop) == end
    assert read(shop, check.run) == []
    for batch in reversed(redone):  # and leave the shop as the next example expects it
        write(shop, history.undo, batch)


# -- what is journaled -----------------------------------------------------------------------------


def entries(shop: Shop, **of: Any) -> list[JournalEntry]:
    with shop.database.read() as session:
        query = select(JournalEntry).order_by(JournalEntry.sequence)
        for name, value in of.items():
            query = query.where(getattr(JournalEntry, name) == value)
        return list(session.scalars(query))


def test_an_update_tells_old_and_new_of_what_changed_only(shop: Shop) -> None:
    key = customer(shop, note="舊")
    change = shop.database.run(customers.update, key, CustomerForm({"name": "宏益建設有限公司", "note": "新"}))
    (entry,) = entries(shop, batch_id=change.changed.batch_id)
    assert (entry.verb, entry.entity, entry.key, entry.action) == ("update", "customer", key, "customers.update")
    assert entry.changes == {"note": ["舊", "新"]}


def test_sequences_run_on_through_flushes_of_one_batch(shop: Shop) -> None:
    before = len(entries(shop))
    key = customer(shop)
    write(shop, orders.create, key, [item(), item()])
    found = [entry.sequence for entry in entries(shop)]
    assert len(found) > before + 3
    assert found == list(range(found[0], found[0] + len(found)))


def test_entries_stand_in_an_order_that_can_be_undone(shop: Shop) -> None:
    """Parents before their children, whatever order they were added in."""

    def make(session: Session) -> None:
        key = Customer(code="X1", name="宏益")
        session.add(key)
        session.flush()
        contact = Contact(customer_id=key.id, name="陳小姐", id=uuid.uuid4())
        point = ContactPoint(customer_id=key.id, contact_id=contact.id, kind="phone", typed="1", e164="")
        session.add(point)
        session.add(contact)
        journal_order = journal._rank(contact) < journal._rank(point)
        assert journal_order

    def make_checked(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        make(session)

    batch = shop.database.run(make_checked).changed.batch_id
    assert [entry.entity for entry in entries(shop, batch_id=batch)] == ["customer", "contact", "contact_point"]
    write(shop, history.undo, batch)
    assert read(shop, check.run) == []


def test_a_bulk_update_raises_versions_and_keeps_everything_in_step(shop: Shop) -> None:
    keys = [customer(shop, f"客戶{number}") for number in range(3)]
    owner = write(shop, staff.create, {"name": "林先生", "code": "S09"})
    write(shop, lambda session: journal.bulk_update(session, Customer, keys[:1], {"owner_id": owner}))

    def assign(session: Session) -> tuple[int, str]:
        loaded = session.get_one(Customer, keys[1])
        count = journal.bulk_update(session, Customer, keys, {"owner_id": owner})
        assert loaded.owner_id == owner  # what was loaded before is not stale
        loaded.note = "a change after the bulk statement is no conflict"
        return count, loaded.name

    outcome = shop.database.run(assign)
    assert outcome.result[0] == 2  # the first had that owner already
    assert outcome.changed.entities["customer"] == frozenset(keys[1:])
    with shop.database.read() as session:
        assert [session.scalar(select(Customer.version).where(Customer.id == key)) for key in keys] == [2, 3, 2]
        assert set(session.scalars(select(CustomerFigures.owner_id))) == {owner}
        assert check.run(session) == []
    write(shop, history.undo, outcome.changed.batch_id)
    with shop.database.read() as session:
        assert session.scalars(select(func.count(Customer.owner_id))).one() == 1
        assert check.run(session) == []


def test_what_is_deleted_leaves_a_tombstone_until_it_is_undone(shop: Shop) -> None:
    form = CustomerForm({"name": "宏益"}, (Point("phone", "04-22581180"),))
    key = write(shop, customers.create, form)
    for _ in range(2):  # deleting the same record a second time is no clash
        deleted = shop.database.run(customers.update, key, CustomerForm({"name": "宏益"}))
        with shop.database.read() as session:
            assert session.scalars(select(Tombstone.entity)).all() == ["contact_point"]
        write(shop, history.undo, deleted.changed.batch_id)
        with shop.database.read() as session:
            assert session.scalars(select(Tombstone.entity)).all() == []
    assert read(shop, customers.load, key).points == form.points


# -- what undo refuses -----------------------------------------------------------------------------


def refuse(shop: Shop, batch: uuid.UUID, match: str) -> None:
    before = dump(shop)
    with pytest.raises(UserError, match=match):
        write(shop, history.undo, batch)
    assert dump(shop) == before


SINCE = "was changed again since; nothing was undone"


def test_a_record_changed_again_since_is_not_undone(shop: Shop) -> None:
    key = customer(shop)
    change = shop.database.run(customers.update, key, CustomerForm({"name": "永昌"}))
    write(shop, customers.update, key, CustomerForm({"name": "大同"}))
    refuse(shop, change.changed.batch_id, SINCE)


def test_making_a_customer_is_not_undone_after_an_empty_field_was_filled(shop: Shop) -> None:
    made = shop.database.run(customers.create, CustomerForm({"name": "宏益"}))
    write(shop, customers.archive, made.result)  # archived_at was empty before
    refuse(shop, made.changed.batch_id, SINCE)


def test_making_a_customer_is_not_undone_once_something_refers_to_it(shop: Shop) -> None:
    made = shop.database.run(customers.create, CustomerForm({"name": "宏益"}))
    write(shop, orders.create, made.result, [item()])
    refuse(shop, made.changed.batch_id, SINCE)


def test_a_batch_is_not_undone_twice(shop: Shop) -> None:
    made = shop.database.run(customers.create, CustomerForm({"name": "宏益"}))
    write(shop, history.undo, made.changed.batch_id)
    refuse(shop, made.changed.batch_id, SINCE)


def test_a_batch_that_gave_out_a_document_number_is_not_undone(shop: Shop) -> None:
    key = customer(shop)
    order = shop.database.run(orders.create, key, [item()])
    refuse(shop, order.changed.batch_id, "This step cannot be undone")
    changed = shop.database.run(orders.update, order.result, {"promised_on": clock.today()})
    write(shop, history.undo, changed.changed.batch_id)
    draft = shop.database.run(quotations.create_draft, key)
    write(shop, history.undo, draft.changed.batch_id)
    assert read(shop, check.run) == []


def test_an_unknown_batch_and_a_note_cannot_be_undone(shop: Shop) -> None:
    noted = shop.database.run(lambda session: journal.note(session, "customer", None, {"count": 200}))
    refuse(shop, uuid.uuid4(), "This step cannot be undone")
    refuse(shop, noted.changed.batch_id, "This step cannot be undone")
