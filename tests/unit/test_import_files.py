"""Foreign files: encodings, broken rows told by line, workbooks that would take the machine down."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.services import import_files, import_sheet, import_text
from desktop_crm.services.import_files import Choice, Look
from desktop_crm.services.import_text import Record

TW = "客戶名稱,電話,地址\r\n大同水電,02-2720-8889,台北市\r\n明德工程,0912-345-678,高雄市\r\n"
CN = "客户名称,电话,地址\r\n大同水电,010-62720888,北京市\r\n明德工程,13912345678,上海市\r\n"


def look(path: Path, content: bytes | str, **choice: object) -> Look:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_files.look(Choice(path, **choice))  # type: ignore[arg-type]


def every(found: Look) -> list[Record]:
    return list(import_files.rows(found.choice, len(found.headings)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (TW, "utf-8", "utf-8-sig"),
        (TW, "utf-8-sig", "utf-8-sig"),
        (TW, "cp950", "cp950"),
        (CN, "gbk", "gb18030"),
        (CN, "gb18030", "gb18030"),
        (TW, "utf-16", "utf-16"),
        ("name,phone\nSmith,1\n" * 5, "utf-16-le", "utf-16-le"),
        ("name,city\nJosé Muñoz,Málaga\nÉtienne,Orléans\n" * 5, "cp1252", "cp1252"),
    ],
)
def test_encodings_are_found_out(file: Path, text: str, encoding: str, found: str) -> None:
    seen = look(file, text.encode(encoding))
    assert seen.choice.encoding == found
    assert ",".join(seen.headings) == text.splitlines()[0]
    assert ",".join(seen.rows[0].cells) == text.splitlines()[1]


def test_the_user_may_choose_another_encoding(file: Path) -> None:
    wrong = look(file, TW.encode("cp950"), encoding="gb18030")
    assert "客戶名稱" not in wrong.headings
    assert look(file, TW.encode("cp950"), encoding="cp950").headings[0] == "客戶名稱"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(file: Path, sign: str) -> None:
    seen = look(file, TW.replace(",", sign))
    assert (seen.choice.delimiter, seen.headings) == (sign, ("客戶名稱", "電話", "地址"))


def test_an_unclosed_quote_is_told_where_it_begins_and_nothing_else_is_lost(file: Path) -> None:
    lines = ["name,phone", "A,1", 'B,"2', *(f"C{n},{n}" for n in range(3, 2000))]
    rows = every(look(file, "\n".join(lines)))
    broken = [(row.line, row.fault) for row in rows if row.fault]
    assert broken == [(3, "A quotation mark is not closed.")]
    assert [row.cells[0] for row in rows if not row.fault] == ["A", *(f"C{n}" for n in range(3, 2000))]
    assert next(row for row in rows if row.fault).cells == ['B,"2']


def test_two_unclosed_quotes_that_close_each_other_do_not_swallow_rows(file: Path) -> None:
    rows = every(look(file, 'name,phone\nA,"1\nB,2\nC,"3\nD,4\n'))
    assert [row.line for row in rows if row.fault] == [2, 4]
    assert [row.cells for row in rows if not row.fault] == [["B", "2"], ["D", "4"]]


def test_cells_may_hold_line_breaks_and_quotes(file: Path) -> None:
    rows = every(look(file, 'name,note\n"A ""x""","one\ntwo, three"\nB,c\n'))
    assert [(row.line, row.cells) for row in rows] == [(2, ['A "x"', "one\ntwo, three"]), (4, ["B", "c"])]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_of_ten_megabytes_is_refused_with_row_and_column(file: Path, quote: str) -> None:
    big = quote + "x" * 10_000_000 + quote
    rows = every(look(file, f"name,phone,note\nA,1,a\nB,{big},b\nC,3,c\n"))
    assert [(row.line, row.params.get("column")) for row in rows if row.fault] == [(3, 2)]
    assert [row.cells[0] for row in rows if not row.fault] == ["A", "C"]
    assert sum(len(cell) for row in rows for cell in row.cells) < 10_000


def test_nul_bytes_are_taken_out(file: Path) -> None:
    assert every(look(file, b"name,phone\nA\0B,1\n"))[0].cells == ["AB", "1"]


def test_rows_of_another_length_are_told(file: Path) -> None:
    rows = every(look(file, "name,phone\nA,1\nB\nC,1,2\nD,4,,\n"))
    assert [(row.line, row.params) for row in rows if row.fault] == [
        (3, {"found": 1, "expected": 2}),
        (4, {"found": 3, "expected": 2}),
    ]
    assert rows[-1].cells == ["D", "4"]


def test_bytes_of_another_encoding_refuse_their_row_alone(file: Path) -> None:
    rows = every(look(file, b"name\n" + "好\n".encode() * 3 + b"\xff\xfe\n" + b"x\n", encoding="utf-8"))
    assert [(row.line, "encoding" in row.fault) for row in rows if row.fault] == [(5, True)]


def test_headings_missing_doubled_and_below_a_title(file: Path) -> None:
    assert look(file, "電話,電話,\n1,2,3\n").headings == ("電話", "電話 (2)", "#3")
    bare = look(file, "大同,02-2720-8889,2024-01-02\n明德,02-2720-8888,2024-01-03\n")
    assert (bare.choice.header, bare.headings, len(bare.rows)) == (0, ("#1", "#2", "#3"), 2)
    titled = look(file, "2024 客戶名單,,\n\n客戶名稱,電話,地址\n大同,1,2\n")
    assert (titled.choice.header, titled.headings, titled.rows[0].line) == (3, ("客戶名稱", "電話", "地址"), 4)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"name,phone\n"])
def test_a_file_without_rows_is_a_sentence(file: Path, content: bytes) -> None:
    with pytest.raises(UserError) as caught:
        look(file, content)
    assert caught.value.advice


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, bytes(range(256)) * 40])
def test_what_is_no_table_is_a_sentence(file: Path, content: bytes) -> None:
    with pytest.raises(UserError):
        look(file, content)


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        import_files.look(Choice(tmp_path / "gone.csv"))


def test_a_large_file_is_read_row_by_row(file: Path) -> None:
    line = "客戶,0912345678\n"
    seen = look(file, "name,phone\n" + line * 100_000)
    assert len(seen.rows) == import_files.SAMPLE
    heard: list[int] = []
    assert sum(1 for _ in import_files.rows(seen.choice, 2, heard.append)) == 100_000
    assert heard[-1] == 100_001


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd\ufeff"), max_size=20)
TABLE_ROW = st.lists(CELL, min_size=3, max_size=3).filter(any)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_a_csv_writer_writes_comes_back(tmp_path: Path, table: list[list[str]], sign: str) -> None:
    path = tmp_path / "round.csv"
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=sign).writerows(table)
    path.write_bytes(buffer.getvalue().encode())
    rows = list(import_text.records(path, "utf-8", sign, 3))
    assert [row.cells for row in rows] == table
    assert not any(row.fault for row in rows)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text('ab,"\n', max_size=60))
def test_no_line_of_a_broken_file_is_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(text.encode())
    told = "".join("".join(row.cells) for row in import_text.records(path, "utf-8", ","))
    assert told.count("a") == text.count("a")
    assert told.count("b") == text.count("b")


# -- workbooks -------------------------------------------------------------------------------------


def workbook(path: Path, rows: list[list[object]], **more: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for title, content in {"Sheet": rows, **more}.items():
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for row in content:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_gives_texts(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ["客戶名稱", "統編", "日期", "金額"],
            ["大同", 12345678, dt.date(2024, 5, 1), 1234.5],
            ["乙", "00123", None, 1e15],
        ],
    )
    seen = import_files.look(Choice(path))
    assert seen.is_workbook
    assert [row.cells for row in seen.rows] == [
        ["大同", "12345678", "2024-05-01", "1234.5"],
        ["乙", "00123", "", "1000000000000000"],
    ]


def test_dates_of_the_1904_system_are_right(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (["名稱", "日期"], ["甲", dt.date(2024, 5, 1)]):
        book.active.append(row)
    book.save(tmp_path / "mac.xlsx")
    assert import_files.look(Choice(tmp_path / "mac.xlsx")).rows[0].cells == ["甲", "2024-05-01"]


def test_sheets_are_chosen_and_hidden_ones_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [], 客戶=[["客戶名稱"], ["甲"]], 舊=[["客戶名稱"], ["乙"]])
    book = openpyxl.load_workbook(path)
    book["Sheet"].sheet_state = "hidden"
    book.save(path)
    seen = import_files.look(Choice(path))
    assert (seen.choice.sheet, seen.rows[0].cells) == ("客戶", ["甲"])
    assert [(sheet.name, sheet.hidden) for sheet in seen.sheets] == [("Sheet", True), ("客戶", False), ("舊", False)]
    assert import_files.look(Choice(path, sheet="舊")).rows[0].cells == ["乙"]


def test_merged_headings_name_both_columns(tmp_path: Path) -> None:
    path = workbook(tmp_path / "c.xlsx", [["客戶名稱", "電話", None], ["甲", "1", "2"]])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B1:C1")
    book.save(path)
    assert import_files.look(Choice(path)).headings == ("客戶名稱", "電話", "電話 (2)")


def test_a_formula_without_a_stored_value_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "d.xlsx", [["品名", "定價"], ["管", "=1+2"]])
    seen = import_files.look(Choice(path))
    assert seen.rows[0].cells == ["管", ""]
    assert [params for _, params in seen.remarks] == [{"count": 1}]


def test_a_cell_at_the_far_corner_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    book.active["XFD1048576"] = "x"
    book.save(path)
    with pytest.raises(UserError, match="reaches as far") as caught:
        import_files.look(Choice(path))
    assert caught.value.params["cell"] == "XFD1048576"
    assert caught.value.params["limit"] == "2,000,000"


def test_a_bomb_of_a_workbook_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_sheet, "MOST_UNPACKED", 5000)
    with pytest.raises(UserError, match="unpacks"):
        import_files.look(Choice(workbook(tmp_path / "e.xlsx", [["a"], ["b"]])))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (import_sheet.OLE + b"x" * 600, "old kind"),
        (import_sheet.OLE + b"x" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 no zip at all", "cannot be read as a workbook"),
        (b"plain text", "no Excel workbook"),
        (b"", "is empty"),
    ],
)
def test_other_workbooks_are_sentences(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        import_files.look(Choice(path))
    assert caught.value.advice


def test_a_workbook_with_entities_is_not_followed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "g.xlsx", [["a"], ["b"]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData/></worksheet>'
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, bomb if "sheet1" in name else content)
    with pytest.raises(UserError, match="cannot be read as a workbook"):
        import_files.look(Choice(path))


def test_columns_have_letters() -> None:
    assert [import_sheet.column_name(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
