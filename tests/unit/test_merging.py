"""Two customers that are the same become one, with everything that refers to them, and two again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.models import (
    Address,
    Base,
    Consent,
    Customer,
    CustomerFigures,
    CustomerTag,
    CustomField,
    CustomValue,
    Equipment,
    ExternalKey,
    QuotationRevision,
    Record,
    Site,
    Tag,
)
from desktop_crm.services import (
    check,
    contacts,
    customer_list,
    customers,
    deliveries,
    duplicates,
    equipment,
    erasing,
    figures,
    finder,
    followups,
    grading,
    history,
    import_mapping,
    import_match,
    imports,
    interactions,
    invoices,
    merging,
    order_changes,
    orders,
    payments,
    price_lists,
    quotations,
    references,
    sites,
)
from desktop_crm.services.customer_list import CustomerQuery
from desktop_crm.services.customers import CustomerForm, Point, PostalAddress
from desktop_crm.services.duplicates import Candidate
from desktop_crm.services.import_fields import CUSTOMERS, ORDERS
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, draft, draw, issued, item, order, order_card, owed, read, write
from tests.unit.test_erasing import leftovers
from tests.unit.test_journal import dump

NORTHWIND = Path(__file__).resolve().parents[1] / "data" / "northwind"
DERIVED = {"customer_month", "customer_figures", "order_to_accept", "receivable"}  # compared with a rebuild by check


@pytest.fixture(autouse=True)
def _today(shop: Shop, clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at(f"{TODAY} 09:00")
    write(shop, figures.rebuild)


class Firm:
    """A customer with everything that can refer to one."""

    def __init__(self, shop: Shop, name: str = "宏益建設有限公司", **values: Any) -> None:
        self.shop = shop
        points = (Point("phone", "04-2258-1180", is_primary=True), Point("email", "office@hongyi.example"))
        address = PostalAddress(county="台中市", street="文心路 1 號")
        self.id = self.do(customers.create, CustomerForm({"name": name, **values}, points, address))
        self.contact = self.do(contacts.create, self.id, {"name": "王小明"}, (Point("mobile", "0912345678"),))
        self.site = self.do(sites.create, self.id, {"name": "機房", "street": "工業路 5 號"})
        self.do(interactions.record, self.id, "call", "談過", contact_id=self.contact)
        self.do(followups.plan, self.id, "回電", TODAY, about=("customer", self.id))
        draft(shop, self.id, [item()], contact_id=self.contact, site_id=self.site)
        self.quotation = issued(shop, self.id, contact_id=self.contact, site_id=self.site)
        self.do(quotations.mark_sent, self.quotation)
        self.order = order(shop, self.id, 1000)
        self.payment = self.do(payments.receive, self.id, "cash", 300, TODAY, {self.order: 300})
        self.do(
            invoices.record, self.order, InvoiceForm(f"AB{self.order.int % 10**8:08}", "triplicate", TODAY, 1000, 0)
        )
        self.machine = self.do(equipment.create, {"customer_id": self.id, "name": "水塔", "site_id": self.site})
        self.do(self._labels)

    def do(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return write(self.shop, function, *args, **named)

    def _labels(self, session: Session) -> None:
        """What no service makes yet."""
        for model, values in (
            (Consent, {"contact_id": self.contact, "channel": "email", "is_given": True, "happened_at": clock.now()}),
            (CustomerTag, {"tag_id": _only(session, Tag, {"name": "老客戶"})}),
        ):
            session.add(model(customer_id=self.id, **values))
        field = _only(session, CustomField, {"entity": "customer", "key": "size", "title": "人數"})
        session.add(CustomValue(entity="customer", record_id=self.id, field_id=field, number=Decimal(8)))
        session.add(ExternalKey(system="old", entity="customer", value=str(self.id), record_id=self.id))


def _only(session: Session, model: Any, values: dict[str, Any]) -> uuid.UUID:
    found = session.scalars(select(model)).first() or model(**values)
    session.add(found)
    session.flush()
    key: uuid.UUID = found.id
    return key


@pytest.fixture
def two(shop: Shop) -> tuple[Firm, Firm]:
    """Two customers that are one; the other one is also a user, a parent, a referrer, and was merged into."""
    first, second = Firm(shop), Firm(shop, "宏益建設（股）公司")
    write(shop, equipment.create, {"customer_id": customer(shop, "買家"), "user_id": second.id, "name": "水泵"})
    customer(shop, "子公司", parent_id=second.id, referrer_id=second.id)
    write(shop, merging.merge, second.id, customer(shop, "宏益"))
    write(shop, grading.apply)
    return first, second


def pointing(shop: Shop, key: uuid.UUID) -> dict[str, int]:
    """How many rows hold the key of a customer, by table and column, whatever the column is for."""
    found = {}
    with shop.database.read() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                to_customer = any(one.column.table.name == "customer" for one in column.foreign_keys)
                pointer = column.name in ("about_id", "record_id")
                if table.name not in DERIVED and (to_customer or pointer):
                    rows = session.scalars(select(column).where(column == key)).all()
                    found[f"{table.name}.{column.name}"] = len(rows)
    return found


def test_every_reference_is_moved(shop: Shop, two: tuple[Firm, Firm]) -> None:
    first, second = two
    before = pointing(shop, second.id)
    assert [name for name, count in before.items() if not count] == [], "the shop must have a row for each"
    write(shop, merging.merge, first.id, second.id)
    left = {name for name, count in pointing(shop, second.id).items() if count}
    assert left == {"external_key.record_id"}, "its row in another program still means this one"
    assert read(shop, check.run) == []
    assert owed(shop, first.id) == 1400
    assert owed(shop, second.id) == 0


def test_pointers_to_records_of_any_kind_are_all_known() -> None:
    """A column that names a kind of record stands beside one with its key."""
    named = {
        table.name
        for table in Record.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("entity") and table.name not in ("custom_field", "wording")  # keys of fields and texts
    }
    assert named - {"journal", "tombstone"} == {str(model.__tablename__) for model, _kind, _key in references.POINTERS}


def test_a_merge_is_taken_back_whole_and_done_again(shop: Shop, two: tuple[Firm, Firm]) -> None:
    first, second = two
    start = dump(shop)
    step = shop.database.run(merging.merge, first.id, second.id).changed
    end = dump(shop)
    undone = shop.database.run(history.undo, step.batch_id).changed
    assert dump(shop) == start
    assert read(shop, check.run) == []
    shop.database.run(history.undo, undone.batch_id)
    assert dump(shop) == end
    assert read(shop, check.run) == []
    assert {"customer", "contact", "quotation", "customer_order", "payment"} <= step.entities.keys()


def test_the_preview_says_what_the_merge_does(shop: Shop, two: tuple[Firm, Firm]) -> None:
    first, second = two
    preview = read(shop, merging.preview, first.id, second.id)
    moves = {"quotation": 2, "customer_order": 1, "payment": 1, "invoice_record": 1, "equipment": 2, "follow_up": 2}
    assert {name: preview.moves.get(name, 0) for name in moves} == moves
    assert preview.twins == 1
    assert {"contact", "site"} & preview.moves.keys() == set()
    assert not preview.site
    assert [(one.field, one.kept, one.other) for one in preview.differing] == [
        ("name", "宏益建設有限公司", "宏益建設（股）公司"), ("grade", "B", "C")
    ]  # fmt: skip


# -- people, ways, places ---------------------------------------------------------------------------


def test_people_numbers_and_places_are_joined_without_doubles(shop: Shop, two: tuple[Firm, Firm]) -> None:
    first, second = two
    write(shop, contacts.create, second.id, {"name": "李小姐", "is_primary": True}, (Point("phone", "04-9999-0000"),))
    write(shop, contacts.create, second.id, {"name": "王小明"}, (Point("mobile", "0987654321"),))  # a namesake
    write(shop, merging.merge, first.id, second.id)
    people = read(shop, contacts.rows, first.id)
    assert [(one.name, one.is_primary, [point.typed for point in one.points]) for one in people] == [
        ("王小明", True, ["0912345678"]),
        ("李小姐", False, ["04-9999-0000"]),
        ("王小明", False, ["0987654321"]),
    ]
    form = read(shop, customers.load, first.id)
    assert [point.typed for point in form.points] == ["04-2258-1180", "office@hongyi.example"]
    with shop.database.read() as session:
        assert session.scalars(select(Site.name).where(Site.archived_at.is_(None))).all() == ["機房"]
        assert session.scalars(select(Address.street)).all() == ["文心路 1 號"]
        drafts = select(QuotationRevision.contact_id).where(QuotationRevision.issued_at.is_(None))
        assert session.scalars(drafts).all() == [first.contact] * 2
        assert set(session.scalars(select(Equipment.site_id).where(Equipment.site_id.is_not(None)))) == {first.site}


def test_the_kept_ones_number_address_and_person_come_first(shop: Shop) -> None:
    """Also when those of the other one are older."""
    older = write(shop, customers.create, CustomerForm({"name": "甲"}, (Point("phone", "02-2345-6789", "", True),),
                  PostalAddress(county="台北市", street="忠孝東路 9 號")))  # fmt: skip
    write(shop, contacts.create, older, {"name": "林先生"})
    kept = write(shop, customers.create, CustomerForm({"name": "乙"}, (Point("phone", "04-2258-1180"),),
                 PostalAddress(county="台中市", street="文心路 1 號")))  # fmt: skip
    write(shop, contacts.create, kept, {"name": "王小姐"})
    preview = read(shop, merging.preview, kept, older)
    assert (preview.site, preview.ways, preview.note) == (True, 1, False)
    write(shop, merging.merge, kept, older)
    form = read(shop, customers.load, kept)
    assert [(point.typed, point.is_primary) for point in form.points] == [
        ("04-2258-1180", False),
        ("02-2345-6789", False),
    ]
    assert form.address is not None
    assert form.address.street == "文心路 1 號"
    assert [(one.name, one.street) for one in read(shop, sites.rows, kept)] == [("甲", "忠孝東路 9 號")]
    assert [(one.name, one.is_primary) for one in read(shop, contacts.rows, kept)] == [
        ("王小姐", True),
        ("林先生", False),
    ]
    with shop.database.read() as session:
        assert session.get_one(CustomerFigures, kept).phone == "04-2258-1180"


def test_an_address_only_the_other_one_has_is_taken_over(shop: Shop) -> None:
    address = PostalAddress(county="台北市", street="忠孝東路 9 號")
    other = write(shop, customers.create, CustomerForm({"name": "甲"}, (Point("line", "jia"),), address))
    kept = customer(shop, "乙")
    write(shop, merging.merge, kept, other)
    assert read(shop, customers.address_of, kept) == address
    assert read(shop, customers.load, kept).points == (Point("line", "jia"),)
    assert read(shop, sites.rows, kept) == []


# -- values -----------------------------------------------------------------------------------------


def test_empty_fields_are_filled_and_others_kept(shop: Shop) -> None:
    listed = write(shop, price_lists.create, {"name": "A 級"})
    kept = customer(shop, "甲", industry="營造", note="怕吵", agreed_payment_terms="月結 30 天")
    other = customer(
        shop, "乙", industry="建築", note="要發票", tax_number="04595257", price_list_id=listed, credit_limit=5000,
        agreed_payment_days=90,
    )  # fmt: skip
    preview = read(shop, merging.preview, kept, other)
    assert (preview.site, preview.ways, preview.note) == (False, 0, True)
    assert preview.filled == {"tax_number": "04595257", "price_list_id": "A 級", "credit_limit": 5000}
    assert [(one.field, one.kept, one.other) for one in preview.differing] == [
        ("industry", "營造", "建築"), ("name", "甲", "乙"),
    ]  # fmt: skip
    write(shop, merging.merge, kept, other)
    values = read(shop, customers.load, kept).values
    expected = {
        "name": "甲",
        "industry": "營造",
        "note": "怕吵\n要發票",
        "tax_number": "04595257",
        "credit_limit": 5000,
    }
    assert {name: values[name] for name in expected} == expected
    assert (values["agreed_payment_terms"], values["agreed_payment_days"]) == ("月結 30 天", None)


@pytest.mark.parametrize("field", ["parent_id", "referrer_id"])
def test_nobody_ends_up_under_itself(shop: Shop, field: str) -> None:
    top, gone = customer(shop, "上"), customer(shop, "走")
    write(shop, customers.update, gone, CustomerForm({field: top}))
    middle = customer(shop, "中", **{field: gone})
    kept = customer(shop, "留", **{field: middle})
    write(shop, merging.merge, kept, gone)
    assert [read(shop, customers.load, key).values[field] for key in (kept, middle, top)] == [top, kept, None]
    other = customer(shop, "另", **{field: middle})
    write(shop, merging.merge, top, other)  # top must not come under middle, which stands under it
    assert [read(shop, customers.load, key).values[field] for key in (kept, middle, top)] == [top, kept, None]


def test_the_grade_of_the_kept_one_stays(shop: Shop) -> None:
    kept, other, ungraded = customer(shop, "甲"), customer(shop, "乙"), customer(shop, "丙")
    order(shop, other, 9000)
    write(shop, customers.archive, ungraded)
    write(shop, grading.apply)
    write(shop, customers.restore, ungraded)
    grades = {key: _grade(shop, key) for key in (kept, other, ungraded)}
    assert grades[kept] not in ("", grades[other])
    write(shop, merging.merge, kept, other)
    assert _grade(shop, kept) == grades[kept]
    write(shop, merging.merge, ungraded, kept)
    assert _grade(shop, ungraded) == grades[kept]
    assert read(shop, check.run) == []


def _grade(shop: Shop, key: uuid.UUID) -> str:
    with shop.database.read() as session:
        return session.get_one(CustomerFigures, key).grade


# -- questions and refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "question"),
    [({"currency": "USD"}, "other_currency"), ({"tax_number": "22099131"}, "other_tax_number")],
)
def test_what_may_be_two_customers_is_asked(shop: Shop, values: dict[str, Any], question: str) -> None:
    kept, other = customer(shop, "甲", tax_number="04595257"), customer(shop, "乙", **values)
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, merging.merge, kept, other)
    assert asked.value.key == question
    write(shop, merging.merge, kept, other, confirmed=frozenset({question}))
    assert read(shop, customers.load, kept).values["currency"] == "TWD"


def test_nonsense_is_refused(shop: Shop) -> None:
    kept, archived, erased = customer(shop, "甲"), customer(shop, "乙"), customer(shop, "丙")
    write(shop, customers.archive, archived)
    write(shop, erasing.erase, erased)
    for pair, said in (
        ((kept, kept), "with itself"),
        ((kept, archived), "is archived"),
        ((archived, kept), "is archived"),
        ((kept, erased), "no longer there"),
        ((erased, kept), "no longer there"),
    ):
        for function in (merging.preview, merging.merge):
            with pytest.raises(UserError, match=said):
                write(shop, function, *pair)


# -- afterwards -------------------------------------------------------------------------------------


def test_the_other_one_is_archived_and_nobodys_duplicate(shop: Shop) -> None:
    kept, other = customer(shop, "宏益建設", tax_number="04595257"), customer(shop, "宏益建設", code="OLD")
    assert [one.id for one in read(shop, merging.likely, kept)] == [other]
    write(shop, merging.merge, kept, other)
    assert read(shop, merging.likely, kept) == []
    assert [one.id for one in read(shop, duplicates.find, Candidate("宏益建設"))] == [kept]
    assert [hit.id for hit in read(shop, finder.customers, "宏益")] == [kept]
    for chosen, found in (("all", kept), ("archived", other)):
        rows = read(shop, customer_list.window, CustomerQuery(text="宏益", filter=chosen), 0, 9)
        assert [row.id for row in rows] == [found]
    write(shop, customers.restore, other)
    assert [one.id for one in read(shop, merging.likely, kept)] == [other]


def test_rows_of_the_other_one_go_on_to_mean_it(shop: Shop) -> None:
    """In a list of customers; in one of orders they mean the kept one."""
    kept, other = customer(shop, "甲", tax_number="04595257"), customer(shop, "乙", code="OLD")
    write(shop, customers.update, other, CustomerForm({"tax_number": "04595257"}), frozenset({"same_tax_number"}))
    write(shop, merging.merge, kept, other)
    for row, found in (
        ({"code": "OLD"}, other),
        ({"code": "", "tax_number": "04595257"}, kept),
        ({"code": "", "name": "乙"}, other),
    ):
        known = read(shop, import_match.Known, CUSTOMERS)
        assert known.matched(row, "") == found
    known = read(shop, import_match.Known, ORDERS)
    for text in ("OLD", "04595257", "甲", "乙"):
        assert known.customers(text) == {kept}


def test_an_import_again_changes_nothing_of_the_kept_one(shop: Shop) -> None:
    mapping = replace(import_mapping.load("northwind"), currency="TWD")
    write(shop, imports.run, NORTHWIND, mapping)

    def by_code(session: Session, code: str) -> Customer:
        return session.scalars(select(Customer).where(Customer.code == code)).one()

    kept, other = (read(shop, by_code, code) for code in ("SAVEA", "ERNSH"))
    write(shop, merging.merge, kept.id, other.id)
    report = write(shop, imports.run, NORTHWIND, mapping)
    assert report.counts["customers"].created == report.counts["customers"].updated == 0
    assert report.counts["orders"].created == 0
    assert read(shop, by_code, "SAVEA").name == kept.name
    assert read(shop, check.run) == []


def test_what_was_issued_stays_as_it_was_frozen(shop: Shop, two: tuple[Firm, Firm]) -> None:
    first, second = two
    with shop.database.read() as session:
        frozen = session.execute(select(QuotationRevision.snapshot_sha, QuotationRevision.pdf_sha)).all()
    write(shop, merging.merge, first.id, second.id)
    with shop.database.read() as session:
        assert session.execute(select(QuotationRevision.snapshot_sha, QuotationRevision.pdf_sha)).all() == frozen
    write(shop, quotations.new_revision, second.quotation)
    write(shop, quotations.issue, second.quotation, draw)
    accepted = write(shop, quotations.accept, second.quotation, 2, TODAY)
    assert order_card(shop, accepted).customer_id == first.id


@pytest.mark.parametrize("since", ["payment", "contact", "delivery", "nothing", "other"])
def test_what_came_since_is_not_torn_from_its_customer(shop: Shop, two: tuple[Firm, Firm], since: str) -> None:
    first, second = two
    step = shop.database.run(merging.merge, first.id, second.id).changed.batch_id
    if since == "payment":
        write(shop, payments.receive, first.id, "cash", 100, TODAY, {second.order: 100})
    elif since == "contact":
        contact = write(shop, contacts.create, first.id, {"name": "新人"})
        write(shop, orders.update, second.order, {"contact_id": contact})
    elif since == "delivery":
        write(shop, deliveries.deliver, second.order, TODAY)  # refers to an order alone: goes back with it
    elif since == "other":
        write(shop, order_changes.change, first.order, [item(price=2000)])
    if since in ("payment", "contact"):
        with pytest.raises(UserError, match="changed again"):
            write(shop, history.undo, step)
    else:
        write(shop, history.undo, step)
        assert order_card(shop, second.order).customer_id == second.id
    assert read(shop, check.run) == []


def test_more_referred_customers_than_one_statement_takes(shop: Shop) -> None:
    kept, other = customer(shop, "甲"), customer(shop, "乙")

    def many(session: Session) -> None:
        session.add_all(Customer(code=f"X{n}", name="介紹來的", referrer_id=other) for n in range(figures.CHUNK))

    write(shop, many)
    order(shop, other, 1000)
    step = shop.database.run(merging.merge, kept, other).changed.batch_id
    assert read(shop, check.run) == []
    write(shop, history.undo, step)
    assert read(shop, check.run) == []
    assert owed(shop, other) == 1000


@pytest.mark.parametrize("has_documents", [False, True])
def test_erasing_leaves_nothing_of_the_one_that_was_merged(shop: Shop, has_documents: bool) -> None:
    kept, other = (
        write(
            shop, customers.create,
            CustomerForm({"name": name, "legal_form": "person", "note": note}, (Point("mobile", "0912345678"),)),
        )
        for name, note in (("王小姐", ""), ("王女士", "怕狗"))
    )  # fmt: skip
    for key in (kept, other):
        write(shop, contacts.create, key, {"name": "王美玉"}, (Point("mobile", "0912345678"),))
    if has_documents:
        order(shop, other)
    write(shop, merging.merge, kept, other)
    write(shop, erasing.make_nameless if has_documents else erasing.erase, kept)
    assert leftovers(shop) == []
    with shop.database.read() as session:
        assert (session.get(Customer, other) is None) != has_documents
        assert check.run(session) == []
