"""The box of sites on a form: those of the customer, a new one, one of somebody else."""

from __future__ import annotations

import uuid

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_crm.services import customers, sites
from desktop_crm.services.customers import CustomerForm
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.site_box import NEW, OTHER, OtherSiteDialog, SiteBox, sites_like
from desktop_crm.ui.widgets.site_dialog import SiteDialog


@pytest.fixture
def designer(ctx: Context) -> uuid.UUID:
    return ctx.db.run(customers.create, CustomerForm({"name": "青山設計"})).result


@pytest.fixture
def house(ctx: Context) -> uuid.UUID:
    owner = ctx.db.run(customers.create, CustomerForm({"name": "王大明"})).result
    return ctx.db.run(sites.create, owner, {"name": "王宅", "street": "公益路 12 號"}).result


@pytest.fixture
def box(ctx: Context, designer: uuid.UUID, qtbot: QtBot) -> SiteBox:
    office = ctx.db.run(sites.create, designer, {"name": "公司"}).result
    made = SiteBox(ctx)
    qtbot.addWidget(made)
    made.offer((designer, "青山設計"), [(office, "公司")])
    made.show()
    return made


def take(box: SiteBox, data: object) -> None:
    place = next(n for n in range(box.count()) if box.itemData(n) == data)
    box.setCurrentIndex(place)
    box.activated.emit(place)


def test_a_site_of_another_customer_is_looked_for_and_taken(box: SiteBox, house: uuid.UUID) -> None:
    take(box, OTHER)
    assert box.currentData() is None  # the line that asks is no site
    dialog = box.findChild(OtherSiteDialog)
    assert dialog is not None
    dialog._try()
    assert dialog.form.rows["site_id"]._error.text()
    with box._ctx.db.read() as session:
        (found,) = sites_like(session, "王 公益")
    dialog.completer.chosen.emit(found)
    dialog._try()
    assert (box.currentData(), box.currentText()) == (house, "王宅 · 王大明")


def test_a_site_is_added_from_the_form(box: SiteBox, ctx: Context, designer: uuid.UUID) -> None:
    take(box, NEW)
    dialog = box.findChild(SiteDialog)
    assert dialog is not None
    dialog.form.set_texts({"name": "倉庫"})
    dialog._try()
    assert box.currentText() == "倉庫"
    with ctx.db.read() as session:
        assert (box.currentData(), "倉庫") in sites.choices(session, designer)


def test_what_was_chosen_stays_when_nothing_is_taken(box: SiteBox, designer: uuid.UUID) -> None:
    box.setCurrentIndex(1)
    box.activated.emit(1)
    take(box, NEW)
    assert box.currentText() == "公司"
    chosen = box.currentData()
    box.offer((designer, "青山設計"), [(uuid.uuid4(), "別處"), (chosen, "公司")])
    assert box.currentData() == chosen
    box.offer(None, [])
    assert (box.count(), box.currentData()) == (1, None)


def test_the_wheel_opens_nothing(box: SiteBox) -> None:
    before = box.currentIndex()
    none, place = Qt.MouseButton.NoButton, QPointF(5, 5)
    turn = QPoint(0, -1200)
    phase, keys = Qt.ScrollPhase.NoScrollPhase, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(box, QWheelEvent(place, place, turn, turn, none, keys, phase, False))
    assert box.currentIndex() == before
