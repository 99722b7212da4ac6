"""The import from the window, the whole way: choose, map, try, import, take back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from desktop_crm.core.errors import UserError
from desktop_crm.services import customer_list
from desktop_crm.services.customer_list import CustomerQuery
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.page import CustomersPage
from desktop_crm.ui.importing import past
from desktop_crm.ui.importing.past import PastImports
from desktop_crm.ui.importing.screen import CHECK, COLUMNS, FILE, ImportScreen
from desktop_crm.ui.widgets.yielding import Yielding

LIST = "客戶編號,客戶名稱,電話,統編\nC1,大同水電,02-2720-8889,04595257\nC2,,0912345678,\nC3,明德工程,0987654321,\n"


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> CustomersPage:
    made = CustomersPage(ctx)
    qtbot.addWidget(made)
    made.first_shown()
    return made


@pytest.fixture
def screen(page: CustomersPage) -> ImportScreen:
    page.import_file()
    shown = page.top()
    assert isinstance(shown, ImportScreen)
    return shown


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "客戶.csv"
    path.write_bytes(LIST.encode("cp950"))
    return path


def names(ctx: Context) -> list[str]:
    with ctx.db.read() as session:
        return sorted(row.name for row in customer_list.window(session, CustomerQuery(), 0, 50))


def step(screen: ImportScreen) -> str:
    return (FILE, COLUMNS, CHECK)[screen.stack.currentIndex()]


def shown(view: object) -> list[list[str]]:
    model = view.table()  # type: ignore[attr-defined]
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_a_list_goes_all_the_way_and_back(ctx: Context, page: CustomersPage, screen: ImportScreen, file: Path) -> None:
    assert not screen.next.isEnabled()
    screen.take(file)
    assert (step(screen), screen.file.encoding.currentData(), screen.file.kind_chosen()) == (FILE, "cp950", "customers")
    screen.next.click()
    assert step(screen) == COLUMNS
    assert screen.columns.columns() == {0: "code", 1: "name", 2: "phone", 3: "tax_number"}
    assert [row[1] for row in shown(screen.columns.preview)] == ["", "客戶沒有名稱。", ""]
    screen.next.click()
    assert step(screen) == CHECK
    assert screen.check.kpis["created"].accessibleName().endswith("2")
    assert screen.check.kpis["refused"].accessibleName().endswith("1")
    assert shown(screen.check.table)[0][:2] == ["3", "客戶沒有名稱。"]
    assert names(ctx) == []
    screen.next.click()
    assert names(ctx) == ["大同水電", "明德工程"]
    assert page.list.model.rowCount() == 2
    assert not screen.check.back.isHidden()
    screen.check.back.click()
    assert names(ctx) == []
    assert page.list.model.rowCount() == 0


def test_a_finished_import_goes_when_its_tab_is_left(
    page: CustomersPage, screen: ImportScreen, file: Path, qtbot: QtBot
) -> None:
    screen.take(file)
    page.hide()
    page.show()
    qtbot.wait(1)
    assert page.top() is screen  # there is something to do yet
    for _ in range(3):
        screen.next.click()
    page.hide()
    qtbot.waitUntil(lambda: page.top() is page.home)


def test_a_low_window_scrolls_the_steps_and_squeezes_nothing(
    page: CustomersPage, screen: ImportScreen, file: Path, qtbot: QtBot
) -> None:
    page.resize(820, 420)
    page.show()
    screen.take(file)
    for _step in range(3):
        whole = screen.stack.currentWidget()
        assert isinstance(whole, Yielding)
        qtbot.waitUntil(lambda whole=whole: whole.verticalScrollBar().maximum() > 0)  # type: ignore[misc]
        shown = [one for one in whole.findChildren(QPushButton) if one.isVisible()]
        assert all(one.height() >= one.sizeHint().height() for one in shown)
        screen.next.click()


def test_the_next_file_with_these_headings_needs_one_click(ctx: Context, screen: ImportScreen, file: Path) -> None:
    screen.take(file)
    screen.next.click()
    screen.columns.boxes[2].setCurrentIndex(0)
    screen.next.click()
    screen.next.click()
    screen.take(file)
    assert step(screen) == CHECK
    assert screen.columns.columns() == {0: "code", 1: "name", 3: "tax_number"}
    assert screen.check.kpis["unchanged"].accessibleName().endswith("2")
    assert not screen.next.isEnabled()  # nothing would change


def test_a_field_moves_from_one_column_to_another(screen: ImportScreen, file: Path, qtbot: QtBot) -> None:
    screen.take(file)
    screen.next.click()
    first, second = screen.columns.boxes[1], screen.columns.boxes[2]
    second.setCurrentIndex(first.currentIndex())
    assert screen.columns.columns() == {0: "code", 2: "name", 3: "tax_number"}
    qtbot.waitUntil(lambda: "02-2720-8889" in shown(screen.columns.preview)[0])
    second.setCurrentIndex(0)
    assert screen.columns.missing() == ["名稱"]
    assert not screen.next.isEnabled()


def test_another_encoding_is_shown_at_once(screen: ImportScreen, file: Path) -> None:
    screen.take(file)
    assert shown(screen.file.raw)[0][2] == "大同水電"
    screen.file.encoding.setCurrentIndex(2)
    assert screen.file.encoding.currentData() == "gb18030"
    assert shown(screen.file.raw)[0][2] != "大同水電"
    screen.file.encoding.setCurrentIndex(1)
    assert shown(screen.file.raw)[0][2] == "大同水電"


def test_known_records_may_be_left_as_they_are(ctx: Context, screen: ImportScreen, file: Path) -> None:
    screen.take(file)
    for _ in range(3):
        screen.next.click()
    file.write_text(LIST.replace("大同水電", "大同新名"), encoding="utf-8")
    screen.take(file)
    assert screen.check.kpis["updated"].accessibleName().endswith("1")
    screen.check.existing.setCurrentIndex(1)
    assert screen.check.kpis["updated"].accessibleName().endswith("0")
    assert not screen.next.isEnabled()


def test_a_file_that_cannot_be_read_is_a_sentence(
    screen: ImportScreen, tmp_path: Path, failures: list[BaseException]
) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 nothing")
    screen.take(tmp_path / "bad.xlsx")
    assert [type(error) for error in failures] == [UserError]
    assert not screen.next.isEnabled()
    (tmp_path / "good.csv").write_text(LIST, encoding="utf-8")
    screen.take(tmp_path / "good.csv")
    assert screen.next.isEnabled()


def test_refused_rows_and_an_example_are_saved(
    screen: ImportScreen, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.take(file)
    for _ in range(2):
        screen.next.click()
    target = tmp_path / "refused.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    screen.check.save.click()
    assert "客戶沒有名稱" in target.read_text(encoding="utf-8-sig")
    target = tmp_path / "example.csv"
    screen.file.example.click()
    screen.take(target)
    assert screen.file.kind_chosen() == "customers"
    screen.next.click()
    assert screen.columns.missing() == []


def test_a_past_import_is_taken_back_from_the_list(
    ctx: Context, page: CustomersPage, screen: ImportScreen, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.take(file)
    for _ in range(3):
        screen.next.click()
    screen.past.click()
    imports = page.top()
    assert isinstance(imports, PastImports)
    assert shown(imports.table)[0][1] == "客戶.csv"
    monkeypatch.setattr(past, "confirm", lambda *_: True)
    imports.take_back.click()
    assert names(ctx) == []
    assert not imports.take_back.isEnabled()


def test_a_folder_of_a_saved_mapping_is_offered_whole(ctx: Context, screen: ImportScreen) -> None:
    screen.take(Path(__file__).resolve().parents[1] / "data" / "northwind" / "customers.csv")
    assert screen.file.kind_chosen() == "saved"
    screen.next.click()
    assert step(screen) == CHECK
    assert "830" in screen.check.result.text()


def test_a_list_is_dropped_onto_a_page(page: CustomersPage, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(event)
    opened = page.top()
    assert isinstance(opened, ImportScreen)
    assert opened.next.isEnabled()


def test_a_sheet_is_chosen(screen: ImportScreen, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["客戶名稱", "電話"])
    book.active.append(["甲", "1"])
    other = book.create_sheet("產品")
    other.append(["品名", "定價"])
    other.append(["管", 5])
    book.save(tmp_path / "two.xlsx")
    screen.take(tmp_path / "two.xlsx")
    assert screen.file.encoding.parentWidget().isHidden()
    screen.file.sheet.setCurrentIndex(1)
    assert shown(screen.file.raw)[0][1:] == ["管", "5"]


def test_the_worker_imports_and_can_be_stopped(make_ctx: Callable[..., Context], qtbot: QtBot, file: Path) -> None:
    ctx = make_ctx(inline=False)
    page = CustomersPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    page.import_file(file)
    screen = page.top()
    assert isinstance(screen, ImportScreen)
    qtbot.waitUntil(lambda: screen.next.isEnabled(), timeout=20_000)
    screen.next.click()
    screen.next.click()
    screen.check.cancel.click()
    qtbot.waitUntil(lambda: screen.check.bar.isHidden(), timeout=20_000)
    screen.check.existing.setCurrentIndex(1)
    qtbot.waitUntil(lambda: screen.next.isEnabled(), timeout=20_000)
    screen.next.click()
    assert not screen.may_leave()
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 2, timeout=20_000)
    assert screen.may_leave()


def test_the_empty_list_offers_the_import(page: CustomersPage) -> None:
    offered = next(one for one in page.findChildren(QPushButton) if one.text() == page.ctx.t("Import ..."))
    offered.click()
    assert isinstance(page.top(), ImportScreen)


def test_taking_back_what_was_only_changed_is_said(ctx: Context, screen: ImportScreen, file: Path) -> None:
    said: list[str] = []
    ctx.toasted.connect(lambda text, _undo: said.append(text))
    screen.take(file)
    for _ in range(3):
        screen.next.click()
    file.write_text(LIST.replace("大同水電", "大同新名"), encoding="utf-8")
    screen.take(file)
    screen.next.click()
    assert "大同新名" in names(ctx)
    screen.check.back.click()
    assert "大同水電" in names(ctx)
    assert said == ["已撤回這次匯入，資料恢復原狀。"]


def test_the_keyboard_stays_in_the_import(page: CustomersPage, screen: ImportScreen, file: Path, qtbot: QtBot) -> None:
    with qtbot.waitExposed(page):
        page.show()
    screen.take(file)
    for _ in range(3):
        screen.next.setFocus()
        screen.next.click()
        focused = page.focusWidget()
        assert focused is screen or (focused is not None and screen.isAncestorOf(focused))
    screen.check.back.setFocus()
    screen.check.back.click()
    assert page.focusWidget() is screen
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert page.top() is page.home
