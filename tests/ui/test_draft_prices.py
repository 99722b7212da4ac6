"""The editor of a draft: templates, another customer's prices, another currency."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QComboBox, QListWidget
from pytestqt.qtbot import QtBot

from desktop_crm.models import Customer, PriceList, PriceListEntry, Wording
from desktop_crm.services import customers, products, quotations, quote_templates
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.editor import QuotationEditor
from desktop_crm.ui.quotations.templates import InsertDialog, KeepDialog
from desktop_crm.ui.widgets.completer import Suggestion
from tests.ui.quotes import draft, editor_of, fill, item, read, shown, view, write


@pytest.fixture
def editor(ctx: Context, qtbot: QtBot) -> QuotationEditor:
    """A draft with a product, a section and a free line."""
    customer = fill(ctx)
    (pump,) = read(ctx, products.find, "PP-100")
    line = item("循環水泵 10HP", 2, 21500, product_id=pump.id, code="PP-100", unit="台", unit_cost=Decimal(15000))
    draft(ctx, customer, line, item("泵房", 0, 0, kind="section"), item("配管", 1, 8000))
    page = shown(ctx, qtbot)
    page.edit_record()
    return editor_of(page)


def other_customer(ctx: Context, price: int | None) -> Suggestion:
    """A customer with a price list of its own, or one without."""
    key = write(ctx, customers.create, CustomerForm({"name": "晨光"}))
    pump = read(ctx, products.find, "PP-100")[0].id

    def agree(session: object) -> None:
        listed = PriceList(name="晨光", currency="TWD")
        session.add(listed)  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
        session.add(PriceListEntry(price_list_id=listed.id, product_id=pump, unit_price=Decimal(price or 0)))  # type: ignore[attr-defined]
        session.get_one(Customer, key).price_list_id = listed.id  # type: ignore[attr-defined]

    if price is not None:
        write(ctx, agree)
    return Suggestion(key, "晨光", "")


def prices(editor: QuotationEditor) -> list[Decimal]:
    return [line.unit_price for line in editor.grid.lines.lines if line.is_priced]


def test_the_prices_of_another_customer_are_offered_and_can_be_taken_back(editor: QuotationEditor) -> None:
    offer = editor.prices.offer
    assert not offer.isVisible()
    editor._choose_customer(other_customer(editor.ctx, 19000))
    assert offer.isVisible()
    assert "晨光" in offer.text.text()
    assert prices(editor) == [Decimal(21500), Decimal(8000)]
    offer.take.click()
    assert prices(editor) == [Decimal(19000), Decimal(8000)]
    assert not offer.isVisible()
    editor.grid.lines.undo()
    assert prices(editor) == [Decimal(21500), Decimal(8000)]


def test_nothing_is_offered_where_nothing_would_change(editor: QuotationEditor) -> None:
    editor._choose_customer(other_customer(editor.ctx, None))
    assert not editor.prices.offer.isVisible()


def test_the_prices_can_be_left(editor: QuotationEditor) -> None:
    editor._choose_customer(other_customer(editor.ctx, 19000))
    editor.prices.offer.leave.click()
    assert not editor.prices.offer.isVisible()
    assert prices(editor) == [Decimal(21500), Decimal(8000)]


def choose_currency(editor: QuotationEditor, code: str) -> None:
    box = editor.head.more.rows["currency"].control
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(code))
    box.activated.emit(box.currentIndex())


def test_another_language_offers_its_words_and_never_prices(editor: QuotationEditor) -> None:
    editor._choose_customer(other_customer(editor.ctx, 19000))
    editor.prices.offer.leave.click()
    editor.prices.settled()
    box = editor.head.more.rows["language"].control
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("en"))
    box.activated.emit(box.currentIndex())
    assert editor.prices.offer.isVisible(), "the unit has an English word, the pump no English name"
    editor.prices.offer.take.click()
    first = editor.grid.lines.lines[0]
    assert (first.name, first.unit) == ("循環水泵 10HP", "unit")
    pump = read(editor.ctx, products.find, "PP-100")[0].id
    word = Wording(entity="product", key=str(pump), field="name", language="zh_CN", text="循环水泵")
    write(editor.ctx, lambda session: session.add(word))
    box.setCurrentIndex(box.findData("zh_CN"))
    box.activated.emit(box.currentIndex())
    assert editor.prices.offer.isVisible()
    assert editor.prices.offer.take.text() == editor.ctx.t("Use the words of this language")
    editor.prices.offer.take.click()
    assert prices(editor) == [Decimal(21500), Decimal(8000)]


def test_another_currency_takes_its_last_rate_and_offers_to_convert(editor: QuotationEditor) -> None:
    ctx = editor.ctx
    assert editor.keeper.quotation is not None
    stored = view(ctx, editor.keeper.quotation)
    earlier = write(ctx, quotations.copy, stored.id)
    write(ctx, quotations.save_draft, earlier, replace(stored.header, currency="USD", rate=Decimal(32)), [])
    choose_currency(editor, "USD")
    assert editor.head.more.texts()["rate"] == "32"
    assert editor.prices.offer.isVisible()
    editor.keeper.save()
    assert editor.prices.offer.isVisible(), "saving does not settle it"
    editor.prices.offer.take.click()
    assert prices(editor) == [Decimal("671.88"), Decimal(250)]
    choose_currency(editor, "TWD")
    assert editor.head.more.texts()["rate"] == "1"
    editor.prices.offer.take.click()
    assert prices(editor) == [Decimal(21500), Decimal(8000)]


def test_a_section_is_kept_as_a_template_and_inserted_below_the_current_line(editor: QuotationEditor) -> None:
    ctx = editor.ctx
    editor.prices.keep_template()
    (keep,) = editor.findChildren(KeepDialog)
    keep.which.setCurrentIndex(1)
    keep.which.activated.emit(1)
    assert keep.form.texts()["name"] == "泵房"
    keep._save.click()
    assert [(row.name, row.lines) for row in read(ctx, quote_templates.rows)] == [("泵房", 2)]
    editor.grid.setCurrentIndex(editor.grid.lines.index(0, 0))
    editor.prices.insert_template()
    (insert,) = editor.findChildren(InsertDialog)
    assert "配管" in insert.first.text()
    insert._save.click()
    names = [line.name for line in editor.grid.lines.lines]
    assert names == ["循環水泵 10HP", "泵房", "配管", "泵房", "配管"]
    editor.grid.lines.undo()
    assert len(editor.grid.lines.rows) == 3


def test_a_draft_without_sections_is_kept_as_a_template(editor: QuotationEditor) -> None:
    editor.grid.lines.set_lines([item()])
    editor.prices.keep_template()
    (keep,) = editor.findChildren(KeepDialog)
    keep.form.set_texts({"name": "更換"})
    keep._save.click()
    assert [(row.name, row.lines) for row in read(editor.ctx, quote_templates.rows)] == [("更換", 1)]


def test_a_template_is_deleted_from_the_same_window(editor: QuotationEditor) -> None:
    write(editor.ctx, quote_templates.save, "更換", [item()], editor.prices.now)
    editor.prices.insert_template()
    (dialog,) = editor.findChildren(InsertDialog)
    dialog.remove.click()
    assert read(editor.ctx, quote_templates.rows) == []
    assert not dialog._save.isEnabled()


def test_without_templates_or_lines_a_sentence_says_what_to_do(ctx: Context, editor: QuotationEditor) -> None:
    heard: list[str] = []
    ctx.toasted.connect(lambda text, _batch: heard.append(text))
    editor.prices.insert_template()
    assert len(heard) == 1
    editor.grid.lines.set_lines([])
    editor.prices.keep_template()
    assert len(heard) == 2
    assert not editor.findChildren(KeepDialog)


def suggested(editor: QuotationEditor, qtbot: QtBot, text: str, row: int) -> QListWidget:
    """The suggestions for a text typed into the first cell of a row."""
    editor.grid._edit_at(row, 0)
    edit = editor.grid._delegate._open
    assert edit is not None
    popup = edit.completer_popup
    assert isinstance(popup, QListWidget)
    edit.setText(text)
    edit.textEdited.emit(text)
    qtbot.waitUntil(popup.isVisible)
    return popup


def test_a_template_is_inserted_by_typing_its_name(editor: QuotationEditor, qtbot: QtBot) -> None:
    pump = replace(editor.grid.lines.lines[0], quantity=Decimal(2))
    write(editor.ctx, quote_templates.save, "泵房更新", [item("拆除"), pump], editor.prices.now)
    before = editor.grid.lines.lines
    popup = suggested(editor, qtbot, "bf", len(before))
    (entry,) = [popup.item(row) for row in range(popup.count()) if "泵房更新" in popup.item(row).text()]
    assert "範本 · 2 項" in entry.text()
    popup.itemClicked.emit(entry)
    assert [line.name for line in editor.grid.lines.lines[len(before) :]] == ["拆除", "循環水泵 10HP"]
    qtbot.waitUntil(lambda: editor.grid.currentIndex().row() == len(before) + 2)
    editor.grid.settle()
    editor.grid.lines.undo()
    assert editor.grid.lines.lines == before, "one step takes all of it back"


def test_a_template_takes_the_place_of_an_empty_line(editor: QuotationEditor, qtbot: QtBot) -> None:
    write(editor.ctx, quote_templates.save, "拆除工程", [item("拆除"), item("清運")], editor.prices.now)
    before = editor.grid.lines.lines
    editor.grid.setCurrentIndex(editor.grid.lines.index(0, 0))
    editor.grid.insert_line()
    popup = suggested(editor, qtbot, "拆除工程", 0)
    popup.itemClicked.emit(popup.item(0))
    assert [line.name for line in editor.grid.lines.lines] == ["拆除", "清運", *(line.name for line in before)]


def test_below_a_line_that_says_something_it_stays(editor: QuotationEditor, qtbot: QtBot) -> None:
    write(editor.ctx, quote_templates.save, "拆除工程", [item("拆除")], editor.prices.now)
    before = editor.grid.lines.lines
    popup = suggested(editor, qtbot, "拆除工程", 0)
    popup.itemClicked.emit(popup.item(0))
    assert editor.grid.lines.lines == [before[0], editor.grid.lines.lines[1], *before[1:]]
    assert editor.grid.lines.lines[1].name == "拆除"
