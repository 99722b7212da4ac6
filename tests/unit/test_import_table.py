"""A table mapped in the window: tried, imported, repeated, changed, taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from desktop_crm.core.errors import UserError
from desktop_crm.models import Address, Contact, ContactPoint, Customer, Order, OrderLine, Product, Staff, Wording
from desktop_crm.reports import refused_rows
from desktop_crm.services import (
    check,
    contacts,
    customers,
    import_guess,
    import_history,
    import_table,
    import_undo,
    products,
)
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.import_files import Choice, look
from desktop_crm.services.import_job import Job
from desktop_crm.services.import_report import ImportReport
from desktop_crm.services.shops import Shop

DATA = Path(__file__).resolve().parents[1] / "data"
CUSTOMERS = """客戶編號,客戶名稱,統編,聯絡人,電話,地址,業務
C1,大同水電,04595257,王小明,02-2720-8889,106台北市大安區信義路四段1號,林雅婷
C2,明德工程,,,0912-345-678,高雄市三民區建國路2號,
C3,,,,,,
"""
ORDERS = """訂單編號,日期,客戶名稱,品名,數量,單價,金額
A1,113/05/01,大同水電,水管,10,"1,200","12,000"
A1,113/05/01,大同水電,接頭,5,30,150
A2,113.5.2,新客戶,閥,2,18,36
A3,113/13/01,乙,閥,1,1,1
A4,113/5/5,丙,閥,x,1,1
A4,113/5/5,丙,管,1,1,1
"""


def job(path: Path, text: str = "", kind: str = "", **options: Any) -> Job:
    if text:
        path.write_text(text, encoding="utf-8")
    seen = look(Choice(path))
    wanted = kind or import_guess.guess_kind(seen.headings)
    fields = import_guess.guess(wanted, seen.headings, [row.cells for row in seen.rows]).fields
    columns = {column: name for column, (name, _) in fields.items()}
    return Job(seen.choice, wanted, seen.headings, columns, **options)


def run(shop: Shop, wanted: Job) -> ImportReport:
    return shop.database.run(import_table.run, wanted).result


def dry(shop: Shop, wanted: Job) -> ImportReport:
    with shop.database.read() as session:
        return import_table.run(session, wanted, dry_run=True)


def total(shop: Shop, model: type[Any]) -> int:
    with shop.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def counts(report: ImportReport, name: str) -> tuple[int, int, int, int]:
    found = report.counts[name]
    return found.created, found.updated, found.unchanged, found.refused


def sound(shop: Shop) -> bool:
    with shop.database.read() as session:
        assert check.run(session) == []
    return True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def test_customers_come_in_with_everything_that_hangs_on_them(shop: Shop, file: Path) -> None:
    with shop.database.write("test") as session:
        session.add(Staff(code="S1", name="林雅婷"))
    wanted = job(file, CUSTOMERS)
    assert counts(dry(shop, wanted), "customers") == (2, 0, 0, 1)
    assert total(shop, Customer) == 0
    report = run(shop, wanted)
    assert counts(report, "customers") == (2, 0, 0, 1)
    assert [(issue.line, issue.message) for issue in report.of_kind("refused")] == [(4, "The customer has no name.")]
    with shop.database.read() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        place = session.scalars(select(Address).where(Address.customer_id == customer.id)).one()
        assert (customer.name, customer.tax_number) == ("大同水電", "04595257")
        assert session.get(Staff, customer.owner_id).name == "林雅婷"  # type: ignore[union-attr]
        assert (place.postal_code, place.county, place.district, place.street) == (
            "106", "台北市", "大安區", "信義路四段1號",
        )  # fmt: skip
        assert session.scalar(select(Contact.name)) == "王小明"
        assert set(session.scalars(select(ContactPoint.e164))) == {"+886227208889", "+886912345678"}
    assert sound(shop)


def test_a_form_of_address_and_a_doubtful_tax_number(shop: Shop, file: Path) -> None:
    heading = "客戶名稱,統編,聯絡人,稱謂,職稱\n"
    report = run(shop, job(file, heading + "大同水電,12345670,王小明,先生,\n明德工程,12345678,林美玲,小姐,採購\n"))
    assert [(note.line, note.params["number"]) for note in report.of_kind("noted")] == [(3, "12345678")]
    again = run(shop, job(file, heading + "大同水電,12345670,王小明,經理,\n明德工程,12345678,林美玲,,採購\n"))
    assert counts(again, "customers") == (0, 1, 1, 0)
    with shop.database.read() as session:
        people = session.execute(select(Contact.name, Contact.salutation, Contact.title).order_by(Contact.name))
        assert [tuple(row) for row in people] == [("林美玲", "小姐", "採購"), ("王小明", "經理", "")]
    assert sound(shop)


def test_the_same_file_again_changes_nothing(shop: Shop, file: Path) -> None:
    run(shop, job(file, CUSTOMERS))
    assert counts(run(shop, job(file)), "customers") == (0, 0, 2, 1)


def test_known_customers_are_brought_up_to_date_or_left(shop: Shop, file: Path) -> None:
    run(shop, job(file, CUSTOMERS))
    changed = "客戶名稱,統編,電話\n大同水電股份有限公司,04595257,\n"
    assert counts(run(shop, job(file, changed, existing="skip")), "customers") == (0, 0, 1, 0)
    report = run(shop, job(file, changed))
    assert counts(report, "customers") == (0, 1, 0, 0)
    with shop.database.read() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        assert customer.name == "大同水電股份有限公司"
        assert session.scalar(select(func.count(ContactPoint.id)).where(ContactPoint.customer_id == customer.id)) == 1
    shop.database.run(import_undo.revert, report.batch_id)
    with shop.database.read() as session:
        assert session.scalar(select(Customer.name).where(Customer.code == "C1")) == "大同水電"
    assert sound(shop)


def test_a_customer_without_code_gets_one_and_is_known_by_name(shop: Shop, file: Path) -> None:
    wanted = job(file, "姓名,手機\n王小明,0912345678\n王小明,0922222222\n王小明,0912345678\n")
    report = run(shop, wanted)
    assert counts(report, "customers") == (2, 0, 0, 1)
    assert [issue.message for issue in report.of_kind("refused")] == ["It says the same as row %(first)s."]
    with shop.database.read() as session:
        assert len({code for code in session.scalars(select(Customer.code)) if code}) == 2
    assert counts(run(shop, wanted), "customers") == (0, 0, 2, 1)


def test_an_import_is_taken_back_whole(shop: Shop, file: Path) -> None:
    report = run(shop, job(file, CUSTOMERS))
    shop.database.run(import_undo.revert, report.batch_id)
    assert [total(shop, model) for model in (Customer, Contact, ContactPoint, Address)] == [0, 0, 0, 0]
    with shop.database.read() as session:
        past = import_history.past_imports(session)
    assert [(row.source, row.counts["customers"], row.taken_back) for row in past] == [("list.csv", (2, 0, 1), True)]
    assert sound(shop)


def test_what_was_changed_since_an_update_is_not_taken_back(shop: Shop, file: Path) -> None:
    run(shop, job(file, CUSTOMERS))
    report = run(shop, job(file, "客戶編號,客戶名稱\nC1,新名\n"))
    with shop.database.write("test") as session:
        session.scalars(select(Customer).where(Customer.code == "C1")).one().name = "又一名"
    with pytest.raises(UserError, match="changed again since"):
        shop.database.run(import_undo.revert, report.batch_id)


def test_a_contact_edited_since_is_not_lost_with_its_import(shop: Shop, file: Path) -> None:
    report = run(shop, job(file, CUSTOMERS))
    with shop.database.read() as session:
        contact = session.scalars(select(Contact.id)).one()
    shop.database.run(contacts.update, contact, {"name": "王大明"})
    with pytest.raises(UserError, match="changed or used"):
        shop.database.run(import_undo.revert, report.batch_id)


def test_a_code_that_went_to_another_customer_is_of_that_one(shop: Shop, file: Path) -> None:
    run(shop, job(file, "客戶編號,客戶名稱\nC1,甲\n"))
    with shop.database.read() as session:
        first = session.scalars(select(Customer.id)).one()
    shop.database.run(customers.update, first, CustomerForm({"code": "N1"}))
    wanted = job(file, "客戶編號,客戶名稱\nN1,甲\nC1,乙\n")
    assert counts(dry(shop, wanted), "customers") == counts(run(shop, wanted), "customers") == (1, 0, 1, 0)
    assert counts(run(shop, wanted), "customers") == (0, 0, 2, 0)
    assert sound(shop)


def test_a_customer_renamed_since_is_known_to_later_orders(shop: Shop, file: Path) -> None:
    text = "日期,客戶名稱,品名,數量,單價\n2024-05-01,甲,水管,1,10\n"
    run(shop, job(file, text))
    with shop.database.read() as session:
        buyer = session.scalars(select(Customer.id)).one()
    shop.database.run(customers.update, buyer, CustomerForm({"name": "甲股份有限公司"}))
    report = run(shop, job(file, text.replace("05-01", "05-02")))
    assert (counts(report, "customers"), counts(report, "orders")) == ((0, 0, 0, 0), (1, 0, 0, 0))
    with shop.database.read() as session:
        assert set(session.scalars(select(Order.customer_id))) == {buyer}
    assert sound(shop)


def test_products_come_in_with_prices(shop: Shop, file: Path) -> None:
    wanted = job(file, '產品編號,品名,單位,定價,成本\nP1,水管,支,"NT$1,200",\nP2,接頭,個,abc,3\n')
    report = run(shop, wanted)
    assert counts(report, "products") == (1, 0, 0, 1)
    with shop.database.read() as session:
        assert session.execute(select(Product.code, Product.list_price, Product.cost)).all() == [
            ("P1", Decimal(1200), None)
        ]
    assert counts(run(shop, wanted), "products") == (0, 0, 1, 1)


SECOND = (
    "產品編號,品名,英文品名,簡體品名,規格,英文規格,稅別\nP1,水管,Water pipe,水管（简）,4 分,1/2 inch,零稅率\n"
    "P2,接頭,,,,,\nP3,閥,Valve,,,,怪\n"
)


def test_products_come_in_with_words_of_other_languages_and_their_tax_kind(shop: Shop, file: Path) -> None:
    wanted = job(file, SECOND)
    assert counts(dry(shop, wanted), "products") == (2, 0, 0, 1), "怪 is no tax kind"
    report = run(shop, wanted)
    with shop.database.read() as session:
        keys = dict(session.execute(select(Product.code, Product.id)).all())
        kinds = dict(session.execute(select(Product.code, Product.tax_kind)).all())
        assert kinds == {"P1": "zero_rated", "P2": "taxable"}
        assert products.wordings(session, keys["P1"]) == {
            "en": {"name": "Water pipe", "specification": "1/2 inch"},
            "zh_CN": {"name": "水管（简）"},
        }
        assert products.worded(session, keys["P1"], "en")["name"] == "Water pipe"
        assert products.wordings(session, keys["P2"]) == {}
    assert sound(shop)
    assert counts(run(shop, wanted), "products") == (0, 0, 2, 1)
    assert report.batch_id is not None
    shop.database.run(import_undo.revert, report.batch_id)
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Wording)) == 0


def test_words_of_known_products_are_brought_up_to_date_and_taken_back(shop: Shop, file: Path) -> None:
    run(shop, job(file, SECOND))
    before = words_of(shop)
    report = run(shop, job(file, "產品編號,品名,英文品名\nP1,水管,Pipe\nP2,接頭,Joint\n"))
    assert counts(report, "products") == (0, 2, 0, 0)
    after = words_of(shop)
    assert after["P1"]["en"] == {"name": "Pipe", "specification": "1/2 inch"}
    assert after["P2"] == {"en": {"name": "Joint"}}
    assert report.batch_id is not None
    shop.database.run(import_undo.revert, report.batch_id)
    assert words_of(shop) == before


def words_of(shop: Shop) -> dict[str, dict[str, dict[str, str]]]:
    """What each product is called in other languages, by its code."""
    with shop.database.read() as session:
        rows = session.execute(select(Product.code, Product.id)).all()
        return {code: products.wordings(session, key) for code, key in rows}


def test_orders_come_in_whole_or_not_at_all(shop: Shop, file: Path) -> None:
    run(shop, job(file.with_name("c.csv"), CUSTOMERS))
    wanted = job(file, ORDERS)
    assert counts(dry(shop, wanted), "orders") == (2, 0, 0, 2)
    report = run(shop, wanted)
    assert (counts(report, "orders"), counts(report, "lines")) == ((2, 0, 0, 2), (3, 0, 0, 3))
    assert counts(report, "customers") == (1, 0, 0, 0)
    assert {line for issue in report.of_kind("refused") for line in (issue.line, *issue.rows)} == {5, 6, 7}
    assert set(names(shop)) == {"大同水電", "明德工程", "新客戶"}
    with shop.database.read() as session:
        rows = session.execute(select(Order.number, Order.net, Order.tax, Order.state).order_by(Order.number)).all()
        assert [tuple(row) for row in rows] == [("A1", 12150, 608, "closed"), ("A2", 36, 2, "closed")]
        assert session.scalar(select(func.count(OrderLine.id))) == 3
    assert counts(run(shop, wanted), "orders") == (0, 0, 2, 2)
    assert sound(shop)
    shop.database.run(import_undo.revert, report.batch_id)
    assert (total(shop, Order), total(shop, Customer)) == (0, 2)
    assert sound(shop)


def names(shop: Shop) -> list[str]:
    with shop.database.read() as session:
        return list(session.scalars(select(Customer.name)))


def test_orders_without_numbers_are_made_of_customer_and_day(shop: Shop, file: Path) -> None:
    text = "日期,客戶,品名,數量,單價\n2024-05-01,甲,管,1,10\n2024-05-01,乙,管,1,10\n2024-05-01,甲,閥,2,5\n"
    report = run(shop, job(file, text))
    assert (counts(report, "orders"), counts(report, "lines")) == ((2, 0, 0, 0), (3, 0, 0, 0))
    assert counts(run(shop, job(file)), "orders") == (0, 0, 2, 0)
    with shop.database.read() as session:
        assert all(session.scalars(select(Order.number)))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A1,2024-05-01,乙,管,1,10", "The lines of this order name different customers or dates."),
        ("A1,2024-05-01,甲,管", "Another line of this order is broken."),
        ("A1,2024-05-01,甲,管,x,10", "%(count)s of its lines cannot be used."),
    ],
)
def test_an_order_with_a_doubtful_line_is_refused_with_all_its_lines(
    shop: Shop, file: Path, line: str, message: str
) -> None:
    text = f"訂單編號,日期,客戶,品名,數量,單價\nA1,2024-05-01,甲,管,1,10\nA2,2024-05-01,甲,管,1,10\n{line}\n"
    report = run(shop, job(file, text))
    assert counts(report, "orders")[0] == 1
    assert message in [issue.message for issue in report.of_kind("refused")]
    assert {n for issue in report.of_kind("refused") for n in (issue.line, *issue.rows)} == {2, 4}


def test_open_orders_fall_due_by_the_terms_of_their_customers(shop: Shop, file: Path) -> None:
    with shop.database.write("test") as session:
        agreed = CustomerForm({"name": "大同水電", "agreed_payment_days": 60, "closing_day": 25})
        customers.create(session, agreed)
    heading = "訂單編號,日期,客戶名稱,品名,數量,單價,金額\n"
    wanted = job(file, heading + "B1,113/05/01,大同水電,閥,1,50,50\nB2,113/5/2,新客戶,閥,2,18,36\n", settled=False)
    assert counts(dry(shop, wanted), "orders") == counts(run(shop, wanted), "orders") == (2, 0, 0, 0)
    with shop.database.read() as session:
        due = {row.number: row.due_on for row in session.execute(select(Order.number, Order.due_on))}
    assert due == {"B1": dt.date(2024, 7, 24), "B2": dt.date(2024, 6, 1)}
    file.unlink()
    run(shop, job(file, heading + "B3,113/05/01,大同水電,閥,1,50,50\n"))
    with shop.database.read() as session:
        assert session.scalar(select(Order.due_on).where(Order.number == "B3")) is None  # settled


def test_customers_of_orders_are_only_added_when_wanted(shop: Shop, file: Path) -> None:
    report = run(shop, job(file, ORDERS, add_customers=False))
    assert counts(report, "orders")[0] == 0
    assert total(shop, Customer) == 0
    assert "There is no customer “%(key)s” in this shop." in {issue.message for issue in report.issues}


def test_the_parts_of_a_large_table_hang_together(shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_table, "PART", 3)
    lines = [f"A{n % 5},2024-05-0{n % 5 + 1},客{n % 5},管,{n},10" for n in range(40)]
    report = run(shop, job(file, "\n".join(["訂單編號,日期,客戶,品名,數量,單價", *lines])))
    assert (counts(report, "orders"), counts(report, "lines")) == ((4, 0, 0, 1), (32, 0, 0, 8))
    assert total(shop, Customer) == counts(report, "customers")[0] == 4
    customers = [f"C{n % 12},客戶{n % 12}" for n in range(20)]
    second = run(shop, job(file, "\n".join(["客戶編號,客戶名稱", *customers])))
    assert counts(second, "customers") == (12, 0, 0, 8)


def test_a_needed_column_that_is_missing_is_said(shop: Shop, file: Path) -> None:
    with pytest.raises(UserError, match="No column is chosen"):
        dry(shop, job(file, "電話,地址\n1,2\n", kind="customers"))


def test_a_file_of_nothing_but_faults_is_stopped(shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_table, "MOST_REFUSED", 10)
    with pytest.raises(UserError, match="are refused"):
        run(shop, job(file, "客戶名稱,電話\n" + ",1\n" * 20))


def test_the_preview_says_per_row_what_would_be_made(shop: Shop, file: Path) -> None:
    wanted = job(file, ORDERS)
    seen = look(wanted.choice)
    with shop.database.read() as session:
        shown = import_table.preview(session, wanted, seen.rows)
    assert [(row.line, bool(row.faults)) for row in shown] == [(2, 0), (3, 0), (4, 0), (5, 1), (6, 1), (7, 1)]
    assert (shown[0].values["ordered_on"], shown[0].values["unit_price"]) == ("2024-05-01", "1200")
    assert total(shop, Customer) == 0


def test_a_cancel_leaves_nothing_half(shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_table, "PART", 100)

    def stop(done: int, _total: int) -> None:
        if done > 400:
            raise KeyboardInterrupt

    wanted = job(file, "客戶名稱\n" + "".join(f"客戶{n}\n" for n in range(1000)))
    with pytest.raises(KeyboardInterrupt):
        shop.database.run(import_table.run, wanted, progress=stop)
    assert total(shop, Customer) == 0


@pytest.mark.parametrize("name", ["refused.csv", "refused.xlsx"])
def test_refused_rows_can_be_mended_and_imported_again(shop: Shop, file: Path, name: str) -> None:
    wanted = job(file, CUSTOMERS + '=1+1,"未關\n')
    report = run(shop, wanted)
    reasons = {issue.line: issue.message for issue in report.of_kind("refused")}
    target = file.with_name(name)
    assert refused_rows.save(wanted.choice, wanted.headings, reasons, "Why", target) == len(reasons) == 2
    seen = look(Choice(target))
    assert seen.headings[-1] == "Why"
    assert seen.rows[0].cells[0] == "C3"
    assert seen.rows[0].cells[-1] == "The customer has no name."
    if name.endswith("xlsx"):
        assert openpyxl.load_workbook(target).active["A3"].data_type == "s"


def test_northwind_comes_in_table_by_table(shop: Shop) -> None:
    folder = DATA / "northwind"
    assert counts(run(shop, job(folder / "customers.csv")), "customers") == (93, 0, 0, 0)
    assert counts(run(shop, job(folder / "products.csv")), "products") == (77, 0, 0, 0)
    assert counts(run(shop, job(folder / "customers.csv")), "customers") == (0, 0, 93, 0)
    assert sound(shop)


def test_an_unknown_customer_of_an_order_comes_with_code_and_name(shop: Shop, file: Path) -> None:
    run(shop, job(file, CUSTOMERS))
    heading = "單號,日期,客戶編號,客戶名稱,品名,數量,單價\n"
    text = heading + "A1,113/5/1,C1,大同,管,1,5\nA2,113/5/1,T9,建興鋁業,管,1,5\nA3,113/5/1,T8,明德工程,管,1,5\n"
    report = run(shop, job(file, text))
    assert [note.params for note in report.of_kind("noted")] == [{"name": "建興鋁業"}]
    with shop.database.read() as session:
        made = select(Order.number, Customer.code, Customer.name).join(Customer, Customer.id == Order.customer_id)
        assert [tuple(row) for row in session.execute(made.order_by(Order.number))] == [
            ("A1", "C1", "大同水電"), ("A2", "T9", "建興鋁業"), ("A3", "C2", "明德工程"),
        ]  # fmt: skip
    assert counts(run(shop, job(file)), "customers") == (0, 0, 0, 0)
    assert counts(run(shop, job(file)), "orders") == (0, 0, 3, 0)
    assert sound(shop)


def test_old_orders_take_the_cost_of_their_product(shop: Shop, file: Path) -> None:
    run(shop, job(file, "品號,品名,單位,定價,成本\nW1,氣密窗,才,650,420\nW2,紗窗,才,100,\n"))
    text = "單號,日期,客戶,品號,數量,單價\nA1,113/5/1,大同水電,W1,10,650\nA2,113/5/1,大同水電,W2,1,100\n"
    run(shop, job(file, text))
    with shop.database.read() as session:
        costs = session.execute(select(Order.number, Order.home_net, Order.home_cost).order_by(Order.number))
        assert [tuple(row) for row in costs] == [("A1", 6500, 4200), ("A2", 100, None)]
    assert sound(shop)


def test_a_name_with_a_lost_character_is_told(shop: Shop, file: Path) -> None:
    report = run(shop, job(file, "客戶編號,客戶名稱\nC1,?和管理委員會\nC2,游?熠\nC3,Who? Ltd.\n"))
    assert [note.line for note in report.of_kind("noted")] == [2, 3]
    assert counts(report, "customers") == (3, 0, 0, 0)
