"""A shop with a customer and products for the tests of quotations, and the editor over it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.core.settings import Company
from desktop_crm.services import contacts, customers, products, quotation_view, quotations, settings
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.quotation_view import QuotationView
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.editor import QuotationEditor
from desktop_crm.ui.quotations.page import QuotationsPage

R = TypeVar("R")


def write(ctx: Context, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Run a service function in a write session."""
    return ctx.db.run(function, *args, **kwargs).result


def read(ctx: Context, function: Callable[..., R], *args: Any) -> R:
    """Run a reading function."""
    with ctx.db.read() as session:
        return function(session, *args)


def fill(ctx: Context) -> uuid.UUID:
    """A letterhead, a customer with a contact, two products; the customer's key."""
    write(ctx, settings.save, Company(name="明德水電工程行", tax_number="99128084", phone="02-2592-0000"))
    customer = write(ctx, customers.create, CustomerForm({"name": "宏益建設有限公司"}))
    write(ctx, contacts.create, customer, {"name": "張", "salutation": "經理"})
    tower = {"code": "CT-200", "name": "冷卻水塔 200RT", "unit": "座", "list_price": Decimal(168000)}
    write(ctx, products.create, {**tower, "cost": Decimal(120000)})
    pump = {"code": "PP-100", "name": "循環水泵 10HP", "unit": "台", "list_price": Decimal(21500)}
    write(ctx, products.create, {**pump, "cost": Decimal(15000)})
    return customer


def item(name: str = "循環水泵", quantity: int = 1, price: int = 1000, **fields: Any) -> DraftLine:
    """A line to be paid for."""
    return DraftLine(name, Decimal(quantity), Decimal(price), **fields)


def draft(ctx: Context, customer: uuid.UUID, *lines: DraftLine) -> uuid.UUID:
    """A stored draft."""
    quotation = write(ctx, quotations.create_draft, customer)
    header = read(ctx, quotation_view.load, quotation).header
    return write(ctx, quotations.save_draft, quotation, header, list(lines or [item()]))


def issued(ctx: Context, customer: uuid.UUID, *lines: DraftLine) -> uuid.UUID:
    """An issued quotation, its PDF a stand-in."""
    quotation = draft(ctx, customer, *lines)
    write(ctx, quotations.issue, quotation, lambda _snapshot: b"%PDF-1.4 of the test")
    return quotation


def view(ctx: Context, quotation: uuid.UUID) -> QuotationView:
    """What is stored."""
    return read(ctx, quotation_view.load, quotation)


def shown(ctx: Context, qtbot: QtBot) -> QuotationsPage:
    """The page in an active window, as wide as on a desktop."""
    page = QuotationsPage(ctx)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.first_shown()
    return page


def editor_of(page: QuotationsPage) -> QuotationEditor:
    """The editor on top."""
    top = page.top()
    assert isinstance(top, QuotationEditor)
    return top


def focused() -> QWidget:
    """Where the keys go."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the cursor is."""
    QTest.keyClick(focused(), key, modifier)


def type_text(text: str) -> None:
    """Type where the cursor is."""
    QTest.keyClicks(focused(), text)
