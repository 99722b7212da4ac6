"""Merging two customers from the customers tab."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_crm.core.errors import NeedsConfirmation
from desktop_crm.core.i18n import translator
from desktop_crm.services import customers, followups
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.ui import shop_line
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers import merging_words
from desktop_crm.ui.customers.editor import CustomerEditor
from desktop_crm.ui.customers.merging import MergeDialog
from desktop_crm.ui.customers.page import CustomersPage
from tests.unit.documents import TODAY

PHONE = Point("phone", "04-2258-1180")


class World:
    """Two customers with one phone number, and a third one."""

    def __init__(self, ctx: Context, qtbot: QtBot) -> None:
        self.ctx = ctx
        self.kept = self.made("宏益建設", industry="營造")
        self.twin = self.made("宏益工程行", source="展覽")
        self.third = ctx.db.run(customers.create, CustomerForm({"name": "Harbour View", "currency": "USD"})).result
        ctx.db.run(followups.plan, self.twin, "回電", TODAY)
        self.page = CustomersPage(ctx)
        qtbot.addWidget(self.page)
        self.page.resize(1200, 800)
        self.page.show()
        self.page.first_shown()
        self.page.open_record("customer", self.kept)
        self.said: list[tuple[str, uuid.UUID | None]] = []
        ctx.toasted.connect(lambda text, batch: self.said.append((text, batch)))

    def made(self, name: str, **values: str) -> uuid.UUID:
        return self.ctx.db.run(customers.create, CustomerForm({"name": name, **values}, (PHONE,))).result

    def dialog(self) -> MergeDialog:
        self.page.card.merge_wanted.emit()
        return self.opened()

    def opened(self) -> MergeDialog:
        (found,) = [one for one in self.page.findChildren(MergeDialog) if one.isVisible()]
        return found

    def names(self) -> list[str]:
        model = self.page.list.model
        return [str(model.data(model.index(row, 1))) for row in range(model.rowCount())]


@pytest.fixture
def world(ctx: Context, qtbot: QtBot) -> World:
    return World(ctx, qtbot)


def texts(dialog: MergeDialog) -> list[str]:
    return [label.text() for label in dialog.cells]


def test_the_likely_one_is_offered_shown_and_merged_by_keys(world: World, qtbot: QtBot) -> None:
    dialog = world.dialog()
    assert not dialog.merge_button.isEnabled()
    (offer,) = dialog.offered.findChildren(QPushButton)
    assert "宏益工程行" in offer.text()
    qtbot.keyClick(offer, Qt.Key.Key_Return)
    assert texts(dialog)[4:6] == ["宏益建設", "宏益工程行"]
    assert "展覽（帶入）" in texts(dialog)
    assert "1 筆追蹤" in dialog.note.text.text()
    assert dialog.focusWidget() is dialog.merge_button
    qtbot.keyClick(dialog.merge_button, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert sorted(world.names()) == ["Harbour View", "宏益建設"]
    assert world.page.card.name.text() == "宏益建設"
    ((said, batch),) = world.said
    assert said == "已將宏益工程行併入宏益建設。"
    assert batch is not None
    shop_line.undo(world.ctx, batch)
    assert world.said[-1][0] == "已復原：合併客戶 宏益工程行"
    world.page.reload()
    assert len(world.names()) == 3


def test_the_other_one_can_be_kept(world: World) -> None:
    dialog = world.dialog()
    dialog.choose(world.twin)
    dialog.swap_button.click()
    assert texts(dialog)[4:6] == ["宏益工程行", "宏益建設"]
    dialog.merge_button.click()
    assert world.page.card.name.text() == "宏益工程行"
    world.page.open_record("customer", world.kept)
    assert world.page.card.facts_line.text().startswith("已併入宏益工程行 (")


def test_one_is_found_by_typing(world: World, qtbot: QtBot) -> None:
    dialog = world.dialog()
    dialog.edit.setFocus()
    qtbot.keyClicks(dialog.edit, "harb")
    qtbot.waitUntil(lambda: dialog.completer.popup.count() == 1)
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert dialog.shown is not None
    assert dialog.shown.gone.id == world.third
    dialog.edit.setFocus()
    qtbot.keyClicks(dialog.edit, "x")
    assert not dialog.merge_button.isEnabled()
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)  # whom was shown before is not meant any more
    assert dialog.isVisible()
    assert world.said == []
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_nobody_is_offered_twice_or_with_itself(world: World) -> None:
    dialog = world.dialog()
    with world.ctx.db.read() as session:
        assert [one.data for one in dialog._customers_like(session, "宏益")] == [world.twin]


def test_another_currency_is_asked_about(world: World) -> None:
    asked: list[str] = []

    def yes(question: NeedsConfirmation, retry: Callable[[], object]) -> None:
        asked.append(question.key)
        retry()

    world.ctx.tasks.confirmation.connect(yes)
    dialog = world.dialog()
    dialog.choose(world.third)
    dialog.merge()
    assert asked == ["other_currency"]
    assert [text for text, _batch in world.said] == ["已將Harbour View併入宏益建設。"]


def test_the_private_ones_are_hidden_from_customers(world: World) -> None:
    dialog = world.dialog()
    dialog.choose(world.twin)
    assert dialog.shown is not None
    shown = dialog.shown.__class__(**{
        **{name: getattr(dialog.shown, name) for name in dialog.shown.__dataclass_fields__},
        "filled": {"price_list_id": "A 級", "credit_limit": 5000, "agreed_discount_percent": 7},
    })  # fmt: skip
    t = translator("en")
    told = {row[0]: row[1] for row in merging_words.rows(t, shown, hidden=False)}
    assert (told["Agreed price list"], told["Credit limit"], told["Agreed discount"]) == (
        "A 級 (taken over)", "5,000 (taken over)", "7% (taken over)",
    )  # fmt: skip
    assert "Agreed price list" not in {row[0] for row in merging_words.rows(t, shown, hidden=True)}


def test_every_field_that_can_differ_has_a_title() -> None:
    assert customers.FIELDS - {"note"} <= merging_words.TITLES.keys()


def test_the_form_leads_from_its_warning_to_the_merge(world: World, qtbot: QtBot) -> None:
    world.page.edit_record()
    editor = world.page.top()
    assert isinstance(editor, CustomerEditor)
    editor.duplicates.look()
    (join,) = [one for one in editor.findChildren(QPushButton) if one.accessibleName() == "與宏益工程行合併"]
    join.click()
    dialog = world.opened()
    assert dialog.shown is not None
    assert (dialog.shown.keep.id, dialog.shown.gone.id) == (world.kept, world.twin)


def test_a_new_customer_has_nothing_to_merge(world: World, make_ctx: Callable[..., Context]) -> None:
    world.page.new_record()
    editor = world.page.top()
    assert isinstance(editor, CustomerEditor)
    editor.form.set_values({"phone": PHONE.typed})
    editor.duplicates.look()
    assert len(editor.duplicates.found) == 2
    assert [one for one in editor.findChildren(QPushButton) if one.accessibleName().endswith("合併")] == []


def test_the_window_stays_on_the_screen_as_it_grows(world: World, qtbot: QtBot) -> None:
    dialog = world.dialog()
    room = dialog.screen().availableGeometry()
    dialog.move(room.left(), room.bottom() - dialog.height())
    dialog.choose(world.twin)
    qtbot.waitUntil(lambda: dialog.height() > 300)
    assert dialog.frameGeometry().bottom() <= room.bottom()
    assert dialog.place.verticalScrollBar().maximum() == 0
