"""Payment plans, invoices, delivery notes and statements in the orders tab, as a user works with them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.services import (
    contacts,
    customer_card,
    customers,
    deliveries,
    instalments,
    invoices,
    order_list,
    orders,
    trade,
)
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.instalments import InstalmentRow
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.page import CustomersPage
from desktop_crm.ui.orders import drawing, steps
from desktop_crm.ui.orders.editor import OrderEditor
from desktop_crm.ui.orders.invoice_dialog import InvoiceDialog
from desktop_crm.ui.orders.page import OrdersPage
from desktop_crm.ui.orders.paper_screen import PaperScreen
from desktop_crm.ui.orders.papers import StatementDialog
from desktop_crm.ui.orders.plan_dialog import PlanDialog
from desktop_crm.ui.orders.plan_editor import PlanEditor
from desktop_crm.ui.widgets.completer import Suggestion
from desktop_crm.ui.widgets.mail_dialog import MailDialog
from desktop_crm.ui.widgets.payment_dialog import PaymentDialog
from desktop_crm.ui.widgets.yielding import LEAST, Yielding

TODAY = dt.date(2026, 11, 21)
THIRDS = [
    PlanPart("訂金", "order", Decimal(30)),
    PlanPart("出貨", "delivery", Decimal(40)),
    PlanPart("驗收", "acceptance", Decimal(30)),
]


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


@pytest.fixture
def buyer(ctx: Context) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": "宏益建設有限公司", "tax_number": "04595257"})).result


@pytest.fixture
def sold(ctx: Context, buyer: uuid.UUID) -> uuid.UUID:
    """An order of 1,000 and its tax."""
    head = OrderHeader(ordered_on=TODAY - dt.timedelta(days=12))
    return ctx.db.run(orders.create, buyer, [DraftLine("冷卻水塔", Decimal(1), Decimal(1000))], head).result


@pytest.fixture
def page(ctx: Context, qtbot: QtBot, sold: uuid.UUID) -> OrdersPage:
    made = OrdersPage(ctx)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.first_shown()
    made.open_record("customer_order", sold)
    return made


def plan_of(page: OrdersPage) -> list[InstalmentRow]:
    assert page.card.shown is not None
    return page.card.shown.plan


def type_into(control: QWidget, text: str) -> None:
    """As the keyboard does."""
    assert isinstance(control, QLineEdit)
    control.setText(text)
    control.textEdited.emit(text)


def dialog(page: OrdersPage, verb: str) -> Any:
    page.do(verb)
    return page.steps.dialog


def test_the_plan_stands_in_its_dialog_and_esc_asks_about_it(page: OrdersPage, qtbot: QtBot) -> None:
    made = dialog(page, "plan")
    assert isinstance(made, PlanDialog)
    made.plan.choices["thirds"].trigger()
    qtbot.waitUntil(lambda: all(widget.isVisible() for row in made.plan.rows for widget in row.widgets))
    assert made.plan.rows[2].name.text() == "驗收款"
    assert made.form.dirty
    made.discard()


def test_the_figures_of_the_card_make_way_in_a_low_window(page: OrdersPage) -> None:
    page.resize(700, 340)
    card = page.card
    head = card.tabs.geometry().top()
    assert card.findChild(Yielding).geometry().bottom() < head
    assert card.stack.height() >= card._ctx.theme.px(LEAST)


def test_a_usual_plan_is_taken_over_and_shown_on_the_card(page: OrdersPage) -> None:
    assert not page.card.lines.plan.table.isVisible()
    made = dialog(page, "plan")
    assert isinstance(made, PlanDialog)
    made.plan.choices["thirds"].trigger()
    made.save()
    assert [(row.amount, row.due_on) for row in plan_of(page)] == [
        (315, TODAY - dt.timedelta(days=12)),
        (420, None),
        (315, None),
    ]
    shown = page.card.lines.plan
    assert shown.table.isVisible()
    model = shown.table.model()
    cells = [[model.index(row, column).data() for column in range(3)] for row in range(3)]
    assert cells == [
        ["訂金 30%", "315", "逾期 12 天"],
        ["出貨款 40%", "420", "出貨後付款"],
        ["驗收款 30%", "315", "驗收後付款"],
    ]


def test_the_rest_goes_into_the_last_part_with_one_click(ctx: Context, qtbot: QtBot) -> None:
    editor = PlanEditor(ctx, 1001, "TWD")
    qtbot.addWidget(editor)
    editor.show()
    editor.set_parts(THIRDS)
    assert not editor.rest.isVisible()
    type_into(editor.rows[0].percent, "20")
    assert editor.rest.isVisible()
    assert "90" in editor.said.text()
    editor.rest.click()
    assert [int(part.percent) for part in editor.parts()] == [20, 40, 40]
    assert [row.amount.text() for row in editor.rows] == ["200", "401", "400"]
    type_into(editor.rows[0].amount, "250")
    assert editor.rows[0].percent.text() == ""
    editor.rest.click()
    assert [(int(part.percent), part.amount) for part in editor.parts()] == [(0, 250), (40, 0), (0, 351)]


def test_a_part_on_a_day_and_one_taken_away(ctx: Context, qtbot: QtBot) -> None:
    editor = PlanEditor(ctx, 500, "TWD")
    qtbot.addWidget(editor)
    editor.add_part()
    assert [(part.trigger, int(part.percent)) for part in editor.parts()] == [("order", 100)]
    type_into(editor.rows[0].percent, "60")
    editor.add_part()
    last = editor.rows[1]
    assert last.trigger.currentData() == "date"
    assert not editor.rest.isVisibleTo(editor), "the day is missing, not money"
    type_into(last.day, "2027-01-05")
    assert editor.parts()[1].due_on == dt.date(2027, 1, 5)
    texts = editor.texts()
    last.remove.click()
    assert len(editor.rows) == 1
    other = PlanEditor(ctx, 500, "TWD")
    qtbot.addWidget(other)
    other.set_texts(texts)
    assert [part.due_on for part in other.parts()] == [None, dt.date(2027, 1, 5)]


def test_the_money_of_the_next_part_is_proposed(ctx: Context, page: OrdersPage, sold: uuid.UUID) -> None:
    ctx.db.run(instalments.set_plan, sold, THIRDS)
    page.reload()
    assert "315" in page.card.lines.plan.receive.text()
    page.card.lines.plan.receive.click()
    made = page.steps.dialog
    assert isinstance(made, PaymentDialog)
    assert made.form.values()["amount"] == 315
    assert made._what.text.text().count("315") == 1
    made.save()
    assert [row.paid for row in plan_of(page)] == [315, 0, 0]
    assert "420" in page.card.lines.plan.receive.text()


def test_details_of_a_planned_order_have_no_due_date_of_their_own(
    ctx: Context, page: OrdersPage, sold: uuid.UUID
) -> None:
    assert "due_on" in dialog(page, "edit").form.rows
    ctx.db.run(instalments.set_plan, sold, THIRDS)
    page.reload()
    assert "due_on" not in dialog(page, "edit").form.rows


def test_a_new_order_proposes_the_plan_of_its_terms_and_keeps_a_typed_one(
    ctx: Context, page: OrdersPage, buyer: uuid.UUID, qtbot: QtBot
) -> None:
    ctx.db.run(trade.change, {"payment_plan": "halves"})
    page.new_record()
    editor = page.top()
    assert isinstance(editor, OrderEditor)
    assert [int(part.percent) for part in editor.plan.parts()] == [50, 50]
    terms = editor.form.rows["payment_terms"].control
    assert isinstance(terms, QLineEdit)
    type_into(terms, "訂金 30%，驗收 70%")
    terms.editingFinished.emit()
    assert [int(part.percent) for part in editor.plan.parts()] == [30, 70]
    editor.grid.lines.set_lines([DraftLine("冷卻水塔", Decimal(1), Decimal(2000))])
    editor._show_sums()
    assert [row.amount.text() for row in editor.plan.rows] == ["630", "1,470"]
    type_into(editor.plan.rows[0].percent, "40")
    editor._choose(Suggestion(buyer, "宏益建設有限公司"))
    editor.save()
    assert "110" in editor.plan.said.text(), "40 and 70 are refused"
    assert page.top() is editor
    editor.plan.rest.click()
    editor.save()
    assert page.top() is page.home
    qtbot.waitUntil(lambda: len(plan_of(page)) == 2)
    assert [(row.name, row.amount) for row in plan_of(page)] == [("訂金", 840), ("驗收", 1260)]


def test_an_invoice_is_noted_lowered_and_voided(
    ctx: Context, page: OrdersPage, monkeypatch: pytest.MonkeyPatch, failures: list[BaseException]
) -> None:
    monkeypatch.setattr(steps, "confirm", lambda *_args: True)
    made = dialog(page, "invoice")
    assert isinstance(made, InvoiceDialog)
    values = made.form.values()
    assert (values["net"], values["tax"], values["kind"], values["buyer_tax_number"]) == (
        1000,
        50,
        "triplicate",
        "04595257",
    )
    type_into(made.form.rows["number"].control, "ab-12345678")
    made.save()
    assert page.card.shown is not None
    (one,) = page.card.shown.invoices
    assert (one.number, one.total, page.card.shown.not_invoiced) == ("AB-12345678", 1050, 0)
    again = dialog(page, "invoice")
    type_into(again.form.rows["number"].control, "AB12345678")
    type_into(again.form.rows["net"].control, "1")
    again.save()
    assert again.form.rows["number"].control.accessibleDescription(), "said at the field"
    page.card.invoices.wanted.emit("allow", one.id)
    lower = page.steps.dialog
    assert isinstance(lower, InvoiceDialog)
    assert lower.form.values()["number"] == "AB-12345678-1"
    type_into(lower.form.rows["net"].control, "100")
    type_into(lower.form.rows["tax"].control, "5")
    lower.save()
    assert page.card.shown.not_invoiced == 105
    page.card.invoices.wanted.emit("void", page.card.shown.invoices[1].id)
    assert page.card.shown.not_invoiced == 0
    assert failures == []


def test_the_tax_of_an_invoice_follows_its_net_until_it_is_typed(page: OrdersPage) -> None:
    made = dialog(page, "invoice")
    rows = made.form.rows
    type_into(rows["net"].control, "333")
    assert made.form.values()["tax"] == 17
    type_into(rows["net"].control, "3x")
    type_into(rows["net"].control, "400")
    assert made.form.values()["tax"] == 20
    type_into(rows["tax"].control, "19")
    type_into(rows["net"].control, "500")
    assert made.form.values()["tax"] == 19


def test_very_many_orders_without_an_invoice_are_not_counted_through(
    ctx: Context, page: OrdersPage, buyer: uuid.UUID, sold: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = page.list.chips._buttons["to_invoice"]
    assert chip.text() == "未開發票 1"
    monkeypatch.setattr(order_list, "COUNTED", 1)
    for _ in range(2):
        ctx.tasks.write(orders.create, buyer, [DraftLine("閥", Decimal(1), Decimal(10))])
    page.reload()
    assert (chip.text(), page.list.chips._buttons["open"].text()) == ("未開發票 1+", "未結 3")


def test_orders_without_an_invoice_are_found(ctx: Context, page: OrdersPage, sold: uuid.UUID) -> None:
    page.list.model.change(chip="to_invoice")
    assert page.list.model.rowCount() == 1
    assert page.sums is not None
    assert page.sums.counts["to_invoice"] == 1
    form = invoices.InvoiceForm("AB12345678", "electronic", TODAY, 1000, 50)
    ctx.db.run(invoices.record, sold, form)
    page.reload()
    assert page.list.model.rowCount() == 0
    assert page.sums.counts["to_invoice"] == 0


def test_the_customers_timeline_tells_of_invoices(
    ctx: Context, buyer: uuid.UUID, sold: uuid.UUID, qtbot: QtBot
) -> None:
    ctx.db.run(invoices.record, sold, invoices.InvoiceForm("AB12345678", "electronic", TODAY, 1000, 50))
    with ctx.db.read() as session:
        (told,) = [one for one in customer_card.timeline(session, buyer) if one.kind == "invoice"]
    assert (told.title, told.amount, told.id) == ("AB12345678", 1050, sold)


def test_a_delivery_note_opens_in_the_tab(ctx: Context, page: OrdersPage, sold: uuid.UUID) -> None:
    delivery = ctx.db.run(deliveries.deliver, sold, TODAY).result
    page.reload()
    page.card.deliveries.wanted.emit("delivery_note", delivery)
    shown = page.top()
    assert isinstance(shown, PaperScreen)
    assert shown.pdf.page_count() == 1
    assert shown.sheet.name.startswith("出貨單 D2026-0001 宏益")
    page.pop()
    assert page.top() is page.home


def test_the_confirmation_of_an_order_opens_and_goes_out_by_mail(ctx: Context, page: OrdersPage) -> None:
    page.card.more["confirmation"].trigger()
    shown = page.top()
    assert isinstance(shown, PaperScreen)
    assert shown.sheet.name == "訂單確認單 S2026-0001 宏益建設有限公司.pdf"
    assert shown.pdf.page_count() == 1
    shown.mail_sheet()
    (dialog,) = shown.findChildren(MailDialog)
    assert dialog.message().subject.endswith("訂單確認單 S2026-0001")
    assert "1,050" in dialog.message().body
    dialog.reject()
    page.pop()
    page.print_record()
    assert isinstance(page.top(), PaperScreen), "nothing was delivered: the confirmation is what one prints"


@pytest.mark.parametrize("size", [15, 17, 20])
def test_a_paper_in_a_narrow_window_has_whole_buttons(
    make_ctx: Callable[..., Context], page: OrdersPage, qtbot: QtBot, size: int
) -> None:
    page.confirm_order()
    drawn = page.top()
    assert isinstance(drawn, PaperScreen)
    ctx = make_ctx("en")
    ctx.theme.choose(text_size=size)
    shown = PaperScreen(ctx, page, "Orders", "Order confirmation", drawn.paper)
    around = QWidget()  # which does not grow with it
    qtbot.addWidget(around)
    shown.setParent(around)
    shown.resize(900, 660)  # what the narrow rail leaves of 1000 pixels
    around.show()
    for one in shown.tool.findChildren(QPushButton):
        assert not one.isVisible() or one.width() >= one.sizeHint().width(), one.text()
    assert size == 20 or shown.tool.title.width() >= shown.tool.title.sizeHint().width()
    assert shown.copy_entry.isVisible() is not shown.copy_button.isVisible()


def test_a_delivery_note_goes_out_by_mail(ctx: Context, page: OrdersPage, buyer: uuid.UUID, sold: uuid.UUID) -> None:
    wang = ctx.db.run(contacts.create, buyer, {"name": "王"}, (Point("email", "wang@hongyi.example"),)).result
    ctx.db.run(contacts.create, buyer, {"name": "李"}, (Point("email", "li@hongyi.example"),))
    ctx.db.run(orders.update, sold, {"contact_id": wang})
    delivery = ctx.db.run(deliveries.deliver, sold, TODAY).result
    page.steps.papers.show_delivery(delivery)
    shown = page.top()
    assert isinstance(shown, PaperScreen)
    shown.mail_sheet()
    (dialog,) = shown.findChildren(MailDialog)
    message = dialog.message()
    assert [address for _name, address in message.to] == ["wang@hongyi.example"]
    assert message.subject.endswith("出貨單 D2026-0001")
    assert "S2026-0001" in message.body
    assert message.attachments[0].content == shown.sheet.content


def test_a_statement_goes_out_by_mail_in_the_language_of_the_customer(
    ctx: Context, page: OrdersPage, buyer: uuid.UUID
) -> None:
    ctx.db.run(customers.update, buyer, CustomerForm({"language": "en"}))
    with ctx.db.read() as session:
        paper = drawing.draw_statement(session, buyer, dt.date(2026, 11, 1), TODAY)
    assert paper.mail is not None
    assert paper.mail.values["amount"] == "NT$\N{NO-BREAK SPACE}1,050"
    assert paper.mail.values["document"] == "Statement of account"
    assert paper.mail.values["period"] == "2026-11-01 – 2026-11-21"


def test_a_statement_of_one_customer(page: OrdersPage) -> None:
    page.do("statement")
    made = page.steps.papers.dialog
    assert isinstance(made, StatementDialog)
    assert made.form.values() == {"since": dt.date(2026, 10, 1), "until": dt.date(2026, 10, 31)}
    made.form.set_values({"until": TODAY})
    made._follow()
    assert made.form.values()["since"] == dt.date(2026, 10, 22)
    made.save()
    shown = page.top()
    assert isinstance(shown, PaperScreen)
    assert shown.sheet.name == "對帳單 2026-11-21 C00001 宏益建設有限公司.pdf"


def test_statements_for_everybody_come_as_one_pdf(page: OrdersPage, failures: list[BaseException]) -> None:
    page.monthly_statements()
    made = page.steps.papers.dialog
    assert isinstance(made, StatementDialog)
    made.save()
    assert page.top() is page.home, "nobody owed anything in October"
    assert made.form.rows["until"].control.accessibleDescription()
    made.form.set_values({"since": dt.date(2026, 11, 1), "until": TODAY})
    made.save()
    assert isinstance(page.top(), PaperScreen)
    assert failures == []


def test_days_of_a_statement_the_wrong_way_round_are_refused(page: OrdersPage) -> None:
    page.monthly_statements()
    made = page.steps.papers.dialog
    assert isinstance(made, StatementDialog)
    made.form.set_values({"since": TODAY, "until": TODAY - dt.timedelta(days=1)})
    made._try()
    assert made.form.rows["since"].control.accessibleDescription()


def test_the_customers_card_asks_for_a_statement(
    ctx: Context, buyer: uuid.UUID, sold: uuid.UUID, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, uuid.UUID]] = []
    monkeypatch.setattr(ctx, "open_record", lambda entity, key: asked.append((entity, key)))
    page = CustomersPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    page.card._ask_statement()
    assert asked == [("statement", buyer)]


def test_money_is_taken_for_a_chosen_part_of_the_plan(ctx: Context, page: OrdersPage, sold: uuid.UUID) -> None:
    parts = [PlanPart("訂金", percent=Decimal(40)), PlanPart("尾款", "delivery", Decimal(60))]
    ctx.tasks.write(instalments.set_plan, sold, parts)
    page.do("receive")
    made = page.steps.dialog
    assert isinstance(made, PaymentDialog)
    box = made.form.rows["part"].control
    assert isinstance(box, QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == ["最早未收的一期", "訂金 · 420", "尾款 · 630"]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert made.form.texts()["amount"] == "630"
    made.save()
    assert page.card.shown is not None
    assert [row.paid for row in page.card.shown.plan] == [0, 630]
    page.do("receive")  # one part is left: there is nothing to choose
    made = page.steps.dialog
    assert isinstance(made, PaymentDialog)
    assert "part" not in made.form.rows
    made.save()
    assert [row.paid for row in page.card.shown.plan] == [420, 630]
