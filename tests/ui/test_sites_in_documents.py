"""A site of the customer can be chosen for a quotation and an order; an archived one is not offered."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from desktop_crm.services import customers, order_view, sites
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.editor import OrderEditor
from desktop_crm.ui.orders.page import OrdersPage
from desktop_crm.ui.quotations import reads
from desktop_crm.ui.widgets.completer import Suggestion


@pytest.fixture
def buyer(ctx: Context) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": "宏益建設"})).result


def new_order(ctx: Context, qtbot: QtBot) -> tuple[OrdersPage, OrderEditor]:
    page = OrdersPage(ctx)
    qtbot.addWidget(page)
    page.first_shown()
    page.new_record()
    editor = page.top()
    assert isinstance(editor, OrderEditor)
    return page, editor


def box_of(editor: OrderEditor) -> QComboBox:
    box = editor.form.rows["site_id"].control
    assert isinstance(box, QComboBox)
    return box


def test_an_order_names_a_site_also_after_a_crash(ctx: Context, buyer: uuid.UUID, qtbot: QtBot) -> None:
    key = ctx.db.run(sites.create, buyer, {"name": "B 棟"}).result
    ctx.db.run(sites.archive, ctx.db.run(sites.create, buyer, {"name": "舊廠"}).result)
    page, editor = new_order(ctx, qtbot)
    editor._choose(Suggestion(buyer, "宏益建設"))
    assert [box_of(editor).itemText(n) for n in (0, 1)] == ["—", "B 棟"]
    assert box_of(editor).findText("舊廠") < 0
    box_of(editor).setCurrentText("B 棟")
    editor.grid.lines.insert(0, [DraftLine("Pump", Decimal(1), Decimal(100))])
    editor.recovery.flush()
    page.removeWidget(editor)  # the program ends here
    page.new_record()
    again = page.top()
    assert isinstance(again, OrderEditor)
    assert box_of(again).currentText() == "B 棟"
    again.save()
    with ctx.db.read() as session:
        record = page.list.view.current_id()
        assert record is not None
        assert order_view.load(session, record).site_id == key


def test_a_quotation_is_offered_the_sites_in_use(ctx: Context, buyer: uuid.UUID) -> None:
    key = ctx.db.run(sites.create, buyer, {"name": "B 棟"}).result
    ctx.db.run(sites.archive, ctx.db.run(sites.create, buyer, {"name": "舊廠"}).result)
    with ctx.db.read() as session:
        assert reads.side(session, buyer).sites == [(key, "B 棟")]
