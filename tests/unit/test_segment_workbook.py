"""The segment workbook, read by a program that does not compute and recomputed by one that does."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from desktop_crm.core.i18n import translator
from desktop_crm.core.ids import new_id
from desktop_crm.models.grading import Criterion
from desktop_crm.reports import segment_workbook
from desktop_crm.reports.workbook import Book, Column
from desktop_crm.services import figures, grading, segment_figures
from desktop_crm.services.grading_scheme import SchemeFacts
from desktop_crm.services.segment_figures import CustomerLine, OpenLine, OrderLine, SegmentData
from desktop_crm.services.shops import Shop

AS_OF = dt.date(2026, 11, 21)
START = dt.date(2025, 11, 22)
SOFFICE = shutil.which("soffice")
NASTY = ['=HYPERLINK("http://x","y")', "@SUM(1)", "+886", "-1", "<b>&amp;</b>", "bell\x07", "_x0041_", "😀 مرحبا"]


def data_of(customers: list[CustomerLine], orders: list[OrderLine], owed: list[OpenLine], currency: str) -> SegmentData:
    weights = dict(zip((str(c) for c in Criterion), map(Decimal, (50, 20, 15, 15)), strict=True))
    scheme = SchemeFacts(new_id(), "標準分級", 12, "customers", (Decimal(5), Decimal(20), Decimal(50)), weights)
    made = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    return SegmentData("明德 & 子", currency, AS_OF, START, made, scheme, AS_OF, customers, orders, owed)


def small(currency: str = "TWD") -> SegmentData:
    """Eight customers with awkward names, an order each but the last, and open items of every age."""
    customers, orders, owed = [], [], []
    for place, name in enumerate(NASTY):
        grade, code = "ABCD–ABC"[place], f"00{place}"
        revenue, cost = 1_000_001 - place * 99_999, None if place == 2 else 700_007
        has_order = place < len(NASTY) - 1
        margin = revenue - cost if has_order and cost is not None else 0
        customers.append(
            CustomerLine(
                new_id(), code, name, "04595257", "0912-345-678", "direct", grade, "ABDD–BA–"[place],
                3 if has_order else None, 5, int(has_order), 4, revenue if has_order else 0, 3, margin, 2,
                Decimal("4.35"), AS_OF if has_order else None, "new" if has_order else "", "陳雅婷",
                dt.date(2026, 12, 1),
            )
        )  # fmt: skip
        if has_order:
            orders.append(OrderLine(f"S{place}", AS_OF, code, name, grade, "=案名", revenue, cost, revenue + 50_000))
        owed.append(OpenLine(f"S{place}", code, name, grade, START, AS_OF, place * 20, 1_000 + place))
    return data_of(customers, orders, owed, currency)


def save(folder: Path, content: bytes) -> Path:
    path = folder / "segments.xlsx"
    path.write_bytes(content)
    return path


def cells(path: Path, *, values: bool) -> dict[tuple[str, str], object]:
    """Every cell by sheet and place."""
    book = openpyxl.load_workbook(path, data_only=values)
    return {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("language", ["zh_TW", "zh_CN", "en"])
def test_every_formula_holds_its_value(tmp_path: Path, language: str) -> None:
    path = save(tmp_path, segment_workbook.build(small(), translator(language)))
    values = cells(path, values=True)
    formulas = [
        place
        for place, value in cells(path, values=False).items()
        if str(value).startswith("=") and value not in (*NASTY, "=案名")
    ]
    assert len(formulas) > 150
    assert [place for place in formulas if values[place] is None] == []
    for sheet in openpyxl.load_workbook(path):
        for table in sheet.tables.values():
            heads = [column.name for column in table.tableColumns]
            assert len({head.casefold() for head in heads}) == len(heads)  # else Excel repairs the file


def test_a_reader_that_does_not_compute_sees_the_sums(tmp_path: Path) -> None:
    data = small()
    path = save(tmp_path, segment_workbook.build(data, translator("en")))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Summary").to_python()
    total = next(row for row in rows if row[0] == "Total")
    assert total[1] == 8
    assert total[4] == sum(line.revenue for line in data.customers)
    assert total[6] == sum(line.margin for line in data.customers)
    grade_a = next(row for row in rows if row[0] == "A")
    assert grade_a[4] == sum(line.revenue for line in data.customers if line.grade == "A")
    difference = [row[1] for row in rows[-2:]]
    assert difference == [0, 0]


def test_user_text_is_text(tmp_path: Path) -> None:
    content = segment_workbook.build(small(), translator("en"))
    rows = CalamineWorkbook.from_path(save(tmp_path, content)).get_sheet_by_name("Customers").to_python()
    names = [row[1] for row in rows[4:]]
    assert names[:5] == NASTY[:5]
    assert names[5] == "bell\ufffd"
    assert names[7] == NASTY[7]
    assert [row[0] for row in rows[4:7]] == ["000", "001", "002"]
    assert rows[4][2] == "04595257"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        texts = package.read("xl/sharedStrings.xml").decode()
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
    assert "_x005F_x0041_" in texts
    assert 'numberStoredAsText="1"' in sheet
    assert "<f>HYPERLINK" not in sheet
    definitions = CalamineWorkbook.from_path(save(tmp_path, content)).get_sheet_by_name("Definitions").to_python()
    assert definitions[-1][1].startswith("1 control characters")


def test_dates_are_dates_and_may_show_roc_years(tmp_path: Path) -> None:
    for roc, code in ((False, "yyyy-mm-dd"), (True, "[$-404]e/mm/dd")):
        path = save(tmp_path, segment_workbook.build(small(), translator("zh_TW"), roc_dates=roc))
        cell = openpyxl.load_workbook(path)["訂單"]["B5"]
        assert (cell.value.date(), cell.number_format) == (AS_OF, code)


def test_cents_stay_exact(tmp_path: Path) -> None:
    path = save(tmp_path, segment_workbook.build(small("USD"), translator("en")))
    cell = openpyxl.load_workbook(path)["Customers"]["L5"]
    assert (cell.value, cell.number_format) == (10000.01, "#,##0.00")


def test_print_and_reading_aids(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(save(tmp_path, segment_workbook.build(small(), translator("en"))))
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_area
        assert sheet.oddHeader.left.text == "明德 && 子  Customer segments"
    for title in ("Customers", "Orders", "Receivables"):
        sheet = book[title]
        (table,) = sheet.tables.values()
        assert table.autoFilter.ref == table.ref
        assert sheet.freeze_panes == "C5"
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.print_title_cols == ("$A:$B" if title == "Customers" else None)
        heads = [cell.value for cell in sheet[4]]
        assert [column.name for column in table.tableColumns] == heads
    assert len(book["Summary"]._charts) == 1


def test_an_empty_shop_still_gives_a_workbook(tmp_path: Path) -> None:
    path = save(tmp_path, segment_workbook.build(data_of([], [], [], "TWD"), translator("en")))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Summary").to_python()
    assert next(row for row in rows if row[0] == "Total")[1] == 0


def test_texts_at_the_edges_of_a_cell(tmp_path: Path) -> None:
    book = Book()
    sheet = book.sheet("One")
    sheet.add_table("One", [Column("Text", "text", 10), Column("Day", "date", 10)], [("x" * 40_000, dt.date(1, 1, 1))])
    rows = CalamineWorkbook.from_path(save(tmp_path, book.save())).get_sheet_by_index(0).to_python()
    assert len(rows[1][0]) == 32_767
    assert rows[1][1] == "0001-01-01"


def test_workbook_agrees_with_the_figures(sample_shop: Shop, tmp_path: Path) -> None:
    with sample_shop.database.read() as session:
        data = segment_figures.load(session)
        shares = {share.grade: share for share in grading.preview(session).present}
        shown = {line.id: line for line in data.customers}
        query = figures.select(
            figures.CustomerFigures.customer_id, figures.CustomerFigures.revenue_12m, figures.CustomerFigures.margin_12m
        ).where(figures.CustomerFigures.archived.is_(False))
        for key, revenue, margin in session.execute(query):
            assert (shown[key].revenue, shown[key].margin) == (revenue, margin)
        owed = session.scalar(figures.select(figures.func.sum(figures.CustomerFigures.receivable)))
    assert sum(line.balance for line in data.receivables) == owed
    path = save(tmp_path, segment_workbook.build(data, translator("en")))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Summary").to_python()
    for grade, share in shares.items():
        row = next(row for row in rows if row[0] == grade)
        assert (row[1], row[4], row[6]) == (share.customers, share.revenue, share.margin)


@pytest.fixture
def recomputed(tmp_path: Path) -> Callable[[bytes], Path]:
    """``recomputed(xlsx)`` takes the stored values out and lets LibreOffice compute them anew."""

    def recompute(content: bytes) -> Path:
        bare = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(bare, "w") as target:
            for item in source.infolist():
                target.writestr(item, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(item)))
        (tmp_path / "bare.xlsx").write_bytes(bare.getvalue())
        assert SOFFICE is not None
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
        subprocess.run([*command, str(tmp_path / "bare.xlsx")], check=True, capture_output=True, timeout=120)
        return tmp_path / "out" / "bare.xlsx"

    return recompute


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed: formulas cannot be recomputed")
def test_libreoffice_computes_the_same(recomputed: Callable[[bytes], Path], tmp_path: Path) -> None:
    content = segment_workbook.build(small(), translator("zh_TW"))
    mine, theirs = cells(save(tmp_path, content), values=True), cells(recomputed(content), values=True)
    formulas = [
        place
        for place, value in cells(tmp_path / "segments.xlsx", values=False).items()
        if isinstance(value, str) and value.startswith("=") and value not in (*NASTY, "=案名")
    ]
    assert len(formulas) > 150
    for place in formulas:
        assert theirs[place] == pytest.approx(mine[place], rel=1e-12), place
