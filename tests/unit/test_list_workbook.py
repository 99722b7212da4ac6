"""A list as a workbook: typed cells, texts that stay texts, and what the second sheet says."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import translator
from desktop_crm.reports.list_workbook import Amount, Field, ListFacts, build
from desktop_crm.reports.workbook import CHUNK, MOST_ROWS

DAY = dt.date(2026, 11, 21)
MIDNIGHT, MORNING, AFTERNOON = (dt.datetime.combine(DAY, dt.time(*at)) for at in ((0, 0), (9, 30), (14, 30)))
FIELDS = (
    Field("Code", "text"), Field("Total", "money"), Field("Due", "text"), Field("Share", "percent"),
    Field("Pieces", "quantity"), Field("Orders", "number"),
)  # fmt: skip
FACTS = ListFacts("明德 & 子", "訂單", AFTERNOON, (("Search", "=1+1"),), 2)
NASTY = ['=HYPERLINK("http://x","y")', "@SUM(1)", "+886", "-1", "<b>&amp;</b>", "0001234", "04595257", "_x0041_"]
SOFFICE = shutil.which("soffice")


def written(rows: Sequence[Sequence[Any]], **facts: Any) -> tuple[Any, bytes]:
    content = build(FIELDS, rows, replace(FACTS, count=len(rows), **facts), translator("en"))
    return openpyxl.load_workbook(io.BytesIO(content)), content


def test_every_value_is_typed_and_formatted() -> None:
    row = ("A1", Amount(123456, "TWD"), DAY, Decimal("0.314"), Decimal("2.5"), 7)
    other = ("A2", Amount(123456, "USD"), MORNING, None, Decimal("3.0000"), 0)
    book, _ = written([row, other])
    sheet = book["訂單"]
    shown = [[(cell.value, cell.number_format) for cell in line] for line in sheet.iter_rows(min_row=2)]
    day, moment = MIDNIGHT, MORNING
    assert shown[0] == [
        ("A1", "@"), (123456, "#,##0"), (day, "yyyy-mm-dd"), (0.314, "0.0%"), (2.5, "#,##0.####"), (7, "#,##0"),
    ]  # fmt: skip
    assert shown[1][1] == (1234.56, '"USD" #,##0.00')
    assert shown[1][2] == (moment, "yyyy-mm-dd hh:mm")
    assert shown[1][4] == (3, "#,##0")
    assert shown[1][3][0] is None


@pytest.mark.parametrize("text", NASTY)
def test_texts_stay_texts_without_a_green_mark(text: str) -> None:
    book, content = written([(text, None, None, None, None, None)])
    cell = book["訂單"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r'<ignoredError sqref="A1:A2[^"]*" numberStoredAsText="1"', xml)
    assert "<f>" not in xml


def test_it_is_a_filtered_table_with_a_standing_header_and_can_be_printed() -> None:
    book, _ = written([("A", None, None, None, None, None), ("宏益建設有限公司", None, None, None, None, None)])
    sheet = book["訂單"]
    assert [table.ref for table in sheet.tables.values()] == ["A1:F3"]
    assert sheet.freeze_panes == "C2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.oddHeader.left.text == "明德 && 子  訂單"
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["F"].width


def test_the_second_sheet_says_what_the_list_is() -> None:
    book, _ = written([("bell\x07\x08", None, None, None, None, None)], columns_left_out=True)
    said = {row[0]: row[1] for row in book["About this list"].iter_rows(min_row=3, values_only=True)}
    assert said == {
        "Shop": "明德 & 子",
        "Search": "=1+1",
        "Rows": 1,
        "Written on": AFTERNOON,
        "Customer view": "Columns that are not for customers are left out.",
        "Replaced": "2 characters",
    }
    assert book["訂單"]["A2"].value == "bell\ufffd\ufffd"


def test_titles_that_come_twice_or_not_at_all_are_told_apart() -> None:
    fields = (Field("Name", "text"), Field("name", "text"), Field("", "text"))
    content = build(fields, [("a", "b", "c")], replace(FACTS, count=1, title="a/b[c]:*?" + "長" * 40), translator("en"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["Name", "name 2", "3"]
    assert len(sheet.title) <= 31


def test_more_rows_than_a_sheet_holds_are_refused_before_they_are_read() -> None:
    with pytest.raises(UserError, match="sheet holds only"):
        build(FIELDS, [], replace(FACTS, count=MOST_ROWS), translator("en"))


def test_many_rows_are_all_there_and_in_order() -> None:
    rows = [(f"N{number}", None, None, None, None, number) for number in range(3 * CHUNK + 5)]
    book, _ = written(rows)
    found = list(book["訂單"].iter_rows(min_row=2, values_only=True))
    assert [line[0] for line in found] == [row[0] for row in rows]
    assert [line[5] for line in found] == [row[5] for row in rows]


def test_an_empty_list_has_its_headings() -> None:
    book, _ = written([])
    assert [cell.value for cell in book["訂單"][1]] == [field.title for field in FIELDS]


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_another_program_reads_the_same(tmp_path: Path) -> None:
    _, content = written([("0001", Amount(5, "TWD"), DAY, Decimal("0.5"), Decimal("1.25"), 3)])
    (tmp_path / "list.xlsx").write_bytes(content)
    assert SOFFICE is not None
    command = [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "csv"]
    subprocess.run([*command, "list.xlsx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    shown = (tmp_path / "list.csv").read_text("utf8").splitlines()[1]
    assert re.fullmatch(r"0001,5,2026-11-21,50(\.0)?%,1\.25,3", shown)
