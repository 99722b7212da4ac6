"""Importing by a saved mapping: real data to the cent, dirt told row by row, repeats that change nothing."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desktop_crm.core.errors import UserError
from desktop_crm.core.settings import Trade
from desktop_crm.models import (
    ContactPoint,
    Customer,
    ExternalKey,
    JournalEntry,
    Order,
    OrderLine,
    Product,
)
from desktop_crm.services import (
    check,
    customer_card,
    customer_list,
    import_mapping,
    import_rows,
    import_undo,
    imports,
    order_changes,
    order_list,
    order_view,
    settings,
)
from desktop_crm.services.customer_list import CustomerQuery
from desktop_crm.services.import_report import ImportReport
from desktop_crm.services.order_list import OrderQuery
from desktop_crm.services.shops import Shop

DATA = Path(__file__).resolve().parents[1] / "data"
NORTHWIND, CDNOW = DATA / "northwind", DATA / "cdnow" / "CDNOW_sample.txt"


def run(shop: Shop, source: Path, name: str = "northwind", **options: Any) -> ImportReport:
    return shop.database.run(imports.run, source, import_mapping.load(name), **options).result


def total(shop: Shop, model: type[Any]) -> int:
    with shop.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def told(report: ImportReport, message: str) -> list[tuple[str, int]]:
    return [(issue.file, issue.line) for issue in report.issues if message in issue.message]


@pytest.fixture
def northwind(tmp_path: Path) -> Path:
    """A copy of the files that a test may spoil."""
    return Path(shutil.copytree(NORTHWIND, tmp_path / "northwind"))


@pytest.fixture
def small(northwind: Path) -> Path:
    """The first orders only, for tests of single rows."""
    for name, lines in (("orders.csv", 6), ("order_details.csv", 15)):
        spoil(northwind / name, lambda text, lines=lines: "".join(text.splitlines(keepends=True)[:lines]))
    return northwind


def spoil(file: Path, change: Callable[[str], str]) -> None:
    file.write_bytes(change(file.read_bytes().decode()).encode())


def test_northwind_comes_in_whole_and_to_the_cent(shop: Shop) -> None:
    report = run(shop, NORTHWIND)
    assert [total(shop, model) for model in (Customer, Product, Order, OrderLine)] == [93, 77, 830, 2155]
    assert report.revenue == 126_579_329
    assert report.exact_revenue == Decimal("1265793.0395")
    assert [row[0] for row in report.top] == ["QUICK", "ERNSH", "SAVEA", "RATTC", "HUNGO"]
    expected = json.loads((NORTHWIND / "expected_totals.json").read_text())["top5_customers_net"]
    assert {key: abs(minor - round(expected[key] * 100)) <= 5 for key, _, minor in report.top} == dict.fromkeys(
        expected, True
    )
    with shop.database.read() as session:
        assert session.scalar(select(func.sum(Order.home_net))) == 126_579_329
        assert session.scalar(select(func.sum(OrderLine.net))) == 126_579_329
        trade = settings.load(session, Trade)
        assert (trade.currency, trade.tax_mode) == ("USD", "untaxed")
        assert session.scalar(select(func.count()).where(Order.state == "open")) == 21
        assert check.run(session) == []


def test_the_dirt_of_northwind_is_told_by_row(shop: Shop) -> None:
    report = run(shop, NORTHWIND)
    assert told(report, "The blanks around") == [("customers.csv", 85)]
    assert told(report, "the same name") == [("customers.csv", 86)]
    assert told(report, "no country") == [("customers.csv", 85), ("customers.csv", 86)]
    assert told(report, "has no orders") == [("customers.csv", line) for line in (23, 58, 85, 86)]
    assert {file for file, _ in told(report, "lost an apostrophe")} == {"orders.csv"}
    assert ("orders.csv", 2) in told(report, "lost an apostrophe")  # 59 rue de l-Abbaye
    assert len(told(report, "before the postal code")) == 18
    assert {issue.params["columns"].split(", ")[-1] for issue in report.issues if "not taken" in issue.message} == {
        "ShipCountry",
        "ReorderLevel",
        "Description",
    }
    assert report.of_kind("refused") == []


def test_codes_phones_and_archived_products_are_as_in_the_source(shop: Shop) -> None:
    run(shop, NORTHWIND)
    with shop.database.read() as session:
        assert session.scalar(select(Customer.country).where(Customer.code == "Val2")) == ""
        assert session.scalar(select(Customer.country).where(Customer.code == "AROUT")) == "GB"
        phone = select(ContactPoint.e164).join(Customer).where(Customer.code == "BERGS", ContactPoint.kind == "phone")
        assert session.scalar(phone) == "+46921123465"
        assert session.scalar(select(func.count()).where(Product.archived_at.is_not(None))) == 8
        assert session.scalar(select(Product.category).where(Product.code == "NW-1")) == "Beverages"
        rows = customer_list.window(session, CustomerQuery(text="alfreds"), 0, 5)
        assert [row.name for row in rows] == ["Alfreds Futterkiste"]
        assert customer_card.load(session, rows[0].id).address == "Obere Str. 57, 12209 Berlin"
        orders = order_list.window(session, OrderQuery(dt.date(1998, 6, 1), "all", customer_id=rows[0].id), 0, 9)
    assert [(row.payment, row.balance) for row in orders] == [("settled", 0)] * 6


def test_repeating_an_import_changes_nothing(shop: Shop) -> None:
    run(shop, NORTHWIND)
    before = [total(shop, model) for model in (Customer, Product, Order, OrderLine, ExternalKey, JournalEntry)]
    report = run(shop, NORTHWIND)
    assert {name: (c.created, c.updated) for name, c in report.counts.items()} == dict.fromkeys(report.counts, (0, 0))
    assert [c.unchanged for c in report.counts.values()] == [93, 77, 830, 2155]
    assert [total(shop, model) for model in (Customer, Product, Order, OrderLine, ExternalKey, JournalEntry)] == before


def test_what_changed_in_the_source_is_updated(shop: Shop, northwind: Path) -> None:
    run(shop, northwind)
    spoil(northwind / "customers.csv", lambda text: text.replace("Alfreds Futterkiste", "Alfreds Neue Kiste"))
    spoil(northwind / "customers.csv", lambda text: text.replace("030-0074321", "030-9999999"))
    spoil(northwind / "products.csv", lambda text: text.replace("Chai,1,1,10 boxes x 20 bags,18.0", "Chai,1,1,12,19.5"))
    spoil(northwind / "order_details.csv", lambda text: text.replace("10248,11,14.0,12,0.0", "10248,11,14.0,13,0.0"))
    report = run(shop, northwind)
    assert {name: c.updated for name, c in report.counts.items()} == {
        "customers": 1,
        "products": 1,
        "orders": 1,
        "lines": 3,
    }
    with shop.database.read() as session:
        assert session.scalar(select(Customer.name).where(Customer.code == "ALFKI")) == "Alfreds Neue Kiste"
        assert session.scalar(select(Product.list_price).where(Product.code == "NW-1")) == Decimal("19.5")
        assert session.scalar(select(func.sum(Order.home_net))) == 126_579_329 + 1400
        points = select(ContactPoint.typed).join(Customer).where(Customer.code == "ALFKI")
        assert set(session.scalars(points)) == {"030-0074321", "030-0076545", "030-9999999"}
        assert check.run(session) == []


def test_an_order_paid_here_is_kept_when_the_source_differs(shop: Shop, northwind: Path) -> None:
    run(shop, northwind)
    with shop.database.read() as session:
        order = session.scalars(select(Order.id).where(Order.number == "NW-11077")).one()
    with shop.database.write("test") as session:
        session.get_one(Order, order).paid = 100
    spoil(northwind / "order_details.csv", lambda text: text.replace("11077,2,19.0,24,0.2", "11077,2,19.0,25,0.2"))
    report = run(shop, northwind)
    assert (report.counts["orders"].refused, report.counts["orders"].updated) == (1, 0)


def test_an_order_whose_lines_were_changed_here_is_kept_when_the_source_differs(shop: Shop, northwind: Path) -> None:
    run(shop, northwind)
    with shop.database.read() as session:
        order = session.scalars(select(Order.id).where(Order.number == "NW-11077")).one()
        lines = order_view.drafts(order_view.load(session, order))
    shop.database.run(order_changes.change, order, lines[1:])
    assert run(shop, northwind).counts["orders"].refused == 1
    with shop.database.read() as session:
        assert len(order_view.lines(session, order)) == len(lines) - 1


def test_a_dry_run_reports_the_same_and_writes_nothing(shop: Shop) -> None:
    with shop.database.read() as session:
        dry = imports.run(session, NORTHWIND, import_mapping.load("northwind"), dry_run=True)
    assert total(shop, Customer) == total(shop, ExternalKey) == 0
    wet = run(shop, NORTHWIND)
    assert (dry.counts, dry.issues, dry.revenue, dry.top) == (wet.counts, wet.issues, wet.revenue, wet.top)
    assert (dry.batch_id, wet.batch_id is None) == (None, False)


def test_cdnow_comes_in_as_orders(shop: Shop) -> None:
    report = run(shop, CDNOW, "cdnow")
    assert [total(shop, model) for model in (Customer, Product, Order, OrderLine)] == [2357, 1, 6919, 6919]
    assert report.revenue == report.exact_revenue * 100 == 24_409_194
    assert len(told(report, "comes to nothing")) == 8
    with shop.database.read() as session:
        assert session.scalar(select(func.sum(Order.home_total))) == 24_409_194
        assert session.scalar(select(func.count()).where(Order.total == 0)) == 8
        assert [row.name for row in customer_list.window(session, CustomerQuery(text="00004"), 0, 2)][:1] == [
            "CDNOW 00004"
        ]


def test_a_bulk_creation_journals_keys_only(shop: Shop) -> None:
    report = run(shop, NORTHWIND)
    with shop.database.read() as session:
        rows = session.execute(
            select(JournalEntry.verb, JournalEntry.entity, JournalEntry.changes).where(
                JournalEntry.batch_id == report.batch_id
            )
        ).all()
    created = [row for row in rows if row[0] == "create"]
    assert len(created) == 93 + 77 + 830
    assert all(changes == {} for _, _, changes in created)
    assert [entity for verb, entity, _ in rows if verb == "note"] == ["import"]


def test_broken_rows_are_left_out_and_the_rest_is_kept(shop: Shop, northwind: Path) -> None:
    def broken(text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines[5] = lines[5].replace("Blauer", '"Blauer', 1) if "Blauer" in lines[5] else lines[5]
        lines[2] = 'ANATR,"Ana never closed,x,y\r\n'
        lines[3] = "ANTON,too,few\r\n"
        lines[4] = "AROUT," + "x" * 10_000_000 + ",a,b,c,d,e,f,g,h,i\r\n"
        lines[10] = lines[9]
        lines[11] = ",No key,,,,,,,,,\r\n"
        lines[12] = "CACTU,,,,,,,,,,\r\n"
        return "".join(lines)

    spoil(northwind / "customers.csv", broken)
    report = run(shop, northwind)
    lines = {issue.line: issue.message for issue in report.of_kind("refused") if issue.file == "customers.csv"}
    assert set(lines) == {3, 4, 5, 11, 12, 13}
    assert "quotation mark" in lines[3]
    assert "columns instead of" in lines[4]
    assert "longer than" in lines[5]
    assert "already" in lines[11]
    assert "no key" in lines[12]
    assert "no name" in lines[13]
    assert report.counts["customers"].created == 87
    gone = [issue for issue in report.of_kind("refused") if "no customer" in issue.message]
    assert len(gone) == report.counts["orders"].refused > 0
    assert report.counts["lines"].created + report.counts["lines"].refused == 2155
    with shop.database.read() as session:
        assert check.run(session) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("10248,11,14.0,12,0.0", "10248,11,14.0,1e9,0.0", "is not a number"),
        ("10248,11,14.0,12,0.0", "10248,11,NaN,12,0.0", "is not a number"),
        ("10248,11,14.0,12,0.0", "10248,11,14.0,1000000000,0.0", "quantity must be smaller"),
        ("10248,11,14.0,12,0.0", "10248,11,10000000000,12,0.0", "price must be smaller"),
        ("10248,11,14.0,12,0.0", "10248,11,14.0,12,1.5", "between 0 and 100"),
        ("10248,11,14.0,12,0.0", "10248,11,14.0,0,0.0", "no quantity"),
        ("10248,11,14.0,12,0.0", "10248,99,14.0,12,0.0", "no product"),
    ],
)
def test_a_line_beyond_the_limits_is_refused(shop: Shop, small: Path, old: str, new: str, says: str) -> None:
    spoil(small / "order_details.csv", lambda text: text.replace(old, new, 1))
    report = run(shop, small, dry_run=True)
    assert [(issue.file, issue.line) for issue in report.of_kind("refused")] == [("order_details.csv", 2)]
    assert says in report.of_kind("refused")[0].message
    assert (report.counts["lines"].refused, report.counts["orders"].created) == (1, 5)


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31", "1996-02-30", "yesterday", ""])
def test_an_order_with_an_odd_date_is_refused(shop: Shop, small: Path, date: str) -> None:
    spoil(small / "orders.csv", lambda text: text.replace("1996-07-04 00:00:00.000", date, 1))
    report = run(shop, small, dry_run=True)
    assert (report.counts["orders"].refused, report.counts["lines"].refused) == (1, 3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda folder: (folder / "orders.csv").unlink(), "orders.csv is missing"),
        (lambda folder: (folder / "orders.csv").write_text(""), "has no rows"),
        (lambda folder: (folder / "orders.csv").write_text("OrderID,CustomerID\r\n"), "has no rows"),
        (lambda folder: spoil(folder / "orders.csv", lambda t: t.replace("CustomerID", "Buyer", 1)), "has no column"),
        (lambda folder: spoil(folder / "orders.csv", lambda t: t + "x,y\r\n" * 10_001), "More than 10000 rows"),
        (lambda folder: (folder / "orders.csv").write_bytes(bytes(range(256)) * 40), "not a text file|has no"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_whole(
    shop: Shop, small: Path, change: Callable[[Path], object], says: str
) -> None:
    change(small)
    with pytest.raises(UserError, match=says):
        run(shop, small, dry_run=True)
    assert total(shop, Customer) == 0


def test_a_shop_with_documents_keeps_its_currency(sample_shop: Shop) -> None:
    with pytest.raises(UserError, match="trades in TWD"):
        run(sample_shop, NORTHWIND)


def test_a_code_in_use_gets_another_one(shop: Shop) -> None:
    with shop.database.write("test") as session:
        session.add(Customer(code="ALFKI", name="Another"))
    report = run(shop, NORTHWIND)
    assert told(report, "is taken") == [("customers.csv", 2)]
    with shop.database.read() as session:
        assert session.scalar(select(Customer.name).where(Customer.code == "northwind-ALFKI")) == "Alfreds Futterkiste"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("客戶,名稱\r\n1,明德水電工程行\r\n2,宏益建設有限公司\r\n", "cp950", "cp950"),
        ("客户,名称\r\n1,明德水电工程行\r\n2,宏益建设有限公司\r\n", "gb18030", "gb18030"),
        ("id,name\r\n1,Société Générale\r\n", "cp1252", "cp1252"),
        ("客戶,名稱\r\n1,明德\r\n", "utf-8", "utf-8-sig"),
        ("客戶,名稱\r\n1,明德\r\n", "utf-8-sig", "utf-8-sig"),
        ("客戶,名稱\r\n1,明德\r\n", "utf-16", "utf-16"),
        ("id,name\r\n1,Smith\r\n", "utf-16-le", "utf-16-le"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, text: str, encoding: str, found: str) -> None:
    content = text.encode(encoding)
    assert import_rows.encoding_of(content) == found
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    assert import_rows.read_text(file) == text


def test_rows_know_their_line_through_breaks_inside_cells() -> None:
    broken: list[tuple[int, str]] = []
    text = 'a,b\n1,"two\nlines"\n\n2,x\n3,"open\n4,y\n5,z\n'
    names, rows = import_rows.rows(text, "csv", [], lambda line, message, params: broken.append((line, message)))
    assert names == ["a", "b"]
    assert [(row.line, row.cells["a"]) for row in rows] == [(2, "1"), (5, "2"), (7, "4"), (8, "5")]
    assert [line for line, _ in broken] == [6]


def test_every_saved_mapping_is_valid_and_an_unknown_one_is_told() -> None:
    assert {"northwind", "cdnow"} <= set(import_mapping.names())
    for name in ("northwind", "cdnow"):
        assert import_mapping.load(name).system == name
    with pytest.raises(UserError, match="no mapping nothing"):
        import_mapping.load("nothing")
    assert import_mapping.fitting(NORTHWIND).name == "northwind"
    assert import_mapping.fitting(CDNOW).name == "cdnow"


@pytest.mark.parametrize(
    "change", [{"currency": "XXX"}, {"sections": {"spies": {}}}, {"suspect": "("}, {"dates": None}]
)
def test_a_wrong_mapping_is_one_sentence(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "mine.json"
    saved = json.loads((import_mapping._folders()[0] / "northwind.json").read_text(encoding="utf-8"))
    path.write_text(json.dumps({**saved, **change}), encoding="utf-8")
    with pytest.raises(UserError):
        import_mapping.load(str(path))


def test_an_import_is_taken_back_whole(shop: Shop) -> None:
    report = run(shop, NORTHWIND)
    assert report.batch_id is not None
    done = shop.database.run(import_undo.revert, report.batch_id).result
    assert done == {"customer_order": 830, "customer": 93, "product": 77}
    assert [total(shop, model) for model in (Customer, Product, Order, OrderLine, ExternalKey, ContactPoint)] == [0] * 6
    with shop.database.read() as session:
        assert settings.load(session, Trade).currency == "TWD"
        assert customer_list.window(session, CustomerQuery(text="alfreds"), 0, 5) == []
        assert check.run(session) == []
    with pytest.raises(UserError, match="already"):
        shop.database.run(import_undo.revert, report.batch_id)
    assert run(shop, NORTHWIND).counts["orders"].created == 830


@pytest.mark.parametrize("spoiler", ["changed", "used"])
def test_an_import_that_is_in_use_is_not_taken_back(shop: Shop, small: Path, spoiler: str) -> None:
    report = run(shop, small)
    with shop.database.write("test") as session:
        customer = session.scalars(select(Customer).where(Customer.code == "ALFKI")).one()
        if spoiler == "changed":
            customer.name = "Alfred"
        else:
            session.add(ContactPoint(customer_id=customer.id, kind="phone", typed="123"))
    with pytest.raises(UserError, match="changed or used"):
        shop.database.run(import_undo.revert, report.batch_id)
    assert total(shop, Customer) == 93


def test_an_import_runs_on_a_file_and_tells_its_progress(shop: Shop, small: Path) -> None:
    steps: list[tuple[int, int]] = []
    dry = imports.run_on(shop.database.path, small, "northwind", dry_run=True)
    wet = imports.run_on(shop.database.path, small, "", progress=lambda done, of: steps.append((done, of)))
    assert dry.counts == wet.counts
    assert total(shop, Order) == 5
    assert steps == [(done, 5) for done in range(6)]


def test_nothing_is_written_when_an_import_is_stopped(shop: Shop, small: Path) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.run_on(shop.database.path, small, "northwind", progress=stop)
    assert total(shop, Customer) == total(shop, Order) == 0
