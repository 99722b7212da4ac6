"""What is erased is gone from the whole file; what must be kept stays, without names."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from desktop_crm.core.errors import UserError
from desktop_crm.models import Contact, Interaction, JournalEntry, Quotation, Tombstone
from desktop_crm.services import (
    check,
    contacts,
    customers,
    erasing,
    followups,
    history,
    interactions,
    orders,
    quotation_view,
    quotations,
    search,
    sites,
)
from desktop_crm.services.customers import CustomerForm, Point, PostalAddress
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.shops import Shop

SECRETS = ("王美玉", "0912345678", "天母東路", "怕狗")


@pytest.fixture
def person(shop: Shop) -> uuid.UUID:
    address = PostalAddress(county="台北市", street="天母東路 8 號")
    form = CustomerForm(
        {"name": "王美玉", "note": "怕狗", "legal_form": "person"}, (Point("mobile", "0912345678"),), address
    )
    key = shop.database.run(customers.create, form).result
    at = shop.database.run(contacts.create, key, {"name": "王美玉"}, (Point("mobile", "0912345678"),)).result
    shop.database.run(sites.create, key, {"name": "天母東路老家", "contact_id": at})
    shop.database.run(interactions.record, key, "call", "王美玉說怕狗", contact_id=at)
    shop.database.run(quotations.create_draft, key)
    with shop.database.write("plan") as session:
        followups.plan(session, key, "打給王美玉", dt.date(2026, 12, 1))
    return key


def leftovers(shop: Shop) -> list[str]:
    """Where the texts still stand, in any table."""
    found = []
    forms = {*SECRETS, *(json.dumps(secret).strip('"') for secret in SECRETS)}  # as text, and as JSON writes it
    with shop.database.read() as session:
        connection = session.connection()
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for table in tables:
            if not table.startswith(("search_index", "search_token", "sqlite")):
                rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
                for value in (value for row in rows for value in row):
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    found += [table for form in forms if form in text]
    return found


def test_a_person_without_documents_is_gone_everywhere(shop: Shop, person: uuid.UUID) -> None:
    other = shop.database.run(customers.create, CustomerForm({"name": "李四", "referrer_id": person})).result
    with shop.database.read() as session:
        extent = erasing.extent(session, person)
    assert (extent.documents, extent.contacts, extent.sites, extent.interactions, extent.follow_ups, extent.drafts) == (
        0, 1, 1, 1, 1, 1,
    )  # fmt: skip
    assert leftovers(shop)
    outcome = shop.database.run(erasing.erase, person)
    assert leftovers(shop) == []
    with shop.database.read() as session:
        assert search.search(session, "王美玉").ids == []
        assert check.run(session) == []
        assert session.scalar(select(Tombstone.entity).where(Tombstone.key == person)) == "customer"
        assert customers.load(session, other).values["referrer_id"] is None
        assert not history.can_undo(session, outcome.changed.batch_id)
    assert person in outcome.changed.entities["customer"]


def test_what_was_deleted_before_is_forgotten_too(shop: Shop, person: uuid.UUID) -> None:
    with shop.database.read() as session:
        form = customers.load(session, person)
        (draft,) = session.scalars(select(Quotation.id)).all()
        (called,) = session.scalars(select(Interaction.id)).all()
        contact = session.scalars(select(Contact.id)).one()
        header = quotation_view.load(session, draft).header
    shop.database.run(quotations.save_draft, draft, replace(header, project_name="天母東路"), [DraftLine("王美玉")])
    shop.database.run(quotations.delete_draft, draft)
    shop.database.run(interactions.delete, called)
    shop.database.run(contacts.update, contact, {"name": "甲"}, ())
    shop.database.run(customers.update, person, replace(form, points=(), address=PostalAddress()))
    assert "journal" in leftovers(shop)
    shop.database.run(erasing.erase, person)
    assert leftovers(shop) == []


def test_numbers_a_nameless_contact_had_before_are_forgotten(shop: Shop) -> None:
    firm = shop.database.run(customers.create, CustomerForm({"name": "公司"})).result
    contact = shop.database.run(contacts.create, firm, {"name": "王美玉"}, (Point("mobile", "0912345678"),)).result
    undone = shop.database.run(contacts.create, firm, {"name": "王美玉"}, (Point("mobile", "0912345678"),)).changed
    shop.database.run(history.undo, undone.batch_id)
    shop.database.run(contacts.update, contact, {}, ())
    shop.database.run(erasing.make_nameless, firm)
    assert leftovers(shop) == []


def test_with_documents_only_the_contacts_lose_their_names(shop: Shop, person: uuid.UUID) -> None:
    line = DraftLine("水管", Decimal(1), Decimal(100))
    shop.database.run(orders.create, person, [line], OrderHeader(tax_mode="untaxed"))
    with pytest.raises(UserError, match="must be kept"):
        shop.database.run(erasing.erase, person)
    with shop.database.read() as session:
        before = erasing.extent(session, person)
    outcome = shop.database.run(erasing.make_nameless, person)
    assert outcome.result == 1
    firm = shop.database.run(customers.create, CustomerForm({"name": "公司", "note": "x"}, (Point("phone", "02-1"),)))
    with shop.database.read() as session:
        assert (before.own, erasing.extent(session, person).own, erasing.extent(session, firm.result).own) == (3, 0, 0)
    shop.database.run(erasing.make_nameless, firm.result)
    with shop.database.read() as session:
        assert customers.load(session, firm.result).values["note"] == "x"  # that of a firm is no person's
    with shop.database.read() as session:
        loaded = customers.load(session, person)
        assert (loaded.points, loaded.values["note"]) == ((), "")
        told = json.dumps(session.scalars(select(JournalEntry.changes)).all(), ensure_ascii=False)
        assert [secret for secret in ("0912345678", "天母東路 8 號") if secret in told] == []
        assert search.search(session, "0912345678").ids == []
        assert [tuple(row) for row in session.execute(select(Contact.name, Contact.archived_at.is_not(None)))] == [
            ("—", True)
        ]
        told = session.scalars(select(JournalEntry.changes).where(JournalEntry.entity == "contact")).all()
        assert told == [{}] * len(told)
        assert customers.load(session, person).values["name"] == "王美玉"
        assert check.run(session) == []
        assert not history.can_undo(session, outcome.changed.batch_id)
