"""A walk through the window: every tab, its parts, its editors and the dialogs of its actions."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from desktop_crm.ui.actions import ACTIONS, CURRENT
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.page import Page
from desktop_crm.ui.widgets.buttons import SubTabs
from desktop_crm.ui.widgets.rail import RailTab

NAMED = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView)
OPEN_A_FORM = {
    "edit_record",
    "new_record",
    "note_interaction",
    "new_followup",
    "new_equipment",
    "receive_payment",
    "deliver",
    "note_invoice",
    "plan_payments",
    "statements",
}
ELSEWHERE = {"grading": ("edit_criteria", "show_runs"), "customers": ("import_file",)}  # opened by other buttons


def settle(window: QWidget) -> None:
    """Let heights follow widths: a text that wraps asks its card for room, which asks its page."""
    window.grab()
    for _ in range(3):
        QCoreApplication.processEvents()


def views(window: MainWindow, key: str) -> Iterator[str]:
    """Show a tab, each of its parts and its forms, one after the other; the name of what is shown."""
    window.show_page(key)
    page = window.page(CURRENT)
    assert page is not None
    settle(window)
    yield key
    yield from _parts(page, key)
    forms = [one for one in ACTIONS if one.id in OPEN_A_FORM and one.page in (CURRENT, key)]
    for spec in forms:
        action = window.ctx.actions.get(spec.id)
        if action.isEnabled():
            action.trigger()
            settle(window)
            yield f"{key}, {spec.id}"
            _close(page)
    for name in ELSEWHERE.get(key, ()):
        getattr(page, name)()
        settle(window)
        yield f"{key}, {name}"
        _close(page)


def _parts(page: Page, key: str) -> Iterator[str]:
    """The sub-tabs of a tab, the first of each row shown in the end, and the sections of the settings."""
    for place, tabs in enumerate(page.findChildren(SubTabs)):
        for number, tab in enumerate(tabs.findChildren(QAbstractButton)):
            if tabs.isVisible() and tab.isVisible() and tab.isEnabled() and not tab.isChecked():
                tab.click()
                settle(page.window())
                yield f"{key}, row {place} part {number + 1}"
        if tabs.isVisible():
            next(iter(tabs.findChildren(QAbstractButton))).click()
    for section in page.findChildren(RailTab):
        if section.isVisible():
            section.click()
            settle(page.window())
            yield f"{key}, {section.text()}"


def _close(page: Page) -> None:
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog):
            dialog.close()
    while page.pop():
        pass


def unnamed(window: QWidget) -> list[str]:
    """Controls that a screen reader would pass over in silence."""
    found = [w for w in window.findChildren(QWidget) if isinstance(w, NAMED) and w.isVisible()]
    return [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in found if not w.accessibleName() and _own(w)]


def _own(widget: QWidget) -> bool:
    """Ours, not an inner part of a Qt control such as the editor of a combo box."""
    return not widget.objectName().startswith("qt_") and not isinstance(widget.parent(), QComboBox | QLineEdit)
