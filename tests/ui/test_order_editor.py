"""Changing an order that is taken already, in the editor of new ones."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_crm.services import customers, deliveries, history, instalments, orders, payments, quote_templates, sites
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.order_view import OrderView
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.quotation_prices import PricedFor
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders import editor as editors
from desktop_crm.ui.orders.editor import OrderEditor
from desktop_crm.ui.orders.page import OrdersPage
from desktop_crm.ui.widgets.completer import Suggestion
from desktop_crm.ui.widgets.line_model import PRICE, QUANTITY

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


@pytest.fixture
def buyer(ctx: Context) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": "宏益建設有限公司"})).result


def take(ctx: Context, buyer: uuid.UUID, **head: object) -> uuid.UUID:
    lines = [DraftLine("水泵", Decimal(2), Decimal(500)), DraftLine("閥", Decimal(1), Decimal(100))]
    header = OrderHeader(ordered_on=TODAY, **{"tax_mode": "untaxed", **head})  # type: ignore[arg-type]
    return ctx.db.run(orders.create, buyer, lines, header).result


def open_editor(ctx: Context, qtbot: QtBot) -> tuple[OrdersPage, OrderEditor]:
    page = OrdersPage(ctx)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    page.first_shown()
    page.edit_record()
    editor = page.top()
    assert isinstance(editor, OrderEditor)
    return page, editor


def view(page: OrdersPage) -> OrderView:
    assert page.card.shown is not None
    return page.card.shown.view


def type_cell(editor: OrderEditor, row: int, column: int, text: str, qtbot: QtBot) -> None:
    editor.grid._edit_at(row, column)
    cell = editor.grid.indexWidget(editor.grid.currentIndex())
    assert isinstance(cell, QLineEdit)
    cell.selectAll()
    qtbot.keyClicks(cell, text)
    qtbot.keyClick(cell, Qt.Key.Key_Return)


def test_lines_are_changed_and_the_step_can_be_taken_back(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = take(ctx, buyer, note="一\n二", promised_on=TODAY)
    undo: list[uuid.UUID] = []
    ctx.toasted.connect(lambda _text, batch: undo.append(batch))
    page, editor = open_editor(ctx, qtbot)
    assert editor.tool.title.text() == "訂單 S2026-0001"
    assert (editor.customer.text(), editor.customer.isEnabled()) == ("宏益建設有限公司", False)
    assert not editor._dirty()
    type_cell(editor, 0, QUANTITY, "3", qtbot)
    type_cell(editor, 1, PRICE, "80", qtbot)
    for typed in ("Work", "1", "", "20"):
        cell = editor.grid.indexWidget(editor.grid.currentIndex())
        assert cell is not None
        qtbot.keyClicks(cell, typed)
        qtbot.keyClick(cell, Qt.Key.Key_Return)
    assert editor.sums.total.text() == "NT$\N{NO-BREAK SPACE}1,600"
    assert editor._dirty()
    editor.save()
    assert page.top() is page.home
    assert (view(page).id, view(page).total, view(page).note, view(page).promised_on) == (key, 1600, "一\n二", TODAY)
    assert [line.name for line in view(page).lines] == ["水泵", "閥", "Work"]
    assert editor.recovery.found() is None
    ctx.db.run(history.undo, undo[-1])
    page.reload()
    assert view(page).total == 1100


def test_nothing_changed_asks_nothing_and_keeps_everything(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = ctx.db.run(sites.create, buyer, {"name": "A 棟"}).result
    take(ctx, buyer, site_id=site, discount_percent=Decimal(5), tax_mode="inclusive", payment_terms="月結 30 天")
    page, editor = open_editor(ctx, qtbot)
    before = view(page)
    assert editor.sums.discount.text() == "95 折"
    editor.save()
    assert view(page) == before
    monkeypatch.setattr(editors, "confirm", lambda *_args: pytest.fail("asked"))
    page.edit_record()
    assert page.pop()


def test_a_discount_on_the_whole_and_the_head(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    take(ctx, buyer)
    page, editor = open_editor(ctx, qtbot)
    editor.sums.discount.setText("10% + 90")
    editor.sums.discount.editingFinished.emit()
    assert editor.sums.total.text() == "NT$\N{NO-BREAK SPACE}900"
    assert not editor.sums.subtotal.isHidden()
    editor.form.rows["project_name"].control.setText("B 棟")  # type: ignore[attr-defined]
    editor.save()
    assert (view(page).total, view(page).discount, view(page).project_name) == (900, 200, "B 棟")
    page.edit_record()
    again = page.top()
    assert isinstance(again, OrderEditor)
    again.sums.discount.setText("abc")
    again.save()
    assert page.top() is again
    assert "abc" in again.sums._fault.text()
    again.sums.discount.setText("")
    again.save()
    assert view(page).total == 1100


def test_a_new_order_may_have_a_discount(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    take(ctx, buyer)
    page, _editor = open_editor(ctx, qtbot)
    page.pop()
    page.new_record()
    editor = page.top()
    assert isinstance(editor, OrderEditor)
    editor._choose(Suggestion(buyer, "宏益建設有限公司"))
    editor.grid.lines.insert(0, [DraftLine("水泵", Decimal(1), Decimal(1000))])
    editor.sums.discount.setText("200")
    editor.save()
    qtbot.waitUntil(lambda: view(page).net == 800, timeout=3000)


def test_less_than_was_delivered_is_said_at_the_line(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = take(ctx, buyer)
    ctx.db.run(deliveries.deliver, key, TODAY)
    page, editor = open_editor(ctx, qtbot)
    type_cell(editor, 0, QUANTITY, "1", qtbot)
    editor.save()
    assert page.top() is editor
    assert "第 1" in editor.sums._fault.text()
    assert (editor.grid.currentIndex().row(), editor.grid.currentIndex().column()) == (0, QUANTITY)


def test_too_much_money_is_asked_about_and_becomes_a_deposit(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = take(ctx, buyer)
    ctx.db.run(payments.receive, buyer, "cash", 1000, TODAY, {key: 1000})
    asked: list[str] = []

    def agree(warning: object, retry: Callable[[], object]) -> None:
        asked.append(getattr(warning, "key", ""))
        retry()

    ctx.tasks.confirmation.connect(agree)
    page, editor = open_editor(ctx, qtbot)
    editor.grid.lines.remove(0)
    editor.save()
    assert asked == ["overpaid"]
    assert (view(page).total, view(page).paid) == (100, 100)
    assert page.card.shown is not None
    assert sum(row.free for row in page.card.shown.loose) == 900


def test_a_plan_of_amounts_must_come_to_the_new_total(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = take(ctx, buyer)
    ctx.db.run(instalments.set_plan, key, [PlanPart("訂金", amount=300), PlanPart("尾款", "delivery", amount=800)])
    page, editor = open_editor(ctx, qtbot)
    page.resize(1000, 420)
    editor.grid.lines.remove(1)
    editor.save()
    assert page.top() is editor
    assert not editor.plan.rest.isHidden()
    assert not editor.plan.said.visibleRegion().isEmpty()
    editor.plan.rest.click()
    editor.save()
    assert page.card.shown is not None
    assert [row.amount for row in page.card.shown.plan] == [300, 700]


def test_foreign_money_stays(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = take(ctx, buyer, currency="USD", rate=Decimal("31.5"))
    ctx.db.run(instalments.set_plan, key, [PlanPart("訂金", percent=Decimal(100))])
    page, editor = open_editor(ctx, qtbot)
    type_cell(editor, 0, PRICE, "12.5", qtbot)
    editor.save()
    assert (view(page).currency, view(page).rate, view(page).total) == ("USD", Decimal("31.5"), 12500)


def test_typing_survives_a_crash(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = take(ctx, buyer, promised_on=TODAY)
    page, editor = open_editor(ctx, qtbot)
    type_cell(editor, 0, QUANTITY, "7", qtbot)
    editor.sums.discount.setText("100")
    editor.sums.discount.textEdited.emit("100")
    typed = editor.grid.lines.lines
    editor.recovery.flush()
    page.removeWidget(editor)  # the program ends here
    assert page.bring_back("order", str(key))
    again = page.top()
    assert isinstance(again, OrderEditor)
    assert (again.grid.lines.lines, again.sums.discount.text()) == (typed, "100")
    assert not again.found.isHidden()
    again.save()
    assert (view(page).total, view(page).lines[0].quantity) == (3500, 7)


def test_leaving_asks_and_discards(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(ctx, buyer)
    page, editor = open_editor(ctx, qtbot)
    editor.grid.lines.remove(0)
    monkeypatch.setattr(editors, "confirm", lambda *_args: False)
    assert not page.pop()
    monkeypatch.setattr(editors, "confirm", lambda *_args: True)
    assert page.pop()
    assert view(page).total == 1100


def test_a_cancelled_order_is_not_edited(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = take(ctx, buyer)
    page, _editor = open_editor(ctx, qtbot)
    page.pop()
    ctx.tasks.write(orders.cancel, key)
    page.open_record("customer_order", key)
    said: list[str] = []
    ctx.toasted.connect(lambda text, _batch: said.append(text))
    page.edit_record()
    assert page.top() is page.home
    assert said == [ctx.t("A closed or cancelled order is not changed any more.")]
    assert not page.card.more["lines"].isVisible()


def test_a_template_brings_an_order_its_items_only(ctx: Context, qtbot: QtBot, buyer: uuid.UUID) -> None:
    take(ctx, buyer)
    lines = [DraftLine("泵房", kind="section"), DraftLine("配管", Decimal(1), Decimal(8000))]
    lines.append(DraftLine("試車", Decimal(1), Decimal(10), kind="option"))
    ctx.db.run(quote_templates.save, "泵房更新", lines, PricedFor())
    _page, editor = open_editor(ctx, qtbot)
    grid = editor.grid
    with ctx.db.read() as session:
        (row,) = quote_templates.rows(session)
    grid.filler.insert_template(row, 0, lambda: None)
    assert [line.name for line in grid.lines.lines] == ["水泵", "閥", "配管"]
    assert grid.lines.undo()
    assert len(grid.lines.rows) == 2
