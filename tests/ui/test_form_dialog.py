"""The small window around a form."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import Message
from desktop_crm.ui.widgets import dialog_height
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import Label


class Noting(FormDialog):
    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(ctx, "Note", "", parent)
        self.form.add("name", "Name", TextEdit())
        self.form.add("town", "Town", TextEdit())
        self.kept: list[dict[str, object]] = []

    def save(self) -> None:
        self.kept.append(self.form.values())


def test_tab_and_enter_after_the_last_field_save(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = Noting(ctx, parent)
    with qtbot.waitExposed(dialog):
        dialog.open()
    last = dialog.form.rows["town"].control
    last.setFocus()
    qtbot.keyClicks(last, "Taichung")
    qtbot.keyClick(last, Qt.Key.Key_Tab)
    focused = dialog.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert dialog.kept == [{"name": "", "town": "Taichung"}]


def test_ctrl_enter_and_ctrl_s_save_also_with_another_word_on_the_button(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = Noting(ctx, parent)
    dialog._save.setText("Receive payment")
    with qtbot.waitExposed(dialog):
        dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    town = dialog.form.rows["town"].control
    qtbot.keyClicks(town, "Taichung")
    qtbot.keyClick(town, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(town, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.KeypadModifier)
    qtbot.keyClick(town, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert [kept["town"] for kept in dialog.kept] == ["Taichung"] * 3


def test_escape_asks_once_something_is_typed(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = Noting(ctx, parent)
    dialog.open()
    qtbot.keyClicks(dialog.form.rows["town"].control, "Taichung")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    (question,) = dialog.findChildren(Message)
    question.reject()
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.findChildren(Message)[-1].accept()
    assert not dialog.isVisible()


def test_escape_and_cancel_close_at_once(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = Noting(ctx, parent)
    dialog.open()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.open()
    qtbot.keyClicks(dialog.form.rows["town"].control, "Taichung")
    cancel = next(one for one in dialog.findChildren(QPushButton) if one.text() == ctx.t("Cancel"))
    cancel.click()
    assert not dialog.isVisible()
    assert dialog.findChildren(Message) == []


class Wordy(FormDialog):
    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(ctx, "Product", "A sentence that is much too long for one line. " * 3, parent)
        for number in range(7):
            self.form.add(f"field{number}", f"Field {number}", TextEdit(), span=2)


def test_words_that_wrap_take_no_height_from_the_fields(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = Wordy(ctx, parent)
    with qtbot.waitExposed(dialog):
        dialog.open()
    controls = [row.control for row in dialog.form.rows.values()]
    assert all(control.height() >= control.sizeHint().height() for control in controls)
    assert dialog.about.height() >= dialog.about.heightForWidth(dialog.about.width())
    qtbot.waitUntil(lambda: dialog.place.verticalScrollBar().maximum() == 0)


def test_a_form_higher_than_the_screen_scrolls_above_its_buttons(
    ctx: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    monkeypatch.setattr(dialog_height, "FRAME", parent.screen().availableGeometry().height() - 400)
    dialog = Wordy(ctx, parent)
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(lambda: dialog.height() == 400)
    assert dialog.place.verticalScrollBar().maximum() > 0
    save = dialog._save
    assert save.height() >= save.sizeHint().height()
    assert dialog.rect().contains(save.geometry())
    last = dialog.form.rows["field6"].control
    last.setFocus()
    dialog.place.ensureWidgetVisible(last)
    control = last.visibleRegion().boundingRect()
    assert control.height() == last.height()


def test_a_message_is_as_high_as_its_words(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = Message(ctx, "What happened. " * 6, "What to do about it. " * 12, yes="Go on", parent=parent)
    with qtbot.waitExposed(box):
        box.open()
    for label in box.findChildren(Label):
        assert label.height() >= (label.heightForWidth(label.width()) if label.wordWrap() else 0)


def test_typing_replaces_a_preset_text(ctx: Context, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = Noting(ctx, parent)
    dialog.form.set_values({"name": "400,000"})
    dialog.focus_on("name")
    with qtbot.waitActive(dialog):
        dialog.open()
        dialog.activateWindow()
    name = dialog.form.rows["name"].control
    qtbot.waitUntil(name.hasFocus)
    qtbot.keyClicks(name, "120,000")
    assert dialog.form.values()["name"] == "120,000"


def test_the_window_below_asks_for_the_keys_after_discarding(ctx: Context, qtbot: QtBot) -> None:
    asked: list[str] = []

    class Below(QWidget):
        def activateWindow(self) -> None:
            asked.append("keys")

    parent = Below()
    qtbot.addWidget(parent)
    dialog = Noting(ctx, parent)
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.keyClicks(dialog.form.rows["name"].control, "Taichung")
    dialog.reject()
    [box] = dialog.findChildren(Message)
    box.accept()
    qtbot.waitUntil(lambda: asked == ["keys"])
    assert not dialog.isVisible()
