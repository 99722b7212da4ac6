"""The orders tab, as a user works with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop_crm.services import customers, deliveries, orders, payment_list, payments, products, receivables
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.order_view import OrderView
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.payments import ChequeDetails
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders import steps
from desktop_crm.ui.orders.dialogs import AcceptDialog, DeliverDialog, DetailsDialog
from desktop_crm.ui.orders.editor import OrderEditor
from desktop_crm.ui.orders.page import OrdersPage
from desktop_crm.ui.widgets.completer import Suggestion
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.payment_dialog import PaymentDialog

TODAY = dt.date(2026, 11, 21)
LATE = (12, 41, 70, 100)  # days
NUMBER, CUSTOMER = 0, 1


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


@pytest.fixture
def buyer(ctx: Context) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": "宏益建設有限公司"})).result


def take(ctx: Context, buyer: uuid.UUID, total: int, late: int = -30, **head: object) -> uuid.UUID:
    """An order of one line, untaxed, due ``late`` days ago."""
    due = TODAY - dt.timedelta(days=late)
    header = OrderHeader(ordered_on=due - dt.timedelta(days=30), due_on=due, tax_mode="untaxed", **head)  # type: ignore[arg-type]
    return ctx.db.run(orders.create, buyer, [DraftLine("冷卻水塔", Decimal(1), Decimal(total))], header).result


def open_page(ctx: Context, qtbot: QtBot) -> OrdersPage:
    page = OrdersPage(ctx)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    page.first_shown()
    return page


def shown(page: OrdersPage, column: int = NUMBER) -> list[str]:
    model = page.list.model
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def view(page: OrdersPage) -> OrderView:
    assert page.card.shown is not None
    return page.card.shown.view


def dialog(page: OrdersPage, verb: str) -> FormDialog:
    page.do(verb)
    made = page.steps.dialog
    assert isinstance(made, FormDialog)
    return made


def type_into(made: FormDialog | OrderEditor, field: str, text: str, qtbot: QtBot) -> None:
    control = made.form.rows[field].control
    assert isinstance(control, QLineEdit)
    control.selectAll()
    qtbot.keyClicks(control, text)


def test_the_list_shows_what_is_open_and_the_newest_card(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    take(ctx, buyer, 31500, late=41)
    take(ctx, buyer, 412000, project_name="B 棟冷卻塔")
    page = open_page(ctx, qtbot)
    row = [page.list.model.data(page.list.model.index(0, column)) for column in range(8)]
    assert row[1:] == ["宏益建設有限公司", "B 棟冷卻塔", "11/21", "412,000", "0/1", "412,000", "12/21 到期"]
    assert shown(page, 7)[1] == "逾期 41 天"
    assert page.card.number.text() == row[0]
    assert page.status_text() == "2 張訂單 · 全部訂單未收 NT$\N{NO-BREAK SPACE}443,500"


def test_chips_and_search_filter(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    other = ctx.db.run(customers.create, CustomerForm({"name": "Harbour View Hotel"})).result
    take(ctx, buyer, 100, late=12)
    take(ctx, other, 200, project_name="Chiller")
    page = open_page(ctx, qtbot)
    page.list.chips.chosen.emit("overdue")
    assert shown(page, CUSTOMER) == ["宏益建設有限公司"]
    page.list.chips.chosen.emit("all")
    assert page.home.tool.search is not None
    qtbot.keyClicks(page.home.tool.search, "chill")
    qtbot.waitUntil(lambda: shown(page, CUSTOMER) == ["Harbour View Hotel"])


def test_the_ages_sum_to_the_receivable_and_a_box_narrows_the_list(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot
) -> None:
    amounts = {late: 1000 * place + 7 for place, late in enumerate((-5, 0, 1, 30, 31, 60, 61, 90, 91, 400), start=1)}
    for late, amount in amounts.items():
        take(ctx, buyer, amount, late=late)
    page = open_page(ctx, qtbot)
    with ctx.db.read() as session:
        owed = sum(item.home_balance for item in receivables.open_items(session))
    assert page.sums is not None
    assert page.sums.ageing.total == owed == sum(amounts.values())
    seen = []
    for key, amount in zip(page.ageing.boxes, page.sums.ageing.buckets(), strict=True):
        qtbot.mouseClick(page.ageing.boxes[key], Qt.MouseButton.LeftButton)
        balances = [int(text.replace(",", "")) for text in shown(page, 6)]
        assert sum(balances) == amount
        assert page.ageing.boxes[key].accessibleName().endswith(f"{amount:,}")
        seen += balances
    assert sorted(seen) == sorted(amounts.values())
    page.list.chips.chosen.emit("unpaid")
    assert page.list.model.rowCount() == len(amounts)


def test_a_payment_by_keyboard_settles_this_order_first(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    older = take(ctx, buyer, 500, late=41)
    take(ctx, buyer, 1000)
    page = open_page(ctx, qtbot)
    made = dialog(page, "receive")
    assert isinstance(made, PaymentDialog)
    assert made.form.texts()["amount"] == "1,000"
    type_into(made, "amount", "1300", qtbot)
    number = view(page).number
    assert made._what.text.text().splitlines() == [
        f"1,000 沖 {number}，全部結清。",
        "300 沖 S2026-0001，仍欠 200。",
    ]
    qtbot.keyClick(made, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    made._save.click() if made.isVisible() else None
    assert not made.isVisible()
    page.open_record("customer_order", older)
    assert (view(page).paid, view(page).balance) == (300, 200)


def test_the_keyboard_goes_to_the_list_when_its_button_is_done_with(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot
) -> None:
    key = take(ctx, buyer, 1000)
    page = open_page(ctx, qtbot)
    page.card.receive.setFocus()
    ctx.tasks.write(payments.receive, buyer, "transfer", 400, TODAY, {key: 400})
    assert page.window().focusWidget() is page.card.receive
    ctx.tasks.write(payments.receive, buyer, "transfer", 600, TODAY, {key: 600})
    assert page.window().focusWidget() is page.list.view


def test_a_line_says_what_it_comes_to(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    line = DraftLine("冷卻水塔", Decimal(2), Decimal("12.5"), discount_percent=Decimal(10))
    header = OrderHeader(ordered_on=TODAY, tax_mode="untaxed")
    ctx.db.run(orders.create, buyer, [line], header)
    model = open_page(ctx, qtbot).card.lines.lines.model()
    cell = model.index(0, model.columnCount() - 1)
    assert cell.data() == "23"
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == "單價 12.5 · 9 折"


def test_what_nobody_owes_stays_as_a_deposit_that_is_offered_next_time(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot
) -> None:
    take(ctx, buyer, 1000)
    page = open_page(ctx, qtbot)
    made = dialog(page, "receive")
    type_into(made, "amount", "6000", qtbot)
    assert isinstance(made, PaymentDialog)
    assert "5,000 留作預收款" in made._what.text.text()
    made._save.click()
    second = take(ctx, buyer, 7000)
    page.reload()
    page.open_record("customer_order", second)
    QApplication.processEvents()
    assert page.card.use_deposit.text() == "用預收款沖 5,000"
    page.card.use_deposit.click()
    assert view(page).balance == 2000
    assert page.card.deposit.isHidden()
    with ctx.db.read() as session:
        assert payment_list.deposits(session, buyer) == []


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [("amount", "0", "金額"), ("amount", "abc", "abc"), ("amount", "", "金額"), ("received_on", "", "日期")],
)
def test_a_wrong_payment_is_said_at_the_field(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot, field: str, text: str, sentence: str
) -> None:
    take(ctx, buyer, 1000)
    page = open_page(ctx, qtbot)
    made = dialog(page, "receive")
    control = made.form.rows[field].control
    assert isinstance(control, QLineEdit)
    control.setText(text)
    made._save.click()
    assert made.isVisible()
    assert sentence in control.accessibleDescription()
    assert view(page).paid == 0


def test_a_cheque_needs_its_number_and_maturity(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    take(ctx, buyer, 1000)
    page = open_page(ctx, qtbot)
    made = dialog(page, "receive")
    assert made.form.rows["cheque_number"].isHidden()
    assert not made.form.rows["reference"].isHidden()
    made.form.set_values({"method": "cheque", "reference": "12345"})
    assert made.form.rows["reference"].isHidden()
    assert not made.form.rows["cheque_number"].isHidden()
    made._save.click()
    assert made.form.rows["maturity_on"].control.accessibleDescription()
    type_into(made, "maturity_on", "+30", qtbot)
    made._save.click()
    assert made.form.rows["cheque_number"].control.accessibleDescription()
    type_into(made, "cheque_number", "AB1234567", qtbot)
    made._save.click()
    (row,) = view(page).payments
    assert (row.cheque_number, row.maturity_on) == ("AB1234567", TODAY + dt.timedelta(days=30))
    assert row.reference == ""


def test_a_bounced_cheque_brings_the_balance_back_and_undo_takes_it_away(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot
) -> None:
    from desktop_crm.services import history

    key = take(ctx, buyer, 1000)
    cheque = ChequeDetails("AB1", TODAY + dt.timedelta(days=30))
    ctx.db.run(payments.receive, buyer, "cheque", 1000, TODAY, {key: 1000}, cheque=cheque)
    undo: list[uuid.UUID] = []
    ctx.toasted.connect(lambda _text, batch: undo.append(batch))
    page = open_page(ctx, qtbot)
    assert view(page).balance == 0
    (row,) = view(page).payments
    page.card.payments.wanted.emit("deposited", row.id)
    assert page.card.cheques.text() == page.card.state.toolTip() == "已收款其中未兌現票據：NT$\N{NO-BREAK SPACE}1,000"
    page.card.payments.wanted.emit("bounced", row.id)
    assert view(page).balance == 1000
    assert page.card.cheques.isHidden()
    assert view(page).payments == ()
    assert [one.cheque_state for one in page.card.shown.loose] == ["bounced"]  # type: ignore[union-attr]
    ctx.db.run(history.undo, undo[-1])
    page.reload()
    assert view(page).balance == 0


def test_a_cancelled_payment_owes_again(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = take(ctx, buyer, 1000)
    ctx.db.run(payments.receive, buyer, "cash", 400, TODAY, {key: 400})
    page = open_page(ctx, qtbot)
    assert view(page).balance == 600
    (row,) = view(page).payments
    monkeypatch.setattr(steps, "confirm", lambda *_args: False)
    page.card.payments.wanted.emit("cancel_payment", row.id)
    assert view(page).balance == 600
    monkeypatch.setattr(steps, "confirm", lambda *_args: True)
    page.card.payments.wanted.emit("cancel_payment", row.id)
    assert view(page).balance == 1000


def test_a_part_is_delivered_then_the_rest_then_accepted(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    lines = [DraftLine("循環水泵", Decimal(2), Decimal(100)), DraftLine("保養", Decimal(12), Decimal(10))]
    ctx.db.run(orders.create, buyer, lines, OrderHeader(tax_mode="untaxed"))
    page = open_page(ctx, qtbot)
    made = dialog(page, "deliver")
    assert isinstance(made, DeliverDialog)
    first, second = (made.quantities[line.id] for line in view(page).lines)
    assert (first.text(), second.text()) == ("2", "12")
    second.selectAll()
    qtbot.keyClicks(second, "13")
    made._save.click()
    assert not made._error.isHidden()
    second.selectAll()
    qtbot.keyClicks(second, "5")
    made._save.click()
    assert [line.open for line in view(page).lines] == [0, 7]
    assert shown(page, 5) == ["1/2"]
    assert page.card.state.text() == "部分出貨"
    assert not page.card.accept.isEnabled()
    dialog(page, "deliver")._save.click()
    assert not page.card.deliver.isEnabled()
    made = dialog(page, "accept")
    assert isinstance(made, AcceptDialog)
    made._save.click()
    assert view(page).accepted_on == TODAY
    assert page.card.state.text() == "已驗收"


def test_a_delivery_is_taken_back(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = take(ctx, buyer, 1000)
    delivery = ctx.db.run(deliveries.deliver, key, TODAY).result
    page = open_page(ctx, qtbot)
    monkeypatch.setattr(steps, "confirm", lambda *_args: True)
    page.card.deliveries.wanted.emit("cancel_delivery", delivery)
    assert view(page).delivery_state == "none"


def test_details_are_changed_and_a_cancelled_order_leaves_the_list(
    ctx: Context, buyer: uuid.UUID, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(ctx, buyer, 1000)
    page = open_page(ctx, qtbot)
    page.do("edit")
    made = page.steps.dialog
    assert isinstance(made, DetailsDialog)
    type_into(made, "project_name", "Tower B", qtbot)
    made._save.click()
    assert shown(page, 2) == ["Tower B"]
    monkeypatch.setattr(steps, "confirm", lambda *_args: True)
    page.archive_record()
    assert shown(page) == []
    page.list.chips.chosen.emit("all")
    assert page.card.state.text() == ctx.t("Cancelled")


def test_an_order_is_found_whatever_the_filter(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    done = take(ctx, buyer, 1000)
    ctx.db.run(deliveries.deliver, done, TODAY)
    ctx.db.run(payments.receive, buyer, "cash", 1000, TODAY, {done: 1000})
    take(ctx, buyer, 500)
    page = open_page(ctx, qtbot)
    assert page.list.model.rowCount() == 1
    page.open_record("customer_order", done)
    assert view(page).id == done
    assert page.list.view.current_id() == done


def test_a_new_order_by_keyboard(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    ctx.db.run(products.create, {"code": "PP-100", "name": "循環水泵 10HP", "unit": "台", "list_price": Decimal(21500)})
    page = open_page(ctx, qtbot)
    page.new_record()
    editor = page.top()
    assert isinstance(editor, OrderEditor)
    editor._choose(Suggestion(buyer, "宏益建設有限公司"))
    editor.grid.start_line()
    for typed in ("PP-100", "2", ""):
        cell = editor.grid.indexWidget(editor.grid.currentIndex())
        assert cell is not None
        qtbot.keyClicks(cell, typed)
        qtbot.keyClick(cell, Qt.Key.Key_Return)
    assert editor.sums.total.text() == "NT$\N{NO-BREAK SPACE}45,150"
    editor.save_button.click()
    assert page.top() is page.home
    assert (view(page).total, view(page).customer) == (45150, "宏益建設有限公司")
    assert editor.recovery.found() is None


def test_an_order_without_customer_or_lines_says_so(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    page = open_page(ctx, qtbot)
    page.new_record()
    editor = page.top()
    assert isinstance(editor, OrderEditor)
    editor.save()
    assert editor.customer.accessibleDescription()
    editor._choose(Suggestion(buyer, "宏益建設有限公司"))
    editor.save()
    assert "至少" in editor.sums._fault.text()
    assert page.top() is editor


def test_typing_survives_a_crash(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    page = open_page(ctx, qtbot)
    page.new_record()
    editor = page.top()
    assert isinstance(editor, OrderEditor)
    editor._choose(Suggestion(buyer, "宏益建設有限公司"))
    line = DraftLine("Pump", Decimal("1.5"), Decimal(100), discount_percent=Decimal(5))
    editor.grid.lines.insert(0, [line])
    editor.recovery.flush()
    page.removeWidget(editor)  # the program ends here
    page.new_record()
    again = page.top()
    assert isinstance(again, OrderEditor)
    assert again.grid.lines.lines == [line]
    assert again.customer.text() == "宏益建設有限公司"
    assert not again.found.isHidden()
    again.save()
    assert view(page).lines[0].quantity == Decimal("1.5")


def test_an_empty_shop_teaches(ctx: Context, qtbot: QtBot) -> None:
    page = open_page(ctx, qtbot)
    assert page.list.model.rowCount() == 0
    assert page.card.isHidden()
    page.do("receive")
    assert page.steps.dialog is None


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_it_opens_in_every_language(make_ctx: Callable[..., Context], qtbot: QtBot, lang: str) -> None:
    ctx = make_ctx(lang)
    buyer = ctx.db.run(customers.create, CustomerForm({"name": "<b>A&B</b>"})).result
    take(ctx, buyer, 1000, late=12)
    page = open_page(ctx, qtbot)
    for verb in ("receive", "deliver", "edit"):
        made = page.steps.dialog
        assert made is None or isinstance(made, QDialog)
        dialog(page, verb).close()
    page.new_record()
    assert "<b>A&B</b>" in page.card.about.text()
