"""Every text of every tab and editor has room: three languages, widths and text sizes, texts 40 % longer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_crm.core.i18n import Translator
from desktop_crm.ui import pages
from desktop_crm.ui.actions import CURRENT
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.buttons import SubTabs
from desktop_crm.ui.widgets.labels import ElidedLabel

SLACK = 2  # pixels by which Qt's own hint may be wider than the letters
LOOKS = [  # language, width, text size, percent by which texts are longer
    ("zh_TW", 1440, 15, 0),
    ("zh_TW", 1000, 15, 0),
    ("zh_TW", 1920, 20, 0),
    ("zh_TW", 1440, 15, 40),
    ("zh_CN", 1000, 15, 0),
    ("zh_CN", 1440, 13, 40),
    ("en", 1000, 15, 0),
    ("en", 1440, 15, 0),
    ("en", 1440, 15, 40),
    ("en", 1440, 20, 0),
]


@pytest.fixture
def shop_path(sample_shop_file: Path, tmp_path: Path) -> Path:
    """The sample shop in the place of the empty one."""
    return Path(shutil.copy(sample_shop_file, tmp_path / "shop.dcrm"))


@pytest.fixture
def open_window(make_ctx: Callable[..., Context], qtbot: QtBot, theme: Theme) -> Callable[..., MainWindow]:
    def make(lang: str, width: int, size: int) -> MainWindow:
        theme.choose(mode="light", text_size=size)
        window = MainWindow(make_ctx(lang))
        qtbot.addWidget(window)
        window.resize(width, 900)
        window.show()
        window.begin()
        return window

    return make


def settle(window: QWidget) -> None:
    """Let heights follow widths: a text that wraps asks its card for room, which asks its page."""
    window.grab()
    for _ in range(3):
        QCoreApplication.processEvents()


def cut(window: QWidget) -> list[str]:
    """The texts that are wider or higher than the place they have, with the texts themselves."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not _shows_text(widget):
            continue
        need, have = _needed(widget), widget.size()
        if need[0] > have.width() + SLACK or need[1] > have.height() + SLACK:
            found.append(f"{type(widget).__name__} {widget.text()!r}: {need} in {have.toTuple()}")  # type: ignore[attr-defined]
    return found


def _shows_text(widget: QWidget) -> bool:
    """A label or button with words that does not shorten them itself, and is not scrolled away."""
    if isinstance(widget, ElidedLabel) or not isinstance(widget, QLabel | QAbstractButton):
        return False
    return bool(widget.text()) and not isinstance(widget.parent(), QLineEdit | QTableView)


def _needed(widget: QWidget) -> tuple[int, int]:
    """The width and height its words take."""
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    if isinstance(widget, QLabel):
        return widget.minimumSizeHint().width(), widget.minimumSizeHint().height()
    assert isinstance(widget, QAbstractButton)
    metrics, picture = widget.fontMetrics(), 0 if widget.icon().isNull() else widget.iconSize().width()
    return metrics.horizontalAdvance(widget.text()) + picture, metrics.height()


def scrolled_sideways(window: QWidget) -> list[str]:
    """Lists and panes that do not fit across."""
    areas = [one for one in window.findChildren(QScrollArea) if one.isVisible()]
    tables = [one for one in window.findChildren(QTableView) if one.isVisible()]
    return [
        f"{type(one).__name__} {one.accessibleName()} by {one.horizontalScrollBar().maximum()}"
        for one in [*areas, *tables]
        if one.horizontalScrollBar().maximum() > 0
    ]


def views(window: MainWindow, key: str) -> Iterator[str]:
    """Show a tab, each of its parts and its editors, one after the other; the name of what is shown."""
    window.show_page(key)
    page = window.page(CURRENT)
    assert page is not None
    yield key
    for place, tabs in enumerate(page.findChildren(SubTabs)):
        for number, tab in enumerate(tabs.findChildren(QAbstractButton)):
            if tabs.isVisible() and tab.isVisible() and tab.isEnabled() and not tab.isChecked():
                tab.click()
                yield f"{key}, row {place} part {number + 1}"
        if tabs.isVisible():
            next(iter(tabs.findChildren(QAbstractButton))).click()
    for action in ("edit_record", "new_record"):
        if window.ctx.actions.get(action).isEnabled():
            window.ctx.actions.get(action).trigger()
            yield f"{key}, {action}"
            for dialog in window.findChildren(QDialog):
                dialog.close()
            while page.pop():
                pass


@pytest.mark.parametrize(("lang", "width", "size", "longer"), LOOKS)
def test_every_text_has_room(
    open_window: Callable[..., MainWindow],
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    width: int,
    size: int,
    longer: int,
) -> None:
    monkeypatch.setattr(Translator, "stretch", longer)
    window = open_window(lang, width, size)
    narrow = {}
    for spec in pages.available():
        for name in views(window, spec.key):
            settle(window)
            if found := cut(window) + scrolled_sideways(window):
                narrow[name] = found
            assert window.width() <= width, f"{name} makes the window {window.width()} wide"
    assert not narrow, "\n".join(f"{key}: {text}" for key, texts in narrow.items() for text in texts)
