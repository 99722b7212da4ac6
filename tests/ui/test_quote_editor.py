"""The editor of drafts: by keyboard alone, autosave, totals, undo, paste, issue."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop_crm.core.dates import clock
from desktop_crm.core.settings import Company
from desktop_crm.services import followups, quotation_list, quotations, settings, trade
from desktop_crm.services.followups import FollowUpQuery
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.viewer import QuotationViewer
from desktop_crm.ui.widgets.company_dialog import CompanyDialog
from desktop_crm.ui.widgets.line_model import AMOUNT, CODE, DISCOUNT, NAME, PRICE, QUANTITY, UNIT
from desktop_crm.ui.widgets.product_dialog import ProductDialog
from tests.ui import quotes
from tests.ui.quotes import draft, editor_of, fill, focused, issued, item, press, read, shown, type_text, view, write

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def clean_clipboard(qapp: QApplication) -> Iterator[None]:
    """Leave nothing behind."""
    yield
    QGuiApplication.clipboard().clear()


def test_the_rarer_fields_open_and_close_and_the_button_says_which(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    t = ctx.t
    fold = next(one for one in editor.findChildren(QPushButton) if one.text() == t("More fields"))
    for words, opened in ((t("Fewer fields"), True), (t("More fields"), False)):
        fold.click()
        assert editor.head.more.isVisible() == opened
        assert (fold.text(), fold.accessibleName()) == (words, words)


def test_the_terms_follow_the_language_of_the_sheet(ctx: Context, qtbot: QtBot) -> None:
    customer = fill(ctx)
    said = {"en": {"payment_terms": "30 days net", "warranty_terms": "One year"}}
    write(ctx, trade.change, {"payment_terms": "月結三十天", "warranty_terms": "保固一年", "translations": said})
    quotation = draft(ctx, customer)
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    editor.head.more.set_texts({"warranty_terms": "保固兩年"})  # said for this one
    language = editor.head.more.rows["language"].control
    assert isinstance(language, QComboBox)
    for lang, words in {"en": "30 days net", "zh_TW": "月結三十天"}.items():
        language.setCurrentIndex(language.findData(lang))
        language.activated.emit(language.currentIndex())
        stored = view(ctx, quotation).header
        assert (stored.language, stored.payment_terms, stored.warranty_terms) == (lang, words, "保固兩年")


def test_a_quotation_is_made_by_keyboard_alone(ctx: Context, qtbot: QtBot, failures: list[BaseException]) -> None:
    fill(ctx)
    page = shown(ctx, qtbot)
    page.new_record()
    editor = editor_of(page)
    qtbot.waitUntil(editor.head.customer.hasFocus)

    type_text("hy")
    qtbot.waitUntil(editor.head.completer.popup.isVisible)
    press(Key.Key_Return)
    assert editor.customer is not None

    type_text("ct")
    qtbot.waitUntil(lambda: editor.grid._delegate._open.completer_popup.isVisible())
    press(Key.Key_Return)
    type_text("2")
    press(Key.Key_Return)
    press(Key.Key_Return)
    type_text("PP-100")
    press(Key.Key_Return)
    type_text("3")
    press(Key.Key_Return)
    type_text("20000")
    press(Key.Key_Return)
    press(Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.top() is not editor)

    top = page.top()
    assert isinstance(top, QuotationViewer)
    stored = top.view
    assert stored is not None
    assert stored.customer == "宏益建設有限公司"
    assert [(one.typed.code, one.typed.quantity, one.typed.unit_price) for one in stored.lines] == [
        ("CT-200", 2, 168000),
        ("PP-100", 3, 20000),
    ]
    assert stored.total == round((2 * 168000 + 3 * 20000) * 1.05)
    assert stored.state == "issued"
    assert stored.number
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    assert url.fileName() == f"{stored.number} 宏益建設有限公司.pdf"
    with open(url.toLocalFile(), "rb") as file:
        assert file.read(5) == b"%PDF-"
    assert read(ctx, followups.count, FollowUpQuery(clock.today(), "open")) == 1
    assert failures == []


def test_what_is_typed_is_saved_and_comes_back(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item(quantity=2))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    editor.grid.lines.put(editor.grid.lines.rows[0].key, quantity=Decimal(5))
    assert editor.keeper.dirty
    assert page.pop()
    assert view(ctx, quotation).typed[0].quantity == 5


def test_the_draft_is_stored_a_moment_after_the_last_key(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    edit = editor.head.main.rows["project_name"].control
    edit.setFocus()
    type_text("Tower B")
    with qtbot.waitSignal(editor.keeper.saved, timeout=4000):
        pass
    assert view(ctx, quotation).header.project_name == "Tower B"


def test_typing_survives_a_crash(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    editor.grid.lines.put(editor.grid.lines.rows[0].key, name="改過的名稱")
    editor.keeper._recovery.flush()
    again = quotes.QuotationsPage(ctx)
    qtbot.addWidget(again)
    again.first_shown()
    again.open_record("quotation", quotation)
    found = editor_of(again)
    assert found.grid.lines.lines[0].name == "改過的名稱"
    assert found.notice.isVisibleTo(found)


def test_lines_are_copied_moved_removed_and_brought_back(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item("a"), item("b"))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid.settle()
    grid.setFocus()
    grid.setCurrentIndex(grid.lines.index(0, NAME))
    names = lambda: "".join(line.name for line in grid.lines.lines)  # noqa: E731
    press(Key.Key_D, CTRL)
    assert names() == "aab"
    press(Key.Key_Down, ALT)
    assert names() == "aba"
    press(Key.Key_Delete)
    assert names() == "ab"
    press(Key.Key_Z, CTRL)
    assert names() == "aba"
    press(Key.Key_Z, CTRL)
    assert names() == "aab"


def test_a_number_that_cannot_be_meant_stays_in_its_cell(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item(quantity=2))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid._edit_at(0, QUANTITY)
    type_text("1,2")
    press(Key.Key_Return)
    assert focused().property("bad") == "true"
    assert grid.lines.lines[0].quantity == 2
    press(Key.Key_Escape)
    assert page.top() is not page.home
    assert grid.lines.lines[0].quantity == 2


@pytest.mark.parametrize(
    ("column", "typed", "shown_as", "total"),
    [
        (QUANTITY, "1,200", "1,200", 1_260_000),
        (PRICE, "3萬", "30,000", 63_000),
        (DISCOUNT, "95折", "95 折", 1_995),
    ],
)
def test_numbers_are_typed_as_people_type_them(
    ctx: Context, qtbot: QtBot, column: int, typed: str, shown_as: str, total: int
) -> None:
    quotation = draft(ctx, fill(ctx), item(quantity=2))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid._edit_at(0, column)
    focused().setText(typed)  # type: ignore[attr-defined]
    press(Key.Key_Return)
    assert grid.lines.shown(0, column) == shown_as
    assert grid.lines.totals is not None
    assert grid.lines.totals.total == total


def test_tab_goes_to_the_next_cell_and_back(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item())
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid._edit_at(0, QUANTITY)
    type_text("4")
    press(Key.Key_Tab)
    assert grid.lines.lines[0].quantity == 4
    assert grid.currentIndex().column() == UNIT
    press(Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert grid.currentIndex().column() == QUANTITY
    grid._edit_at(0, DISCOUNT)
    press(Key.Key_Tab)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (1, CODE)


def test_a_section_is_named_and_folded(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item("a"), item("b"))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid.settle()
    grid.setFocus()
    grid.setCurrentIndex(grid.lines.index(0, CODE))
    press(Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    type_text("Tower")
    press(Key.Key_Return)
    assert [(line.kind, line.name) for line in grid.lines.lines] == [("item", "a"), ("section", "Tower"), ("item", "b")]
    grid.settle()
    grid.setFocus()
    grid.setCurrentIndex(grid.lines.index(1, CODE))
    press(Key.Key_Left)
    assert grid.isRowHidden(2)
    assert not grid.isRowHidden(0)
    press(Key.Key_Right)
    assert not grid.isRowHidden(2)


def test_characters_without_a_glyph_are_asked_about(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item("ꙮ"))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    asked: list[str] = []
    ctx.tasks.confirmation.connect(lambda warning, retry: (asked.append(warning.key), retry()))
    editor_of(page).issue()
    assert asked == ["uncovered"]
    assert view(ctx, quotation).state == "issued"


def test_a_closed_editor_hears_nothing_more(ctx: Context, qtbot: QtBot, failures: list[BaseException]) -> None:
    quotation = draft(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    with qtbot.waitSignal(editor.destroyed):
        page.pop()
    ctx.customer_view.set(True)
    ctx.customer_view.set(False)
    write(ctx, quotations.delete_draft, quotation)
    page.reload()
    assert failures == []


def test_options_are_shown_and_not_summed(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item(), item("選購品", price=500))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid.settle()
    grid.setCurrentIndex(grid.lines.index(1, NAME))
    grid.setFocus()
    press(Key.Key_F6)
    assert grid.lines.lines[1].kind == "option"
    assert grid.lines.totals is not None
    assert grid.lines.totals.total == 1050
    assert "500" in grid.lines.shown(1, AMOUNT)


def test_rows_of_a_spreadsheet_become_lines(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item())
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid.settle()
    grid.setFocus()
    grid.setCurrentIndex(grid.lines.index(1, CODE))
    table = "品名\t數量\t單價\nPP-100\t3\t20,000\n第二期\t\t\nCT-200\t1\n安裝工資\t2\t1,500\n"
    QGuiApplication.clipboard().setText(table)
    press(Key.Key_V, CTRL)
    lines = [(x.kind, x.code, x.name, x.quantity, x.unit_price) for x in grid.lines.lines[1:]]
    assert lines == [
        ("item", "PP-100", "循環水泵 10HP", 3, 20000),
        ("section", "", "第二期", 0, 0),
        ("item", "CT-200", "冷卻水塔 200RT", 1, 168000),
        ("item", "", "安裝工資", 2, 1500),
    ]


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform cannot; the menu opens all the same
def test_last_prices_are_offered_and_taken(ctx: Context, qtbot: QtBot) -> None:
    customer = fill(ctx)
    page = shown(ctx, qtbot)
    product = read(ctx, quotes.products.find, "PP-100")[0].id
    issued(ctx, customer, item(product_id=product, price=19800))
    quotation = draft(ctx, customer, item(product_id=product, price=21500))
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid.settle()
    grid.setFocus()
    grid.setCurrentIndex(grid.lines.index(0, PRICE))
    press(Key.Key_F4)
    (action,) = grid.price_menu.actions()
    action.trigger()
    grid.price_menu.close()
    assert grid.lines.lines[0].unit_price == 19800


def test_a_free_line_becomes_a_product_and_keeps_its_price(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item("不鏽鋼管架", price=3500))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    grid = editor_of(page).grid
    grid.setCurrentIndex(grid.lines.index(0, NAME))
    grid.keep_as_product()
    (dialog,) = grid.findChildren(ProductDialog)
    assert dialog.form.values()["list_price"] == 3500
    dialog.form.set_texts({"code": "SH-1", "name": "不鏽鋼管架 L 型", "list_price": "3800"})
    dialog.save()
    (made,) = read(ctx, quotes.products.find, "SH-1")
    (line,) = grid.lines.lines
    assert (line.product_id, line.code, line.name) == (made.id, "SH-1", "不鏽鋼管架 L 型")
    assert (line.unit_price, made.list_price) == (3500, 3800)
    grid.keep_as_product()  # it is one already
    assert grid.findChildren(ProductDialog) == [dialog]


def test_free_text_has_no_last_prices_and_says_so(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    said: list[str] = []
    ctx.toasted.connect(lambda text, _batch: said.append(text))
    grid = editor_of(page).grid
    grid.setCurrentIndex(grid.lines.index(0, PRICE))
    grid.ask_last_prices()
    assert said == ["只有產品才有歷史價；這一列是自行輸入的文字。"]


def test_the_target_total_sets_the_prices(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item(quantity=3, price=17000), item("b", price=900))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    editor.ask_target()
    dialog = next(one for one in QApplication.topLevelWidgets() if type(one).__name__ == "TargetDialog")
    dialog.form.rows["total"].control.setText("5萬")  # type: ignore[attr-defined]
    dialog._try()  # type: ignore[attr-defined]
    assert editor.grid.lines.totals is not None
    assert editor.grid.lines.totals.total == 50_000


@pytest.mark.parametrize(("typed", "total"), [("90折", 1890), ("10%", 1890), ("100", 1995), ("10% + 100", 1785)])
def test_the_whole_can_be_discounted(ctx: Context, qtbot: QtBot, typed: str, total: int) -> None:
    quotation = draft(ctx, fill(ctx), item(quantity=2))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    editor.sums.totals.discount.setText(typed)
    editor.sums.totals.discount.editingFinished.emit()
    assert editor.grid.lines.totals is not None
    assert editor.grid.lines.totals.total == total
    page.pop()
    assert view(ctx, quotation).total == total


def test_the_tax_kind_of_the_sheet_is_that_of_its_lines(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item(quantity=2))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    tax = editor.head.tax
    tax.setCurrentIndex(tax.findData("zero_rated"))
    tax.activated.emit(tax.currentIndex())
    page.pop()
    stored = view(ctx, quotation)
    assert (stored.total, stored.tax) == (2000, 0)
    assert [line.tax_kind for line in stored.typed] == ["zero_rated"]


def test_margin_is_hidden_from_the_customer(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item(price=1000, unit_cost=Decimal(800)))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    box = editor_of(page).sums.margin
    assert "200" in box.margin.text()
    assert "20.0%" in box.margin.text()
    assert box.margin.property("look") == "warn"  # the floor is 25 %
    ctx.customer_view.set(True)
    assert not box.isVisible()
    ctx.customer_view.set(False)
    assert box.isVisible()


def test_the_preview_follows_what_is_typed(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item())
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    editor.preview.draw_now()
    assert editor.preview.page_count() == 1
    editor.grid.lines.insert(1, [item(f"第 {n} 項") for n in range(60)])
    with qtbot.waitSignal(editor.preview.shown, timeout=3000):
        pass
    assert editor.preview.page_count() > 1


def test_a_missing_letterhead_is_asked_for(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx))
    write(ctx, settings.save, Company())
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor_of(page).issue()
    dialog = page.top().findChild(CompanyDialog)
    assert isinstance(dialog, CompanyDialog)
    dialog.form.set_values({"name": "明德水電工程行"})
    dialog._try()
    assert view(ctx, quotation).state == "issued"


def test_a_letterhead_that_is_only_a_name_is_asked_about_once(ctx: Context, qtbot: QtBot) -> None:
    customer = fill(ctx)
    write(ctx, settings.save, Company(name="明德水電工程行"))
    page = shown(ctx, qtbot)
    first, second = draft(ctx, customer), draft(ctx, customer)
    page.open_record("quotation", first)
    editor_of(page).issue()
    dialog = page.top().findChild(CompanyDialog)
    assert isinstance(dialog, CompanyDialog)
    dialog.reject()
    assert view(ctx, first).state == "draft"
    editor_of(page).issue()
    dialog = page.top().findChildren(CompanyDialog)[-1]
    dialog.without.click()
    assert view(ctx, first).state == "issued"
    page.open_record("quotation", second)
    editor_of(page).issue()
    assert view(ctx, second).state == "issued"


def test_an_incomplete_line_is_shown_and_nothing_issued(ctx: Context, qtbot: QtBot) -> None:
    quotation = draft(ctx, fill(ctx), item(), item("b", quantity=0))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    editor.issue()
    assert view(ctx, quotation).state == "draft"
    assert editor.notice.isVisible()
    assert (editor.grid.currentIndex().row(), editor.grid.currentIndex().column()) == (1, QUANTITY)


def test_an_empty_new_draft_is_not_kept(ctx: Context, qtbot: QtBot) -> None:
    fill(ctx)
    page = shown(ctx, qtbot)
    page.new_record()
    editor = editor_of(page)
    editor.head.customer.setFocus()
    type_text("hy")
    qtbot.waitUntil(editor.head.completer.popup.isVisible)
    press(Key.Key_Return)
    assert read(ctx, quotation_list.counts)["draft"] == 1
    assert page.pop()
    assert read(ctx, quotation_list.counts)["draft"] == 0


def test_an_undo_from_elsewhere_is_shown(ctx: Context, qtbot: QtBot) -> None:
    customer = fill(ctx)
    quotation = draft(ctx, customer, item("a"))
    page = shown(ctx, qtbot)
    page.open_record("quotation", quotation)
    editor = editor_of(page)
    header = view(ctx, quotation).header
    ctx.tasks.write(quotations.save_draft, quotation, header, [item("b"), item("c")])
    assert [line.name for line in editor.grid.lines.lines] == ["b", "c"]
