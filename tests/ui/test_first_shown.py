"""What makes a tab appear at once: what it needs is imported before, and it is painted once it is whole."""

from __future__ import annotations

import importlib

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.ui import warming
from desktop_crm.ui.widgets.buttons import FlowLayout, button
from desktop_crm.ui.widgets.hold import LONGEST, hold, release


@pytest.mark.parametrize("name", warming.LATER)
def test_what_is_imported_ahead_is_there(name: str) -> None:
    importlib.import_module(name)


def test_what_is_held_is_painted_when_released(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    hold(widget)
    assert not widget.updatesEnabled()
    release(widget)
    qtbot.waitUntil(widget.updatesEnabled, timeout=LONGEST // 2)


def test_what_is_held_is_painted_in_the_end_whatever_happens(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    hold(widget)
    qtbot.waitUntil(widget.updatesEnabled, timeout=2000)


def test_a_longer_text_in_a_row_changes_its_height(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    row = FlowLayout(widget, 4)
    row.setContentsMargins(0, 0, 0, 0)
    first, second = button("a"), button("b")
    row.addWidget(first)
    row.addWidget(second)
    widget.show()
    qtbot.waitUntil(second.isVisible)
    width = first.sizeHint().width() + second.sizeHint().width() + 4
    before = row.heightForWidth(width)
    second.setText("a much longer text")
    assert row.heightForWidth(width) > before
